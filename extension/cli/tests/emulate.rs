//! `tollgate emulate` through its binary, with a function and an extension in bash.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// One HTTP call on a connection of its own: METHOD PATH HEADERS BODY.
const CALL: &str = r#"#!/bin/bash
call() {
  exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API/://}"
  printf '%s /%s HTTP/1.1\r\nhost: lambda\r\nconnection: close\r\ncontent-length: %d\r\n%b\r\n%s' \
    "$1" "$2" "${#4}" "$3" "$4" >&3
  reply=$(tr -d '\r' <&3)
}
header() { sed -n "s/^$1: //p" <<<"$reply"; }
"#;

/// Answers every event with status 201, as for an HTTP front end.
const FUNCTION: &str = r#"
while call GET 2018-06-01/runtime/invocation/next "" ""; do
  id=$(header Lambda-Runtime-Aws-Request-Id)
  [ -n "$id" ] || exit 1
  call POST "2018-06-01/runtime/invocation/$id/response" "" '{"statusCode":201}'
done
"#;

/// Prints an `open` record, and an `invocation` record for every INVOKE.
const EXTENSION: &str = r#"
call POST 2020-01-01/extension/register "Lambda-Extension-Name: tollgate\r\n" \
  '{"events":["INVOKE","SHUTDOWN"]}'
own="Lambda-Extension-Identifier: $(header Lambda-Extension-Identifier)\r\n"
echo "{\"tollgate\":1,\"kind\":\"open\",\"chain\":\"c1\",\"publicKey\":\"k1\",\"policy\":\"$TOLLGATE_POLICY\"}"
while call GET 2020-01-01/extension/event/next "$own" ""; do
  case "$reply" in
    *SHUTDOWN*) exit 0 ;;
  esac
  id=$(sed -n 's/.*"requestId":"\([^"]*\)".*/\1/p' <<<"$reply")
  echo "{\"tollgate\":1,\"kind\":\"invocation\",\"requestId\":\"$id\",\"trigger\":\"direct\",\"decision\":\"pass\",\"checks\":[],\"items\":{\"total\":1,\"refused\":0},\"micros\":{\"decide\":4,\"overhead\":6}}"
done
"#;

fn script(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("{CALL}{text}")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A directory with the function, the layer and two events.
fn world() -> tempfile::TempDir {
    let world = tempfile::tempdir().unwrap();
    script(&world.path().join("function"), FUNCTION);
    script(&world.path().join("layer/extensions/tollgate"), EXTENSION);
    std::fs::create_dir(world.path().join("events")).unwrap();
    std::fs::write(world.path().join("events/b.json"), "{}").unwrap();
    std::fs::write(world.path().join("events/a.bin"), [0xff]).unwrap();
    std::fs::write(world.path().join("policy.yaml"), "version: 1\n").unwrap();
    world
}

fn emulate(world: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.arg("emulate").args(arguments).current_dir(world).output().unwrap()
}

const ALL: [&str; 6] = ["--layer", "layer", "--function", "./function", "--events", "events"];

#[test]
fn every_event_is_one_json_object_and_nothing_else_is_printed() {
    let world = world();
    let output = emulate(world.path(), &[&ALL[..], &["--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = text.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let files: Vec<&Value> = rows.iter().map(|row| &row["file"]).collect();
    assert_eq!(files, ["events/a.bin", "events/b.json"]);
    let row = &rows[1];
    assert_eq!((&row["trigger"], &row["decision"]), (&json!("direct"), &json!("pass")));
    assert_eq!((&row["status"], &row["added_micros"]), (&json!(201), &json!(6)));
    assert_eq!(row["record"].as_str().map(str::len), Some(64));
}

#[test]
fn the_ledger_and_the_keys_are_written_to_files() {
    let world = world();
    let files = ["--ledger", "out/ledger.ndjson", "--trust", "out/trust.json"];
    let policy = ["--policy", "policy.yaml"];
    let output = emulate(world.path(), &[&ALL[..], &files, &policy].concat());
    assert!(output.status.success(), "{output:?}");
    let ledger = std::fs::read_to_string(world.path().join("out/ledger.ndjson")).unwrap();
    let first: Value = serde_json::from_str(ledger.lines().next().unwrap()).unwrap();
    let expected = world.path().canonicalize().unwrap().join("policy.yaml");
    assert_eq!(first["policy"], expected.to_str().unwrap());
    assert_eq!(ledger.lines().count(), 3);
    let trust = std::fs::read_to_string(world.path().join("out/trust.json")).unwrap();
    assert_eq!(trust, "{\"keys\":[{\"chain\":\"c1\",\"publicKey\":\"k1\"}]}\n");
    let table = String::from_utf8(output.stdout).unwrap();
    let b = table.lines().find(|line| line.starts_with("events/b.json")).unwrap();
    assert!(b.contains("direct") && b.contains("pass") && b.contains("201"), "{table}");
}

#[test]
fn several_functions_run_one_after_another() {
    let world = world();
    let output =
        emulate(world.path(), &[&ALL[..], &["--function", "bash ./function", "--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 4);
}

#[test]
fn what_cannot_be_run_says_why_and_exits_with_1() {
    let world = world();
    let failed = |arguments: &[&str]| {
        let output = emulate(world.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let missing = failed(&["--function", "no-such-program", "--events", "events"]);
    assert!(missing.contains("`no-such-program` was not found"), "{missing}");
    let no_layer = failed(&["--function", "./function", "--events", "events", "--layer", "events"]);
    assert!(no_layer.contains("has no extensions"), "{no_layer}");
    let no_event = failed(&["--function", "./function", "--event", "none.json"]);
    assert!(no_event.contains("cannot read `none.json`"), "{no_event}");
}

/// A line on standard error that has this part, and what follows it.
fn after(reader: &mut impl std::io::BufRead, part: &str) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).unwrap(), 0, "no line with `{part}`");
        if let Some((_, rest)) = line.trim_end().split_once(part) {
            return rest.to_owned();
        }
    }
}

#[test]
fn http_requests_are_taken_recorded_and_sent_again() {
    use std::io::{Read as _, Write as _};
    let world = world();
    let arguments =
        ["--listen", "0", "--front", "rest-api", "--json", "--timing", "--record", "kept"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    let mut child = command
        .args([&["emulate"], &ALL[..4], &arguments].concat())
        .current_dir(world.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let url = after(&mut stderr, "curl http://");
    let mut client = std::net::TcpStream::connect(url.strip_suffix("/prod").unwrap()).unwrap();
    client.write_all(b"GET /prod/a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    client.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
    let stdout = child.stdout.take().unwrap();
    let mut row = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut row).unwrap();
    let row: Value = serde_json::from_str(&row).unwrap();
    assert_eq!((&row["file"], &row["decision"]), (&json!("kept/00001.json"), &json!("pass")));
    assert!(row["phases"]["ended"].as_u64() >= row["phases"]["dispatched"].as_u64(), "{row}");
    let ended = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(ended.success() && child.wait().unwrap().success());
    let again = emulate(world.path(), &["--function", "./function", "--events", "kept", "--json"]);
    assert!(again.status.success(), "{again:?}");
    let kept = std::fs::read(world.path().join("kept/00001.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap()["path"], "/a");
}

#[test]
fn items_go_through_their_source() {
    let world = world();
    std::fs::write(world.path().join("items"), "a\nb\nc\n").unwrap();
    let source = ["--source", "sqs", "--items", "items", "--batch", "2", "--json"];
    let output = emulate(world.path(), &[&ALL[..4], &source].concat());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("3 handled, 0 given up, 2 invocations"), "{said}");
    std::fs::write(world.path().join("items"), "{}\n[]\n").unwrap();
    let source = ["--source", "dynamodb", "--items", "items"];
    let output = emulate(world.path(), &[&ALL[..4], &source].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`items`, line 2: a JSON object is expected"), "{said}");
}

#[test]
fn faults_strike_and_their_names_are_checked() {
    let world = world();
    let output = emulate(world.path(), &[&ALL[..], &["--json", "--fault", "throttle@2"]].concat());
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = text.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!(rows[0]["status"], 201);
    assert_eq!(rows[1]["error_type"], "TooManyRequestsException");
    for (arguments, part) in [
        (["--fault", "boom"], "the faults are crash, hang"),
        (["--front", "soap"], "the fronts are function-url"),
        (["--listen", "here"], "neither a port nor an address"),
    ] {
        let output = emulate(world.path(), &[&ALL[..], &arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(part), "{said}");
    }
}

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
    let run = |only: &str| {
        emulate(
            world.path(),
            &["--json", "--layer", "layer", "--template", "template.yaml", "--only", only],
        )
    };
    let output = run("Orders");
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("note: `Orders`: only a deployment knows TABLE; --env TABLE=VALUE"),
        "{said}"
    );
    let rows = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
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
        let output = run(only);
        assert_eq!(output.status.code(), Some(1), "{only}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(part), "{only}: {said}");
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
    let world = world();
    let at = |path: &str| world.path().join(path);
    std::fs::write(at("template.yaml"), TRIGGERED).unwrap();
    script(&at("code/bootstrap"), FUNCTION);
    std::fs::write(at("items"), "one\ntwo\nthree\n").unwrap();
    let run = |more: &[&str]| {
        emulate(world.path(), &[&["--json", "--template", "template.yaml"], more].concat())
    };
    let output = run(&["--only", "Orders", "--items", "items", "--record", "sent"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("3 handled, 0 given up, 2 invocations"), "{said}");
    let mut sent: Vec<_> = std::fs::read_dir(at("sent")).unwrap().map(Result::unwrap).collect();
    sent.sort_by_key(std::fs::DirEntry::path);
    let first: Value = serde_json::from_slice(&std::fs::read(sent[0].path()).unwrap()).unwrap();
    let arn = "arn:aws:sqs:eu-west-1:123456789012:orders-123456789012";
    assert_eq!(first["Records"][0]["eventSourceARN"], arn);
    for (more, part) in [
        (
            &["--items", "items"][..],
            "has several functions: choose one of `Orders`, `Api` with --only",
        ),
        (
            &["--only", "Api", "--items", "items"],
            "`Api`: no queue, stream, topic, bucket or bus in",
        ),
        (&["--only", "Api", "--listen", "0"], "`Api`: several services with HTTP in"),
        (&["--only", "Orders", "--listen", "0"], "`Orders`: no HTTP event in"),
    ] {
        let output = run(more);
        assert_eq!(output.status.code(), Some(1), "{more:?}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(part), "{more:?}: {said}");
    }
    let output = emulate(world.path(), &["--function", "./function", "--items", "items"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

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
    let world = world();
    let at = |path: &str| world.path().join(path);
    std::fs::write(at("template.yaml"), FILTERED).unwrap();
    script(&at("code/bootstrap"), FUNCTION);
    let run = |only: &str, items: &str, more: &[&str]| {
        std::fs::write(at("items"), items).unwrap();
        let template = ["--template", "template.yaml", "--only", only, "--items", "items"];
        let output = emulate(world.path(), &[&template[..], more].concat());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let queue = concat!(
        "{\"kind\":\"order\",\"total\":11}\n{\"kind\":\"order\",\"total\":10}\n",
        "{\"vip\":true}\n{\"kind\":\"refund-1\"}\na plain text\n"
    );
    let bus = concat!(
        "{\"source\":\"example.orders\",\"detail\":{\"total\":10.5}}\n",
        "{\"source\":\"example.tests\",\"detail\":{\"total\":11}}\n",
        "{\"source\":\"example.orders\",\"detail\":{\"total\":11,\"test\":true}}\n"
    );
    let bodies = "{\"store\":\"example_corp\"}\n{\"store\":\"other\"}\nno json\n";
    for (only, items, said) in [
        ("Mapped", queue, "3 handled, 0 given up, 2 filtered out, 1 invocations"),
        ("Ruled", bus, "1 handled, 0 given up, 2 filtered out, 1 invocations"),
        ("Uploads", "in/a.csv\nin/a.txt\nout/a.csv\n", "1 handled, 0 given up, 2 filtered out"),
        ("Told", bodies, "1 handled, 0 given up, 2 filtered out"),
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
            "template.yaml:57:24: `detail.total`: `nummeric` is no operator; the operators are anything-but",
        ),
        (
            "Broken",
            &[],
            "template.yaml:68:28: `body`: a string must stand in a list, such as [\"order\"]",
        ),
        ("Mapped", &["--filter", "{"], "--filter '{': the pattern is not JSON: EOF"),
        ("Uploads", &["--filter", "{}"], "s3 has no patterns"),
    ] {
        let (code, text) = run(only, "{}\n", more);
        assert!(code == Some(1) && text.contains(said), "{only}: {text}");
    }
}

#[test]
fn another_runtime_is_run_by_the_client_that_is_named() {
    let world = world();
    let at = |path: &str| world.path().join(path);
    std::fs::write(at("template.yaml"), TEMPLATE).unwrap();
    std::fs::create_dir(at("code")).unwrap();
    let client = format!("java={}", at("function").display());
    let template = ["--json", "--template", "template.yaml", "--only", "Quotes"];
    let output = emulate(world.path(), &[&template[..], &["--client", &client]].concat());
    assert!(output.status.success(), "{output:?}");
    let rows = String::from_utf8(output.stdout).unwrap();
    assert_eq!(rows.matches("\"status\":201").count(), 2, "{rows}");
}
