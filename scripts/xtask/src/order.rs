//! Writes down which functions of the extension run, in the order in which they first do.
//!
//! The linker puts them together (`extension/entry/build.rs`). What is left out, or is listed and no
//! longer there, costs a few pages of memory and nothing else: so the list is renewed now and then.
use crate::bench;
use crate::layer::{self, Arch};
use crate::run::{cargo, command, copy, must, root, say, step, target};
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Makes `extension/entry/first.ld` anew.
pub(crate) fn run() -> Result<()> {
    step("the extension with its symbols")?;
    let arch = Arch::host();
    let triple = layer::link_target(arch)?;
    layer::build_static(&triple, &["--package", "tollgate-start", "--bin", "tollgate-start"])?;
    let started = target().join(&triple).join("lambda/tollgate-start");
    let staged = target().join("order");
    copy(&started, &staged.join("extensions/tollgate"))?;
    copy(&root().join("layer/policy.yaml"), &staged.join("tollgate/policy.yaml"))?;
    let mut build = cargo();
    build.args(["build", "--profile", "lambda", "--target", &triple, "--target-dir"]);
    build.arg(staged.join("target")).args(["--package", "tollgate-extension"]);
    for table in ["profile.lambda", "profile.lambda.package.tollgate-extension"] {
        build.args(["--config", &format!("{table}.strip=\"none\"")]);
    }
    layer::static_link(&mut build, &triple)?;
    must(&mut build)?;
    let program = staged.join("target").join(&triple).join("lambda/tollgate-extension");
    copy(&program, &staged.join("tollgate/extension"))?;
    let mut driver = bench::driver(&staged)?;
    step("its way, step by step")?;
    let way = staged.join("touched");
    must(driver.arg("--touched").arg(&way))?;
    let script = script(&in_order(&symbols(&program)?, &std::fs::read_to_string(way)?)?);
    let file = root().join("extension/entry/first.ld");
    std::fs::write(&file, script)?;
    say(&format!("written: {}", file.display()))
}

/// The functions of a program, by their addresses.
fn symbols(program: &Path) -> Result<BTreeMap<u64, String>> {
    let output = command("nm").arg("--defined-only").arg(program).output();
    let output = output.context("cannot run `nm`, which comes with a C compiler")?;
    ensure!(output.status.success(), "`nm` cannot read `{}`", program.display());
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(function).collect())
}

/// Reads a line of `nm`: address, kind and name.
fn function(line: &str) -> Option<(u64, String)> {
    let mut words = line.split(' ');
    let (address, kind, name) = (words.next()?, words.next()?, words.next()?);
    let address = u64::from_str_radix(address, 16).ok()?;
    matches!(kind, "t" | "T" | "w" | "W").then(|| (address, name.to_owned()))
}

/// The patterns of the functions that these addresses are in.
fn in_order(symbols: &BTreeMap<u64, String>, way: &str) -> Result<Vec<String>> {
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for line in way.lines() {
        let at = u64::from_str_radix(line, 16).with_context(|| format!("`{line}`"))?;
        let Some((_, name)) = symbols.range(..=at).next_back() else { continue };
        if let Some(pattern) = pattern(name)
            && seen.insert(pattern.clone())
        {
            order.push(pattern);
        }
    }
    Ok(order)
}

/// A symbol without what changes from build to build: hashes, and numbers behind dots.
fn pattern(name: &str) -> Option<String> {
    let name = name.split(".llvm.").next().unwrap_or(name);
    let name = match name.rsplit_once('.') {
        Some((front, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => front,
        _ => name,
    };
    if let Some(name) = name.strip_prefix("_ZN") {
        // The old form of names ends in `17h`, a hash of 16 digits and `E`.
        let (front, _) = name.rsplit_once("17h")?;
        return Some(format!("_ZN{front}17h*"));
    }
    // The new one has `Cs`, a number and `_` before the name of each crate.
    let mut parts = name.strip_prefix("_R")?.split("Cs");
    let mut pattern = format!("_R{}", parts.next()?);
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (number, rest) = part.split_at(digits);
        let is_crate = !number.is_empty() && rest.starts_with('_');
        pattern += if is_crate { "Cs*" } else { "Cs" };
        pattern += if is_crate { rest } else { part };
    }
    Some(pattern)
}

/// The linker's script; it adds to the one that every linker has.
fn script(patterns: &[String]) -> String {
    let mut script = String::from(
        "/* What of the extension runs first, in order: from its start over three events to its end. Made by\n   \
         `scripts/xtask/run order`; build.rs hands it to the linker. */\nSECTIONS\n{\n  .text.first :\n  {\n",
    );
    for pattern in patterns {
        let ends = if pattern.ends_with('*') { &[""][..] } else { &["", ".*"] };
        let names = ends
            .iter()
            .flat_map(|end| ["", "unlikely."].map(|kind| format!(".text.{kind}{pattern}{end}")));
        let names: Vec<_> = names.collect();
        // Writing to a string does not fail.
        let _ = writeln!(script, "    *({})", names.join(" "));
    }
    script + "  }\n}\nINSERT BEFORE .text;\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_without_hashes() {
        for (name, expected) in [
            (
                "_ZN16tollgate_sidecar3run17h0123456789abcdefE",
                Some("_ZN16tollgate_sidecar3run17h*"),
            ),
            ("_ZN4core3ptr4drop17h0123456789abcdefE.llvm.123", Some("_ZN4core3ptr4drop17h*")),
            (
                "_RNvMsl_NtCsaB3_3std2fsNtB5_4File4open.402",
                Some("_RNvMsl_NtCs*_3std2fsNtB5_4File4open"),
            ),
            ("_RNvC3abc3Csx", Some("_RNvC3abc3Csx")),
            ("memcpy", None),
        ] {
            assert_eq!(pattern(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn functions_stand_in_the_order_in_which_they_are_reached() {
        let text = "0000000000000010 t _ZN1a17h00E\n0000000000000020 T _ZN1b17h00E\n\
                    0000000000000030 d _ZN1c17h00E\n                 U memcpy";
        let symbols: BTreeMap<_, _> = text.lines().filter_map(function).collect();
        assert_eq!(symbols.len(), 2);
        let order = in_order(&symbols, "24\n11\n20\n5\n").unwrap();
        assert_eq!(order, ["_ZN1b17h*", "_ZN1a17h*"]);
        let script = script(&order);
        assert!(script.contains("    *(.text._ZN1b17h* .text.unlikely._ZN1b17h*)\n"), "{script}");
    }
}
