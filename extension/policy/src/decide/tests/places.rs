//! Where events come from: partitions, topics, tenants, aliases, organisations, sovereignty.
use super::*;
use crate::desk::Here;

fn sns(region: &str, partition: &str, topic: &str) -> String {
    let arn = format!("arn:{partition}:sns:{region}:123456789012:{topic}");
    json!({ "Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": format!("{arn}:s"),
        "Sns": { "TopicArn": arn, "Message": "m", "MessageId": "i", "Type": "Notification" },
    }] })
    .to_string()
}

fn outcome(policy: &Policy, event: RawEvent, region: &str) -> Vec<&'static str> {
    let here = Here { region: Some(region.to_owned()), ..Here::default() };
    let verdict = decide(event, policy, &mut Desk::new(here), NOW);
    verdict.facts().checks.iter().map(|fired| fired.id).collect()
}

fn with(rest: &str) -> Policy {
    policy(&format!("mode: enforce\ndetect: none\nchecks: {{ schema.envelope: off }}\n{rest}"))
}

#[test]
fn data_stays_where_it_may_be() {
    let policy = with(
        "sovereignty: { regions: [eu-west-1, cn-north-1], partitions: aws, run_in: eu-west-1 }",
    );
    let of = |event: String, region| outcome(&policy, super::event(event), region);
    assert_eq!(of(sns("eu-west-1", "aws", "orders"), "eu-west-1"), Vec::<&str>::new());
    for (event, region) in [
        (sns("us-east-1", "aws", "orders"), "eu-west-1"),
        (sns("cn-north-1", "aws-cn", "orders"), "eu-west-1"),
        (sns("eu-west-1", "aws", "orders"), "us-east-1"),
        ("{}".to_owned(), "us-east-1"),
    ] {
        assert_eq!(of(event, region), ["source.sovereignty"]);
    }
    // What names no region is not held to one.
    assert_eq!(of("{}".to_owned(), "eu-west-1"), Vec::<&str>::new());
}

#[test]
fn the_baseline_s_sovereignty_holds_beside_the_function_s() {
    let baseline = "version: 1\nmode: enforce\nsovereignty: { regions: eu-west-1 }";
    let own = "version: 1\nchecks: { schema.envelope: off }\nsovereignty: { regions: [eu-west-1, us-east-1] }";
    let documents = [
        Document { name: "b.yaml", text: baseline, role: Role::Baseline },
        Document { name: "p.yaml", text: own, role: Role::Function },
    ];
    let policy = compile(&documents, &Overrides::default()).unwrap();
    let of = |region| outcome(&policy, event(sns(region, "aws", "orders")), "eu-west-1");
    assert_eq!(of("us-east-1"), ["source.sovereignty"]);
    assert_eq!(of("eu-west-1"), Vec::<&str>::new());
}

#[test]
fn sources_are_told_by_topic_partition_alias_and_tenant() {
    let listed = |source: &str, arn: &str, tenant: Option<&str>, body: String| {
        let policy = with(&format!("sources: [{source}]"));
        let invocation = Invocation {
            request_id: "r-1".into(),
            function_arn: arn.to_owned(),
            tenant_id: tenant.map(str::to_owned),
            ..Invocation::default()
        };
        let event = RawEvent::new(invocation, Bytes::from(body));
        outcome(&policy, event, "eu-west-1").is_empty()
    };
    let bare = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    let live = "arn:aws:lambda:eu-west-1:123456789012:function:f:live";
    let topic = || sns("eu-west-1", "aws", "orders-new");
    assert!(listed("{ trigger: sns, topic: orders-* }", bare, None, topic()));
    assert!(!listed("{ trigger: sns, topic: orders }", bare, None, topic()));
    assert!(listed("{ trigger: sns, partition: aws }", bare, None, topic()));
    assert!(!listed("{ trigger: sns, partition: [aws-cn] }", bare, None, topic()));
    assert!(listed("{ trigger: direct, alias: live }", live, None, "{}".into()));
    assert!(!listed("{ trigger: direct, alias: live }", bare, None, "{}".into()));
    assert!(listed("{ trigger: direct, tenant: t-* }", bare, Some("t-1"), "{}".into()));
    assert!(!listed("{ trigger: direct, tenant: t-* }", bare, Some("u-1"), "{}".into()));
    assert!(!listed("{ trigger: direct, tenant: t-* }", bare, None, "{}".into()));
}

#[test]
fn a_caller_s_organisation_is_what_the_front_end_tells() {
    let policy = with("sources: [{ trigger: function-url, organisation: o-example1234 }]");
    let of = |organisation: Value| {
        let body = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "", "headers": {},
            "requestContext": {
                "accountId": "123456789012", "domainName": "a.lambda-url.eu-west-1.on.aws",
                "http": { "method": "GET", "path": "/", "sourceIp": "192.0.2.1" },
                "authorizer": { "iam": { "principalOrgId": organisation } },
            },
        });
        outcome(&policy, event(body.to_string()), "eu-west-1")
    };
    assert_eq!(of("o-example1234".into()), Vec::<&str>::new());
    assert_eq!(of("o-other123456".into()), ["source.unlisted"]);
    assert_eq!(of(Value::Null), ["source.unlisted"]);
}
