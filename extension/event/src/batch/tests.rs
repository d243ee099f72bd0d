//! Items of every batch trigger, and events without some of them.
#![expect(clippy::string_slice, reason = "test code")]
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::{Invocation, Limits, RawEvent, classify, decode};

fn classified(json: impl Into<Vec<u8>>) -> Classified {
    let raw = RawEvent::new(Invocation::default(), Bytes::from(json.into()));
    classify(decode(raw, &Limits::default()))
}

/// Each item as `pointer id group`.
fn shown(json: &str) -> Vec<String> {
    let items = classified(json).batch();
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let shown = |(i, item): (usize, &Item)| {
        assert_eq!(item.index as usize, i);
        let bytes = json.get(item.span.clone()).unwrap();
        assert!(serde_json::from_str::<Json>(bytes).unwrap().is_object());
        format!("{} {} {}", item.pointer, dash(&item.id), dash(&item.group))
    };
    items.iter().enumerate().map(shown).collect()
}

fn without(json: &str, refused: &[u32]) -> Option<String> {
    classified(json).without(refused).map(|bytes| String::from_utf8(bytes).unwrap())
}

const KAFKA: &str = r#"{"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:eu-west-1:123456789012:cluster/c/1","bootstrapServers":"b","records":{"t-0":[{"topic":"t","offset":15,"v":1} , {"offset":16}],"t-1":[ {"offset":7} ],"odd name-0":[{}]}}"#;

#[test]
fn items_of_each_service() {
    for (json, expected) in [
        (
            r#"{"Records":[{"messageId":"m-1","eventSource":"aws:sqs","attributes":{"MessageGroupId":"g"}}, {"messageId":"m\u002d2"}]}"#,
            vec!["/Records/0 m-1 g", "/Records/1 m-2 -"],
        ),
        (
            r#"{"Records":[{"eventSource":"aws:kinesis","eventID":"shardId-7:49","kinesis":{"sequenceNumber":"49","data":"","partitionKey":"p"}}]}"#,
            vec!["/Records/0 49 shardId-7"],
        ),
        (
            r#"{"Records":[{"eventSource":"aws:dynamodb","eventID":"c4ca","dynamodb":{"SequenceNumber":"111"}}]}"#,
            vec!["/Records/0 111 -"],
        ),
        (
            KAFKA,
            vec![
                "/records/t-0/0 15 t-0",
                "/records/t-0/1 16 t-0",
                "/records/t-1/0 7 t-1",
                "/records/*/0 - odd name-0",
            ],
        ),
        (r#"{"detail-type":"a","source":"b","detail":{}}"#, vec![]),
        (r#"{"Records":"#, vec![]),
        ("7", vec![]),
    ] {
        assert_eq!(shown(json), expected, "{json}");
    }
}

#[test]
fn items_are_cut_out_and_nothing_else() {
    let json = r#" {"a":1, "Records" : [ {"eventSource":"aws:sqs","messageId":"0"} ,{"b":"]"}
        , {"c":[1,2]}],"z":[] } "#;
    let first = r#"{"eventSource":"aws:sqs","messageId":"0"}"#;
    let parts = (r#" {"a":1, "Records" : [ "#, r#"],"z":[] } "#);
    for (refused, kept) in [
        (&[][..], format!("{first} ,{{\"b\":\"]\"}}\n        , {{\"c\":[1,2]}}")),
        (&[0], "{\"b\":\"]\"}\n        , {\"c\":[1,2]}".to_owned()),
        (&[1], format!("{first} ,{{\"c\":[1,2]}}")),
        (&[2], format!("{first} ,{{\"b\":\"]\"}}")),
        (&[0, 1], "{\"c\":[1,2]}".to_owned()),
        (&[2, 1, 2], first.to_owned()),
        (&[2, 0], "{\"b\":\"]\"}".to_owned()),
        (&[0, 1, 2], String::new()),
    ] {
        assert_eq!(without(json, refused), Some([parts.0, &kept, parts.1].concat()), "{refused:?}");
    }
    assert_eq!(without(json, &[3]), None);
    assert_eq!(without("{}", &[]), None);
}

#[test]
fn the_list_of_a_partition_may_come_to_be_empty() {
    let kept = |list: &str, other: &str| {
        let records = KAFKA.find("\"records\"").unwrap();
        format!(
            "{}\"records\":{{\"t-0\":[{list}],\"t-1\":[{other}],\"odd name-0\":[{{}}]}}}}",
            &KAFKA[..records]
        )
    };
    assert_eq!(without(KAFKA, &[0]), Some(kept(r#"{"offset":16}"#, r#" {"offset":7} "#)));
    assert_eq!(without(KAFKA, &[0, 1]), Some(kept("", r#" {"offset":7} "#)));
    assert_eq!(without(KAFKA, &[1, 2]), Some(kept(r#"{"topic":"t","offset":15,"v":1}"#, "  ")));
}

#[test]
fn both_of_two_equal_keys_hold_items() {
    let json = r#"{"Records":[{"eventSource":"aws:sqs"}],"\u0052ecords":[{"eventSource":"aws:sqs","messageId":"b"}]}"#;
    assert_eq!(shown(json), ["/Records/0 - -", "/Records/0 b -"]);
    assert_eq!(without(json, &[0, 1]).unwrap(), r#"{"Records":[],"\u0052ecords":[]}"#);
}

#[test]
fn a_place_lies_in_its_item() {
    let items = classified(KAFKA).batch();
    let (first, second) = (items.first().unwrap(), items.get(1).unwrap());
    assert!(first.holds("/records/t-0/0/value") && first.holds("/records/t-0/0"));
    assert!(!first.holds("/records/t-0/01") && !second.holds("/records/t-0/0/value"));
}

/// Values between blanks, with brackets, quotes and commas in their texts.
fn records() -> impl Strategy<Value = Vec<(String, String)>> {
    let text = prop::sample::select(vec!["", "x", ",", "]", "}{", "\\\"", "\\\\", "é\\n"]);
    let blank = prop::sample::select(vec!["", " ", "\n\t"]);
    let record = (prop::collection::vec(text, 0..4), blank).prop_map(|(texts, blank)| {
        let members: Vec<_> =
            texts.iter().enumerate().map(|(i, t)| format!("\"{i}\":[\"{t}\"]")).collect();
        (format!("{{{}}}", members.join(",")), blank.to_owned())
    });
    prop::collection::vec(record, 1..12)
}

proptest! {
    /// What is left is JSON, its items are exactly the others, and all around is as it was.
    #[test]
    fn the_rest_stays(records in records(), picks in prop::collection::vec(any::<bool>(), 12), lists in any::<bool>()) {
        let first = if lists { "" } else { "{\"eventSource\":\"aws:sqs\"}," };
        let written: Vec<_> =
            records.iter().map(|(record, blank)| format!("{blank}{record}{blank}")).collect();
        let list = written.join(",");
        let (before, after) = if lists {
            ("{\"eventSource\":\"SelfManagedKafka\",\"bootstrapServers\":\"b:9092\",\"records\":{\"a-0\":[{\"topic\":\"a\"}],\"b-1\":[", "],\"c-2\":[]}, \"x\" : 1 }")
        } else {
            ("{ \"Records\":[", "] ,\"x\" : [ ] }")
        };
        let json = format!("{before}{first}{list}{after}");
        let event = classified(json.clone());
        let items = event.batch();
        prop_assert_eq!(items.len(), records.len() + 1);
        let refused: Vec<u32> = items.iter().map(|item| item.index)
            .filter(|index| *picks.get(*index as usize).unwrap_or(&false)).collect();
        let kept = String::from_utf8(event.without(&refused).unwrap()).unwrap();
        prop_assert!(serde_json::from_str::<Json>(&kept).is_ok(), "{}", kept);
        prop_assert!(kept.ends_with(after));
        let expected: Vec<_> = items.iter().filter(|item| !refused.contains(&item.index))
            .map(|item| &json[item.span.clone()]).collect();
        if expected.len() == items.len() {
            prop_assert_eq!(&kept, &json);
        }
        // An event that keeps a record is of the same trigger if its first one is.
        if !refused.contains(&0) {
            prop_assert!(kept.starts_with(before));
            let again = classified(kept.clone());
            let found: Vec<_> =
                again.batch().into_iter().map(|item| kept[item.span].to_owned()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
