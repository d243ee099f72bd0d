//! Which callers used most since they were last told to the fleet, and who is over its bound.
use std::collections::BTreeSet;

use crate::count::Cut;
use crate::id::{CallerId, LeaseId};
use crate::store::CALLERS_MAX;

/// The heaviest callers of an environment, by what the fleet has not heard of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Heavy {
    untold: Vec<(CallerId, u64)>,
    over: BTreeSet<CallerId>,
    /// The window that all of this is about.
    window: Option<u32>,
    pub(super) told_ms: u64,
    pub(super) pending: Option<(LeaseId, u64)>,
}

/// Twice what a report names, so that who is heavy on the whole is seldom forgotten.
const UNTOLD_MOST: usize = 2 * CALLERS_MAX;
/// Callers known to be over, at most.
const OVER_MOST: usize = 4_096;

impl Heavy {
    fn roll(&mut self, cut: Cut, now_ms: u64) {
        let window = cut.number(now_ms);
        // A clock that went back changes nothing; numbers wrap.
        if self.window.is_none_or(|own| (1..=u32::MAX / 2).contains(&window.wrapping_sub(own))) {
            self.window = Some(window);
            self.untold.clear();
            self.over.clear();
            self.pending = None;
        }
    }

    pub(super) fn is_over(&mut self, caller: CallerId, cut: Cut, now_ms: u64) -> bool {
        self.roll(cut, now_ms);
        self.over.contains(&caller)
    }

    /// A caller used more. One who uses more than the lightest takes its place: what that one used
    /// is not told, and counts in this environment only.
    pub(super) fn add(&mut self, caller: CallerId, amount: u64, cut: Cut, now_ms: u64) {
        self.roll(cut, now_ms);
        if let Some((_, untold)) = self.untold.iter_mut().find(|(known, _)| *known == caller) {
            *untold = untold.saturating_add(amount);
        } else if self.untold.len() < UNTOLD_MOST {
            self.untold.push((caller, amount));
        } else if let Some(least) = self.untold.iter_mut().min_by_key(|(_, untold)| *untold)
            && least.1 <= amount
        {
            *least = (caller, amount);
        }
    }

    /// A caller used less than was taken for it.
    pub(super) fn back(&mut self, caller: CallerId, amount: u64) {
        if let Some((_, untold)) = self.untold.iter_mut().find(|(known, _)| *known == caller) {
            *untold = untold.saturating_sub(amount);
        }
    }

    /// The most that the fleet has not heard of one caller.
    pub(super) fn most_untold(&mut self, cut: Cut, now_ms: u64) -> u64 {
        self.roll(cut, now_ms);
        self.untold.iter().map(|(_, untold)| *untold).max().unwrap_or(0)
    }

    /// The heaviest, to be told; from here on they count as told.
    pub(super) fn take_heaviest(&mut self) -> Vec<(CallerId, u64)> {
        self.untold.retain(|(_, untold)| *untold > 0);
        tollgate_order::sort_by_key(&mut self.untold, |(_, untold)| std::cmp::Reverse(*untold));
        let rest = self.untold.split_off(self.untold.len().min(CALLERS_MAX));
        std::mem::replace(&mut self.untold, rest)
    }

    /// The fleet says that this caller is over its bound.
    pub(super) fn note_over(&mut self, caller: CallerId) {
        if self.over.len() < OVER_MOST {
            self.over.insert(caller);
        }
    }
}
