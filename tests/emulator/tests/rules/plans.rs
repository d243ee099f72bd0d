//! Named faults: each strikes the invocation it was planned for, and no other.

#![expect(clippy::unwrap_used, reason = "test code")]

use crate::support::{function, start};
use std::time::Duration;
use tollgate_emulator::{Answer, Ending, FaultPlan, InvokeError, Settings};

fn planned(plan: &str) -> Settings {
    function().fault(FaultPlan::parse(plan).unwrap())
}

#[tokio::test]
async fn a_crash_ends_the_invocation_it_is_planned_for_and_the_next_one_works() {
    let environment = start(planned("crash@2")).await;
    assert_eq!(environment.invoke("1").await.unwrap().ending, Ending::Ready);
    let struck = environment.invoke("2").await.unwrap();
    assert_eq!(struck.answer.error_type(), Some("Runtime.ExitError"));
    let after = environment.invoke("3").await.unwrap();
    assert_eq!(after.ending, Ending::Ready);
    assert!(after.init.is_some(), "a suppressed init came first");
}

#[tokio::test]
async fn a_hanging_runtime_ends_at_the_function_timeout() {
    let settings = planned("hang@1").timeout(Duration::from_millis(300));
    let environment = start(settings).await;
    assert_eq!(environment.invoke("1").await.unwrap().ending, Ending::Timeout);
}

#[tokio::test]
async fn a_slow_event_reaches_the_runtime_later() {
    let environment = start(planned("slow=250ms@1")).await;
    let invoked = environment.invoke("1").await.unwrap();
    assert_eq!(invoked.ending, Ending::Ready);
    assert!(invoked.phases.event_taken.unwrap() >= 250_000, "{:?}", invoked.phases);
}

#[tokio::test]
async fn a_dropped_reply_has_no_answer_and_is_not_accepted() {
    let environment = start(planned("drop@1")).await;
    environment.invoke("1").await.unwrap();
    let requests = environment.requests();
    let replies: Vec<_> =
        requests.iter().filter(|request| request.path.ends_with("/response")).collect();
    assert_eq!(replies[0].status(), None, "the first reply was cut");
}

#[tokio::test]
async fn a_duplicate_brings_the_same_request_id_twice() {
    let environment = start(planned("duplicate@1")).await;
    let first = environment.invoke("1").await.unwrap();
    assert!(matches!(first.answer, Answer::Response { .. }));
    environment.invoke("2").await.unwrap();
    let requests = environment.requests();
    let replies = requests
        .iter()
        .filter(|request| request.path.contains(&first.request_id))
        .filter(|request| request.status() == Some(202));
    assert_eq!(replies.count(), 2);
}

#[tokio::test]
async fn a_freeze_stands_still_in_the_midst_and_goes_on() {
    let environment = start(planned("freeze=300ms@1")).await;
    let invoked = environment.invoke("1").await.unwrap();
    assert_eq!(invoked.ending, Ending::Ready);
}

#[tokio::test]
async fn a_throttled_event_never_reaches_the_environment() {
    let environment = start(planned("throttle@every:2")).await;
    environment.invoke("1").await.unwrap();
    assert_eq!(environment.invoke("2").await.unwrap_err(), InvokeError::Throttled);
    assert_eq!(environment.invoke("3").await.unwrap().ending, Ending::Ready);
}
