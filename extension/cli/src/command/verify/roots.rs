//! Reads the files that a verdict can rest on.
use std::path::{Path, PathBuf};

use tollgate_ledger::verify::{Anchor, RequestIds, Roots, RootsError, Trust};

use super::{Args, Stop, attestor};
use crate::command::logs;

/// Reads every file that was named.
pub(super) fn read(args: &Args) -> Result<Roots, Stop> {
    let mut against = RequestIds::default();
    for path in &args.against {
        against.join(parse(Some(path), RequestIds::parse)?.unwrap_or_default());
    }
    Ok(Roots {
        trust: parse(args.trust.as_ref(), Trust::parse)?,
        attestors: args.kms_key.iter().map(|key| attestor::read(key)).collect::<Result<_, _>>()?,
        anchors: parse(args.anchors.as_ref(), Anchor::parse_all)?.unwrap_or_default(),
        against,
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
    let bytes = logs::whole(path).map_err(|cause| Stop::Read { path: path.to_owned(), cause })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
