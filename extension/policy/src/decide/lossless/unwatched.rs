//! Sources that Lambda queues for: SNS, S3, EventBridge and direct asynchronous calls ("How
//! Lambda handles errors and retries with asynchronous invocation"): a function error is tried
//! twice more, then the event goes to the dead-letter queue.
use super::*;

const RETRIES: u32 = 2;

fn event(trigger: &str, contents: &[String]) -> Value {
    match trigger {
        "sns" => {
            let record = |text: &String| {
                json!({
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "EventSubscriptionArn":
                        "arn:aws:sns:eu-west-1:123456789012:orders:21be56ed-a058-49f5-8c98-aedd2564c486",
                    "Sns": {
                        "Type": "Notification",
                        "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
                        "Subject": null,
                        "Message": text,
                        "Timestamp": "2019-01-02T12:45:07.000Z",
                        "MessageAttributes": {},
                    },
                })
            };
            json!({ "Records": contents.iter().map(record).collect::<Vec<_>>() })
        }
        "s3" => {
            let record = |text: &String| {
                json!({
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": "eu-west-1",
                    "eventTime": "2019-09-03T19:37:27.192Z",
                    "eventName": "ObjectCreated:Put",
                    "userIdentity": { "principalId": "AWS:AIDAINPONIXQXHT3IKHL2" },
                    "requestParameters": { "sourceIPAddress": "205.255.255.255" },
                    "s3": {
                        "s3SchemaVersion": "1.0",
                        "configurationId": "828aa6fc-f7b5-4305-8584-487c791949c1",
                        "bucket": {
                            "name": "uploads",
                            "ownerIdentity": { "principalId": "A3I5XTEXAMAI3E" },
                            "arn": "arn:aws:s3:::uploads",
                        },
                        "object": { "key": text, "size": 1024, "sequencer": "0C0F6F405D6ED209E1" },
                    },
                })
            };
            json!({ "Records": contents.iter().map(record).collect::<Vec<_>>() })
        }
        "eventbridge" => json!({
            "version": "0",
            "id": "fe8d3c65-xmpl-c5c3-2c87-81584709a377",
            "detail-type": "Order",
            "source": "example.orders",
            "account": "123456789012",
            "time": "2020-04-28T07:20:20Z",
            "region": "eu-west-1",
            "resources": [],
            "detail": { "text": contents[0] },
        }),
        _ => json!({ "text": contents[0] }),
    }
}

fn read(event: &Value) -> Vec<String> {
    let at = ["/Sns/Message", "/s3/object/key"];
    let record =
        |record: &Value| at.iter().find_map(|at| record.pointer(at)?.as_str()).map(str::to_owned);
    let records: Vec<_> =
        event["Records"].as_array().into_iter().flatten().filter_map(record).collect();
    let text = event["text"].as_str().or(event["detail"]["text"].as_str()).map(str::to_owned);
    records.into_iter().chain(text).collect()
}

#[test]
fn an_asynchronous_event_is_handled_stored_or_dead() {
    let (mut dead, mut stored) = (0, 0);
    for trigger in ["sns", "s3", "eventbridge", "direct"] {
        for on_refuse in [OnRefuse::Fail, OnRefuse::Quarantine] {
            for seed in 1..60 {
                let mut world = World::new(trigger, on_refuse, Style::Raises, seed);
                world.store_fails = if seed % 3 == 0 { 60 } else { 0 };
                let count = if seed % 2 == 0 { 1 } else { 3 };
                let contents: Vec<_> =
                    (0..count).map(|index| world.item(&format!("item-{index}"))).collect();
                let event = event(trigger, &contents);
                let sent = read(&event);
                let done =
                    (0..=RETRIES).any(|_| world.invoke(&event, read, |_, _| Value::Null).is_ok());
                if done {
                    for text in &sent {
                        world.forget(text);
                    }
                } else {
                    dead += 1;
                }
                stored += world.stored.len();
                let refused = sent.iter().any(|text| text.contains(POISON));
                assert!(!done || !refused || on_refuse == OnRefuse::Quarantine, "{contents:?}");
            }
        }
    }
    assert!(dead > 50 && stored > 50, "{dead} {stored}");
}
