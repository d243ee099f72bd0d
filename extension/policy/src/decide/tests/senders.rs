//! Batches of several senders: each item is held against its own sender's budgets and orders.
use super::*;
use tollgate_budget::store::{Reply, Request, Said};
use tollgate_budget::{CallerKey, Does, LeaseId, Order, Whom};

const QUEUE: &str = "sources:\n  - { trigger: sqs, mapping: { reports_item_failures: true }, on_refuse: \
                     report-item }\n";
const BURST: &str = "budgets:\n  - { name: burst, unit: invocations, limit: 1, per: 10m, scope: caller, \
                     key: principal }\n  - { name: probing, unit: refusals, limit: 9, per: 10m, scope: \
                     caller, key: principal }\n";

fn enforced(lines: &[&str]) -> Policy {
    policy(&format!("mode: enforce\n{}", lines.concat()))
}

/// A batch with a message of each of these senders.
fn queue(senders: &[&str], name: &str) -> RawEvent {
    let record = |(index, sender): (usize, &&str)| {
        json!({
            "messageId": format!("m-{index}"),
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": "{}",
            "attributes": { "ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183",
                "SenderId": sender, "ApproximateFirstReceiveTimestamp": "1545082649185",
                "MessageGroupId": if index % 2 == 0 { "even" } else { "odd" } },
            "messageAttributes": {},
            "md5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:eu-west-1:123456789012:{name}"),
            "awsRegion": "eu-west-1",
        })
    };
    let records: Vec<Value> = senders.iter().enumerate().map(record).collect();
    event(json!({ "Records": records }).to_string())
}

/// What becomes of an event: what the function gets, in names of messages, and the facts.
fn outcome(event: RawEvent, policy: &Policy, desk: &mut Desk) -> (Option<Vec<String>>, Facts) {
    match decide(event, policy, desk, NOW) {
        Verdict::Granted(granted) => {
            let (body, facts) = granted.into_parts();
            let event: Value = serde_json::from_slice(&body).unwrap();
            let records = event["Records"].as_array().unwrap();
            let names = records.iter().map(|it| it["messageId"].as_str().unwrap().to_owned());
            (Some(names.collect()), facts)
        }
        Verdict::Refused(refused) => (None, refused.facts().clone()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what a function may get")]
fn got(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

/// Where each check fired.
fn places(facts: &Facts) -> Vec<(&'static str, &str)> {
    facts.checks.iter().map(|fired| (fired.id, fired.at.as_str())).collect()
}

fn left(desk: &mut Desk, budget: &str, sender: &str) -> u128 {
    let mut books = desk.books().unwrap().clone();
    let mut charge = books.charge(tollgate_budget::Usage::default(), |_| Some(sender.to_owned()));
    books.admit(&mut charge, NOW.unix_ms);
    let hold = books.reserve(&mut charge, NOW.unix_ms).unwrap();
    let uses = books.uses(&hold, NOW.unix_ms);
    uses.iter().find(|it| it.name == budget).unwrap().left.0
}

#[test]
fn security_a_spent_sender_does_not_hide_behind_the_first_of_its_batch() {
    let (policy, mut desk) = (enforced(&[QUEUE, BURST]), Desk::default());
    assert_eq!(outcome(queue(&["flood"], "orders"), &policy, &mut desk).0, got(&["m-0"]));
    let batch = queue(&["good", "flood", "other", "flood"], "orders");
    let (names, facts) = outcome(batch, &policy, &mut desk);
    assert_eq!(names, got(&["m-0", "m-2"]));
    assert_eq!(places(&facts), [("budget.spent", "/Records/1"), ("budget.spent", "/Records/3")]);
    let withheld = facts.withheld.unwrap();
    assert_eq!(
        (facts.decision, withheld.ids),
        (DecisionKind::Filter, vec!["m-1".to_owned(), "m-3".to_owned()])
    );
    // Two refusals for whom they are of; nothing for the others.
    assert_eq!(left(&mut desk, "probing", "flood"), 7);
    assert_eq!(left(&mut desk, "probing", "good"), 9);
}

#[test]
fn security_a_spent_first_sender_takes_nobody_with_it() {
    let (policy, mut desk) = (enforced(&[QUEUE, BURST]), Desk::default());
    outcome(queue(&["flood"], "orders"), &policy, &mut desk);
    let batch = queue(&["flood", "good"], "orders");
    assert_eq!(outcome(batch, &policy, &mut desk).0, got(&["m-1"]));
    // In a queue that keeps its order, what is behind in the group waits; it is nobody's refusal.
    let batch = queue(&["flood", "late", "behind"], "orders.fifo");
    let (names, facts) = outcome(batch, &policy, &mut desk);
    assert_eq!((names, facts.withheld.unwrap().count), (got(&["m-1"]), 2));
    assert_eq!(left(&mut desk, "burst", "behind"), 0, "one, and the one that is asked here");
    assert_eq!(left(&mut desk, "probing", "behind"), 9);
}

#[test]
fn a_batch_of_which_nobody_may_pass_fails_message_by_message() {
    let (policy, mut desk) = (enforced(&[QUEUE, BURST]), Desk::default());
    outcome(queue(&["one", "two"], "orders"), &policy, &mut desk);
    let Verdict::Refused(refused) =
        decide(queue(&["one", "two"], "orders"), &policy, &mut desk, NOW)
    else {
        panic!()
    };
    let Answer::Response { body, .. } = refused.answer(BUFFERED) else { panic!() };
    let failures =
        json!({ "batchItemFailures": [{ "itemIdentifier": "m-0" }, { "itemIdentifier": "m-1" }] });
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), failures);
}

#[test]
fn where_the_source_hears_of_no_items_the_batch_fails_and_who_is_innocent_pays_nothing() {
    let (policy, mut desk) = (enforced(&[BURST]), Desk::default());
    outcome(queue(&["flood"], "orders"), &policy, &mut desk);
    let (names, facts) = outcome(queue(&["good", "flood"], "orders"), &policy, &mut desk);
    assert_eq!((names, facts.decision), (None, DecisionKind::Refuse));
    assert_eq!(left(&mut desk, "probing", "flood"), 8);
    assert_eq!(left(&mut desk, "probing", "good"), 9);
    assert_eq!(left(&mut desk, "burst", "good"), 0, "one, and the one that is asked here");
}

#[test]
fn what_is_quarantined_of_a_spent_sender_is_stored_and_the_rest_goes_on() {
    let source = "quarantine: file:/mnt/q\nsources:\n  - { trigger: sqs, on_refuse: quarantine }\n";
    let (policy, mut desk) = (enforced(&[source, BURST]), Desk::default());
    outcome(queue(&["flood"], "orders"), &policy, &mut desk);
    let batch = queue(&["flood", "good"], "orders");
    let Verdict::Granted(granted) = decide(batch, &policy, &mut desk, NOW) else { panic!() };
    assert_eq!(granted.copies().map(|copies| copies.items.len()), Some(1));
}

#[test]
fn what_a_detector_refuses_of_a_batch_is_charged_to_its_own_sender() {
    let (policy, mut desk) = (enforced(&["detect: [sql]\n", QUEUE, BURST]), Desk::default());
    let event = queue(&["good", "bad"], "orders");
    let mut body: Value = serde_json::from_slice(event.body()).unwrap();
    let attack = json!({ "q": "1' UNION SELECT password FROM users-- " });
    body["Records"][1]["body"] = attack.to_string().into();
    let (names, _) = outcome(super::event(body.to_string()), &policy, &mut desk);
    assert_eq!(names, got(&["m-0"]));
    assert_eq!(left(&mut desk, "probing", "bad"), 8);
    // What it tried counts as an event of its own.
    let (names, _) = outcome(queue(&["bad", "new"], "orders"), &policy, &mut desk);
    assert_eq!(names, got(&["m-1"]));
}

#[test]
fn money_falls_to_senders_by_the_bytes_of_what_goes_on() {
    let wallet = "ceilings: { time: 3s }\nbudgets:\n  - { name: wallet, unit: usd, limit: 1, per: day, \
                  scope: caller, key: principal }\n  - { name: few, unit: invocations, limit: 1, per: \
                  1h, scope: caller, key: principal }\n";
    let (policy, mut desk) = (enforced(&[QUEUE, wallet]), Desk::default());
    let cost = |facts: &Facts| facts.spent.as_ref().unwrap().budgets[0].used.0;
    let (_, facts) = outcome(queue(&["one", "two"], "orders"), &policy, &mut desk);
    let whole = facts.spent.as_ref().unwrap().cost.reserved.0;
    assert!((whole..whole + 2).contains(&cost(&facts)), "halves, each rounded up");
    // The second has no room for another: the third pays for all that is left.
    let (names, facts) = outcome(queue(&["two", "three"], "orders"), &policy, &mut desk);
    assert_eq!((names, cost(&facts)), (got(&["m-1"]), whole));
}

#[test]
fn a_share_that_grows_when_others_are_refused_is_asked_for_again() {
    // Room for half of an invocation, and not for a whole one.
    let wallet = "ceilings: { time: 3s }\nbudgets:\n  - { name: wallet, unit: usd, limit: 0.000007, per: \
                  day, scope: caller, key: principal }\n";
    let both = || queue(&["one", "two"], "orders");
    let mut desk = Desk::default();
    assert_eq!(outcome(both(), &enforced(&[QUEUE, wallet]), &mut desk).0, got(&["m-0", "m-1"]));
    let mut body: Value = serde_json::from_slice(both().body()).unwrap();
    body["Records"][1]["body"] =
        json!({ "q": "1' UNION SELECT password FROM users-- " }).to_string().into();
    let policy = enforced(&["detect: [sql]\n", QUEUE, wallet]);
    let (names, facts) = outcome(event(body.to_string()), &policy, &mut Desk::default());
    assert_eq!((names, facts.decision), (None, DecisionKind::Refuse));
    assert!(places(&facts).contains(&("budget.spent", "/Records/0")), "{:?}", facts.checks);
    // A policy that only observes lets it pass, and takes what it costs.
    let observing = super::policy(&["detect: [sql]\n", QUEUE, wallet].concat());
    let (names, facts) = outcome(event(body.to_string()), &observing, &mut Desk::default());
    assert_eq!((names.map(|names| names.len()), facts.spent.is_some()), (Some(2), true));
}

fn denying(whom: &[&str], lines: &str) -> (Policy, Desk) {
    let policy = enforced(&["tables: { orders: tollgate-orders }\n", lines]);
    let order = |(index, whom): (usize, &&str)| Order {
        id: format!("o-{index}"),
        does: Does::Deny(Whom::Caller((*whom).to_owned())),
        reason: "abuse".to_owned(),
        until_ms: None,
    };
    let mut desk = Desk::default();
    desk.open_books(&policy);
    let known = desk.orders().unwrap();
    let Some(Request::Orders(asked)) = known.due(NOW.unix_ms, || LeaseId(1)) else { panic!() };
    let said = Said::Orders(whom.iter().enumerate().map(order).collect());
    assert!(known.answered(&Reply { id: asked.id, server_ms: None, said }, NOW.unix_ms));
    (policy, desk)
}

#[test]
fn security_an_order_on_a_sender_finds_it_anywhere_in_a_batch() {
    let (policy, mut desk) = denying(&["principal=flood", "source_ip=192.0.2.1"], QUEUE);
    let (names, facts) = outcome(queue(&["good", "flood"], "orders"), &policy, &mut desk);
    assert_eq!((names, places(&facts)), (got(&["m-0"]), vec![("deny.order", "/Records/1")]));
    assert_eq!(facts.checks[0].detail, "order `o-0`");
    let (names, _) = outcome(queue(&["flood", "good"], "orders"), &policy, &mut desk);
    assert_eq!(names, got(&["m-1"]));
    let (names, facts) = outcome(queue(&["flood"], "orders"), &policy, &mut desk);
    assert_eq!((names, facts.decision), (None, DecisionKind::Refuse));
}

#[test]
fn records_of_other_services_are_told_apart_as_far_as_they_name_somebody() {
    let uploads = |of: &[(&str, &str)]| {
        let text = fixture("events/s3/object-created.json");
        let event: Value = serde_json::from_slice(text.body()).unwrap();
        let record = |(name, address): &(&str, &str)| {
            let mut record = event["Records"][0].clone();
            record["userIdentity"]["principalId"] = (*name).into();
            record["requestParameters"]["sourceIPAddress"] = (*address).into();
            record
        };
        super::event(json!({ "Records": of.iter().map(record).collect::<Vec<_>>() }).to_string())
    };
    let two = [("AWS:A", "192.0.2.7"), ("AWS:B", "192.0.2.1")];
    for whom in ["source_ip=192.0.2.1", "principal=AWS:B"] {
        // S3 hears of no items: the whole of it fails, and comes again.
        let (policy, mut desk) = denying(&[whom], "");
        let Verdict::Refused(refused) = decide(uploads(&two), &policy, &mut desk, NOW) else {
            panic!("{whom}")
        };
        assert_eq!(places(refused.facts()), [("deny.order", "/Records/1")]);
        let source =
            "quarantine: file:/mnt/q\nsources:\n  - { trigger: s3, on_refuse: quarantine }\n";
        let (policy, mut desk) = denying(&[whom], source);
        let Verdict::Granted(granted) = decide(uploads(&two), &policy, &mut desk, NOW) else {
            panic!("{whom}")
        };
        assert_eq!(granted.copies().map(|copies| copies.items.len()), Some(1));
    }
    // Kinesis says who read, not who wrote: all count as one.
    let (policy, mut desk) = denying(&["principal=AIDAEXAMPLE"], "");
    assert!(matches!(
        decide(fixture("events/kinesis/two-records.json"), &policy, &mut desk, NOW),
        Verdict::Granted(_)
    ));
}

#[test]
fn an_item_costs_the_same_however_many_orders_there_are() {
    let whom: Vec<String> = (0..1_024).map(|index| format!("principal=caller-{index}")).collect();
    let whom: Vec<&str> = whom.iter().map(String::as_str).collect();
    let (policy, mut desk) = denying(&whom, QUEUE);
    assert_eq!(desk.orders().unwrap().keys(), [CallerKey::Principal]);
    let (names, _) =
        outcome(queue(&["x", "caller-0", "caller-1023"], "orders"), &policy, &mut desk);
    assert_eq!(names, got(&["m-0"]));
}
