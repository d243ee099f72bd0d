//! The layer behind front ends: queues, shards, HTTP clients and fleets of environments.

use crate::support::places;
use crate::support::stand::Stand;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_emulator::{
    Door, Fleet, Gateway, Message, Queue, Scale, Settings, Shard, ShardKind, ShardRecord, free_port,
};

/// The extension under test refuses every item that holds the word `poison`.
const ITEMS: &str = "version: 1\nmode: enforce\nsources:\n  - trigger: sqs\n    \
                     on_refuse: report-item\n    mapping: { reports_item_failures: true }\n  \
                     - trigger: kinesis\n    on_refuse: report-item\n    \
                     mapping: { reports_item_failures: true }\n";

/// No function URL is among the sources.
const ELSEWHERE: &str = "version: 1\nmode: enforce\nsources:\n  - trigger: sqs\n";

const BUDGET: &str = "version: 1\nmode: enforce\ntables: { budgets: budgets }\nbudgets:\n  - { name: \
                      shared, unit: invocations, limit: 4, per: 31d, scope: function, store: \
                      dynamodb, first: wait, lease: { smallest: 1, largest: 1 } }\n";

/// The Rust function behind a layer, in as many environments as allowed.
struct Guarded {
    fleet: Fleet,
    _files: TempDir,
}

fn guarded(policy: &str, layer: &Path, environments_max: usize, more: &[(&str, &str)]) -> Guarded {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("tollgate.yaml");
    std::fs::write(&path, policy).unwrap();
    let settings = Settings::new([places::rust_function().to_str().unwrap()])
        .layer(layer)
        .timeout(Duration::from_secs(20))
        .name("orders")
        .env("AWS_LAMBDA_EXEC_WRAPPER", "/opt/tollgate/exec")
        .env("TOLLGATE_POLICY", path.to_str().unwrap());
    let settings =
        more.iter().fold(settings, |settings, (name, value)| settings.env(*name, *value));
    let scale = Scale { environments_max, ..Scale::default() };
    let fleet = Fleet::new(scale, move || {
        // Each environment's proxy has a port of its own.
        Ok(settings.clone().env("TOLLGATE_PORT", free_port().unwrap().to_string()))
    });
    Guarded { fleet, _files: files }
}

fn poisoned(word: &str) -> Guarded {
    let plant = format!("poison:{word}");
    guarded(ITEMS, &places::planted_layer(), 1, &[("TOLLGATE_PLANT", &plant)])
}

#[tokio::test]
async fn a_refused_message_ends_in_the_dead_letter_queue_and_its_neighbours_are_handled() {
    let guarded = poisoned("poison");
    let mut queue = Queue::new("orders").visibility(Duration::from_millis(200)).receives_max(3);
    for body in ["first", "poison", "third"] {
        queue.send(Message::new(body));
    }
    let report = queue.reports(true).drain(&guarded.fleet).await.unwrap();
    guarded.fleet.shutdown().await;
    assert_eq!(report.handled, ["first", "third"]);
    assert_eq!((report.dead[0].body.as_str(), report.dead[0].receives), ("poison", 3));
    assert_eq!((report.dead.len(), report.invocations), (1, 3));
}

#[tokio::test]
async fn a_refused_message_of_a_group_holds_back_what_is_behind_it() {
    let guarded = poisoned("poison");
    let queue = Queue::new("orders.fifo").batch_max(1).pollers_max(1).receives_max(2);
    let mut queue = queue.visibility(Duration::from_secs(3)).reports(true);
    for (group, body) in [("x", "poison"), ("x", "behind"), ("y", "beside")] {
        queue.send(Message::new(body).group(group));
    }
    let report = queue.drain(&guarded.fleet).await.unwrap();
    guarded.fleet.shutdown().await;
    assert_eq!(report.handled, ["beside", "behind"]);
    assert_eq!(report.dead[0].body, "poison");
}

#[tokio::test]
async fn a_shard_loses_the_refused_record_and_no_other() {
    // The extension looks for the word in the event's own bytes, and they are base64.
    let guarded = poisoned("cG9pc29u");
    let mut shard = Shard::new(ShardKind::Kinesis, "clicks").pause(Duration::from_millis(10));
    let mut put = |text: &str| shard.put(&ShardRecord::Data(text.as_bytes().to_vec()));
    let sequences: Vec<String> = ["a", "b", "poison", "d", "e"].map(&mut put).into();
    let shard = shard.bisect(true).reports(true).retries_max(1);
    let report = shard.drain(&guarded.fleet).await.unwrap();
    guarded.fleet.shutdown().await;
    assert_eq!(report.discarded.len(), 1);
    assert_eq!(report.discarded[0].sequences, [sequences[2].clone()]);
    assert_eq!(report.handled, [&sequences[..2], &sequences[3..]].concat());
}

/// Sends a GET and reads the whole reply.
async fn get(address: SocketAddr) -> (String, Value) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /orders HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn a_client_is_refused_with_403_and_a_problem_document() {
    let guarded = guarded(ELSEWHERE, &places::layer(), 1, &[]);
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let front = Gateway::new(Door::FunctionUrl).bind(local).await.unwrap();
    let address = front.address().unwrap();
    tokio::spawn(front.serve(guarded.fleet.clone()));
    let (head, problem) = get(address).await;
    assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    assert_eq!(problem["status"], 403);
    assert!(problem["code"].as_str().unwrap().starts_with("source."), "{problem}");
    guarded.fleet.shutdown().await;
}

#[tokio::test]
async fn four_environments_spend_one_shared_budget_together() {
    let stand = Stand::moto().await;
    stand.table("budgets").await;
    let more = [("AWS_ENDPOINT_URL", stand.url.as_str())];
    let guarded = guarded(BUDGET, &places::layer(), 4, &more);
    let request = places::fixtures("events/function-url/anonymous-get.json");
    let request = std::fs::read(request).unwrap();
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..3 {
        let event = || tollgate_emulator::Event::new(request.clone());
        let calls: Vec<_> = (0..4).map(|_| guarded.fleet.begin(event()).unwrap()).collect();
        for call in calls {
            let answer = call.finished().await.unwrap().answer;
            let reply: Value = serde_json::from_slice(&answer.body()).unwrap();
            match reply["statusCode"].as_u64() {
                Some(200) => passed += 1,
                Some(429) => refused += 1,
                other => panic!("{other:?}: {reply}"),
            }
        }
    }
    guarded.fleet.shutdown().await;
    assert_eq!(guarded.fleet.size(), (0, 4));
    assert_eq!(passed + refused, 12);
    assert!((1..=4).contains(&passed), "{passed} passed");
}
