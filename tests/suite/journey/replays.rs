//! What may be used once in the whole fleet: environments of one function share their marks in a table
//! of DynamoDB, as `moto` plays it.

use crate::support::guarded::{Guarded, Setup};
use crate::support::places;
use crate::support::stand::Stand;
use serde_json::{Value, json};
use tollgate_emulator::{Answer, Invoked};

const POLICY: &str = "version: 1\nmode: enforce\ndetect: none\ntables: { budgets: marks }\nsources:\n  \
                      - trigger: function-url\n    auth: { hmac: { scheme: github, secret_env: SECRET }, \
                      replay: fleet }\n";

/// Webhooks that libraries of others signed: all of one secret.
struct Hooks {
    all: Value,
}

impl Hooks {
    fn read() -> Self {
        let path = places::fixtures("../../extension/proof/tests/fixtures/peers.json");
        let all: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        Self { all: all["webhooks"].clone() }
    }

    fn text(&self, name: &str) -> &str {
        self.all[name].as_str().unwrap()
    }

    /// A request that is signed; `control` says what the function does with it.
    fn request(&self, control: &Value) -> Vec<u8> {
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/hooks", "rawQueryString": "",
            "headers": { "X-Hub-Signature-256": self.all["github"] },
            "requestContext": {
                "accountId": "123456789012", "apiId": "a1",
                "domainName": "a1.lambda-url.eu-west-1.on.aws", "domainPrefix": "a1",
                "requestId": "q", "routeKey": "$default", "stage": "$default",
                "time": "15/Jan/2027:08:00:00 +0000", "timeEpoch": 1_800_000_000_000_u64,
                "http": { "method": "POST", "path": "/hooks", "protocol": "HTTP/1.1",
                          "sourceIp": "192.0.2.1", "userAgent": "example" },
            },
            "body": self.text("body"), "isBase64Encoded": false, "control": control,
        });
        event.to_string().into_bytes()
    }

    async fn environment(&self, url: &str) -> Guarded {
        let (url, secret) = (url.to_owned(), self.text("secret").to_owned());
        let setup = Setup::rust().policy(POLICY).map(|settings| {
            let settings = settings.name("hooks").env("AWS_ENDPOINT_URL", url);
            settings.env("SECRET", secret).timeout(std::time::Duration::from_secs(30))
        });
        setup.start().await
    }
}

/// The status of the answer; none where the function reported an error.
fn status(invoked: &Invoked) -> Option<u64> {
    let Answer::Response { body, .. } = &invoked.answer else { return None };
    let answer: Value = serde_json::from_slice(body).unwrap();
    Some(answer["statusCode"].as_u64().unwrap_or(200))
}

/// The check that fired first of an invocation.
async fn first_check(guarded: Guarded, invoked: &Invoked) -> Value {
    let ledger = guarded.ledger().await;
    ledger.assert_verifies();
    ledger.invocation(&invoked.request_id)["checks"][0]["id"].clone()
}

#[tokio::test]
async fn security_a_webhook_that_one_environment_handled_is_a_replay_in_all() {
    let stand = Stand::moto().await;
    stand.table("marks").await;
    let hooks = Hooks::read();
    let (first, second) =
        tokio::join!(hooks.environment(&stand.url), hooks.environment(&stand.url));
    // The function fails: its sender tries again, and comes to another environment.
    let failed = first.invoke(hooks.request(&json!({ "fail": true }))).await;
    assert_eq!(status(&failed), None);
    let good = second.invoke(hooks.request(&Value::Null)).await;
    assert_eq!(status(&good), Some(200), "{}", second.complaints());
    let replay = first.invoke(hooks.request(&Value::Null)).await;
    assert_eq!(status(&replay), Some(403), "{}", first.complaints());
    let rows = stand.scan("marks").await;
    let [row] = &rows["Items"].as_array().unwrap()[..] else { panic!("{rows}") };
    assert!(row["pk"]["S"].as_str().unwrap().starts_with("seen#function/hooks#"), "{row}");
    assert_eq!(row.get("by"), None, "the last word was spoken");
    assert_eq!(first_check(first, &replay).await, "auth.replay");
    second.ledger().await.assert_verifies();
}

#[tokio::test]
async fn security_what_nobody_can_tell_is_a_replay_does_not_pass() {
    // There is no table.
    let stand = Stand::moto().await;
    let hooks = Hooks::read();
    let guarded = hooks.environment(&stand.url).await;
    let first = guarded.invoke(hooks.request(&Value::Null)).await;
    assert_eq!(status(&first), Some(503));
    stand.table("marks").await;
    let second = guarded.invoke(hooks.request(&Value::Null)).await;
    assert_eq!(status(&second), Some(200), "{}", guarded.complaints());
    assert_eq!(first_check(guarded, &first).await, "auth.unavailable");
}
