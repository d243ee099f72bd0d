//! Filters of a template: what they keep from the function.
use crate::support::{send_items, world_of};

/// Filters of every kind of source, as templates write them.
const FILTERED: &str = r#"
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: provided.al2023, Handler: orders, CodeUri: code } }
Resources:
  Mapped:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Q:
          Type: SQS
          Properties:
            Queue: arn:aws:sqs:eu-west-1:123456789012:orders
            ScalingConfig: { MaximumConcurrency: 2 }
            FilterCriteria:
              Filters:
                - Pattern: '{"body": {"kind": ["order"], "total": [{"numeric": [">", 10]}]}}'
                - Pattern: '{"body": {"$or": [{"vip": [true]}, {"kind": [{"prefix": "refund-"}]}]}}'
  Ruled:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Placed:
          Type: EventBridgeRule
          Properties:
            Pattern:
              source: [{ anything-but: [example.tests] }]
              detail: { total: [{ numeric: ['>=', 10.5] }], test: [{ exists: false }] }
  Uploads:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Put:
          Type: S3
          Properties:
            Bucket: !Ref Bucket
            Events: s3:ObjectCreated:*
            Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }, { Name: suffix, Value: .csv }] } }
  Told:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Topic:
          Type: SNS
          Properties:
            Topic: !Ref Topic
            FilterPolicyScope: MessageBody
            FilterPolicy: { store: [example_corp] }
  Shops:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Topic:
          Type: SNS
          Properties:
            Topic: !Ref Topic
            FilterPolicy: { store: [north], price: [{ numeric: [">", 5] }] }
  Wrong:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Placed:
          Type: EventBridgeRule
          Properties:
            Pattern:
              detail:
                total: [{ nummeric: ['>', 1] }]
  Broken:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Q:
          Type: SQS
          Properties:
            Queue: arn:aws:sqs:eu-west-1:123456789012:orders
            FilterCriteria:
              Filters:
                - Pattern: '{"body": "order"}'
"#;

#[test]
fn filters_of_mappings_rules_buckets_and_subscriptions_are_applied() {
    let world = world_of(FILTERED);
    let run = |only: &str, items: &str, more: &[&str]| send_items(world.path(), only, items, more);
    let queue = concat!(
        "{\"kind\":\"order\",\"total\":11}\n{\"kind\":\"order\",\"total\":10}\n",
        "{\"vip\":true}\n{\"kind\":\"refund-1\"}\na plain text\n"
    );
    let bus = concat!(
        "{\"source\":\"example.orders\",\"detail\":{\"total\":10.5}}\n",
        "{\"source\":\"example.tests\",\"detail\":{\"total\":11}}\n",
        "{\"source\":\"example.orders\",\"detail\":{\"total\":11,\"test\":true}}\n"
    );
    let shops = concat!(
        "a\t{\"store\":\"north\",\"price\":9.5}\n",
        "b\t{\"store\":[\"south\",\"north\"],\"price\":6}\n",
        "c\t{\"store\":\"north\",\"price\":5}\n{\"store\":\"north\",\"price\":9}\n"
    );
    let bodies = "{\"store\":\"example_corp\"}\n{\"store\":\"other\"}\nno json\n";
    for (only, items, said) in [
        ("Mapped", queue, "3 handled, 0 given up, 2 filtered out, 1 invocations"),
        ("Ruled", bus, "1 handled, 0 given up, 2 filtered out, 1 invocations"),
        ("Uploads", "in/a.csv\nin/a.txt\nout/a.csv\n", "1 handled, 0 given up, 2 filtered out"),
        ("Told", bodies, "1 handled, 0 given up, 2 filtered out"),
        ("Shops", shops, "2 handled, 0 given up, 2 filtered out"),
    ] {
        let (code, text) = run(only, items, &[]);
        assert!(code == Some(0) && text.contains(said), "{only}: {text}");
    }
    // The command line goes before the template.
    let (_, text) = run("Mapped", queue, &["--filter", r#"{"body":["a plain text"]}"#]);
    assert!(text.contains("1 handled, 0 given up, 4 filtered out"), "{text}");
    for (only, more, said) in [
        (
            "Wrong",
            &[][..],
            "template.yaml:66:24: `detail.total`: `nummeric` is no operator; the operators are anything-but",
        ),
        (
            "Broken",
            &[],
            "template.yaml:77:28: `body`: a string must stand in a list, such as [\"order\"]",
        ),
        ("Mapped", &["--filter", "{"], "--filter '{': the pattern is not JSON: EOF"),
        ("Uploads", &["--filter", "{}"], "s3 has no patterns"),
    ] {
        let (code, text) = run(only, "{}\n", more);
        assert!(code == Some(1) && text.contains(said), "{only}: {text}");
    }
}
