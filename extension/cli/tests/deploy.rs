//! `tollgate lint`, `doctor`, `init` and `wrap`, through the binary.
#![expect(clippy::unwrap_used, reason = "test code")]
#[expect(clippy::indexing_slicing, reason = "test code, and a JSON value gives null")]
#[path = "../../ledger/src/ocsf/tests/schema.rs"]
mod schema;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn tollgate(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.current_dir(directory).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const TEMPLATE: &str = "\
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.8
      CodeUri: src
      Timeout: 2
      Events:
        Q:
          Type: SQS
          Properties: { Queue: 'arn:aws:sqs:eu-west-1:123456789012:orders' }
        H: { Type: HttpApi, Properties: { Path: '/orders/{id}', Method: get } }
";

fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("t.yaml"), TEMPLATE).unwrap();
    directory
}

#[test]
fn lint_prints_text_sarif_and_ocsf_and_takes_a_baseline() {
    let directory = directory();
    let lint = |more: &[&str]| tollgate(directory.path(), &[&["lint", "t.yaml"], more].concat());
    let plain = lint(&[]);
    assert_eq!(plain.status.code(), Some(3), "{}", text(&plain.stderr));
    let wanted =
        "t.yaml:5:16: high: runtime.deprecated: Orders: `python3.8`, deprecated since 2024-10-14";
    assert!(text(&plain.stdout).contains(wanted), "{}", text(&plain.stdout));
    let sarif: Value = serde_json::from_slice(&lint(&["--format", "sarif"]).stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let published = include_str!("../../../tests/fixtures/sarif/sarif-2.1.0.json");
    let mut none = |_: &str| Err("no other document".to_owned());
    let published = tollgate_schema::Schema::compile("sarif.json", published, &mut none).unwrap();
    assert_eq!(published.check(sarif.to_string().as_bytes()), Ok(()));
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let ocsf = text(&lint(&["--format", "ocsf"]).stdout);
    let lines: Vec<Value> = ocsf.lines().map(|one| serde_json::from_str(one).unwrap()).collect();
    assert_eq!(lines.len(), results.len());
    let schema = schema::Schema::read();
    for line in &lines {
        assert_eq!(line["class_uid"], 2003);
        assert_eq!(schema.complaints(line), [""; 0], "{line}");
    }
    assert_eq!(lint(&["--write-baseline", "ok.txt"]).status.code(), Some(0));
    let accepted = lint(&["--baseline", "ok.txt"]);
    assert_eq!(accepted.status.code(), Some(0));
    let wanted = format!("0 found, {} accepted\n", results.len());
    assert_eq!(text(&accepted.stdout), wanted);
}

#[test]
fn lint_holds_the_template_against_the_policy_beside_the_code() {
    let directory = directory();
    fs::create_dir(directory.path().join("src")).unwrap();
    let policy = "version: 1\nsources:\n  - trigger: sqs\n    mapping: { reports_item_failures: true }\n    on_refuse: report-item\n";
    fs::write(directory.path().join("src/tollgate.yaml"), policy).unwrap();
    let found = text(&tollgate(directory.path(), &["lint", "t.yaml"]).stdout);
    assert!(found.contains("high: mapping.report-item-ignored: Orders"), "{found}");
    let doctor = text(&tollgate(directory.path(), &["doctor", "t.yaml"]).stdout);
    assert!(doctor.contains("set `FunctionResponseTypes: [ReportBatchItemFailures]`"), "{doctor}");
}

#[test]
fn init_writes_a_policy_that_check_accepts_and_overwrites_none() {
    let directory = directory();
    let init = || tollgate(directory.path(), &["init", "t.yaml"]);
    let first = init();
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let policy =
        fs::read_to_string(directory.path().join("tollgate/Orders/tollgate.yaml")).unwrap();
    for part in
        ["trigger: sqs\n    arn: 'arn:aws:sqs:", "route: 'GET /orders/{id}'", "mode: observe"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    let check = tollgate(directory.path(), &["check", "tollgate/Orders/tollgate.yaml"]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stdout));
    let second = init();
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("is there already"), "{}", text(&second.stderr));
}

#[test]
fn doctor_is_content_once_the_layer_is_attached() {
    let directory = directory();
    let before = tollgate(directory.path(), &["doctor", "t.yaml"]);
    assert_eq!(before.status.code(), Some(3));
    assert!(
        text(&before.stdout).contains("missing: no Tollgate layer"),
        "{}",
        text(&before.stdout)
    );
    assert_eq!(tollgate(directory.path(), &["attach", "t.yaml"]).status.code(), Some(0));
    let after = tollgate(directory.path(), &["doctor", "t.yaml", "--json"]);
    assert_eq!(after.status.code(), Some(0), "{}", text(&after.stdout));
    let line: Value = serde_json::from_slice(&after.stdout).unwrap();
    assert_eq!((&line["function"], &line["guarded"]), (&"Orders".into(), &true.into()));
}

#[test]
fn doctor_asks_for_the_web_adapters_own_variable() {
    let directory = directory();
    let doctor = |variables: &str| {
        let template = format!(
            "Resources:\n  Shop:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n      \
             Layers:\n      - arn:aws:lambda:eu-west-1:123456789012:layer:LambdaAdapterLayerX86:26\n      \
             - arn:aws:lambda:eu-west-1:123456789012:layer:tollgate-x86_64:1\n      Environment:\n        \
             Variables: {{AWS_LAMBDA_EXEC_WRAPPER: /opt/tollgate/exec{variables}}}\n"
        );
        fs::write(directory.path().join("shop.yaml"), template).unwrap();
        tollgate(directory.path(), &["doctor", "shop.yaml"])
    };
    let before = doctor(", TOLLGATE_NEXT_WRAPPER: /opt/bootstrap");
    assert_eq!(before.status.code(), Some(3));
    let wanted = "set AWS_LWA_LAMBDA_RUNTIME_API_PROXY to 127.0.0.1:9009";
    assert!(text(&before.stdout).contains(wanted), "{}", text(&before.stdout));
    let after = doctor(", AWS_LWA_LAMBDA_RUNTIME_API_PROXY: 127.0.0.1:9009");
    assert_eq!(after.status.code(), Some(0), "{}", text(&after.stdout));
}

#[test]
fn a_directory_is_wrapped_and_unwrapped() {
    let directory = tempfile::tempdir().unwrap();
    let bootstrap = directory.path().join("bootstrap");
    fs::write(&bootstrap, "#!/bin/sh\necho ran $1\n").unwrap();
    fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o711)).unwrap();
    let wrap = |more: &[&str]| tollgate(directory.path(), &[&["wrap", "."], more].concat());
    assert_eq!(wrap(&[]).status.code(), Some(0));
    assert!(text(&wrap(&[]).stdout).contains("already"));
    // No layer here: the shim starts the program itself.
    let ran = Command::new(&bootstrap).arg("x").output().unwrap();
    assert_eq!(text(&ran.stdout), "ran x\n");
    assert_eq!(wrap(&["--undo"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&bootstrap).unwrap(), "#!/bin/sh\necho ran $1\n");
    assert_eq!(fs::metadata(&bootstrap).unwrap().permissions().mode() & 0o777, 0o711);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

const ZIP: &str = "\
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    for name, mode in (('lib/data.txt', 0o640), ('bootstrap', 0o755), ('z.sh', 0o700)):
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        z.writestr(info, name * 100, zipfile.ZIP_DEFLATED)
    z.comment = b'a comment'
";
const LIST: &str = "\
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(*[f'{i.filename} {i.external_attr >> 16 & 0o777:o}' for i in z.infolist()], sep='\\n')
";

fn python(script: &str, path: &Path) -> String {
    let output = Command::new("python3").arg("-c").arg(script).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn an_archive_is_wrapped_and_comes_back_byte_for_byte() {
    let directory = tempfile::tempdir().unwrap();
    let zip = directory.path().join("f.zip");
    python(ZIP, &zip);
    let before = fs::read(&zip).unwrap();
    let wrap = |more: &[&str]| tollgate(directory.path(), &[&["wrap", "f.zip"], more].concat());
    let first = wrap(&[]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert_eq!(python(LIST, &zip), "lib/data.txt 640\nunwrapped 755\nz.sh 700\nbootstrap 755\n");
    assert_eq!(wrap(&["--undo"]).status.code(), Some(0));
    assert!(fs::read(&zip).unwrap() == before);
    for length in [0, 3, 40, before.len() / 2, before.len() - 1, before.len() - 30] {
        fs::write(&zip, &before[..length]).unwrap();
        let cut = wrap(&[]);
        assert_eq!(cut.status.code(), Some(1), "{length}");
        assert!(text(&cut.stderr).contains("f.zip: "), "{}", text(&cut.stderr));
        assert!(fs::read(&zip).unwrap() == before[..length]);
    }
}

#[test]
fn a_package_without_a_bootstrap_is_named() {
    let directory = directory();
    let output = tollgate(directory.path(), &["wrap", "."]);
    assert_eq!(output.status.code(), Some(1));
    let wanted =
        "error: .: no file `bootstrap` at its top: this is no package of a custom runtime\n";
    assert_eq!(text(&output.stderr), wanted);
}

#[test]
fn doctor_looks_at_a_package_alone() {
    let directory = tempfile::tempdir().unwrap();
    python(ZIP, &directory.path().join("f.zip"));
    let doctor = |path: &str| tollgate(directory.path(), &["doctor", path]);
    let bare = doctor("f.zip");
    assert_eq!(bare.status.code(), Some(3), "{}", text(&bare.stderr));
    let said = text(&bare.stdout);
    assert!(said.starts_with("f.zip: not guarded\n  missing: its bootstrap does not"), "{said}");
    assert!(said.contains("no tollgate.yaml in it"), "{said}");
    assert!(tollgate(directory.path(), &["wrap", "f.zip"]).status.success());
    assert_eq!(doctor("f.zip").status.code(), Some(0));
    // How a managed runtime is started, its package does not say.
    fs::create_dir(directory.path().join("managed")).unwrap();
    fs::write(directory.path().join("managed/app.py"), "").unwrap();
    let said = text(&doctor("managed").stdout);
    assert!(said.starts_with("managed: nothing against it; its template decides\n"), "{said}");
    let whole = fs::read(directory.path().join("f.zip")).unwrap();
    fs::write(directory.path().join("f.zip"), &whole[..whole.len() / 2]).unwrap();
    let cut = doctor("f.zip");
    assert_eq!(cut.status.code(), Some(1));
    assert!(text(&cut.stderr).contains("f.zip: no zip archive, or cut off"));
    let package = directory.path().join("package");
    fs::create_dir(&package).unwrap();
    let empty = doctor("package");
    assert_eq!(empty.status.code(), Some(1));
    assert!(
        text(&empty.stderr).contains("package: empty; a package has"),
        "{}",
        text(&empty.stderr)
    );
    let lint = tollgate(directory.path(), &["lint", "f.zip"]);
    assert!(
        text(&lint.stderr).contains("f.zip: a zip archive, no template"),
        "{}",
        text(&lint.stderr)
    );
    fs::write(package.join("tollgate.yaml"), "version: 1\nmod: enforce\n").unwrap();
    let wrong = doctor("package");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("tollgate.yaml:2:1"), "{}", text(&wrong.stderr));
}

/// A package with a policy that names a schema, both in the archive alone.
const GUARDED: &str = "\
import sys, zipfile
policy = 'version: 1\\nsources:\\n  - trigger: sqs\\n    schema: schemas/order.json\\n'
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('tollgate.yaml', policy)
    z.writestr('schemas/order.json', '{\"type\": ' + ('1' if 'wrong' in sys.argv[1] else '\"object\"') + '}')
";

#[test]
fn doctor_reads_the_policy_inside_an_archive() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    python(GUARDED, &at("good.zip"));
    python(GUARDED, &at("wrong.zip"));
    let doctor = |path: &str| tollgate(directory.path(), &["doctor", path]);
    let good = doctor("good.zip");
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stderr));
    assert!(!text(&good.stdout).contains("no tollgate.yaml"), "{}", text(&good.stdout));
    let wrong = doctor("wrong.zip");
    assert_eq!(wrong.status.code(), Some(1), "{}", text(&wrong.stdout));
    let said = text(&wrong.stderr);
    assert!(
        said.contains("wrong.zip: schemas/order.json:1:10: /type: expected a string"),
        "{said}"
    );
    // A template that names the archive reads the same policy.
    let template = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: { CodeUri: wrong.zip, Runtime: python3.13 }\n";
    fs::write(at("t.yaml"), template).unwrap();
    for verb in ["doctor", "lint"] {
        let said = text(&tollgate(directory.path(), &[verb, "t.yaml"]).stderr);
        assert!(said.contains("wrong.zip: schemas/order.json:1:10"), "{verb}: {said}");
    }
    // A byte that changed on the way is said, not read.
    let mut bytes = fs::read(at("good.zip")).unwrap();
    bytes[60] ^= 0xff;
    fs::write(at("good.zip"), bytes).unwrap();
    let damaged = doctor("good.zip");
    assert_eq!(damaged.status.code(), Some(1));
    let said = text(&damaged.stderr);
    assert!(said.contains("good.zip: `tollgate.yaml`"), "{said}");
}

#[test]
fn doctor_holds_the_role_against_what_the_policy_needs() {
    let directory = directory();
    fs::create_dir(directory.path().join("src")).unwrap();
    let policy = "version: 1\ntables: { budgets: budgets }\nbudgets:\n  - { name: all, unit: invocations, \
                  limit: 1000, per: 1h, store: dynamodb }\n";
    fs::write(directory.path().join("src/tollgate.yaml"), policy).unwrap();
    let doctor = || text(&tollgate(directory.path(), &["doctor", "t.yaml"]).stdout);
    let unknown = doctor();
    let wanted =
        "note: `store: dynamodb` needs `dynamodb:UpdateItem`, `dynamodb:GetItem`, and SAM makes";
    assert!(unknown.contains(wanted), "{unknown}");
    let role = |actions: &str| {
        let role = format!(
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n        - PolicyDocument:\n            \
             Statement: [{{ Effect: Allow, Action: [{actions}], Resource: '*' }}]\n"
        );
        let template =
            TEMPLATE.replace("      CodeUri", "      Role: !GetAtt R.Arn\n      CodeUri");
        fs::write(directory.path().join("t.yaml"), template + &role).unwrap();
    };
    role("'logs:*', 'dynamodb:GetItem'");
    let said = doctor();
    let wanted =
        "missing: its role is not allowed `dynamodb:UpdateItem`, which `store: dynamodb` needs";
    assert!(said.contains(wanted), "{said}");
    assert!(!said.contains("its log"), "{said}");
    role("'dynamodb:*Item'");
    let said = doctor();
    assert!(!said.contains("store: dynamodb"), "{said}");
    assert!(said.contains("not allowed `logs:CreateLogStream`, `logs:PutLogEvents`"), "{said}");
}

#[test]
fn doctor_reads_the_records_of_a_running_function() {
    let ledger = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/ledger/ledger.ndjson");
    let directory = tempfile::tempdir().unwrap();
    let doctor = |file: &str| tollgate(directory.path(), &["doctor", "--json", "--records", file]);
    let said: Value = serde_json::from_slice(&doctor(ledger).stdout).unwrap();
    assert_eq!(said["guarded"], true, "{said}");
    let finding = format!(
        "{{\"tollgate\":1,\"kind\":\"finding\",\"chain\":\"{}\",\"epoch\":0,\"seq\":1,\"prev\":\"{}\",\
         \"time\":\"2026-11-23T02:07:10.172Z\",\"id\":\"coverage.ungated\",\"severity\":\"high\",\
         \"detail\":\"\",\"count\":2}}\n",
        "01".repeat(16),
        "23".repeat(32)
    );
    fs::write(directory.path().join("l.ndjson"), finding).unwrap();
    let output = doctor("l.ndjson");
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("2 times `coverage.ungated`: the runtime does not go through"), "{said}");
    fs::write(directory.path().join("l.ndjson"), "START RequestId\n").unwrap();
    let none = doctor("l.ndjson");
    assert_eq!(none.status.code(), Some(1));
    assert!(text(&none.stderr).contains("no ledger record found"));
}
