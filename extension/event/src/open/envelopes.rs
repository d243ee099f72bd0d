//! Envelopes in payloads, told by their own keys: SNS in SQS, S3 in SNS, a bus event in a queue.
//!
//! An object is an envelope only if all its members are that envelope's: otherwise whoever wrote it
//! could hide members of a document in it, and it is given whole.
use super::here::Here;
use super::shape::{self, Shape};
use super::tables;
use crate::scan::{self, Container};
use crate::walk::Walk;

/// An envelope: the members that it always has, and what its members hold.
struct Kind {
    always: &'static [&'static str],
    shape: Shape,
}

/// SNS notifications, bus events, records, CloudWatch Logs, Lambda destinations, changes of a table.
const KINDS: [Kind; 6] = [
    Kind { always: &["Type", "TopicArn", "Message"], shape: tables::NOTE },
    Kind { always: &["detail-type", "source", "detail"], shape: tables::EVENT },
    Kind { always: &["Records"], shape: tables::RECORDS },
    Kind { always: &["messageType", "logGroup", "logEvents"], shape: tables::LOGS },
    Kind { always: &["requestContext", "requestPayload"], shape: tables::DESTINATION },
    Kind { always: &["dynamodb", "eventName"], shape: tables::CHANGE },
];

/// What the keys of an object say so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// The kinds that know every key: one bit each.
    possible: u8,
    /// For each kind which of the members that it always has were seen: one bit each.
    seen: [u8; KINDS.len()],
}

impl Marks {
    pub(super) const fn new() -> Self {
        Self { possible: (1 << KINDS.len()) - 1, seen: [0; KINDS.len()] }
    }

    /// Notes a key as written.
    #[inline]
    pub(super) fn add(&mut self, key: &[u8]) {
        if self.possible != 0 {
            self.add_possible(key);
        }
    }

    fn add_possible(&mut self, key: &[u8]) {
        let unescaped = key.contains(&b'\\').then(|| scan::unescape(key));
        let key = unescaped.as_deref().unwrap_or(key);
        for ((i, kind), seen) in KINDS.iter().enumerate().zip(&mut self.seen) {
            if self.possible & 1 << i == 0 {
                continue;
            }
            match kind.always.iter().position(|always| always.as_bytes() == key) {
                Some(index) => *seen |= 1 << index,
                None if shape::knows(kind.shape, key) => {}
                None => self.possible &= !(1 << i),
            }
        }
    }

    /// What the object's members hold, if it is an envelope.
    pub(super) fn envelope(self, json: &[u8]) -> Option<Shape> {
        let mut kinds = KINDS.iter().enumerate().zip(self.seen);
        let found = kinds.find(|((i, kind), seen)| {
            self.possible & 1 << i != 0 && *seen == (1 << kind.always.len()) - 1
        });
        let ((_, kind), _) = found?;
        (kind.always != ["Records"] || has_records(json)).then_some(kind.shape)
    }
}

/// The bytes of an object, and what its members hold if it is an envelope.
pub(super) fn look<'a>(here: Here<'_, 'a>) -> (&'a [u8], Option<Shape>) {
    let mut marks = Marks::new();
    let json = match here {
        Here::Known(value) => {
            match value.outline() {
                Some(children) => children.for_each(|(key, _)| marks.add(key)),
                None => each_key(&mut Walk::at_value(value.json()), |key| marks.add(key)),
            }
            value.json()
        }
        Here::Next(walk) => {
            let mut ahead = *walk;
            each_key(&mut ahead, |key| marks.add(key));
            walk.until(&ahead)
        }
    };
    (json, marks.envelope(json))
}

fn each_key(walk: &mut Walk<'_>, mut add: impl FnMut(&[u8])) {
    if walk.step_into(Container::Object) {
        while let Some(key) = walk.member() {
            add(key);
            walk.value();
        }
    }
}

/// Whether the records come from an AWS service: the first one says. The object has no other
/// members.
fn has_records(json: &[u8]) -> bool {
    let mut walk = Walk::at_value(json);
    let is_there = walk.step_into(Container::Object)
        && walk.member().is_some()
        && walk.step_into(Container::Array)
        && walk.element()
        && walk.step_into(Container::Object);
    while let (true, Some(key)) = (is_there, walk.member()) {
        let value = walk.value();
        if key.eq_ignore_ascii_case(b"eventSource") && value.starts_with(b"\"aws:") {
            return true;
        }
    }
    false
}
