//! A directory laid out as `/opt`: its extensions, and paths into it.
use std::path::{Path, PathBuf};

use crate::error::StartError;

/// Switches all extensions off when it exists in `/opt`.
const DISABLED: &str = "disable-extensions-jwigqn8j";

/// The layer of one environment; without a directory it is empty.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    root: Option<PathBuf>,
    extensions: Vec<PathBuf>,
}

impl Layer {
    /// Lists the extensions of `root`: the files in `extensions/`, without its directories.
    pub(crate) fn open(root: Option<&Path>) -> Result<Self, StartError> {
        let Some(root) = root else {
            return Ok(Self::default());
        };
        let absolute = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        if !absolute.is_dir() {
            return Err(StartError::LayerMissing { path: absolute });
        }
        let directory = absolute.join("extensions");
        let entries = std::fs::read_dir(&directory)
            .map_err(|source| StartError::LayerWithoutExtensions { path: directory, source })?;
        let mut extensions: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|path| !path.is_dir()).collect();
        extensions.sort();
        if absolute.join(DISABLED).exists() {
            extensions.clear();
        }
        Ok(Self { root: Some(absolute), extensions })
    }

    /// The files to execute.
    pub(crate) fn extensions(&self) -> &[PathBuf] {
        &self.extensions
    }

    /// The directory, absolute.
    pub(crate) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Where a path of the function's configuration is on this machine: `/opt/…` is in the layer.
    pub(crate) fn map(&self, path: &str) -> PathBuf {
        match (&self.root, path.strip_prefix("/opt/")) {
            (Some(root), Some(inside)) => root.join(inside),
            _ => PathBuf::from(path),
        }
    }
}
