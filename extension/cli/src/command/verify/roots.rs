//! Reads the files that a verdict can rest on.
use std::fs;
use std::path::{Path, PathBuf};

use tollgate_ledger::verify::{Anchor, RequestIds, Roots, RootsError, Trust};

use super::{Args, Stop};

/// Reads every file that was named.
pub(super) fn read(args: &Args) -> Result<Roots, Stop> {
    Ok(Roots {
        trust: parse(args.trust.as_ref(), Trust::parse)?,
        anchors: parse(args.anchors.as_ref(), Anchor::parse_all)?.unwrap_or_default(),
        against: parse(args.against.as_ref(), RequestIds::parse)?.unwrap_or_default(),
    })
}

fn parse<T>(
    path: Option<&PathBuf>,
    parse: impl FnOnce(&str) -> Result<T, RootsError>,
) -> Result<Option<T>, Stop> {
    path.map(|path| {
        let text = text(path)?;
        parse(&text).map_err(|cause| Stop::Roots { path: path.clone(), cause })
    })
    .transpose()
}

/// A log from which request ids are taken may hold any bytes.
fn text(path: &Path) -> Result<String, Stop> {
    let bytes = fs::read(path).map_err(|cause| Stop::Read { path: path.to_owned(), cause })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
