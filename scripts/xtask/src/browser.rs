//! The browser that looks at reports: a headless Chromium with its own libraries and fonts.
use crate::run::{command, must, say, step, target};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Chromium, compressed, for `x86_64` (`npm`).
const PACKAGE: &str = "@sparticuz/chromium@153.0.0";
/// Unpacks what the package (first argument) holds into a directory (second): the program, the
/// libraries that a small system lacks, and fonts.
const UNPACK: &str = "\
const fs = require('fs'), zlib = require('zlib'), { execFileSync } = require('child_process');
const [from, to] = process.argv.slice(1);
for (const name of ['al2023.tar', 'fonts.tar', 'chromium']) {
  fs.writeFileSync(`${to}/${name}`, zlib.brotliDecompressSync(fs.readFileSync(`${from}/bin/${name}.br`)));
  if (name.endsWith('.tar')) {
    execFileSync('tar', ['-xf', `${to}/${name}`, '-C', to]);
    fs.rmSync(`${to}/${name}`);
  }
}
fs.writeFileSync(`${to}/fonts.conf`, `<?xml version='1.0'?><fontconfig><dir>${to}/fonts</dir>\
<cachedir>${to}/fonts-cache</cachedir></fontconfig>`);
fs.chmodSync(`${to}/chromium`, 0o755);
";

/// The directory with `chromium` and `lib`, made when it is missing; `node` is that of
/// [`node::client`](crate::node::client). On other architectures there is none: the test then takes
/// a `chromium` of the system, or says that it did not look.
pub(crate) fn chromium(node: &Path) -> Result<PathBuf> {
    let directory = target().join("browser");
    let wanted = directory.join("installed");
    let current = std::fs::read_to_string(&wanted).is_ok_and(|text| text == PACKAGE);
    if current || std::env::consts::ARCH != "x86_64" {
        return Ok(directory);
    }
    step(&format!("{PACKAGE}, which looks at reports"))?;
    std::fs::create_dir_all(&directory)?;
    let mut paths = vec![node.join("bin")];
    paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let path = std::env::join_paths(paths)?;
    let mut npm = command(node.join("bin/npm"));
    npm.current_dir(&directory).env("PATH", &path).env("npm_config_userconfig", "/dev/null");
    npm.args(["install", "--prefix", ".", "--no-audit", "--no-fund", "--loglevel", "error"]);
    must(npm.args(["--ignore-scripts", PACKAGE])).with_context(|| {
        format!("npm cannot install {PACKAGE}: is a package index at hand? scripts/test needs it")
    })?;
    let package = directory.join("node_modules/@sparticuz/chromium");
    must(command(node.join("bin/node")).args(["-e", UNPACK]).arg(&package).arg(&directory))
        .with_context(|| format!("cannot unpack `{}`", package.display()))?;
    // The compressed copy is not needed again.
    std::fs::remove_dir_all(directory.join("node_modules"))?;
    std::fs::write(&wanted, PACKAGE)?;
    say(&format!("    {}", directory.display()))?;
    Ok(directory)
}
