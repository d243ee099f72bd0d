//! Copies of what was refused: stored before anybody is told that it was handled.

mod directory;
mod document;

use crate::app::App;
use crate::claims;
use crate::courier::{self, Unavailable};
use crate::limits::{COPY_TIME, DEADLINE_RESERVE};
use crate::observe::findings::Kind;
use directory::Directory;
use document::Document;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;
use tollgate_link::copies::{Bucket, Place, StoreCopy};
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
    /// The courier, or the service that it asked.
    #[error(transparent)]
    Courier(#[from] Unavailable),
}

/// Whether a verdict has copies to be stored.
pub(crate) fn is_asked_for(verdict: &Verdict) -> bool {
    copies(verdict).is_some()
}

/// Whether a verdict's copies go over the network, so that storing them takes a while.
pub(crate) fn is_remote(policy: &Policy, verdict: &Verdict) -> bool {
    copies(verdict).is_some() && policy.quarantine().is_some_and(Quarantine::is_remote)
}

/// Sees to it that a verdict's copies are stored. Where that fails, the verdict is a refusal to
/// the source. Other invocations go on meanwhile.
pub(crate) async fn keep(app: &Rc<App>, policy: &Policy, verdict: Verdict) -> Verdict {
    let Some(copies) = copies(&verdict) else { return verdict };
    let stored = store(app, policy, verdict.facts(), copies).await;
    let Err(error) = stored else { return verdict };
    let detail = format!("refused items go back to their source: {error}");
    app.log.error(&detail);
    let request_id = verdict.facts().invocation.request_id.clone();
    app.recorder.find(&app.clock, Kind::QuarantineUnwritable, Some(&request_id), &detail);
    match verdict {
        Verdict::Granted(granted) => match granted.not_stored() {
            Ok(granted) => Verdict::Granted(granted),
            Err((refused, ticket)) => {
                claims::withdraw(app, policy, ticket, &request_id);
                Verdict::Refused(*refused)
            }
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

async fn store(
    app: &Rc<App>,
    policy: &Policy,
    facts: &Facts,
    copies: &Copies,
) -> Result<(), StoreError> {
    let name = document::name(facts);
    let document = Document::of(facts, copies).to_json();
    let place = match policy.quarantine().ok_or(StoreError::None)? {
        Quarantine::Directory { path } => {
            let temporary = [Path::new("/tmp"), &std::env::temp_dir(), &app.settings.state_dir];
            return Directory::open(Path::new(path), &temporary)?.write(&name, &document);
        }
        Quarantine::Queue { url } => {
            Place::Queue { url: url.clone(), large: policy.quarantine_large().map(bucket) }
        }
        Quarantine::Bucket(place) => Place::Bucket(bucket(place)),
    };
    let copy = StoreCopy { place, name, document: document.into() };
    courier::ask_within(app, copy, time_left(app, facts)).await?;
    Ok(())
}

fn bucket(place: &tollgate_policy::Bucket) -> Bucket {
    Bucket { name: place.name.clone(), prefix: place.prefix.clone() }
}

/// How long may be waited so that the answer to Lambda still comes in time.
fn time_left(app: &App, facts: &Facts) -> Duration {
    let left = facts.invocation.deadline_ms.saturating_sub(app.clock.unix_ms());
    Duration::from_millis(left).saturating_sub(DEADLINE_RESERVE).min(COPY_TIME)
}
