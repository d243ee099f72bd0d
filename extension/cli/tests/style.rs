//! One style over all verbs: their help, their exit codes, their errors, and what is generated of them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
use std::process::{Command, Output};

fn tollgate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tollgate")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// All verbs, as the help lists them.
fn verbs() -> Vec<String> {
    let help = text(&tollgate(&["--help"]).stdout);
    let list = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    let verbs: Vec<_> = names.filter(|name| *name != "help").map(str::to_owned).collect();
    assert!(verbs.len() >= 17, "{verbs:?}");
    verbs
}

#[test]
fn every_verb_has_examples_and_exit_codes_in_its_help() {
    for verb in verbs() {
        let output = tollgate(&[&verb, "--help"]);
        assert!(output.status.success() && output.stderr.is_empty(), "{verb}");
        let help = text(&output.stdout);
        let example = format!("\n  tollgate {verb}");
        for part in ["\nExamples:\n", &example, "\nExit codes:\n", "\n  0  ", "\n  1  ", "\n  2  "]
        {
            assert!(help.contains(part), "{verb}: no {part:?} in\n{help}");
        }
        assert!(!help.contains('\u{1b}'), "{verb}: colours in a pipe");
    }
}

/// What these two print is for shells and readers of manuals.
const NO_JSON: [&str; 2] = ["completions", "man"];

#[test]
fn every_verb_with_something_to_tell_a_machine_has_json() {
    for verb in verbs().iter().filter(|verb| !NO_JSON.contains(&verb.as_str())) {
        let help = text(&tollgate(&[verb, "--help"]).stdout);
        assert!(help.contains("\n      --json"), "{verb}: no --json in\n{help}");
    }
}

#[test]
fn what_is_written_for_a_deployment_is_told_in_json() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let template = "Resources:\n  Shop:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
                    FunctionUrlConfig: {AuthType: NONE}\n";
    std::fs::write(path("t.yaml"), template).unwrap();
    std::fs::write(path("bootstrap"), "#!/bin/sh\n").unwrap();
    let asked = |arguments: &[&str], code: i32| -> serde_json::Value {
        let output = tollgate(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        serde_json::from_str(text(&output.stdout).lines().next().unwrap()).unwrap()
    };
    let init = asked(&["init", &path("t.yaml"), "--out", &path("policies"), "--json"], 0);
    assert_eq!((&init["function"], &init["triggers"]), (&"Shop".into(), &1.into()));
    assert!(std::path::Path::new(init["policy"].as_str().unwrap()).is_file());
    let package = directory.path().to_str().unwrap();
    for (undo, changed) in [(false, true), (false, false), (true, true)] {
        let more: &[&str] = if undo { &["--undo"] } else { &[] };
        let said = asked(&[&["wrap", package, "--json"], more].concat(), 0);
        assert_eq!((&said["wrapped"], &said["changed"]), (&(!undo).into(), &changed.into()));
    }
    assert!(asked(&["wrap", "--image", "--json"], 0)["dockerfile"].is_string());
    let finding = asked(&["lint", &path("t.yaml"), "--json"], 3);
    assert_eq!((&finding["resource"], &finding["line"]), (&"Shop".into(), &2.into()), "{finding}");
    let key = asked(&["unseal", "--keygen", &path("key"), "--json"], 0);
    assert_eq!(key["publicKey"].as_str().unwrap().len(), 64);
}

#[test]
fn a_wrong_command_line_is_code_2_and_says_so_on_standard_error() {
    for verb in verbs() {
        let output = tollgate(&[&verb, "--no-such-flag"]);
        assert_eq!(output.status.code(), Some(2), "{verb}");
        assert!(output.stdout.is_empty(), "{verb}");
        assert!(text(&output.stderr).starts_with("error: "), "{verb}");
    }
}

#[test]
fn a_missing_file_is_code_1_and_is_named_on_standard_error() {
    let gone = "/nonexistent/file";
    let lines: &[&[&str]] = &[
        &["check", gone],
        &["explain", gone, "--policy", gone],
        &["learn", "--records", gone, "--out", "/nonexistent/out"],
        &["man", "--directory", "/dev/null/man"],
        &["prove", gone, "--request", "a"],
        &["replay", "--policy", gone, "--events", gone],
        &["report", gone],
        &["show", gone],
        &["sign", "--public", gone],
        &["stop", "--policy", gone, "--list"],
        &["unseal", "--key", gone, gone],
        &["verify", gone],
    ];
    for line in lines {
        let output = tollgate(line);
        assert_eq!(output.status.code(), Some(1), "{line:?}");
        let said = text(&output.stderr) + &text(&output.stdout);
        assert!(said.contains("/nonexistent") || said.contains("/dev/null"), "{line:?}: {said}");
    }
}

#[test]
fn an_output_that_takes_nothing_is_said_and_one_that_was_closed_is_not() {
    let ledger = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/ledger/ledger.ndjson");
    let lines: &[&[&str]] = &[
        &["check", "--schema"],
        &["completions", "bash"],
        &["explain", "--check", "detect.sql"],
        &["man"],
        &["report", ledger],
        &["show", ledger],
        &["simulate", "--environments", "2", "--json"],
        &["verify", ledger],
    ];
    for line in lines {
        let run = |output: std::process::Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
            let output = command.args(*line).stdout(output).output().unwrap();
            (output.status.code(), text(&output.stderr))
        };
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (code, said) = run(full.into());
        assert_eq!(code, Some(1), "{line:?}");
        assert!(said.contains("standard output: No space left on device"), "{line:?}: {said}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (_, said) = run(writer.into());
        assert!(!said.contains("Broken pipe"), "{line:?}: {said}");
    }
}

#[test]
fn completions_know_every_verb_in_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = tollgate(&["completions", shell]);
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}");
        let script = text(&output.stdout);
        for verb in verbs() {
            assert!(script.contains(&verb), "{shell}: {verb}");
        }
    }
    // Where there is a shell, it reads its script.
    let script = tollgate(&["completions", "bash"]).stdout;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tollgate.bash");
    std::fs::write(&file, script).unwrap();
    let asked = "source \"$1\"; COMP_WORDS=(tollgate ver); COMP_CWORD=1; \
                 _tollgate tollgate ver tollgate; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", asked, "bash"]).arg(&file).output().unwrap();
    assert_eq!(text(&output.stdout).trim(), "verify", "{}", text(&output.stderr));
}

#[test]
fn every_verb_has_a_manual_page() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    assert!(tollgate(&["man", "--directory", path]).status.success());
    assert!(directory.path().join("tollgate.1").is_file());
    for verb in verbs() {
        let page = directory.path().join(format!("tollgate-{verb}.1"));
        let page = std::fs::read_to_string(&page).unwrap();
        for part in [".TH tollgate", ".SH NAME", "Examples", "Exit codes"] {
            assert!(page.contains(part), "{verb}: no {part:?}");
        }
        assert_eq!(page.as_bytes(), tollgate(&["man", &verb]).stdout, "{verb}");
    }
    let output = tollgate(&["man", "verfiy"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no verb `verfiy`; expected one of `allow`"));
}

#[test]
fn colours_can_be_forced_on_and_are_off_under_no_color() {
    let ask = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
        let command = command.arg("--no-such-flag").envs(variables.iter().copied());
        text(&command.output().unwrap().stderr)
    };
    assert!(ask(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!ask(&[("NO_COLOR", "1")]).contains('\u{1b}'));
}
