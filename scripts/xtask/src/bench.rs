//! Builds the layer, the baselines and the driver, and measures every promise.
use crate::layer::{self, Arch};
use crate::run::{cargo, command, must, say, step, target};
use crate::test;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is measured beside the extension, and the driver's option that names it.
const PROGRAMS: [(&str, &str); 5] = [
    ("--bare-extension", "bare-extension"),
    ("--bare-relay", "bare-relay"),
    ("--parked", "parked"),
    ("--crate-extension", "crate-extension"),
    ("--crate-relay", "crate-relay"),
];

/// Runs the benchmarks: all, or these parts of those of the extension.
pub(crate) fn run(quick: bool, only: Option<&str>) -> Result<()> {
    layer::build(&Arch::ALL)?;
    let mut bench = driver(&Arch::host().staged())?;
    step("measurements")?;
    // What all of the promises are is not overwritten by some of them.
    let file = if only.is_some() { "bench/parts.json" } else { "bench/promises.json" };
    let promises = target().join(file);
    for arch in Arch::ALL {
        bench.arg("--zip").arg(arch.zip());
    }
    bench.arg("--out").arg(&promises);
    if quick {
        bench.arg("--quick");
    }
    if let Some(parts) = only {
        must(bench.args(["--only", parts]))?;
        return say(&format!("figures: {}", promises.display()));
    }
    must(&mut bench)?;
    proofs(&promises)?;
    let detection = detection()?;
    say(&format!("figures: {}, {}", promises.display(), detection.display()))
}

/// Builds the driver and the baselines; what is measured is the extension that is staged there.
pub(crate) fn driver(staged: &Path) -> Result<Command> {
    step("baselines, linked as the extension is")?;
    let triple = layer::link_target(Arch::host())?;
    let mut baselines = vec!["--package", "tollgate-bench", "--features", "peers"];
    baselines.extend(PROGRAMS.iter().flat_map(|(_, program)| ["--bin", program]));
    let built = layer::build_static(&triple, &baselines)?;
    step("the driver")?;
    let driver = ["build", "--release", "--package", "tollgate-bench", "--bin", "tollgate-bench"];
    must(cargo().args(driver))?;
    let mut bench = command(target().join("release/tollgate-bench"));
    for (option, program) in PROGRAMS {
        bench.arg(option).arg(built.join(program));
    }
    bench.arg("--extension").arg(staged.join("extensions/tollgate"));
    Ok(bench)
}

/// What it costs to tell who sent an event: more rows for the promises.
fn proofs(promises: &Path) -> Result<()> {
    step("proofs, policies and trust")?;
    let path = target().join("bench/proofs.json");
    let mut proofs = cargo();
    proofs.args(["run", "--quiet", "--release", "--package", "tollgate-policy"]);
    must(proofs.args(["--example", "proofs", "--"]).arg(&path))?;
    let read = |path: &Path| -> Result<Vec<serde_json::Value>> {
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    };
    let mut rows = read(promises)?;
    rows.extend(
        read(&path)?.into_iter().filter(|row| row.get("met").is_some_and(|met| !met.is_null())),
    );
    Ok(std::fs::write(promises, serde_json::to_vec_pretty(&rows)?)?)
}

/// What the detectors find, and what they find where nothing is.
fn detection() -> Result<PathBuf> {
    step("detection")?;
    let figures = target().join("bench/detection.json");
    let mut detection = cargo();
    detection.args(["run", "--quiet", "--release", "--package", "tollgate-corpora"]);
    must(detection.args(["--bin", "detection", "--", "--output"]).arg(&figures))?;
    Ok(figures)
}

/// Runs the suite's soak with so many invocations, for so many hours at most.
pub(crate) fn soak(invocations: &str, hours: Option<&str>) -> Result<()> {
    let count: u64 = invocations
        .replace('_', "")
        .parse()
        .with_context(|| format!("`{invocations}` is no number of invocations"))?;
    if let Some(text) = hours {
        let positive = text.parse::<f64>().is_ok_and(|hours| hours > 0.0);
        ensure!(positive, "`{text}` is no number of hours");
    }
    layer::build(&[Arch::host()])?;
    test::programs()?;
    step("soak")?;
    let figures = target().join("bench/soak.json");
    let mut soak = cargo();
    soak.args(["test", "--release", "--package", "tollgate-suite", "--test", "suite", "soak::"]);
    soak.args(["--", "--nocapture"]);
    soak.env("SOAK_INVOCATIONS", count.to_string()).env("SOAK_FIGURES", &figures);
    if let Some(hours) = hours {
        soak.env("SOAK_HOURS", hours);
    }
    must(&mut soak)?;
    say(&format!("figures: {}", figures.display()))
}
