//! A function and an extension in one, on std alone, that misbehave as they are told: the
//! processes of the emulator's own tests.
//!
//! A process without `_HANDLER` is an extension: Lambda gives that variable to the runtime only.
mod extension;
mod function;
mod http;
mod worker;

use std::process::ExitCode;

fn main() -> ExitCode {
    let played = match std::env::var("_HANDLER") {
        Ok(_) => function::run(),
        Err(_) => extension::run(),
    };
    match played {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            print(&format!("probe failed: {error}"));
            ExitCode::from(70)
        }
    }
}

/// Prints a line at once.
fn print(line: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    // Without a reader there is nothing left to test.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// All variables of this process, as a JSON object.
fn variables() -> serde_json::Value {
    std::env::vars().map(|(name, value)| (name, serde_json::Value::from(value))).collect()
}

/// Sleeps for the number of milliseconds in a field, if it is there.
fn sleep(orders: &serde_json::Value, field: &str) {
    if let Some(ms) = orders.get(field).and_then(serde_json::Value::as_u64) {
        std::thread::sleep(std::time::Duration::from_millis(ms));
    }
}
