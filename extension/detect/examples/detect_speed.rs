//! How long inspecting takes: small events, benign events of 6 MB beside a syntax check, each
//! family alone, and the worst texts that a search finds.
//!
//! `cargo run --release -p tollgate-detect --example detect_speed [small|large|families|worst [FAMILY,…]]`
#![expect(clippy::print_stdout, reason = "prints its tables")]
#![expect(clippy::cast_precision_loss, reason = "figures are rounded anyway")]
mod speed {
    pub(crate) mod benign;
    pub(crate) mod worst;
}

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::de::IgnoredAny;
use speed::{benign, worst};
use tollgate_detect::{Families, Family, Work, inspect_json};
use tollgate_event::{Invocation, Limits, RawEvent, decode};

const LARGE_BYTES: usize = 6_000_000;

fn main() {
    let wanted = std::env::args().nth(1);
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
    if is_wanted("small") {
        small();
    }
    if is_wanted("large") {
        large();
    }
    if is_wanted("families") {
        families();
    }
    if is_wanted("worst") {
        worst::search();
    }
}

fn small() {
    let json = benign::request();
    let first = timed(|| {
        inspect(json.as_bytes(), Families::ALL);
    });
    println!("first use: {:.1} µs", micros(first));
    for (name, families) in
        [("default families", Families::LITERAL), ("all families", Families::ALL)]
    {
        let took = best(100, || inspect(json.as_bytes(), families));
        println!("request of {} bytes, {name}: {:.2} µs", json.len(), micros(took));
    }
}

fn large() {
    println!(
        "{:<24}{:>10}{:>10}{:>10}{:>8}{:>10}{:>12}{:>12}",
        "6 MB of", "serde µs", "decode", "all", "ratio", "default", "M steps all", "default"
    );
    for (name, json) in benign::events(LARGE_BYTES) {
        let json = Bytes::from(json);
        let serde = best(300, || serde_json::from_slice::<IgnoredAny>(&json).is_ok());
        let raw = RawEvent::new(Invocation::default(), json.clone());
        let limits = Limits::default();
        let decoded = best(300, || decode(raw.clone(), &limits).faults().len());
        let all = best(300, || inspect(&json, Families::ALL));
        let default = best(300, || inspect(&json, Families::LITERAL));
        let ratio = (decoded + all).as_secs_f64() / serde.as_secs_f64();
        let [serde, decoded, all, default] = [serde, decoded, all, default].map(micros);
        let [steps, default_steps] = [Families::ALL, Families::LITERAL].map(|f| steps(&json, f));
        println!(
            "{name:<24}{serde:>10.0}{decoded:>10.0}{all:>10.0}{ratio:>8.2}{default:>10.0}{steps:>12.1}{default_steps:>12.1}"
        );
    }
}

/// Millions of steps.
fn steps(json: &[u8], families: Families) -> f64 {
    let mut work = Work::new(u64::MAX);
    let _ = inspect_json(json, families, &mut work, &mut |_| ());
    (u64::MAX - work.left()) as f64 / 1e6
}

fn families() {
    let events = benign::events(LARGE_BYTES / 10);
    print!("{:<14}", "ns a KB");
    for (name, _) in &events {
        print!("{name:>22}");
    }
    println!();
    let none = [("none", Families::NONE)].into_iter();
    let each = Family::ALL.into_iter().map(|family| (family.name(), Families::from_iter([family])));
    for (name, families) in none.chain(each).chain([("all", Families::ALL)]) {
        print!("{name:<14}");
        for (_, json) in &events {
            let took = best(60, || inspect(json.as_bytes(), families));
            print!("{:>22.0}", took.as_secs_f64() * 1e9 / (json.len() as f64 / 1024.0));
        }
        println!();
    }
}

/// The number of findings.
fn inspect(json: &[u8], families: Families) -> usize {
    let mut findings = 0;
    let mut work = Work::new(u64::MAX);
    let done = inspect_json(json, families, &mut work, &mut |_| findings += 1);
    black_box(done).map_or(usize::MAX, |()| findings)
}

pub(crate) fn timed(call: impl FnOnce()) -> Duration {
    let start = Instant::now();
    call();
    start.elapsed()
}

/// The least time of a call in so many milliseconds, for short calls of some calls together.
pub(crate) fn best<T>(millis: u64, mut call: impl FnMut() -> T) -> Duration {
    let once = timed(|| drop(black_box(call()))).max(Duration::from_nanos(1));
    let calls =
        u32::try_from(Duration::from_micros(200).as_nanos() / once.as_nanos()).unwrap_or(1).max(1);
    let (start, mut best) = (Instant::now(), Duration::MAX);
    while best == Duration::MAX || start.elapsed() < Duration::from_millis(millis) {
        let together = timed(|| (0..calls).for_each(|_| drop(black_box(call()))));
        best = best.min(together / calls);
    }
    best
}

/// The least time of the processor that a call takes on average, out of three times eight calls:
/// what others do on the machine does not count. The time that passes where the system does not
/// tell it.
pub(crate) fn worked<T>(mut call: impl FnMut() -> T) -> Duration {
    const CALLS: u32 = 8;
    let mut once = || {
        let (start, before) = (Instant::now(), processor());
        (0..CALLS).for_each(|_| drop(black_box(call())));
        let spent = before.and_then(|before| processor()?.checked_sub(before));
        spent.unwrap_or_else(|| start.elapsed()) / CALLS
    };
    once().min(once()).min(once())
}

/// The time that this thread has run, as Linux counts it.
fn processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().map(Duration::from_nanos).ok()
}

pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
