//! Secrets in the function's answers: recorded, written over, or not sent; and how much goes out.

use crate::support::guarded::{Guarded, Setup};
use crate::support::runtime::Runtime;
use bytes::Bytes;
use http_body_util::channel::Channel;
use serde_json::{Value, json};
use tollgate_emulator::{Answer, Invoked};

const CARD: &str = "4111111111111111";
const TOKEN: &str = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
const PASSWORD: &str = "correct-horse-battery";

async fn looking_for(leaks: &str) -> Guarded {
    let policy = format!("version: 1\nmode: enforce\nleaks: {{ {leaks} }}\n");
    Setup::rust()
        .policy(&policy)
        .map(|settings| settings.env("DB_PASSWORD", PASSWORD))
        .start()
        .await
}

async fn says(guarded: &Guarded, text: &str) -> Invoked {
    guarded.invoke(json!({ "text": text }).to_string()).await
}

fn fired(record: &Value) -> Vec<(&str, &str)> {
    let checks = record["checks"].as_array().unwrap();
    checks.iter().map(|it| (it["id"].as_str().unwrap(), it["effect"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_secret_in_an_answer_is_recorded_written_over_or_not_sent() {
    let guarded = looking_for("card: observe, token: mask, environment: refuse").await;
    let card = says(&guarded, CARD).await;
    let token = says(&guarded, TOKEN).await;
    let password = says(&guarded, PASSWORD).await;
    let clean = says(&guarded, "nothing").await;
    let text = |invoked: &Invoked| String::from_utf8_lossy(&invoked.answer.body()).into_owned();
    assert!(text(&card).contains(CARD));
    let masked: Value = serde_json::from_str(&text(&token)).unwrap();
    assert_eq!(masked["echo"]["text"], "*".repeat(TOKEN.len()));
    assert_eq!(password.answer.error_type(), Some("Function.TollgateRefused"));
    assert!(text(&password).contains("leak.environment") && !text(&password).contains(PASSWORD));
    assert_eq!(clean.answer.error_type(), None);
    let complaints = guarded.complaints();
    let ledger = guarded.ledger().await;
    let record = |invoked: &Invoked| ledger.invocation(&invoked.request_id);
    assert_eq!(fired(&record(&card)), [("leak.card", "observed")]);
    assert_eq!(fired(&record(&token)), [("leak.token", "enforced")]);
    assert_eq!(fired(&record(&password)), [("leak.environment", "enforced")]);
    assert_eq!(record(&password)["outcome"], "ceiling");
    assert_eq!(record(&token)["outcome"], "success");
    assert!(fired(&record(&clean)).is_empty());
    for secret in [CARD, TOKEN, PASSWORD] {
        assert!(!ledger.text().contains(secret) && !complaints.contains(secret), "{secret}");
    }
    ledger.assert_verifies();
}

#[tokio::test]
async fn in_observe_mode_answers_pass_as_they_are() {
    let policy = "version: 1\nleaks: { token: mask, card: refuse }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let invoked = says(&guarded, &format!("{TOKEN} {CARD}")).await;
    let text = String::from_utf8_lossy(&invoked.answer.body()).into_owned();
    assert!(text.contains(TOKEN) && text.contains(CARD));
    let record = guarded.ledger().await.invocation(&invoked.request_id);
    assert_eq!(fired(&record), [("leak.token", "observed"), ("leak.card", "observed")]);
}

/// The second half of the secret is what it is found with: that never leaves.
#[tokio::test]
async fn a_stream_is_cut_before_the_end_of_a_secret() {
    let policy = "version: 1\nmode: enforce\nleaks: { token: refuse }\n";
    let guarded = Setup::by_hand().policy(policy).launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let mut running = guarded.environment.begin("{}").unwrap();
    let id = runtime.next().await.request_id().to_owned();
    let (mut sender, body): (_, Channel<Bytes>) = Channel::new(1);
    let path = id.clone();
    let sending = tokio::spawn(async move {
        let reply = runtime.stream(&path, &[], body).await;
        (runtime, reply)
    });
    let (half, rest) = TOKEN.split_at(20);
    sender.send_data(Bytes::from(format!("data: {half}"))).await.unwrap();
    guarded.body_bytes_at_least("/response", 26).await;
    sender.send_data(Bytes::from(format!("{rest} "))).await.unwrap();
    drop(sender);
    let Answer::Response { body, trailers, .. } = running.answer().await.unwrap() else { panic!() };
    assert_eq!(body, format!("data: {half}"));
    assert!(trailers.iter().any(|(name, _)| name == "lambda-runtime-function-error-type"));
    let (runtime, reply) = sending.await.unwrap();
    assert_eq!(reply.status, 202);
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(fired(&ledger.invocation(&id)), [("leak.token", "enforced")]);
    ledger.assert_verifies();
}

#[tokio::test]
async fn much_to_one_caller_is_a_finding_once() {
    let guarded = looking_for("egress_bytes: 1KiB").await;
    for _ in 0..4 {
        guarded.invoke(r#"{"control":{"reply_bytes":400}}"#).await;
    }
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.findings(), ["leak.egress"]);
    assert_eq!(ledger.of_kind("finding")[0]["detail"], "1200 bytes in 3 answers to one caller");
}
