//! The work behind scripts/: build-layer, build-command, demo, test, bench and fuzz.

mod bench;
mod browser;
mod command;
mod contents;
mod courier;
mod demo;
mod deny;
mod elf;
mod foreign;
mod fuzz;
mod layer;
mod node;
mod order;
mod python;
mod remap;
mod reproduce;
mod run;
mod sbom;
mod seal;
mod test;
mod zip;

use anyhow::{Result, bail};
use layer::Arch;
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "\
usage: scripts/<task>, or cargo run -p xtask -- <task>

  build-layer [--arch x86_64|arm64|all]   build, check and zip the layer (default: all)
                                          -> target/layer/tollgate-x86_64.zip, tollgate-arm64.zip,
                                          a .cdx.json beside each, and SHA256SUMS; with a key in
                                          LAYER_SIGNING_KEY(_FILE) also SHA256SUMS.sig
  build-layer --reproduce [--arch …]      build it twice, in two directories, and compare the bytes
                                          (default: the architecture of this machine)
  build-command                           build the command, its manual pages and completions
                                          -> target/command, laid out as below /usr/local
  demo                                    run sample events through the layer, verify the ledger
                                          -> target/demo/ledger.ndjson, trust.json
  test [ARGUMENTS OF cargo test]          build what the tests need and run all of them
  bench [--quick] [--only PART,…]         measure every promise against its baseline, or parts alone: start,
                                          quota, features, instructions, turn-round, ceiling, sinks, memory,
                                          sizes
                                          -> target/bench/promises.json, detection.json
  bench --soak N [--hours H]              N invocations while processes die, sinks fail and
                                          environments freeze; then the ledger is compared with them.
                                          After H hours, and at SIGINT, it ends with what was done
                                          -> target/bench/soak.json
  order                                   trace the extension and write down what of it runs first
                                          -> extension/entry/first.ld
  fuzz [TARGET…] [--minutes N]            fuzz these targets or all, N minutes each (default: 1)
                                          -> tests/fuzz/corpus, tests/fuzz/LOG.md
  deny [CHECK…]                           what the crates' licences, sources and versions are held to
                                          (default: licenses bans sources; `advisories` loads a
                                          database from the network)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error closed there is nobody left to tell.
            let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<()> {
    match words {
        ["--help" | "-h" | "help"] | [_, "--help" | "-h"] => run::say(USAGE),
        ["build-layer"] | ["build-layer", "--arch", "all"] => layer::build(&Arch::ALL).map(drop),
        ["build-layer", "--arch", arch] => layer::build(&[Arch::parse(arch)?]).map(drop),
        ["build-layer", "--reproduce"] => reproduce::run(&[Arch::host()]),
        ["build-layer", "--reproduce", "--arch", "all"] => reproduce::run(&Arch::ALL),
        ["build-layer", "--reproduce", "--arch", arch] => reproduce::run(&[Arch::parse(arch)?]),
        ["build-command"] => command::build(),
        ["demo"] => demo::run(),
        ["test", rest @ ..] => test::run(rest),
        ["bench", "--soak", invocations] => bench::soak(invocations, None),
        ["bench", "--soak", invocations, "--hours", hours] => bench::soak(invocations, Some(hours)),
        ["bench"] => bench::run(false, None),
        ["bench", "--quick"] => bench::run(true, None),
        ["bench", "--only", parts] => bench::run(false, Some(parts)),
        ["bench", "--quick", "--only", parts] => bench::run(true, Some(parts)),
        ["order"] => order::run(),
        ["fuzz", rest @ ..] => fuzz::run(&fuzz::Plan::parse(rest)?),
        ["deny", checks @ ..] => deny::run(checks),
        [] => bail!("no task given\n{USAGE}"),
        _ => bail!("unknown task or argument in `{}`\n{USAGE}", words.join(" ")),
    }
}
