//! Lambda's own rules, case by case, on this repository's emulator and on emulators of others.
//!
//! No part of Tollgate runs here: each case speaks to the APIs as a runtime or an extension does.
//! What another emulator does differently is an entry in `lambda/exceptions.toml`.

mod cases;
mod extensions;
mod managed;
mod restore;
mod runtime;
mod stage;
mod table;
mod telemetry;

use cases::{Case, Mode};
use stage::{Stage, Subject};

/// Plays every case of a subject's mode, and compares what is seen with what AWS documents or
/// with the exception that is written down.
async fn judge(subject: Subject) {
    let exceptions = table::exceptions();
    let mut wrong = Vec::new();
    for case in cases::all().iter().filter(|case| case.modes.contains(&subject.mode())) {
        let seen = play(case, subject).await;
        let exception = exceptions.iter().find(|own| own.is_for(case.name, subject));
        let expected = exception.map_or(case.expected, |own| own.seen.as_str());
        if seen != expected {
            wrong.push(format!("{}: expected `{expected}`, seen `{seen}`", case.name));
        }
    }
    assert!(wrong.is_empty(), "{subject:?}:\n{}", wrong.join("\n"));
}

async fn play(case: &Case, subject: Subject) -> String {
    let mut stage = Stage::open(subject, case.setting).await;
    let limit = std::time::Duration::from_mins(1);
    let played = tokio::time::timeout(limit, (case.play)(&mut stage)).await;
    played.unwrap_or_else(|_| "no end within a minute".to_owned())
}

#[tokio::test]
async fn the_emulator_keeps_the_rules_of_on_demand_functions() {
    judge(Subject::Emulator(Mode::OnDemand)).await;
}

#[tokio::test]
async fn the_emulator_keeps_the_rules_of_managed_instances() {
    judge(Subject::Emulator(Mode::Managed)).await;
}

#[tokio::test]
async fn the_emulator_keeps_the_rules_of_snapstart() {
    judge(Subject::Emulator(Mode::SnapStart)).await;
}

#[tokio::test]
async fn awss_emulator_is_as_written_down_for_on_demand_functions() {
    judge(Subject::Rie(Mode::OnDemand)).await;
}

#[tokio::test]
async fn awss_emulator_is_as_written_down_for_managed_instances() {
    judge(Subject::Rie(Mode::Managed)).await;
}

#[tokio::test]
async fn awss_emulator_is_as_written_down_for_snapstart() {
    judge(Subject::Rie(Mode::SnapStart)).await;
}
