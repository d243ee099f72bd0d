//! Envelopes in payloads, one in another, and what is not one.
use super::*;

fn sqs(body: &str) -> String {
    format!(
        r#"{{"Records":[{{"messageId":"m","receiptHandle":"r","body":{},"attributes":{{"SenderId":"s"}},"messageAttributes":{{}},"md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:q","awsRegion":"eu-west-1"}}]}}"#,
        quoted(body)
    )
}

fn note(message: &str) -> String {
    format!(
        r#"{{"Type":"Notification","TopicArn":"arn:t","Message":{},"MessageAttributes":{{"kind":{{"Type":"String","Value":"o'clock"}}}}}}"#,
        quoted(message)
    )
}

fn kinesis(data: &[u8]) -> String {
    format!(
        r#"{{"Records":[{{"eventID":"shardId-000000000000:1","eventSource":"aws:kinesis","kinesis":{{"partitionKey":"p","sequenceNumber":"1","data":"{}"}}}}]}}"#,
        base64(data)
    )
}

#[test]
fn a_topic_in_a_queue() {
    check(
        &sqs(&note(r#"{"order":42}"#)),
        &[
            "[0] envelope(Type) /Records/0/body/Type ^1: Notification",
            "[0] envelope(TopicArn) /Records/0/body/TopicArn ^1: arn:t",
            r#"[0] message json /Records/0/body/Message ^1: {"order":42}"#,
            "[0] attribute(kind) /Records/0/body/MessageAttributes/kind/Value ^1: o'clock",
        ],
    );
}

#[test]
fn a_bucket_in_a_topic_in_a_queue() {
    let s3 = r#"{"Records":[{"eventSource":"aws:s3","s3":{"object":{"key":"a%2Fb+c"}}},{"s3":{"object":{"key":"d"}}}]}"#;
    let (contents, faults) = opened_with(sqs(&note(s3)), &Caps::default());
    let keys: Vec<_> = contents.iter().filter(|line| line.contains("] key ")).collect();
    assert_eq!(
        keys,
        [
            "[0] key /Records/0/body/Message/Records/0/s3/object/key ^2: a/b c",
            "[0] key /Records/0/body/Message/Records/1/s3/object/key ^2: d",
        ]
    );
    assert_eq!(faults, [""; 0]);
}

#[test]
fn a_bus_event_in_a_queue() {
    let event = r#"{"version":"0","detail-type":"Order","source":"shop","detail":{"name":"Ann"}}"#;
    check(
        &sqs(event),
        &[
            "[0] envelope(version) /Records/0/body/version ^1: 0",
            "[0] attribute(detail-type) /Records/0/body/detail-type ^1: Order",
            "[0] attribute(source) /Records/0/body/source ^1: shop",
            r#"[0] detail json /Records/0/body/detail ^1: {"name":"Ann"}"#,
        ],
    );
    // Keys that are written with escapes are the same keys.
    let escaped = event.replace("\"detail\"", "\"det\\u0061il\"").replace("source", "s\\u006furce");
    let (contents, _) = opened_with(sqs(&escaped), &Caps::default());
    assert!(
        contents
            .contains(&r#"[0] detail json /Records/0/body/detail ^1: {"name":"Ann"}"#.to_owned())
    );
}

#[test]
fn logs_and_table_changes_in_a_stream() {
    let logs = r#"{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"1","message":"{\"level\":\"info\"}"},{"message":"plain"}]}"#;
    let expected = [
        "[0] envelope(messageType) /Records/0/kinesis/data/messageType ^1: DATA_MESSAGE",
        "[0] envelope(logGroup) /Records/0/kinesis/data/logGroup ^1: g",
        "[0] envelope(id) /Records/0/kinesis/data/logEvents/0/id ^1: 1",
        r#"[0] message json /Records/0/kinesis/data/logEvents/0/message ^1: {"level":"info"}"#,
        "[0] message /Records/0/kinesis/data/logEvents/1/message ^1: plain",
    ];
    for packed in [logs.as_bytes().to_vec(), gzip(logs.as_bytes()), zlib(logs.as_bytes())] {
        let (contents, faults) = opened_with(kinesis(&packed), &Caps::default());
        assert_eq!(
            contents.first().unwrap(),
            "[0] key(partitionKey) /Records/0/kinesis/partitionKey: p"
        );
        assert_eq!(contents[1..], expected);
        assert_eq!(faults, [""; 0]);
    }
    let change =
        r#"{"eventName":"INSERT","tableName":"t","dynamodb":{"NewImage":{"a":{"N":"1"}}}}"#;
    let (contents, _) = opened_with(kinesis(change.as_bytes()), &Caps::default());
    assert!(contents.contains(
        &r#"[0] new-image json /Records/0/kinesis/data/dynamodb/NewImage ^1: {"a":1}"#.to_owned()
    ));
}

#[test]
fn a_destination_repeats_the_event_that_failed() {
    let destination = r#"{"version":"1.0","timestamp":"t","requestContext":{"requestId":"r","functionArn":"arn:f","condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"it's"}}]},"responseContext":{"statusCode":200},"responsePayload":{"errorMessage":"no"}}"#;
    check(
        destination,
        &[
            "envelope(EventSource) /requestPayload/Records/0/EventSource ^1: aws:sns",
            "message /requestPayload/Records/0/Sns/Message ^1: it's",
            r#"response json /responsePayload: {"errorMessage":"no"}"#,
        ],
    );
}

#[test]
fn what_only_looks_like_an_envelope_is_a_document() {
    for body in [
        r#"{"Records":[{"name":"x"}]}"#,
        r#"{"Records":{"eventSource":"aws:s3"}}"#,
        r#"{"Type":"Notification","Message":"x"}"#,
        r#"{"detail":{},"source":"x"}"#,
        // One member more, and it could be any document.
        r#"{"Type":"Notification","TopicArn":"t","Message":"x","order":"y"}"#,
        r#"{"detail-type":"t","detail":{},"source":"x","order":"y"}"#,
        r#"{"Records":[{"eventSource":"aws:s3","s3":{"object":{"key":"k"}}}],"order":"y"}"#,
        r#"[{"Type":"Notification","TopicArn":"t","Message":"x"}]"#,
        r#"{"a":{"Type":"Notification","TopicArn":"t","Message":"x"}}"#,
    ] {
        check(&sqs(body), &[&format!("[0] message json /Records/0/body: {body}")]);
    }
    for (body, media) in [
        ("it's text", ""),
        ("{not json", ""),
        ("\u{feff}42", " json"),
        ("true story", ""),
        ("<order id='1'/>", " xml"),
        ("<3 you", ""),
    ] {
        let text = body.trim_start_matches('\u{feff}');
        check(&sqs(body), &[&format!("[0] message{media} /Records/0/body: {text}")]);
    }
    check(&sqs(""), &[]);
}
