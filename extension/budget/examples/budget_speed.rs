//! What a budget check takes: five budgets, a hundred thousand callers, and a hash map beside them.
//!
//! `cargo run --release -p tollgate-budget --example budget_speed`
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "an example that prints figures")]
use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use tollgate_budget::{
    Architecture, Books, CallerKey, Mode, Over, Place, Plan, Rates, Scope, Settlement, Store,
    Tariff, Unit, Usage, Window,
};

const NOW: u64 = 1_700_000_000_000;
const CALLERS: usize = 100_000;
const EVENTS: usize = 400_000;

fn plan(name: &str, unit: Unit, scope: Scope) -> Plan {
    Plan {
        name: name.to_owned(),
        unit,
        limit: unit.parse("1000000000").unwrap(),
        window: Window::Sliding { ms: 3_600_000 },
        scope,
        store: Store::Memory,
        over: Over::Refuse,
        thresholds: vec![50, 80, 100],
    }
}

fn books(plans: Vec<Plan>) -> Books {
    let (rates, _) = Rates::of(Some("us-east-1"), Architecture::X86);
    let mode = Mode::OnDemand;
    let tariff = Tariff { rates, tier: 1, memory_mb: 512, storage_mb: 512, mode };
    Books::new(plans, tariff, &Place { function: "example", alias: "live", seed: 77 })
}

/// The median of what one event takes from the ask to the settlement, in nanoseconds, in runs of a
/// thousand events.
fn median(mut event: impl FnMut(usize)) -> u128 {
    let mut runs: Vec<u128> = (0..EVENTS / 1000)
        .map(|run| {
            let start = Instant::now();
            (0..1000).for_each(|at| event(run * 1000 + at));
            start.elapsed().as_nanos() / 1000
        })
        .collect();
    runs.sort_unstable();
    runs.get(runs.len() / 2).copied().unwrap_or(0)
}

fn charge(books: &mut Books, caller: &str, at: usize) {
    let usage = Usage { billed_ms: 3_000, requests: 1, restored: false, bytes: 1024 };
    let now = NOW + at as u64 / 100;
    let mut charge = books.charge(usage, |_| Some(caller.to_owned()));
    assert!(books.admit(&mut charge, now).is_empty());
    let hold = books.reserve(&mut charge, now).unwrap();
    let ending = Settlement { measured_ms: 20, failed: false, name: at as u64 };
    black_box(books.settle(hold, ending, now));
}

fn main() {
    let callers: Vec<String> =
        (0..CALLERS).map(|n| format!("10.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255)).collect();
    let caller = |at: usize| callers.get(at.wrapping_mul(7_919) % CALLERS).unwrap();

    let mut map: HashMap<&str, u64> = callers.iter().map(|name| (name.as_str(), 0)).collect();
    let baseline = median(|at| *map.get_mut(caller(at).as_str()).unwrap() += 1);
    println!("baseline: a count in a hash map of 100,000 callers      {baseline:>6} ns");

    let mut five = books(vec![
        plan("wallet", Unit::Usd, Scope::Function),
        plan("hourly", Unit::Invocations, Scope::Function),
        plan("memory", Unit::GbSeconds, Scope::Environment),
        plan("traffic", Unit::Bytes, Scope::Environment),
        plan("errors", Unit::Errors, Scope::Function),
    ]);
    let took = median(|at| charge(&mut five, "", at));
    println!(
        "five budgets: ask, reserve and settle                    {took:>6} ns (at most 2000)"
    );

    let berlin = Window::Day("Europe/Berlin".parse().unwrap());
    let units = [Unit::Usd, Unit::Invocations, Unit::GbSeconds, Unit::Bytes, Unit::Errors];
    let daily = units.map(|unit| Plan {
        window: berlin,
        ..plan(&format!("daily-{unit}"), unit, Scope::Function)
    });
    let mut daily = books(daily.into());
    let took = median(|at| charge(&mut daily, "", at));
    println!(
        "five budgets of a day in Europe/Berlin: the same         {took:>6} ns (at most 2000)"
    );
    let looked_up = median(|at| {
        black_box(berlin.span(NOW + at as u64));
    });
    println!("a day in Europe/Berlin, looked for                       {looked_up:>6} ns");

    let by_address = Scope::Caller(CallerKey::SourceIp);
    let mut many = books(vec![plan("each", Unit::Invocations, by_address)]);
    for (at, name) in callers.iter().enumerate() {
        charge(&mut many, name, at);
    }
    let took = median(|at| charge(&mut many, caller(at), at));
    println!(
        "100,000 callers: ask, reserve and settle                 {took:>6} ns (at most 5000)"
    );
    println!(
        "100,000 callers: memory                                  {:>6} KiB (at most 8192)",
        many.bytes() / 1024
    );
    println!(
        "a batch of 10,000 items, each of another caller          {:>6} us",
        batch(&callers).as_micros()
    );
}

/// The shortest of ten batches, each of as many callers as a batch can have.
fn batch(callers: &[String]) -> std::time::Duration {
    let by_name = Scope::Caller(CallerKey::Principal);
    let mut books = books(vec![plan("each", Unit::Invocations, by_name)]);
    let usage = Usage { billed_ms: 3_000, requests: 1, restored: false, bytes: 1024 };
    let times = (0..10).map(|round| {
        let start = Instant::now();
        let mut charge = books.charge_items(usage, vec![100; 10_000], |_, index| {
            callers.get(index as usize).cloned()
        });
        assert!(books.admit(&mut charge, NOW).is_empty());
        let hold = books.reserve(&mut charge, NOW).unwrap();
        let ending = Settlement { measured_ms: 20, failed: false, name: round };
        black_box(books.settle(hold, ending, NOW));
        start.elapsed()
    });
    times.min().unwrap_or_default()
}
