//! What the documentation says is tried: commands are run, flags looked up, fields of queries found.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tollgate_ledger::record::{
    Caller, Check, Compact, Cost, Invocation, Open, Outcome, Source, Times,
};
use tollgate_ledger::{Chain, Seed};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn tollgate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tollgate")).args(arguments).output().unwrap()
}

/// The README and all guides, by name.
fn pages() -> BTreeMap<String, String> {
    let mut paths = vec![root().join("README.md")];
    for entry in std::fs::read_dir(root().join("extension/docs")).unwrap() {
        paths.push(entry.unwrap().path());
    }
    paths.retain(|path| path.extension().is_some_and(|end| end == "md"));
    let read =
        |path: &PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    paths.iter().map(read).collect()
}

/// The blocks of a page: how each is marked, and its lines without their common indent.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String, usize)> = None;
    for line in page.lines() {
        let indent = line.len() - line.trim_start().len();
        match (open.take(), line.trim_start().strip_prefix("```")) {
            (None, Some(mark)) => open = Some((mark.to_owned(), String::new(), indent)),
            (Some((mark, text, _)), Some(_)) => blocks.push((mark, text)),
            (Some((mark, mut text, indent)), None) => {
                text.push_str(line.get(indent..).unwrap_or_default());
                text.push('\n');
                open = Some((mark, text, indent));
            }
            (None, None) => {}
        }
    }
    blocks
}

/// A directory with the files that the guides name.
fn desk() -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    let fixtures = root().join("tests/fixtures");
    let copy = |from: &str, to: &str| {
        std::fs::copy(fixtures.join(from), desk.path().join(to)).unwrap();
    };
    for name in ["ledger.ndjson", "trust.json", "anchors.ndjson"] {
        copy(&format!("ledger/{name}"), name);
    }
    copy("demo-policy.yaml", "tollgate.yaml");
    copy("events/api-gateway-v2/post-order.json", "event.json");
    std::fs::create_dir(desk.path().join("events")).unwrap();
    copy("events/api-gateway-v2/post-order.json", "events/order.json");
    desk
}

#[test]
fn every_block_that_is_marked_to_run_runs() {
    let binary = Path::new(env!("CARGO_BIN_EXE_tollgate")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut run = 0;
    for (name, page) in pages() {
        for (_, block) in blocks(&page).into_iter().filter(|(mark, _)| mark == "sh") {
            let desk = desk();
            let mut shell = Command::new("sh");
            shell.args(["-eu", "-c", &block]).current_dir(desk.path()).env("PATH", &path);
            let output = shell.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{name}:\n{block}\n{said}");
            run += 1;
        }
    }
    assert!(run >= 10, "{run} blocks: were they found?");
}

#[test]
fn every_command_in_the_docs_has_its_verb_and_its_flags() {
    let mut seen = 0;
    for (name, page) in pages() {
        let blocks = blocks(&page).into_iter().filter(|(mark, _)| mark.is_empty() || mark == "sh");
        for block in blocks.map(|(_, block)| block.replace("\\\n", " ")) {
            for line in block.lines() {
                // Of a pipe, the part that is ours.
                let Some((_, ours)) = format!(" {line}")
                    .split_once(" tollgate ")
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
                else {
                    continue;
                };
                if !line.trim_start().starts_with("tollgate ") && !line.contains("| tollgate ") {
                    continue;
                }
                let ours = ours.split(" | ").next().unwrap_or_default();
                let mut words = ours.split_whitespace();
                let verb = words.next().unwrap_or_default();
                let help = tollgate(&[verb, "--help"]);
                assert!(help.status.success(), "{name}: no verb `{verb}`: {line}");
                let help = String::from_utf8(help.stdout).unwrap();
                for flag in words.take_while(|it| *it != "#").filter(|it| it.starts_with("--")) {
                    let flag = flag.split('=').next().unwrap_or_default();
                    assert!(help.contains(flag), "{name}: `{verb}` has no `{flag}`: {line}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen >= 25, "{seen} commands: were they found?");
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    for (name, page) in pages() {
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let target = Path::new(&name).parent().unwrap().join(file);
            assert!(target.exists(), "{name}: {link}");
        }
    }
}

#[test]
fn ledgers_and_policies_of_earlier_releases_still_verify_and_parse() {
    let golden = root().join("tests/fixtures/golden");
    let mut releases = 0;
    for entry in std::fs::read_dir(golden).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let file = |name: &str| path.join(name).display().to_string();
        for ledger in ["ledger.ndjson", "ledger-2.ndjson"] {
            let verdict = tollgate(&["verify", "--trust", &file("trust.json"), &file(ledger)]);
            assert_eq!(verdict.status.code(), Some(0), "{}/{ledger}", path.display());
        }
        let checked = tollgate(&["check", &file("tollgate.yaml")]);
        assert!(checked.status.success(), "{}", path.display());
        releases += 1;
    }
    assert!(releases >= 1);
}

/// An event of an invocation with all that queries ask for, and a compact refusal.
fn records() -> (Value, Value) {
    let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
    let (mut chain, _) = Chain::open_ocsf(seed, 0, &Open::default());
    let invocation = Invocation {
        request_id: "r".to_owned(),
        function: Some("arn".to_owned()),
        trigger: Some("sqs".to_owned()),
        source: Some(Source { arn: Some("arn".to_owned()), ..Source::default() }),
        caller: Some(Caller {
            kind: "iam".to_owned(),
            id: Some("id".to_owned()),
            source_ip: Some("198.51.100.1".to_owned()),
            ..Caller::default()
        }),
        decision: Some("pass".to_owned()),
        outcome: Outcome::Success,
        checks: vec![Check { id: "limits.depth".to_owned(), ..Check::default() }],
        cost: Some(Cost { estimated_picodollars: Some(1), ..Cost::default() }),
        times: Times { received: 1, released: Some(1), replied: Some(2) },
        ..Invocation::default()
    };
    let event = chain.append(0, invocation).bytes;
    let compact = Compact { request_id: "r".to_owned(), refused: "limits.depth".to_owned() };
    let compact = chain.append(0, tollgate_ledger::Body::from(compact)).bytes;
    (serde_json::from_slice(&event).unwrap(), serde_json::from_slice(&compact).unwrap())
}

#[test]
fn every_field_of_the_queries_is_in_the_records() {
    let (event, compact) = records();
    let there = |path: &str| {
        let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
        let check = event.pointer("/unmapped/checks/0").and_then(|check| check.pointer(&pointer));
        event.pointer(&pointer).or(compact.pointer(&pointer)).or(check).is_some()
    };
    let mut fields = 0;
    for service in ["athena", "insights"] {
        for entry in std::fs::read_dir(root().join("sam/queries").join(service)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let words: Vec<&str> = if service == "athena" {
                text.split("'$.").skip(1).filter_map(|rest| rest.split('\'').next()).collect()
            } else {
                let code = text.split_once('\n').unwrap().1;
                let words =
                    code.split(|sign: char| !(sign.is_alphanumeric() || "._".contains(sign)));
                words
                    .filter(|word| {
                        word.contains('.') || *word == "class_uid" || *word == "duration"
                    })
                    .collect()
            };
            for field in words {
                assert!(there(field), "{}: `{field}`", path.display());
                fields += 1;
            }
        }
    }
    assert!(fields >= 25, "{fields} fields: were they found?");
}
