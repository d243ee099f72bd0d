//! `tollgate attach`, through the binary.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sam");

fn attach(template: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.arg("attach").arg(template).args(more).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// All templates below sam/.
fn templates(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let is_template = path.file_name().unwrap() == "template.yaml";
        let in_sam = path.parent().unwrap().ends_with("sam");
        if path.is_dir() {
            templates(&path, found);
        } else if is_template || in_sam && path.extension().is_some_and(|end| end == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn attached_and_detached_every_example_is_what_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let mut found = Vec::new();
    templates(Path::new(SAM), &mut found);
    assert!(!found.is_empty());
    for path in found {
        let before = fs::read_to_string(&path).unwrap();
        // As it is, and as it was before somebody attached the layer by hand.
        let bare: String = before
            .split_inclusive('\n')
            .filter(|line| !line.contains("Layers: [!Ref TollgateLayerArn]"))
            .map(|line| line.replace("AWS_LAMBDA_EXEC_WRAPPER:", "OTHER:"))
            .collect();
        for start in [before, bare] {
            let copy = directory.path().join("template.yaml");
            fs::write(&copy, &start).unwrap();
            let attached = attach(&copy, &[]);
            assert!(
                matches!(attached.status.code(), Some(0 | 3)),
                "{path:?} {}",
                text(&attached.stderr)
            );
            let detached = attach(&copy, &["--detach"]);
            assert_eq!(detached.status.code(), Some(0), "{path:?} {}", text(&detached.stderr));
            assert_eq!(fs::read_to_string(&copy).unwrap(), start, "{path:?}");
        }
    }
}

const BARE: &str = "\
# Orders.
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler # the module app
      Runtime: python3.13
";

#[test]
fn the_difference_is_printed_and_a_dry_run_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.yaml");
    fs::write(&path, BARE).unwrap();
    let arn = "arn:aws:lambda:eu-west-1:123456789012:layer:tollgate-x86_64:1";
    let dry = attach(&path, &["--dry-run", "--layer", arn]);
    assert_eq!(fs::read_to_string(&path).unwrap(), BARE);
    let wet = attach(&path, &["--layer", arn]);
    assert_eq!(text(&dry.stdout), text(&wet.stdout));
    let diff = text(&wet.stdout);
    assert!(diff.contains(&format!("+        - {arn}\n")), "{diff}");
    assert!(diff.contains("       Handler: app.handler # the module app\n"), "{diff}");
    assert!(!diff.contains("\n-"), "{diff}");
    let again = attach(&path, &["--layer", arn]);
    assert_eq!((again.status.code(), text(&again.stdout).as_str()), (Some(0), ""));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn what_cannot_be_edited_is_named_and_stays_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.yaml");
    for (bad, part) in [
        ("Resources:\n  A: [1\n", "t.yaml:3:1: not YAML"),
        ("Resources:\n  A: {Type: !Subb x}\n", "unknown intrinsic `!Subb`; did you mean `!Sub`?"),
        ("{\"Resources\": {\"A\": }}", "not JSON"),
    ] {
        fs::write(&path, bad).unwrap();
        let output = attach(&path, &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(part), "{}", text(&output.stderr));
        assert_eq!(fs::read_to_string(&path).unwrap(), bad);
    }
}

#[test]
fn what_is_left_to_a_person_is_said_and_has_its_own_exit_code() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.yaml");
    fs::write(&path, BARE.replace("python3.13", "provided.al2023")).unwrap();
    let output = attach(&path, &["--json"]);
    assert_eq!(output.status.code(), Some(3));
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["functions"][0]["state"], "by-hand");
    assert!(line["functions"][0]["hint"].as_str().unwrap().contains("tollgate wrap"));
    assert_eq!(line["written"], true);
}
