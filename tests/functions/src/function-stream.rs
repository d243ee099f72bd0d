//! A function on the crate `lambda_runtime` that streams its answers, several at once where Lambda
//! sends several events.
use lambda_runtime::streaming::{Body, Response, channel};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use tollgate_functions::{Control, sized_answer};

/// Bytes that are sent at once.
const PIECE_BYTES: usize = 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // Without AWS_LAMBDA_MAX_CONCURRENCY this takes one event at a time.
    lambda_runtime::run_concurrent(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    let control = Control::of(&event.payload);
    tokio::time::sleep(control.sleep).await;
    let text = sized_answer(&event.payload, &control).to_string();
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for piece in text.as_bytes().chunks(PIECE_BYTES) {
            if sender.send_data(piece.to_vec().into()).await.is_err() {
                return;
            }
        }
        if control.fail {
            // What has gone out stays with the caller; the rest is an error in the trailers.
            sender.abort();
        }
    });
    Ok(Response::from(body))
}
