//! Reads a record as strictly as it was written: one spelling, so that two readers cannot
//! disagree on what a record says.
use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::hash::{Hash, unhex};
use crate::ocsf::{START, UNMAPPED, native_part};
use crate::record::time::unix_ms;
use crate::record::{Kind, MARKER, Totals};

/// A record's header and the few body fields that a verdict needs.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) kind: Kind,
    pub(super) chain: [u8; 16],
    pub(super) epoch: u32,
    pub(super) seq: u64,
    pub(super) prev: Hash,
    pub(super) time_ms: u64,
    pub(super) facts: Facts,
}

/// What a verdict needs of a body.
#[derive(Debug)]
pub(super) enum Facts {
    Open(Box<Opened>),
    Invocation {
        request_id: Box<str>,
        refused: bool,
    },
    Seal(Box<Seal>),
    /// The signature of a certificate, in DER.
    Certificate(Box<[u8]>),
    /// Nothing beyond the kind.
    Other,
}

/// Keys and ancestry from an `open` record.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) public_key: [u8; 32],
    pub(super) witness_key: [u8; 32],
    pub(super) ancestor: Option<Link>,
}

/// A record of another chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) chain: [u8; 16],
    pub(super) seq: u64,
    pub(super) head: Hash,
}

/// What a `checkpoint` or `close` record states and signs.
#[derive(Debug)]
pub(crate) struct Seal {
    pub(crate) records: u64,
    pub(crate) root: Hash,
    pub(super) totals: Totals,
    /// Absent in a `close` record.
    pub(crate) next_key: Option<[u8; 32]>,
    pub(super) witness: [u8; 64],
    /// The record up to its signature: what is signed.
    pub(crate) signed: Box<[u8]>,
    pub(crate) sig: [u8; 64],
}

/// What can be told of bytes that are no record but look like one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) chain: Option<[u8; 16]>,
    pub(super) seq: Option<u64>,
    pub(super) prev: Option<Hash>,
    /// Whether it ends as a seal does. (A line whose writing was cut short does not.)
    pub(super) signed: bool,
}

/// Reads a record; `None` if the object is none.
pub(super) fn parse(object: &[u8]) -> Option<Parsed> {
    let native = native_part(object)?;
    // An event must be JSON as a whole, and its record must end it: the record is read below, and
    // without it the event is an object too.
    if native.len() < object.len() {
        let before = object.len().checked_sub(native.len() + UNMAPPED.len() + 1)?;
        let event = [object.get(..before)?, b"}"].concat();
        serde_json::from_slice::<IgnoredAny>(&event).ok()?;
    }
    let mut header = Cursor(native);
    header.tag(MARKER.as_bytes())?;
    let kind = header.until(b'"')?;
    let kind = Kind::ALL.into_iter().find(|known| known.as_str().as_bytes() == kind)?;
    header.tag(br#","chain":""#)?;
    let chain = unhex(header.take(32)?)?;
    header.tag(br#"","epoch":"#)?;
    let epoch = u32::try_from(header.number()?).ok()?;
    header.tag(br#","seq":"#)?;
    let seq = header.number()?;
    header.tag(br#","prev":""#)?;
    let prev = Hash::new(unhex(header.take(64)?)?);
    header.tag(br#"","time":""#)?;
    let time_ms = unix_ms(header.take(24)?)?;
    header.tag(br#"","#)?;
    let facts = facts(kind, native, object)?;
    Some(Parsed { kind, chain, epoch, seq, prev, time_ms, facts })
}

/// Reads what is left in damaged bytes.
pub(super) fn fragment(bytes: &[u8]) -> Fragment {
    let field = |name: &[u8]| {
        let at = memmem::find(bytes, name)?;
        bytes.get(at + name.len()..).map(Cursor)
    };
    Fragment {
        chain: field(br#""chain":""#).and_then(|mut at| unhex(at.take(32)?)),
        seq: field(br#""seq":"#).and_then(|mut at| at.number()),
        prev: field(br#""prev":""#).and_then(|mut at| unhex(at.take(64)?)).map(Hash::new),
        signed: whole(field(br#""sig":""#))
            || whole(field(br#""witness":""#)) && bytes.trim_ascii_end().ends_with(b"}"),
    }
}

/// Whether a whole signature stands here, and the line goes on after it.
fn whole(field: Option<Cursor<'_>>) -> bool {
    field.is_some_and(|mut at| {
        at.take(128).is_some() && at.tag(b"\"").is_some() && at.take(1).is_some()
    })
}

/// Reads the body from the native record `object`; what is signed of a seal is the `whole`.
fn facts(kind: Kind, object: &[u8], whole: &[u8]) -> Option<Facts> {
    match kind {
        Kind::Open => {
            let body: OpenBody<'_> = serde_json::from_slice(object).ok()?;
            body.read().map(Box::new).map(Facts::Open)
        }
        Kind::Invocation => {
            let body: InvocationBody<'_> = serde_json::from_slice(object).ok()?;
            // A compact record names its check in place of an outcome.
            let refused = match (&body.outcome, &body.refused) {
                (Some(outcome), None) => outcome == "refused",
                (None, Some(_)) => true,
                _ => return None,
            };
            Some(Facts::Invocation { request_id: body.request_id.into(), refused })
        }
        Kind::Checkpoint | Kind::Close => {
            let body: SealBody<'_> = serde_json::from_slice(object).ok()?;
            body.read(kind, whole).map(Box::new).map(Facts::Seal)
        }
        Kind::Certificate => {
            let body: CertificateBody<'_> = serde_json::from_slice(object).ok()?;
            let signature = STANDARD.decode(body.signature.as_bytes()).ok();
            Some(signature.map_or(Facts::Other, |bytes| Facts::Certificate(bytes.into())))
        }
        Kind::Report | Kind::Finding | Kind::Gap => {
            serde_json::from_slice::<IgnoredAny>(object).ok().map(|_| Facts::Other)
        }
    }
}

#[derive(Deserialize)]
struct CertificateBody<'a> {
    #[serde(borrow)]
    signature: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpenBody<'a> {
    #[serde(borrow)]
    public_key: Cow<'a, str>,
    witness_key: Cow<'a, str>,
    ancestor: Option<LinkBody<'a>>,
}

#[derive(Deserialize)]
struct LinkBody<'a> {
    #[serde(borrow)]
    chain: Cow<'a, str>,
    seq: u64,
    head: Cow<'a, str>,
}

impl OpenBody<'_> {
    fn read(&self) -> Option<Opened> {
        Some(Opened {
            public_key: unhex(self.public_key.as_bytes())?,
            witness_key: unhex(self.witness_key.as_bytes())?,
            // An ancestor is a hint: one that cannot be read does not spoil the record.
            ancestor: self.ancestor.as_ref().and_then(LinkBody::read),
        })
    }
}

impl LinkBody<'_> {
    fn read(&self) -> Option<Link> {
        let chain = unhex(self.chain.as_bytes())?;
        Some(Link { chain, seq: self.seq, head: self.head.parse().ok()? })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvocationBody<'a> {
    #[serde(borrow)]
    request_id: Cow<'a, str>,
    outcome: Option<Cow<'a, str>>,
    refused: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SealBody<'a> {
    records: u64,
    #[serde(borrow)]
    root: Cow<'a, str>,
    totals: Totals,
    next_key: Option<Cow<'a, str>>,
    witness: Cow<'a, str>,
    sig: Cow<'a, str>,
}

impl SealBody<'_> {
    fn read(&self, kind: Kind, object: &[u8]) -> Option<Seal> {
        let next_key = match (kind, &self.next_key) {
            (Kind::Checkpoint, Some(key)) => Some(unhex(key.as_bytes())?),
            (Kind::Close, None) => None,
            _ => return None,
        };
        let braces = if object.starts_with(START) { "}}" } else { "}" };
        let ending = format!(r#","sig":"{}"{braces}"#, self.sig);
        Some(Seal {
            records: self.records,
            root: self.root.parse().ok()?,
            totals: self.totals,
            next_key,
            witness: unhex(self.witness.as_bytes())?,
            signed: object.strip_suffix(ending.as_bytes())?.into(),
            sig: unhex(self.sig.as_bytes())?,
        })
    }
}

/// What of the text is still to be read.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn tag(&mut self, tag: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(tag)?;
        Some(())
    }

    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let taken = self.take(memchr::memchr(end, self.0)?)?;
        self.take(1)?;
        Some(taken)
    }

    /// A decimal number without leading zeros.
    fn number(&mut self) -> Option<u64> {
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match self.take(length)? {
            [] | [b'0', _, ..] => None,
            digits => digits.iter().try_fold(0_u64, |sum, digit| {
                sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
            }),
        }
    }
}
