//! `tollgate lint`, `doctor`, `init` and `wrap`, through the binary.
#![expect(clippy::unwrap_used, reason = "test code")]
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
    let wanted = "t.yaml:5:16: high: runtime.deprecated: Orders: `python3.8`\n";
    assert!(text(&plain.stdout).contains(wanted), "{}", text(&plain.stdout));
    let sarif: Value = serde_json::from_slice(&lint(&["--format", "sarif"]).stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let ocsf = text(&lint(&["--format", "ocsf"]).stdout);
    let lines: Vec<Value> = ocsf.lines().map(|one| serde_json::from_str(one).unwrap()).collect();
    assert_eq!(lines.len(), results.len());
    assert!(lines.iter().all(|one| one["class_uid"] == 2003));
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
