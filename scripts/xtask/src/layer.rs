//! Builds, checks and zips the layer for each architecture.
use crate::contents::Contents;
use crate::run::{cargo, command, copy, must, root, say, shown, step, target};
use crate::{courier, elf, remap, sbom, seal, zip};
use anyhow::{Context, Result, bail};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A processor architecture that Lambda offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arch {
    /// x86-64.
    X86_64,
    /// `AArch64`, which Lambda calls arm64.
    Arm64,
}

impl Arch {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::X86_64, Self::Arm64];

    /// By Lambda's name.
    pub(crate) fn parse(name: &str) -> Result<Self> {
        match name {
            "x86_64" => Ok(Self::X86_64),
            "arm64" => Ok(Self::Arm64),
            _ => bail!("unknown architecture `{name}`: expected `x86_64`, `arm64` or `all`"),
        }
    }

    /// The one that runs this.
    pub(crate) fn host() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }

    /// Lambda's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    pub(crate) fn rust_name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    fn machine(self) -> u16 {
        match self {
            Self::X86_64 => elf::X86_64,
            Self::Arm64 => elf::AARCH64,
        }
    }

    fn musl(self) -> String {
        format!("{}-unknown-linux-musl", self.rust_name())
    }

    /// The directory this architecture's layer is staged in.
    pub(crate) fn staged(self) -> PathBuf {
        target().join("layer").join(self.name())
    }

    /// This architecture's bill of materials.
    pub(crate) fn bill(self) -> PathBuf {
        target().join("layer").join(format!("tollgate-{}.cdx.json", self.name()))
    }

    /// This architecture's zip.
    pub(crate) fn zip(self) -> PathBuf {
        target().join("layer").join(format!("tollgate-{}.zip", self.name()))
    }
}

/// Builds the layer for each of `archs`; gives the sizes table's lines.
pub(crate) fn build(archs: &[Arch]) -> Result<Vec<String>> {
    let contents = Contents::read(&root().join("layer/contents.toml"))?;
    let mut table = Vec::new();
    for arch in archs {
        step(&format!("layer for {}", arch.name()))?;
        let linked = link_target(*arch)?;
        let programs = build_programs(&linked, &[])?;
        let courier = courier::build(*arch, &linked)?;
        stage(&arch.staged(), &programs, &courier, &contents)?;
        contents.check(&arch.staged(), arch.machine())?;
        table.extend(pack(*arch, &linked, &contents)?);
    }
    step("sizes")?;
    table.iter().try_for_each(|line| say(line))?;
    seal::seal()?;
    Ok(table)
}

/// Builds, for tests only, a layer whose extension panics where `TOLLGATE_PLANT` says; gives the
/// directory it is staged in.
pub(crate) fn build_planted(arch: Arch) -> Result<PathBuf> {
    step("layer with planted panics, for tests")?;
    let contents = Contents::read(&root().join("layer/contents.toml"))?;
    let linked = link_target(arch)?;
    let programs = build_programs(&linked, &["--features", "plant"])?;
    let courier = courier::build(arch, &linked)?;
    let staged = target().join("layer/planted");
    stage(&staged, &programs, &courier, &contents)?;
    Ok(staged)
}

/// The Rust target for static binaries: musl, or glibc of the host where musl cannot be had.
pub(crate) fn link_target(arch: Arch) -> Result<String> {
    let musl = arch.musl();
    if has_target(&musl)? || add_target(&musl) {
        return Ok(musl);
    }
    let gnu = format!("{}-unknown-linux-gnu", arch.rust_name());
    if arch != Arch::host() {
        bail!("target `{musl}` cannot be added, and this host links no glibc for {}", arch.name());
    }
    say(&format!(
        "    target `{musl}` cannot be added: linking glibc statically (`{gnu}`) instead"
    ))?;
    Ok(gnu)
}

fn has_target(triple: &str) -> Result<bool> {
    let mut rustc = command("rustc");
    rustc.args(["--print", "target-libdir", "--target", triple]);
    let output = rustc.output().with_context(|| format!("cannot run `{}`", shown(&rustc)))?;
    let directory = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success() && Path::new(&directory).is_dir())
}

fn add_target(triple: &str) -> bool {
    must(command("rustup").args(["target", "add", triple])).is_ok()
}

/// Builds the layer's programs and gives the directory they are in.
fn build_programs(triple: &str, more: &[&str]) -> Result<PathBuf> {
    build_static(triple, &["--package", "tollgate-start", "--bin", "tollgate-start"])?;
    let mut arguments = vec!["--package", "tollgate-extension", "--bin", "tollgate-extension"];
    arguments.extend(more);
    build_static(triple, &arguments)
}

/// The profile of the programs that Lambda starts.
const PROFILE: &str = "lambda";

/// Builds what `arguments` name statically, in the layer's profile; gives the binaries' directory.
pub(crate) fn build_static(triple: &str, arguments: &[&str]) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--profile", PROFILE, "--target", triple]).args(arguments);
    static_link(&mut build, triple)?;
    must(&mut build)?;
    Ok(target().join(triple).join(PROFILE))
}

/// A link at a fixed address: nothing is relocated at start. See ARCHITECTURE.md, "Link".
const FIXED: &str = "-Crelocation-model=static";

/// Sets what makes the link static, independent of a C toolchain for another architecture, and the
/// same wherever it is made. Options from the caller's environment do not count.
pub(crate) fn static_link(build: &mut Command, triple: &str) -> Result<()> {
    let mut options = vec![FIXED.to_owned()];
    if triple.ends_with("-gnu") {
        options.push("-Ctarget-feature=+crt-static".to_owned());
    } else if !triple.starts_with(Arch::host().rust_name()) {
        // The toolchain's own linker, start files and C library: no cross compiler is asked for.
        let key = triple.to_uppercase().replace('-', "_");
        build.env(format!("CARGO_TARGET_{key}_LINKER"), "rust-lld");
        options.push("-Clink-self-contained=yes".to_owned());
        options.push("-Clinker-flavor=ld.lld".to_owned());
    }
    options.extend(remap::options(triple)?);
    build.env("CARGO_ENCODED_RUSTFLAGS", options.join("\u{1f}"));
    Ok(())
}

/// Lays the files out as they are below /opt.
fn stage(staged: &Path, programs: &Path, courier: &Path, contents: &Contents) -> Result<()> {
    let sources = root().join("layer");
    if staged.exists() {
        std::fs::remove_dir_all(staged)?;
    }
    copy(&programs.join("tollgate-start"), &staged.join("extensions/tollgate"))?;
    copy(&programs.join("tollgate-extension"), &staged.join("tollgate/extension"))?;
    copy(courier, &staged.join("tollgate/courier"))?;
    copy(&sources.join("exec"), &staged.join("tollgate/exec"))?;
    copy(&sources.join("policy.yaml"), &staged.join("tollgate/policy.yaml"))?;
    // A checkout keeps the executable bit only, and an umask may take away more.
    for (path, expected) in &contents.files {
        let permissions = Permissions::from_mode(expected.mode()?);
        std::fs::set_permissions(staged.join(path), permissions)?;
    }
    Ok(())
}

/// Writes the zip and its bill of materials, and gives the lines of the sizes table.
fn pack(arch: Arch, triple: &str, contents: &Contents) -> Result<Vec<String>> {
    let (mut entries, mut lines) = (Vec::new(), Vec::new());
    let mut files = Vec::new();
    let mut line = |path: &str, bytes: usize| {
        lines.push(format!("{:<8}{path:<28}{bytes:>10} bytes", arch.name()));
    };
    for (path, expected) in &contents.files {
        let data = std::fs::read(arch.staged().join(path))?;
        line(path, data.len());
        files.push((path.clone(), data.clone()));
        entries.push(zip::Entry { path: path.clone(), mode: expected.mode()?, data });
    }
    std::fs::write(arch.bill(), sbom::document(arch.name(), triple, &files)?)?;
    let archive = zip::archive(entries)?;
    let bytes = archive.len();
    line(&format!("tollgate-{}.zip", arch.name()), bytes);
    if bytes as u64 > contents.zip_bytes_max {
        bail!("the zip has {bytes} bytes, more than {}", contents.zip_bytes_max);
    }
    let file = arch.zip();
    std::fs::write(&file, archive).with_context(|| format!("cannot write `{}`", file.display()))?;
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_have_lambdas_names() {
        for arch in Arch::ALL {
            assert_eq!(Arch::parse(arch.name()).unwrap(), arch);
        }
        assert!(Arch::parse("aarch64").is_err());
    }
}
