//! `tollgate simulate`: the bound is shown, whatever happens to the store.
#![expect(clippy::unwrap_used, reason = "test code")]
use serde_json::Value;
use std::process::Command;

fn simulate(args: &[&str]) -> Value {
    let tollgate = env!("CARGO_BIN_EXE_tollgate");
    let output = Command::new(tollgate).args(["simulate", "--json"]).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn figure(outcome: &Value, name: &str) -> f64 {
    outcome[name].as_f64().unwrap()
}

#[test]
fn a_fleet_uses_its_budget_up_and_stops() {
    for traffic in ["constant", "exponential", "random", "leech", "burst"] {
        let outcome = simulate(&["--environments", "200", "--traffic", traffic]);
        assert!(figure(&outcome, "overshoot_percent") <= 1.0, "{outcome}");
        assert!(figure(&outcome, "utilisation_percent") >= 97.0, "{outcome}");
        assert!(figure(&outcome, "granted_percent") <= 100.0, "{outcome}");
    }
}

#[test]
fn the_sum_granted_holds_whatever_happens_to_the_store() {
    for args in [
        &["--fail", "30"][..],
        &["--lose", "20"],
        &["--skew-ms", "5000"],
        &["--fail", "100"],
        &["--shards", "7", "--latency-ms", "3000"],
    ] {
        let outcome = simulate(&[&["--environments", "100", "--window", "600"], args].concat());
        assert!(figure(&outcome, "granted_percent") <= 100.0, "{args:?}: {outcome}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let args = ["--environments", "50", "--lose", "5", "--seed", "9"];
    assert_eq!(simulate(&args), simulate(&args));
}

#[test]
fn one_caller_is_stopped_all_over_the_fleet() {
    let args = ["--environments", "50", "--window", "60", "--calls", "100", "--limit", "5"];
    let attacked = [&args[..], &["--attack", "one-caller"]].concat();
    let free = simulate(&attacked);
    let bound = simulate(&[&attacked[..], &["--caller-limit", "2000"]].concat());
    let passed = |outcome: &Value| outcome["hostile_passed"].as_u64().unwrap();
    assert!(passed(&free) > 10 * passed(&bound), "{free} {bound}");
}

/// A hundred thousand environments that an attack of a million calls a minute meets: what is granted
/// holds, and what lies unspent is at most a smallest lease in each. Few calls, so that it fits a busy
/// machine; a million environments take 4 GB.
#[test]
fn a_fleet_of_a_hundred_thousand_environments_is_bounded() {
    let args =
        ["--environments", "100000", "--calls", "5", "--window", "60", "--attack", "callers"];
    let outcome = simulate(&args);
    assert!(figure(&outcome, "granted_percent") <= 100.0, "{outcome}");
    assert!(figure(&outcome, "overshoot_percent") <= 1.0, "{outcome}");
    let usd = |name: &str| outcome[name].as_str().unwrap().parse::<f64>().unwrap();
    assert!(usd("stranded") <= usd("stranded_bound"), "{outcome}");
    assert_eq!(outcome["environments"], 100_000);
}

/// The same fleet with more to do uses its budget up, and what passes without a lease while the store
/// fails, answers are lost and clocks differ stays below a hundredth.
#[test]
fn a_fleet_of_a_hundred_thousand_environments_uses_what_it_may() {
    let size = ["--environments", "100000", "--calls", "60"];
    let outcome = simulate(&[&size[..], &["--traffic", "leech"]].concat());
    assert!(figure(&outcome, "utilisation_percent") >= 97.0, "{outcome}");
    assert!(figure(&outcome, "granted_percent") <= 100.0, "{outcome}");
    assert!(figure(&outcome, "overshoot_percent") <= 1.0, "{outcome}");
    let outcome =
        simulate(&[&size[..], &["--fail", "10", "--lose", "5", "--skew-ms", "1000"]].concat());
    assert!(figure(&outcome, "granted_percent") <= 100.0, "{outcome}");
    let beyond = ["first_events_percent", "store_failures_percent", "clock_skew_percent"];
    let beyond: f64 = beyond.iter().map(|part| figure(&outcome["beyond"], part)).sum();
    assert!(beyond <= 1.0, "{outcome}");
}

/// Attacks of each kind, in traffic of each kind, with a store that fails, loses answers and clocks
/// that differ: beyond the limit goes at most a hundredth, by its cause.
#[test]
fn attacks_never_spend_beyond_the_bound() {
    for attack in ["one-caller", "callers", "cold"] {
        for faults in [&[][..], &["--fail", "10", "--lose", "5", "--skew-ms", "1000"]] {
            let size = ["--environments", "2000", "--window", "60", "--attack", attack];
            let outcome = simulate(&[&size[..], faults].concat());
            assert!(figure(&outcome, "granted_percent") <= 100.0, "{outcome}");
            assert!(figure(&outcome, "overshoot_percent") <= 1.0, "{attack} {faults:?} {outcome}");
            assert!(outcome["hostile_calls"].as_u64() > Some(100_000), "{outcome}");
        }
    }
}

/// The day on which the clocks are put forward has 23 hours, and its lease rows are those of its own
/// window.
#[test]
fn a_day_of_the_calendar_is_as_long_as_its_clock_makes_it() {
    let size = ["--environments", "100"];
    for (date, zone, start, hours) in [
        ("2027-03-28", "Europe/Berlin", 1_806_188_400_000_u64, 23),
        ("2027-10-31", "Europe/Berlin", 1_824_933_600_000, 25),
        ("2027-03-28", "+02:00", 1_806_184_800_000, 24),
        ("2027-03", "Europe/Berlin", 1_803_855_600_000, 31 * 24 - 1),
    ] {
        let dated = ["--on", date, "--time-zone", zone];
        let outcome = simulate(&[&size[..], &dated].concat());
        let end = start + hours * 3_600_000;
        assert_eq!(outcome["window"], serde_json::json!({ "startMs": start, "endMs": end }));
        assert!(figure(&outcome, "granted_percent") <= 100.0, "{outcome}");
        assert!(figure(&outcome, "utilisation_percent") >= 97.0, "{outcome}");
    }
}

#[test]
fn a_date_or_zone_that_is_none_is_refused() {
    let refused = |args: &[&str]| {
        let tollgate = env!("CARGO_BIN_EXE_tollgate");
        let output = Command::new(tollgate).arg("simulate").args(args).output().unwrap();
        assert!(!output.status.success(), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refused(&["--on", "2027-02-29"]).contains("--on: expected a day"));
    let zone = refused(&["--on", "2027-03-28", "--time-zone", "Europe/Berln"]);
    assert!(zone.contains("did you mean `Europe/Berlin`?"), "{zone}");
}
