//! Templates: SAM's own validator, and `cfn-lint` on what is written and on what it expands to.
use super::{examples, sam, succeeds, tool};
use crate::support::places;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// Every template below `sam/`.
fn templates() -> Vec<PathBuf> {
    let mut found = vec![sam().join("layer.yaml"), sam().join("fleet.yaml")];
    found.extend(examples().into_iter().map(|example| example.join("template.yaml")));
    found
}

#[test]
fn every_template_is_valid_as_sam_reads_it() {
    for template in templates() {
        // What has no resource of SAM's own is not its to lint; the next test holds it.
        succeeds(tool("sam").args(["validate", "--lint", "--template-file"]).arg(template));
    }
}

#[test]
fn every_template_is_valid_as_written_and_as_expanded() {
    let directory = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/sam/expand.py");
    succeeds(tool("python").arg(script).arg(directory.path()).args(templates()));
    let expanded = std::fs::read_dir(directory.path()).unwrap();
    let expanded: Vec<PathBuf> = expanded.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(expanded.len(), templates().len());
    succeeds(tool("cfn-lint").args(templates()).args(&expanded));
}

#[test]
fn the_expanded_form_shows_mistakes_that_the_written_form_hides() {
    let directory = tempfile::tempdir().unwrap();
    let (wrong, out) = (directory.path().join("wrong.yaml"), directory.path().join("out"));
    let text = std::fs::read_to_string(sam().join("examples/sqs/template.yaml")).unwrap();
    std::fs::write(&wrong, text.replace("Timeout: 5", "Timeout: 1000")).unwrap();
    std::fs::create_dir(&out).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/sam/expand.py");
    succeeds(tool("python").arg(script).arg(&out).arg(&wrong));
    let expanded = std::fs::read_dir(&out).unwrap().next().unwrap().unwrap().path();
    let found = tool("cfn-lint").arg(expanded).output().unwrap();
    assert!(!found.status.success());
    assert!(String::from_utf8_lossy(&found.stdout).contains("1000"), "{found:?}");
}

/// All names of AWS's resources are built from the partition, so that templates hold in `GovCloud` and
/// China too.
#[test]
fn no_template_names_a_partition() {
    for template in templates() {
        let text = std::fs::read_to_string(&template).unwrap();
        let named = text.lines().find(|line| {
            ["arn:aws:", "arn:aws-cn:", "arn:aws-us-gov:"].iter().any(|arn| line.contains(arn))
        });
        assert_eq!(named, None, "{}", template.display());
    }
}

#[test]
fn the_layer_and_the_fleet_name_no_resource_that_another_partition_lacks() {
    let mut lint = tool("cfn-lint");
    lint.args(["--regions", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "--"]);
    succeeds(lint.args([sam().join("layer.yaml"), sam().join("fleet.yaml")]));
}

/// Roles of functions name the actions and the resources that they need.
#[test]
fn no_example_allows_every_action_or_every_resource() {
    for example in examples() {
        let text = std::fs::read_to_string(example.join("template.yaml")).unwrap();
        let wide = text.lines().find(|line| {
            let line = line.trim().trim_start_matches("- ");
            (line.starts_with("Action:") || line.starts_with("Resource:"))
                && [":*", "\"*\"", "'*'", " *"].iter().any(|end| line.ends_with(end))
        });
        assert_eq!(wide, None, "{}", example.display());
        assert!(!text.contains("ManagedPolicyArns"), "{}", example.display());
    }
}

#[test]
fn the_list_of_examples_names_each_and_what_it_needs_to_build() {
    let list = std::fs::read_to_string(sam().join("README.md")).unwrap();
    for example in examples() {
        let name = super::name(&example);
        let row =
            list.lines().find(|line| line.starts_with(&format!("| [{name}](examples/{name})")));
        let row = row.unwrap_or_else(|| panic!("sam/README.md does not list `{name}`"));
        let template = std::fs::read_to_string(example.join("template.yaml")).unwrap();
        assert_eq!(row.contains("| nothing"), template.contains("SkipBuild: true"), "{row}");
        assert_eq!(row.contains("`make`"), template.contains("BuildMethod: makefile"), "{row}");
        assert_eq!(row.contains("Docker"), template.contains("PackageType: Image"), "{row}");
    }
}

#[test]
fn the_linter_of_ours_has_the_same_dates_of_runtimes_as_the_linter_of_templates() {
    let script = "import cfnlint, json, pathlib; \
                  data = pathlib.Path(cfnlint.__file__).parent / 'data/AdditionalSpecs'; \
                  print((data / 'LmbdRuntimeLifecycle.json').read_text())";
    let theirs = succeeds(tool("python").args(["-c", script]));
    let theirs: serde_json::Value = serde_json::from_str(&theirs).unwrap();
    let theirs: Vec<String> = theirs
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, dates)| {
            let update = dates["update-block"].as_str().unwrap_or("-");
            format!("| `{name}` | {} | {update} |", dates["deprecated"].as_str().unwrap())
        })
        .collect();
    assert!(theirs.len() >= 40, "{theirs:?}");
    let ours = succeeds(Command::new(places::tollgate()).args(["lint", "--rules"]));
    let ours = ours.split_once("## Runtimes").unwrap().1;
    let ours = ours.lines().filter(|line| line.starts_with("| `"));
    assert!(ours.map(str::to_owned).collect::<BTreeSet<_>>() == theirs.into_iter().collect());
}
