//! What proofs cost: the whole decision about an HTTP event of 1 KB with a token or a signature,
//! beside the same decision without.
//!
//! `cargo run --release -p tollgate-policy --example proofs`
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "prints its table")]
use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};
use tollgate_event::{Invocation, RawEvent};
use tollgate_policy::{Desk, Document, Moment, Overrides, Policy, Role, compile, decide};
use zeroize::Zeroizing;

const SIGNED: Moment = Moment { unix_ms: 1_800_000_000_000 };
const ROUNDS: usize = 400;

fn main() {
    let text = include_str!("../../proof/tests/fixtures/peers.json");
    let peers: Value = serde_json::from_str(text).unwrap();
    let open = Run::new("", &peers);
    let jwt = "auth: { jwt: { issuer: 'https://issuer.example', audience: orders, jwks_file: k } }";
    let hmac = "auth: { hmac: { scheme: github, secret_env: S } }";
    let (with_jwt, with_hmac) = (Run::new(jwt, &peers), Run::new(hmac, &peers));
    println!("{:<24}{:>12}{:>12}{:>12}", "proof", "decision", "without", "difference");
    for name in ["ec ES256", "ed EdDSA", "rsa RS256", "rsa PS256", "rsa4096 RS256"] {
        let token = peers.pointer(&format!("/tokens/{name}")).and_then(Value::as_str).unwrap();
        let event = request(&json!({ "authorization": format!("Bearer {token}") }), "{}");
        row(name, with_jwt.micros(&event), open.micros(&event));
    }
    let webhooks = peers.get("webhooks").unwrap();
    let body = webhooks.get("body").and_then(Value::as_str).unwrap();
    let event = request(&json!({ "x-hub-signature-256": webhooks.get("github") }), body);
    row("hmac github", with_hmac.micros(&event), open.micros(&event));
}

fn row(name: &str, with: f64, without: f64) {
    println!("{name:<24}{with:>9.1} µs{without:>9.1} µs{:>9.1} µs", with - without);
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
    fn new(auth: &str, peers: &Value) -> Self {
        let text =
            format!("version: 1\nmode: enforce\nsources: [{{ trigger: function-url, {auth} }}]");
        let document = Document { name: "p.yaml", text: &text, role: Role::Function };
        let policy = compile(&[document], &Overrides::default()).unwrap();
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
                black_box(decide(raw, &self.policy, &mut desk, SIGNED));
                start.elapsed().as_nanos()
            })
            .collect();
        times.sort_unstable();
        let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
        f64::from(u32::try_from(median).unwrap_or(u32::MAX)) / 1000.0
    }
}
