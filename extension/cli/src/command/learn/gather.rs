//! What was observed, by source.
use std::collections::BTreeMap;

use tollgate_event::{
    Caps, Content, Invocation, Limits, Media, Part, RawEvent, Trigger, classify, decode, open,
};
use tollgate_policy::Peer;

use super::infer::Shape;
use super::route;

/// Events that are kept to be decided under what was learned, in bytes together.
const KEPT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Everything that was observed.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) events: u64,
    pub(super) records: u64,
    pub(super) groups: BTreeMap<Key, Group>,
    /// Who called, and how often: functions, roles and services.
    pub(super) peers: Peers,
    /// The largest event in bytes.
    pub(super) bytes: u64,
    /// Events by the minute, out of records.
    pub(super) minutes: BTreeMap<u64, u64>,
    /// The events themselves.
    pub(super) kept: Vec<RawEvent>,
    kept_bytes: usize,
}

/// Callers by kind.
#[derive(Debug, Default)]
pub(super) struct Peers {
    pub(super) functions: BTreeMap<String, u64>,
    pub(super) roles: BTreeMap<String, u64>,
    pub(super) services: BTreeMap<String, u64>,
    pub(super) unnamed: u64,
}

/// What makes two events come from one source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) trigger: &'static str,
    pub(super) is_batch: bool,
    pub(super) arn: Option<String>,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) route: Option<String>,
}

/// What was seen of one source.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) seen: u64,
    pub(super) items: u32,
    pub(super) bytes: u64,
    pub(super) shape: Shape,
    /// Payloads that are no JSON.
    pub(super) other: u64,
}

/// One observation, out of an event or a record.
pub(super) struct Sight<'a> {
    pub(super) trigger: Trigger,
    pub(super) arn: Option<&'a str>,
    pub(super) account: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) route: Option<String>,
    pub(super) items: u32,
    pub(super) bytes: u64,
    pub(super) caller: (&'a str, Option<&'a str>),
}

impl Observed {
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Takes one event in.
    pub(super) fn event(&mut self, body: Vec<u8>) {
        let request_id = format!("event-{}", self.events);
        let invocation = Invocation { request_id, ..Invocation::default() };
        let raw = RawEvent::new(invocation, body.into());
        let event = classify(decode(raw.clone(), &Limits::default()));
        let it = event.assertions();
        let asked = it.route.as_ref();
        let asked = asked.and_then(|it| route::pattern(it.method.as_deref(), it.path.as_deref()));
        let key = self.see(&Sight {
            trigger: it.trigger,
            arn: it.source.arn.as_deref(),
            account: it.source.account.as_deref(),
            region: it.source.region.as_deref(),
            route: asked,
            items: it.items.total,
            bytes: raw.body().len() as u64,
            caller: (it.caller.kind, it.caller.id.as_deref()),
        });
        self.events += 1;
        let group = self.groups.entry(key).or_default();
        open(&event, &Caps::default(), &mut |content| group.content(content));
        self.kept_bytes += raw.body().len();
        if self.kept_bytes <= KEPT_BYTES_MAX {
            self.kept.push(raw);
        }
    }

    /// Takes one observation in; gives the group it belongs to.
    pub(super) fn see(&mut self, sight: &Sight<'_>) -> Key {
        let trigger = sight.trigger;
        let arn = sight.arn.filter(|arn| trigger.names_arn() && !arn.ends_with('…'));
        let account = sight.account.filter(|_| arn.is_none() && trigger.names_account());
        let region = sight.region.filter(|_| arn.is_none() && trigger.names_region());
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let key = Key {
            trigger: trigger.as_str(),
            is_batch: trigger.is_batch(),
            // A pattern has no blanks.
            arn: arn.map(|arn| arn.replace(char::is_whitespace, "*")),
            account: owned(account),
            region: owned(region),
            route: sight.route.clone().filter(|_| trigger.is_http()),
        };
        let group = self.groups.entry(key.clone()).or_default();
        group.seen += 1;
        group.items = group.items.max(sight.items);
        group.bytes = group.bytes.max(sight.bytes);
        self.bytes = self.bytes.max(sight.bytes);
        let (kind, id) = sight.caller;
        self.peers.add(&Peer::named(trigger, kind, id));
        key
    }
}

impl Peers {
    fn add(&mut self, peer: &Peer) {
        let count = |map: &mut BTreeMap<String, u64>, name: &Option<String>| {
            if let Some(name) = name {
                *map.entry(name.clone()).or_default() += 1;
            }
        };
        // A role says more than the session in it, which whoever takes the role chooses.
        match peer.role {
            Some(_) => count(&mut self.roles, &peer.role),
            None => count(&mut self.functions, &peer.function),
        }
        count(&mut self.services, &peer.service);
        self.unnamed += u64::from(peer.unnamed);
    }
}

impl Group {
    fn content(&mut self, content: &Content<'_>) {
        let is_payload = matches!(
            content.part,
            Part::Body
                | Part::Message
                | Part::Detail
                | Part::Data
                | Part::NewImage
                | Part::OldImage
                | Part::Input
        );
        if !is_payload {
            return;
        }
        let value = match content.media {
            Media::Json => serde_json::from_slice(content.bytes).ok(),
            _ => None,
        };
        match value {
            Some(value) => self.shape.add(&value, 0),
            None => self.other += 1,
        }
    }
}
