//! Secrets in the function's answers: looked for, written over, or reason not to send the answer.

use sha2::{Digest as _, Sha256};
use std::cell::{OnceCell, RefCell};
use tollgate_leak::{
    Class, Classes, Egress, LOOK_BYTES_MAX, LeakScan, Leaks, Watch, is_secret_name, mask,
};
use tollgate_ledger::record::Invocation as Record;
use tollgate_policy::{LeakAction, Leaks as Wanted};

/// What to look for, made when the policy asks for it.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    watch: OnceCell<Prepared>,
    egress: RefCell<Option<Egress>>,
}

#[derive(Debug)]
struct Prepared {
    /// Everything that is looked for.
    all: Watch,
    /// What is written over.
    masked: Watch,
}

impl Secrets {
    /// Readies what the policy asks for. The environment's secrets are those of our own
    /// environment: Lambda gives an extension the function's variables, but for those that begin
    /// with an underscore and a few of its own.
    pub(crate) fn prepare(&self, wanted: Wanted) {
        if let Some(bytes) = wanted.egress_bytes {
            *self.egress.borrow_mut() = Some(Egress::new(bytes, wanted.egress_window_ms));
        }
        if wanted.strictest() == LeakAction::Off {
            return;
        }
        let mut watch = Watch::default();
        for (name, value) in std::env::vars_os() {
            match (name.to_str(), value.to_str()) {
                (Some(name), Some(value)) if is_secret_name(name) => watch.add(value),
                _ => {}
            }
        }
        let of = |least: LeakAction, most: LeakAction| {
            let wants = |class: &Class| {
                let action = class.check().map_or(LeakAction::Off, |check| wanted.action(check));
                (least..=most).contains(&action)
            };
            Class::ALL.into_iter().filter(wants).fold(Classes::NONE, Classes::with)
        };
        let all = watch.clone().only(of(LeakAction::Observe, LeakAction::Refuse));
        let masked = watch.only(of(LeakAction::Mask, LeakAction::Mask));
        drop(self.watch.set(Prepared { all, masked }));
    }

    /// Looks at a whole answer.
    pub(crate) fn look(&self, body: &[u8]) -> Leaks {
        let Some(prepared) = self.watch.get() else { return Leaks::default() };
        let mut scan = LeakScan::new(&prepared.all);
        scan.push(body);
        scan.finish()
    }

    /// Writes over what the policy asks to write over; the length stays.
    pub(crate) fn write_over(&self, body: &mut [u8]) {
        if let Some(prepared) = self.watch.get() {
            mask(&prepared.masked, body);
        }
    }

    /// Counts what went out to a caller; says how much it was where that is more than the policy
    /// allows, once in a window.
    pub(crate) fn went_out(&self, record: &Record, now_ms: u64) -> Option<String> {
        let mut egress = self.egress.borrow_mut();
        let egress = egress.as_mut()?;
        let bytes = record.response.as_ref()?.bytes;
        let flow = egress.note(caller(record), bytes, now_ms)?;
        Some(format!("{} bytes in {} answers to one caller", flow.bytes, flow.replies))
    }
}

/// A number for whoever asked: who the event says is calling, and from where.
fn caller(record: &Record) -> u64 {
    let mut hash = Sha256::new();
    if let Some(caller) = &record.caller {
        for text in [Some(&caller.kind), caller.id.as_ref(), caller.source_ip.as_ref()] {
            hash.update(text.map_or("", String::as_str));
            hash.update([0]);
        }
    }
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A streamed answer, looked at part by part before each goes on.
#[derive(Debug, Default)]
pub(crate) struct Carried(Vec<u8>);

impl Carried {
    /// What is found with this part that was not there without it. A secret that is cut in two by
    /// its sender is found with its second half.
    pub(crate) fn look(&mut self, secrets: &Secrets, part: &[u8]) -> Leaks {
        self.0.extend_from_slice(part);
        let found = secrets.look(&self.0);
        let keep = if found.is_empty() { LOOK_BYTES_MAX.min(self.0.len()) } else { 0 };
        let from = self.0.len() - keep;
        self.0.drain(..from);
        found
    }
}
