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

use cases::{Case, Mode, Play};
use stage::{Setting, Stage, Subject};
use std::rc::Rc;
use tokio::sync::Semaphore;

/// Plays every case of a subject's mode, and compares what is seen with what AWS documents or
/// with the exception that is written down.
async fn judge(subject: Subject) {
    let exceptions = table::exceptions();
    let mut wrong = Vec::new();
    let cases = cases::all().into_iter().filter(|case| case.modes.contains(&subject.mode()));
    for (case, seen) in seen(subject, cases.collect()).await {
        let exception = exceptions.iter().find(|own| own.is_for(case.name, subject));
        let expected = exception.map_or(case.expected, |own| own.seen.as_str());
        if seen != expected {
            wrong.push(format!("{}: expected `{expected}`, seen `{seen}`", case.name));
        }
    }
    assert!(wrong.is_empty(), "{subject:?}:\n{}", wrong.join("\n"));
}

/// How many cases are played at once: some end only at their limit, on some emulators.
const AT_ONCE: usize = 10;

/// What is seen of each case, in their order.
async fn seen(subject: Subject, cases: Vec<Case>) -> Vec<(Case, String)> {
    let places = Rc::new(Semaphore::new(AT_ONCE));
    let local = tokio::task::LocalSet::new();
    let plays = cases.into_iter().map(|case| {
        let places = Rc::clone(&places);
        let played = local.spawn_local(async move {
            let _place = places.acquire().await.unwrap();
            play(case.setting, case.play, subject).await
        });
        (case, played)
    });
    let plays: Vec<_> = plays.collect();
    let gather = async {
        let mut seen = Vec::new();
        for (case, played) in plays {
            // A client that is hung up on panics: here that is something to be seen.
            seen.push((case, played.await.unwrap_or_else(|_| "the emulator hung up".to_owned())));
        }
        seen
    };
    local.run_until(gather).await
}

async fn play(setting: Setting, play: Play, subject: Subject) -> String {
    let mut stage = Stage::open(subject, setting).await;
    let limit = std::time::Duration::from_secs(30);
    let played = tokio::time::timeout(limit, play(&mut stage)).await;
    played.unwrap_or_else(|_| "no end".to_owned())
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
async fn cargo_lambda_watch_is_as_written_down() {
    judge(Subject::CargoLambda).await;
}

#[tokio::test]
async fn lambda_simulator_is_as_written_down() {
    judge(Subject::Simulator).await;
}

#[tokio::test]
async fn awss_emulator_is_as_written_down_for_snapstart() {
    judge(Subject::Rie(Mode::SnapStart)).await;
}
