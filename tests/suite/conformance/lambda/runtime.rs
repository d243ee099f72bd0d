//! The Runtime API: polls, replies, errors, and what is refused.

use super::cases::{ALL, CLASSIC, Case, MANAGED, ON_DEMAND, play};
use super::stage::{Setting, Stage, seen};
use crate::support::runtime::{Reply, Runtime};

const RUNTIME: &str = "/2018-06-01/runtime";
/// As clients send errors; one emulator insists on it.
const JSON: (&str, &str) = ("content-type", "application/json");
const API: &str = "Runtime API";
const LIMITS: &str = "Lambda quotas";
const RIC: &str = "Building a custom runtime";

fn case(name: &'static str, source: &'static str, expected: &'static str) -> Case {
    Case { name, source, modes: ALL, setting: Setting::default(), expected, play: play!(ping) }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = events();
    cases.extend(replies());
    cases.extend(limits());
    cases
}

fn events() -> Vec<Case> {
    vec![
        Case { play: play!(ping), ..case("ping", API, "200 pong") },
        Case { play: play!(unknown_path), ..case("unknown path", API, "404") },
        Case { play: play!(wrong_method), ..case("wrong method", API, "405") },
        Case { play: play!(event), ..case("an event reaches the poll", API, "200 {\"n\":1}") },
        Case { play: play!(headers), ..case("headers of an event", API, "all there") },
        Case { play: play!(trace), ..case("trace header of an event", API, "there") },
        Case {
            modes: CLASSIC,
            play: play!(same_event),
            ..case("a repeated poll gets the same event", API, "the same")
        },
    ]
}

fn replies() -> Vec<Case> {
    vec![
        Case { play: play!(response), ..case("a response is accepted", API, "202, caller {}") },
        Case {
            play: play!(streamed),
            ..case("a streamed response is accepted", RIC, "202, caller {}")
        },
        Case {
            play: play!(wrong_id),
            ..case("a reply to an unknown id", API, "400 InvalidRequestID, then 202")
        },
        Case {
            play: play!(early),
            ..case("a response before any event", API, "400 InvalidRequestID")
        },
        Case {
            modes: CLASSIC,
            play: play!(second),
            ..case("a second reply", API, "403 InvalidStateTransition")
        },
        Case {
            modes: MANAGED,
            play: play!(second),
            ..case("a second reply on Managed Instances", API, "400 InvalidRequestID")
        },
    ]
}

fn limits() -> Vec<Case> {
    let short = Setting { timeout_s: 1, ..Setting::default() };
    vec![
        Case {
            play: play!(mode),
            ..case("a wrong response mode", RIC, "400 InvalidFunctionResponseMode")
        },
        Case {
            play: play!(too_large),
            ..case("a response over 6 MiB", LIMITS, "413 RequestEntityTooLarge")
        },
        Case { play: play!(error), ..case("an error is accepted", API, "202, caller {\"e\":1}") },
        Case { play: play!(init_error), ..case("init/error before the first poll", API, "202") },
        Case {
            modes: CLASSIC,
            play: play!(late_init_error),
            ..case("init/error after the first poll", API, "403 InvalidStateTransition")
        },
        Case {
            modes: ON_DEMAND,
            play: play!(restore),
            ..case("restore/next without SnapStart", RIC, "404")
        },
        Case {
            modes: CLASSIC,
            setting: short,
            play: play!(timeout),
            ..case("the function timeout", LIMITS, "Task timed out after 1.00 seconds")
        },
        Case {
            modes: CLASSIC,
            play: play!(nonce),
            ..case("a stale Lambda-Runtime-Invocation-Id", API, "400 InvalidRequestID")
        },
        Case {
            modes: MANAGED,
            play: play!(nonce),
            ..case("a stale invocation id on Managed Instances", API, "410 InvokeTimeout")
        },
    ]
}

/// The first event, taken as the runtime.
pub(super) async fn taken(stage: &Stage) -> (Runtime, Reply) {
    let mut runtime = stage.runtime().await;
    let event = runtime.next().await;
    (runtime, event)
}

async fn ping(stage: &mut Stage) -> String {
    let reply = stage.runtime().await.call("GET", "/2018-06-01/ping", &[], "").await;
    format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body))
}

async fn unknown_path(stage: &mut Stage) -> String {
    seen(&stage.runtime().await.call("GET", &format!("{RUNTIME}/nothing"), &[], "").await)
}

async fn wrong_method(stage: &mut Stage) -> String {
    seen(&stage.runtime().await.call("POST", &format!("{RUNTIME}/invocation/next"), &[], "").await)
}

async fn event(stage: &mut Stage) -> String {
    let (_, event) = taken(stage).await;
    format!("{} {}", event.status, String::from_utf8_lossy(&event.body))
}

async fn headers(stage: &mut Stage) -> String {
    let (_, event) = taken(stage).await;
    let names = ["aws-request-id", "deadline-ms", "invoked-function-arn"];
    let missing: Vec<&str> = names
        .into_iter()
        .filter(|name| event.header(&format!("lambda-runtime-{name}")).is_empty())
        .collect();
    if missing.is_empty() { "all there".to_owned() } else { format!("without {missing:?}") }
}

async fn trace(stage: &mut Stage) -> String {
    let (_, event) = taken(stage).await;
    let there = event.header("lambda-runtime-trace-id").contains("Root=");
    if there { "there" } else { "missing" }.to_owned()
}

async fn same_event(stage: &mut Stage) -> String {
    let (mut runtime, first) = taken(stage).await;
    let second = runtime.next().await;
    let same = second.request_id() == first.request_id() && second.body == first.body;
    if same { "the same" } else { "another" }.to_owned()
}

async fn response(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let reply = runtime.respond(event.request_id(), "{}").await;
    stage.polls(runtime);
    format!("{}, caller {}", seen(&reply), stage.answer().await)
}

async fn streamed(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let path = format!("{RUNTIME}/invocation/{}/response", event.request_id());
    let mode = [("lambda-runtime-function-response-mode", "streaming")];
    let reply = runtime.call("POST", &path, &mode, "{}").await;
    stage.polls(runtime);
    format!("{}, caller {}", seen(&reply), stage.answer().await)
}

async fn wrong_id(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let wrong = runtime.respond("00000000-0000-4000-8000-000000000000", "{}").await;
    let right = runtime.respond(event.request_id(), "{}").await;
    format!("{}, then {}", seen(&wrong), seen(&right))
}

async fn early(stage: &mut Stage) -> String {
    let mut runtime = stage.runtime().await;
    seen(&runtime.respond("00000000-0000-4000-8000-000000000000", "{}").await)
}

async fn second(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    runtime.respond(event.request_id(), "{}").await;
    seen(&runtime.respond(event.request_id(), "{}").await)
}

async fn mode(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let path = format!("{RUNTIME}/invocation/{}/response", event.request_id());
    let mode = [("lambda-runtime-function-response-mode", "sideways")];
    seen(&runtime.call("POST", &path, &mode, "{}").await)
}

async fn too_large(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let body = vec![b'x'; 6 * 1024 * 1024 + 101];
    seen(&runtime.respond(event.request_id(), body).await)
}

async fn error(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let path = format!("{RUNTIME}/invocation/{}/error", event.request_id());
    let kind = [("lambda-runtime-function-error-type", "Function.Broken"), JSON];
    let reply = runtime.call("POST", &path, &kind, "{\"e\":1}").await;
    stage.polls(runtime);
    format!("{}, caller {}", seen(&reply), stage.answer().await)
}

async fn init_error(stage: &mut Stage) -> String {
    let mut runtime = stage.runtime().await;
    seen(&runtime.call("POST", &format!("{RUNTIME}/init/error"), &[JSON], "{}").await)
}

async fn late_init_error(stage: &mut Stage) -> String {
    let (mut runtime, _) = taken(stage).await;
    seen(&runtime.call("POST", &format!("{RUNTIME}/init/error"), &[JSON], "{}").await)
}

async fn restore(stage: &mut Stage) -> String {
    seen(&stage.runtime().await.call("GET", &format!("{RUNTIME}/restore/next"), &[], "").await)
}

async fn timeout(stage: &mut Stage) -> String {
    taken(stage).await;
    let answer = stage.answer().await;
    let words = "Task timed out after 1.00 seconds";
    if answer.contains(words) { words.to_owned() } else { answer }
}

async fn nonce(stage: &mut Stage) -> String {
    let (mut runtime, event) = taken(stage).await;
    let path = format!("{RUNTIME}/invocation/{}/response", event.request_id());
    let header = [("lambda-runtime-invocation-id", "of-another-attempt")];
    seen(&runtime.call("POST", &path, &header, "{}").await)
}
