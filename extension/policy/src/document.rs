//! Policy documents as they are written: YAML in, values with their places out.
mod auth;
mod authz;
mod budgets;
mod ceilings;
mod checks;
mod fields;
mod gate;
mod keys;
mod leaks;
mod privacy;
mod reference;
mod schema;
mod sinks;
mod size;
mod sources;
mod sovereignty;
mod tree;

pub use keys::{Form, Key, Kind, keys};
pub use reference::reference;
pub use schema::schema;

use crate::checks::{Check, Setting};
use crate::options::{Bucket, DirectInvoke, Flush, Mode, OnError, Payload, Quarantine, Sign};
use crate::problem::{At, Problem};
use crate::sinks::Sink;
use crate::sovereignty::Sovereignty;
pub(crate) use auth::{WrittenAuth, WrittenContext, WrittenHmac, WrittenJwt, WrittenKey};
pub(crate) use authz::WrittenAuthz;
pub(crate) use budgets::WrittenSpending;
pub(crate) use ceilings::WrittenCeilings;
use fields::{Fields, Reader};
pub(crate) use gate::{WrittenField, WrittenGate};
pub(crate) use leaks::WrittenLeaks;
pub(crate) use privacy::WrittenPrivacy;
pub(crate) use sources::WrittenSource;
use tollgate_detect::Families;

/// A policy document, as it was read from a file.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The name that problems show: its path.
    pub name: &'a str,
    /// Its text: YAML 1.2, or JSON; at most 256 KiB.
    pub text: &'a str,
    /// Whose it is.
    pub role: Role,
}

/// Whose word a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The fleet's, in the layer.
    Baseline,
    /// The function's own: it may only tighten what the baseline sets.
    Function,
}

/// What a document says. Whatever it does not say is none.
#[derive(Debug, Default)]
pub(crate) struct Written<'a> {
    pub(crate) mode: Option<At<'a, Mode>>,
    pub(crate) on_error: Option<At<'a, OnError>>,
    pub(crate) direct_invoke: Option<At<'a, DirectInvoke>>,
    pub(crate) sovereignty: Option<Sovereignty>,
    pub(crate) event_bytes: Option<At<'a, u64>>,
    pub(crate) depth: Option<At<'a, u32>>,
    pub(crate) keys: Option<At<'a, u32>>,
    pub(crate) string_bytes: Option<At<'a, u64>>,
    pub(crate) inflated_bytes: Option<At<'a, u64>>,
    pub(crate) nesting: Option<At<'a, u32>>,
    pub(crate) schema_bytes: Option<At<'a, u64>>,
    /// None inside for the word `default`.
    pub(crate) scan_work: Option<At<'a, Option<u32>>>,
    pub(crate) detect: Option<At<'a, Families>>,
    pub(crate) quarantine: Option<At<'a, Quarantine>>,
    pub(crate) quarantine_large: Option<At<'a, Bucket>>,
    pub(crate) checks: Vec<At<'a, CheckSetting>>,
    pub(crate) sources: Option<At<'a, Vec<At<'a, WrittenSource<'a>>>>>,
    pub(crate) ceilings: WrittenCeilings<'a>,
    pub(crate) spending: WrittenSpending<'a>,
    pub(crate) authz: WrittenAuthz<'a>,
    /// What its own contexts are signed with.
    pub(crate) contexts: Option<WrittenContext<'a>>,
    pub(crate) leaks: WrittenLeaks<'a>,
    pub(crate) ledger: WrittenLedger<'a>,
    pub(crate) privacy: WrittenPrivacy<'a>,
}

/// What it says of one check.
#[derive(Debug)]
pub(crate) struct CheckSetting {
    pub(crate) check: &'static Check,
    pub(crate) setting: Setting,
    /// The key that says so.
    pub(crate) key: String,
    /// Whether it names the check itself; otherwise its family.
    pub(crate) exact: bool,
}

/// What it says of the ledger.
#[derive(Debug, Default)]
pub(crate) struct WrittenLedger<'a> {
    pub(crate) sinks: Option<At<'a, Vec<Sink>>>,
    pub(crate) flush: Option<At<'a, Flush>>,
    pub(crate) sign: Option<At<'a, Sign>>,
    pub(crate) payload: Option<At<'a, Payload>>,
    pub(crate) records: Option<At<'a, u32>>,
    pub(crate) seconds: Option<At<'a, u32>>,
    pub(crate) kms_key: Option<At<'a, String>>,
}

/// Reads a document; every problem is added to `problems`.
pub(crate) fn read<'a>(document: &Document<'a>, problems: &mut Vec<Problem>) -> Written<'a> {
    let Some(root) = tree::read(document.name, document.text, problems) else {
        return Written::default();
    };
    let mut reader = Reader::new(problems);
    let Some(root) = reader.root(&root) else { return Written::default() };
    require_version(&mut reader, &root);
    let limits = reader.table(&root, "limits");
    let ledger = read_ledger(&mut reader, &root);
    Written {
        mode: reader.word(&root, "mode"),
        on_error: reader.word(&root, "on_error"),
        direct_invoke: reader.word(&root, "direct_invoke"),
        sovereignty: sovereignty::read(&mut reader, &root),
        event_bytes: reader.size(&limits, "limits.event_bytes"),
        depth: reader.count(&limits, "limits.depth"),
        keys: reader.count(&limits, "limits.keys"),
        string_bytes: reader.size(&limits, "limits.string_bytes"),
        inflated_bytes: reader.size(&limits, "limits.inflated_bytes"),
        nesting: reader.count(&limits, "limits.nesting"),
        schema_bytes: reader.size(&limits, "limits.schema_bytes"),
        scan_work: reader.count_or_default(&limits, "limits.scan_work"),
        detect: gate::detect(&mut reader, &root, "detect"),
        quarantine: read_place(&mut reader, &root, "quarantine", Quarantine::parse),
        quarantine_large: read_place(&mut reader, &root, "quarantine_large", Bucket::parse),
        checks: checks::read(&mut reader, &root, &limits),
        sources: sources::read(&mut reader, &root),
        ceilings: ceilings::read(&mut reader, &root, "ceilings"),
        spending: budgets::read(&mut reader, &root),
        leaks: leaks::read(&mut reader, &root),
        privacy: privacy::read(&mut reader, &root, ledger.payload.as_ref()),
        authz: authz::read(&mut reader, &root),
        contexts: auth::read_signing(&mut reader, &root),
        ledger,
    }
}

fn read_place<'a, T>(
    reader: &mut Reader<'_>,
    root: &Fields<'a, '_>,
    key: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<At<'a, T>> {
    let text = reader.text(root, key)?;
    Some(At { value: parse(&text.value)?, place: text.place })
}

fn require_version(reader: &mut Reader<'_>, root: &Fields<'_, '_>) {
    match root.field("version") {
        Some(field) => drop(reader.word_of(field)),
        None => reader.complain(root.place, "version", "missing; expected `1`"),
    }
}

fn read_ledger<'a>(reader: &mut Reader<'_>, root: &Fields<'a, '_>) -> WrittenLedger<'a> {
    let ledger = reader.table(root, "ledger");
    let checkpoint = reader.table(&ledger, "ledger.checkpoint");
    WrittenLedger {
        sinks: sinks::read(reader, &ledger),
        flush: reader.word(&ledger, "ledger.flush"),
        sign: reader.word(&ledger, "ledger.sign"),
        payload: reader.word(&ledger, "ledger.payload"),
        records: reader.count(&checkpoint, "ledger.checkpoint.records"),
        seconds: reader.count(&checkpoint, "ledger.checkpoint.seconds"),
        kms_key: reader.text(&ledger, "ledger.kms_key"),
    }
}

#[cfg(test)]
mod tests;
