//! Proofs of senders: a webhook's signature is checked before the function wakes, and the record
//! says who signed. Keys that must be fetched are kept by `moto`.

mod issuers;
mod libraries;

use crate::support::guarded::{Guarded, Setup};
use crate::support::places;
use crate::support::stand::Stand;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tollgate_emulator::Answer;

const POLICY: &str = "version: 1\nmode: enforce\ndetect: none\nsources:\n  - trigger: function-url\n    \
                      auth: { hmac: { scheme: github, secret_env: [NEW_SECRET, OLD_SECRET] }, replay: environment }\n  - \
                      trigger: api-gateway-v2\n    auth: { hmac: { scheme: shopify, secret_env: NOT_SET } }\n";

/// What libraries of others signed.
fn peers() -> Value {
    let path = places::fixtures("../../extension/proof/tests/fixtures/peers.json");
    let all: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    all["webhooks"].clone()
}

async fn guarded() -> Guarded {
    let peers = peers();
    let text = |name: &str| peers[name].as_str().unwrap().to_owned();
    let setup = Setup::rust().policy(POLICY).map(|settings| {
        settings.env("NEW_SECRET", text("secret")).env("OLD_SECRET", text("older"))
    });
    setup.start().await
}

fn webhook(domain: &str, headers: &Value, body: &str) -> Vec<u8> {
    let event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/hooks", "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012", "apiId": "a1", "domainName": domain, "domainPrefix": "a1",
            "requestId": "q", "routeKey": "$default", "stage": "$default",
            "time": "15/Jan/2027:08:00:00 +0000", "timeEpoch": 1_800_000_000_000_u64,
            "http": { "method": "POST", "path": "/hooks", "protocol": "HTTP/1.1",
                      "sourceIp": "192.0.2.1", "userAgent": "example" },
        },
        "body": body, "isBase64Encoded": false,
    });
    event.to_string().into_bytes()
}

/// The status of the function's own answer.
const ECHOED: u16 = 200;

const URL: &str = "a1.lambda-url.eu-west-1.on.aws";
const API: &str = "a1.execute-api.eu-west-1.amazonaws.com";

fn status(answer: &Answer) -> (Value, Value) {
    let Answer::Response { body, .. } = answer else { panic!("{answer:?}") };
    let answer: Value = serde_json::from_slice(body).unwrap();
    let challenge = answer["headers"]["www-authenticate"].clone();
    (answer["statusCode"].clone(), challenge)
}

#[tokio::test]
async fn a_signed_webhook_reaches_the_function_once_and_no_other_does() {
    let guarded = guarded().await;
    let peers = peers();
    let body = peers["body"].as_str().unwrap();
    let signed = |name: &str| json!({ "X-Hub-Signature-256": peers[name] });
    let good = guarded.invoke(webhook(URL, &signed("github"), body)).await;
    let again = guarded.invoke(webhook(URL, &signed("github"), body)).await;
    let bare = guarded.invoke(webhook(URL, &json!({}), body)).await;
    let changed = guarded.invoke(webhook(URL, &signed("github"), "{}")).await;
    let keyless = guarded.invoke(webhook(API, &json!({}), body)).await;
    let refused = |status: u16, challenge: Value| (Value::from(status), challenge);
    assert_eq!(status(&again.answer), refused(403, Value::Null));
    assert_eq!(status(&bare.answer), refused(401, "Signature".into()));
    assert_eq!(status(&changed.answer), refused(401, "Signature".into()));
    assert_eq!(status(&keyless.answer), refused(503, Value::Null));
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&good.request_id);
    assert_eq!((&record["decision"], &record["grade"]), (&"pass".into(), &"signed".into()));
    let proof = &record["proof"];
    assert_eq!((&proof["scheme"], &proof["verified"]), (&"hmac.github".into(), &true.into()));
    assert_eq!(proof["keyId"], "0");
    for (invoked, check) in [
        (&again, "auth.replay"),
        (&bare, "auth.missing"),
        (&changed, "auth.invalid"),
        (&keyless, "auth.unavailable"),
    ] {
        let record = ledger.invocation(&invoked.request_id);
        assert_eq!(record["checks"][0]["id"], check);
        assert_eq!((&record["decision"], &record["grade"]), (&"refuse".into(), &"unproved".into()));
        assert_eq!(record["proof"]["verified"], false);
        let secret = peers["secret"].as_str().unwrap();
        assert!(!record.to_string().contains(secret));
    }
    ledger.assert_verifies();
}

fn fetched(url: &str, key: &str) -> Setup {
    let text = format!(
        "version: 1\nmode: enforce\ndetect: none\nsources:\n  - trigger: function-url\n    \
         auth: {{ hmac: {{ scheme: github, {key} }} }}\n  - trigger: direct\n"
    );
    let url = url.to_owned();
    Setup::rust()
        .policy(&text)
        .map(|settings| settings.region("eu-west-1").env("AWS_ENDPOINT_URL", url))
}

/// Signed with a secret that was fetched, it reaches the function; wrongly signed it does not. Where
/// the machine is slower than an event is held, its sender tries again.
async fn assert_fetched(guarded: Guarded) {
    let peers = peers();
    let body = peers["body"].as_str().unwrap();
    let signed = |name: &str| json!({ "X-Hub-Signature-256": peers[name] });
    let first = async {
        loop {
            let invoked = guarded.invoke(webhook(URL, &signed("github"), body)).await;
            if status(&invoked.answer).0 != 503 {
                return invoked;
            }
        }
    };
    let good = tokio::time::timeout(Duration::from_mins(1), first).await;
    let good = good.unwrap_or_else(|_| panic!("no key: {}", guarded.complaints()));
    let changed = guarded.invoke(webhook(URL, &signed("github older"), body)).await;
    assert_eq!(status(&changed.answer).0, 401);
    let said = guarded.complaints();
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&good.request_id);
    assert_eq!((&record["decision"], &record["grade"]), (&"pass".into(), &"signed".into()));
    ledger.assert_verifies();
    let secret = peers["secret"].as_str().unwrap();
    assert!(!said.contains(secret) && !ledger.text().contains(secret));
}

#[tokio::test]
async fn a_secret_is_fetched_from_secrets_manager() {
    let stand = Stand::moto().await;
    let secret = peers()["secret"].clone();
    let body = json!({ "Name": "hooks", "SecretString": secret });
    stand.json("secretsmanager", "secretsmanager.CreateSecret", &body).await;
    assert_fetched(fetched(&stand.url, "secret_arn: hooks").start().await).await;
}

#[tokio::test]
async fn the_first_event_is_held_until_its_key_has_come() {
    let keeper = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", keeper.local_addr().unwrap());
    let guarded = fetched(&url, "secret_arn: hooks").start().await;
    let (mut stream, _) = keeper.accept().await.unwrap();
    let mut request = vec![0; 16 * 1024];
    let read = stream.read(&mut request).await.unwrap();
    assert!(String::from_utf8_lossy(&request[..read]).contains("secretsmanager.GetSecretValue"));
    let peers = peers();
    let headers = json!({ "X-Hub-Signature-256": peers["github"] });
    let signed = webhook(URL, &headers, peers["body"].as_str().unwrap());
    let answer = json!({ "Name": "hooks", "VersionId": "1", "SecretString": peers["secret"] });
    let answer = answer.to_string();
    let length = answer.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: \
         {length}\r\n\r\n{answer}"
    );
    let mut released = guarded.environment.follow_requests();
    let hand_over = async {
        // The poll that the event answers is there, and the event is on its way.
        released.find(|request| request.path.ends_with("/invocation/next")).await;
        stream.write_all(answer.as_bytes()).await.unwrap();
    };
    let (invoked, ()) = tokio::join!(guarded.invoke(signed), hand_over);
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&invoked.request_id);
    assert_eq!((&record["decision"], &record["grade"]), (&"pass".into(), &"signed".into()));
}

#[tokio::test]
async fn a_secret_is_fetched_from_parameter_store() {
    let stand = Stand::moto().await;
    let secret = peers()["secret"].clone();
    let body = json!({ "Name": "/hooks", "Value": secret, "Type": "SecureString" });
    stand.json("ssm", "AmazonSSM.PutParameter", &body).await;
    assert_fetched(fetched(&stand.url, "secret_parameter: /hooks").start().await).await;
}

#[tokio::test]
async fn security_a_key_that_nobody_has_refuses_its_source_only_and_the_log_says_why() {
    let stand = Stand::moto().await;
    let guarded = fetched(&stand.url, "secret_arn: hooks").start().await;
    let peers = peers();
    let headers = json!({ "X-Hub-Signature-256": peers["github"] });
    let signed = webhook(URL, &headers, peers["body"].as_str().unwrap());
    let invoked = guarded.invoke(signed).await;
    assert_eq!(status(&invoked.answer).0, 503);
    let direct = guarded.invoke("{}").await;
    assert_eq!(direct.answer.error_type(), None);
    let mut lines = guarded.environment.follow_logs();
    let line = lines.find(|line| line.text.contains("ResourceNotFoundException")).await;
    assert!(line.text.contains("sources[0].auth.hmac.secret_arn"), "{}", line.text);
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.invocation(&invoked.request_id)["checks"][0]["id"], "auth.unavailable");
    ledger.assert_verifies();
}

#[tokio::test]
async fn security_an_event_is_not_held_for_ever_for_its_key() {
    // It takes requests for keys and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let guarded = fetched(&url, "secret_arn: hooks").start().await;
    let direct = guarded.invoke("{}").await;
    assert_eq!(direct.answer.error_type(), None);
    let invoked = guarded.invoke(webhook(URL, &json!({}), "{}")).await;
    assert_eq!(status(&invoked.answer).0, 503);
    guarded.ledger().await.assert_verifies();
    drop(silent);
}

#[tokio::test]
async fn the_owner_s_policies_deny_a_request() {
    let files = tempfile::tempdir().unwrap();
    let policy = "version: 1\nmode: enforce\ndetect: none\nauthorise: [rules/*.cedar]\n";
    let rules = "@id(\"all\")\npermit (principal, action, resource);\n@id(\"read-only\")\nforbid \
                 (principal, action, resource) when { context has route && context.route has path \
                 && context.route.path like \"/admin*\" };\n";
    std::fs::create_dir(files.path().join("rules")).unwrap();
    std::fs::write(files.path().join("rules/a.cedar"), rules).unwrap();
    let place = files.path().join("tollgate.yaml");
    std::fs::write(&place, policy).unwrap();
    let place = place.to_str().unwrap().to_owned();
    let guarded =
        Setup::rust().map(|settings| settings.env("TOLLGATE_POLICY", place)).start().await;
    let at = |path: &str| {
        let event = webhook(URL, &json!({}), "{}");
        String::from_utf8(event).unwrap().replace("/hooks", path)
    };
    let good = guarded.invoke(at("/orders")).await;
    let denied = guarded.invoke(at("/admin/users")).await;
    assert_eq!(status(&denied.answer).0, 403, "{}", guarded.complaints());
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.invocation(&good.request_id)["decision"], "pass");
    let record = ledger.invocation(&denied.request_id);
    assert_eq!(
        (&record["decision"], &record["checks"][0]["id"]),
        (&json!("refuse"), &json!("policy.denied"))
    );
    assert!(record.to_string().contains("read-only"), "{record}");
    ledger.assert_verifies();
}
