//! Environment variables: what the runtime gets and the extensions do not.
#![expect(clippy::unwrap_used, reason = "test code")]

use serde_json::{Value, json};

use crate::support::{body, control, function, layered, line, start};

async fn variables() -> (Value, Value, String) {
    let settings = function()
        .name("orders")
        .memory_mb(512)
        .env("CUSTOM", "1")
        .env("_PRIVATE", "2")
        .env("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR");
    let (settings, _layer) = layered(settings, &json!({ "guard": { "variables": true } }));
    let environment = start(settings).await;
    let invoked = environment.invoke(control(&json!({ "variables": true }))).await.unwrap();
    let runtime = serde_json::from_str(&body(&invoked)).unwrap();
    let text = line(&environment, "variables").await;
    let extension = serde_json::from_str(text.strip_prefix("variables ").unwrap()).unwrap();
    (runtime, extension, environment.tmp().to_string_lossy().into_owned())
}

#[tokio::test]
async fn both_get_what_names_the_function_its_role_and_the_customers_variables() {
    let (runtime, extension, tmp) = variables().await;
    let expected = [
        ("AWS_LAMBDA_FUNCTION_NAME", "orders"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("TZ", ":UTC"),
        ("CUSTOM", "1"),
        ("TMPDIR", &tmp),
    ];
    for (name, value) in expected {
        assert_eq!(runtime[name], value, "{name} of the runtime");
        assert_eq!(extension[name], value, "{name} of the extension");
    }
}

#[tokio::test]
async fn extensions_do_not_get_what_belongs_to_the_runtime() {
    let (runtime, extension, _) = variables().await;
    let expected = [
        ("_HANDLER", "function.handler"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/orders"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
        ("LANG", "en_US.UTF-8"),
        ("_PRIVATE", "2"),
    ];
    for (name, value) in expected {
        assert_eq!(runtime[name], value, "{name} of the runtime");
        assert_eq!(extension.get(name), None, "{name} of the extension");
    }
    for name in ["AWS_LAMBDA_LOG_STREAM_NAME", "LAMBDA_TASK_ROOT", "PATH"] {
        assert!(runtime[name].is_string(), "{name} of the runtime");
        assert_eq!(extension.get(name), None, "{name} of the extension");
    }
}
