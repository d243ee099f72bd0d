//! Telemetry that arrives late, never, in the wrong order or twice, for single invocations.
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::deliver::FALLEN_BEHIND;
use super::{Hub, Inner, Item, Kind};
use crate::clock;
use crate::plan::FaultKind;
use crate::shared::Shared;

/// What happens to the platform events of which invocations.
#[derive(Debug, Default)]
pub(super) struct Mischief {
    struck: Vec<Struck>,
    /// Reports that are late.
    late: Vec<Arc<Item>>,
}

#[derive(Debug)]
struct Struck {
    request_id: String,
    late: Option<Duration>,
    lost: bool,
    reversed: bool,
    doubled: bool,
    /// What was not delivered yet, or will never be.
    held: Vec<Arc<Item>>,
}

impl Mischief {
    /// Takes an event; gives how often it is delivered now.
    pub(super) fn take(&mut self, item: &Arc<Item>) -> usize {
        let id = item.record.get("requestId").and_then(Value::as_str);
        let struck = self.struck.iter_mut().find(|struck| Some(struck.request_id.as_str()) == id);
        let Some(struck) = struck.filter(|_| item.kind == Kind::Platform) else { return 1 };
        if struck.late.is_some() && item.name == "platform.report" {
            self.late.push(Arc::clone(item));
            return 0;
        }
        if struck.lost || struck.reversed {
            struck.held.push(Arc::clone(item));
            return 0;
        }
        struck.copies()
    }
}

impl Struck {
    fn copies(&self) -> usize {
        if self.doubled { 2 } else { 1 }
    }

    /// What is delivered at the end of the invocation.
    fn rest(self) -> Vec<Arc<Item>> {
        if self.lost {
            return vec![Arc::new(dropped(&self.held))];
        }
        let copies = self.copies();
        let last_first = self.held.into_iter().rev();
        last_first.flat_map(|item| std::iter::repeat_n(item, copies)).collect()
    }
}

/// The event that tells how much was lost.
fn dropped(lost: &[Arc<Item>]) -> Item {
    let bytes: usize = lost.iter().map(|item| item.write(false).len()).sum();
    let record = json!({
        "droppedBytes": bytes,
        "droppedRecords": lost.len(),
        "reason": FALLEN_BEHIND,
    });
    let time = clock::rfc3339(clock::unix_ms());
    Item { kind: Kind::Platform, time, name: "platform.logsDropped", record }
}

impl Inner {
    /// Delivers the reports that were held back.
    pub(super) fn release_late(&mut self) {
        let late = std::mem::take(&mut self.mischief.late);
        self.offer(&late);
    }
}

impl Hub {
    /// Notes what is planned for an invocation that begins.
    pub(crate) fn strike(&self, request_id: &str, faults: &[FaultKind]) {
        let late = faults.iter().find_map(|fault| match fault {
            FaultKind::LateReport(time) => Some(*time),
            _ => None,
        });
        let has = |fault| faults.contains(&fault);
        let struck = Struck {
            request_id: request_id.to_owned(),
            late,
            lost: has(FaultKind::LostTelemetry),
            reversed: has(FaultKind::ReversedTelemetry),
            doubled: has(FaultKind::DoubledTelemetry),
            held: Vec::new(),
        };
        if late.is_some() || struck.lost || struck.reversed || struck.doubled {
            self.lock().mischief.struck.push(struck);
        }
    }

    /// An invocation is over: what was held is delivered now, or later.
    pub(crate) fn settle(&self, shared: &Arc<Shared>, request_id: &str) {
        let mut inner = self.lock();
        let places = &mut inner.mischief.struck;
        let Some(at) = places.iter().position(|struck| struck.request_id == request_id) else {
            return;
        };
        let struck = places.swap_remove(at);
        if let Some(time) = struck.late {
            let shared = Arc::clone(shared);
            tokio::spawn(async move {
                tokio::time::sleep(time).await;
                shared.telemetry.lock().release_late();
            });
        }
        if struck.lost || struck.reversed {
            inner.offer(&struck.rest());
        }
    }
}
