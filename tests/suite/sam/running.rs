//! Examples behind the real layer on the local Lambda; and the layer for arm64, under qemu.
use super::building::{at_hand, built, example};
use super::{examples, succeeds};
use crate::support::places;
use serde_json::Value;
use std::fs::Permissions;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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

#[test]
fn every_python_example_decides_its_events_as_their_names_say() {
    let ours: Vec<PathBuf> =
        examples().into_iter().filter(|example| example.join("app.py").is_file()).collect();
    // One of them is an image, of which the Dockerfile says the rest.
    assert!(ours.len() >= 7, "{ours:?}");
    for example in ours {
        of_template(&example, &places::layer());
    }
}

#[test]
fn the_examples_on_custom_runtimes_decide_their_events_as_their_names_say() {
    for wanted in ["rust", "go"] {
        let example = example(wanted);
        let directory = built(&example);
        let template = directory.path().join("build/template.yaml").display().to_string();
        decides_as_named(&example, &places::layer(), &["--template", &template]);
    }
}

#[test]
fn the_example_in_java_decides_its_events_as_their_names_say() {
    if at_hand("javac", "the example in Java") {
        let example = example("java-snapstart");
        let directory = built(&example);
        let template = directory.path().join("build/template.yaml").display().to_string();
        let client = java_client(directory.path());
        decides_as_named(
            &example,
            &places::layer(),
            &["--template", &template, "--client", &client],
        );
    }
}

/// A client of the Runtime API for Java: AWS's own is published on Maven Central alone, which tests do
/// not ask.
fn java_client(directory: &Path) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/java/Client.java");
    succeeds(Command::new("javac").arg("-d").arg(directory.join("client")).arg(source));
    format!("java=java -cp {} Client", directory.join("client").display())
}

/// Sends items as the source that the template names, and gives what was said of them.
fn items_of(name: &str, items: &str) -> String {
    let example = example(name);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("items");
    std::fs::write(&file, items).unwrap();
    let mut emulate = Command::new(places::tollgate());
    emulate.current_dir(&example).args(["emulate", "--template", "template.yaml"]);
    emulate.arg("--python").arg(places::python()).arg("--layer").arg(places::layer());
    emulate.args(["--timeout", "60", "--visibility", "0.2"]).arg("--items").arg(&file);
    let output = emulate.env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{name}: {said}");
    said
}

#[test]
fn the_source_of_items_and_its_retries_come_from_the_template() {
    for (name, items, wanted) in [
        // The queue's name, its item failures and three receives are the template's.
        (
            "sqs",
            "{\"sku\":\"a\",\"count\":2}\n{\"sku\":\"b\",\"count\":0}\n",
            "1 handled, 1 given up, 3 invocations",
        ),
        (
            "kinesis",
            "{\"page\":\"/\",\"visitor\":\"v\",\"at\":1}\n",
            "1 handled, 0 given up, 1 invocations",
        ),
        // The notification's prefix is the template's: the hostile key must come with it.
        (
            "s3",
            "photos/cat.jpg\nnotes/cat.txt\nphotos/../../etc/passwd\n",
            "1 handled, 1 given up, 1 filtered out, 4 invocations",
        ),
    ] {
        let said = items_of(name, items);
        assert!(said.contains(wanted), "{name}: {said}");
    }
}

/// A request to an API, and the status line of its reply.
fn status_of(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply.lines().next().unwrap().to_owned()
}

#[test]
fn the_service_and_its_routes_come_from_the_template() {
    let mut emulate = Command::new(places::tollgate());
    emulate.current_dir(example("http-api")).args(["emulate", "--template", "template.yaml"]);
    emulate.arg("--python").arg(places::python()).arg("--layer").arg(places::layer());
    emulate.args(["--timeout", "60", "--listen", "127.0.0.1:0"]);
    emulate.env("PYTHONDONTWRITEBYTECODE", "1").stdout(Stdio::null()).stderr(Stdio::piped());
    let mut emulate = emulate.spawn().unwrap();
    let mut lines = BufReader::new(emulate.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.find_map(|line| Some(line.split_once("curl http://")?.1.to_owned()));
    let address = address.unwrap().trim_end_matches('/').to_owned();
    let order = |count: u32| {
        let body = format!("{{\"sku\":\"a\",\"count\":{count}}}");
        let length = body.len();
        let request = format!(
            "POST /orders HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        status_of(&address, &request)
    };
    assert_eq!(order(1), "HTTP/1.1 201 Created");
    assert_eq!(order(0), "HTTP/1.1 400 Bad Request");
    let nowhere = "GET /nowhere HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\r\n";
    assert_eq!(status_of(&address, nowhere), "HTTP/1.1 404 Not Found");
    let id = rustix::process::Pid::from_child(&emulate);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    // Its last lines, so that it can end.
    assert!(lines.any(|line| line.contains("shutdown")));
    assert!(emulate.wait().unwrap().success());
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
        let example = example("http-api");
        of_template(&example, staged.path());
    }
}
