//! Keys that must be fetched: the courier brings what the ring wants, in the background. Only an
//! event whose own key never came is held for it, and not for long.

use crate::app::App;
use crate::courier::{self, Unavailable};
use crate::limits::{DEADLINE_RESERVE, KEY_TIME, KEY_WAIT};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tollgate_event::RawEvent;
use tollgate_link::Blob;
use tollgate_link::fetch::{Fetch, FetchKind};
use tollgate_link::secret::{ReadSecret, SecretStore};
use tollgate_policy::{Policy, awaits_key};
use tollgate_proof::keyring::{Origin, Wanted};
use zeroize::Zeroizing;

/// What the ring is told where nothing came; the log says why.
const NOT_FETCHED: &str = "it could not be fetched";

/// Whether there is anything to fetch, and what waits for it.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    wanted: Cell<bool>,
    /// Tells that something came, or will not.
    settled: Notify,
}

impl Keys {
    /// Begins to fetch, if this policy needs it; the first keys are on their way while the runtime
    /// starts.
    pub(crate) fn begin(&self, app: &Rc<App>, policy: &Policy) {
        if policy.fetches_keys() {
            self.wanted.set(true);
            courier::want(app);
            errands(app);
        }
    }

    /// Waits for the keys of this event, where they never were at hand and are on their way. What
    /// is only old is used while it is fetched anew.
    pub(crate) async fn wait(&self, app: &Rc<App>, event: &RawEvent, policy: &Policy) {
        if !self.wanted.get() {
            return;
        }
        errands(app);
        let left = event.invocation().deadline_ms.saturating_sub(app.clock.unix_ms());
        let time = Duration::from_millis(left).saturating_sub(DEADLINE_RESERVE).min(KEY_WAIT);
        let wait = async {
            loop {
                let settled = self.settled.notified();
                if !awaits_key(event, policy, &mut app.desk.borrow_mut()) {
                    return;
                }
                errands(app);
                settled.await;
            }
        };
        drop(tokio::time::timeout(time, wait).await);
    }
}

/// Fetches what the ring wants now, each in a task of its own.
pub(crate) fn errands(app: &Rc<App>) {
    if !app.keys.wanted.get() {
        return;
    }
    let now_ms = app.clock.unix_ms();
    let wanted = app.desk.borrow_mut().keys.take_wanted(now_ms);
    for wanted in wanted {
        let app = Rc::clone(app);
        tokio::task::spawn_local(async move {
            carry(&app, wanted).await;
            app.keys.settled.notify_waiters();
        });
    }
}

/// One errand: what came is put on the ring, or the log says why nothing did.
async fn carry(app: &Rc<App>, wanted: Wanted) {
    let fetched = fetch(app, &wanted).await;
    let now_ms = app.clock.unix_ms();
    let problem = match (&wanted, fetched) {
        (Wanted::Need(index, _), Ok((bytes, fresh_seconds))) => {
            let keys = &mut app.desk.borrow_mut().keys;
            keys.keep_fresh(*index, fresh_seconds);
            keys.supply(*index, &bytes, now_ms).err().map(str::to_owned)
        }
        (Wanted::Certificate(url), Ok((bytes, _))) => {
            let supplied = app.desk.borrow_mut().keys.supply_certificate(url, &bytes, now_ms);
            supplied.err().map(str::to_owned)
        }
        (Wanted::Need(index, _), Err(error)) => {
            app.desk.borrow_mut().keys.fail(*index, NOT_FETCHED);
            Some(error.to_string())
        }
        (Wanted::Certificate(url), Err(error)) => {
            app.desk.borrow_mut().keys.fail_certificate(url, NOT_FETCHED);
            Some(error.to_string())
        }
    };
    let Some(why) = problem else { return };
    let policy = app.gate.policy().await;
    match wanted {
        Wanted::Need(index, _) => {
            let place = policy.needs().get(index).map(|needed| needed.problem(&why).to_string());
            app.log.warn(&format!("key: {}", place.unwrap_or(why)));
        }
        // Its address stands in an event.
        Wanted::Certificate(_) => app.log.warn(&format!("key: a certificate of SNS: {why}")),
    }
}

/// Bytes, and how long they may be used in seconds, where their host says so.
type Document = (Zeroizing<Vec<u8>>, Option<u32>);

/// Asks the courier. The copy that comes back is wiped when it is dropped.
async fn fetch(app: &Rc<App>, wanted: &Wanted) -> Result<Document, Unavailable> {
    let (kind, url) = match wanted {
        Wanted::Certificate(url) => (FetchKind::SnsCertificate, url),
        Wanted::Need(_, need) => match &need.origin {
            Origin::Url(url) => (FetchKind::KeySet, url),
            Origin::Secret(name) => return secret(app, SecretStore::SecretsManager, name).await,
            Origin::Parameter(name) => return secret(app, SecretStore::ParameterStore, name).await,
            // The ring wants nothing that is here.
            Origin::Environment(_) | Origin::File { .. } => return Err(Unavailable::Full),
        },
    };
    let fetched = courier::ask_within(app, Fetch { kind, url: url.clone() }, KEY_TIME).await?;
    let Blob(bytes) = fetched.body;
    Ok((Zeroizing::new(bytes), fetched.fresh_seconds))
}

async fn secret(app: &Rc<App>, store: SecretStore, name: &str) -> Result<Document, Unavailable> {
    let question = ReadSecret { store, name: name.to_owned(), member: None };
    let Blob(bytes) = courier::ask_within(app, question, KEY_TIME).await?.value;
    Ok((Zeroizing::new(bytes), None))
}
