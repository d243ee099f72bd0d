//! A function on the crate `lambda_runtime`: echoes events, and misbehaves as they ask.
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use std::io::Write as _;
use tollgate_functions::{Control, answer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let control = Control::of(&event.payload);
    if !control.sleep.is_zero() {
        say("at work");
        tokio::time::sleep(control.sleep).await;
    }
    control.burn();
    if let Some(code) = control.exit {
        leave(code);
    }
    if control.panic {
        fall_over();
    }
    if control.fail {
        return Err("told to fail".into());
    }
    Ok(answer(&event.payload))
}

/// Tells whoever follows the log; with a log that is gone there is nobody to tell.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

#[expect(clippy::exit, reason = "a function that exits in mid-invocation is what is asked for")]
fn leave(code: u8) {
    std::process::exit(i32::from(code));
}

#[expect(clippy::panic, reason = "a function that panics is what is asked for")]
fn fall_over() {
    panic!("told to panic");
}
