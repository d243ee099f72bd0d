//! Clients as they are published, each with and without the layer: what the caller gets is the same
//! to the byte, for every saved event.

use crate::support::guarded::{ENFORCE, Guarded, Setup};
use crate::support::places;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tollgate_emulator::{Answer, Invoked};

/// Saved events: all that services send, and all that attackers do.
const SETS: [&str; 4] = ["events", "hostile", "malformed", "odd"];

/// What the caller of a function can tell apart. Timing is not among it.
#[derive(Debug, PartialEq)]
enum Seen {
    Response {
        body: String,
        content_type: String,
        streamed: bool,
        trailers: Vec<(String, String)>,
    },
    Error {
        error_type: String,
        body: String,
    },
    /// The runtime ended, or the event ran into its timeout.
    Ended(String),
}

impl Seen {
    /// Ids that differ from one invocation to the next are left out of bodies that quote them.
    fn of(invoked: Invoked) -> Self {
        let id = invoked.request_id;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&id, "ID");
        match invoked.answer {
            Answer::Response { body, content_type, streamed, trailers, .. } => {
                Self::Response { body: text(&body), content_type, streamed, trailers }
            }
            Answer::Error { error_type, body } => Self::Error { error_type, body: text(&body) },
            Answer::Timeout { message } => Self::Ended(message.replace(&id, "ID")),
            Answer::Crash { error_type, message } => {
                Self::Ended(error_type + " " + &message.replace(&id, "ID"))
            }
        }
    }
}

/// Files below a directory, in order.
fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, found);
        } else {
            found.push(entry);
        }
    }
}

fn saved(sets: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for set in sets {
        files(&places::fixtures(set), &mut found);
    }
    assert!(found.len() > 100, "{} events", found.len());
    found
}

async fn assert_same(with: &Guarded, without: &Guarded, event: &[u8], name: &str) -> String {
    let guarded = with.invoke(event).await;
    let id = guarded.request_id.clone();
    assert_eq!(Seen::of(guarded), Seen::of(without.invoke(event).await), "{name}");
    id
}

/// Invokes the same function with the layer and without it, observing first, then enforcing.
async fn the_same_answers(setup: fn() -> Setup) {
    let without = setup().bare().start().await;
    let answer = without.invoke("{}").await.answer;
    assert!(matches!(answer, Answer::Response { .. }), "the client works: {answer:?}");
    for (policy, sets) in [("version: 1\n", &SETS[..]), (ENFORCE, &SETS[..1])] {
        let with = setup().policy(policy).start().await;
        let mut ids = Vec::new();
        for path in saved(sets) {
            let event = std::fs::read(&path).unwrap();
            ids.push(assert_same(&with, &without, &event, &path.display().to_string()).await);
        }
        let ledger = with.ledger().await;
        for id in &ids {
            assert_eq!(ledger.invocation(id)["decision"], "pass");
        }
        assert_eq!(ledger.of_kind("invocation").len(), ids.len());
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn lambda_runtime_buffered() {
    the_same_answers(Setup::rust).await;
}

#[tokio::test]
async fn lambda_runtime_streaming() {
    the_same_answers(Setup::streaming).await;
}

#[tokio::test]
async fn awslambdaric() {
    the_same_answers(Setup::python).await;
}

#[tokio::test]
async fn aws_lambda_ric_buffered() {
    the_same_answers(|| Setup::node("index.handler")).await;
}

/// Answers of many sizes, errors, and streams that fail after their first byte. Streams of
/// `aws-lambda-ric` are tried here alone: given what is no JSON it never answers, with the layer or
/// without it.
#[tokio::test]
async fn answers_of_every_size_and_errors() {
    let setups = [
        Setup::rust as fn() -> Setup,
        Setup::streaming,
        Setup::python,
        || Setup::node("index.handler"),
        || Setup::node("index.stream"),
    ];
    for setup in setups {
        let (with, without) = (setup().start().await, setup().bare().start().await);
        for event in [
            r#"{"control":{"reply_bytes":2}}"#,
            r#"{"control":{"reply_bytes":100000}}"#,
            r#"{"control":{"reply_bytes":6291456}}"#,
            r#"{"control":{"reply_bytes":6400000}}"#,
            r#"{"control":{"fail":true}}"#,
            r#"{"control":{"reply_bytes":50000,"fail":true}}"#,
            r#"{"control":{"sleep_ms":5}}"#,
        ] {
            assert_same(&with, &without, event.as_bytes(), event).await;
        }
        with.ledger().await.assert_verifies();
    }
}

/// A second extension on the crate `lambda-extension`, which takes the same events as ours.
#[tokio::test]
async fn lambda_extension_beside_ours() {
    let files = tempfile::tempdir().unwrap();
    let (both, theirs) = (files.path().join("both"), files.path().join("theirs"));
    super::clients::copy(&places::layer(), &both);
    std::fs::create_dir_all(theirs.join("extensions")).unwrap();
    for layer in [&both, &theirs] {
        std::fs::copy(places::other_extension(), layer.join("extensions/sample")).unwrap();
    }
    let with = Setup::rust().map(|settings| settings.layer(&both)).start().await;
    let alone = Setup::rust().without_wrapper().map(|settings| settings.layer(&theirs));
    let without = alone.start().await;
    for path in saved(&SETS) {
        let event = std::fs::read(&path).unwrap();
        let (guarded, bare) = (with.invoke(event.clone()).await, without.invoke(event).await);
        for invoked in [&guarded, &bare] {
            let mut names = invoked.phases.extensions_next.iter().map(|(name, _)| name.as_str());
            assert!(names.any(|name| name == "sample"), "{:?}", invoked.phases);
        }
        assert_eq!(Seen::of(guarded), Seen::of(bare), "{}", path.display());
    }
    with.ledger().await.assert_verifies();
}

/// AWS Lambda Web Adapter, an extension that is the runtime too, in front of a web application: its
/// variable sends its polls through the proxy. The version on crates.io sends its registration there
/// as well, so the proxy has to listen first.
fn web_adapter(files: &Path, guarded: bool, mode: &str) -> Setup {
    let layer = files.join(if guarded { "both" } else { "theirs" });
    if guarded {
        super::clients::copy(&places::layer(), &layer);
    }
    std::fs::create_dir_all(layer.join("extensions")).unwrap();
    let wait =
        "until (: < \"/dev/tcp/127.0.0.1/$TOLLGATE_PORT\") 2> /dev/null; do sleep 0.01; done\n";
    let script = format!(
        "#!/bin/bash\n{wait}exec '{program}'\n",
        wait = if guarded { wait } else { "" },
        program = places::web_adapter().display()
    );
    let program = layer.join("extensions/lambda-adapter");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let app = places::python_function().join("web.py");
    let port = tollgate_emulator::free_port().unwrap();
    let setup = Setup::command([places::python().to_str().unwrap(), app.to_str().unwrap()]);
    let setup = setup.map(|settings| {
        settings.layer(&layer).env("PORT", port.to_string()).env("AWS_LWA_INVOKE_MODE", mode)
    });
    if guarded { setup.through("AWS_LWA_LAMBDA_RUNTIME_API_PROXY") } else { setup }
}

/// A buffered web application, and one whose answers are streamed.
#[tokio::test]
async fn aws_lambda_web_adapter() {
    for mode in ["buffered", "response_stream"] {
        let files = tempfile::tempdir().unwrap();
        let setup = |guarded| web_adapter(files.path(), guarded, mode).without_wrapper();
        let without = setup(false).start().await;
        for (policy, sets) in [("version: 1\n", &SETS[..]), (ENFORCE, &SETS[..1])] {
            let with = setup(true).policy(policy).start().await;
            let mut ids = Vec::new();
            for path in saved(sets) {
                let event = std::fs::read(&path).unwrap();
                let name = format!("{mode}, {}", path.display());
                ids.push(assert_same(&with, &without, &event, &name).await);
            }
            let ledger = with.ledger().await;
            for id in &ids {
                assert_eq!(ledger.invocation(id)["decision"], "pass");
            }
            ledger.assert_verifies();
        }
    }
}
