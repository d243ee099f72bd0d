//! A function and an extension in bash, and a directory to run them in.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

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
pub(crate) const FUNCTION: &str = r#"
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

pub(crate) fn script(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("{CALL}{text}")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A directory with the function, the layer and two events.
pub(crate) fn world() -> tempfile::TempDir {
    let world = tempfile::tempdir().unwrap();
    script(&world.path().join("function"), FUNCTION);
    script(&world.path().join("layer/extensions/tollgate"), EXTENSION);
    std::fs::create_dir(world.path().join("events")).unwrap();
    std::fs::write(world.path().join("events/b.json"), "{}").unwrap();
    std::fs::write(world.path().join("events/a.bin"), [0xff]).unwrap();
    std::fs::write(world.path().join("policy.yaml"), "version: 1\n").unwrap();
    world
}

pub(crate) fn emulate(world: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.arg("emulate").args(arguments).current_dir(world).output().unwrap()
}

/// `emulate --template` in a world: its exit code, its rows and what it said.
pub(crate) fn by_template(
    world: &Path,
    only: &str,
    more: &[&str],
) -> (Option<i32>, Vec<Value>, String) {
    let template = ["--json", "--template", "template.yaml", "--only", only];
    let output = emulate(world, &[&template[..], more].concat());
    let rows = String::from_utf8(output.stdout).unwrap();
    let rows = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    (output.status.code(), rows, String::from_utf8(output.stderr).unwrap())
}

/// A world with a template whose functions answer every event.
pub(crate) fn world_of(template: &str) -> tempfile::TempDir {
    let world = world();
    std::fs::write(world.path().join("template.yaml"), template).unwrap();
    script(&world.path().join("code/bootstrap"), FUNCTION);
    world
}

/// The items go through the source that the template says.
pub(crate) fn send_items(
    world: &Path,
    only: &str,
    items: &str,
    more: &[&str],
) -> (Option<i32>, String) {
    std::fs::write(world.join("items"), items).unwrap();
    let (code, _, said) = by_template(world, only, &[&["--items", "items"], more].concat());
    (code, said)
}

/// The events that were recorded in `sent`, in their order.
pub(crate) fn sent(world: &Path) -> Vec<Value> {
    let entries = std::fs::read_dir(world.join("sent")).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
        .collect()
}
