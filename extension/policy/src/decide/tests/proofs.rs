//! Proofs: what samples of other libraries come to under a policy, with keys on the desk.
use tollgate_proof::keyring::Origin;
use zeroize::Zeroizing;

use super::*;
use crate::desk::{Ended, Ending};
use crate::options::Mode;

/// When the samples were signed.
const SIGNED: Moment = Moment { unix_ms: 1_800_000_000_000 };

fn peers() -> Value {
    let text = include_str!("../../../../proof/tests/fixtures/peers.json");
    serde_json::from_str(text).unwrap()
}

fn auth(ways: &str) -> Policy {
    policy(&format!(
        "mode: enforce\ndetect: none\nsources: [{{ trigger: function-url, auth: {{ {ways} }} }}]"
    ))
}

const JWT: &str = "jwt: { issuer: 'https://issuer.example', audience: orders, jwks_file: keys.json, \
                   scopes: 'orders:read', claims: [{ name: groups, value: [staff] }] }";
const GITHUB: &str = "hmac: { scheme: github, secret_env: [NEW, OLD] }";

/// A desk on which each key of the policy is what `find` gives for its name.
fn desk(policy: &Policy, find: impl Fn(&str) -> Option<String>) -> Desk {
    let mut keys = policy.keyring();
    for (index, needed) in policy.needs().iter().enumerate() {
        let name = match &needed.need.origin {
            Origin::File { path: name, .. }
            | Origin::Environment(name)
            | Origin::Url(name)
            | Origin::Secret(name)
            | Origin::Parameter(name) => name,
        };
        if let Some(text) = find(name) {
            let _ = keys.supply(index, &Zeroizing::new(text.into_bytes()), SIGNED.unix_ms);
        }
    }
    let mut desk = Desk::default();
    desk.keys = keys;
    desk
}

fn all_keys(policy: &Policy) -> Desk {
    let peers = peers();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    desk(policy, |name| match name {
        "keys.json" => Some(peers["jwks"].to_string()),
        "certs.pem" => Some(text(&peers["sns"]["certificate"])),
        "NEW" => Some(text(&peers["webhooks"]["secret"])),
        "OLD" => Some(text(&peers["webhooks"]["older"])),
        _ => None,
    })
}

fn url(headers: &Value, body: &str) -> RawEvent {
    let value = json!({
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
    event(value.to_string())
}

fn token(name: &str) -> RawEvent {
    let peers = peers();
    let found = [&peers["tokens"][name], &peers["refused"][name]];
    let token = found.into_iter().find_map(Value::as_str).unwrap();
    url(&json!({ "Authorization": format!("Bearer {token}") }), "{}")
}

fn github(secret: &str) -> RawEvent {
    let webhooks = &peers()["webhooks"];
    let headers = json!({ "X-Hub-Signature-256": webhooks[secret] });
    url(&headers, webhooks["body"].as_str().unwrap())
}

/// The facts, and the checks that fired with why.
fn facts(
    event: RawEvent,
    policy: &Policy,
    desk: &mut Desk,
) -> (Facts, Vec<(&'static str, String)>) {
    let verdict = decide(event, policy, desk, SIGNED);
    let facts = verdict.facts().clone();
    let fired = facts.checks.iter().map(|fired| (fired.id, fired.detail.clone())).collect();
    (facts, fired)
}

#[test]
fn a_token_names_its_caller() {
    let policy = auth(JWT);
    let (facts, fired) = facts(token("ec ES256"), &policy, &mut all_keys(&policy));
    assert_eq!((fired, facts.grade), (vec![], Grade::Signed));
    assert_eq!((facts.caller.kind, facts.caller.id.as_deref()), ("jwt", Some("user-1")));
    assert_eq!(facts.caller.source_ip.as_deref(), Some("192.0.2.1"));
    let proof = facts.proof.unwrap();
    assert_eq!((proof.scheme.as_str(), proof.verified), ("jwt", true));
    assert_eq!(proof.issuer.as_deref(), Some("https://issuer.example"));
    assert_eq!(proof.key_id.as_deref(), Some("ec"));
}

#[test]
fn a_request_without_a_token_is_told_what_is_asked_for() {
    for (ways, scheme) in [(JWT, "Bearer"), (GITHUB, "Signature")] {
        let policy = auth(ways);
        let Verdict::Refused(refused) =
            decide(url(&json!({}), "{}"), &policy, &mut all_keys(&policy), SIGNED)
        else {
            panic!("granted")
        };
        assert_eq!(ids(refused.facts()), [("auth.missing", Effect::Enforced)]);
        let (response, problem) = response(&refused);
        assert_eq!(response["statusCode"], 401);
        assert_eq!(response["headers"]["www-authenticate"], scheme);
        assert_eq!(problem["title"], "Unauthorized");
        assert_eq!(problem["code"], "auth.missing");
        assert!(!refused.facts().proof.as_ref().unwrap().verified);
    }
}

#[test]
fn each_reason_has_its_check() {
    let policy = auth(JWT);
    for (name, check) in [
        ("alg none", "auth.invalid"),
        ("key confusion", "auth.invalid"),
        ("expired", "auth.expired"),
        ("another's signature", "auth.invalid"),
        ("unknown key", "auth.unavailable"),
        ("path in kid", "auth.invalid"),
    ] {
        let (facts, fired) = facts(token(name), &policy, &mut all_keys(&policy));
        assert_eq!(fired.first().map(|(id, _)| *id), Some(check), "{name}");
        assert_eq!((facts.grade, facts.decision), (Grade::Unproved, DecisionKind::Refuse));
        assert_eq!(facts.caller.kind, "anonymous");
    }
}

#[test]
fn observing_lets_it_pass_unproved() {
    let lines = format!("detect: none\nsources: [{{ trigger: function-url, auth: {{ {JWT} }} }}]");
    let policy = policy(&lines);
    assert_eq!(policy.mode(), Mode::Observe);
    let (facts, fired) = facts(token("expired"), &policy, &mut all_keys(&policy));
    assert_eq!(fired.first().map(|(id, _)| *id), Some("auth.expired"));
    assert_eq!((facts.grade, facts.decision), (Grade::Unproved, DecisionKind::Pass));
}

#[test]
fn any_of_several_secrets_may_have_signed() {
    let policy = auth(GITHUB);
    for (name, index) in [("github", "0"), ("github older", "1")] {
        let (facts, fired) = facts(github(name), &policy, &mut all_keys(&policy));
        assert_eq!(fired, []);
        let proof = facts.proof.unwrap();
        assert_eq!(proof.key_id.as_deref(), Some(index));
        assert_eq!(proof.scheme, "hmac.github");
    }
}

#[test]
fn a_body_that_came_as_base64_is_what_was_signed() {
    let webhooks = &peers()["webhooks"];
    let whole = github("github");
    let mut value: Value = serde_json::from_slice(whole.body()).unwrap();
    let body = webhooks["body"].as_str().unwrap();
    // Made by Python's base64; the text is not all ASCII.
    value["body"] = "eyJhY3Rpb24iOiJvcGVuZWQiLCJ0ZXh0IjoiR3LDvMOfZSwg5LiW55WMIn0=".into();
    value["isBase64Encoded"] = true.into();
    let policy = auth(GITHUB);
    let (_, fired) = facts(event(value.to_string()), &policy, &mut all_keys(&policy));
    assert_eq!(fired, [], "{body}");
}

#[test]
fn all_ways_must_hold_where_there_are_several() {
    let policy = auth(&format!("{JWT}, {GITHUB}"));
    let (facts, fired) = facts(token("ec ES256"), &policy, &mut all_keys(&policy));
    assert_eq!(fired.first().map(|(id, _)| *id), Some("auth.missing"));
    let proof = facts.proof.unwrap();
    assert_eq!((proof.scheme.as_str(), proof.verified), ("jwt+hmac.github", false));
    assert_eq!(facts.caller.kind, "anonymous");
}

#[test]
fn a_key_that_is_not_at_hand_closes_its_source_only() {
    let lines = format!(
        "mode: enforce\ndetect: none\nsources:\n- {{ trigger: function-url, auth: {{ {GITHUB} }} }}\n\
         - {{ trigger: sqs }}"
    );
    let policy = policy(&lines);
    let mut desk = desk(&policy, |_| None);
    let (_, fired) = facts(github("github"), &policy, &mut desk);
    let why = "the secret is not at hand".to_owned();
    assert_eq!(fired, [("auth.unavailable", why)]);
    let (facts, _) = facts(fixture("events/sqs/fifo.json"), &policy, &mut desk);
    assert_eq!(facts.decision, DecisionKind::Pass);
    // An empty desk, on which nobody put any keys, closes it as well.
    let verdict = decide(github("github"), &policy, &mut Desk::default(), SIGNED);
    assert_eq!(verdict.facts().decision, DecisionKind::Refuse);
}

fn ending(outcome: Ended) -> Ending {
    Ending { outcome, duration_ms: 1, response_bytes: 0, at_ms: SIGNED.unix_ms }
}

#[test]
fn what_was_answered_with_success_is_not_taken_again() {
    let policy = auth(&format!("{GITHUB}, replay: environment"));
    let mut desk = all_keys(&policy);
    let grant = |desk: &mut Desk| match decide(github("github"), &policy, desk, SIGNED) {
        Verdict::Granted(mut granted) => {
            Ok((granted.take_ticket(), granted.facts().proof.clone().unwrap().retry))
        }
        Verdict::Refused(refused) => Err(ids(refused.facts())),
    };
    let (ticket, retry) = grant(&mut desk).unwrap();
    assert!(!retry);
    // While it runs, the same is refused; after a failure it is taken, and marked.
    assert_eq!(grant(&mut desk).unwrap_err(), [("auth.replay", Effect::Enforced)]);
    desk.settle(ticket, &ending(Ended::Error));
    let (ticket, retry) = grant(&mut desk).unwrap();
    assert!(retry);
    desk.settle(ticket, &ending(Ended::Timeout));
    let (ticket, _) = grant(&mut desk).unwrap();
    desk.settle(ticket, &ending(Ended::Success));
    assert_eq!(grant(&mut desk).unwrap_err(), [("auth.replay", Effect::Enforced)]);
    // Another desk knows nothing of it.
    assert!(grant(&mut all_keys(&policy)).is_ok());
}

fn sns(name: &str) -> Value {
    json!({ "EventSource": "aws:sns", "EventVersion": "1.0",
            "EventSubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:orders:s",
            "Sns": peers()["sns"][name] })
}

const CERTIFICATES: &str = "auth: { sns: { certs_file: certs.pem } }";

#[test]
fn each_message_of_sns_is_checked() {
    let lines = format!(
        "mode: enforce\ndetect: none\nchecks: {{ schema.envelope: off }}\nsources: [{{ trigger: sns, {CERTIFICATES} }}]"
    );
    let policy = policy(&lines);
    let records = |names: &[&str]| {
        let list: Vec<Value> = names.iter().map(|name| sns(name)).collect();
        event(json!({ "Records": list }).to_string())
    };
    let (facts_of, fired) = facts(records(&["version 1"]), &policy, &mut all_keys(&policy));
    assert_eq!((fired, facts_of.grade), (vec![], Grade::Signed));
    let topic = "arn:aws:sns:eu-west-1:123456789012:orders";
    assert_eq!(facts_of.proof.unwrap().issuer.as_deref(), Some(topic));
    let (_, fired) = facts(records(&["version 2", "version 3"]), &policy, &mut all_keys(&policy));
    let why = "the signature's version is not 1 or 2".to_owned();
    assert_eq!(fired, [("auth.invalid", why)]);
}

/// The event as the function of this account gets it.
fn invoked_in(account: &str, body: &Value) -> RawEvent {
    let function_arn = format!("arn:aws:lambda:eu-west-1:{account}:function:f");
    let invocation = Invocation { function_arn, ..Invocation::default() };
    RawEvent::new(invocation, Bytes::from(body.to_string()))
}

#[test]
fn security_sns_signs_for_everybody_s_topics_and_only_some_are_meant() {
    let why = "the message came through another topic".to_owned();
    let fired = |account: &str, source: &str, topics: &str, body: &Value| {
        let policy = policy(&format!(
            "mode: enforce\ndetect: none\nchecks: {{ schema.envelope: off }}\nsources: [{{ {source}, auth: {{ \
             sns: {{ certs_file: certs.pem{topics} }} }} }}]"
        ));
        facts(invoked_in(account, body), &policy, &mut all_keys(&policy)).1
    };
    let event = json!({ "Records": [sns("version 2")] });
    let queued = json!({ "Records": [{
        "messageId": "m", "receiptHandle": "r", "body": peers()["sns"]["version 2"].to_string(),
        "attributes": {}, "messageAttributes": {}, "md5OfBody": "0", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:q", "awsRegion": "eu-west-1",
    }] });
    let (own, other) = ("123456789012", "111122223333");
    let topics = |name: &str| format!(", topics: ['arn:aws:sns:*:{own}:{name}']");
    for (trigger, body) in [("trigger: sns", &event), ("trigger: sqs", &queued)] {
        let refused = [("auth.invalid", why.clone())];
        assert_eq!(fired(own, trigger, "", body), []);
        assert_eq!(fired(other, trigger, "", body), refused, "{trigger}");
        assert_eq!(fired(other, trigger, &topics("ord*"), body), []);
        assert_eq!(fired(own, trigger, &topics("others"), body), refused, "{trigger}");
    }
    // A topic's name is not enough, its ARN is.
    let named = "trigger: sns, topic: orders";
    assert_eq!(fired(other, named, "", &event), [("auth.invalid", why.clone())]);
    let named = format!("trigger: sns, arn: 'arn:aws:sns:eu-west-1:{own}:orders'");
    assert_eq!(fired(other, &named, "", &event), []);
    // What its first message says is no word for the others.
    let mut mixed = event.clone();
    let mut first = sns("version 1");
    first["Sns"]["TopicArn"] = format!("arn:aws:sns:eu-west-1:{own}:others").into();
    mixed["Records"].as_array_mut().unwrap().insert(0, first);
    let found = fired(own, "trigger: sns", "", &mixed);
    assert_eq!(found.last(), Some(&("auth.invalid", why)));
    assert_eq!(found.len(), 2);
}

#[test]
fn a_message_of_sns_in_a_queue_is_refused_alone() {
    let lines = format!(
        "mode: enforce\ndetect: none\nchecks: {{ schema.envelope: off }}\nsources: [{{ trigger: sqs, \
         mapping: {{ reports_item_failures: true }}, on_refuse: report-item, {CERTIFICATES} }}]"
    );
    let policy = policy(&lines);
    let message = |id: &str, body: String| {
        json!({ "messageId": id, "receiptHandle": "r", "body": body, "attributes": {},
                "messageAttributes": {}, "md5OfBody": "0", "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders", "awsRegion": "eu-west-1" })
    };
    let good = peers()["sns"]["version 2"].to_string();
    let bad = good.replace("opened", "closed");
    let records = json!({ "Records": [message("m-1", good), message("m-2", bad)] });
    let (facts, fired) = facts(event(records.to_string()), &policy, &mut all_keys(&policy));
    assert_eq!(fired.first().map(|(id, _)| *id), Some("auth.invalid"));
    assert_eq!(facts.decision, DecisionKind::Filter);
    assert_eq!(facts.withheld.unwrap().ids, ["m-2"]);
}

#[test]
fn the_baseline_s_proofs_hold_whatever_the_function_lists() {
    let baseline = format!(
        "version: 1\nmode: enforce\ndetect: none\nsources:\n- {{ trigger: function-url, route: 'POST \
         /hooks', auth: {{ {GITHUB} }} }}\n- {{ trigger: function-url }}"
    );
    let own = "version: 1\nsources: [{ trigger: function-url }]";
    let documents = [
        Document { name: "b.yaml", text: &baseline, role: Role::Baseline },
        Document { name: "p.yaml", text: own, role: Role::Function },
    ];
    let policy = compile(&documents, &Overrides::default()).unwrap();
    let (_, fired) = facts(url(&json!({}), "{}"), &policy, &mut all_keys(&policy));
    assert_eq!(fired.first().map(|(id, _)| *id), Some("auth.missing"));
    let (_, fired) = facts(github("github"), &policy, &mut all_keys(&policy));
    assert_eq!(fired, []);
}

#[test]
fn only_an_event_whose_own_key_is_on_its_way_waits_for_it() {
    let policy = policy(
        "mode: enforce\ndetect: none\nsources:\n- { trigger: function-url, auth: { hmac: { scheme: \
         github, secret_arn: [new, old] } } }\n- { trigger: sns, auth: { sns: {} } }\n- { trigger: direct }",
    );
    assert!(policy.fetches_keys());
    let peers = peers();
    let text = |value: &Value| Zeroizing::new(value.as_str().unwrap().as_bytes().to_vec());
    let mut desk = Desk::default();
    desk.keys = policy.keyring();
    let sns = |place: &str| {
        let mut message = peers["sns"]["version 2"].clone();
        message["SigningCertUrl"] = place.into();
        let record = json!({
            "EventSource": "aws:sns", "EventVersion": "1.0", "Sns": message,
            "EventSubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:orders:1",
        });
        event(json!({ "Records": [record] }).to_string())
    };
    let own = "https://sns.eu-west-1.amazonaws.com/c.pem";
    assert_eq!(desk.keys.take_wanted(SIGNED.unix_ms).len(), 2);
    assert!(awaits_key(&github("github"), &policy, &mut desk));
    assert!(!awaits_key(&event("{}".to_owned()), &policy, &mut desk));
    assert!(!awaits_key(&sns("https://example.com/c.pem"), &policy, &mut desk));
    assert!(awaits_key(&sns(own), &policy, &mut desk));
    assert_eq!(desk.keys.take_wanted(SIGNED.unix_ms).len(), 1, "the certificate");
    desk.keys.supply(0, &text(&peers["webhooks"]["secret"]), SIGNED.unix_ms).unwrap();
    assert!(awaits_key(&github("github"), &policy, &mut desk), "the other one may be the one");
    desk.keys.fail(1, "not reached");
    desk.keys.fail_certificate(own, "not reached");
    assert!(!awaits_key(&github("github"), &policy, &mut desk));
    assert!(!awaits_key(&sns(own), &policy, &mut desk));
}

#[test]
fn what_makes_no_sense_is_an_error_with_its_place() {
    let problems = |auth: &str| {
        let text =
            format!("version: 1\nsources: [{{ trigger: function-url, auth: {{ {auth} }} }}]");
        let document = Document { name: "p.yaml", text: &text, role: Role::Function };
        let problems = compile(&[document], &Overrides::default()).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    for (auth, wanted) in [
        ("jwt: { audience: a, jwks_file: k }", "sources[0].auth.jwt.issuer: missing"),
        ("jwt: { issuer: i, jwks_file: k }", "sources[0].auth.jwt.audience: missing"),
        ("jwt: { issuer: i, audience: a }", "expected one of `jwks_file` or `jwks_url`"),
        ("jwt: { issuer: i, audience: a, jwks_url: 'http://a' }", "begins with `https://`"),
        (
            "jwt: { issuer: i, audience: a, jwks_file: k, algorithms: HS256 }",
            "did you mean `RS256`",
        ),
        ("hmac: { scheme: github }", "expected `secret_env`"),
        ("hmac: { scheme: githb, secret_env: A }", "did you mean `github`"),
        ("hmac: { secret_env: A }", "sources[0].auth.hmac.scheme: missing"),
        ("hmac: { scheme: generic, secret_env: A }", "needs the header"),
        ("hmac: { scheme: slack, secret_env: A, prefix: a }", "only with `scheme: generic`"),
        ("hmac: { scheme: slack, secret_env: A-B }", "the name of an environment variable"),
        ("hmac: { scheme: slack, secret_file: ../a }", "the path of a file"),
        ("sns: { certs_file: c.pem }", "carries no message of SNS"),
        ("context: {}", "expected one of `keys_file`"),
        ("context: { keys_file: a, keys_env: B }", "expected one of `keys_file`"),
        ("jwks: {}", "unknown key"),
        ("replay: fleeting", "is not"),
    ] {
        let found = problems(auth);
        assert!(found.contains(wanted), "{auth}: {found}");
        assert!(found.contains("p.yaml:2:"), "{found}");
    }
}
