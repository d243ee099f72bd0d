//! What it costs to tell who sent an HTTP event of 1 KB and whether they may: the whole decision with a
//! token, a signature, policies or a score, beside the same decision without.
//!
//! `cargo run --release -p tollgate-policy --example proofs [-- FILE]`; FILE gets the rows as JSON, in the
//! form of the benchmarks' promises.
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "prints its table")]
use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};
use tollgate_event::{Invocation, RawEvent};
use tollgate_policy::{Desk, Document, Ended, Ending, Moment, Overrides, Policy, Role, Verdict};
use tollgate_policy::{compile_with, decide};
use zeroize::Zeroizing;

const SIGNED: Moment = Moment { unix_ms: 1_800_000_000_000 };
const ROUNDS: usize = 400;

fn main() {
    let text = include_str!("../../proof/tests/fixtures/peers.json");
    let peers: Value = serde_json::from_str(text).unwrap();
    let open = Run::new("", "", &peers);
    let jwt = "auth: { jwt: { issuer: 'https://issuer.example', audience: orders, jwks_file: k } }";
    let hmac = "auth: { hmac: { scheme: github, secret_env: S } }";
    let (with_jwt, with_hmac) = (Run::new(jwt, "", &peers), Run::new(hmac, "", &peers));
    println!("{:<40}{:>12}{:>12}{:>12}", "", "decision", "without", "difference");
    let mut rows = Vec::new();
    for (name, most) in [
        ("ec ES256", Some(150)),
        ("ed EdDSA", None),
        ("rsa RS256", None),
        ("rsa PS256", None),
        ("rsa4096 RS256", None),
    ] {
        let token = peers.pointer(&format!("/tokens/{name}")).and_then(Value::as_str).unwrap();
        let event = request(&json!({ "authorization": format!("Bearer {token}") }), "{}");
        let name = format!("JWT, {name}");
        rows.push(row(&name, most, with_jwt.micros(&event), open.micros(&event)));
    }
    let webhooks = peers.get("webhooks").unwrap();
    let body = webhooks.get("body").and_then(Value::as_str).unwrap();
    let event = request(&json!({ "x-hub-signature-256": webhooks.get("github") }), body);
    rows.push(row("HMAC, github", Some(10), with_hmac.micros(&event), open.micros(&event)));
    let anywhere = Run::with("", &peers);
    let cedar = Run::new("", "authorise: [a.cedar]", &peers);
    rows.push(row(
        "source, and Cedar with 50 policies",
        Some(40),
        cedar.micros(&event),
        anywhere.micros(&event),
    ));
    let trust = Run::new("", "trust: { refuse_below: 0.1 }", &peers);
    rows.push(row("trust", Some(10), trust.micros(&event), open.micros(&event)));
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, format!("{:#}\n", Value::from(rows))).unwrap();
    }
}

/// Prints a row; gives it as the benchmarks do.
fn row(name: &str, most: Option<u32>, with: f64, without: f64) -> Value {
    let cost = with - without;
    println!("{name:<40}{with:>9.1} µs{without:>9.1} µs{cost:>9.1} µs");
    json!({
        "promise": format!("decision added by: {name}, 1 KB HTTP event"),
        "figure": (cost * 10.0).round() / 10.0, "unit": "µs", "baseline": without,
        "ratio": Value::Null, "target": most.map(|most| format!("<= {most} µs")),
        "met": most.map(|most| cost <= f64::from(most)),
    })
}

/// Policies that look at several facts each; half of them hold.
fn policies() -> String {
    let policy = |i: u32| {
        let path = if i.is_multiple_of(2) { "hooks" } else { "admin" };
        format!(
            "permit (principal, action == Action::\"Invoke\", resource) when {{ context.trigger == \
             \"function-url\" && context.route.path like \"/{path}*\" && context.bytes < {} && \
             principal.grade != \"none-{i}\" }};\n",
            10_000 + i
        )
    };
    (0..50).map(policy).collect()
}

fn request(headers: &Value, body: &str) -> Vec<u8> {
    let mut event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/hooks", "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous", "apiId": "a1", "domainName": "a1.lambda-url.eu-west-1.on.aws",
            "domainPrefix": "a1", "requestId": "q", "routeKey": "$default", "stage": "$default",
            "time": "15/Jan/2027:08:00:00 +0000", "timeEpoch": 1_800_000_000_000_u64,
            "http": { "method": "POST", "path": "/hooks", "protocol": "HTTP/1.1",
                      "sourceIp": "192.0.2.1", "userAgent": "example" },
        },
        "body": body, "isBase64Encoded": false,
    });
    let short = 1024usize.saturating_sub(event.to_string().len());
    if let Some(headers) = event.pointer_mut("/headers").and_then(Value::as_object_mut) {
        headers.insert("x-filler".to_owned(), "a".repeat(short).into());
    }
    event.to_string().into_bytes()
}

struct Run {
    policy: Policy,
    keys: Vec<Option<String>>,
}

impl Run {
    fn new(auth: &str, more: &str, peers: &Value) -> Self {
        Self::with(&format!("sources: [{{ trigger: function-url, {auth} }}]\n{more}"), peers)
    }

    fn with(lines: &str, peers: &Value) -> Self {
        let text = format!("version: 1\nmode: enforce\n{lines}");
        let auth = lines;
        let document = Document { name: "p.yaml", text: &text, role: Role::Function };
        let mut files = |_: &str, _: &str| Ok(policies());
        let policy = compile_with(&[document], &Overrides::default(), &mut files).unwrap();
        let secret = peers.pointer("/webhooks/secret").and_then(Value::as_str).unwrap();
        let key = if auth.contains("jwt") {
            peers.get("jwks").unwrap().to_string()
        } else {
            secret.to_owned()
        };
        let keys = policy.needs().iter().map(|_| Some(key.clone())).collect();
        Self { policy, keys }
    }

    /// The median of many decisions, in microseconds.
    fn micros(&self, event: &[u8]) -> f64 {
        let mut desk = Desk::default();
        desk.keys = self.policy.keyring();
        for (index, key) in self.keys.iter().enumerate() {
            let bytes = Zeroizing::new(key.clone().unwrap_or_default().into_bytes());
            desk.keys.supply(index, &bytes, SIGNED.unix_ms).unwrap();
        }
        let raw = || RawEvent::new(Invocation::default(), event.to_vec().into());
        let mut times: Vec<u128> = (0..ROUNDS)
            .map(|_| {
                let raw = raw();
                let start = Instant::now();
                let verdict = black_box(decide(raw, &self.policy, &mut desk, SIGNED));
                let time = start.elapsed().as_nanos();
                settle(&mut desk, verdict);
                time
            })
            .collect();
        times.sort_unstable();
        let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
        f64::from(u32::try_from(median).unwrap_or(u32::MAX)) / 1000.0
    }
}

/// The function answered: what the event teaches is learned, as behind the gate.
fn settle(desk: &mut Desk, verdict: Verdict) {
    let Verdict::Granted(mut granted) = verdict else { panic!("{:?}", verdict.facts().checks) };
    let ending = Ending {
        outcome: Ended::Success,
        duration_ms: 1,
        response_bytes: 1,
        at_ms: SIGNED.unix_ms,
    };
    desk.settle(granted.take_ticket(), &ending);
}
