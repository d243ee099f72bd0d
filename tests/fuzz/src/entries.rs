//! What each target does with its input.
use std::borrow::Cow;
use std::sync::LazyLock;

use tollgate_detect::{Families, Family, Finding, Role, SCAN_WORK, Work};
use tollgate_event::{Caps, Classified, Invocation, Limits, RawEvent};
use tollgate_policy::{Desk, Document, Moment, Overrides, Policy, StreamHint, Verdict};
use tollgate_proof::certificate::Certificate;
use tollgate_proof::webhook::{Scheme, Webhook};
use tollgate_proof::{Secret, context, jwt, sns};
use tollgate_schema::{Api, Request, Schema};
use tollgate_template::{Layer, Template, attach, detach, lint};

/// One pass over the body. What it accepts as JSON has an outline that can be looked into.
pub(crate) fn decode(input: &[u8]) {
    drop(decoded(input));
}

pub(crate) fn classify(input: &[u8]) {
    drop(classified(input));
}

pub(crate) fn envelope(input: &[u8]) {
    drop(classified(input).envelope_faults());
}

/// A request under every scheme: the first line is a header's value, the rest the body.
pub(crate) fn proof_request(input: &[u8]) {
    const SCHEMES: [(Scheme, &str); 6] = [
        (Scheme::Github, "x-hub-signature-256"),
        (Scheme::Stripe, "stripe-signature"),
        (Scheme::Slack, "x-slack-signature"),
        (Scheme::Twilio, "x-twilio-signature"),
        (Scheme::Shopify, "x-shopify-hmac-sha256"),
        (Scheme::Standard, "webhook-signature"),
    ];
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (value, body) = input.split_at(at);
    let value = String::from_utf8_lossy(value).into_owned();
    let secrets: Vec<Secret> = Secret::new(b"example".to_vec()).into_iter().collect();
    for (scheme, name) in SCHEMES {
        let headers = [
            (name.to_owned(), value.clone()),
            ("webhook-id".to_owned(), "m".to_owned()),
            ("webhook-timestamp".to_owned(), "1800000000".to_owned()),
            ("x-slack-request-timestamp".to_owned(), "1800000000".to_owned()),
        ];
        let url = format!("https://example.com/{value}");
        let request =
            tollgate_proof::Request { method: "POST", url: &url, headers: &headers, body };
        let webhook = Webhook { scheme, tolerance_seconds: 300 };
        drop(webhook.verify(&request, &secrets, 1_800_000_000_000));
    }
    if let Ok(token) = jwt::from_header(&value) {
        drop(jwt::verify(token, &jwt::Expected::default(), &jwt::KeySet::default(), 0));
    }
}

/// What keys, certificates, messages and contexts are read out of.
pub(crate) fn proof_parts(input: &[u8]) {
    drop(jwt::KeySet::read(input));
    drop(Certificate::read(input));
    drop(std::str::from_utf8(input).ok().and_then(Certificate::read_all));
    drop(context::ContextKeys::read(input));
    drop(context::SigningKey::read(input));
    if let Some(message) = sns::Message::read(input) {
        drop(message.verify(&[], 300, 0));
    }
    // What is canonical is its own canonical form.
    if let Some(once) = tollgate_proof::canonical(input, "") {
        assert_eq!(tollgate_proof::canonical(&once, ""), Some(once.clone()));
    }
    let text = String::from_utf8_lossy(input);
    let situation =
        context::Situation { targets: &[], payload: input, leeway_seconds: 0, now_ms: 0 };
    drop(context::verify(&text, &context::ContextKeys::default(), &situation));
}

/// Everything a sender can influence, with caps that small inputs reach too.
pub(crate) fn open(input: &[u8]) {
    let caps = Caps { inflated_bytes: 64 * 1024, nesting: 4, steps: 400_000 };
    let mut bytes = 0u64;
    drop(tollgate_event::open(&classified(input), &caps, &mut |content| {
        bytes += content.bytes.len() as u64;
        drop(content.pointer.to_string());
    }));
    // What is unescaped or unmarshalled is never more than it was; a name may go with each.
    let most = (caps.inflated_bytes + input.len() as u64) * 4;
    assert!(bytes <= most, "{bytes} bytes, at most {most}");
}

/// Items cut out: each alone, and all. What is left is an event that can be read.
pub(crate) fn batch(input: &[u8]) {
    let before = decoded(input);
    let whole = before.faults().is_empty();
    let event = tollgate_event::classify(before);
    let items: Vec<u32> = event.batch().iter().map(|item| item.index).collect();
    let cut = |refused: &[u32]| {
        let left = event.without(refused)?;
        assert!(left.len() <= input.len(), "an event grew");
        assert!(!whole || decoded(&left).faults().is_empty(), "what is left cannot be read");
        Some(left)
    };
    for item in items.iter().take(4) {
        drop(cut(&[*item]));
    }
    drop(cut(&items));
}

/// The whole gate with everything on, under each policy of [`DECIDING`]: an event and, after a NUL,
/// what the function answers.
pub(crate) fn decide(input: &[u8]) {
    static POLICIES: LazyLock<[Policy; 2]> = LazyLock::new(|| DECIDING.map(deciding));
    let (event, reply) = halves(input);
    for policy in POLICIES.iter() {
        let verdict = tollgate_policy::decide(
            raw(event),
            policy,
            &mut Desk::default(),
            Moment { unix_ms: 0 },
        );
        let panicked = verdict.facts().checks.iter().any(|fired| fired.id == "internal.panic");
        assert!(!panicked, "a stage panicked");
        match verdict {
            Verdict::Granted(mut granted) => {
                if let Some(withheld) = granted.take_withheld() {
                    drop(withheld.merge(reply));
                }
                assert!(granted.into_parts().0.len() <= event.len(), "an event grew");
            }
            Verdict::Refused(refused) => drop(refused.answer(StreamHint::default())),
        }
    }
}

/// Everything is looked for, and caps are low enough for small inputs.
const DECIDING: [&str; 2] = [
    "\
version: 1
mode: enforce
detect: all
limits: { inflated_bytes: 64KiB, nesting: 3, schema_bytes: 2KiB }
sources:
  - trigger: [sqs, kinesis, dynamodb, msk, kafka]
    mapping: { reports_item_failures: true }
    on_refuse: report-item
    schema: schema.json
  - trigger: [api-gateway-v1, api-gateway-v2, function-url, alb]
    openapi: openapi.yaml
    fields:
      - { at: /body/note, text: free }
      - { at: /body/question/**, text: model }
  - trigger: s3
    key: { pattern: '^[a-z/]+$', max_bytes: 1MiB }
  - trigger: [sns, eventbridge, direct, firehose, s3-batch, cloudwatch-logs, pipes]
  - trigger: [lex, bedrock-agent, custom-resource, authorizer-token, authorizer-request-v2]
  - trigger: [active-mq, rabbit-mq, documentdb, ses, cloudfront, appsync, websocket, lattice-v2]
",
    "version: 1\nmode: observe\ndetect: all\n",
];

fn deciding(text: &str) -> Policy {
    let document = Document { name: "policy.yaml", text, role: tollgate_policy::Role::Function };
    let mut files = |_: &str, path: &str| match path {
        "schema.json" => Ok(r#"{"type":"object","maxProperties":3}"#.to_owned()),
        _ => Ok("openapi: 3.1.0\ninfo: {title: t, version: \"1\"}\npaths:\n  /{all+}:\n    post: \
                 {requestBody: {content: {\"*/*\": {}}}, responses: {\"200\": {description: ok}}}\n"
            .to_owned()),
    };
    tollgate_policy::compile_with(&[document], &Overrides::default(), &mut files)
        .unwrap_or_else(|problems| unreachable!("{problems}"))
}

pub(crate) fn policy(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        drop(compiled(text));
    }
}

fn compiled(text: &str) -> Result<Policy, tollgate_policy::Problems> {
    let role = tollgate_policy::Role::Function;
    let document = Document { name: "policy.yaml", text, role };
    tollgate_policy::compile(&[document], &Overrides::default())
}

/// A schema, a NUL, and a document.
pub(crate) fn schema(input: &[u8]) {
    let (schema, document) = halves(input);
    let Ok(schema) = std::str::from_utf8(schema) else { return };
    if let Ok(schema) = Schema::compile("schema.json", schema, &mut nothing) {
        drop(schema.check(document));
    }
}

/// An API description, a NUL, and a request: method, base path, path, query, headers with `&`
/// between them, and body, one a line.
pub(crate) fn openapi(input: &[u8]) {
    let (api, request) = halves(input);
    let Ok(api) = std::str::from_utf8(api) else { return };
    let Ok(api) = Api::compile("openapi.yaml", api, &mut nothing) else { return };
    let mut lines = request.splitn(6, |byte| *byte == b'\n');
    let mut line = || std::str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let (method, base_path, path) = (line(), line(), line());
    let (query, headers) = (pairs(line()), pairs(line()));
    let body = lines.next();
    drop(api.check(&Request { method, path, base_path, query, headers, body }));
}

/// A template of a deployment. What `attach` makes of it is a template, and `detach` gives the text back.
pub(crate) fn deployment(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(template) = Template::read("t.yaml", text) else { return };
    drop(lint(&template, "2026-11-23", &|_| None));
    for function in template.functions() {
        drop((function.statements(), function.layers(), function.environment()));
        drop(function.triggers().iter().map(tollgate_template::Trigger::route).collect::<Vec<_>>());
    }
    let Ok(attached) = attach(&template, &Layer::Named("Layer".to_owned()), &[]) else { return };
    // What says already that it was attached may say so wrongly.
    if attached.text == text || text.contains("TollgateAttached") {
        return;
    }
    let read = Template::read("t.yaml", &attached.text);
    assert!(read.is_ok(), "attached, it is no template any more:\n{}", attached.text);
    let detached = read.ok().and_then(|read| detach(&read).ok().flatten());
    assert_eq!(detached.as_deref(), Some(text), "detached, it is another");
}

type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

fn pairs(line: &str) -> Pairs<'_> {
    let pairs = line.split('&').filter(|pair| !pair.is_empty());
    let split = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    split.map(|(name, value)| (name.into(), value.into())).collect()
}

fn nothing(_: &str) -> Result<String, String> {
    Err("no files here".to_owned())
}

fn halves(input: &[u8]) -> (&[u8], &[u8]) {
    let at = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    (input.get(..at).unwrap_or_default(), input.get(at + 1..).unwrap_or_default())
}

fn raw(input: &[u8]) -> RawEvent {
    RawEvent::new(Invocation::default(), input.to_vec().into())
}

fn decoded(input: &[u8]) -> tollgate_event::Decoded {
    tollgate_event::decode(raw(input), &Limits::default())
}

fn classified(input: &[u8]) -> Classified {
    tollgate_event::classify(decoded(input))
}

/// The first byte says what the rest is.
fn detect(input: &[u8], family: Family) {
    let Some((kind, text)) = input.split_first() else { return };
    let families: Families = [family].into_iter().collect();
    let (mut work, mut found) = (Work::new(SCAN_WORK), |finding: Finding| {
        assert!(finding.family == family, "a family that was not asked for");
    });
    let roles = [
        Role::Value,
        Role::Key,
        Role::Header,
        Role::Path,
        Role::FileName,
        Role::Url,
        Role::FreeText,
        Role::ModelInput,
    ];
    // Running out of steps is as good an outcome as any.
    let _outcome = match kind % 16 {
        8..=11 => tollgate_detect::inspect_json(text, families, &mut work, &mut found),
        12 | 13 => tollgate_detect::inspect_form(text, families, &mut work, &mut found),
        14 | 15 => tollgate_detect::inspect_multipart(text, families, &mut work, &mut found),
        role => {
            let role = roles.get(usize::from(role)).copied().unwrap_or(Role::Value);
            tollgate_detect::inspect_text(text, role, families, &mut work, &mut found)
        }
    };
}

macro_rules! families {
    ($($name:ident $family:ident,)*) => {
        $(pub(crate) fn $name(input: &[u8]) {
            detect(input, Family::$family);
        })*
    };
}

families! {
    sql Sql,
    nosql Nosql,
    shell Shell,
    path Path,
    xss Xss,
    template Template,
    xml Xml,
    ssrf Ssrf,
    log4j Log4j,
    prototype Prototype,
    ldap Ldap,
    crlf Crlf,
    deserialize Deserialize,
    formula Formula,
    unicode Unicode,
    prompt Prompt,
}
