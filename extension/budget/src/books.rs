//! The books of one environment: every budget with its count, and what invocations cost.
//!
//! An event is charged in steps. [`Books::charge`] says what it may cost at most and whom it is
//! counted for, [`Books::admit`] which budgets have no room for it; nothing is taken yet.
//! [`Books::reserve`] takes, [`Books::settle`] takes the difference when the invocation has ended,
//! [`Books::bill`] what Lambda charges beyond that. An event that is refused is charged to its
//! caller by [`Books::refused`].
mod alias;
mod heavy;
mod line;
mod saved;
mod settle;
mod share;
mod shared;
mod uses;

use std::collections::VecDeque;

use crate::amount::{Amount, Unit};
use crate::cost::{Tariff, Usage};
use crate::learn::Durations;
use crate::plan::{Over, Plan};
use alias::Aliases;
use line::{Line, Part};
pub use settle::{Billed, Settlement};
pub use share::Charge;
use share::Share;
pub use uses::Use;

/// All budgets of an environment.
#[derive(Debug, Clone)]
pub struct Books {
    /// Those of callers first, then in the policy's order, then those of aliases.
    lines: Vec<Line>,
    aliases: Aliases,
    tariff: Tariff,
    durations: Durations,
    /// Milliseconds that Lambda bills beyond what we measure, about.
    beyond_ms: u64,
    /// Invocations that were settled and not billed, the oldest first.
    unbilled: VecDeque<settle::Unbilled>,
    /// The store's clock less ours, where they differ by more than its answers can tell.
    skew_ms: i64,
    notes: Vec<Note>,
}

/// Where books are kept.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The function's name.
    pub function: &'a str,
    /// The alias or version that is invoked, where that is known before the first event.
    pub alias: &'a str,
    /// A random number of this environment.
    pub seed: u64,
}

/// A budget that has no room for an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The budget's name.
    pub budget: String,
    /// What it counts, and for whom.
    pub unit: Unit,
    /// The scope's name.
    pub scope: &'static str,
    /// What is to happen.
    pub over: Over,
    /// Whether it is known to be spent; otherwise nobody knows.
    pub is_spent: bool,
    /// Milliseconds until there may be room again.
    pub wait_ms: u64,
    /// The items that it has no room for; none: the whole event.
    pub items: Vec<u32>,
}

/// What was taken for an event; settled once.
#[derive(Debug, Clone)]
pub struct Hold {
    held: Vec<Held>,
    reserved: Usage,
}

/// What was taken from one budget, for the whole event or for a caller's items.
#[derive(Debug, Clone)]
struct Held {
    /// The budget's place among the lines.
    line: usize,
    part: Part,
    share: Share,
}

/// Something about a budget that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// So many hundredths of it are used.
    Reached {
        /// The budget.
        budget: String,
        /// The percentage of the policy.
        percent: u8,
    },
    /// An event passed for which there was no room, and the policy says to tell.
    Over {
        /// The budget.
        budget: String,
    },
    /// An event passed that no lease covered.
    Uncovered {
        /// The budget.
        budget: String,
        /// Why it passed.
        why: crate::lease::Why,
    },
}

/// The most budgets of a policy.
pub const BUDGETS_MOST: usize = 64;
/// Callers that all tables of an environment count exactly, about; beyond it the tail is
/// approximate. They take at most 5 MB.
const CALLERS_MOST: usize = 65_536;
/// Notes that are kept until they are taken.
const NOTES_MOST: usize = 32;

impl Books {
    /// Empty books for these budgets, at most [`BUDGETS_MOST`].
    pub fn new(mut plans: Vec<Plan>, tariff: Tariff, place: &Place<'_>) -> Self {
        tollgate_order::sort_by_key(&mut plans, |plan| plan.scope.caller().is_none());
        plans.truncate(BUDGETS_MOST);
        let aliases = Aliases::of(&mut plans, place);
        let tables = plans.iter().filter(|plan| plan.scope.caller().is_some()).count();
        let callers_most = CALLERS_MOST / tables.max(1);
        let lines = plans.into_iter().map(|plan| Line::new(plan, callers_most, place)).collect();
        let mut books = Self {
            lines,
            aliases,
            tariff,
            durations: Durations::default(),
            beyond_ms: 0,
            unbilled: VecDeque::new(),
            skew_ms: 0,
            notes: Vec::new(),
        };
        if !place.alias.is_empty() {
            books.turn_to(place.alias);
        }
        books
    }

    /// Whether there is no budget at all.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.aliases.is_empty()
    }

    /// How the function is billed.
    pub const fn tariff(&self) -> &Tariff {
        &self.tariff
    }

    /// The time that an invocation is charged for before it runs: `worst_ms`, or what 99 of 100
    /// stay within, where that is less.
    pub fn foreseen_ms(&self, worst_ms: u64) -> u64 {
        let learned = self.durations.upper();
        learned.map_or(worst_ms, |ms| ms.saturating_add(self.beyond_ms).min(worst_ms))
    }

    /// The budgets that have no room for it, those of callers first. Nothing is taken. From then on
    /// it is known of each of them that it lets the event pass, or that those items are kept out of it.
    pub fn admit(&mut self, charge: &mut Charge, now_ms: u64) -> Vec<Stop> {
        let shared_ms = self.shared_ms(now_ms);
        let Charge { usage, posts, .. } = charge;
        let mut stops = Vec::new();
        for post in posts.iter_mut().filter(|post| !post.waived) {
            let Some(line) = self.lines.get_mut(post.line) else { continue };
            let amount = post.share.charge(&self.tariff, line.plan.unit, usage);
            if let Some(stop) = line.stop(post.caller, amount, now_ms, shared_ms) {
                post.waived = true;
                stops.push(Stop { items: post.items.clone(), ..stop });
            }
        }
        stops
    }

    /// Takes what the event may cost from every budget. Those that [`admit`](Self::admit) named
    /// have let it pass; any other that has no room is given, and nothing is taken.
    pub fn reserve(&mut self, charge: &mut Charge, now_ms: u64) -> Result<Hold, Vec<Stop>> {
        let stops = self.admit(charge, now_ms);
        if stops.is_empty() { Ok(self.take(charge, now_ms)) } else { Err(stops) }
    }

    fn take(&mut self, charge: &Charge, now_ms: u64) -> Hold {
        let shared_ms = self.shared_ms(now_ms);
        let Self { lines, tariff, notes, .. } = self;
        let held = charge.posts.iter().filter_map(|post| {
            let line = lines.get_mut(post.line)?;
            let amount = post.share.charge(tariff, line.plan.unit, &charge.usage);
            if post.waived && line.plan.over == Over::Alert {
                note(notes, Note::Over { budget: line.plan.name.clone() });
            }
            let part = line.take(post.caller, amount, now_ms, shared_ms, notes);
            Some(Held { line: post.line, part, share: post.share })
        });
        let held = held.collect();
        Hold { held, reserved: charge.usage }
    }

    /// An event was refused, or these items of it: their callers are charged for it, and every
    /// budget of refusals counts it. What a budget or an order refused uses up no more of the
    /// budget that did.
    pub fn refused(&mut self, charge: &Charge, items: &[u32], by_budget: bool, now_ms: u64) {
        let shared_ms = self.shared_ms(now_ms);
        let usage = Usage { billed_ms: REFUSAL_MS, ..charge.usage };
        for post in &charge.posts {
            let (count, share) = charge.refused_of(post, items);
            let Some(line) = self.lines.get_mut(post.line).filter(|_| count > 0) else { continue };
            let amount = match line.plan.unit {
                Unit::Refusals => Amount(count),
                Unit::Errors => continue,
                _ if by_budget || line.plan.scope.caller().is_none() => continue,
                // The rest of the batch counts for the caller of it all.
                _ if post.items.is_empty() && !items.is_empty() => continue,
                unit => share.charge(&self.tariff, unit, &usage),
            };
            line.take(post.caller, amount, now_ms, shared_ms, &mut self.notes);
        }
    }

    /// What was noted since the last call.
    pub fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// Bytes that all counts take, about.
    pub fn bytes(&self) -> usize {
        self.lines.iter().map(Line::bytes).sum()
    }

    /// The moment by the store's clock.
    fn shared_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_add_signed(self.skew_ms)
    }
}

/// What a refused event is billed for, at least: Lambda rounds up to a millisecond.
const REFUSAL_MS: u64 = 1;

/// Keeps a note, while there are few.
fn note(notes: &mut Vec<Note>, note: Note) {
    if notes.len() < NOTES_MOST {
        notes.push(note);
    }
}

#[cfg(test)]
mod tests;
