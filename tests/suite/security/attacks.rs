//! A hostile function: what it can send to the proxy by hand, and what is left of it.

mod files;
mod floods;
mod smuggling;

use crate::support::guarded::{ENFORCE, Guarded, Setup};
use crate::support::raw::{NEXT, Raw, get, post, response_path};
use crate::support::runtime::Runtime;
use tollgate_emulator::{Answer, Running};

/// A function played by hand that has an event.
async fn busy() -> (Guarded, Runtime, Running) {
    let guarded = Setup::by_hand().launch().await;
    let mut runtime = Runtime::connect(guarded.port).await;
    let running = guarded.environment.begin("{}").unwrap();
    assert_eq!(runtime.next().await.request_id(), running.request_id());
    (guarded, runtime, running)
}

/// The true answer is taken after all; the invocation has one record, and a finding tells of the attack.
async fn assert_found(guarded: Guarded, mut runtime: Runtime, running: Running, finding: &str) {
    assert_eq!(runtime.respond(running.request_id(), "\"true\"").await.status, 202);
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    let record = ledger.invocation(&id);
    assert_eq!((&record["outcome"], &record["response"]["bytes"]), (&"success".into(), &6.into()));
    assert!(ledger.findings().iter().any(|id| id == finding), "{:?}", ledger.findings());
    ledger.assert_verifies();
}

#[tokio::test]
async fn security_guessed_request_ids_end_no_invocation() {
    let (guarded, runtime, running) = busy().await;
    let id = running.request_id().to_owned();
    let (begin, _) = id.split_at(8);
    for guess in [
        "00000000-0000-4000-8000-000000000000",
        begin,
        "*",
        "..",
        "%00",
        &format!("{id}%20"),
        &format!("{id}0"),
        &format!("0{id}"),
        &format!("x/../{id}"),
        &"9".repeat(20_000),
    ] {
        let forged = post(&response_path(guess), "Content-Length: 8\r\n", "\"forged\"");
        let status = Raw::sending(guarded.port, forged).await.status().await;
        assert!(matches!(status, Some(400..=499)), "{guess}: {status:?}");
    }
    assert_found(guarded, runtime, running, "proxy.unknown_reply").await;
}

#[tokio::test]
async fn security_of_two_replies_at_once_one_counts_and_the_record_is_of_that_one() {
    let (guarded, runtime, mut running) = busy().await;
    let path = response_path(running.request_id());
    // The slow one is under way when the quick one comes, and is finished after it.
    let mut slow = Raw::sending(guarded.port, post(&path, "Content-Length: 9\r\n", "\"sl")).await;
    guarded.body_bytes_at_least("/response", 3).await;
    let quick = post(&path, "Content-Length: 7\r\n", "\"quick\"");
    let mut quick = Raw::sending(guarded.port, quick).await;
    // Lambda hears the slow one out first or refuses it: that is its affair.
    slow.send("ow one\"").await;
    let statuses = [slow.status().await, quick.status().await];
    let taken = statuses.iter().filter(|status| **status == Some(202)).count();
    assert_eq!(taken, 1, "{statuses:?}");
    let Answer::Response { body, .. } = running.answer().await.unwrap() else { panic!() };
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&id)["response"]["bytes"], body.len());
    ledger.assert_verifies();
}

#[tokio::test]
async fn security_a_refused_event_is_handed_out_under_no_other_path() {
    let guarded = Setup::by_hand().policy(ENFORCE).launch().await;
    let mut running = guarded.environment.begin(r#"{"poison":1,"poison":2}"#).unwrap();
    let mut attempts = Vec::new();
    for path in [
        "/2018-06-01/runtime/invocation/next/",
        "//2018-06-01/runtime/invocation/next",
        "/2018-06-01/runtime/./invocation/next",
        "/2018-06-01/x/../runtime/invocation/next",
        "/2018-06-01/runtime/invocation/%6eext",
        "/2018-06-01/runtime/invocation/next;a=b",
        "/2018-06-01/runtime/invocation/NEXT",
        "/2018-06-01/runtime/invocation/next%00",
        "http://localhost/2018-06-01/runtime/invocation/next/",
    ] {
        let mut raw = Raw::sending(guarded.port, get(path)).await;
        attempts.push((path, raw.answer().await.unwrap()));
    }
    for method in ["get", "OPTIONS", "GETX"] {
        let request = get(NEXT).replacen("GET", method, 1);
        attempts.push((method, Raw::sending(guarded.port, request).await.answer().await.unwrap()));
    }
    for (attempt, (status, head, body)) in attempts {
        assert!((400..500).contains(&status), "{attempt}: {status} {head}");
        assert!(!body.windows(6).any(|part| part == b"poison"), "{attempt}");
    }
    let port = guarded.port;
    let polling = tokio::spawn(async move { Runtime::connect(port).await.next().await });
    let answer = running.answer().await.unwrap();
    assert_eq!(answer.error_type(), Some("Function.TollgateRefused"), "{answer:?}");
    polling.abort();
}

#[tokio::test]
async fn security_a_poll_sent_behind_another_waits_for_its_turn() {
    let guarded = Setup::by_hand().launch().await;
    let mut raw = Raw::sending(guarded.port, get(NEXT) + &get(NEXT)).await;
    let running = guarded.environment.begin("\"first\"").unwrap();
    let (_, head, body) = raw.answer().await.unwrap();
    assert_eq!(body, b"\"first\"");
    assert!(head.contains(running.request_id()));
    let mut other = Runtime::connect(guarded.port).await;
    assert_eq!(other.respond(running.request_id(), "{}").await.status, 202);
    let id = running.request_id().to_owned();
    let ledger = guarded.ledger_after(running, other).await;
    assert_eq!(ledger.invocation(&id)["outcome"], "success");
}

/// A function that has the sidecar killed goes on with nobody between it and its caller for this one
/// invocation: the next process says that its end is not known.
#[tokio::test]
async fn security_a_function_that_kills_the_sidecar_leaves_a_record_of_it() {
    let (guarded, _runtime, running) = busy().await;
    guarded.environment.kill_extension("tollgate");
    let dead = running.finished().await.unwrap();
    assert!(matches!(dead.answer, Answer::Crash { .. }), "{:?}", dead.answer);
    let running = guarded.environment.begin("{}").unwrap();
    guarded.seen("/extension/register", 2).await;
    let mut runtime = Runtime::connect(guarded.port).await;
    assert_eq!(runtime.next().await.request_id(), running.request_id());
    assert_eq!(runtime.respond(running.request_id(), "{}").await.status, 202);
    let ledger = guarded.ledger_after(running, runtime).await;
    assert_eq!(ledger.invocation(&dead.request_id)["outcome"], "lost");
    ledger.assert_verifies();
}
