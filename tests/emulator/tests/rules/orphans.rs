//! What a killed emulator leaves behind: nothing.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::process::Stdio;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tollgate_emulator::free_port;

use crate::support::{PROBE, function, layered};

#[tokio::test]
async fn processes_do_not_outlive_an_emulator_that_is_killed() {
    let (_, layer) = layered(function(), &json!({ "one": {} }));
    let port = free_port().unwrap().to_string();
    let mut emulator = Command::new(env!("CARGO_BIN_EXE_tollgate-emulator"))
        .args(["--port", &port, "--layer", layer.path().to_str().unwrap()])
        .args(["--env", "PROBE_EXTENSIONS={\"one\":{}}", "--function", PROBE])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(emulator.stderr.take().unwrap()).lines();
    while !lines.next_line().await.unwrap().unwrap().contains("init took") {}
    let own = emulator.id().unwrap();
    let children = children(own);
    assert!(children.len() >= 3, "the function, the extension and the guardian: {children:?}");
    emulator.kill().await.unwrap();
    while children.iter().any(|pid| is_running(*pid)) {
        tokio::task::yield_now().await;
    }
}

fn children(pid: u32) -> Vec<u32> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    text.split_whitespace().map(|child| child.parse().unwrap()).collect()
}

/// A zombie waits for whoever adopted it, and runs no more.
fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}
