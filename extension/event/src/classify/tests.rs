//! Every fixture by what is read out of it, and shapes that only look like one.
use bytes::Bytes;

use super::*;
use crate::limits::Limits;
use crate::raw::Invocation;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

fn classified(json: impl Into<Vec<u8>>) -> Classified {
    let raw = RawEvent::new(Invocation::default(), Bytes::from(json.into()));
    classify(crate::decode(raw, &Limits::default()))
}

fn fixture(path: &str) -> Classified {
    classified(std::fs::read(format!("{FIXTURES}/{path}")).unwrap())
}

/// What was read, on one line: ARN, account, region; caller; items; route.
fn line(event: &Classified) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let (source, caller, items) =
        (&event.assertions().source, &event.assertions().caller, event.assertions().items);
    let mut parts = vec![
        or_dash(&source.arn),
        or_dash(&source.account),
        or_dash(&source.region),
        caller.kind.to_owned(),
        or_dash(&caller.id),
        or_dash(&caller.source_ip),
        format!("{}{}", items.total, if items.fifo { " fifo" } else { "" }),
    ];
    if let Some(route) = &event.assertions().route {
        let key = or_dash(&route.route_key);
        let lists = if route.multi_value_headers { " lists" } else { "" };
        parts.push(format!("{} {} ({key}){lists}", or_dash(&route.method), or_dash(&route.path)));
    }
    parts.join(" | ")
}

#[test]
fn sources_callers_items_and_routes() {
    const API: &str = "arn:aws:execute-api:eu-west-1:123456789012";
    for (path, expected) in [
        ("api-gateway-v1/post-order", format!("{API}:a1b2c3d4e5/prod | 123456789012 | eu-west-1 | anonymous | - | 198.51.100.7 | 1 | POST /orders (/orders) lists")),
        ("api-gateway-v1/iam-caller", format!("{API}:a1b2c3d4e5/prod | 123456789012 | eu-west-1 | iam | arn:aws:sts::123456789012:assumed-role/orders-reader/session | 198.51.100.7 | 1 | GET /orders/42 (/orders/{{id}}) lists")),
        ("api-gateway-v1/custom-domain-binary", "- | 123456789012 | - | jwt | 8a1f0c52-5f0e-4b57-9f4b-7f1f0a1e2d3c | 198.51.100.7 | 1 | PUT /files/report.bin (/{proxy+}) lists".into()),
        ("api-gateway-v2/post-order", format!("{API}:f6g7h8i9j0/$default | 123456789012 | eu-west-1 | anonymous | - | 203.0.113.9 | 1 | POST /orders (POST /orders)")),
        ("api-gateway-v2/jwt-caller", format!("{API}:f6g7h8i9j0/$default | 123456789012 | eu-west-1 | jwt | user-4711 | 203.0.113.9 | 1 | GET /orders/42 (GET /orders/{{id}})")),
        ("api-gateway-v2/client-certificate", "- | 123456789012 | - | certificate | CN=partner.example.com | 203.0.113.9 | 1 | POST /partner/orders (POST /partner/orders)".into()),
        ("function-url/anonymous-get", "- | - | eu-central-1 | anonymous | - | 203.0.113.9 | 1 | GET / ($default)".into()),
        ("function-url/iam-caller", "- | 123456789012 | eu-central-1 | iam | arn:aws:iam::123456789012:user/example | 203.0.113.9 | 1 | POST /jobs ($default)".into()),
        ("alb/get", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/orders/0123456789abcdef | 123456789012 | eu-west-1 | anonymous | - | 198.51.100.20 | 1 | GET /search (-)".into()),
        ("alb/post-multi-value", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/orders/0123456789abcdef | 123456789012 | eu-west-1 | anonymous | - | 198.51.100.20 | 1 | POST /orders (-) lists".into()),
        ("sqs/ten-messages", "arn:aws:sqs:eu-west-1:123456789012:orders | 123456789012 | eu-west-1 | sender | AIDAEXAMPLEID | - | 10".into()),
        ("sqs/fifo", "arn:aws:sqs:eu-west-1:123456789012:orders.fifo | 123456789012 | eu-west-1 | sender | AIDAEXAMPLEID | - | 3 fifo".into()),
        ("sns/alarm", "arn:aws:sns:eu-west-1:123456789012:alerts | 123456789012 | eu-west-1 | service | sns.amazonaws.com | - | 1".into()),
        ("s3/object-created", "arn:aws:s3:::uploads-example | - | eu-west-1 | principal | AWS:AROAEXAMPLEID:uploader | 203.0.113.15 | 1".into()),
        ("eventbridge/scheduled-rule", "arn:aws:events:eu-west-1:123456789012:rule/nightly | 123456789012 | eu-west-1 | service | aws.events | - | 1".into()),
        ("eventbridge/s3-object-created", "arn:aws:s3:::uploads-example | 123456789012 | eu-west-1 | principal | 123456789012 | 203.0.113.15 | 1".into()),
        ("websocket/connect", format!("{API}:w1x2y3z4a5/prod | 123456789012 | eu-west-1 | anonymous | - | 203.0.113.9 | 1 | - - ($connect)")),
        ("lattice-v2/anonymous", "arn:aws:vpc-lattice:eu-west-1:123456789012:service/svc-0a40eebed65f8d69c | 123456789012 | eu-west-1 | anonymous | - | 10.0.2.100 | 1 | GET /orders (-)".into()),
        ("authorizer-request/rest-api", format!("{API}:a1b2c3d4e5/prod | 123456789012 | eu-west-1 | unknown | - | 198.51.100.7 | 1 | GET /orders/42 (/orders/{{id}})")),
        ("authorizer-request-v2/bearer", format!("{API}:f6g7h8i9j0/$default | 123456789012 | eu-west-1 | unknown | - | 203.0.113.9 | 1 | GET /orders/42 (GET /orders/{{id}})")),
        ("bedrock-agent/api-path", "- | - | - | session | 1234567890-session | - | 1 | GET /orders/{id} (-)".into()),
        ("direct/object", "- | - | - | unknown | - | - | 1".into()),
    ] {
        assert_eq!(line(&fixture(&format!("events/{path}.json"))), expected, "{path}");
    }
}

#[test]
fn message_ids_of_a_queue() {
    let ids = fixture("events/sqs/fifo.json").message_ids().unwrap();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids.first().unwrap(), "059f36b4-87a3-44ab-83d2-661975970001");
    assert_eq!(fixture("events/sns/text.json").message_ids(), None);
    let without = r#"{"Records":[{"eventSource":"aws:sqs","messageId":"a"},{"messageId":7}]}"#;
    assert_eq!(classified(without).message_ids(), None);
}

#[test]
fn shapes_that_only_look_like_one_are_direct() {
    for json in [
        r#"{"Records":{"0":{"eventSource":"aws:sqs"}}}"#,
        r#"{"Records":[]}"#,
        r#"{"Records":["aws:sqs"]}"#,
        r#"{"Records":[{"eventSource":"aws:example"}]}"#,
        r#"{"Records":[],"window":{},"eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:a"}"#,
        r#"{"Records":[{"EventSource":"aws:sqs"}]}"#,
        r#"{"eventSource":"aws:example","requestContext":{"elb":{"targetGroupArn":"arn:x"}}}"#,
        r#"{"eventSource":"aws:sqs","messageId":"a"}"#,
        r#"{"requestContext":{"elb":{"targetGroupArn":7}}}"#,
        r#"{"detail-type":"x","source":7}"#,
        r#"{"detail-type":["x"],"source":"y"}"#,
        r#"{"version":"1.0","routeKey":"","rawPath":"","rawQueryString":"","requestContext":{"http":{}}}"#,
        r#"{"version":"2.0","routeKey":"","rawPath":"","rawQueryString":"","requestContext":{"http":1}}"#,
        r#"{"resource":"/","httpMethod":"GET","requestContext":{"apiId":"a","stage":"b","identity":{},"connectionId":"c"}}"#,
        r#"{"type":"OTHER","methodArn":"arn:x","resource":"/","httpMethod":"GET","requestContext":{"apiId":"a","stage":"b","identity":{}}}"#,
        r#"{"type":"REQUEST","routeArn":"arn:x","version":"1.0"}"#,
        r#"{"version":"2.0","requestContext":{"serviceArn":"arn:x"},"path":"/"}"#,
        r#"{"raw_path":"/","method":"GET"}"#,
        r#"{"source":"aws.cloudwatch","alarmData":{}}"#,
        r#"{"awslogs":"x"}"#,
        r#"{"records":[{"recordId":"a","data":"b"}]}"#,
        r#"{"tasks":[{}],"invocationId":"a"}"#,
        r#"{"userRequest":{},"configuration":{}}"#,
        r#"{"triggerSource":"x","userPoolId":"y"}"#,
        r#"{"LogicalResourceId":"a","RequestType":"Create"}"#,
        r#"{"Details":{"ContactData":{}},"Name":"other"}"#,
        r#"{"Step":"createSecret","SecretId":"a"}"#,
        r#"{"operation":"Invoke","payload":1,"version":"1"}"#,
        r#"{"StateMachine":{"Id":"a"},"Execution":{"Id":"arn:aws:sqs:x"}}"#,
        r#"{"request":{"type":"IntentRequest"},"version":"1.0"}"#,
        r#"{"DurableExecutionArn":"arn:x","Records":[{"eventSource":"aws:sqs"}]}"#,
        r#"[{"eventSource":"aws:sns"}]"#,
        r#"[[{"eventSource":"aws:sqs"}]]"#,
        "[]",
        r#""Records""#,
    ] {
        assert_eq!(classified(json).trigger(), Trigger::Direct, "{json}");
    }
}

#[test]
fn the_first_record_decides_and_the_last_of_two_equal_keys() {
    let mixed = r#"{"Records":[{"eventSource":"aws:s3"},{"eventSource":"aws:sqs"}]}"#;
    assert_eq!(classified(mixed).trigger(), Trigger::S3);
    let twice = r#"{"Records":[{"eventSource":"aws:s3"}],"Records":[{"eventSource":"aws:sqs"}]}"#;
    assert_eq!(classified(twice).trigger(), Trigger::Sqs);
    let escaped = r#"{"\u0052ecords":[{"event\u0053ource":"aws:\u0073qs"}]}"#;
    assert_eq!(classified(escaped).trigger(), Trigger::Sqs);
}

#[test]
fn a_claim_that_is_not_whole_is_still_a_claim() {
    for (json, trigger) in [
        (r#"{"Records":[{"eventSource":"aws:kinesis"}]}"#, Trigger::Kinesis),
        (r#"{"Records":[{"cf":{"config":7}}]}"#, Trigger::CloudFront),
        (r#"{"eventSource":"aws:kafka","requestContext":{}}"#, Trigger::Msk),
        (r#"[{"eventSource":"aws:sqs"}]"#, Trigger::Pipes),
        (r#"{"awslogs":{"data":7}}"#, Trigger::CloudWatchLogs),
        (r#"{"type":"TOKEN","methodArn":"x","authorizationToken":7}"#, Trigger::AuthorizerToken),
        (r#"{"CodePipeline.job":{}}"#, Trigger::CodePipeline),
    ] {
        let event = classified(json);
        assert_eq!(event.trigger(), trigger, "{json}");
        assert_eq!(event.envelope_faults().len(), 1, "{json}");
    }
}

#[test]
fn attempts_are_counted_from_1_and_absurd_ones_are_none() {
    let attempt = |count: &str| {
        let attributes = format!(r#"{{"ApproximateReceiveCount":{count}}}"#);
        let record = format!(r#"{{"eventSource":"aws:sqs","attributes":{attributes}}}"#);
        classified(format!(r#"{{"Records":[{record}]}}"#)).assertions().attempt
    };
    assert_eq!((attempt("\"3\""), attempt("3")), (Some(3), Some(3)));
    for absurd in ["\"0\"", "\"-1\"", "\"\"", "1.5", "\"99999999999\"", "[]", "null"] {
        assert_eq!(attempt(absurd), None, "{absurd}");
    }
}

#[test]
fn secrets_are_not_taken() {
    for trigger in Trigger::ALL {
        for file in std::fs::read_dir(format!("{FIXTURES}/events/{trigger}")).unwrap() {
            let event = std::fs::read(file.unwrap().path()).unwrap();
            let said = format!("{:?}", classified(event).assertions());
            assert!(!said.contains("ExampleSecret"), "{trigger}: {said}");
        }
    }
}

#[test]
fn helpers_say_what_their_names_say() {
    for trigger in Trigger::ALL {
        assert_eq!(trigger.as_str().parse(), Ok(trigger));
        assert!(!trigger.can_stream() || trigger.is_http(), "{trigger}");
        assert!(!trigger.is_polled() || trigger.is_batch(), "{trigger}");
        assert!(!trigger.is_stream() || trigger.is_polled(), "{trigger}");
        assert!(!(trigger.is_async() && (trigger.is_http() || trigger.is_polled())), "{trigger}");
        assert!(!(trigger.is_authorizer() && trigger.is_http()), "{trigger}");
    }
    assert!("".parse::<Trigger>().is_err());
}

/// What a trigger's events name is what policies may ask for.
#[test]
fn no_event_names_what_its_trigger_does_not() {
    for trigger in Trigger::ALL {
        let mut stated = [false; 3];
        for file in std::fs::read_dir(format!("{FIXTURES}/events/{trigger}")).unwrap() {
            let event = classified(std::fs::read(file.unwrap().path()).unwrap());
            let source = &event.assertions().source;
            let names = [source.arn.is_some(), source.account.is_some(), source.region.is_some()];
            stated.iter_mut().zip(names).for_each(|(any, this)| *any |= this);
        }
        let can = [trigger.names_arn(), trigger.names_account(), trigger.names_region()];
        assert_eq!(stated, can, "{trigger}: ARN, account, region");
    }
}

#[test]
fn the_client_cannot_choose_its_address_behind_a_load_balancer() {
    let forged = "192.0.2.66, ".repeat(1000);
    let json = format!(
        r#"{{"requestContext":{{"elb":{{"targetGroupArn":"arn:x"}}}},
            "headers":{{"x-forwarded-for":"{forged}198.51.100.20"}}}}"#
    );
    assert_eq!(classified(json).assertions().caller.source_ip.as_deref(), Some("198.51.100.20"));
}

#[test]
fn long_texts_are_cut_on_a_character_and_marked() {
    let path = "é".repeat(1000);
    let json =
        format!(r#"{{"requestContext":{{"elb":{{"targetGroupArn":"arn:x"}}}},"path":"{path}"}}"#);
    let event = classified(json);
    let cut = event.assertions().route.as_ref().and_then(|route| route.path.clone()).unwrap();
    assert_eq!(cut, format!("{}…", "é".repeat(254)));
}

#[test]
fn a_cognito_identity_makes_a_direct_caller_known() {
    let invocation = Invocation { cognito_identity: Some("{}".into()), ..Invocation::default() };
    let raw = RawEvent::new(invocation, Bytes::from_static(b"1"));
    assert_eq!(
        classify(crate::decode(raw, &Limits::default())).assertions().caller.kind,
        "cognito"
    );
}
