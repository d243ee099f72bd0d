//! Python things: a virtual environment with Lambda's Python client, and AWS's own emulator.
use crate::run::{command, must, say, step, target};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};

/// Lambda's Python runtime interface client (`PyPI`).
const CLIENT: &str = "awslambdaric==4.2.2";
/// The package whose wheel holds AWS's emulator (`PyPI`).
const EMULATOR_PACKAGE: &str = "aws-sam-cli==1.170.0";
/// Takes the emulator (second argument) out of the wheel in a directory (first) to a file (third).
const EXTRACT: &str = "\
import pathlib, sys, zipfile
wheel = next(pathlib.Path(sys.argv[1]).glob('*.whl'))
pathlib.Path(sys.argv[3]).write_bytes(zipfile.ZipFile(wheel).read(sys.argv[2]))
pathlib.Path(sys.argv[3]).chmod(0o755)
";

/// The virtual environment's interpreter, with the client installed; made when it is missing.
pub(crate) fn client() -> Result<PathBuf> {
    let directory = target().join("venv");
    let python = directory.join("bin/python");
    let wanted = directory.join("installed");
    if std::fs::read_to_string(&wanted).is_ok_and(|text| text == CLIENT) {
        return Ok(python);
    }
    step(&format!("python environment with {CLIENT}"))?;
    let made = must(command("python3").args(["-m", "venv", "--clear"]).arg(&directory));
    made.context(
        "python3 with its venv module is needed (Debian: `apt-get install python3-venv`)",
    )?;
    let mut pip = command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", CLIENT]);
    must(&mut pip)
        .context("pip cannot install Lambda's Python client: is a package index reachable?")?;
    std::fs::write(wanted, CLIENT)?;
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
