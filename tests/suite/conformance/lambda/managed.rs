//! Managed Instances: what several invocations at a time change.

use super::cases::{Case, MANAGED, play};
use super::runtime::taken;
use super::stage::{Setting, Stage, seen};

const RUNTIME: &str = "/2018-06-01/runtime";
const CORE: &str = "Lambda Managed Instances (core in AWS's emulator)";

fn case(name: &'static str, expected: &'static str) -> Case {
    Case {
        name,
        source: CORE,
        modes: MANAGED,
        setting: Setting::default(),
        expected,
        play: play!(parallel),
    }
}

pub(super) fn cases() -> Vec<Case> {
    let short = Setting { timeout_s: 1, ..Setting::default() };
    vec![
        Case { play: play!(parallel), ..case("two polls get two events", "two events") },
        Case {
            setting: short,
            play: play!(late),
            ..case("a late reply", "410 InvokeTimeout, then 400 InvalidRequestID")
        },
        Case {
            setting: short,
            play: play!(lives_on),
            ..case("the runtime outlives a timeout", "200 {\"n\":2}")
        },
        Case {
            play: play!(large_error),
            ..case("an error over 1 MiB", "413 RequestEntityTooLarge")
        },
        Case {
            setting: short,
            play: play!(busy),
            ..case("an event without an idle runtime", "Runtime.Unavailable")
        },
    ]
}

async fn parallel(stage: &mut Stage) -> String {
    let (_busy, first) = taken(stage).await;
    let mut other = stage.runtime().await;
    let _second = stage.invoke("{\"n\":2}").await;
    let second = other.next().await;
    let same = second.request_id() == first.request_id();
    if same { "one event twice" } else { "two events" }.to_owned()
}

async fn late(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    stage.answer().await;
    let first = runtime.respond(event.request_id(), "{}").await;
    let second = runtime.respond(event.request_id(), "{}").await;
    format!("{}, then {}", seen(&first), seen(&second))
}

async fn lives_on(stage: &mut Stage) -> String {
    let (mut runtime, _) = taken(stage).await;
    stage.answer().await;
    let _second = stage.invoke("{\"n\":2}").await;
    let event = runtime.next().await;
    format!("{} {}", event.status, String::from_utf8_lossy(&event.body))
}

async fn large_error(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let path = format!("{RUNTIME}/invocation/{}/error", event.request_id());
    seen(&runtime.call("POST", &path, &[], vec![b'x'; 1024 * 1024 + 1]).await)
}

async fn busy(stage: &mut Stage) -> String {
    taken(stage).await;
    let answer = stage.invoke_once("{\"n\":2}").await.await.unwrap();
    let words = "Runtime.Unavailable";
    if answer.contains(words) { words.to_owned() } else { answer }
}
