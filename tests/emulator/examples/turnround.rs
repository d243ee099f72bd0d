//! Prints what an invocation costs on the emulator: a std-only function, no layer, 1 KB events.
//!
//! Run with `cargo run --release -p tollgate-emulator --example turnround -- PATH/emulator-probe`.
use std::io::Write as _;
use std::time::Instant;

use tollgate_emulator::{Environment, Event, Settings};

const WARM_UP: usize = 200;
const ROUNDS: usize = 5000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let function = std::env::args().nth(1).ok_or("the path of the function is missing")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut micros = runtime.block_on(measure(function))?;
    micros.sort_unstable();
    let part = |percent: usize| micros.get(micros.len() * percent / 100).copied().unwrap_or(0);
    let mut out = std::io::stdout().lock();
    writeln!(out, "invocations {ROUNDS}")?;
    writeln!(out, "p50 {} us, p90 {} us, p99 {} us", part(50), part(90), part(99))?;
    Ok(())
}

async fn measure(function: String) -> Result<Vec<u128>, Box<dyn std::error::Error>> {
    let environment = Environment::start(Settings::new([function])).await?;
    let event = Event::new(format!("\"{}\"", "x".repeat(1022)));
    let mut micros = Vec::with_capacity(ROUNDS);
    for round in 0..WARM_UP + ROUNDS {
        let begun = Instant::now();
        environment.invoke(event.clone()).await?;
        if round >= WARM_UP {
            micros.push(begun.elapsed().as_micros());
        }
    }
    environment.shutdown().await?;
    Ok(micros)
}
