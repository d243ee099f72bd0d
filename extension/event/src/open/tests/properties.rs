//! Any bytes at all, and structures that are nearly right.
use proptest::prelude::*;

use super::*;

/// Pieces that events are made of, put together at random.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(&WORDS[..]);
    prop::collection::vec(words, 0..80).prop_map(|words| words.concat().into_bytes())
}

/// JSON whose keys and texts are those of events.
fn events() -> impl Strategy<Value = serde_json::Value> {
    let text = prop::sample::select(&TEXTS[..]);
    let leaf = prop_oneof![
        text.prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    let key = prop::sample::select(&KEYS[..]);
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|members| {
                members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_opened(body in prop::collection::vec(any::<u8>(), 0..300)) {
        exercise(&body);
    }

    #[test]
    fn any_pieces_are_opened(body in pieces()) {
        exercise(&body);
    }

    #[test]
    fn events_of_any_shape_give_contents_that_keep_their_word(event in events()) {
        let json = serde_json::to_vec(&event).unwrap();
        exercise(&json);
        check_items(&classified(json.clone()));
        open(&classified(json), &Caps::default(), &mut |content| {
            if content.media == Media::Json {
                assert!(serde_json::from_slice::<serde::de::IgnoredAny>(content.bytes).is_ok());
            }
            assert!(content.media == Media::Binary || content.level <= 6);
        });
    }

    /// The same through strings, base64 and gzip.
    #[test]
    fn events_in_payloads_are_opened(event in events(), packed in any::<bool>()) {
        let inner = serde_json::to_vec(&event).unwrap();
        let data = base64(&if packed { gzip(&inner) } else { inner });
        let json = format!(r#"{{"Records":[{{"eventSource":"aws:kinesis","kinesis":{{"data":"{data}"}}}}]}}"#);
        let (_, bytes) = exercise(json.as_bytes());
        prop_assert!(bytes > 0);
    }
}

/// Pieces of events.
const WORDS: [&str; 42] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\\"",
    "\\u0022",
    "null",
    "true",
    "1",
    " ",
    "\"Records\"",
    "\"eventSource\"",
    "\"aws:sqs\"",
    "\"aws:kinesis\"",
    "\"body\"",
    "\"data\"",
    "\"kinesis\"",
    "\"Type\"",
    "\"TopicArn\"",
    "\"Message\"",
    "\"detail\"",
    "\"detail-type\"",
    "\"source\"",
    "\"dynamodb\"",
    "\"NewImage\"",
    "\"M\"",
    "\"L\"",
    "\"N\"",
    "\"awslogs\"",
    "\"requestContext\"",
    "\"headers\"",
    "\"cookie\"",
    "\"rawQueryString\"",
    "\"a=%4\"",
    "\"isBase64Encoded\"",
    "\"Zm9v\"",
    "\"H4sIAAAA\"",
    "\"eJwDAAAAAAE=\"",
];

/// Texts of events.
const TEXTS: [&str; 13] = [
    "aws:sqs",
    "aws:sns",
    "aws:s3",
    "aws:kinesis",
    "aws:kafka",
    "2.0",
    "Zm9v",
    "{}",
    "[1]",
    "a=b&c=%41",
    "text",
    "H4sIAAAAAAAAAwMAAAAAAAAAAAA=",
    "{\"detail\":{},\"source\":\"\",\"detail-type\":\"\"}",
];

/// Keys of events.
const KEYS: [&str; 46] = [
    "Records",
    "eventSource",
    "EventSource",
    "body",
    "Sns",
    "Message",
    "MessageAttributes",
    "messageAttributes",
    "Type",
    "Value",
    "kinesis",
    "data",
    "s3",
    "object",
    "key",
    "value",
    "records",
    "headers",
    "multiValueHeaders",
    "cookies",
    "rawPath",
    "path",
    "rawQueryString",
    "queryStringParameters",
    "requestContext",
    "http",
    "elb",
    "targetGroupArn",
    "version",
    "routeKey",
    "isBase64Encoded",
    "detail",
    "detail-type",
    "source",
    "dynamodb",
    "NewImage",
    "M",
    "L",
    "S",
    "N",
    "awslogs",
    "messages",
    "events",
    "event",
    "fullDocument",
    "$oid",
];
