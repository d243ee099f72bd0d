//! The function: takes an order and says what it understood. It knows nothing of Tollgate.
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let body = event.payload.get("body").and_then(Value::as_str).unwrap_or_default();
    let order: Value = serde_json::from_str(body).unwrap_or_default();
    let (status, answer) = match (order.get("sku"), order.get("count")) {
        (Some(sku), Some(count)) => (201, json!({"sku": sku, "count": count})),
        _ => (400, json!({"error": "send JSON with a sku and a count"})),
    };
    let headers = json!({"content-type": "application/json"});
    Ok(json!({"statusCode": status, "headers": headers, "body": answer.to_string()}))
}
