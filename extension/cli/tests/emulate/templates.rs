//! What a template says of its functions and of what invokes them.
use crate::support::{FUNCTION, by_template, emulate, script, sent, world, world_of};

/// Functions that can be run, and some that cannot.
const TEMPLATE: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: provided.al2023, Handler: orders } }
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Environment: { Variables: { STATUS: '202', TABLE: !Ref Table } }
  Quotes: { Type: AWS::Serverless::Function, Properties: { CodeUri: code, Runtime: java21 } }
  Pages: { Type: AWS::Serverless::Function, Properties: { PackageType: Image } }
  Gone: { Type: AWS::Serverless::Function, Properties: { CodeUri: elsewhere } }
  Bare: { Type: AWS::Serverless::Function, Properties: { CodeUri: code, Runtime: '' } }
  Packed: { Type: AWS::Serverless::Function, Properties: { CodeUri: events/b.json } }
  Made: { Type: AWS::Serverless::Function, Metadata: { BuildMethod: makefile }, Properties: { CodeUri: code } }
";

#[test]
fn a_template_names_what_is_run_and_how() {
    let world = world();
    let at = |path: &str| world.path().join(path);
    std::fs::write(at("template.yaml"), TEMPLATE).unwrap();
    // What a package of a custom runtime begins with: Lambda's own places stand in it.
    let program = FUNCTION.replace(":201", ":'$STATUS'");
    script(&at("code/orders"), &program);
    std::fs::write(at("code/bootstrap"), "#!/bin/sh\nexec /var/task/$_HANDLER\n").unwrap();
    std::fs::write(at("code/tollgate.yaml"), "version: 1\n").unwrap();
    let layer = ["--layer", "layer"];
    let (code, rows, said) = by_template(world.path(), "Orders", &layer);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("note: `Orders`: only a deployment knows TABLE; --env TABLE=VALUE"),
        "{said}"
    );
    assert_eq!(rows.len(), 2, "the events beside the template");
    assert!(rows.iter().all(|row| row["status"] == 202), "{rows:?}");
    for (only, part) in [
        ("Quotes", "`Quotes`: no runtime client for `java21` is known here"),
        ("Pages", "`Pages`: an image"),
        ("Gone", "`Gone`: no directory `./elsewhere` with its code"),
        ("Packed", "`Packed`: its code `./events/b.json` is an archive: unpack it"),
        ("Bare", "`Bare`: no `Runtime` in the template"),
        ("Made", "`Made`: it is not built yet: run `sam build`"),
        ("Nobody", "has no function `Nobody`; it has `Orders`"),
    ] {
        let (code, _, said) = by_template(world.path(), only, &layer);
        assert!(code == Some(1) && said.contains(part), "{only}: {said}");
    }
}

/// A queue and an API, of which the template says the rest.
const TRIGGERED: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: provided.al2023, Handler: orders, CodeUri: code } }
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Q:
          Type: SQS
          Properties: { Queue: !GetAtt Queue.Arn, BatchSize: 2 }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub 'orders-${AWS::AccountId}' } }
  Api:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        H: { Type: HttpApi, Properties: { Path: '/orders/{id}', Method: get } }
        U: { Type: Api, Properties: { Path: '/other', Method: any } }
";

#[test]
fn a_template_names_the_source_of_items_and_its_settings() {
    let world = world_of(TRIGGERED);
    let at = |path: &str| world.path().join(path);
    std::fs::write(at("items"), "one\ntwo\nthree\n").unwrap();
    let items = ["--items", "items", "--record", "sent"];
    let (_, _, said) = by_template(world.path(), "Orders", &items);
    assert!(said.contains("3 handled, 0 given up, 2 invocations"), "{said}");
    let arn = "arn:aws:sqs:eu-west-1:123456789012:orders-123456789012";
    assert_eq!(sent(world.path())[0]["Records"][0]["eventSourceARN"], arn);
    let both = ["--template", "template.yaml", "--items", "items"];
    let said = String::from_utf8(emulate(world.path(), &both).stderr).unwrap();
    let part = "has several functions: choose one of `Orders`, `Api` with --only";
    assert!(said.contains(part), "{said}");
    for (only, more, part) in [
        ("Api", ["--items", "items"], "`Api`: no queue, stream, topic, bucket or bus in"),
        ("Api", ["--listen", "0"], "`Api`: several services with HTTP in"),
        ("Orders", ["--listen", "0"], "`Orders`: no HTTP event in"),
    ] {
        let (code, _, said) = by_template(world.path(), only, &more);
        assert!(code == Some(1) && said.contains(part), "{more:?}: {said}");
    }
    let output = emulate(world.path(), &["--function", "./function", "--items", "items"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn another_runtime_is_run_by_the_client_that_is_named() {
    let world = world();
    let at = |path: &str| world.path().join(path);
    std::fs::write(at("template.yaml"), TEMPLATE).unwrap();
    std::fs::create_dir(at("code")).unwrap();
    let client = format!("java={}", at("function").display());
    let (code, rows, said) = by_template(world.path(), "Quotes", &["--client", &client]);
    assert_eq!(code, Some(0), "{said}");
    assert!(rows.len() == 2 && rows.iter().all(|row| row["status"] == 201), "{rows:?}");
}
