//! Functions that call one another: each has the layer sign a context for the next, whose gate checks
//! it, names the one before in its record, and takes it out of the payload.

use crate::support::guarded::{Guarded, Setup};
use crate::support::runtime::Runtime;
use serde_json::{Value, json};
use std::path::Path;
use tollgate_emulator::{Answer, Invoked};

/// The bytes 0 to 31: a key for tests, and its public half.
const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const PUBLIC: &str = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}")
}

/// Keys in files beside a policy, which no function of ours writes to.
fn keys(directory: &Path) {
    let signing = json!({ "kid": "k", "alg": "Ed25519", "secret": SECRET });
    let checking = json!({ "keys": [{ "kid": "k", "alg": "Ed25519", "public": PUBLIC }] });
    std::fs::write(directory.join("signing.json"), signing.to_string()).unwrap();
    std::fs::write(directory.join("keys.json"), checking.to_string()).unwrap();
}

fn policy(directory: &Path, more: &str) -> String {
    let at = directory.display();
    format!(
        "version: 1\nmode: enforce\ndetect: none\ncontexts: {{ key_file: {at}/signing.json }}\n{more}"
    )
}

/// Asks for a context, and takes it out of the payload before the function sees it.
fn called(directory: &Path) -> String {
    let at = directory.display();
    format!(
        "sources:\n  - trigger: direct\n    auth: {{ context: {{ keys_file: {at}/keys.json, strip: true }}, \
         replay: environment }}\ncallers: {{ functions: [first, second] }}\n"
    )
}

async fn function(name: &str, policy: &str) -> Guarded {
    let setup = Setup::python().policy(policy);
    setup.map(|settings| settings.name(name).region("eu-west-1")).start().await
}

fn body(invoked: &Invoked) -> Value {
    let Answer::Response { body, .. } = &invoked.answer else { panic!("{:?}", invoked.answer) };
    serde_json::from_slice(body).unwrap()
}

/// An event that makes a function sign a payload for another one.
fn sign(target: &str, payload: &Value) -> Value {
    json!({ "control": { "sign": { "target": arn(target), "payload": payload } } })
}

#[tokio::test]
async fn a_chain_of_functions_is_attested_hop_by_hop() {
    let files = tempfile::tempdir().unwrap();
    keys(files.path());
    let first = function("first", &policy(files.path(), "")).await;
    let second = function("second", &policy(files.path(), &called(files.path()))).await;
    let third = function("third", &policy(files.path(), &called(files.path()))).await;

    let last = json!({ "amount": 12.5, "text": "Grüße" });
    let between = sign("third", &last);
    let one = first.invoke(sign("second", &between).to_string()).await;
    let two = second.invoke(body(&one).to_string()).await;
    let three = third.invoke(body(&two).to_string()).await;
    // The function saw the payload without the context.
    assert_eq!(body(&three), json!({ "echo": last }));
    let again = third.invoke(body(&two).to_string()).await;
    assert_eq!(again.answer.error_type(), Some("Function.TollgateRefused"));
    let bare = third.invoke(last.to_string()).await;
    assert_eq!(bare.answer.error_type(), Some("Function.TollgateRefused"));
    let elsewhere = third.invoke(body(&one).to_string()).await;
    assert_eq!(elsewhere.answer.error_type(), Some("Function.TollgateRefused"));

    drop(first.ledger().await);
    let ledger = second.ledger().await;
    let record = ledger.invocation(&two.request_id);
    assert_eq!(record["proof"]["hops"], json!([arn("first")]));
    assert_eq!(record["proof"]["previousRequestId"], one.request_id);
    ledger.assert_verifies();
    let ledger = third.ledger().await;
    let record = ledger.invocation(&three.request_id);
    assert_eq!((&record["grade"], &record["decision"]), (&json!("signed"), &json!("pass")));
    assert_eq!(record["proof"]["hops"], json!([arn("first"), arn("second")]));
    assert_eq!(record["proof"]["previousRequestId"], two.request_id);
    assert_eq!(record["proof"]["stripped"], true);
    for (invoked, check) in
        [(again, "auth.replay"), (bare, "auth.missing"), (elsewhere, "auth.invalid")]
    {
        assert_eq!(ledger.invocation(&invoked.request_id)["checks"][0]["id"], check);
    }
    assert!(!ledger.text().contains(SECRET));
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_function_that_calls_itself_is_stopped() {
    let files = tempfile::tempdir().unwrap();
    keys(files.path());
    let at = files.path().display();
    let more = format!(
        "ceilings: {{ hops: 1 }}\nsources:\n  - trigger: direct\n    auth: {{ context: {{ keys_file: \
         {at}/keys.json }} }}\nchecks: {{ auth.missing: observe }}\n"
    );
    let own = function("first", &policy(files.path(), &more)).await;
    let own_call = |payload: &Value| sign("first", payload);
    let event = own_call(&own_call(&own_call(&json!({}))));
    let one = own.invoke(event.to_string()).await;
    let two = own.invoke(body(&one).to_string()).await;
    let three = own.invoke(body(&two).to_string()).await;
    assert_eq!(three.answer.error_type(), Some("Function.TollgateRefused"));
    let ledger = own.ledger().await;
    let record = ledger.invocation(&three.request_id);
    assert_eq!(record["checks"][0]["id"], "ceiling.hops", "{record}");
    assert_eq!(ledger.invocation(&two.request_id)["decision"], "pass");
}

#[tokio::test]
async fn security_nobody_gets_a_context_who_knows_no_open_invocation() {
    let files = tempfile::tempdir().unwrap();
    keys(files.path());
    let setup = Setup::by_hand().policy(&policy(files.path(), ""));
    let guarded = setup.map(|settings| settings.name("first")).launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    let id = runtime.next().await.request_id().to_owned();
    let target = arn("second");
    let (own, to) = (("tollgate-request-id", id.as_str()), ("tollgate-target", target.as_str()));
    let other = ("tollgate-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    let context = "/tollgate/context";
    for (method, headers, body, status) in [
        ("POST", vec![own, to], "{\"a\":1}", 200),
        ("POST", vec![own, to, ("tollgate-digest", "bytes")], "no json", 200),
        ("GET", vec![own, to], "", 405),
        ("POST", vec![to], "{}", 400),
        ("POST", vec![other, to], "{}", 403),
        ("POST", vec![own], "{}", 400),
        ("POST", vec![own, ("tollgate-target", "http://x")], "{}", 400),
        ("POST", vec![own, to, ("tollgate-digest", "md5")], "{}", 400),
        ("POST", vec![own, to, ("tollgate-before", "tg1.a.b")], "{}", 400),
        ("POST", vec![own, to], "no json", 400),
        ("POST", vec![own, to], "{\"a\":1,\"a\":2}", 400),
        ("POST", vec![own, to, ("host", "metadata.example")], "{}", 403),
        ("POST", vec![own, to, ("origin", "http://localhost")], "{}", 403),
    ] {
        let mut caller = Runtime::connect(guarded.port).await;
        let reply = caller.call(method, context, &headers, body).await;
        let said = String::from_utf8_lossy(&reply.body).into_owned();
        assert_eq!(reply.status, status, "{method} {headers:?} {body}: {said}");
        assert_eq!(
            said.contains("\"tg1."),
            status == 200 && said.contains("{\"context\":"),
            "{said}"
        );
        assert!(!said.contains(SECRET));
    }
    runtime.respond(&id, "{}").await;
    let mut late = Runtime::connect(guarded.port).await;
    let reply = late.call("POST", context, &[own, to], "{}").await;
    assert_eq!(reply.status, 403, "the invocation is over");
    let findings = guarded.ledger_after(running, runtime).await.findings();
    assert!(findings.contains(&"proxy.foreign_request".to_owned()), "{findings:?}");
}

#[tokio::test]
async fn a_policy_without_a_key_signs_nothing() {
    let guarded = Setup::by_hand().policy("version: 1\n").launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    let id = runtime.next().await.request_id().to_owned();
    let target = arn("second");
    let headers = [("tollgate-request-id", id.as_str()), ("tollgate-target", target.as_str())];
    let mut caller = Runtime::connect(guarded.port).await;
    let reply = caller.call("POST", "/tollgate/context", &headers, "{}").await;
    assert_eq!(reply.status, 404, "{reply:?}");
    runtime.respond(&id, "{}").await;
    guarded.ledger_after(running, runtime).await.assert_verifies();
}
