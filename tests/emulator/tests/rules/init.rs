//! The init phase: its order, its limit, and what a failure leaves.
use std::time::Duration;

use serde_json::json;
use tollgate_emulator::{Answer, Ending, Environment, InitStatus, StartError};

use crate::support::{body, control, function, layered, line, start};

#[tokio::test]
async fn the_runtime_starts_after_every_extension_has_registered() {
    let orders = json!({ "first": {}, "slow": { "register_after_ms": 80 } });
    let (settings, _layer) = layered(function(), &orders);
    let environment = start(settings).await;
    let init = environment.init().await;
    let last = init.registered.iter().map(|(_, micros)| *micros).max().unwrap();
    assert_eq!(init.registered.len(), 2);
    assert!(last >= 80_000, "{init:?}");
    assert!(init.runtime_started.unwrap() >= last, "{init:?}");
}

#[tokio::test]
async fn extensions_are_started_in_parallel() {
    let slow = json!({ "register_after_ms": 200 });
    let (settings, _layer) = layered(function(), &json!({ "one": slow, "two": slow }));
    let environment = start(settings).await;
    let logs = environment.logs();
    let times = |text: &str| {
        let lines = logs.iter().filter(|line| line.text.starts_with(text));
        lines.map(|line| line.micros).collect::<Vec<_>>()
    };
    let (started, registered) = (times("extension started"), times("registered 200"));
    assert_eq!((started.len(), registered.len()), (2, 2));
    assert!(started.iter().max() < registered.iter().min(), "{started:?} {registered:?}");
}

#[tokio::test]
async fn init_waits_for_the_first_poll_of_every_extension() {
    let (settings, _layer) = layered(function(), &json!({ "late": { "next_after_ms": 80 } }));
    let environment = start(settings).await;
    let init = environment.init().await;
    assert_eq!(init.extensions_ready.len(), 1);
    assert!(init.extensions_ready[0].1 > init.runtime_ready.unwrap(), "{init:?}");
    assert!(init.duration >= Duration::from_millis(80), "{init:?}");
}

#[tokio::test]
async fn an_init_over_its_limit_is_repeated_in_the_first_invocation() {
    let orders = r#"{"once":"started","sleep_ms":60000}"#;
    let settings = function().env("PROBE_FUNCTION", orders).init_limit(Duration::from_secs(1));
    let environment = Environment::start(settings).await.unwrap();
    assert_eq!(environment.init().await.status, InitStatus::Timeout);
    let invoked = environment.invoke("[1]").await.unwrap();
    assert_eq!(invoked.init.as_ref().unwrap().status, InitStatus::Success);
    assert_eq!(body(&invoked), "[1]");
}

#[tokio::test]
async fn a_runtime_that_exits_in_init_is_started_again_by_the_first_invocation() {
    let settings = function().env("PROBE_FUNCTION", r#"{"once":"started","exit":3}"#);
    let environment = Environment::start(settings).await.unwrap();
    let init = environment.init().await;
    assert_eq!(init.error_type.as_deref(), Some("Runtime.ExitError"));
    assert_eq!(init.message.as_deref(), Some("Runtime exited with error: exit status 3"));
    let invoked = environment.invoke("{}").await.unwrap();
    assert_eq!(invoked.ending, Ending::Ready);
}

#[tokio::test]
async fn the_caller_gets_what_the_runtime_told_init_error() {
    let settings = function().env("PROBE_FUNCTION", r#"{"init_error":true}"#);
    let environment = Environment::start(settings).await.unwrap();
    assert_eq!(environment.init().await.error_type.as_deref(), Some("Runtime.BadHandler"));
    let invoked = environment.invoke("{}").await.unwrap();
    let Answer::Error { error_type, body } = invoked.answer else {
        unreachable!("{:?}", invoked.answer)
    };
    assert_eq!(error_type, "Runtime.BadHandler");
    assert!(body.starts_with(b"{\"errorMessage\":\"no handler\""));
}

#[tokio::test]
async fn a_file_that_cannot_be_executed_is_a_launch_error() {
    let (settings, layer) = layered(function(), &json!({ "good": {} }));
    std::fs::write(layer.path().join("extensions/text"), "no program").unwrap();
    let environment = Environment::start(settings).await.unwrap();
    let init = environment.init().await;
    assert_eq!(init.error_type.as_deref(), Some("Extension.LaunchError"));
    let invoked = environment.invoke("{}").await.unwrap();
    assert_eq!(invoked.answer.error_type(), Some("Extension.LaunchError"));
}

#[tokio::test]
async fn directories_are_no_extensions_and_one_file_switches_all_off() {
    let (settings, layer) = layered(function(), &json!({ "probe": {} }));
    std::fs::create_dir(layer.path().join("extensions/folder")).unwrap();
    let environment = start(settings.clone()).await;
    assert_eq!(environment.init().await.registered.len(), 1);
    std::fs::write(layer.path().join("disable-extensions-jwigqn8j"), "").unwrap();
    let environment = start(settings).await;
    assert_eq!(environment.init().await.registered.len(), 0);
}

#[tokio::test]
async fn a_wrapper_in_the_layer_executes_the_function() {
    use std::os::unix::fs::PermissionsExt as _;
    let (settings, layer) = layered(function(), &json!({}));
    let wrapper = layer.path().join("wrapper");
    std::fs::write(&wrapper, "#!/bin/sh\necho wrapped $#\nexport WRAPPED=yes\nexec \"$@\"\n")
        .unwrap();
    std::fs::set_permissions(&wrapper, std::fs::Permissions::from_mode(0o755)).unwrap();
    let environment = start(settings.env("AWS_LAMBDA_EXEC_WRAPPER", "/opt/wrapper")).await;
    assert_eq!(line(&environment, "wrapped").await, "wrapped 1");
    let invoked = environment.invoke(control(&json!({ "variables": true }))).await.unwrap();
    assert!(body(&invoked).contains("\"WRAPPED\":\"yes\""));
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_with_what_is_wrong() {
    let refused = async |settings| Environment::start(settings).await.unwrap_err();
    let missing = tollgate_emulator::Settings::new(["no-such-program"]);
    assert_eq!(
        refused(missing).await.to_string(),
        "the function command `no-such-program` was not found: give a path, or a name on PATH"
    );
    let folder = tempfile::tempdir().unwrap();
    let error = refused(function().layer(folder.path())).await;
    assert!(matches!(error, StartError::LayerWithoutExtensions { .. }), "{error}");
    let error = refused(function().env("AWS_REGION", "eu-west-1")).await;
    assert!(matches!(error, StartError::VariableReserved { .. }), "{error}");
    let error = refused(function().env("AWS_LAMBDA_EXEC_WRAPPER", "/no/such/file")).await;
    assert!(matches!(error, StartError::WrapperMissing { .. }), "{error}");
}
