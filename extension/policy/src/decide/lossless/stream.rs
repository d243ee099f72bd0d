//! Kinesis and DynamoDB streams ("How Lambda processes records from stream and queue-based event
//! sources"; "Configuring partial batch response with Kinesis Data Streams"): one batch of a shard
//! at a time, in order; what fails is tried again from the lowest reported sequence number, in
//! halves where the mapping bisects, and after the last attempt goes to the on-failure
//! destination.
use super::*;

const RETRIES_MAX: u32 = 5;
const RECORDS: usize = 24;

#[derive(Clone, Copy)]
struct Mapping {
    kinesis: bool,
    reads_reports: bool,
    bisects: bool,
}

struct Range {
    from: usize,
    to: usize,
    retries: u32,
}

fn sequence(index: usize) -> String {
    format!("4959033827149025660855969253836{index:025}")
}

fn event(mapping: Mapping, contents: &[(usize, String)]) -> Value {
    let record = |(index, text): &(usize, String)| {
        if mapping.kinesis { kinesis(*index, text) } else { dynamodb(*index, text) }
    };
    json!({ "Records": contents.iter().map(record).collect::<Vec<_>>() })
}

fn kinesis(index: usize, text: &str) -> Value {
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "1",
            "sequenceNumber": sequence(index),
            "data": packed(text),
            "approximateArrivalTimestamp": 1_545_084_650.987,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("shardId-000000000006:{}", sequence(index)),
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
        "awsRegion": "eu-west-1",
        "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
    })
}

fn dynamodb(index: usize, text: &str) -> Value {
    json!({
        "eventID": index.to_string(),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_479_499_740,
            "Keys": { "Id": { "N": index.to_string() } },
            "NewImage": { "text": { "S": text } },
            "SequenceNumber": sequence(index),
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN":
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2015-06-27T00:48:05.899",
    })
}

fn text_at(mapping: Mapping) -> &'static str {
    if mapping.kinesis { "/kinesis/data" } else { "/dynamodb/NewImage/text/S" }
}

fn number_at(mapping: Mapping) -> &'static str {
    if mapping.kinesis { "/kinesis/sequenceNumber" } else { "/dynamodb/SequenceNumber" }
}

fn invoke(world: &mut World, mapping: Mapping, batch: &[(usize, String)]) -> Option<usize> {
    let texts = |event: &Value| -> Vec<(String, Value)> {
        let records = event["Records"].as_array().unwrap();
        let pair = |record: &Value| {
            let text = record.pointer(text_at(mapping)).unwrap().as_str().unwrap();
            let text = if mapping.kinesis { unpacked(text) } else { text.to_owned() };
            (text, record.pointer(number_at(mapping)).unwrap().clone())
        };
        records.iter().map(pair).collect()
    };
    let answer = world.invoke(
        &event(mapping, batch),
        |event| texts(event).into_iter().map(|(text, _)| text).collect(),
        |event, failed| {
            let failed = texts(event).into_iter().filter(|(text, _)| failed.contains(text));
            failures(failed.map(|(_, number)| number))
        },
    );
    let failed = match answer {
        Err(()) => return Some(0),
        Ok(_) if !mapping.reads_reports => return None,
        Ok(answer) => reported(&answer),
    };
    let Some(failed) = failed else { return Some(0) };
    let place = |id: &Value| batch.iter().position(|(index, _)| *id == sequence(*index));
    let places: Option<Vec<_>> = failed.iter().map(place).collect();
    // An identifier that is not of the batch fails all of it.
    places.map_or(Some(0), |places| places.into_iter().min())
}

fn play(on_refuse: OnRefuse, style: Style, seed: u32, mapping: Mapping, store_fails: u32) -> World {
    let trigger = if mapping.kinesis { "kinesis" } else { "dynamodb" };
    let mut world = World::new(trigger, on_refuse, style, seed);
    world.store_fails = store_fails;
    let contents: Vec<_> =
        (0..RECORDS).map(|index| (index, world.item(&format!("item-{index}")))).collect();
    let mut destination = BTreeSet::new();
    let range = |from| Range { from, to: (from + 6).min(RECORDS), retries: 0 };
    let mut work: Vec<_> = (0..RECORDS).step_by(6).map(range).rev().collect();
    while let Some(Range { from, to, retries }) = work.pop() {
        assert!(world.invocations < 2000, "it ends");
        let batch = &contents[from..to];
        let first = invoke(&mut world, mapping, batch).map_or(to, |place| from + place);
        for (_, text) in &contents[from..first] {
            world.forget(text);
        }
        if first == to {
            continue;
        }
        if retries == RETRIES_MAX {
            destination.extend((first..to).map(|index| format!("item-{index}")));
            continue;
        }
        let middle = first + (to - first) / 2;
        let retries = retries + 1;
        if mapping.bisects && middle > first {
            work.push(Range { from: middle, to, retries });
            work.push(Range { from: first, to: middle, retries });
        } else {
            work.push(Range { from: first, to, retries });
        }
    }
    for (index, _) in &contents {
        let name = format!("item-{index}");
        if !destination.contains(&name) {
            world.forget(&name);
        }
    }
    world
}

fn all(kinesis: bool) {
    let mut kept = 0;
    each_case(|on_refuse, style, seed| {
        let reads_reports = on_refuse == OnRefuse::Report;
        let style = if reads_reports { style } else { Style::Raises };
        for bisects in [false, true] {
            for store_fails in [0, 30] {
                let mapping = Mapping { kinesis, reads_reports, bisects };
                let world = play(on_refuse, style, seed, mapping, store_fails);
                kept += world.stored.len() + world.handled.len();
            }
        }
    });
    assert!(kept > 2000, "most gets through: {kept}");
}

#[test]
fn a_kinesis_stream_loses_nothing() {
    all(true);
}

#[test]
fn a_dynamodb_stream_loses_nothing() {
    all(false);
}

#[test]
fn with_reports_what_comes_before_a_refused_record_is_handled_in_the_same_invocation() {
    let mapping = Mapping { kinesis: true, reads_reports: true, bisects: false };
    let mut world = World::new("kinesis", OnRefuse::Report, Style::Reports, 1);
    let batch = ["item-0 a", "item-1 b", "item-2 poison", "item-3 c"].map(str::to_owned);
    let batch: Vec<_> = batch.into_iter().enumerate().collect();
    assert_eq!(invoke(&mut world, mapping, &batch), Some(2));
    assert_eq!(world.handled, ["item-0", "item-1"]);
}

#[test]
fn in_quarantine_the_state_of_a_window_goes_on() {
    let mapping = Mapping { kinesis: true, reads_reports: false, bisects: false };
    let mut world = World::new("kinesis", OnRefuse::Quarantine, Style::Raises, 1);
    let mut event = event(mapping, &[(0, "item-0 poison".to_owned())]);
    event["window"] = json!({ "start": "2020-07-30T17:00:00Z", "end": "2020-07-30T17:05:00Z" });
    event["state"] = json!({ "sum": 7 });
    event["shardId"] = json!("shardId-000000000006");
    event["isFinalInvokeForWindow"] = json!(false);
    let answer = world.invoke(&event, |_| Vec::new(), |_, _| Value::Null).unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [], "state": { "sum": 7 } }));
    world.forget("item-0");
}

#[test]
fn in_quarantine_a_refused_record_holds_up_no_other() {
    let mapping = Mapping { kinesis: true, reads_reports: false, bisects: false };
    let mut world = World::new("kinesis", OnRefuse::Quarantine, Style::Raises, 1);
    let batch = ["item-0 a", "item-1 poison", "item-2 b"].map(str::to_owned);
    let batch: Vec<_> = batch.into_iter().enumerate().collect();
    assert_eq!(invoke(&mut world, mapping, &batch), None);
    assert_eq!(world.handled, ["item-0", "item-2"]);
    assert_eq!(Vec::from_iter(&world.stored), ["item-1"]);
}
