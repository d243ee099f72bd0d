//! `SnapStart`: the wait for the restore, and what follows it.

use super::cases::{Case, SNAP_START, play};
use super::stage::{Setting, Stage, seen};

const RUNTIME: &str = "/2018-06-01/runtime";
const HOOKS: &str = "SnapStart runtime hooks";

fn case(name: &'static str, expected: &'static str) -> Case {
    Case {
        name,
        source: HOOKS,
        modes: SNAP_START,
        setting: Setting::default(),
        expected,
        play: play!(restored),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            play: play!(restored),
            ..case("restore/next returns after the restore", "200, 200")
        },
        Case {
            play: play!(early_error),
            ..case("restore/error before a restore", "403 InvalidStateTransition")
        },
        Case { play: play!(restore_error), ..case("restore/error after a restore", "200, 202") },
        Case { play: play!(no_token), ..case("credentials without their token", "404") },
    ]
}

async fn restored(stage: &mut Stage) -> String {
    let mut runtime = stage.runtime().await;
    let restored = runtime.call("GET", &format!("{RUNTIME}/restore/next"), &[], "").await;
    if !restored.body.is_empty() {
        return "200 with the event".to_owned();
    }
    let event = runtime.next().await;
    format!("{}, {}", seen(&restored), event.status)
}

async fn early_error(stage: &mut Stage) -> String {
    let mut runtime = stage.runtime().await;
    seen(&runtime.call("POST", &format!("{RUNTIME}/restore/error"), &[], "{}").await)
}

async fn restore_error(stage: &mut Stage) -> String {
    let mut runtime = stage.runtime().await;
    let restored = runtime.call("GET", &format!("{RUNTIME}/restore/next"), &[], "").await;
    let error = runtime.call("POST", &format!("{RUNTIME}/restore/error"), &[], "{}").await;
    format!("{}, {}", seen(&restored), seen(&error))
}

async fn no_token(stage: &mut Stage) -> String {
    let mut runtime = stage.runtime().await;
    let wrong = [("authorization", "00000000-0000-4000-8000-000000000000")];
    seen(&runtime.call("GET", "/2021-04-23/credentials", &wrong, "").await)
}
