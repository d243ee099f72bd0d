//! Callers that are told apart by what stands at a place: of an event, of an item, of what a message holds.
use super::*;
use tollgate_budget::store::{Reply, Request, Said};
use tollgate_budget::{Does, LeaseId, Order, Whom};

fn bounded(place: &str) -> Policy {
    policy(&format!(
        "mode: enforce\nbudgets:\n  - {{ name: each, unit: invocations, limit: 1, per: 10m, scope: \
         caller, key: 'at:{place}' }}\n"
    ))
}

/// Where the budget had no room.
fn spent(event: RawEvent, policy: &Policy, desk: &mut Desk) -> Vec<String> {
    let facts = match decide(event, policy, desk, NOW) {
        Verdict::Granted(granted) => granted.into_parts().1,
        Verdict::Refused(refused) => refused.facts().clone(),
    };
    let spent = facts.checks.iter().filter(|fired| fired.id == "budget.spent");
    let mut places: Vec<String> = spent.map(|fired| fired.at.clone()).collect();
    places.sort_unstable();
    places
}

fn json_of(path: &str) -> Value {
    serde_json::from_slice(fixture(path).body()).unwrap()
}

/// A message of SQS with each of these bodies.
fn queue(bodies: &[Value]) -> RawEvent {
    let mut event = json_of("events/sqs/one-message.json");
    let record = event["Records"][0].clone();
    let records = bodies.iter().enumerate().map(|(index, body)| {
        let mut record = record.clone();
        record["messageId"] = format!("m-{index}").into();
        record["body"] = body.to_string().into();
        record
    });
    event["Records"] = records.collect();
    super::event(event.to_string())
}

fn bridge(account: &str) -> Value {
    json!({ "version": "0", "source": "example.orders", "account": account, "detail": {} })
}

#[test]
fn a_message_is_of_whom_the_envelope_in_it_names() {
    let topic = |name: &str| {
        let arn = format!("arn:aws:sns:eu-west-1:123456789012:{name}");
        json!({ "Type": "Notification", "TopicArn": arn, "Message": bridge(name).to_string() })
    };
    let upload = |bucket: &str| {
        let mut upload = json_of("events/s3/object-created.json");
        upload["Records"][0]["s3"]["bucket"]["name"] = bucket.into();
        upload
    };
    for (place, of) in [
        ("/body/account", &bridge as &dyn Fn(&str) -> Value),
        ("/body/TopicArn", &topic),
        ("/body/Message/account", &topic),
        ("/body/Records/0/s3/bucket/name", &upload),
    ] {
        let (policy, mut desk) = (bounded(place), Desk::default());
        assert_eq!(spent(queue(&[of("a")]), &policy, &mut desk), [""; 0], "{place}");
        let both = queue(&[of("b"), of("a")]);
        assert_eq!(spent(both, &policy, &mut desk), ["/Records/1"], "{place}");
        // What says nothing there is one caller together.
        let nobody = || queue(&[json!({}), json!("text")]);
        assert_eq!(spent(nobody(), &policy, &mut desk), [""; 0], "{place}");
        assert_eq!(spent(nobody(), &policy, &mut desk), ["/Records/0", "/Records/1"], "{place}");
    }
}

#[test]
fn records_of_streams_and_topics_are_told_apart_by_a_key_of_choice() {
    let kinesis = |keys: [&str; 2]| {
        let mut event = json_of("events/kinesis/two-records.json");
        for (index, key) in keys.into_iter().enumerate() {
            event["Records"][index]["kinesis"]["partitionKey"] = key.into();
        }
        super::event(event.to_string())
    };
    let (policy, mut desk) = (bounded("/kinesis/partitionKey"), Desk::default());
    assert_eq!(spent(kinesis(["a", "b"]), &policy, &mut desk), [""; 0]);
    assert_eq!(spent(kinesis(["c", "b"]), &policy, &mut desk), ["/Records/1"]);
    let kafka = || fixture("events/msk/tombstone.json");
    for (place, first) in [("/topic", "/records/orders-0/0"), ("/key", "/records/orders-0/0")] {
        let (policy, mut desk) = (bounded(place), Desk::default());
        assert_eq!(spent(kafka(), &policy, &mut desk), [""; 0], "{place}");
        let again = spent(kafka(), &policy, &mut desk);
        assert_eq!((again.len(), again[0].as_str()), (2, first), "{place}");
    }
}

#[test]
fn an_event_that_is_no_batch_is_of_whom_it_names() {
    let (policy, mut desk) = (bounded("/account"), Desk::default());
    let of = |account: &str| {
        let mut event = json_of("events/eventbridge/custom-event.json");
        event["account"] = account.into();
        super::event(event.to_string())
    };
    assert_eq!(spent(of("111122223333"), &policy, &mut desk), [""; 0]);
    assert_eq!(spent(of("111122223333"), &policy, &mut desk), [""]);
    assert_eq!(spent(of("444455556666"), &policy, &mut desk), [""; 0]);
}

#[test]
fn other_keys_of_a_stream_still_have_one_caller() {
    let policy = policy(
        "mode: enforce\nbudgets:\n  - { name: place, unit: invocations, limit: 9, per: 10m, scope: caller, \
         key: 'at:/kinesis/partitionKey' }\n  - { name: all, unit: invocations, limit: 1, per: 10m, \
         scope: caller, key: principal }\n",
    );
    let (event, mut desk) = (|| fixture("events/kinesis/two-records.json"), Desk::default());
    assert_eq!(spent(event(), &policy, &mut desk), [""; 0]);
    assert!(!spent(event(), &policy, &mut desk).is_empty());
}

#[test]
fn security_an_order_denies_what_stands_at_a_place() {
    let policy = policy("mode: enforce\ntables: { orders: tollgate-orders }\n");
    let mut desk = Desk::default();
    desk.open_books(&policy);
    let known = desk.orders().unwrap();
    let Some(Request::Orders(asked)) = known.due(NOW.unix_ms, || LeaseId(1)) else { panic!() };
    let whom = Whom::Caller("at:/body/account=111122223333".to_owned());
    let (id, reason) = ("o-1".to_owned(), "abuse".to_owned());
    let said = Said::Orders(vec![Order { id, does: Does::Deny(whom), reason, until_ms: None }]);
    assert!(known.answered(&Reply { id: asked.id, server_ms: None, said }, NOW.unix_ms));
    let batch = queue(&[bridge("444455556666"), bridge("111122223333")]);
    let Verdict::Refused(refused) = decide(batch, &policy, &mut desk, NOW) else { panic!() };
    let checks = &refused.facts().checks;
    assert_eq!((checks[0].id, checks[0].at.as_str()), ("deny.order", "/Records/1"));
}

#[test]
fn security_an_event_that_takes_too_long_to_look_through_is_refused() {
    let policy = policy(
        "mode: enforce\nlimits: { scan_work: 8000 }\nbudgets:\n  - { name: each, unit: invocations, limit: \
         9, per: 10m, scope: caller, key: 'at:/body/account' }\n",
    );
    let decided = |padding: usize| {
        let mut body = bridge("111122223333");
        body["detail"] = "x".repeat(padding).into();
        match decide(queue(&[body]), &policy, &mut Desk::default(), NOW) {
            Verdict::Granted(_) => Vec::new(),
            Verdict::Refused(refused) => {
                refused.facts().checks.iter().map(|fired| fired.id).collect::<Vec<_>>()
            }
        }
    };
    assert_eq!(decided(0), [""; 0]);
    assert_eq!(decided(4_000), ["limits.scan"]);
}
