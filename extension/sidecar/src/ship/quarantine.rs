//! Copies of what was refused: stored before anybody is told that it was handled.

mod directory;
mod document;

use crate::app::App;
use crate::observe::findings::Kind;
use directory::Directory;
use document::Document;
use std::io;
use std::path::{Path, PathBuf};
use tollgate_policy::{Copies, Facts, Policy, Quarantine, Verdict};

/// Why copies are not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The policy names no store.
    #[error("the policy names no `quarantine`")]
    None,
    /// The directory is where the function could change or lose what is in it.
    #[error("`{0}` lies in a temporary directory")]
    Temporary(PathBuf),
    /// The file system.
    #[error("`{0}`: {1}")]
    Io(PathBuf, io::Error),
    /// Nothing here speaks to the outside yet.
    #[error("the courier is not running")]
    NoCourier,
}

/// Sees to it that a verdict's copies are stored. Where that fails, the verdict is a refusal to
/// the source.
pub(crate) fn keep(app: &App, policy: &Policy, verdict: Verdict) -> Verdict {
    let Some(copies) = copies(&verdict) else { return verdict };
    let stored = store(app, policy, verdict.facts(), copies);
    let Err(error) = stored else { return verdict };
    let detail = format!("refused items go back to their source: {error}");
    app.log.error(&detail);
    let request_id = verdict.facts().invocation.request_id.clone();
    app.recorder.find(&app.clock, Kind::QuarantineUnwritable, Some(&request_id), &detail);
    match verdict {
        Verdict::Granted(granted) => match granted.not_stored() {
            Ok(granted) => Verdict::Granted(granted),
            Err(refused) => Verdict::Refused(*refused),
        },
        Verdict::Refused(refused) => Verdict::Refused(refused.not_stored()),
    }
}

fn copies(verdict: &Verdict) -> Option<&Copies> {
    match verdict {
        Verdict::Granted(granted) => granted.copies(),
        Verdict::Refused(refused) => refused.copies(),
    }
}

fn store(app: &App, policy: &Policy, facts: &Facts, copies: &Copies) -> Result<(), StoreError> {
    let name = document::name(facts);
    let document = Document::of(facts, copies).to_json();
    match policy.quarantine().ok_or(StoreError::None)? {
        Quarantine::Directory { path } => {
            let temporary = [Path::new("/tmp"), &std::env::temp_dir(), &app.settings.state_dir];
            Directory::open(Path::new(path), &temporary)?.write(&name, &document)
        }
        Quarantine::Queue { .. } | Quarantine::Bucket(_) => Err(StoreError::NoCourier),
    }
}
