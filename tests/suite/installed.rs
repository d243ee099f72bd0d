//! The command as it is installed: its manual pages and completions, made by the build.
use crate::support::places;
use std::process::Command;

/// All verbs, as the manual page of the whole command lists them.
fn verbs() -> Vec<String> {
    let help = Command::new(places::command().join("bin/tollgate")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let list = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn the_build_lays_a_manual_page_of_every_verb_beside_the_command() {
    let pages = places::command().join("share/man/man1");
    assert!(verbs().len() >= 20);
    for name in std::iter::once("tollgate".to_owned())
        .chain(verbs().iter().map(|verb| format!("tollgate-{verb}")))
    {
        let page = std::fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
        assert!(page.contains(".SH NAME"), "{name}");
    }
}

#[test]
fn the_build_lays_completions_beside_the_command() {
    for place in [
        "bash-completion/completions/tollgate",
        "fish/vendor_completions.d/tollgate.fish",
        "zsh/site-functions/_tollgate",
    ] {
        let script = std::fs::read_to_string(places::command().join("share").join(place)).unwrap();
        for verb in verbs() {
            assert!(script.contains(&verb), "{place}: {verb}");
        }
    }
}
