//! Verdicts: what passes, what is refused and how, and what a panic does.
mod asserted;
mod authz;
mod budgets;
mod ceilings;
mod chains;
mod nested;
mod places;
mod proofs;
mod senders;

use bytes::Bytes;
use serde_json::{Value, json};
use tollgate_event::{Invocation, Trigger};

use super::*;
use crate::compile::{Overrides, compile};
use crate::desk::Desk;
use crate::document::{Document, Role};
use crate::facts::{DecisionKind, Effect, Grade};
use crate::refusal::{Answer, StreamHint};

const NOW: Moment = Moment { unix_ms: 1_773_342_238_123 };
const BUFFERED: StreamHint = StreamHint { last_reply_streamed: Some(false) };
const STREAMED: StreamHint = StreamHint { last_reply_streamed: Some(true) };

fn policy(lines: &str) -> Policy {
    let text = format!("version: 1\n{lines}");
    let document = Document { name: "p.yaml", text: &text, role: Role::Function };
    compile(&[document], &Overrides::default()).unwrap()
}

fn event(body: impl Into<Vec<u8>>) -> RawEvent {
    let invocation = Invocation { request_id: "r-1".into(), ..Invocation::default() };
    RawEvent::new(invocation, Bytes::from(body.into()))
}

fn fixture(path: &str) -> RawEvent {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
    event(std::fs::read(format!("{root}/{path}")).unwrap())
}

#[track_caller]
fn refused(event: RawEvent, policy: &Policy) -> Refused {
    match decide(event, policy, &mut Desk::default(), NOW) {
        Verdict::Refused(refused) => refused,
        Verdict::Granted(granted) => panic!("granted: {:?}", granted.facts()),
    }
}

#[track_caller]
fn granted(event: RawEvent, policy: &Policy) -> (Bytes, Facts) {
    match decide(event, policy, &mut Desk::default(), NOW) {
        Verdict::Granted(granted) => granted.into_parts(),
        Verdict::Refused(refused) => panic!("refused: {:?}", refused.facts()),
    }
}

fn ids(facts: &Facts) -> Vec<(&'static str, Effect)> {
    facts.checks.iter().map(|fired| (fired.id, fired.effect)).collect()
}

/// The response's JSON, and the problem document in its body.
#[track_caller]
fn response(refused: &Refused) -> (Value, Value) {
    let Answer::Response { content_type, body, streaming } = refused.answer(BUFFERED) else {
        panic!("no response")
    };
    assert_eq!((content_type, streaming), ("application/json", false));
    let mut response: Value = serde_json::from_slice(&body).unwrap();
    let problem = response["body"].take();
    (response, serde_json::from_str(problem.as_str().unwrap()).unwrap())
}

const STRICT: &str = "mode: enforce\nlimits: { depth: 1 }";

#[test]
fn a_good_event_passes_byte_for_byte() {
    let raw = fixture("events/sqs/fifo.json");
    let (body, digest) = (raw.body().to_vec(), raw.digest());
    let (forwarded, facts) = granted(raw, &policy("mode: enforce\ndirect_invoke: closed"));
    assert_eq!(forwarded, body);
    assert_eq!((facts.decision, facts.trigger), (DecisionKind::Pass, Trigger::Sqs));
    assert_eq!((facts.items_total, facts.items_refused), (3, 0));
    assert_eq!((facts.event_bytes, facts.event_digest), (body.len() as u64, digest));
    assert_eq!((facts.decided_ms, facts.grade), (NOW.unix_ms, Grade::Asserted));
    assert_eq!(facts.invocation.request_id, "r-1");
    assert_eq!(ids(&facts), []);
}

#[test]
fn observe_decides_and_records_but_refuses_nothing() {
    for path in ["duplicate-keys.json", "invalid-utf8.bin", "truncated.json", "empty.bin"] {
        let raw = fixture(&format!("hostile/{path}"));
        let body = raw.body().to_vec();
        let (forwarded, facts) = granted(raw, &policy("mode: observe"));
        assert_eq!(forwarded, body, "{path}");
        assert_eq!(facts.decision, DecisionKind::Pass);
        assert!(!facts.checks.is_empty(), "{path}");
        assert!(facts.checks.iter().all(|fired| fired.effect == Effect::Observed), "{path}");
    }
}

#[test]
fn an_http_refusal_is_a_problem_document_in_the_front_ends_form() {
    let refused = refused(fixture("events/api-gateway-v2/post-order.json"), &policy(STRICT));
    assert_eq!(ids(refused.facts()), [("limits.depth", Effect::Enforced)]);
    assert_eq!(refused.facts().items_refused, 1);
    let (response, problem) = response(&refused);
    let headers =
        json!({ "content-type": "application/problem+json", "cache-control": "no-store" });
    assert_eq!(
        response,
        json!({ "statusCode": 400, "headers": headers, "body": null, "isBase64Encoded": false })
    );
    assert_eq!(
        problem,
        json!({
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "the request was refused before it reached the function",
            "code": "limits.depth",
            "requestId": "r-1",
        })
    );
}

#[test]
fn header_lists_and_status_text_where_the_front_end_wants_them() {
    let small = policy("mode: enforce\nlimits: { event_bytes: 10 }");
    let (v1, _) = response(&refused(fixture("events/api-gateway-v1/post-order.json"), &small));
    let lists =
        json!({ "content-type": ["application/problem+json"], "cache-control": ["no-store"] });
    assert_eq!((&v1["multiValueHeaders"], &v1["headers"]), (&lists, &Value::Null));
    assert_eq!(v1["statusDescription"], Value::Null);
    let (alb, _) = response(&refused(fixture("events/alb/post-multi-value.json"), &small));
    assert_eq!((&alb["multiValueHeaders"], &alb["headers"]), (&lists, &Value::Null));
    assert_eq!(alb["statusDescription"], "413 Content Too Large");
    let (alb, _) = response(&refused(fixture("events/alb/get.json"), &small));
    assert_eq!(alb["headers"]["content-type"], "application/problem+json");
}

#[test]
fn a_streaming_front_end_gets_prelude_separator_and_body() {
    let url = || fixture("events/function-url/webhook-post.json");
    let answer = refused(url(), &policy(STRICT)).answer(STREAMED);
    let Answer::Response { content_type, body, streaming: true } = answer else { panic!() };
    assert_eq!(content_type, "application/vnd.awslambda.http-integration-response");
    let text = String::from_utf8(body).unwrap();
    let (prelude, problem) = text.split_once("\0\0\0\0\0\0\0\0").unwrap();
    let prelude: Value = serde_json::from_str(prelude).unwrap();
    let headers =
        json!({ "content-type": "application/problem+json", "cache-control": "no-store" });
    assert_eq!(prelude, json!({ "statusCode": 400, "headers": headers }));
    assert!(problem.starts_with('{'));
}

#[test]
fn the_source_decides_how_to_stream_and_else_the_last_reply() {
    let streams = |path: &str, response: &str, hint| {
        let triggers = "function-url, api-gateway-v1, api-gateway-v2";
        let sources = match response {
            "" => String::new(),
            _ => format!("\nsources: [{{ trigger: [{triggers}], response: {response} }}]"),
        };
        let refused = refused(fixture(path), &policy(&format!("{STRICT}{sources}")));
        matches!(refused.answer(hint), Answer::Response { streaming: true, .. })
    };
    let url = "events/function-url/webhook-post.json";
    assert!(streams(url, "", STREAMED));
    assert!(streams("events/api-gateway-v1/post-order.json", "", STREAMED));
    assert!(!streams(url, "", BUFFERED));
    assert!(!streams(url, "", StreamHint::default()));
    assert!(!streams(url, "buffered", STREAMED));
    assert!(streams(url, "auto", STREAMED));
    assert!(!streams("events/api-gateway-v2/post-order.json", "", STREAMED));
    let stream =
        policy(&format!("{STRICT}\nsources: [{{ trigger: function-url, response: stream }}]"));
    let answer = refused(fixture(url), &stream).answer(BUFFERED);
    assert!(matches!(answer, Answer::Response { streaming: true, .. }));
}

#[test]
fn what_is_no_request_gets_a_function_error() {
    for path in [
        "sqs/fifo",
        "sns/text",
        "s3/object-created",
        "eventbridge/custom-event",
        "direct/step-functions",
    ] {
        let refused = refused(fixture(&format!("events/{path}.json")), &policy(STRICT));
        let Answer::Error { error_type, body } = refused.answer(BUFFERED) else { panic!("{path}") };
        assert_eq!(error_type, "Function.TollgateRefused");
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            json!({
                "errorType": "Function.TollgateRefused",
                "errorMessage": "refused by Tollgate: check limits.depth, request r-1",
            })
        );
    }
}

const REPORTS: &str = "\nsources: [{ trigger: sqs, mapping: { reports_item_failures: true }, on_refuse: report-item }]";

#[test]
fn a_queue_that_reports_item_failures_keeps_every_message() {
    let policy = policy(&format!("{STRICT}{REPORTS}"));
    let refused = refused(fixture("events/sqs/fifo.json"), &policy);
    assert_eq!(refused.facts().items_refused, 3);
    let Answer::Response { body, .. } = refused.answer(STREAMED) else { panic!() };
    let id = |n| json!({ "itemIdentifier": format!("059f36b4-87a3-44ab-83d2-66197597000{n}") });
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body, json!({ "batchItemFailures": [id(1), id(2), id(3)] }));
}

#[test]
fn security_messages_without_ids_are_never_reported_in_part() {
    let policy = policy(&format!("{STRICT}{REPORTS}"));
    let batch = r#"{"Records":[{"eventSource":"aws:sqs","messageId":"a"},{"messageId":""}]}"#;
    let answer = refused(event(batch), &policy).answer(BUFFERED);
    assert!(matches!(answer, Answer::Error { .. }));
}

#[test]
fn events_from_unlisted_sources_are_refused() {
    let policy =
        policy("mode: enforce\nsources: [{ trigger: sqs, arn: \"arn:aws:sqs:*:orders\" }]");
    granted(fixture("events/sqs/one-message.json"), &policy);
    let facts = refused(fixture("events/sqs/fifo.json"), &policy).into_facts();
    assert_eq!(ids(&facts), [("source.unlisted", Effect::Enforced)]);
    let (response, problem) = response(&refused(fixture("events/alb/get.json"), &policy));
    assert_eq!((&response["statusCode"], &problem["title"]), (&json!(403), &json!("Forbidden")));
}

#[test]
fn a_check_does_what_its_setting_says() {
    let settings = "mode: enforce\nchecks: { limits.json: off, limits.duplicate_keys: observe }";
    let (_, facts) = granted(event("{"), &policy(settings));
    assert_eq!(ids(&facts), []);
    let (_, facts) = granted(fixture("hostile/duplicate-keys.json"), &policy(settings));
    assert_eq!(ids(&facts), [("limits.duplicate_keys", Effect::Observed)]);
    let none = "mode: enforce\nchecks: { limits.json: \"enforce: 0%\" }";
    granted(event("{"), &policy(none));
}

#[test]
fn a_broken_policy_refuses_everything_and_says_nothing_else() {
    for path in ["events/function-url/anonymous-get.json", "hostile/truncated.json"] {
        let refused = refused(fixture(path), &Policy::invalid());
        assert_eq!(ids(refused.facts()), [("policy.invalid", Effect::Enforced)]);
        assert_eq!(refused.check().status, 403);
    }
}

/// Runs `test` while every event panics in `stage`.
fn with_panic_in(stage: Stage, test: impl FnOnce()) {
    plant::panic_in(Some(stage));
    test();
    plant::panic_in(None);
}

#[test]
fn a_panic_in_any_stage_is_a_refusal_in_the_triggers_own_form() {
    let policy = policy("mode: enforce");
    for stage in Stage::ALL {
        with_panic_in(stage, || {
            let refused = refused(fixture("events/alb/get.json"), &policy);
            assert_eq!(ids(refused.facts()), [("internal.panic", Effect::Enforced)], "{stage:?}");
            assert_eq!(refused.facts().invocation.request_id, "r-1");
            let known = !matches!(stage, Stage::Decode | Stage::Classify);
            assert_eq!(refused.facts().trigger == Trigger::Alb, known, "{stage:?}");
            match refused.answer(BUFFERED) {
                Answer::Response { .. } => assert_eq!(response(&refused).0["statusCode"], 500),
                Answer::Error { .. } => assert!(!known, "{stage:?}"),
            }
        });
    }
}

#[test]
fn a_panic_opens_the_gate_only_where_the_policy_says_so() {
    for open in ["mode: enforce\non_error: allow", "mode: observe"] {
        let policy = policy(open);
        for stage in Stage::ALL {
            with_panic_in(stage, || {
                let raw = fixture("events/alb/get.json");
                let body = raw.body().to_vec();
                let (forwarded, facts) = granted(raw, &policy);
                assert_eq!(forwarded, body);
                assert_eq!(ids(&facts), [("internal.panic", Effect::Observed)], "{stage:?}");
            });
        }
    }
}

#[test]
fn facts_are_serialised_without_content() {
    let raw = event(r#"{"secret":"hunter2","secret":"hunter3"}"#);
    let (_, facts) = granted(raw, &policy("mode: observe"));
    let text = serde_json::to_string(&facts).unwrap();
    assert!(!text.contains("hunter"), "{text}");
    let facts: Value = serde_json::from_str(&text).unwrap();
    let fired = json!({
        "id": "limits.duplicate_keys",
        "effect": "observed",
        "at": "/secret",
        "detail": "two members have the same key",
    });
    assert_eq!((&facts["checks"], &facts["decision"]), (&json!([fired]), &json!("pass")));
    assert_eq!((&facts["trigger"], &facts["mode"]), (&json!("direct"), &json!("observe")));
}

#[test]
fn the_same_event_is_always_decided_the_same() {
    let policy = policy("mode: enforce\nchecks: { limits.json: \"enforce: 50%\" }");
    let decision = |id: u32| {
        let invocation =
            Invocation { request_id: format!("request-{id}"), ..Invocation::default() };
        let event = RawEvent::new(invocation, Bytes::from_static(b"{"));
        decide(event, &policy, &mut Desk::default(), NOW).facts().decision
    };
    let refused = (0..1000).filter(|id| decision(*id) == DecisionKind::Refuse).count();
    assert!((400..600).contains(&refused), "{refused}");
    for id in 0..20 {
        assert_eq!(decision(id), decision(id));
    }
}
