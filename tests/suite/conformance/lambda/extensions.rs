//! The Extensions API: registration, events, error reports, and what is refused.

use super::cases::{ALL, CLASSIC, Case, MANAGED, play};
use super::stage::{EXTENSION, Setting, Stage, seen};
use crate::support::runtime::{Reply, Runtime};

const BASE: &str = "/2020-01-01/extension";
/// No document asks for it; one emulator does.
const JSON: (&str, &str) = ("content-type", "application/json");
const API: &str = "Extensions API";

fn case(name: &'static str, expected: &'static str) -> Case {
    Case {
        name,
        source: API,
        modes: ALL,
        setting: Setting { extension: true, ..Setting::default() },
        expected,
        play: play!(registers),
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = registration();
    cases.extend(events());
    cases
}

fn registration() -> Vec<Case> {
    vec![
        Case { play: play!(registers), ..case("an extension registers", "200 with an identifier") },
        Case { play: play!(untyped), ..case("registration without Content-Type", "200") },
        Case {
            play: play!(function),
            ..case("registration names the function", "functionName, functionVersion, handler")
        },
        Case { play: play!(account), ..case("the account on request", "there") },
        Case {
            play: play!(nameless),
            ..case("registration without a name", "403 Extension.InvalidExtensionName")
        },
        Case {
            play: play!(wrong_event),
            ..case("registration for an unknown event", "403 Extension.InvalidEventType")
        },
        Case {
            play: play!(malformed),
            ..case("registration with a broken body", "403 InvalidRequestFormat")
        },
        Case {
            play: play!(keys),
            ..case("registration with configurationKeys", "403 InvalidRequestFormat")
        },
        Case {
            play: play!(twice),
            ..case("a second registration", "403 Extension.InvalidExtensionState")
        },
        Case {
            play: play!(internal_shutdown),
            ..case("an internal extension asks for SHUTDOWN", "403 Extension.InvalidEventType")
        },
        Case {
            setting: Setting::default(),
            play: play!(too_late),
            ..case("an internal extension after the first poll", "403 Extension.RegistrationClosed")
        },
        Case {
            setting: Setting::default(),
            play: play!(too_many),
            ..case("the 11th extension", "403 Extension.TooManyExtensions")
        },
        Case {
            modes: MANAGED,
            play: play!(invoke),
            ..case("INVOKE on Managed Instances", "403 Extension.InvalidEventType")
        },
        Case { play: play!(order), ..case("the runtime starts after registration", "after") },
    ]
}

fn events() -> Vec<Case> {
    vec![
        Case {
            play: play!(without_id),
            ..case("a poll without identifier", "403 Extension.MissingExtensionIdentifier")
        },
        Case {
            play: play!(odd_id),
            ..case("a poll with an odd identifier", "403 Extension.InvalidExtensionIdentifier")
        },
        Case {
            play: play!(unknown_id),
            ..case("a poll with an unknown identifier", "403 Extension.UnknownExtensionIdentifier")
        },
        Case {
            modes: CLASSIC,
            play: play!(invoked),
            ..case("INVOKE reaches the extension", "INVOKE with the request id")
        },
        Case {
            play: play!(error_without_type),
            ..case("an error report without its type", "403 Extension.MissingHeader")
        },
        Case { play: play!(init_error), ..case("extension/init/error", "202") },
        Case { play: play!(exit_error), ..case("extension/exit/error", "202") },
    ]
}

async fn register(extension: &mut Runtime, name: &str, body: &'static str) -> Reply {
    let headers = [("lambda-extension-name", name), JSON];
    extension.call("POST", &format!("{BASE}/register"), &headers, body).await
}

/// The extension of the stage, registered for what its mode allows.
pub(super) async fn registered(stage: &Stage, body: &'static str) -> (Runtime, String) {
    let mut extension = stage.extension().await;
    let reply = register(&mut extension, EXTENSION, body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let id = reply.header("lambda-extension-identifier").to_owned();
    (extension, id)
}

const NOTHING: &str = r#"{"events":[]}"#;

async fn registers(stage: &mut Stage) -> String {
    let (_, id) = registered(stage, r#"{"events":["SHUTDOWN"]}"#).await;
    if id.len() == 36 { "200 with an identifier" } else { "200 without" }.to_owned()
}

async fn untyped(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    let name = [("lambda-extension-name", EXTENSION)];
    seen(&extension.call("POST", &format!("{BASE}/register"), &name, NOTHING).await)
}

async fn function(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    let reply = register(&mut extension, EXTENSION, NOTHING).await;
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    let mut fields: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    // Whether serde_json keeps an object's order depends on what else is built with it.
    fields.sort_unstable();
    fields.join(", ")
}

async fn account(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    let feature = ("lambda-extension-accept-feature", "accountId");
    let headers = [("lambda-extension-name", EXTENSION), feature, JSON];
    let reply = extension.call("POST", &format!("{BASE}/register"), &headers, NOTHING).await;
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    let there = body["accountId"].as_str().is_some_and(|id| !id.is_empty());
    if there { "there" } else { "missing" }.to_owned()
}

async fn nameless(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    seen(&extension.call("POST", &format!("{BASE}/register"), &[JSON], NOTHING).await)
}

async fn wrong_event(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    seen(&register(&mut extension, EXTENSION, r#"{"events":["RESTART"]}"#).await)
}

async fn malformed(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    seen(&register(&mut extension, EXTENSION, "{").await)
}

async fn keys(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    let body = r#"{"events":[],"configurationKeys":["a"]}"#;
    seen(&register(&mut extension, EXTENSION, body).await)
}

async fn twice(stage: &mut Stage) -> String {
    let (mut extension, _) = registered(stage, NOTHING).await;
    seen(&register(&mut extension, EXTENSION, NOTHING).await)
}

async fn internal_shutdown(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    seen(&register(&mut extension, "inside", r#"{"events":["SHUTDOWN"]}"#).await)
}

async fn too_late(stage: &mut Stage) -> String {
    let (mut runtime, _) = super::runtime::taken(stage).await;
    seen(&register(&mut runtime, "inside", NOTHING).await)
}

async fn too_many(stage: &mut Stage) -> String {
    let mut runtime = stage.runtime().await;
    for number in 1..=10 {
        let reply = register(&mut runtime, &format!("inside-{number}"), NOTHING).await;
        if reply.status != 200 {
            return format!("{number}: {}", seen(&reply));
        }
    }
    seen(&register(&mut runtime, "inside-11", NOTHING).await)
}

async fn invoke(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    seen(&register(&mut extension, EXTENSION, r#"{"events":["INVOKE"]}"#).await)
}

async fn order(stage: &mut Stage) -> String {
    let mut extension = stage.extension().await;
    let before = stage.has_started("bootstrap");
    register(&mut extension, EXTENSION, NOTHING).await;
    stage.runtime().await;
    if before { "before" } else { "after" }.to_owned()
}

async fn poll(extension: &mut Runtime, headers: &[(&str, &str)]) -> Reply {
    extension.call("GET", &format!("{BASE}/event/next"), headers, "").await
}

async fn without_id(stage: &mut Stage) -> String {
    let (mut extension, _) = registered(stage, NOTHING).await;
    seen(&poll(&mut extension, &[]).await)
}

async fn odd_id(stage: &mut Stage) -> String {
    let (mut extension, _) = registered(stage, NOTHING).await;
    seen(&poll(&mut extension, &[("lambda-extension-identifier", "odd")]).await)
}

async fn unknown_id(stage: &mut Stage) -> String {
    let (mut extension, _) = registered(stage, NOTHING).await;
    let id = "00000000-0000-4000-8000-000000000000";
    seen(&poll(&mut extension, &[("lambda-extension-identifier", id)]).await)
}

/// Some emulators give an event only to extensions that are polling when the runtime takes it: so
/// the runtime takes events until the extension has one of them.
async fn invoked(stage: &mut Stage) -> String {
    let (mut extension, id) = registered(stage, r#"{"events":["INVOKE"]}"#).await;
    let (taken, mut ids) = tokio::sync::mpsc::unbounded_channel();
    let mut runtime = stage.runtime().await;
    let serves = async {
        loop {
            let event = runtime.next().await;
            taken.send(event.request_id().to_owned()).unwrap();
            runtime.respond(event.request_id(), "{}").await;
            stage.invoke("{}").await;
        }
    };
    let told = async {
        let reply = poll(&mut extension, &[("lambda-extension-identifier", &id)]).await;
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        while ids.recv().await.is_some_and(|id| body["requestId"] != id) {}
        format!("{} with the request id", body["eventType"].as_str().unwrap_or_default())
    };
    tokio::select! {
        seen = told => seen,
        () = serves => String::new(),
    }
}

async fn report(stage: &mut Stage, end: &str, kind: &[(&str, &str)]) -> String {
    let (mut extension, id) = registered(stage, NOTHING).await;
    let mut headers = vec![("lambda-extension-identifier", id.as_str()), JSON];
    headers.extend_from_slice(kind);
    seen(&extension.call("POST", &format!("{BASE}/{end}"), &headers, "{}").await)
}

const KIND: (&str, &str) = ("lambda-extension-function-error-type", "Extension.Broken");

async fn error_without_type(stage: &mut Stage) -> String {
    report(stage, "init/error", &[]).await
}

async fn init_error(stage: &mut Stage) -> String {
    report(stage, "init/error", &[KIND]).await
}

async fn exit_error(stage: &mut Stage) -> String {
    report(stage, "exit/error", &[KIND]).await
}
