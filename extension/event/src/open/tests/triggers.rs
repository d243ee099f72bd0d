//! What each trigger's events hold, on small ones; and no content of any sample gets lost.
use super::*;

#[test]
fn a_queue() {
    let attributes = r#"{"a":{"stringValue":"o'x","stringListValues":[],"binaryListValues":[],"dataType":"String"},"b":{"binaryValue":"Zm9v","dataType":"Binary.label"}}"#;
    check(
        &format!(
            r#"{{"Records":[{{"messageId":"m","receiptHandle":"r","body":"\"text\"","attributes":{{"ApproximateReceiveCount":"1","MessageGroupId":"g"}},"messageAttributes":{attributes},"md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:q.fifo","awsRegion":"eu-west-1"}}]}}"#
        ),
        &[
            r#"[0] message json /Records/0/body: "text""#,
            "[0] attribute(MessageGroupId) /Records/0/attributes/MessageGroupId: g",
            "[0] attribute(a) /Records/0/messageAttributes/a/stringValue: o'x",
            "[0] attribute(b) /Records/0/messageAttributes/b/binaryValue: foo",
            "[0] attribute(b) /Records/0/messageAttributes/b/dataType: Binary.label",
        ],
    );
}

#[test]
fn a_topic() {
    check(
        r#"{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"arn:s","Sns":{"Type":"Notification","MessageId":"m","TopicArn":"arn:t","Subject":"hi","Message":"it's","MessageAttributes":{"b":{"Value":"Zm9v","Type":"Binary"}}}}]}"#,
        &[
            "[0] attribute(Subject) /Records/0/Sns/Subject: hi",
            "[0] message /Records/0/Sns/Message: it's",
            "[0] attribute(b) /Records/0/Sns/MessageAttributes/b/Value: foo",
        ],
    );
}

#[test]
fn tables_buckets_and_collections() {
    check(
        r#"{"Records":[{"eventID":"1","eventName":"MODIFY","eventSource":"aws:dynamodb","eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/s","dynamodb":{"Keys":{"id":{"N":"1"}},"NewImage":{"id":{"N":"1"},"b":{"B":"AAE="}},"OldImage":{"tags":{"SS":["a"]}},"SequenceNumber":"1"}}]}"#,
        &[
            r#"[0] key json /Records/0/dynamodb/Keys: {"id":1}"#,
            r#"[0] new-image json /Records/0/dynamodb/NewImage: {"id":1,"b":"AAE="}"#,
            r#"[0] old-image json /Records/0/dynamodb/OldImage: {"tags":["a"]}"#,
        ],
    );
    check(
        r#"{"Records":[{"eventSource":"aws:s3","s3":{"object":{"key":"a+b%2F..%2F%27","size":1}}},{"eventSource":"aws:s3","s3":{"object":{"key":"plain"}}}]}"#,
        &["[0] key /Records/0/s3/object/key: a b/../'", "[1] key /Records/1/s3/object/key: plain"],
    );
    check(
        r#"{"eventSource":"aws:docdb","eventSourceArn":"arn:aws:rds:eu-west-1:123456789012:cluster:c","events":[{"event":{"_id":{"_data":"1"},"documentKey":{"_id":{"$oid":"63"}},"fullDocument":{"_id":{"$oid":"63"},"n":{"$numberLong":"5"}},"operationType":"insert","ns":{"db":"d","coll":"c"}}}]}"#,
        &[
            r#"[0] key json /events/0/event/documentKey: {"_id":"63"}"#,
            r#"[0] new-image json /events/0/event/fullDocument: {"_id":"63","n":5}"#,
        ],
    );
}

#[test]
fn brokers() {
    check(
        r#"{"eventSource":"SelfManagedKafka","bootstrapServers":"b:9092","records":{"t-0":[{"topic":"t","partition":0,"offset":15,"timestamp":1,"timestampType":"CREATE_TIME","key":"a2V5","value":"eyJhIjoxfQ==","headers":[{"h":[105,39,-61,-87]}]},{"topic":"t","partition":0,"offset":16,"key":null,"value":null,"headers":[]}],"t-1":[{"topic":"t","partition":1,"offset":1,"value":"/w=="}]}}"#,
        &[
            "[0] key /records/t-0/0/key: key",
            r#"[0] data json /records/t-0/0/value: {"a":1}"#,
            "[0] header(h) /records/t-0/0/headers/0/h: i'é",
            "[2] data binary /records/t-1/0/value: \u{fffd}",
        ],
    );
    check(
        r#"{"eventSource":"aws:rmq","eventSourceArn":"arn:aws:mq:eu-west-1:123456789012:broker:b:b-1","rmqMessagesByQueue":{"q::/":[{"basicProperties":{"contentType":"text/plain","headers":{"h":{"bytes":[39]},"n":10},"replyTo":null},"redelivered":false,"data":"Zm9v"}]}}"#,
        &[
            "[0] attribute(contentType) /rmqMessagesByQueue/*/0/basicProperties/contentType: text/plain",
            "[0] header(h) /rmqMessagesByQueue/*/0/basicProperties/headers/h/bytes: '",
            "[0] header(n) /rmqMessagesByQueue/*/0/basicProperties/headers/n: 10",
            "[0] data /rmqMessagesByQueue/*/0/data: foo",
        ],
    );
}

#[test]
fn a_pipe_gives_the_records_of_its_source() {
    check(
        r#"[{"eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/s","eventID":"shardId-0:1","eventName":"aws:kinesis:record","eventVersion":"1.0","invokeIdentityArn":"arn:r","awsRegion":"eu-west-1","kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"1","data":"Zm9v","approximateArrivalTimestamp":1}]"#,
        &["[0] key(partitionKey) /0/partitionKey: p", "[0] data /0/data: foo"],
    );
}

#[test]
fn an_agent_chooses_everything() {
    check(
        r#"{"messageVersion":"1.0","agent":{"name":"n","id":"i","alias":"a","version":"1"},"inputText":"do","sessionId":"s","actionGroup":"g","function":"f","parameters":[{"name":"p","type":"string","value":"v'"}],"sessionAttributes":{"a":"b"},"promptSessionAttributes":{}}"#,
        &[
            "utterance(inputText) /inputText: do",
            "attribute(sessionId) /sessionId: s",
            "path(function) /function: f",
            "input(p) /parameters/0/value: v'",
            "attribute(a) /sessionAttributes/a: b",
        ],
    );
}

#[test]
fn direct_events_are_one_content() {
    for json in [r#"{"a":{"Records":[]}}"#, "[1,2]", "7", "\"text\""] {
        check(json, &[&format!("input json : {json}")]);
    }
    check("null", &[]);
    // What cannot be read is given as it is.
    check("{not json", &["input : {not json"]);
    let (contents, _) = opened_with(&b"{\"a\":\"\xff\"}"[..], &Caps::default());
    assert_eq!(contents, ["input binary : {\"a\":\"\u{fffd}\"}"]);
}

/// Every text of every sample is replaced by a mark, one at a time. Where the mark does not come
/// out again, the service or the owner must have written the text: those places are in a list.
#[test]
fn only_texts_of_the_services_own_are_left_out() {
    let mut silent = std::collections::BTreeSet::new();
    for (trigger, sample) in samples() {
        let mut places = Vec::new();
        each_text(&sample, "", &mut |place| places.push(place.to_owned()));
        for place in places {
            let mut marked = sample.clone();
            *marked.pointer_mut(&place).unwrap() = "o'mark".into();
            let event = classified(serde_json::to_vec(&marked).unwrap());
            let mut is_found = event.trigger() != trigger;
            let _faults = open(&event, &Caps::default(), &mut |content| {
                is_found |= content.name.is_some_and(|name| name.contains("o'mark"));
                is_found |= content.bytes.windows(6).any(|bytes| bytes == b"o'mark");
            });
            if !is_found {
                silent.insert(format!("{trigger} {}", without_indices(&place)));
            }
        }
    }
    let known: Vec<_> = include_str!("silent.txt").lines().collect();
    let unknown: Vec<_> = silent.iter().filter(|place| !known.contains(&place.as_str())).collect();
    assert!(unknown.is_empty(), "not in silent.txt: {unknown:#?}");
}

#[test]
fn every_content_of_a_batch_is_in_the_item_it_names() {
    let mut items_seen = 0;
    for (_, sample) in samples() {
        let event = classified(serde_json::to_vec(&sample).unwrap());
        items_seen += check_items(&event);
    }
    assert!(items_seen > 30);
}

/// Every sample and its trigger.
fn samples() -> Vec<(Trigger, serde_json::Value)> {
    let events = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");
    let folders = std::fs::read_dir(events).unwrap();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    let read = |path: std::path::PathBuf| {
        let json = std::fs::read(path).unwrap();
        let trigger = classified(json.clone()).trigger();
        (trigger, serde_json::from_slice(&json).unwrap())
    };
    let samples: Vec<_> = files.map(|file| read(file.unwrap().path())).collect();
    assert!(samples.len() > 50);
    samples
}

fn each_text(value: &serde_json::Value, place: &str, visit: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::String(_) => visit(place),
        serde_json::Value::Array(elements) => {
            for (i, element) in elements.iter().enumerate() {
                each_text(element, &format!("{place}/{i}"), visit);
            }
        }
        serde_json::Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                each_text(member, &format!("{place}/{key}"), visit);
            }
        }
        _ => {}
    }
}

fn without_indices(place: &str) -> String {
    let step = |step: &str| if step.parse::<u32>().is_ok() { "-".into() } else { step.to_owned() };
    place.split('/').map(step).collect::<Vec<_>>().join("/")
}
