//! The telemetry hub: takes platform events and log lines, keeps early ones, feeds subscribers.
mod deliver;
mod mischief;
mod subscription;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::clock;
use crate::logs::Origin;
use crate::shared::Shared;
use deliver::Subscriber;
use mischief::Mischief;
pub(crate) use subscription::Subscription;

/// Early events beyond this are forgotten, oldest kept.
const EARLY_ITEMS_MAX: usize = 10_000;

/// One telemetry event before it is written for a subscriber.
#[derive(Debug)]
pub(crate) struct Item {
    kind: Kind,
    time: String,
    name: &'static str,
    record: Value,
}

/// What a subscription chooses by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Platform,
    Function,
    Extension,
}

/// The subscribers of one life of an environment.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// What happened while subscribing was possible, for those who come later.
    early: Option<Vec<Arc<Item>>>,
    subscribers: Vec<Subscriber>,
    mischief: Mischief,
}

impl Default for Inner {
    fn default() -> Self {
        Self { early: Some(Vec::new()), subscribers: Vec::new(), mischief: Mischief::default() }
    }
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A `platform.*` event; its record is only made if somebody may want it.
    pub(crate) fn platform(&self, name: &'static str, record: impl FnOnce() -> Value) {
        self.emit(Kind::Platform, name, record);
    }

    /// A line that the function or an extension printed.
    pub(crate) fn log_line(&self, origin: &Origin, text: &str) {
        let (kind, name) = match origin {
            Origin::Runtime => (Kind::Function, "function"),
            Origin::Extension(_) => (Kind::Extension, "extension"),
        };
        self.emit(kind, name, || Value::from(text));
    }

    /// Whether events of a kind reach anybody now.
    pub(crate) fn is_wanted(&self, kind: Kind) -> bool {
        let inner = self.lock();
        inner.early.is_some() || inner.subscribers.iter().any(|own| own.wants(kind))
    }

    /// Adds a subscriber and gives it the early events; `false` if it has a subscription already.
    pub(crate) fn subscribe(
        &self,
        shared: &Arc<Shared>,
        extension: &str,
        subscription: &Subscription,
    ) -> bool {
        let types: Vec<&str> = subscription.types();
        let state = {
            let mut inner = self.lock();
            let known = inner.subscribers.iter().any(|own| own.extension == extension);
            if !known {
                let subscriber = Subscriber::start(shared, extension, subscription);
                for item in inner.early.iter().flatten() {
                    subscriber.offer(item);
                }
                inner.subscribers.push(subscriber);
            }
            if known { "Already subscribed" } else { "Subscribed" }
        };
        self.platform(
            "platform.telemetrySubscription",
            || json!({ "name": extension, "state": state, "types": types }),
        );
        state == "Subscribed"
    }

    /// Nobody can subscribe any more: early events are no longer needed.
    pub(crate) fn close_subscriptions(&self) {
        self.lock().early = None;
    }

    /// Delivers everything pending at once; resolves when all subscribers are through.
    pub(crate) async fn flush(&self) {
        let waiting: Vec<oneshot::Receiver<()>> = {
            let mut inner = self.lock();
            inner.release_late();
            inner.subscribers.iter().filter_map(Subscriber::flush).collect()
        };
        for done in waiting {
            // A subscriber that ended has nothing left to deliver.
            let _ = done.await;
        }
    }

    /// Forgets the subscribers: a new life begins.
    pub(crate) fn renew(&self) {
        *self.lock() = Inner::default();
    }

    fn emit(&self, kind: Kind, name: &'static str, record: impl FnOnce() -> Value) {
        if !self.is_wanted(kind) {
            return;
        }
        let time = clock::rfc3339(clock::unix_ms());
        let item = Arc::new(Item { kind, time, name, record: record() });
        let mut inner = self.lock();
        let copies = inner.mischief.take(&item);
        inner.offer(std::iter::repeat_n(&item, copies));
        if let Some(early) = inner.early.as_mut().filter(|early| early.len() < EARLY_ITEMS_MAX) {
            early.push(item);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn offer<'i>(&self, items: impl IntoIterator<Item = &'i Arc<Item>>) {
        for item in items {
            for subscriber in &self.subscribers {
                subscriber.offer(item);
            }
        }
    }
}

impl Item {
    /// The event as a subscriber reads it. Log lines become objects if they are JSON objects and
    /// the subscription asks for a schema that knows them.
    fn write(&self, logs_as_objects: bool) -> String {
        let parsed = self
            .record
            .as_str()
            .filter(|_| logs_as_objects && self.kind != Kind::Platform)
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
            .filter(Value::is_object);
        let record = parsed.as_ref().unwrap_or(&self.record);
        json!({ "time": self.time, "type": self.name, "record": record }).to_string()
    }
}
