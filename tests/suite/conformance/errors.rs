//! Errors of the function and of its initialisation, with all their headers.

use crate::support::guarded::Setup;
use crate::support::runtime::Runtime;
use tollgate_emulator::{Answer, InitStatus};

const BODY: &str = r#"{"errorMessage":"m","errorType":"Function.Broken"}"#;

#[tokio::test]
async fn an_error_keeps_its_type_its_cause_and_its_body() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let mut running = guarded.environment.begin("{}").unwrap();
    runtime.next().await;
    let path = format!("/2018-06-01/runtime/invocation/{}/error", running.request_id());
    let cause = r#"{"exceptions":[],"working_directory":"/","paths":[],"message":"x"}"#;
    let headers = [
        ("lambda-runtime-function-error-type", "Function.Broken"),
        ("lambda-runtime-function-xray-error-cause", cause),
        ("content-type", "application/vnd.aws.lambda.error.cause+json"),
    ];
    let reply = runtime.call("POST", &path, &headers, BODY).await;
    assert_eq!(reply.status, 202);
    match running.answer().await.unwrap() {
        Answer::Error { error_type, body } => {
            assert_eq!(error_type, "Function.Broken");
            assert_eq!(body.as_ref(), BODY.as_bytes());
        }
        other => panic!("{other:?}"),
    }
    let sent = guarded.request("POST", "/error");
    assert_eq!(sent.header("lambda-runtime-function-xray-error-cause"), Some(cause));
    assert_eq!(sent.header("content-type"), Some(headers[2].1));
    let ledger = guarded.ledger_after(running, runtime).await;
    let record = &ledger.of_kind("invocation")[0];
    assert_eq!(
        (&record["outcome"], &record["errorType"]),
        (&"error".into(), &"Function.Broken".into())
    );
}

#[tokio::test]
async fn an_init_error_reaches_lambda_and_the_ledger() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let headers = [("lambda-runtime-function-error-type", "Runtime.ImportModuleError")];
    let body = r#"{"errorMessage":"m","errorType":"Runtime.ImportModuleError"}"#;
    let reply = runtime.call("POST", "/2018-06-01/runtime/init/error", &headers, body).await;
    assert_eq!(reply.status, 202);
    guarded.environment.kill_runtime();
    assert_eq!(guarded.environment.init().await.status, InitStatus::Error);
    let sent = guarded.request("POST", "/init/error");
    assert_eq!(sent.header(headers[0].0), Some(headers[0].1));
    let findings = guarded.ledger().await.findings();
    assert!(findings.contains(&"function.init_error".to_owned()), "{findings:?}");
}

#[tokio::test]
async fn a_wrong_request_id_gets_lambdas_400_and_harms_nothing() {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    runtime.next().await;
    let reply = runtime.respond("00000000-0000-0000-0000-000000000000", "{}").await;
    assert_eq!(reply.status, 400);
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    let second = runtime.respond(running.request_id(), "{}").await;
    assert!(matches!(second.status, 400 | 403), "{}", second.status);
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["outcome"], "success");
    assert!(ledger.findings().contains(&"proxy.unknown_reply".to_owned()));
}
