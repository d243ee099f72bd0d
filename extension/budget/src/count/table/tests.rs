//! Tables of callers: exact for the heavy, never too low for anybody, bounded for all.
use proptest::prelude::*;
use std::collections::HashMap;

use super::*;

const SECOND: Cut = Table::cut(Window::Sliding { ms: 3_000 });

fn caller(n: u64) -> CallerId {
    CallerId(mix(n, 0x5eed_5eed_5eed))
}

#[test]
fn a_table_grows_and_forgets_nobody() {
    let mut table = Table::new(7, 65_536);
    for n in 0..3_000 {
        table.add(SECOND, 1_000_000, caller(n), n + 1);
    }
    assert!((0..3_000).all(|n| table.used(SECOND, 1_000_000, caller(n)) == n + 1));
    assert!(table.sketch.is_none());
    assert!((0..3_000).all(|n| table.used(SECOND, 1_010_000, caller(n)) == 0));
}

#[test]
fn a_hundred_thousand_callers_fit_and_the_heavy_ones_are_exact() {
    let mut table = Table::new(7, 65_536);
    for n in 0..100 {
        table.add(SECOND, 1_000_000, caller(n), 1_000);
    }
    for n in 100..200_000 {
        table.add(SECOND, 1_000_000, caller(n), 1);
    }
    assert!((0..100).all(|n| table.used(SECOND, 1_000_000, caller(n)) == 1_000));
    assert!((0..200_000).all(|n| table.used(SECOND, 1_000_000, caller(n)) >= 1));
    // The tail is told apart well enough for nobody to be taken for a heavy caller.
    assert!((100..200_000).all(|n| table.used(SECOND, 1_000_000, caller(n)) < 60));
    assert!(table.bytes() <= 8 << 20, "{}", table.bytes());
    assert_eq!(table.heaviest(SECOND.number(1_000_000), 100).len(), 100);
}

#[test]
fn who_becomes_heavy_becomes_exact() {
    let mut table = Table::new(7, 64);
    for n in 0..1_000 {
        table.add(SECOND, 1_000_000, caller(n), 5);
    }
    let newcomer = caller(5_000);
    for _ in 0..200 {
        table.add(SECOND, 1_000_000, newcomer, 1);
    }
    assert!(table.find(newcomer.0).is_some());
    assert!(table.used(SECOND, 1_000_000, newcomer) >= 200);
}

#[test]
fn what_others_saw_raises_a_count_and_never_lowers_it() {
    let mut table = Table::new(7, 64);
    table.add(SECOND, 1_000_000, caller(1), 5);
    table.raise(SECOND, 1_000_000, caller(1), 9);
    table.raise(SECOND, 1_000_000, caller(1), 3);
    assert_eq!(table.used(SECOND, 1_000_000, caller(1)), 9);
}

#[test]
fn a_wait_is_long_enough() {
    let mut table = Table::new(7, 64);
    table.add(SECOND, 1_000_100, caller(1), 5);
    table.add(SECOND, 1_001_100, caller(1), 5);
    let wait = table.wait(SECOND, 1_001_100, caller(1), 5);
    assert_eq!(table.used(SECOND, 1_001_100 + wait - 1, caller(1)), 10);
    assert_eq!(table.used(SECOND, 1_001_100 + wait, caller(1)), 5);
}

proptest! {
    /// However callers come and go, no count is lower than what was used in the window.
    #[test]
    fn no_count_is_too_low(uses in prop::collection::vec((0_u64..400, 1_u64..4, 0_u64..40), 1..800)) {
        let (mut table, mut now) = (Table::new(3, 64), 9_000_000_u64);
        let mut truth: HashMap<u64, Vec<(u64, u64)>> = HashMap::new();
        for (n, amount, gap) in uses {
            now += gap;
            table.add(SECOND, now, caller(n), amount);
            truth.entry(n).or_default().push((now, amount));
            let within: u64 = truth.get(&n).into_iter().flatten()
                .filter(|(at, _)| at + 3_000 > now).map(|(_, amount)| amount).sum();
            prop_assert!(table.used(SECOND, now, caller(n)) >= within);
        }
    }
}
