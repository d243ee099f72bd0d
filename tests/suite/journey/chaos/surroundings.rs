//! Surroundings that fail: a `/tmp` that is full or cannot be written, few descriptors, clocks that jump.
//!
//! `/tmp` is a small tmpfs in a mount namespace of the extension's own, as root or in a user namespace;
//! the function keeps the directory that it has.

use crate::journey::clients::copy;
use crate::support::guarded::{ENFORCE, Guarded, Setup};
use crate::support::ledger::Ledger;
use crate::support::places;
use crate::support::raw::{Raw, within};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tollgate_emulator::{Answer, Invoked, Settings};

/// A layer whose extension is started by a script: `$1` is the program.
fn started_by(script: &str) -> TempDir {
    let layer = tempfile::tempdir().unwrap();
    let inner = layer.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    copy(&places::layer(), &inner);
    copy(&places::layer(), layer.path());
    let program = inner.join("extensions/tollgate");
    let start = layer.path().join("extensions/tollgate");
    std::fs::remove_file(&start).unwrap();
    let text = format!("#!/bin/sh\nset -- {}\n{script}\n", program.display());
    std::fs::write(&start, text).unwrap();
    std::fs::set_permissions(&start, Permissions::from_mode(0o755)).unwrap();
    layer
}

/// The script that starts the extension where its `/tmp` is a tmpfs with these options.
fn with_tmp(options: &str, more: &str) -> String {
    let user = if rustix::process::geteuid().is_root() { "-m" } else { "-Urm" };
    format!(
        "exec unshare {user} sh -c 'mount -t tmpfs -o {options} none \"$TMPDIR\" && {more} exec \"$0\"' \"$1\""
    )
}

async fn start(layer: &TempDir) -> Guarded {
    let at = layer.path().to_owned();
    Setup::rust().policy(ENFORCE).map(|settings| settings.layer(at)).start().await
}

fn assert_refused(invoked: &Invoked) {
    assert_eq!(invoked.answer.error_type(), Some("Function.TollgateRefused"), "{invoked:?}");
}

/// Good events pass, bad ones do not, each has one record, and the chain holds.
async fn assert_serves(guarded: Guarded, name: &str, found: &str) -> Ledger {
    let mut ids = Vec::new();
    for _ in 0..3 {
        let good = guarded.invoke("{}").await;
        assert!(
            matches!(good.answer, Answer::Response { .. }),
            "{name}: {good:?}\n{}",
            guarded.complaints()
        );
        let bad = guarded.invoke(r#"{"a":1,"a":2}"#).await;
        assert_refused(&bad);
        ids.extend([good.request_id, bad.request_id]);
    }
    let ledger = guarded.ledger().await;
    for id in &ids {
        ledger.invocation(id);
    }
    let findings = ledger.findings();
    assert!(findings.iter().any(|id| id == found), "{name}: {findings:?}");
    ledger.assert_verifies();
    ledger
}

#[tokio::test]
async fn security_a_full_tmp_stops_no_record() {
    for (name, options, fill) in [
        ("full from the start", "size=4k", "head -c 4096 /dev/zero >\"$TMPDIR/fill\" &&"),
        ("no room for a file", "nr_inodes=1", ""),
        ("read-only", "ro", ""),
        ("room for little", "size=8k", "head -c 4096 /dev/zero >\"$TMPDIR/fill\" &&"),
    ] {
        let layer = started_by(&with_tmp(options, fill));
        assert_serves(start(&layer).await, name, "journal.unwritable").await;
    }
}

/// The function fills `/tmp` while events are on their way, and makes room again: a process in the same
/// namespace does so while a file stands outside.
#[tokio::test]
async fn security_a_tmp_that_the_function_fills_meanwhile() {
    let files = tempfile::tempdir().unwrap();
    let [go, filled, freed] = ["go", "filled", "freed"].map(|name| files.path().join(name));
    let script = format!(
        "true; {{ until [ -e {go} ]; do sleep 0.05; done; cat /dev/zero >\"$TMPDIR/fill\"; touch {full}; \
         while [ -e {go} ]; do sleep 0.05; done; rm \"$TMPDIR/fill\"; touch {free}; }} >/dev/null 2>&1 &",
        go = go.display(),
        full = filled.display(),
        free = freed.display()
    );
    let layer = started_by(&with_tmp("size=64k", &script));
    let guarded = start(&layer).await;
    let before = guarded.invoke("{}").await;
    std::fs::write(&go, "").unwrap();
    appeared(&filled).await;
    let met = guarded.invoke("{}").await;
    assert!(matches!(met.answer, Answer::Response { .. }), "{met:?}");
    std::fs::remove_file(&go).unwrap();
    appeared(&freed).await;
    let ledger = assert_serves(guarded, "filled meanwhile", "journal.unwritable").await;
    ledger.invocation(&before.request_id);
    ledger.invocation(&met.request_id);
}

/// Waits for a file.
async fn appeared(file: &Path) {
    let coming = async {
        while !file.exists() {
            tokio::task::yield_now().await;
        }
    };
    within("a file", coming).await;
}

/// Few descriptors are few connections, not an extension that cannot reach Lambda.
#[tokio::test]
async fn security_few_descriptors_and_a_flood() {
    let layer = started_by("ulimit -n 40 && exec \"$1\"");
    let guarded = start(&layer).await;
    let mut flood = Vec::new();
    for _ in 0..60 {
        flood.push(Raw::connect(guarded.port).await);
    }
    flood[0].closed().await;
    assert_serves(guarded, "few descriptors", "proxy.flood").await;
}

/// With hardly any descriptors the environment works, or Lambda says that it does not: never the one
/// without the records of the other.
#[tokio::test]
async fn chaos_of_hardly_any_descriptors() {
    let cases = [8, 10, 12, 14, 16, 20].map(|limit| tokio::spawn(serve_or_fail(limit)));
    for case in cases {
        case.await.unwrap();
    }
}

async fn serve_or_fail(descriptors: u32) {
    let layer = started_by(&format!("ulimit -n {descriptors} && exec \"$1\""));
    let at = layer.path().to_owned();
    let limit = Duration::from_secs(5);
    let settings = move |it: Settings| it.layer(at).timeout(limit).init_limit(limit);
    let guarded = Setup::rust().policy(ENFORCE).map(settings).start().await;
    let bad = guarded.invoke(r#"{"a":1,"a":2}"#).await;
    assert!(!matches!(bad.answer, Answer::Response { .. }), "{descriptors}: {bad:?}");
    let good = guarded.invoke("{}").await;
    let served = matches!(good.answer, Answer::Response { .. });
    let ledger = guarded.ledger().await;
    if served {
        ledger.invocation(&good.request_id);
        ledger.assert_verifies();
    }
}

/// A clock that jumps: the extension under test reads a file that says by how much (milliseconds), because
/// no namespace moves the wall clock of a process alone. Ceilings that a jump brings on end an
/// invocation; nothing ends without its record, and no time in the ledger goes back.
#[tokio::test]
async fn chaos_of_clocks_that_jump() {
    const HOUR: i64 = 3_600_000;
    for jumps in [[HOUR, 0], [-HOUR, 0], [24 * 365 * HOUR, -HOUR], [-24 * 365 * HOUR, HOUR]] {
        let files = tempfile::tempdir().unwrap();
        let file = files.path().join("jump");
        let plant = format!("clock:{}", file.display());
        let policy = "version: 1\nmode: enforce\nceilings: { time: 2s }\n";
        let setup = Setup::rust()
            .policy(policy)
            .map(|settings| settings.layer(places::planted_layer()).env("TOLLGATE_PLANT", plant));
        let guarded = setup.start().await;
        let mut lines = guarded.environment.follow_logs();
        let mut ids = vec![guarded.invoke("{}").await.request_id];
        for jump in jumps {
            let running = guarded.environment.begin(r#"{"control":{"sleep_ms":300}}"#).unwrap();
            lines.find(|line| &*line.text == "at work").await;
            std::fs::write(&file, jump.to_string()).unwrap();
            let met = running.finished().await.unwrap();
            ids.push(met.request_id);
            let refused = guarded.invoke(r#"{"a":1,"a":2}"#).await;
            assert_refused(&refused);
            let good = guarded.invoke("{}").await;
            assert!(matches!(good.answer, Answer::Response { .. }), "{jump}: {good:?}");
            ids.extend([refused.request_id, good.request_id]);
        }
        let ledger = guarded.ledger().await;
        for id in &ids {
            ledger.invocation(id);
        }
        assert_eq!(ledger.of_kind("invocation").len(), ids.len());
        ledger.assert_verifies();
    }
}
