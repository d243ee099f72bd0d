//! What rules, schedules and topics make of an event before the function gets it.
use serde_json::{Value, json};

use crate::support::{send_items, sent, world_of};

const HEAD: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: provided.al2023, Handler: orders, CodeUri: code } }
Resources:
";

/// The template with one function `F`, more of its properties, and other resources.
fn template(properties: &str, others: &str) -> String {
    let function = "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n";
    format!("{HEAD}{function}      MemorySize: 128\n{properties}{others}")
}

fn by_event(event: &str) -> String {
    template(&format!("      Events:\n        E: {event}\n"), "")
}

/// The events that the function gets of these items.
fn made(template: &str, items: &str) -> Vec<Value> {
    let world = world_of(template);
    let (code, said) = send_items(world.path(), "F", items, &["--record", "sent"]);
    assert_eq!(code, Some(0), "{said}");
    sent(world.path())
}

/// What is said of these items.
fn said(template: &str, items: &str) -> String {
    send_items(world_of(template).path(), "F", items, &[]).1
}

const PLACED: &str = r#"{"source":"example.orders","detail":{"id":7,"note":"say \"hi\""}}"#;

#[test]
fn a_rule_hands_over_a_constant_a_part_or_a_text_of_its_own() {
    let rule = |input: &str| {
        by_event(&format!(
            "{{ Type: EventBridgeRule, Properties: {{ Pattern: {{ source: [example.orders] }}, {input} }} }}"
        ))
    };
    let one = |input: &str| made(&rule(input), PLACED).remove(0);
    assert_eq!(one(r#"Input: '{"fixed": true}'"#), json!({ "fixed": true }));
    assert_eq!(one("InputPath: $.detail.id"), json!(7));
    let transformer = "InputTransformer: { InputPathsMap: { id: $.detail.id, note: $.detail.note }, \
                       InputTemplate: '{\"order\": <id>, \"says\": \"<note>!\", \"rule\": <aws.events.rule-name>}' }";
    assert_eq!(one(transformer), json!({ "order": 7, "says": "say \"hi\"!", "rule": "FE" }));
    // What does not match is not transformed, and what cannot be made is given up.
    let nothing = said(&rule("InputPath: $.detail.none"), &format!("{PLACED}\n{{}}\n"));
    assert!(
        nothing.contains("`items`, line 1: `InputPath` `$.detail.none` finds nothing"),
        "{nothing}"
    );
    assert!(nothing.contains("0 handled, 1 given up, 1 filtered out, 0 invocations"), "{nothing}");
}

#[test]
fn the_target_of_a_rule_says_it_too() {
    let others = r"
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: placed
      EventPattern: { source: [example.orders] }
      Targets:
        - { Id: other, Arn: !GetAtt Other.Arn, Input: '1' }
        - { Id: own, Arn: !GetAtt F.Arn, InputPath: $.detail }
  May:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref F, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn }
";
    let events = made(&template("", others), PLACED);
    assert_eq!(events, [json!({ "id": 7, "note": "say \"hi\"" })]);
}

#[test]
fn schedules_fire_at_the_times_of_the_items() {
    let times = "2026-03-01T12:00:00Z\n2026-03-02T12:00:00Z\n";
    let plain = made(
        &by_event("{ Type: Schedule, Properties: { Schedule: rate(1 day), Name: daily } }"),
        times,
    );
    assert_eq!(plain.len(), 2);
    assert_eq!((&plain[1]["source"], &plain[1]["detail"]), (&json!("aws.events"), &json!({})));
    assert_eq!(plain[1]["time"], "2026-03-02T12:00:00Z");
    assert_eq!(plain[0]["resources"][0], "arn:aws:events:eu-west-1:123456789012:rule/daily");
    let input =
        r#"{ Type: Schedule, Properties: { Schedule: rate(1 day), Input: '{"clean": "up"}' } }"#;
    assert_eq!(made(&by_event(input), times), [json!({ "clean": "up" }), json!({ "clean": "up" })]);

    let arn = "arn:aws:scheduler:eu-west-1:123456789012:schedule";
    let second = made(
        &by_event("{ Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day) } }"),
        times,
    );
    assert_eq!(
        (&second[0]["source"], &second[0]["detail"]),
        (&json!("aws.scheduler"), &json!("{}"))
    );
    assert_eq!(second[0]["resources"][0], format!("{arn}/default/FE"));
    let others = r#"
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      GroupName: orders
      ScheduleExpression: rate(1 day)
      FlexibleTimeWindow: { Mode: 'OFF' }
      Target:
        Arn: !GetAtt F.Arn
        RoleArn: arn:aws:iam::123456789012:role/scheduler
        Input: '{"due": "<aws.scheduler.scheduled-time>", "by": "<aws.scheduler.schedule-arn>"}'
"#;
    let due = json!({ "due": "2026-03-01T12:00:00Z", "by": format!("{arn}/orders/Nightly") });
    assert_eq!(made(&template("", others), times)[0], due);
    let wrong = said(&template("", others), "tomorrow\n");
    assert!(wrong.contains("`items`, line 1: a time in UTC is expected, such as 2026"), "{wrong}");
}

#[test]
fn a_queue_gets_the_messages_of_its_topic() {
    let items = "one\t{\"store\":\"north\",\"n\":1}\ntwo\t{\"store\":\"south\"}\n";
    let sam = "{ Type: SNS, Properties: { Topic: !Ref Orders, SqsSubscription: true, FilterPolicy: { store: [north] } } }";
    let events = made(&by_event(sam), items);
    assert_eq!(events.len(), 1, "{events:?}");
    let record = &events[0]["Records"][0];
    assert_eq!(record["eventSourceARN"], "arn:aws:sqs:eu-west-1:123456789012:FEQueue");
    let body: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
    assert_eq!((&body["Type"], &body["Message"]), (&json!("Notification"), &json!("one")));
    assert_eq!(body["MessageAttributes"]["n"], json!({ "Type": "Number", "Value": "1" }));

    let queue =
        "      Events:\n        Q: { Type: SQS, Properties: { Queue: !GetAtt Queue.Arn } }\n";
    let subscribed = |raw: bool| {
        let others = format!(
            "  Queue: {{ Type: AWS::SQS::Queue }}\n  Topic: {{ Type: AWS::SNS::Topic, Properties: {{ TopicName: orders }} }}\n  \
             Sub:\n    Type: AWS::SNS::Subscription\n    Properties: {{ Protocol: sqs, Endpoint: !GetAtt Queue.Arn, \
             TopicArn: !Ref Topic, RawMessageDelivery: {raw} }}\n"
        );
        let mut events = made(&template(queue, &others), items);
        events[0]["Records"][0].take()
    };
    let raw = subscribed(true);
    assert_eq!(
        (&raw["body"], &raw["messageAttributes"]["n"]["dataType"]),
        (&json!("one"), &json!("Number"))
    );
    assert_eq!(raw["messageAttributes"]["store"]["stringValue"], "north");
    let wrapped = subscribed(false);
    assert!(
        wrapped["body"]
            .as_str()
            .unwrap()
            .contains(r#""TopicArn":"arn:aws:sns:eu-west-1:123456789012:orders""#)
    );
    assert_eq!(wrapped["messageAttributes"], json!({}));
}

#[test]
fn attributes_reach_a_function_of_a_topic() {
    let sns = by_event("{ Type: SNS, Properties: { Topic: !Ref Orders } }");
    let events = made(&sns, "plain\nmany\t{\"kinds\":[\"a\",\"b\"]}\n");
    let told = |at: usize| &events[at]["Records"][0]["Sns"]["MessageAttributes"];
    assert_eq!(*told(0), json!({}));
    assert_eq!(*told(1), json!({ "kinds": { "Type": "String.Array", "Value": "[\"a\",\"b\"]" } }));
    let wrong = said(&sns, "x\t{\"a\":{}}\n");
    assert!(
        wrong.contains("line 1: the attribute `a` must be a text, a number, or a list"),
        "{wrong}"
    );
}

#[test]
fn inputs_and_subscriptions_that_are_wrong_are_named_with_their_place() {
    let rule =
        |input: &str| by_event(&format!("{{ Type: EventBridgeRule, Properties: {{ {input} }} }}"));
    let subscription = |more: &str| {
        let others = format!(
            "  Sub:\n    Type: AWS::SNS::Subscription\n    Properties: {{ Protocol: lambda, Endpoint: !GetAtt F.Arn, {more} }}\n"
        );
        template(
            "      Events:\n        E: { Type: SNS, Properties: { Topic: !Ref T } }\n",
            &others,
        )
    };
    for (template, place, part) in [
        (rule("Input: '{'"), "9:58", "`Input` must be JSON: EOF"),
        (rule("Input: { a: 1 }"), "9:58", "this must be a text"),
        (rule("InputPath: detail"), "9:62", "must begin with `$`, such as"),
        (rule("Input: '1', InputPath: $"), "9:74", "a target has one of `Input`, `InputPath`"),
        (rule("InputTransformer: { InputPathsMap: {} }"), "9:69", "needs an `InputTemplate`"),
        (rule("InputTransformer: { InputTemplate: '<no>' }"), "9:86", "`<no>` is no variable"),
        (
            subscription("RawMessageDelivery: true"),
            "12:82",
            "a topic delivers no raw messages to functions",
        ),
        (
            subscription("FilterPolicy: { a: { b: [1] } }"),
            "12:81",
            "needs `FilterPolicyScope: MessageBody`",
        ),
        (
            subscription("FilterPolicy: { a: [1] }, FilterPolicyScope: Body"),
            "12:107",
            "is `MessageAttributes` or",
        ),
    ] {
        let said = said(&template, "{}\n");
        assert!(
            said.contains(part) && said.contains(&format!("template.yaml:{place}: ")),
            "{said}"
        );
    }
}
