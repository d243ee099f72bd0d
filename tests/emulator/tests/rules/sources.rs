//! Pollers and asynchronous callers: what is tried again, and where it ends.

use std::time::Duration;

use serde_json::json;
use tollgate_emulator::{Fleet, Later, Message, Notice, Queue, Shard, ShardKind, ShardRecord};

use crate::support::workers;

const SOON: Duration = Duration::from_millis(30);

/// What the function got, in order.
fn got(fleet: &Fleet) -> Vec<String> {
    let logs = fleet.logs();
    logs.iter().filter_map(|line| line.text.strip_prefix("got ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_poisoned_message_ends_in_the_dead_letter_queue_and_its_neighbours_are_handled() {
    let fleet = workers("report", 2);
    let mut queue = Queue::new("orders").visibility(SOON).receives_max(3).reports(true);
    for body in ["a", "poison", "b"] {
        queue.send(Message::new(body));
    }
    let report = queue.drain(&fleet).await.unwrap();
    fleet.shutdown().await;
    assert_eq!(report.handled, ["a", "b"]);
    let [dead] = &report.dead[..] else { unreachable!("{report:?}") };
    assert_eq!((dead.body.as_str(), dead.receives), ("poison", 3));
    assert_eq!(got(&fleet), ["a", "poison", "b", "poison", "poison"]);
}

#[tokio::test]
async fn without_reports_a_failed_batch_comes_back_whole() {
    let fleet = workers("fail", 1);
    let mut queue = Queue::new("orders").visibility(SOON).receives_max(2);
    queue.send(Message::new("a"));
    queue.send(Message::new("poison"));
    let report = queue.drain(&fleet).await.unwrap();
    assert_eq!((report.handled.len(), report.dead.len(), report.invocations), (0, 2, 2));
}

#[tokio::test]
async fn a_failed_message_of_a_group_blocks_what_is_behind_it_and_no_other_group() {
    let fleet = workers("report", 1);
    let queue = Queue::new("orders.fifo").batch_max(1).visibility(SOON * 10).pollers_max(1);
    let mut queue = queue.receives_max(2).reports(true);
    queue.send(Message::new("poison").group("x"));
    queue.send(Message::new("x2").group("x"));
    queue.send(Message::new("y1").group("y"));
    let report = queue.drain(&fleet).await.unwrap();
    fleet.shutdown().await;
    assert_eq!(got(&fleet), ["poison", "y1", "poison", "x2"]);
    assert_eq!(report.handled, ["y1", "x2"]);
    assert_eq!(report.dead[0].group.as_deref(), Some("x"));
}

#[tokio::test]
async fn throttled_batches_come_back_too() {
    let fleet = workers("report", 1);
    let busy = fleet.begin(r#"{"body":"sleep:300"}"#).unwrap();
    let mut queue = Queue::new("orders").visibility(SOON * 4).receives_max(50);
    queue.send(Message::new("a"));
    let report = queue.drain(&fleet).await.unwrap();
    busy.finished().await.unwrap();
    assert_eq!(report.handled, ["a"]);
    assert!(report.invocations > 1, "{report:?}");
}

fn shard(kind: ShardKind, poisoned: usize) -> (Shard, Vec<String>) {
    let mut shard = Shard::new(kind, "clicks").pause(Duration::from_millis(1));
    let mut sequences = Vec::new();
    for place in 0..8 {
        let word = if place == poisoned { "poison" } else { "fine" };
        let record = match kind {
            ShardKind::Kinesis => ShardRecord::Data(word.as_bytes().to_vec()),
            ShardKind::DynamoDb => ShardRecord::Image(json!({ "id": { "S": word } })),
        };
        sequences.push(shard.put(&record));
    }
    (shard, sequences)
}

#[tokio::test]
async fn a_stream_is_bisected_down_to_the_poisoned_record() {
    for kind in [ShardKind::Kinesis, ShardKind::DynamoDb] {
        let fleet = workers("fail", 1);
        let (shard, sequences) = shard(kind, 5);
        let report = shard.bisect(true).retries_max(1).drain(&fleet).await.unwrap();
        let [discarded] = &report.discarded[..] else { unreachable!("{report:?}") };
        assert_eq!(discarded.sequences, [sequences[5].clone()]);
        assert_eq!(report.handled, [&sequences[..5], &sequences[6..]].concat());
        // All 8; 4; 4; 2; 1 twice (one retry); 1; 2.
        assert_eq!(report.invocations, 8);
        let document = &discarded.document;
        assert_eq!(document["requestContext"]["condition"], "RetryAttemptsExhausted");
        let info =
            if kind == ShardKind::Kinesis { "KinesisBatchInfo" } else { "DDBStreamBatchInfo" };
        assert_eq!(document[info]["startSequenceNumber"], json!(sequences[5]));
        fleet.shutdown().await;
    }
}

#[tokio::test]
async fn the_lowest_failed_sequence_number_is_the_checkpoint() {
    let fleet = workers("report", 1);
    let (shard, sequences) = shard(ShardKind::Kinesis, 5);
    let report = shard.reports(true).retries_max(2).drain(&fleet).await.unwrap();
    // What is before the poisoned record is done at once; what is behind it is given up with it.
    assert_eq!(report.handled, sequences[..5]);
    assert_eq!(report.discarded[0].sequences, sequences[5..]);
    assert_eq!(report.invocations, 3);
    fleet.shutdown().await;
}

#[tokio::test]
async fn bisection_and_reports_together_lose_one_record() {
    let fleet = workers("report", 1);
    let (shard, sequences) = shard(ShardKind::Kinesis, 5);
    let report = shard.reports(true).bisect(true).retries_max(0).drain(&fleet).await.unwrap();
    assert_eq!(report.discarded[0].sequences, [sequences[5].clone()]);
    assert_eq!(report.handled, [&sequences[..5], &sequences[6..]].concat());
    fleet.shutdown().await;
}

#[tokio::test]
async fn an_asynchronous_event_is_tried_three_times_and_then_a_dead_letter() {
    let fleet = workers("fail", 1);
    let later = Later { pace: 0.0001, ..Later::default() };
    let notice = |message: &str| Notice::Sns {
        topic: "alerts".to_owned(),
        subject: None,
        message: message.to_owned(),
        attributes: serde_json::Map::new(),
    };
    let fate = later.send(&fleet, notice("poison").event()).await.unwrap();
    let dead = fate.dead.unwrap();
    assert_eq!((fate.invocations, dead.error_code), (3, 200));
    assert_eq!(dead.error_message, "told to fail");
    assert_eq!(fate.document["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(fate.document["requestPayload"]["Records"][0]["EventSource"], "aws:sns");
    assert_eq!(fate.document["responsePayload"]["errorMessage"], "told to fail");

    let fate = later.send(&fleet, notice("fine").event()).await.unwrap();
    assert_eq!((fate.invocations, fate.dead), (1, None));
    assert_eq!(fate.document["requestContext"]["condition"], "Success");
    fleet.shutdown().await;
}
