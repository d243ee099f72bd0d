//! What fired on the content of an event: the first of each check for each item.
use std::collections::HashSet;

use crate::checks::{self, CHECKS, Setting};

/// The most that is kept of one event; each is one row of its record.
const HITS_MAX: usize = 1000;

/// A check that fires on an event's content.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) check: &'static str,
    /// The item it fires on; none for the whole event.
    pub(crate) item: Option<u32>,
    pub(crate) at: String,
    pub(crate) detail: String,
    /// What it does, where that is not what the source or the policy says of the check.
    pub(crate) setting: Option<Setting>,
}

impl Hit {
    pub(crate) fn new(check: &'static str, item: Option<u32>, at: String, detail: String) -> Self {
        Self { check, item, at, detail, setting: None }
    }
}

/// The hits so far.
#[derive(Debug, Default)]
pub(super) struct Hits {
    list: Vec<Hit>,
    known: HashSet<(&'static str, Option<u32>, Option<Setting>)>,
}

impl Hits {
    /// Adds one, unless the same check did the same to the same item before. Where there are too
    /// many, the whole event is held to be hostile: what is not kept could not be refused.
    pub(super) fn add(&mut self, hit: Hit) {
        if !self.known.insert((hit.check, hit.item, hit.setting)) {
            return;
        }
        match self.list.len() {
            HITS_MAX => {
                let detail = format!("more than {HITS_MAX} findings");
                self.list.push(Hit::new(checks::SCAN, None, String::new(), detail));
            }
            full if full > HITS_MAX => {}
            _ => self.list.push(hit),
        }
    }

    /// All of them, in the order of the check table.
    pub(super) fn finish(self) -> Vec<Hit> {
        let place = |hit: &Hit| CHECKS.iter().position(|check| check.id == hit.check);
        let mut placed: Vec<_> = self.list.into_iter().map(|hit| (place(&hit), hit)).collect();
        tollgate_order::sort_by_key(&mut placed, |(place, hit)| (*place, hit.item));
        placed.into_iter().map(|(_, hit)| hit).collect()
    }
}
