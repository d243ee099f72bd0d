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
    let probe = std::env::var(SECOND).unwrap_or_else(|_| PROBE.to_owned());
    let text = format!("setsid sh -c 'echo stray $$; exec sleep 600' & exec {probe}");
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

/// Set where nothing but the second version of cgroups is there.
const SECOND: &str = "ONLY_CGROUP_2";

/// Plays a test of this file again where the freezer of the first version is not mounted, as `user`
/// with a cgroup of its own if that is not root.
fn again_with_the_second_version(test: &str, user: u32) {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
    let second = mounts.lines().find(|line| line.split(' ').nth(2) == Some("cgroup2"));
    let Some(tree) = second.and_then(|line| line.split(' ').nth(1)) else { return };
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let own = Path::new(tree).join(format!("test-{}-{user}", std::process::id()));
    std::fs::create_dir(&own).unwrap();
    for file in [".", "cgroup.procs"] {
        std::os::unix::fs::chown(own.join(file), Some(user), Some(user)).unwrap();
    }
    // The test itself is copied to where every user can reach it.
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let program = folder.path().join("rules");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let probe = folder.path().join("probe");
    std::fs::copy(PROBE, &probe).unwrap();
    let script = "for place in $(sed -n 's/^[^ ]* \\([^ ]*\\) cgroup .*freezer.*/\\1/p' /proc/self/mounts); do \
                  umount \"$place\" || exit; done; echo $$ > \"$0/cgroup.procs\"; \
                  exec setpriv --reuid $1 --clear-groups $2 --exact $3 --nocapture";
    let output = std::process::Command::new("unshare")
        .args(["-m", "sh", "-c", script])
        .arg(&own)
        .arg(user.to_string())
        .arg(&program)
        .arg(test)
        .env(SECOND, &probe)
        .env("TMPDIR", folder.path())
        .output()
        .unwrap();
    // What watched over the environments ends a moment after them.
    let began = std::time::Instant::now();
    while std::fs::remove_dir(&own).is_err() {
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "{output:?}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{output:?}");
}

#[test]
fn the_second_version_of_cgroups_freezes_as_well() {
    let test = "sandbox::a_cgroup_freezes_and_ends_also_what_left_its_process_group";
    again_with_the_second_version(test, 0);
}

#[test]
fn whoever_was_given_a_cgroup_needs_not_be_root() {
    let test = "sandbox::a_cgroup_freezes_and_ends_also_what_left_its_process_group";
    again_with_the_second_version(test, 65534);
}

#[tokio::test]
async fn a_cgroup_freezes_and_ends_also_what_left_its_process_group() {
    let (settings, _folder) = with_a_stray();
    let environment = start(settings.freeze(Freeze::Manual)).await;
    let Some(cgroup) = environment.cgroup().map(PathBuf::from) else {
        // Here signals are all there is: none was made, so none may be claimed.
        assert!(std::env::var_os(SECOND).is_none());
        assert!(
            !rustix::process::geteuid().is_root()
                || !Path::new("/sys/fs/cgroup/freezer/tasks").exists()
        );
        return;
    };
    assert!(std::env::var_os(SECOND).is_none() || cgroup.join("cgroup.freeze").exists());
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
