//! Sinks that do not take what they are given: the function never waits, and the ledger says so.

use crate::support::guarded::Setup;
use std::io::Read as _;

/// A layer whose extension writes into a pipe that nobody reads until the test does.
struct Clogged {
    _files: tempfile::TempDir,
    layer: std::path::PathBuf,
    fifo: std::path::PathBuf,
}

impl Clogged {
    fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        let (layer, fifo) = (files.path().join("layer"), files.path().join("fifo"));
        super::clients::copy(&crate::support::places::layer(), &layer);
        let status = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
        assert!(status.success());
        let real = layer.join("tollgate/tollgate");
        std::fs::rename(layer.join("extensions/tollgate"), &real).unwrap();
        // Opened for reading and writing, so that opening does not wait for a reader.
        let script = format!("#!/bin/sh\nexec {} 1<>{}\n", real.display(), fifo.display());
        std::fs::write(layer.join("extensions/tollgate"), script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(layer.join("extensions/tollgate"), mode).unwrap();
        Self { _files: files, layer, fifo }
    }

    /// All that is in the pipe, and all that follows until the writer is gone.
    fn read(&self) -> std::thread::JoinHandle<String> {
        let mut pipe = std::fs::File::open(&self.fifo).unwrap();
        std::thread::spawn(move || {
            let mut text = String::new();
            pipe.read_to_string(&mut text).unwrap();
            text
        })
    }
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_nobody_up_and_loses_nothing() {
    let clogged = Clogged::new();
    let guarded = Setup::rust().map(|settings| settings.layer(&clogged.layer)).start().await;
    let mut ids = Vec::new();
    // A pipe holds 64 KiB; a record has about 900 bytes.
    for _ in 0..200 {
        let invoked = guarded.invoke("{}").await;
        assert_eq!(invoked.answer.error_type(), None);
        assert!(invoked.phases.ended < 5_000_000, "{:?}", invoked.phases);
        ids.push(invoked.request_id);
    }
    let reading = clogged.read();
    guarded.environment.shutdown().await.unwrap();
    let text = reading.join().unwrap();
    let ledger = crate::support::ledger::Ledger::from_lines(text.lines().map(str::to_owned));
    for id in &ids {
        assert_eq!(ledger.invocation(id)["outcome"], "success");
    }
    ledger.assert_verifies();
}

/// More than four megabytes wait: what comes then is left out, counted, and said.
#[tokio::test]
async fn a_log_that_stays_unread_leads_to_a_gap_and_to_no_broken_chain() {
    const INVOCATIONS: u64 = 6_000;
    let clogged = Clogged::new();
    let guarded = Setup::rust().map(|settings| settings.layer(&clogged.layer)).start().await;
    for _ in 0..INVOCATIONS {
        assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    }
    let reading = clogged.read();
    // With a reader there is room again, and the next record admits the gap.
    guarded.invoke("{}").await;
    guarded.environment.shutdown().await.unwrap();
    let text = reading.join().unwrap();
    let ledger = crate::support::ledger::Ledger::from_lines(text.lines().map(str::to_owned));
    let lost = |key: &str| -> u64 {
        ledger.of_kind("gap").iter().map(|gap| gap[key].as_u64().unwrap()).sum()
    };
    let kept = ledger.of_kind("invocation").len() as u64;
    assert!(lost("records") > 0, "{kept} records");
    assert!(kept < INVOCATIONS && kept + lost("records") > INVOCATIONS, "{kept}");
    ledger.assert_verifies();
}
