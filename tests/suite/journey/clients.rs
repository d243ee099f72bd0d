//! Unmodified runtime clients behind the layer: `lambda_runtime`, `awslambdaric`, and a second
//! extension on the crate `lambda-extension`.

use crate::support::guarded::Setup;
use crate::support::places;
use tollgate_emulator::{Answer, Freeze};

async fn echoes(setup: Setup) {
    let guarded = setup.start().await;
    let events = [r#"{"n":1}"#, "[1,2,3]", r#""text""#];
    let mut ids = Vec::new();
    for event in events {
        let invoked = guarded.invoke(event).await;
        assert!(matches!(&invoked.answer, Answer::Response { .. }), "{:?}", invoked.answer);
        ids.push(invoked.request_id);
    }
    let ledger = guarded.ledger().await;
    for (index, id) in ids.iter().enumerate() {
        let record = ledger.invocation(id);
        assert_eq!(record["outcome"], "success");
        assert_eq!(record["decision"], "pass");
        assert_eq!(record["coldStart"], index == 0);
    }
    ledger.assert_verifies();
    assert_eq!(ledger.of_kind("open").len(), 1);
    assert_eq!(ledger.of_kind("close").len(), 1);
}

#[tokio::test]
async fn rust_lambda_runtime() {
    echoes(Setup::rust()).await;
}

#[tokio::test]
async fn python_awslambdaric() {
    echoes(Setup::python()).await;
}

#[tokio::test]
async fn the_answer_is_what_it_is_without_the_layer() {
    let event = r#"{"text":"\u00e9 \ud83d\ude00","big":12345678901234567890,"list":[1.0,null]}"#;
    for command in [Setup::rust as fn() -> Setup, Setup::python] {
        let guarded = command().start().await;
        let bare = command().without_wrapper().start().await;
        let (with, without) = (guarded.invoke(event).await, bare.invoke(event).await);
        assert_eq!(with.answer.body(), without.answer.body());
    }
}

#[tokio::test]
async fn each_invocation_gets_its_bill() {
    let guarded = Setup::rust().start().await;
    let first = guarded.invoke("{}").await;
    let second = guarded.invoke("{}").await;
    let ledger = guarded.ledger().await;
    let reports = ledger.of_kind("report");
    for id in [first.request_id, second.request_id] {
        let bills = reports.iter().filter(|report| report["requestId"] == id.as_str()).count();
        assert_eq!(bills, 1, "{}", ledger.text());
    }
}

#[tokio::test]
async fn a_frozen_and_thawed_environment() {
    let guarded = Setup::rust().map(|settings| settings.freeze(Freeze::Automatic)).start().await;
    for _ in 0..3 {
        let invoked = guarded.invoke("{}").await;
        assert_eq!(invoked.answer.error_type(), None);
        // The record is there before the freeze, not after the thaw.
        assert_eq!(guarded.ledger_so_far().invocation(&invoked.request_id)["outcome"], "success");
        assert!(guarded.environment.is_frozen());
    }
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.of_kind("invocation").len(), 3);
    ledger.assert_verifies();
}

#[tokio::test]
async fn another_extension_lives_beside_ours() {
    let layer = tempfile::tempdir().unwrap();
    copy(&places::layer(), layer.path());
    std::fs::copy(places::other_extension(), layer.path().join("extensions/sample")).unwrap();
    let guarded = Setup::rust().map(|settings| settings.layer(layer.path())).start().await;
    let invoked = guarded.invoke("{}").await;
    assert_eq!(invoked.answer.error_type(), None);
    let names: Vec<&str> =
        invoked.phases.extensions_next.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"sample") && names.contains(&"tollgate"), "{names:?}");
    guarded.ledger().await.assert_verifies();
}

/// Copies a directory with its modes.
pub(crate) fn copy(from: &std::path::Path, to: &std::path::Path) {
    copy_some(from, to, &[""]);
}

/// The same with what stands in the directory under a name that begins so.
pub(crate) fn copy_some(from: &std::path::Path, to: &std::path::Path, names: &[&str]) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if !names.iter().any(|begins| name.starts_with(begins)) {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Managed Instances, with clients that take several events at once by themselves.
#[tokio::test]
async fn several_at_once_on_managed_instances() {
    for setup in [Setup::python as fn() -> Setup, Setup::streaming] {
        let guarded = setup().map(|settings| settings.managed(4)).start().await;
        let event = |n: u32| {
            let text = format!(r#"{{"n":{n},"control":{{"sleep_ms":200}}}}"#);
            tollgate_emulator::Event::new(text.into_bytes())
        };
        let running: Vec<_> = (0..8).map(|n| guarded.environment.begin(event(n))).collect();
        let mut ids = Vec::new();
        for (n, running) in (0..).zip(running) {
            let invoked = running.unwrap().finished().await.unwrap();
            let body = invoked.answer.body();
            let said = String::from_utf8_lossy(&body).into_owned();
            assert!(
                said.contains(&format!(r#""n":{n}"#)) || said.contains(&format!(r#""n": {n}"#)),
                "{said}"
            );
            ids.push(invoked.request_id);
        }
        let ledger = guarded.ledger().await;
        for id in &ids {
            assert_eq!(ledger.invocation(id)["outcome"], "success");
        }
        assert_eq!(ledger.of_kind("invocation").len(), ids.len());
        ledger.assert_verifies();
    }
}

#[tokio::test]
async fn another_wrapper_runs_after_ours() {
    let files = tempfile::tempdir().unwrap();
    let (next, mark) = (files.path().join("next"), files.path().join("mark"));
    let script =
        format!("#!/bin/sh\necho \"$AWS_LAMBDA_RUNTIME_API\" >{}\nexec \"$@\"\n", mark.display());
    std::fs::write(&next, script).unwrap();
    std::fs::set_permissions(&next, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let guarded = Setup::rust()
        .map(|settings| settings.env("TOLLGATE_NEXT_WRAPPER", next.to_str().unwrap()))
        .start()
        .await;
    let invoked = guarded.invoke("{}").await;
    assert_eq!(invoked.answer.error_type(), None);
    let seen = std::fs::read_to_string(mark).unwrap();
    assert_eq!(seen.trim(), format!("127.0.0.1:{}", guarded.port));
    let id = invoked.request_id;
    assert_eq!(guarded.ledger().await.invocation(&id)["decision"], "pass");
}

#[tokio::test]
async fn an_older_telemetry_schema_is_fallen_back_to() {
    use tollgate_emulator::{Schema, Telemetry};
    let older = Telemetry::UpTo(Schema::V20220701);
    let guarded = Setup::rust().map(|settings| settings.telemetry(older)).start().await;
    let invoked = guarded.invoke("{}").await;
    let asked: Vec<Option<u16>> = guarded
        .environment
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/2022-07-01/telemetry"))
        .map(tollgate_emulator::Request::status)
        .collect();
    assert_eq!(asked, [Some(400), Some(400), Some(200)]);
    let reports = guarded.ledger().await.of_kind("report");
    assert_eq!(reports[0]["requestId"], invoked.request_id.as_str());
}

#[tokio::test]
async fn a_platform_without_telemetry_is_no_trouble() {
    use tollgate_emulator::Telemetry;
    let none = Telemetry::NotSupported;
    let guarded = Setup::rust().map(|settings| settings.telemetry(none)).start().await;
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.of_kind("invocation").len(), 1);
    assert!(ledger.of_kind("report").is_empty());
    ledger.assert_verifies();
}
