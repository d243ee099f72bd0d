//! A function on the crate `lambda_runtime`: echoes events, and misbehaves as they ask.
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use std::fs::File;
use std::io::Write as _;
use std::process::Command;
use tokio::signal::unix::{SignalKind, signal};
use tollgate_functions::{Control, sized_answer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let control = Control::of(&event.payload);
    misbehave(&control)?;
    let memory = vec![1_u8; control.memory_mb * 1024 * 1024];
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
    drop(memory);
    Ok(sized_answer(&event.payload, &control))
}

/// What lasts beyond the invocation.
fn misbehave(control: &Control) -> Result<(), Error> {
    if control.stubborn {
        // A signal that somebody listens to ends nothing.
        std::mem::forget(signal(SignalKind::terminate())?);
    }
    for _ in 0..control.fork {
        Command::new("sh").args(["-c", "trap '' TERM; exec sleep 600"]).spawn()?;
    }
    for _ in 0..control.open {
        std::mem::forget(File::open("/dev/null")?);
    }
    Ok(())
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
