//! Ceilings: functions that would go on for ever, too much, or too often.

mod chains;
mod frozen;
mod held;
mod leftovers;
mod streams;

use crate::support::guarded::Setup;
use crate::support::places;
use serde_json::Value;
use std::time::Duration;
use tollgate_emulator::{Answer, Invoked};

fn held_to(setup: Setup, ceilings: &str) -> Setup {
    setup.policy(&format!("version: 1\nmode: enforce\nceilings: {{ {ceilings} }}\n"))
}

fn json(invoked: &Invoked) -> Value {
    let body = invoked.answer.body();
    serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {invoked:?}"))
}

fn refused_by<'a>(invoked: &'a Invoked, check: &str) -> &'a Invoked {
    assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"), "{invoked:?}");
    let text = String::from_utf8_lossy(&invoked.answer.body()).into_owned();
    assert!(text.contains(check) && text.contains(&invoked.request_id), "{text}");
    invoked
}

/// A function that sleeps, spins, forks or takes no notice of signals is ended in time, its caller
/// gets an answer, and the environment works again.
#[tokio::test]
async fn a_function_that_does_not_end_is_ended_and_the_next_event_works() {
    let controls = [
        r#"{"control":{"sleep_ms":60000}}"#,
        r#"{"control":{"spin_ms":60000}}"#,
        r#"{"control":{"sleep_ms":60000,"fork":3}}"#,
        r#"{"control":{"spin_ms":60000,"stubborn":true,"fork":2}}"#,
    ];
    for setup in [Setup::rust as fn() -> Setup, Setup::python] {
        let guarded = held_to(setup(), "time: 400ms").start().await;
        let mut ended = Vec::new();
        for control in controls {
            let invoked = guarded.invoke(control).await;
            refused_by(&invoked, "ceiling.time");
            let after = guarded.invoke(r#"{"n":1}"#).await;
            assert_eq!(json(&after), serde_json::json!({ "echo": { "n": 1 } }));
            ended.push((invoked.request_id, after.request_id));
        }
        let ledger = guarded.ledger().await;
        for (cut, after) in &ended {
            let record = ledger.invocation(cut);
            assert_eq!(
                (&record["decision"], &record["outcome"]),
                (&"pass".into(), &"ceiling".into())
            );
            assert_eq!(record["ceilings"]["endedBy"], "ceiling");
            assert_eq!(record["ceilings"]["timeMs"]["limit"], 400);
            assert_eq!(record["ceilings"]["timeMs"]["exceeded"], true);
            assert!(record["ceilings"]["timeMs"]["used"].as_u64() >= Some(400), "{record}");
            assert_eq!(record["checks"][0]["id"], "ceiling.time");
            assert_eq!(record["checks"][0]["effect"], "enforced");
            let record = ledger.invocation(after);
            assert_eq!(record["ceilings"]["endedBy"], "function");
            assert!(record["ceilings"]["timeMs"]["exceeded"].is_null());
        }
        assert_eq!(ledger.of_kind("invocation").len(), 2 * controls.len());
        assert_eq!(ledger.of_kind("open").len(), 1 + controls.len(), "each is a new environment");
        ledger.assert_verifies();
    }
}

/// A process that took a signal, left its group and holds the runtime's connection goes too.
#[tokio::test]
async fn nothing_of_an_ended_function_is_left() {
    let guarded = held_to(Setup::python(), "time: 400ms").start().await;
    let mark = format!("TOLLGATE_PORT={}", guarded.port);
    guarded.invoke("{}").await;
    let before = processes_with(&mark);
    let event = r#"{"control":{"sleep_ms":60000,"fork":4,"stubborn":true}}"#;
    refused_by(&guarded.invoke(event).await, "ceiling.time");
    let left = processes_with(&mark);
    assert!(left.iter().all(|pid| !before.contains(pid)), "{before:?} {left:?}");
    assert!(left.is_empty(), "{left:?}");
}

/// Processes of this environment, by a variable that only they have; not those that ended.
fn processes_with(variable: &str) -> Vec<u32> {
    let pids = std::fs::read_dir("/proc").unwrap();
    let pids = pids.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let has = |pid: &u32| {
        let variables = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        variables.split(|byte| *byte == 0).any(|own| own == variable.as_bytes())
    };
    pids.filter(has).collect()
}

#[tokio::test]
async fn the_function_is_told_when_its_time_ends() {
    let guarded =
        held_to(Setup::by_hand(), "time: 5s, reserve: 1s, after_time: detach").launch().await;
    let mut runtime = crate::support::runtime::Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    let before = unix_ms();
    let event = runtime.next().await;
    let deadline: u64 = event.header("lambda-runtime-deadline-ms").parse().unwrap();
    assert!((before..=unix_ms() + 4000).contains(&deadline), "{deadline} after {before}");
    runtime.respond(event.request_id(), "1").await;
    guarded.ledger_after(running, runtime).await;
}

fn unix_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

#[tokio::test]
async fn a_shorter_deadline_of_lambda_stands() {
    let short = Setup::rust().map(|settings| settings.timeout(Duration::from_secs(1)));
    let guarded = held_to(short, "time: 30s").start().await;
    let late = guarded.invoke(r#"{"control":{"sleep_ms":60000}}"#).await;
    assert!(matches!(late.answer, Answer::Timeout { .. }), "{:?}", late.answer);
    let record = guarded.ledger().await.invocation(&late.request_id);
    assert_eq!(record["outcome"], "timeout");
    assert_eq!(record["ceilings"]["endedBy"], "lambda");
    assert_eq!(record["ceilings"]["timeMs"]["limit"], 30_000);
}

#[tokio::test]
async fn a_detached_function_goes_on_and_its_late_answer_is_dropped() {
    for setup in [Setup::rust(), Setup::python()] {
        let guarded = held_to(setup, "time: 300ms, after_time: detach").start().await;
        let late = guarded.invoke(r#"{"control":{"sleep_ms":900}}"#).await;
        refused_by(&late, "ceiling.time");
        let after = guarded.invoke(r#"{"n":2}"#).await;
        assert_eq!(json(&after), serde_json::json!({ "echo": { "n": 2 } }));
        let ledger = guarded.ledger().await;
        assert_eq!(ledger.of_kind("open").len(), 1, "the environment is the same");
        let record = ledger.invocation(&late.request_id);
        assert_eq!(
            (&record["outcome"], &record["ceilings"]["afterTime"]),
            (&"ceiling".into(), &"detach".into())
        );
        let findings = ledger.of_kind("finding");
        let found: Vec<_> = findings.iter().filter(|it| it["id"] == "ceiling.late_reply").collect();
        assert_eq!(found.len(), 1, "{findings:?}");
        assert_eq!(found[0]["requestId"], late.request_id.as_str());
        let record = ledger.invocation(&after.request_id);
        assert_eq!(record["outcome"], "success");
        assert!(record["ceilings"]["timeMs"]["used"].as_u64() < Some(300), "{record}");
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn what_is_only_observed_is_noted_and_goes_on() {
    let policy = "version: 1\nceilings: { time: 200ms, response_bytes: 100 }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let slow = guarded.invoke(r#"{"control":{"sleep_ms":500,"reply_bytes":500}}"#).await;
    assert_eq!(slow.answer.body().len(), 500);
    let record = guarded.ledger().await.invocation(&slow.request_id);
    assert_eq!(
        (&record["outcome"], &record["ceilings"]["endedBy"]),
        (&"success".into(), &"function".into())
    );
    let checks: Vec<_> =
        record["checks"].as_array().unwrap().iter().map(|it| (&it["id"], &it["effect"])).collect();
    let observed = &Value::from("observed");
    assert_eq!(
        checks,
        [(&"ceiling.time".into(), observed), (&"ceiling.response_bytes".into(), observed)]
    );
}

/// Each family's own form of no, as the caller gets it while the function still runs.
#[tokio::test]
async fn every_trigger_gets_its_own_answer_at_the_ceiling() {
    let policy = "version: 1\nmode: enforce\nceilings: { time: 300ms }\nsources:\n  \
        - { trigger: [sqs, kinesis, dynamodb], mapping: { reports_item_failures: true } }\n  \
        - { trigger: [api-gateway-v1, api-gateway-v2, function-url, alb, lattice-v2, websocket, sns, s3, s3-batch, eventbridge, direct, firehose, authorizer-token, authorizer-request-v2] }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let endless = |fixture: &str| {
        let text = std::fs::read_to_string(places::fixtures(fixture)).unwrap();
        let mut event: Value = serde_json::from_str(&text).unwrap();
        event["control"] = serde_json::json!({ "sleep_ms": 600_000 });
        event.to_string()
    };
    let fixtures = [
        "function-url/webhook-post",
        "api-gateway-v1/post-order",
        "api-gateway-v2/post-order",
        "alb/get",
        "lattice-v2/anonymous",
        "websocket",
        "sqs/ten-messages",
        "kinesis/two-records",
        "dynamodb/insert-modify-remove",
        "firehose/direct-put",
        "s3-batch/version-1",
        "authorizer-token/bearer",
        "authorizer-request-v2/bearer",
        "sns",
        "s3",
        "eventbridge",
        "direct",
    ];
    for fixture in fixtures {
        let invoked = guarded.invoke(endless(&first(fixture))).await;
        let json = || json(&invoked);
        let items = |list: &str| json()[list].as_array().map_or(0, Vec::len);
        match fixture.split('/').next().unwrap() {
            "function-url" | "api-gateway-v1" | "api-gateway-v2" | "alb" | "lattice-v2"
            | "websocket" => {
                assert_eq!(json()["statusCode"], 504, "{fixture}");
                let problem: Value =
                    serde_json::from_str(json()["body"].as_str().unwrap()).unwrap();
                assert_eq!(
                    (&problem["code"], &problem["title"]),
                    (&"ceiling.time".into(), &"Gateway Timeout".into())
                );
            }
            "sqs" => assert_eq!(items("batchItemFailures"), 10),
            // The first one ends the batch: those after it come again with it.
            "kinesis" | "dynamodb" => assert_eq!(items("batchItemFailures"), 1, "{fixture}"),
            "firehose" => {
                assert_eq!(items("records"), 2);
                assert_eq!(json()["records"][0]["result"], "ProcessingFailed");
            }
            "s3-batch" => assert_eq!(items("results"), 1),
            "authorizer-token" => {
                assert_eq!(json()["policyDocument"]["Statement"][0]["Effect"], "Deny");
            }
            "authorizer-request-v2" => assert_eq!(json()["isAuthorized"], false),
            _ => assert_eq!(
                invoked.answer.error_type(),
                Some("Function.TollgateRefused"),
                "{fixture}"
            ),
        }
    }
    let ledger = guarded.ledger().await;
    let records = ledger.of_kind("invocation");
    assert_eq!(records.len(), fixtures.len());
    assert!(records.iter().all(|record| record["outcome"] == "ceiling"), "{}", ledger.text());
    ledger.assert_verifies();
}

/// A fixture by its path, or the first of a trigger.
fn first(fixture: &str) -> String {
    if fixture.contains('/') {
        return format!("events/{fixture}.json");
    }
    let mut files: Vec<_> = std::fs::read_dir(places::fixtures(&format!("events/{fixture}")))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    format!("events/{fixture}/{}", files.iter().find(|name| object(fixture, name)).unwrap())
}

fn object(trigger: &str, name: &str) -> bool {
    let text =
        std::fs::read_to_string(places::fixtures(&format!("events/{trigger}/{name}"))).unwrap();
    serde_json::from_str::<Value>(&text).unwrap().is_object()
}
