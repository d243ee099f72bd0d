//! Examples behind the real layer on the local Lambda; and the layer for arm64, under qemu.
use super::building::{at_hand, built};
use super::{examples, name, succeeds};
use crate::support::places;
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What decides an example's sample event, by the file's name.
fn wanted(file: &str) -> &'static str {
    let name = file.rsplit('/').next().unwrap();
    ["refused-", "filtered-"]
        .iter()
        .zip(["refuse", "filter"])
        .find_map(|(start, decision)| name.starts_with(start).then_some(decision))
        .unwrap_or("pass")
}

/// Sends an example's events behind `layer` to what `function` names: a template's function, or a
/// command. Holds what comes back against the events' names.
fn decides_as_named(example: &Path, layer: &Path, function: &[&str]) {
    let mut emulate = Command::new(places::tollgate());
    emulate.current_dir(example).args([
        "emulate",
        "--json",
        "--timeout",
        "60",
        "--events",
        "events",
    ]);
    emulate.args(function).arg("--layer").arg(layer);
    for variable in ["PYTHONDONTWRITEBYTECODE=1", "WEBHOOK_SECRET=example-secret"] {
        emulate.args(["--env", variable]);
    }
    let rows = succeeds(&mut emulate);
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let files = std::fs::read_dir(example.join("events")).unwrap().count();
    assert_eq!(rows.len(), files, "{rows:?}");
    for row in rows {
        let wanted = wanted(row["file"].as_str().unwrap());
        assert_eq!(row["decision"], wanted, "{row}");
        assert!(row["record"].is_string(), "{row}");
        if wanted != "refuse" {
            assert!(row["error_type"].is_null(), "{row}");
        }
    }
}

/// The function of a template, in Python.
fn of_template(example: &Path, layer: &Path) {
    let python = places::python().display().to_string();
    decides_as_named(example, layer, &["--template", "template.yaml", "--python", &python]);
}

/// The program of an image, which a template does not name.
fn of_image(example: &Path, layer: &Path) {
    let command = format!("{} -m awslambdaric app.handler", places::python().display());
    let own = ["--policy", "tollgate.yaml", "--env", "PYTHONPATH=."];
    decides_as_named(example, layer, &[&["--function", &command], &own[..]].concat());
}

#[test]
fn every_python_example_decides_its_events_as_their_names_say() {
    let ours: Vec<PathBuf> =
        examples().into_iter().filter(|example| example.join("app.py").is_file()).collect();
    assert!(ours.len() >= 7, "{ours:?}");
    for example in ours {
        let is_image = example.join("Dockerfile").is_file();
        let run = if is_image { of_image } else { of_template };
        run(&example, &places::layer());
    }
}

#[test]
fn the_examples_on_custom_runtimes_decide_their_events_as_their_names_say() {
    for wanted in ["rust", "go"] {
        let example = examples().into_iter().find(|example| name(example) == wanted).unwrap();
        let directory = built(&example);
        let template = directory.path().join("build/template.yaml").display().to_string();
        decides_as_named(&example, &places::layer(), &["--template", &template]);
    }
}

/// Lays the layer for arm64 out so that each program runs under qemu. A program finds the next one
/// from its own place; so what is found there is a script that starts the program beside it.
fn under_qemu(layer: &Path, qemu: &str) -> tempfile::TempDir {
    let staged = tempfile::tempdir().unwrap();
    let at = |path: &str| {
        let path = staged.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    for (path, script, program) in [
        ("extensions/tollgate", "extensions/tollgate", "arm64/extensions/tollgate"),
        ("tollgate/extension", "arm64/tollgate/extension", "arm64/tollgate/extension.program"),
        ("tollgate/courier", "arm64/tollgate/courier", "arm64/tollgate/courier.program"),
    ] {
        std::fs::copy(layer.join(path), at(program)).unwrap();
        let text = format!("#!/bin/sh\nexec {qemu} '{}' \"$@\"\n", at(program).display());
        std::fs::write(at(script), text).unwrap();
        std::fs::set_permissions(at(script), Permissions::from_mode(0o755)).unwrap();
    }
    for path in ["tollgate/exec", "tollgate/policy.yaml"] {
        std::fs::copy(layer.join(path), at(path)).unwrap();
    }
    staged
}

#[test]
fn the_layer_for_arm64_decides_as_the_other_does() {
    if std::env::consts::ARCH != "x86_64" {
        return;
    }
    let qemu = "qemu-aarch64-static";
    if at_hand(qemu, "the layer for arm64 (Debian: `apt-get install qemu-user-static`)") {
        let staged = under_qemu(&places::arm64_layer(), qemu);
        let example = examples().into_iter().find(|example| name(example) == "http-api").unwrap();
        of_template(&example, staged.path());
    }
}
