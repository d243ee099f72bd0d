//! Templates as people write them, and as they must not.
use std::fmt::Write as _;

use crate::{Architecture, Package, Service, Style, Template};

const SAM: &str = r#"# A comment with ünïcode ✓.
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: dev }
Globals:
  Function:
    Runtime: python3.13
    Timeout: 7
    Layers: [!Ref Shared]
    Environment: { Variables: { STAGE: !Ref Stage, BOTH: global } }
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: &common
      Handler: app.handler # of the module app
      CodeUri: src/
      Architectures: [arm64]
      MemorySize: "256"
      Environment:
        Variables:
          BOTH: own
          NAME: !Sub orders-${Stage}-${!kept}
      Layers:
        - arn:aws:lambda:eu-west-1:123456789012:layer:other:1
      Role: !GetAtt Role.Arn
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt
              - Queue
              - Arn
            FunctionResponseTypes: [ReportBatchItemFailures]
        Api: { Type: HttpApi, Properties: { Path: /orders, Method: post } }
  Merged:
    Type: AWS::Serverless::Function
    Properties:
      <<: *common
      Handler: other.handler
  Image:
    Type: AWS::Lambda::Function
    Properties: { PackageType: Image, Code: { ImageUri: x } }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument: { Statement: { Effect: Allow, Action: "*", Resource: "*" } }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Sub "${Image.Arn}", EventSourceArn: !GetAtt Table.StreamArn }
"#;

fn template(text: &str) -> Template {
    Template::read("template.yaml", text).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn wrong(text: &str) -> String {
    Template::read("t.yaml", text).map_or_else(|wrong| wrong.to_string(), |_| "read".to_owned())
}

#[test]
fn a_function_is_what_it_says_and_what_globals_say() {
    let template = template(SAM);
    let functions = template.functions();
    let [orders, merged, image] = functions.as_slice() else { panic!("{functions:?}") };
    assert_eq!(orders.runtime().as_deref(), Some("python3.13"));
    assert_eq!(orders.handler().as_deref(), Some("app.handler"));
    assert_eq!(orders.code().as_deref(), Some("src/"));
    assert_eq!((orders.timeout_s(), orders.memory_mb()), (Some(7), Some(256)));
    assert_eq!(orders.architecture(), Some(Architecture::Arm));
    assert_eq!(orders.layers().len(), 2);
    let environment: Vec<_> = orders
        .environment()
        .iter()
        .map(|one| (one.key.as_str(), template.value(&one.value).unwrap_or_default()))
        .collect();
    let wanted = [("STAGE", "dev"), ("BOTH", "own"), ("NAME", "orders-dev-${kept}")];
    assert_eq!(environment, wanted.map(|(key, value)| (key, value.to_owned())));
    assert_eq!(orders.statements().len(), 1);
    assert_eq!(merged.handler().as_deref(), Some("other.handler"));
    assert_eq!(merged.memory_mb(), Some(256));
    assert_eq!((image.package(), image.timeout_s()), (Package::Image, Some(3)));
    assert_eq!(orders.package(), Package::Zip);
}

#[test]
fn triggers_are_told_by_events_and_mappings() {
    let template = template(SAM);
    let functions = template.functions();
    let triggers = functions[0].triggers();
    let names: Vec<_> = triggers.iter().map(|trigger| trigger.name).collect();
    assert_eq!(names, ["sqs", "api-gateway-v2"]);
    assert!(triggers[0].reports_item_failures());
    assert_eq!(triggers[0].source.and_then(|source| source.refers_to()), Some("Queue"));
    assert_eq!(triggers[1].route().as_deref(), Some("POST /orders"));
    let stream = functions[2].triggers();
    assert_eq!((stream[0].name, stream[0].service), ("dynamodb", Service::Stream));
}

#[test]
fn every_trigger_is_one_that_a_policy_knows() {
    for name in crate::trigger::names() {
        assert!(name.parse::<tollgate_event::Trigger>().is_ok(), "{name}");
    }
}

/// Every scalar's span holds what was written there.
fn spans(text: &str) -> String {
    let template = template(text);
    let mut found = String::new();
    template.root().walk(&mut |node| {
        if node.members().is_empty() && node.elements().is_empty() {
            let written = template.text().get(node.span.clone()).unwrap_or("?");
            writeln!(found, "{} {written}", template.place(node.span.start)).unwrap();
        }
    });
    found
}

#[test]
fn every_value_knows_where_it_stands() {
    let text = "Ü: ✓ # c\nResources:\n  A: {Type: \"x y\", B: [1, !Ref 'Ö']}\n  C: plain text  \n";
    let wanted = "1:4 ✓\n3:13 \"x y\"\n3:24 1\n3:27 !Ref 'Ö'\n4:6 plain text\n";
    assert_eq!(spans(text), wanted);
    assert_eq!(spans(&text.replace('\n', "\r\n")), wanted);
    let json = "{\"Resources\": {\n\t\"A\": [true, \"é\\\"\", 1]}}";
    assert_eq!(spans(json), "2:8 true\n2:14 \"é\\\"\"\n2:21 1\n");
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    for (text, message) in [
        ("", "t.yaml:1:1: the template is empty; expected a mapping"),
        ("- a\n", "t.yaml:1:1: expected a mapping with `Resources`"),
        ("a: 1\n", "t.yaml:1:1: no `Resources`: this is no template"),
        ("Resources: []\n", "t.yaml:1:12: `Resources` must be a mapping of logical ids"),
        ("Resources:\n  A: 1\n  A: 2\n", "t.yaml:3:3: `A` stands twice in one mapping"),
        ("a: 1\n---\nb: 1\n", "t.yaml:2:1: a second document; expected one"),
        ("{\"Resources\": }", "t.yaml:1:15: not JSON: expected a value"),
        (
            "Resources:\n  A: {Type: !Reff B}\n",
            "t.yaml:2:13: unknown intrinsic `!Reff`; did you mean `!Ref`?",
        ),
        (
            "Resources: {A: {\"Fn::Subb\": x}}",
            "t.yaml:1:17: unknown intrinsic `Fn::Subb`; did you mean `Fn::Sub`?",
        ),
    ] {
        assert_eq!(wrong(text), message);
    }
    assert!(wrong("Resources:\n  A: [1\n").starts_with("t.yaml:3:1: not YAML: "));
}

#[test]
fn aliases_of_aliases_do_not_grow_without_end() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{below}]").unwrap();
    }
    text.push_str("Resources: {A: *a11}\n");
    assert!(wrong(&text).ends_with("more than 1000000 values"), "{}", wrong(&text));
}

/// The style of the value of `V`, and the bytes from its start to its end.
fn style(value: &str) -> (Style, String) {
    let text = format!("a: &a {{b: c}}\nResources:\n  V: {value}\n  W: 1\n");
    let template = template(&text);
    let node = template.root().at(&["Resources", "V"]).unwrap();
    (node.style, template.text().get(node.span.clone()).unwrap().to_owned())
}

#[test]
fn every_value_knows_how_it_is_written() {
    for (value, wanted, written) in [
        ("{b: c} # d", Style::Flow, "{b: c}"),
        ("&b {b: c}", Style::Flow, "{b: c}"),
        ("&b # d\n    b: c", Style::Block, "b: c"),
        ("\n    - b\n    - c", Style::Block, "- b\n    - c"),
        ("\n  - b", Style::Block, "b"),
        ("*a", Style::Alias, "*a"),
        ("!Join ['', [b]]", Style::Short, "['', [b]]"),
        ("plain text", Style::Scalar, "plain text"),
    ] {
        assert_eq!(style(value), (wanted, written.to_owned()), "{value}");
    }
}

#[test]
fn nesting_has_an_end() {
    assert!(wrong(&format!("Resources: {}", "[".repeat(200))).contains("nested deeper than 100"));
}
