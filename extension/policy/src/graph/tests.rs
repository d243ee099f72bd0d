//! Who is told from whom.
use tollgate_event::{Assertions, Invocation, Limits, RawEvent, classify, decode};

use super::*;

/// The edge where the event's word counts.
fn edge(callers: &Callers, event: &Assertions, signed_by: Option<&str>) -> Edge {
    callers.edge(event.trigger, &Peer::of(event), signed_by, true)
}

fn event(json: &serde_json::Value) -> Assertions {
    let raw = RawEvent::new(Invocation::default(), json.to_string().into());
    classify(decode(raw, &Limits::default())).assertions().clone()
}

fn url(caller: &str) -> Assertions {
    event(&serde_json::json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "",
        "headers": {}, "isBase64Encoded": false,
        "requestContext": {
            "accountId": "123456789012", "apiId": "a", "domainName": "a.lambda-url.eu-west-1.on.aws",
            "domainPrefix": "a", "http": { "method": "GET", "path": "/", "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1", "userAgent": "a" }, "requestId": "r", "routeKey": "$default",
            "stage": "$default", "time": "12/Mar/2026:19:03:58 +0000", "timeEpoch": 1_773_342_238_000_u64,
            "authorizer": { "iam": { "accessKey": "A", "accountId": "123456789012", "callerId": "c",
            "cognitoIdentity": null, "principalOrgId": "o", "userArn": caller, "userId": "u" } },
        },
    }))
}

fn patterns(all: &[&str]) -> Vec<Pattern> {
    all.iter().map(|text| Pattern::new(*text)).collect()
}

#[test]
fn a_function_is_known_by_its_session_and_a_role_by_its_arn() {
    let session = url("arn:aws-cn:sts::123456789012:assumed-role/path/orders-role/checkout");
    let peer = Peer::of(&session);
    assert_eq!(peer.role.as_deref(), Some("arn:aws-cn:iam::123456789012:role/path/orders-role"));
    assert_eq!(peer.function.as_deref(), Some("checkout"));
    for (functions, roles, expected) in [
        (&["checkout"][..], &[][..], Edge::Known),
        (&["check*"], &[], Edge::Known),
        (&[], &["arn:aws-cn:iam::*:role/path/orders-role"], Edge::Known),
        (&["basket"], &["arn:aws:iam::*:role/path/orders-role"], Edge::Unknown),
        (&[], &[], Edge::Unknown),
    ] {
        let (functions, roles) = (patterns(functions), patterns(roles));
        let callers = Callers { functions, roles, ..Callers::default() };
        assert_eq!(edge(&callers, &session, None), expected, "{callers:?}");
    }
}

#[test]
fn what_is_signed_takes_the_place_of_what_is_said() {
    let said = url("arn:aws:sts::123456789012:assumed-role/orders-role/checkout");
    let callers = Callers { functions: patterns(&["checkout"]), ..Callers::default() };
    let signed = "arn:aws:lambda:eu-west-1:123456789012:function:basket";
    assert_eq!(edge(&callers, &said, Some(signed)), Edge::Unknown);
    let callers = Callers { functions: patterns(&["basket"]), ..Callers::default() };
    assert_eq!(edge(&callers, &said, Some(signed)), Edge::Known);
    let callers = Callers { functions: patterns(&["arn:aws:lambda:*:basket"]), ..callers };
    assert_eq!(edge(&callers, &said, Some(&format!("{signed}:7"))), Edge::Unknown);
    assert_eq!(edge(&callers, &said, Some(signed)), Edge::Known);
}

#[test]
fn nobody_passes_as_somebody() {
    let direct = event(&serde_json::json!({ "a": 1 }));
    assert_eq!(edge(&Callers::default(), &direct, None), Edge::Unknown);
    let open = Callers { unnamed: true, ..Callers::default() };
    assert_eq!(edge(&open, &direct, None), Edge::Known);
}

#[test]
fn services_are_bounded_only_where_they_are_listed() {
    let alarm = event(&serde_json::json!({
        "version": "0", "id": "i", "detail-type": "t", "source": "aws.ec2", "account": "123456789012",
        "time": "2026-01-01T00:00:00Z", "region": "eu-west-1", "resources": [], "detail": {},
    }));
    assert_eq!(edge(&Callers::default(), &alarm, None), Edge::Known);
    let listed = |services| Callers { services: Some(patterns(services)), ..Callers::default() };
    assert_eq!(edge(&listed(&["eventbridge"]), &alarm, None), Edge::Known);
    assert_eq!(edge(&listed(&["aws.*"]), &alarm, None), Edge::Known);
    assert_eq!(edge(&listed(&["sqs"]), &alarm, None), Edge::Unknown);
}

#[test]
fn what_an_event_merely_says_of_its_caller_adds_nothing() {
    let session = url("arn:aws:sts::123456789012:assumed-role/orders-role/checkout");
    let callers = Callers { functions: patterns(&["checkout"]), ..Callers::default() };
    let peer = Peer::of(&session);
    let edge = |callers: &Callers, signed| callers.edge(session.trigger, &peer, signed, false);
    assert_eq!(edge(&callers, None), Edge::Unproved);
    assert_eq!(edge(&callers, Some("arn:aws:lambda:eu-west-1:1:function:checkout")), Edge::Known);
    assert_eq!(edge(&Callers::default(), None), Edge::Unknown);
}
