//! Prints what the emulator itself costs: an invocation of 1 KB, and a cold environment above its
//! processes' own start. No layer.
//!
//! Run with `cargo run --release -p tollgate-emulator --example turnround -- PATH/function`.
use std::io::Write as _;
use std::time::{Duration, Instant};

use tollgate_emulator::{Environment, Event, Settings};

const WARM_UP: usize = 200;
const ROUNDS: usize = 5000;
const COLD_ROUNDS: usize = 100;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let function = std::env::args().nth(1).ok_or("the path of the function is missing")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let warm = runtime.block_on(invocations(&function))?;
    let cold = runtime.block_on(starts(&function))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{ROUNDS} invocations of 1 KB: {}", parts(warm))?;
    writeln!(out, "{COLD_ROUNDS} cold starts, above the function's own: {}", parts(cold))?;
    Ok(())
}

fn parts(mut micros: Vec<u128>) -> String {
    micros.sort_unstable();
    let part = |percent: usize| micros.get(micros.len() * percent / 100).copied().unwrap_or(0);
    format!("p50 {} us, p90 {} us, p99 {} us", part(50), part(90), part(99))
}

async fn invocations(function: &str) -> Outcome<Vec<u128>> {
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

/// From the call to the ready environment, without the time from the function's start to its poll.
async fn starts(function: &str) -> Outcome<Vec<u128>> {
    let mut micros = Vec::with_capacity(COLD_ROUNDS);
    for _ in 0..COLD_ROUNDS {
        let begun = Instant::now();
        let environment = Environment::start(Settings::new([function])).await?;
        let whole = begun.elapsed();
        let init = environment.init().await;
        let (from, to) = (init.runtime_started, init.runtime_ready);
        let own = to.unwrap_or_default().saturating_sub(from.unwrap_or_default());
        micros.push(whole.saturating_sub(Duration::from_micros(own)).as_micros());
        environment.shutdown().await?;
    }
    Ok(micros)
}
