//! Builds the courier. Its TLS holds C code, so that another architecture needs a C compiler: that
//! is the one in the Python package `ziglang`, since no cross compiler is asked for.
use crate::layer::{Arch, static_link};
use crate::python;
use crate::run::{cargo, must, target};
use anyhow::Result;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The profile that it is built in.
const PROFILE: &str = "courier";

/// Builds the courier for a Rust target and gives its binary.
pub(crate) fn build(arch: Arch, triple: &str) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--profile", PROFILE, "--target", triple]);
    build.args(["--package", "tollgate-courier", "--bin", "tollgate-courier"]);
    static_link(&mut build, triple)?;
    c_compiler(&mut build, arch, triple)?;
    must(&mut build)?;
    Ok(target().join(triple).join(PROFILE).join("tollgate-courier"))
}

/// Names the C compiler. For this machine it is its own: the code that is compiled calls nothing
/// in which C libraries differ.
fn c_compiler(build: &mut Command, arch: Arch, triple: &str) -> Result<()> {
    let key = triple.replace('-', "_");
    let chosen = std::env::var_os(format!("CC_{key}")).is_some();
    if chosen {
        return Ok(());
    }
    if arch == Arch::host() {
        build.env(format!("CC_{key}"), "cc");
        return Ok(());
    }
    let python = python::zig()?;
    let (compiler, archiver) = (wrapper(&python, arch, "cc")?, wrapper(&python, arch, "ar")?);
    build.env(format!("CC_{key}"), compiler).env(format!("AR_{key}"), archiver);
    Ok(())
}

/// A script that stands for a compiler or archiver for `arch`. The crate `cc` names the target as
/// Rust does, which this compiler does not understand.
fn wrapper(python: &Path, arch: Arch, tool: &str) -> Result<PathBuf> {
    let directory = target().join("zig");
    let file = directory.join(format!("{tool}-{}", arch.name()));
    let machine = arch.rust_name();
    let options = match tool {
        "cc" => format!("-target {machine}-linux-musl -fno-sanitize=undefined"),
        _ => String::new(),
    };
    let script = format!(
        "#!/bin/sh\n\
         # Made by xtask: `{tool}` for {machine}, without the target's name in Rust's spelling.\n\
         export ZIG_GLOBAL_CACHE_DIR='{cache}' ZIG_LOCAL_CACHE_DIR='{cache}'\n\
         for word; do\n\
         \x20 shift\n\
         \x20 case $word in --target=*) ;; *) set -- \"$@\" \"$word\" ;; esac\n\
         done\n\
         exec '{python}' -m ziglang {tool} {options} \"$@\"\n",
        cache = directory.join("cache").display(),
        python = python.display(),
    );
    std::fs::write(&file, script)?;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
    Ok(file)
}
