//! Firehose ("Handle failure in data transformation"): a failed invocation is tried three times
//! more; then, as with every record that is not `Ok` or not answered, the record goes
//! to the error output as it came.
use super::*;

const RETRIES: u32 = 3;

struct Delivery {
    delivered: BTreeSet<String>,
    failed: BTreeSet<String>,
}

fn event(contents: &[String]) -> Value {
    let record = |(index, text): (usize, &String)| {
        json!({
            "recordId": format!("4954611503{index:03}"),
            "approximateArrivalTimestamp": 1_495_072_949_453_u64,
            "data": packed(text),
        })
    };
    json!({
        "invocationId": "invocationIdExample",
        "deliveryStreamArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders",
        "region": "eu-west-1",
        "records": contents.iter().enumerate().map(record).collect::<Vec<_>>(),
    })
}

fn read(event: &Value) -> Vec<String> {
    let records = event["records"].as_array().unwrap();
    records.iter().map(|record| unpacked(record["data"].as_str().unwrap())).collect()
}

fn transform(event: &Value, failed: &[String]) -> Value {
    let answer = |record: &Value| {
        let fails = failed.iter().any(|text| record["data"] == packed(text));
        let result = if fails { "ProcessingFailed" } else { "Ok" };
        json!({ "recordId": record["recordId"], "result": result, "data": record["data"] })
    };
    let records = event["records"].as_array().unwrap();
    json!({ "records": records.iter().map(answer).collect::<Vec<_>>() })
}

fn play(world: &mut World, contents: &[String]) -> Delivery {
    let event = event(contents);
    let mut answer = Err(());
    for _ in 0..=RETRIES {
        answer = world.invoke(&event, read, transform);
        if answer.is_ok() {
            break;
        }
    }
    let answer: Value =
        answer.ok().and_then(|answer| serde_json::from_slice(&answer).ok()).unwrap_or(Value::Null);
    let answers: Vec<&Value> =
        answer["records"].as_array().map(|list| list.iter().collect()).unwrap_or_default();
    let mut delivery = Delivery { delivered: BTreeSet::new(), failed: BTreeSet::new() };
    for (record, text) in event["records"].as_array().unwrap().iter().zip(contents) {
        let mut own = answers.iter().filter(|it| it["recordId"] == record["recordId"]);
        let (first, second) = (own.next(), own.next());
        assert!(second.is_none(), "a record is answered once");
        let complete = first.filter(|answer| answer["data"].is_string());
        match complete.and_then(|answer| answer["result"].as_str()) {
            Some("Ok") => {
                world.forget(text);
                delivery.delivered.insert(name_of(text));
            }
            _ => _ = delivery.failed.insert(name_of(text)),
        }
    }
    delivery
}

#[test]
fn a_firehose_stream_loses_nothing_and_tells_record_by_record() {
    each_case(|on_refuse, style, seed| {
        if on_refuse != OnRefuse::Fail {
            return;
        }
        let mut world = World::new("firehose", on_refuse, style, seed);
        let contents: Vec<_> = (0..8).map(|index| world.item(&format!("item-{index}"))).collect();
        let delivery = play(&mut world, &contents);
        for text in &contents {
            let name = name_of(text);
            let outputs = usize::from(delivery.delivered.contains(&name))
                + usize::from(delivery.failed.contains(&name));
            let refused = text.contains(POISON);
            assert_eq!(outputs, 1, "{text}");
            assert!(!refused || !delivery.delivered.contains(&name));
            let fails = refused || world.flaky.contains_key(&name) || style == Style::Raises;
            assert!(fails || delivery.delivered.contains(&name), "a good record goes on: {text}");
        }
    });
}
