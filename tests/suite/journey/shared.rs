//! Budgets and orders that environments share: the extension, its courier and the operator's verbs, on
//! the same tables of DynamoDB as `moto` plays them.

use crate::support::guarded::{Guarded, Setup};
use crate::support::ledger::Ledger;
use crate::support::places;
use crate::support::stand::Stand;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tollgate_emulator::Answer;

/// How often orders are read.
const REFRESH: Duration = Duration::from_millis(300);
/// More than anything here takes.
const LONG: Duration = Duration::from_mins(2);

const BUDGET: &str = "version: 1\nmode: enforce\ntables: { budgets: budgets, orders: orders }\n\
                      orders: { refresh: 300ms }\nbudgets:\n  - { name: shared, unit: invocations, \
                      limit: 4, per: 31d, scope: function, store: dynamodb, first: wait, lease: { \
                      smallest: 1, largest: 2 } }\n";

/// With `stale: wait`, an event waits for orders that were read longer ago than twice the refresh.
const ORDERS: &str = "version: 1\nmode: enforce\ntables: { orders: orders }\n\
                      orders: { refresh: 300ms, stale: wait, fleet: shop }\n";

/// Both tables, and the policy as a file for the command.
struct Shared {
    stand: Stand,
    policy: &'static str,
    files: TempDir,
}

impl Shared {
    async fn new(policy: &'static str) -> Self {
        let stand = Stand::moto().await;
        stand.table("budgets").await;
        stand.table("orders").await;
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("tollgate.yaml"), policy).unwrap();
        Self { stand, policy, files }
    }

    /// Another environment of the function.
    async fn environment(&self) -> Guarded {
        self.environment_of("orders", self.policy).await
    }

    /// An environment of a function with a policy of its own.
    async fn environment_of(&self, name: &str, policy: &str) -> Guarded {
        let url = self.stand.url.clone();
        let setup = Setup::rust().policy(policy);
        setup.map(|it| it.name(name).env("AWS_ENDPOINT_URL", url)).start().await
    }

    fn policy(&self) -> PathBuf {
        self.files.path().join("tollgate.yaml")
    }

    /// Runs a verb with an operator's credentials; its exit code and what it said.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(places::tollgate());
        command.args(arguments).arg("--policy").arg(self.policy()).env_clear();
        for (name, value) in [
            ("AWS_ENDPOINT_URL", self.stand.url.as_str()),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "example"),
            ("AWS_SECRET_ACCESS_KEY", "example"),
            ("USER", "operator"),
        ] {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }

    /// What a verb that succeeds prints with `--json`.
    fn told(&self, arguments: &[&str]) -> Vec<Value> {
        let (code, said) = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(code, Some(0), "{said}");
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The budget as `tollgate budget` shows it.
    fn budget(&self) -> Value {
        self.told(&["budget", "shared", "--function", "orders"]).remove(0)
    }
}

/// An HTTP request from 203.0.113.9.
fn request() -> String {
    let path = places::fixtures("events/function-url/anonymous-get.json");
    std::fs::read_to_string(path).unwrap()
}

/// The status and the code of a refusal; none where the function answered.
async fn refusal(guarded: &Guarded) -> Option<(u64, String)> {
    let invoked = guarded.invoke(request()).await;
    let Answer::Response { body, .. } = &invoked.answer else {
        panic!("{:?}: {}", invoked.answer, guarded.complaints())
    };
    let answer: Value = serde_json::from_slice(body).unwrap();
    let problem: Value = serde_json::from_str(answer["body"].as_str()?).ok()?;
    let code = problem["code"].as_str()?.to_owned();
    Some((answer["statusCode"].as_u64()?, code))
}

/// Invokes until an answer is as wanted. An event that begins later than orders may be stale waits for
/// the table and must meet them; twice that, since an answer may have been on its way.
async fn await_order(guarded: &Guarded, wanted: Option<(u64, &str)>) {
    let given = Instant::now();
    loop {
        let late = given.elapsed() > REFRESH * 4;
        let met = refusal(guarded).await;
        let met = met.as_ref().map(|(status, code)| (*status, code.as_str()));
        if met == wanted {
            return;
        }
        assert!(!late, "{met:?}, {}", guarded.complaints());
    }
}

const DENIED: (u64, &str) = (403, "deny.order");

#[tokio::test]
async fn environments_share_one_budget_and_an_operator_can_raise_it() {
    let shared = Shared::new(BUDGET).await;
    let first = shared.environment().await;
    // One lease is on its way when the last is spent, and an event that comes meanwhile is told to
    // come back.
    let mut passed = 0;
    loop {
        match refusal(&first).await {
            None => passed += 1,
            Some((status, code)) if code == "budget.spent" => {
                assert_eq!(status, 429);
                if shared.budget()["left"] == "0" {
                    break;
                }
            }
            Some(told) => assert_eq!(told, (429, "budget.unavailable".to_owned())),
        }
        assert!(passed <= 4);
    }
    first.ledger().await.assert_verifies();
    let second = shared.environment().await;
    while refusal(&second).await.is_none() {
        passed += 1;
    }
    // What the first had not spent it gave back, and no more.
    assert_eq!(passed, 4);
    let stood = shared.budget();
    assert_eq!((&stood["granted"], &stood["left"]), (&json!("4"), &json!("0")));
    assert_eq!((&stood["owner"], &stood["limit"]), (&json!("function/orders"), &json!("4")));

    let raised = shared.told(&["budget", "shared", "--limit", "6", "--reason", "a sale"]);
    assert_eq!(
        raised[0]["order"]["does"],
        json!({ "limit": { "budget": "shared", "limit": "6" } })
    );
    let stood = shared.budget();
    assert_eq!((&stood["left"], &stood["policyLimit"]), (&json!("2"), &json!("4")));
    // Each event is refused until the environment has read the order, and its lease is there.
    let two = async {
        for _ in 0..2 {
            while refusal(&second).await.is_some() {}
        }
    };
    tokio::time::timeout(LONG, two).await.unwrap();
    let told = refusal(&second).await;
    assert_eq!(told.map(|(status, _)| status), Some(429));
    assert_eq!(shared.budget()["left"], "0");
    let ledger = second.ledger().await;
    ledger.assert_verifies();
    assert_anchored(&ledger, &shared.stand.scan("budgets").await);
    assert_eq!(shared.told(&["budget", "shared", "--reset"]).len(), 1);
    assert_eq!(shared.budget()["limit"], "4");
    let (code, said) = shared.run(&["budget", "shared", "--reset"]);
    assert_eq!((code, said.trim()), (Some(1), "error: no order gives `shared` another limit"));
}

/// A fleet's month by the clock of a place: functions that call it otherwise share its rows, and the
/// operator sees the same window.
const MONTHLY: &str = "version: 1\nmode: enforce\ntables: { budgets: budgets, orders: orders }\n\
                       budgets:\n  - { name: shared, unit: invocations, limit: 6, per: month, time_zone: \
                       Asia/Kolkata, scope: fleet, fleet: shop, store: dynamodb, first: wait, lease: { \
                       smallest: 1, largest: 1 } }\n";

#[tokio::test]
async fn a_fleet_agrees_on_the_month_of_a_place() {
    let shared = Shared::new(MONTHLY).await;
    let mut passed = 0;
    for (function, zone) in
        [("orders", "Asia/Kolkata"), ("returns", "+05:30"), ("stock", "Asia/Calcutta")]
    {
        let environment =
            shared.environment_of(function, &MONTHLY.replace("Asia/Kolkata", zone)).await;
        // Two each, as long as there are leases: what one holds when it ends may be spent by nobody.
        let most = passed + 2;
        while passed < most {
            match refusal(&environment).await {
                None => passed += 1,
                Some((_, code)) if code == "budget.spent" => break,
                Some((status, _)) => assert_eq!(status, 429),
            }
        }
        environment.ledger().await.assert_verifies();
    }
    let shown = shared.budget();
    let granted: u32 = shown["granted"].as_str().unwrap().parse().unwrap();
    assert!(passed >= 2 && (passed..=6).contains(&granted), "{passed} of {granted}");
    assert_eq!(
        (&shown["owner"], &shown["timeZone"]),
        (&json!("fleet/shop"), &json!("Asia/Kolkata"))
    );
    let start = shown["window"]["startMs"].as_u64().unwrap();
    // Midnight there is 18:30 in UTC.
    assert_eq!(start % 86_400_000, 66_600_000);
    let rows = shared.stand.scan("budgets").await;
    let keys = rows["Items"].as_array().unwrap().iter().map(|it| it["pk"]["S"].as_str().unwrap());
    assert_eq!(keys.collect::<Vec<_>>(), [format!("budget#fleet/shop#shared#{start}#0")]);
    let (code, said) = shared.run(&["budget"]);
    assert_eq!(code, Some(0));
    assert!(
        said.contains("0 of 6 invocations left per month in Asia/Kolkata; fleet/shop"),
        "{said}"
    );
}

const CALLERS: &str = "version: 1\nmode: enforce\ntables: { budgets: budgets }\nbudgets:\n  - { name: each, \
                       unit: invocations, limit: 4, per: month, scope: caller, key: source_ip, store: \
                       dynamodb }\n";

/// What environments told of a caller is what the operator sees of it.
#[tokio::test]
async fn an_operator_sees_what_a_caller_used() {
    let shared = Shared::new(CALLERS).await;
    let show = ["budget", "each", "--function", "orders", "--caller"];
    let of = |caller: &str| shared.told(&[&show[..], &[caller]].concat()).remove(0);
    let environment = shared.environment().await;
    for _ in 0..4 {
        assert_eq!(refusal(&environment).await, None);
    }
    // Told in the background, with the events that come.
    let told = async {
        while of("source_ip=203.0.113.9")["used"] != "4" {
            assert_eq!(refusal(&environment).await, Some((429, "budget.spent".to_owned())));
        }
    };
    tokio::time::timeout(LONG, told).await.unwrap();
    let spent = of("source_ip=203.0.113.9");
    assert_eq!((&spent["left"], &spent["callersOver"]), (&json!("0"), &json!(1)));
    assert_eq!((&spent["owner"], &spent["timeZone"]), (&json!("function/orders"), &json!("UTC")));
    let other = of("source_ip=203.0.113.10");
    assert_eq!((&other["used"], &other["left"]), (&json!("0"), &json!("4")));
    let (code, said) = shared.run(&["budget", "--function", "orders"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("each: 4 invocations to each caller per month in UTC"), "{said}");
    assert!(said.contains("callers over it: 1;"), "{said}");
    let (code, said) = shared.run(&[&show[..4], &["--caller", "tenant=a"]].concat());
    let wanted = "error: no such budget tells callers apart by `tenant`";
    assert_eq!((code, said.trim()), (Some(1), wanted));
    environment.ledger().await.assert_verifies();
}

/// The table holds the head of a ledger: under it the ledger is authenticated, and one that was cut
/// before it is not.
fn assert_anchored(ledger: &Ledger, rows: &Value) {
    let row = rows["Items"].as_array().unwrap().iter().find(|row| row.get("anchorSeq").is_some());
    let row = row.unwrap_or_else(|| panic!("no anchor in {rows}"));
    assert_eq!(row["anchorChain"]["S"], ledger.of_kind("open")[0]["chain"]);
    let seq: u64 = row["anchorSeq"]["N"].as_str().unwrap().parse().unwrap();
    let (code, said) = ledger.verify_by("--anchors", rows);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = ledger.cut_at(seq).verify_by("--anchors", rows);
    assert_eq!(code, Some(4), "{said}");
}

#[tokio::test]
async fn security_an_order_is_met_within_the_refresh_and_so_is_its_end() {
    let shared = Shared::new(ORDERS).await;
    shared.told(&["stop", "--caller", "source_ip=203.0.113.10", "--reason", "another caller"]);
    let guarded = shared.environment().await;
    for (option, whom) in
        [("--caller", "source_ip=203.0.113.9"), ("--function", "orders"), ("--fleet", "shop")]
    {
        await_order(&guarded, None).await;
        let given = shared.told(&["stop", option, whom, "--reason", "abuse", "--for", "2h"]);
        let order = &given[0]["order"];
        assert_eq!((&order["reason"], &given[0]["by"]), (&json!("abuse"), &json!("operator")));
        let life = order["untilMs"].as_u64().unwrap() - given[0]["atMs"].as_u64().unwrap();
        assert_eq!(life, 7_200_000);
        await_order(&guarded, Some(DENIED)).await;
        shared.told(&["allow", option, whom]);
    }
    await_order(&guarded, None).await;
    guarded.ledger().await.assert_verifies();
}

/// The second message's sender is denied: its message stays in the queue, the first goes on.
#[tokio::test]
async fn security_an_order_on_a_sender_takes_its_messages_out_of_a_batch() {
    const QUEUE: &str = "version: 1\nmode: enforce\ntables: { orders: orders }\norders: { refresh: 300ms, \
                         stale: wait }\nsources:\n  - { trigger: sqs, on_refuse: report-item, mapping: { \
                         reports_item_failures: true } }\n";
    let shared = Shared::new(QUEUE).await;
    shared.told(&["stop", "--caller", "principal=AROAEXAMPLEID:flood", "--reason", "abuse"]);
    let guarded = shared.environment().await;
    let path = places::fixtures("events/sqs/ten-messages.json");
    let mut event: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    event["Records"][1]["attributes"]["SenderId"] = json!("AROAEXAMPLEID:flood");
    let given = Instant::now();
    let refused = loop {
        let late = given.elapsed() > REFRESH * 4;
        let invoked = guarded.invoke(event.to_string()).await;
        let answer: Value = serde_json::from_slice(&invoked.answer.body()).unwrap();
        let failures = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
        if !failures.is_empty() {
            assert_eq!(failures, [json!({ "itemIdentifier": event["Records"][1]["messageId"] })]);
            break invoked.request_id;
        }
        assert!(!late, "{answer}, {}", guarded.complaints());
    };
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&refused);
    assert_eq!((&record["decision"], &record["outcome"]), (&json!("filter"), &json!("success")));
    let check = &record["checks"][0];
    assert_eq!((&check["id"], &check["at"]), (&json!("deny.order"), &json!("/Records/1")));
    assert_eq!(record["withheld"]["ids"], json!([event["Records"][1]["messageId"]]));
    ledger.assert_verifies();
}

#[tokio::test]
async fn orders_are_listed_replaced_and_cleared() {
    let shared = Shared::new(BUDGET).await;
    let list = || shared.told(&["stop", "--list"]);
    assert_eq!(list(), Vec::<Value>::new());
    let first = shared.told(&["stop", "--fleet", "shop", "--reason", "one", "--for", "1s"]);
    let again = shared.told(&["stop", "--fleet", "shop", "--reason", "two"]);
    assert_eq!(first[0]["order"]["id"], again[0]["order"]["id"], "the same is denied once");
    shared.told(&["stop", "--source", "arn:aws:sqs:eu-west-1:123456789012:*"]);
    let listed = list();
    assert_eq!((listed.len(), &listed[0]), (2, &again[0]));
    let (code, said) = shared.run(&["stop", "--list"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("deny fleet shop  until taken back  by operator: two"), "{said}");
    let (code, said) = shared.run(&["allow", "stop-00000000"]);
    assert_eq!((code, said.trim()), (Some(1), "error: there is no order `stop-00000000`"));
    let (code, said) = shared.run(&["allow", "--function", "orders"]);
    assert_eq!((code, said.trim()), (Some(1), "error: there is no order to deny function orders"));
    assert_eq!(shared.told(&["allow", "--ended"]), Vec::<Value>::new());
    shared.told(&["allow", listed[1]["order"]["id"].as_str().unwrap()]);
    assert_eq!(list(), again);
    let (code, said) = shared.run(&["budget", "shard"]);
    let wanted = "error: no budget is named `shard`; the policy has `shared`";
    assert_eq!((code, said.trim()), (Some(1), wanted));
    let (code, said) = shared.run(&["budget"]);
    let wanted = "error: `shared` is counted for each function: say which with `--function`";
    assert_eq!((code, said.trim()), (Some(1), wanted));
    let table = json!({ "TableName": "orders" });
    shared.stand.json("dynamodb", "DynamoDB_20120810.DeleteTable", &table).await;
    let (code, said) = shared.run(&["stop", "--all"]);
    let wanted = "error: `orders`: there is no such table in this account and Region";
    assert_eq!((code, said.trim()), (Some(1), wanted));
}
