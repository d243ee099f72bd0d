//! Ceilings: whose word holds, and that a function's own document only lowers them.
use super::tighten::Tighten;
use super::value;
use crate::ceilings::{Ceilings, Leftovers};
use crate::document::{Written, WrittenCeilings};
use crate::options::Choice;
use crate::problem::At;

/// What holds where no source says otherwise.
pub(super) fn default(baseline: &Written<'_>, own: &Written<'_>) -> Ceilings {
    over(over(Ceilings::default(), &baseline.ceilings), &own.ceilings)
}

/// What is looked for once an invocation is over.
pub(super) fn leftovers(baseline: &Written<'_>, own: &Written<'_>) -> Leftovers {
    let (own, baseline) = (&own.ceilings, &baseline.ceilings);
    Leftovers {
        processes: value(own.processes.as_ref(), baseline.processes.as_ref()),
        descriptors: value(own.descriptors.as_ref(), baseline.descriptors.as_ref()),
    }
}

/// What is written, over what held before.
pub(super) fn over(before: Ceilings, written: &WrittenCeilings<'_>) -> Ceilings {
    Ceilings {
        time_ms: said(written.time.as_ref()).or(before.time_ms),
        reserve_ms: said(written.reserve.as_ref()).or(before.reserve_ms),
        after_time: said(written.after_time.as_ref()).unwrap_or(before.after_time),
        response_bytes: said(written.response_bytes.as_ref()).or(before.response_bytes),
        items: said(written.items.as_ref()).or(before.items),
        retries: said(written.retries.as_ref()).or(before.retries),
        hops: said(written.hops.as_ref()).or(before.hops),
        memory_percent: said(written.memory.as_ref()).or(before.memory_percent),
    }
}

fn said<T: Copy>(at: Option<&At<'_, T>>) -> Option<T> {
    at.map(|at| at.value)
}

impl Tighten<'_> {
    /// What the function says, for everything and for each of its sources, against what the
    /// baseline says for everything.
    pub(super) fn ceilings(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        self.ceilings_at("ceilings", &baseline.ceilings, &own.ceilings);
        let (theirs, mine) = (&baseline.ceilings, &own.ceilings);
        let key = |name: &str| format!("ceilings.{name}");
        self.falls(&key("processes"), theirs.processes.as_ref(), mine.processes.as_ref());
        self.falls(&key("descriptors"), theirs.descriptors.as_ref(), mine.descriptors.as_ref());
    }

    /// What one source of the function says, against the wider one of the baseline or else against
    /// what that says for everything.
    pub(super) fn ceilings_of_source(
        &mut self,
        key: &str,
        everywhere: &WrittenCeilings<'_>,
        wider: Option<&WrittenCeilings<'_>>,
        own: &WrittenCeilings<'_>,
    ) {
        self.ceilings_at(&format!("{key}.ceilings"), &narrower(everywhere, wider), own);
    }

    fn ceilings_at(&mut self, key: &str, theirs: &WrittenCeilings<'_>, mine: &WrittenCeilings<'_>) {
        let key = |name: &str| format!("{key}.{name}");
        self.falls(&key("time"), theirs.time.as_ref(), mine.time.as_ref());
        let (after, own_after) = (theirs.after_time.as_ref(), mine.after_time.as_ref());
        self.rises(&key("after_time"), after, own_after, Choice::as_str);
        let (bytes, own_bytes) = (theirs.response_bytes.as_ref(), mine.response_bytes.as_ref());
        self.falls(&key("response_bytes"), bytes, own_bytes);
        self.falls(&key("items"), theirs.items.as_ref(), mine.items.as_ref());
        self.falls(&key("retries"), theirs.retries.as_ref(), mine.retries.as_ref());
        self.falls(&key("hops"), theirs.hops.as_ref(), mine.hops.as_ref());
        self.falls(&key("memory"), theirs.memory.as_ref(), mine.memory.as_ref());
    }
}

/// What a source of the baseline says, and for the rest what holds everywhere.
fn narrower<'a>(
    everywhere: &WrittenCeilings<'a>,
    wider: Option<&WrittenCeilings<'a>>,
) -> WrittenCeilings<'a> {
    macro_rules! first {
        ($($key:ident),+) => {
            WrittenCeilings {
                $($key: wider
                    .and_then(|wider| wider.$key.clone())
                    .or_else(|| everywhere.$key.clone()),)+
            }
        };
    }
    first!(
        time,
        reserve,
        after_time,
        response_bytes,
        items,
        retries,
        hops,
        memory,
        processes,
        descriptors
    )
}
