//! Signed contexts of a queue's messages: each message is judged by its own chain.
use tollgate_proof::context::{ATTRIBUTE, Context, Form, SigningKey, secret_text};
use zeroize::Zeroizing;

use super::*;
use crate::desk::{Ended, Ending, Ticket};

const SIGNED: Moment = Moment { unix_ms: 1_800_000_000_000 };
const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";
const BODY: &str = "{\"order\":1}";

fn function(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}")
}

fn key() -> SigningKey {
    let secret = secret_text(&[7; 32]);
    let text = format!(r#"{{"kid":"k","alg":"HS256","secret":"{secret}"}}"#);
    SigningKey::read(text.as_bytes()).unwrap()
}

fn desk(policy: &Policy) -> Desk {
    let mut desk = Desk::default();
    desk.keys = policy.keyring();
    let text =
        format!(r#"{{"keys":[{{"kid":"k","alg":"HS256","secret":"{}"}}]}}"#, secret_text(&[7; 32]));
    desk.keys.supply(0, &Zeroizing::new(text.into_bytes()), SIGNED.unix_ms).unwrap();
    desk
}

/// A message that came through these functions, the first one first; without any it is unsigned.
fn message(number: usize, hops: &[&str]) -> Value {
    let mut message = json!({
        "messageId": format!("m-{number}"), "receiptHandle": "r", "body": BODY, "attributes": {},
        "messageAttributes": {}, "md5OfBody": "0", "eventSource": "aws:sqs", "eventSourceARN": QUEUE,
        "awsRegion": "eu-west-1",
    });
    let mut chain: Option<(String, Vec<_>)> = None;
    for name in hops {
        let before = chain.as_ref().map(|(text, hops)| (text.as_str(), hops.as_slice()));
        let context = Context {
            kid: "k".to_owned(),
            target: QUEUE.to_owned(),
            iat: SIGNED.unix_ms,
            exp: SIGNED.unix_ms + 60_000,
            nonce: "EBESExQVFhcYGRobHB0eHw".to_owned(),
            hops: Context::hops_after(before, &function(name), "request"),
            digest: Form::Bytes.digest(BODY.as_bytes()).unwrap(),
        };
        chain = Some((context.sign(&key()).unwrap(), context.hops));
    }
    if let Some((text, _)) = chain {
        message["messageAttributes"][ATTRIBUTE] =
            json!({ "stringValue": text, "dataType": "String" });
    }
    message
}

fn batch(chains: &[&[&str]]) -> RawEvent {
    let records: Vec<_> = chains.iter().enumerate().map(|(i, hops)| message(i, hops)).collect();
    let body = json!({ "Records": records }).to_string();
    let invocation = Invocation {
        request_id: "r-1".into(),
        function_arn: function("orders:live"),
        ..Invocation::default()
    };
    RawEvent::new(invocation, Bytes::from(body))
}

fn of_queue(lines: &str) -> Policy {
    policy(&format!(
        "mode: enforce\ndetect: none\nchecks: {{ schema.envelope: off }}\n{lines}\nsources: [{{ \
         trigger: sqs, mapping: {{ reports_item_failures: true }}, on_refuse: report-item, auth: {{ \
         context: {{ keys_file: keys.json }} }} }}]"
    ))
}

fn withheld(lines: &str, chains: &[&[&str]]) -> (Vec<&'static str>, Vec<String>) {
    let policy = of_queue(lines);
    let verdict = decide(batch(chains), &policy, &mut desk(&policy), SIGNED);
    let facts = verdict.facts();
    let fired = facts.checks.iter().map(|fired| fired.id).collect();
    (fired, facts.withheld.as_ref().map(|items| items.ids.clone()).unwrap_or_default())
}

#[test]
fn security_the_deepest_message_of_a_batch_does_not_hide_behind_the_first() {
    let lines = "ceilings: { hops: 1 }";
    let (once, twice) = (["orders", "mail"], ["orders", "mail", "orders:beta", "mail"]);
    assert_eq!(withheld(lines, &[&["mail"], &once]), (vec![], vec![]));
    let found = withheld(lines, &[&["mail"], &twice, &once]);
    assert_eq!(found, (vec!["ceiling.hops"], vec!["m-1".to_owned()]));
    // Nor behind a message that nobody signed.
    let found = withheld(lines, &[&[], &twice, &once]);
    let alone = ["m-0", "m-1"].map(str::to_owned).to_vec();
    assert_eq!(found, (vec!["auth.missing", "ceiling.hops"], alone));
}

#[test]
fn security_a_forged_message_does_not_make_strangers_of_the_others() {
    let lines = "callers: { functions: [mail] }";
    assert_eq!(withheld(lines, &[&["mail"], &["mail"]]), (vec![], vec![]));
    let (fired, alone) = withheld(lines, &[&["mail"], &[], &["charge"]]);
    assert_eq!(alone, ["m-1", "m-2"]);
    assert_eq!(fired.first(), Some(&"auth.missing"));
    assert!(fired.contains(&"source.lateral"));
}

/// A batch of messages, each with a context of the nonce that is given.
fn nonces(each: &[u8]) -> RawEvent {
    let message = |(number, nonce): (usize, &u8)| {
        let context = Context {
            kid: "k".to_owned(),
            target: QUEUE.to_owned(),
            iat: SIGNED.unix_ms,
            exp: SIGNED.unix_ms + 60_000,
            nonce: tollgate_proof::context::nonce(&[*nonce; 16]),
            hops: Context::hops_after(None, &function("mail"), "request"),
            digest: Form::Bytes.digest(BODY.as_bytes()).unwrap(),
        };
        let mut message = message(number, &[]);
        message["attributes"] = json!({ "MessageGroupId": "g" });
        message["messageAttributes"][ATTRIBUTE] =
            json!({ "stringValue": context.sign(&key()).unwrap(), "dataType": "String" });
        message
    };
    let records: Vec<_> = each.iter().enumerate().map(message).collect();
    event(json!({ "Records": records }).to_string())
}

/// Each may be used once; clocks may be half a minute apart.
fn once() -> Policy {
    policy(
        "mode: enforce\ndetect: none\nchecks: { schema.envelope: off }\nsources: [{ trigger: sqs, \
         mapping: { reports_item_failures: true }, on_refuse: report-item, auth: { context: { \
         keys_file: keys.json }, replay: environment } }]",
    )
}

fn at(
    desk: &mut Desk,
    policy: &Policy,
    event: RawEvent,
    after_ms: u64,
) -> (Option<Ticket>, Vec<String>) {
    let moment = Moment { unix_ms: SIGNED.unix_ms + after_ms };
    let verdict = decide(event, policy, desk, moment);
    let checks = verdict.facts().checks.iter();
    let fired = checks.map(|fired| format!("{} {}", fired.id, fired.at)).collect();
    match verdict {
        Verdict::Granted(mut granted) => (Some(granted.take_ticket()), fired),
        Verdict::Refused(_) => (None, fired),
    }
}

fn succeed(desk: &mut Desk, ticket: Option<Ticket>, answer: &str) {
    let mut ticket = ticket.unwrap();
    ticket.answered(answer.as_bytes());
    let at_ms = SIGNED.unix_ms;
    let ending = Ending { outcome: Ended::Success, duration_ms: 1, response_bytes: 2, at_ms };
    desk.settle(ticket, &ending);
}

#[test]
fn security_a_context_is_used_once_in_its_leeway_too() {
    let policy = once();
    for first_ms in [0, 60_000, 89_999] {
        let mut desk = desk(&policy);
        let (ticket, fired) = at(&mut desk, &policy, nonces(&[1]), first_ms);
        assert_eq!(fired, Vec::<String>::new(), "{first_ms}");
        succeed(&mut desk, ticket, "null");
        for again_ms in [first_ms, 59_999, 60_000, 89_999] {
            let (_, fired) = at(&mut desk, &policy, nonces(&[1]), again_ms);
            assert_eq!(fired, ["auth.replay /Records/0"], "{first_ms} {again_ms}");
        }
        let (_, fired) = at(&mut desk, &policy, nonces(&[1]), 90_000);
        assert_eq!(fired, ["auth.expired /Records/0"]);
    }
}

#[test]
fn security_a_context_that_stands_twice_in_a_batch_passes_once() {
    let policy = once();
    let (ticket, fired) = at(&mut desk(&policy), &policy, nonces(&[1, 2, 1, 1]), 0);
    assert_eq!(fired, ["auth.replay /Records/2", "auth.replay /Records/3"]);
    assert!(ticket.is_some());
}

#[test]
fn what_was_held_back_of_a_batch_is_not_used_up() {
    let policy = once();
    let fifo = |event: &RawEvent| {
        let text = String::from_utf8(event.body().to_vec()).unwrap();
        self::event(text.replace(":orders\"", ":orders.fifo\"").replace("{\\\"order\\\":1}", "{}"))
    };
    // The bodies are others than what was signed: all are refused, and none is used up.
    let mut desk = desk(&policy);
    let (ticket, fired) = at(&mut desk, &policy, fifo(&nonces(&[1, 2])), 0);
    assert!(ticket.is_none() && fired.len() == 2, "{fired:?}");
    // The first of the group is a replay: the second waits, and passes when it comes again.
    let (ticket, _) = at(&mut desk, &policy, nonces(&[1]), 0);
    succeed(&mut desk, ticket, "{}");
    let (ticket, fired) = at(&mut desk, &policy, nonces(&[1, 2]), 0);
    assert_eq!(fired, ["auth.replay /Records/0"]);
    succeed(&mut desk, ticket, "");
    let (ticket, fired) = at(&mut desk, &policy, nonces(&[2]), 0);
    assert!(fired.is_empty(), "an answer that is no JSON fails the batch: {fired:?}");
    succeed(&mut desk, ticket, "{\"batchItemFailures\":[]}");
    assert_eq!(at(&mut desk, &policy, nonces(&[2]), 0).1, ["auth.replay /Records/0"]);
}

#[test]
fn a_message_that_the_function_reports_as_failed_may_come_again() {
    let policy = once();
    let mut desk = desk(&policy);
    let (ticket, _) = at(&mut desk, &policy, nonces(&[1, 2]), 0);
    succeed(&mut desk, ticket, r#"{"batchItemFailures":[{"itemIdentifier":"m-1"}]}"#);
    let (ticket, fired) = at(&mut desk, &policy, nonces(&[1, 2]), 0);
    assert_eq!(fired, ["auth.replay /Records/0"]);
    // Lambda takes an entry without a name for a failure of all.
    succeed(&mut desk, ticket, r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#);
    let (ticket, fired) = at(&mut desk, &policy, nonces(&[2]), 0);
    assert!(ticket.is_some() && fired.is_empty(), "{fired:?}");
}
