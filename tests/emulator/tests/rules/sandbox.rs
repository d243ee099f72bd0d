//! Lambda's user, and the cgroup that freezes what signals do not reach.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;
use tollgate_emulator::{Environment, Freeze, Freezer, Settings, StartError};

use crate::support::{PROBE, body, control, function, line, start};

/// The probe as function and as extension, where every user can reach it.
fn open_to_all() -> (Settings, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    std::fs::create_dir_all(at("layer/extensions")).unwrap();
    for copy in ["probe", "layer/extensions/guard"] {
        std::fs::copy(PROBE, at(copy)).unwrap();
    }
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let settings = Settings::new([at("probe").display().to_string()])
        .layer(at("layer"))
        .task_root(folder.path())
        .env("PROBE_EXTENSIONS", json!({ "guard": {} }).to_string())
        .env("PROBE_FUNCTION", r#"{"once":"mark"}"#)
        .sandbox_user(true);
    (settings, folder)
}

#[tokio::test]
async fn processes_run_as_lambdas_user_where_that_is_possible() {
    let (settings, folder) = open_to_all();
    let launched = Environment::launch(settings).await;
    if !rustix::process::geteuid().is_root() {
        assert!(matches!(launched.unwrap_err(), StartError::SandboxUser));
        return;
    }
    let environment = launched.unwrap();
    assert_eq!(body(&environment.invoke("[1]").await.unwrap()), "[1]");
    let pids = environment.pids();
    assert_eq!(pids.len(), 2);
    for (origin, pid) in pids {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let ids = |name: &str| {
            status.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned()
        };
        assert_eq!(ids("Uid:"), "\t993\t993\t993\t993", "{origin:?}");
        assert_eq!(ids("Gid:"), "\t990\t990\t990\t990", "{origin:?}");
    }
    assert!(environment.tmp().join("mark").exists(), "its own /tmp is writable");
    // A place that it cannot enter is named before anything is started.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let settings = Settings::new([folder.path().join("probe").display().to_string()]);
    let error = Environment::launch(settings.sandbox_user(true)).await.unwrap_err();
    assert!(matches!(&error, StartError::Unreachable { path } if path == folder.path()), "{error}");
}

/// A function that leaves a process behind which has left its process group.
fn with_a_stray() -> (Settings, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("bootstrap");
    // The stray tells its id.
    let text = format!("setsid sh -c 'echo stray $$; exec sleep 600' & exec {PROBE}");
    std::fs::write(&script, text).unwrap();
    (Settings::new(["sh".to_owned(), script.display().to_string()]), folder)
}

fn state(cgroup: &Path) -> String {
    let read = |name: &str| std::fs::read_to_string(cgroup.join(name));
    read("freezer.state").or_else(|_| read("cgroup.events")).unwrap()
}

/// Waits until the cgroup says that it is frozen.
async fn until_frozen(cgroup: &Path) {
    let waiting = async {
        while !["FROZEN\n", "populated 1\nfrozen 1\n"].contains(&state(cgroup).as_str()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await.unwrap();
}

#[tokio::test]
async fn a_cgroup_freezes_and_ends_also_what_left_its_process_group() {
    let (settings, _folder) = with_a_stray();
    let environment = start(settings.freeze(Freeze::Manual)).await;
    let Some(cgroup) = environment.cgroup().map(PathBuf::from) else {
        // Here signals are all there is: none was made, so none may be claimed.
        assert!(
            !rustix::process::geteuid().is_root()
                || !Path::new("/sys/fs/cgroup/freezer/tasks").exists()
        );
        return;
    };
    let told = line(&environment, "stray ").await;
    let stray = told.strip_prefix("stray ").unwrap();
    environment.freeze();
    until_frozen(&cgroup).await;
    let inside = std::fs::read_to_string(cgroup.join("cgroup.procs")).unwrap();
    assert!(inside.lines().any(|pid| pid == stray), "{stray} is not in {inside}");
    let invoked = environment.invoke(control(&json!({ "print": "awake" }))).await.unwrap();
    assert_eq!(invoked.answer.error_type(), None, "an invocation thaws");
    environment.shutdown().await.unwrap();
    crate::support::gone(stray.parse().unwrap()).await;
    drop(environment);
    let removed = async {
        while cgroup.exists() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), removed).await.unwrap();
}

#[tokio::test]
async fn a_frozen_environment_that_is_dropped_leaves_nothing() {
    let (settings, _folder) = with_a_stray();
    let environment = start(settings).await;
    let told = line(&environment, "stray ").await;
    let pids = environment.pids();
    let by_cgroup = environment.cgroup().is_some();
    environment.freeze();
    drop(environment);
    for (_, pid) in pids {
        crate::support::gone(pid).await;
    }
    let stray: u32 = told.strip_prefix("stray ").unwrap().parse().unwrap();
    if by_cgroup {
        crate::support::gone(stray).await;
    } else {
        // Signals to groups do not reach it: the test ends it.
        let stray = rustix::process::Pid::from_raw(stray.cast_signed()).unwrap();
        rustix::process::kill_process(stray, rustix::process::Signal::KILL).unwrap();
    }
}

#[tokio::test]
async fn signals_can_be_asked_for() {
    let environment = start(function().freezer(Freezer::Signals)).await;
    assert_eq!(environment.cgroup(), None);
}
