//! Builds the layer, the baselines and the driver, and measures every promise.
use crate::layer::{self, Arch};
use crate::run::{cargo, command, must, say, step, target};
use anyhow::Result;
use std::path::PathBuf;

/// Runs the benchmarks.
pub(crate) fn run(quick: bool) -> Result<()> {
    layer::build(&Arch::ALL)?;
    step("baselines, linked as the extension is")?;
    let triple = layer::link_target(Arch::host())?;
    let baselines =
        ["--package", "tollgate-bench", "--bin", "bare-extension", "--bin", "bare-relay"];
    let bare = layer::build_static(&triple, &baselines)?;
    step("the driver")?;
    let driver = ["build", "--release", "--package", "tollgate-bench", "--bin", "tollgate-bench"];
    must(cargo().args(driver))?;
    step("measurements")?;
    let promises = target().join("bench/promises.json");
    let mut bench = command(target().join("release/tollgate-bench"));
    bench.arg("--bare-extension").arg(bare.join("bare-extension"));
    bench.arg("--bare-relay").arg(bare.join("bare-relay"));
    bench.arg("--extension").arg(Arch::host().staged().join("extensions/tollgate"));
    for arch in Arch::ALL {
        bench.arg("--zip").arg(arch.zip());
    }
    bench.arg("--out").arg(&promises);
    if quick {
        bench.arg("--quick");
    }
    must(&mut bench)?;
    let detection = detection()?;
    say(&format!("figures: {}, {}", promises.display(), detection.display()))
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
