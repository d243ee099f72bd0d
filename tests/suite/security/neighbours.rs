//! Requests to the proxy that no runtime sends, and a process that looks at ours.

use crate::journey::clients::copy;
use crate::support::guarded::Setup;
use crate::support::places;
use crate::support::runtime::Runtime;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use tollgate_emulator::Origin;

#[tokio::test]
async fn security_requests_with_a_foreign_host_or_origin_are_refused() {
    let guarded = Setup::by_hand().launch().await;
    let path = "/2018-06-01/runtime/invocation/next";
    for header in [("host", "metadata.example"), ("origin", "http://x"), ("referer", "http://x")] {
        let mut stranger = Runtime::connect(guarded.port).await;
        let reply = stranger.call("GET", path, &[header], "").await;
        assert_eq!(reply.status, 403, "{header:?}");
    }
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    assert_eq!(runtime.next().await.request_id(), running.request_id());
    runtime.respond(running.request_id(), "{}").await;
    let findings = guarded.ledger_after(running, runtime).await.findings();
    assert!(findings.contains(&"proxy.foreign_request".to_owned()), "{findings:?}");
}

/// Linux gives the files in `/proc` of an undumpable process to root. So the process must belong
/// to somebody else for this to show: as root, it is started as `nobody`.
#[tokio::test]
async fn security_the_process_is_not_dumpable_once_it_has_keys() {
    let files = tempfile::tempdir().unwrap();
    let layer = files.path().join("layer");
    copy(&places::layer(), &layer);
    let state = files.path().join("state");
    for directory in [files.path(), &state] {
        std::fs::create_dir_all(directory).unwrap();
        std::fs::set_permissions(directory, Permissions::from_mode(0o777)).unwrap();
    }
    if rustix::process::geteuid().is_root() {
        let real = layer.join("tollgate/tollgate");
        std::fs::rename(layer.join("extensions/tollgate"), &real).unwrap();
        let script = format!(
            "#!/bin/sh\nTMPDIR={} exec setpriv --reuid=65534 --regid=65534 --clear-groups {}\n",
            state.display(),
            real.display()
        );
        std::fs::write(layer.join("extensions/tollgate"), script).unwrap();
        let mode = Permissions::from_mode(0o755);
        std::fs::set_permissions(layer.join("extensions/tollgate"), mode).unwrap();
    }
    let guarded = Setup::rust().map(|settings| settings.layer(&layer)).start().await;
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None, "{}", guarded.complaints());
    let pids = guarded.environment.pids();
    let ours = |(origin, _): &&(Origin, u32)| *origin == Origin::Extension("tollgate".into());
    let (_, pid) = pids.iter().find(ours).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let uid = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap();
    assert!(!uid.split_whitespace().any(|id| id == "0"), "the test must not run it as root: {uid}");
    assert_eq!(std::fs::metadata(format!("/proc/{pid}/environ")).unwrap().uid(), 0);
}

#[tokio::test]
async fn security_the_proxy_listens_on_loopback_only() {
    let guarded = Setup::rust().start().await;
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let port = format!(":{:04X}", guarded.port);
    let listening: Vec<&str> = sockets
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            let (local, _, state) = (words.next()?, words.next()?, words.next()?);
            (state == "0A" && local.ends_with(&port)).then_some(local)
        })
        .collect();
    assert_eq!(listening, [format!("0100007F{port}")]);
}

/// A client that takes the proxy for a forward proxy names the poll by its whole URL.
#[tokio::test]
async fn security_a_poll_by_its_whole_url_is_decided_too() {
    let guarded = Setup::by_hand().policy(crate::support::guarded::ENFORCE).launch().await;
    let port = guarded.port;
    let mut running = guarded.environment.begin(r#"{"a":1,"a":2}"#).unwrap();
    let polling = tokio::spawn(async move {
        let target = format!("http://127.0.0.1:{port}/2018-06-01/runtime/invocation/next");
        Runtime::connect(port).await.call("GET", &target, &[], "").await
    });
    let answer = running.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Function.TollgateRefused"), "{answer:?}");
    polling.abort();
}
