//! Every member of every table, broken in every way, in our own samples; and what no table says.
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::shape::{Member, Shape};
use super::*;
use crate::limits::Limits;
use crate::raw::{Invocation, RawEvent};
use crate::trigger::Trigger;

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");

fn classified(json: impl Into<Vec<u8>>) -> Classified {
    let raw = RawEvent::new(Invocation::default(), Bytes::from(json.into()));
    crate::classify(crate::decode(raw, &Limits::default()))
}

/// What is wrong with an event by a trigger's table, whatever it is classified as.
fn wrong(event: &Json, trigger: Trigger) -> Option<(String, String)> {
    let event = classified(event.to_string());
    let shape = tables::of(trigger)?;
    let noted = check::check(Value::root(event.decoded()), shape);
    let walked = check::check(Value::inside(event.raw().body()), shape);
    let [noted, walked] = [noted, walked].map(|wrong| wrong.map(|wrong| wrong.fault(ENVELOPE)));
    assert_eq!(noted, walked, "with the outline and without");
    noted.map(|fault| (fault.at, fault.detail))
}

fn samples(trigger: Trigger) -> Vec<Json> {
    let files = std::fs::read_dir(format!("{EVENTS}/{trigger}")).unwrap();
    let read = |file: std::io::Result<std::fs::DirEntry>| std::fs::read(file.unwrap().path());
    files.map(|file| serde_json::from_slice(&read(file).unwrap()).unwrap()).collect()
}

fn sample(path: &str) -> Json {
    serde_json::from_slice(&std::fs::read(format!("{EVENTS}/{path}.json")).unwrap()).unwrap()
}

/// One member of a sample that a table names, and where.
struct Place<'t> {
    pointer: String,
    member: &'t Member,
}

/// The places that a shape names in a value.
fn places<'t>(shape: &'t Shape, value: &Json, pointer: &str, found: &mut Vec<Place<'t>>) {
    match shape {
        Shape::Object(members) => {
            for member in *members {
                let Some(inner) = value.get(member.key).filter(|inner| !inner.is_null()) else {
                    continue;
                };
                let pointer = format!("{pointer}/{}", member.key);
                places(&member.shape, inner, &pointer, found);
                found.push(Place { pointer, member });
            }
        }
        Shape::List(each) => {
            for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                places(each, inner, &format!("{pointer}/{index}"), found);
            }
        }
        Shape::Map(each) => {
            for (key, inner) in value.as_object().into_iter().flatten() {
                // A pointer in which the key is written as a star leads nowhere in the sample.
                if !key.contains(['/', '~', ' ', ':']) {
                    places(each, inner, &format!("{pointer}/{key}"), found);
                }
            }
        }
        Shape::Either(shapes) => {
            let first = value.to_string().bytes().next().unwrap();
            if let Some(shape) = shapes.iter().find(|shape| shape.is_for(first)) {
                places(shape, value, pointer, found);
            }
        }
        Shape::Same(_, shape) => places(shape, value, pointer, found),
        Shape::Choice(key, tables) => {
            let word = value.get(key).and_then(Json::as_str).unwrap();
            let (_, shape) = tables.iter().find(|(known, _)| *known == word).unwrap();
            places(shape, value, pointer, found);
        }
        _ => {}
    }
}

/// Takes a member out, or puts another value in its place.
fn edited(event: &Json, pointer: &str, value: Option<Json>) -> Json {
    let mut event = event.clone();
    let (holder, key) = pointer.rsplit_once('/').unwrap();
    let holder = event.pointer_mut(holder).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => drop(holder.insert(key.to_owned(), value)),
        None => drop(holder.remove(key)),
    }
    event
}

/// Of a batch's records all have what must be the same in them, so that the first decides.
fn is_first(pointer: &str) -> bool {
    !pointer.split('/').any(|part| part.parse::<u32>().is_ok_and(|index| index > 0))
}

#[test]
fn every_member_of_every_table_is_looked_at() {
    let mut broken = 0;
    for trigger in Trigger::ALL {
        let Some(shape) = tables::of(trigger) else { continue };
        for event in samples(trigger) {
            assert_eq!(wrong(&event, trigger), None, "{trigger}");
            let mut found = Vec::new();
            places(shape, &event, "", &mut found);
            assert!(!found.is_empty(), "{trigger}");
            broken += found.len();
            for place in found.iter().filter(|place| is_first(&place.pointer)) {
                breaks(&event, trigger, place);
            }
        }
    }
    assert!(broken > 2000, "{broken} places");
}

fn breaks(event: &Json, trigger: Trigger, Place { pointer, member }: &Place<'_>) {
    let chooses = trigger == Trigger::Pipes && pointer.ends_with("/eventSource");
    let keyword = |value: Option<Json>| {
        let wrong = wrong(&edited(event, pointer, value), trigger);
        wrong.map(|(at, detail)| {
            assert_eq!(&at, pointer, "{trigger}");
            detail.split(':').next().unwrap().to_owned()
        })
    };
    let expected = |keyword: &'static str| Some(if chooses { "enum" } else { keyword }.to_owned());
    let missing = if member.needed { expected("required") } else { None };
    assert_eq!(keyword(None), missing, "{trigger} {pointer} taken out");
    if matches!(member.shape, Shape::Any) {
        return;
    }
    let null = if member.needed { expected("type") } else { None };
    assert_eq!(keyword(Some(Json::Null)), null, "{trigger} {pointer} null");
    for other in [json!(true), json!([true]), json!({"a": true}), json!(1), json!("")] {
        if !member.shape.is_for(other.to_string().bytes().next().unwrap()) {
            assert_eq!(keyword(Some(other)), expected("type"), "{trigger} {pointer}");
        }
    }
    match member.shape {
        Shape::Of(_) => {
            let strange = keyword(Some(json!("\u{0} strange ü")));
            assert_eq!(strange, expected("format"), "{trigger} {pointer}");
        }
        Shape::Word(_) => {
            assert_eq!(keyword(Some(json!("strange"))), expected("enum"), "{trigger} {pointer}");
        }
        _ => {}
    }
}

#[test]
fn records_of_one_batch_come_from_one_source() {
    let event = sample("sqs/ten-messages");
    let other = json!("arn:aws:sqs:eu-west-1:123456789012:other");
    let at = "/Records/9/eventSourceARN";
    let found = wrong(&edited(&event, at, Some(other)), Trigger::Sqs).unwrap();
    assert_eq!(found, (at.into(), "same: expected the value of the first record".into()));

    let at = "/Records/9/eventSource";
    let (place, detail) = wrong(&edited(&event, at, Some(json!("aws:s3"))), Trigger::Sqs).unwrap();
    assert_eq!((place.as_str(), detail.split(':').next()), (at, Some("enum")));

    let mut pipe = sample("pipes/sqs");
    let kinesis = sample("pipes/kinesis").get(0).unwrap().clone();
    pipe.as_array_mut().unwrap().push(kinesis);
    let (place, _) = wrong(&pipe, Trigger::Pipes).unwrap();
    assert_eq!(place, "/2/eventSourceARN");
}

#[test]
fn the_last_record_of_a_large_batch_is_looked_at() {
    let mut event = sample("sqs/one-message");
    let record = event.pointer("/Records/0").unwrap().clone();
    let records = event.pointer_mut("/Records").unwrap().as_array_mut().unwrap();
    // More than the outline can hold.
    records.resize(70_000, record);
    drop(records.last_mut().unwrap().as_object_mut().unwrap().remove("body"));
    let limits = Limits { event_bytes: u64::MAX, keys: u32::MAX, ..Limits::default() };
    let raw = RawEvent::new(Invocation::default(), event.to_string().into());
    let event = crate::classify(crate::decode(raw, &limits));
    let faults = event.envelope_faults();
    let fault = faults.first().unwrap();
    let said = (fault.at.as_str(), fault.detail.as_str());
    assert_eq!(said, ("/Records/69999/body", "required: expected a string"));
}

#[test]
fn unknown_members_escapes_and_blanks_are_fine() {
    for trigger in Trigger::ALL {
        for event in samples(trigger) {
            let mut more = event.clone();
            if let Some(root) = more.as_object_mut() {
                root.insert("addedLater".into(), json!({"a": [1, {"b": null}], "\"": "\\"}));
            }
            assert_eq!(wrong(&more, trigger), None, "{trigger}");
            let pretty = serde_json::to_string_pretty(&event).unwrap().replace('\n', "\r\n\t");
            assert_eq!(classified(pretty).envelope_faults(), [], "{trigger}");
            // The same texts, each with an escape.
            let escaped = event.to_string().replace("arn:", "\\u0061rn:").replace('=', "\\u003d");
            assert_eq!(classified(escaped).envelope_faults(), [], "{trigger}");
        }
    }
    let keys = sample("sqs/fifo").to_string().replace("\"body\"", "\"b\\u006fdy\"");
    assert_eq!(classified(keys).envelope_faults(), []);
}

#[test]
fn keys_of_maps_are_written_only_if_they_look_like_names() {
    let event =
        sample("msk/two-partitions").to_string().replace("\"offset\":7", "\"offset\":\"7\"");
    let at = |json: &str| classified(json).envelope_faults().first().unwrap().at.clone();
    assert_eq!(at(&event), "/records/orders-1/0/offset");
    let event = event.replace("orders-1\":", "4111 1111 1111 1111\":");
    assert_eq!(at(&event), "/records/*/0/offset");
}

#[test]
fn details_never_hold_a_value() {
    let event = sample("sns/text");
    let secret = edited(&event, "/Records/0/Sns/TopicArn", Some(json!("4111 1111 1111 1111")));
    let (at, detail) = wrong(&secret, Trigger::Sns).unwrap();
    assert_eq!(at, "/Records/0/Sns/TopicArn");
    assert_eq!(detail, "format: expected an ARN");
}

#[test]
fn direct_events_have_no_envelope() {
    for json in ["{}", "[]", "null", "\"x\"", "{\"Records\":[]}", "{", ""] {
        assert_eq!(classified(json).envelope_faults(), [], "{json}");
    }
}

/// Words and keys by which triggers are told.
const WORDS: &str = "aws:sqs aws:sns aws:s3 aws:kinesis aws:dynamodb aws:kafka aws:rmq 2.0 1.0 TOKEN \
    SelfManagedKafka REQUEST CONNECT Invoke SyncTrigger H4sI ContactFlowEvent \u{7f}é \
    arn:aws:sqs:eu-west-1:123456789012:a";
const KEYS: &str = "Records eventSource EventSource eventSourceARN requestContext elb version http \
    targetGroupArn serviceArn connectionId routeKey rawPath rawQueryString detail-type source \
    detail resources records recordId data invocationId type methodArn routeArn Sns awslogs \
    authorizationToken window cf config kinesis attributes messageAttributes tasks alarmData \
    triggerSource userPoolId callerContext RequestType StackId LogicalResourceId CodePipeline.job \
    Step SecretId ClientRequestToken bot sessionState currentIntent Details Name actionGroup \
    agent info arguments operation payload protocolData StateMachine Execution a";

/// JSON made of them.
fn likely() -> impl Strategy<Value = Json> {
    let one_of = |words: &'static str| prop::sample::select(words.split(' ').collect::<Vec<_>>());
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        one_of(WORDS).prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        let members = prop::collection::hash_map(one_of(KEYS), inner.clone(), 0..8);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Json::from),
            members.prop_map(|all| all.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn likely_events_never_panic_and_give_one_fault_at_most(event in likely()) {
        let event = classified(event.to_string());
        prop_assert!(event.envelope_faults().len() <= 1);
        for trigger in Trigger::ALL {
            if let Some(shape) = tables::of(trigger) {
                let noted = check::check(Value::root(event.decoded()), shape);
                let walked = check::check(Value::inside(event.raw().body()), shape);
                prop_assert_eq!(noted.is_some(), walked.is_some(), "{}", trigger);
            }
        }
    }

    #[test]
    fn damaged_samples_never_panic(
        trigger in prop::sample::select(Trigger::ALL.to_vec()),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        for event in samples(trigger) {
            let mut json = event.to_string().into_bytes();
            let at = at.index(json.len());
            *json.get_mut(at).unwrap() = byte;
            prop_assert!(classified(json).envelope_faults().len() <= 1);
        }
    }
}
