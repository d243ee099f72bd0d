//! Signed contexts of a queue's messages: each message is judged by its own chain.
use tollgate_proof::context::{ATTRIBUTE, Context, Form, SigningKey, secret_text};
use zeroize::Zeroizing;

use super::*;

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
