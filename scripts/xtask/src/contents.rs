//! The layer as `layer/contents.toml` expects it: files, modes, sizes and how they are linked.
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::elf::Elf;
use crate::remap;

/// What a built layer must be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contents {
    /// The most bytes the zip may have.
    pub(crate) zip_bytes_max: u64,
    /// Every file, by its path in the layer; nothing else may be there.
    pub(crate) files: BTreeMap<String, Expected>,
}

/// What one file must be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// Unix permissions, in octal.
    mode: String,
    /// The most bytes it may have.
    bytes_max: u64,
    /// It is an executable that needs neither an interpreter nor a library, and is hardened.
    #[serde(default, rename = "static")]
    statically_linked: bool,
}

impl Expected {
    /// The permissions as a number.
    pub(crate) fn mode(&self) -> Result<u32> {
        u32::from_str_radix(&self.mode, 8).with_context(|| format!("`{}` is no mode", self.mode))
    }
}

impl Contents {
    /// Reads the expectations.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read `{}`", file.display()))?;
        toml::from_str(&text).with_context(|| format!("`{}` is wrong", file.display()))
    }

    /// Checks a staged layer for a machine; the error names every difference.
    pub(crate) fn check(&self, staged: &Path, machine: u16) -> Result<()> {
        let mut wrong = Vec::new();
        for path in listed(staged, staged)? {
            if !self.files.contains_key(&path) {
                wrong.push(format!("`{path}` is not expected"));
            }
        }
        for (path, expected) in &self.files {
            if let Err(error) = expected.check(&staged.join(path), machine) {
                wrong.push(format!("`{path}`: {error:#}"));
            }
        }
        if !wrong.is_empty() {
            bail!("the layer is not what layer/contents.toml expects: {}", wrong.join("; "));
        }
        Ok(())
    }
}

impl Expected {
    fn check(&self, file: &Path, machine: u16) -> Result<()> {
        let data = std::fs::read(file).context("cannot be read")?;
        let mode = std::fs::metadata(file)?.permissions().mode() & 0o7777;
        if mode != self.mode()? {
            bail!("mode is {mode:04o}, not {}", self.mode);
        }
        let bytes = data.len();
        if bytes as u64 > self.bytes_max {
            bail!("has {bytes} bytes, more than {}", self.bytes_max);
        }
        if self.statically_linked {
            let elf = Elf::read(&data)?;
            elf.require_static()?;
            elf.require_hardened()?;
            remap::require_unnamed(&data)?;
            if elf.machine != machine {
                bail!("is for machine {}, not {machine}", elf.machine);
            }
        }
        Ok(())
    }
}

/// Paths of all files below `directory`, relative to `base`.
fn listed(directory: &Path, base: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            paths.extend(listed(&path, base)?);
        } else {
            paths.push(path.strip_prefix(base)?.to_string_lossy().into_owned());
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::X86_64;
    use std::fs::{Permissions, set_permissions, write};

    fn contents(file: &str) -> Contents {
        toml::from_str(&format!("zip_bytes_max = 9\n[files]\n{file}\n")).unwrap()
    }

    #[test]
    fn every_difference_is_named() {
        let directory = tempfile::tempdir().unwrap();
        write(directory.path().join("exec"), "text").unwrap();
        set_permissions(directory.path().join("exec"), Permissions::from_mode(0o755)).unwrap();
        let check = |file: &str| contents(file).check(directory.path(), X86_64);
        check("exec = { mode = '0755', bytes_max = 4 }").unwrap();
        for (file, message) in [
            ("exec = { mode = '0644', bytes_max = 4 }", "mode is 0755, not 0644"),
            ("exec = { mode = '0755', bytes_max = 3 }", "has 4 bytes, more than 3"),
            ("exec = { mode = '0755', bytes_max = 4, static = true }", "no ELF file"),
            (
                "other = { mode = '0755', bytes_max = 4 }",
                "`exec` is not expected; `other`: cannot be read",
            ),
        ] {
            let error = format!("{:#}", check(file).unwrap_err());
            assert!(error.contains(message), "{error}");
        }
    }
}
