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
mod shared;
mod uses;

use std::collections::VecDeque;

use crate::amount::{Amount, Unit};
use crate::caller::CallerKey;
use crate::cost::{Tariff, Usage};
use crate::id::CallerId;
use crate::learn::Durations;
use crate::plan::{Over, Plan};
use alias::Aliases;
use line::{Line, Part};
pub use settle::{Billed, Settlement};
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

/// What an event may cost, and whom it is counted for.
#[derive(Debug, Clone)]
pub struct Charge {
    usage: Usage,
    /// One for each line.
    callers: Vec<CallerId>,
    /// Lines that have no room for it and let it pass, as bits.
    waived: u128,
    /// The alias that it is for.
    alias: usize,
}

impl Charge {
    /// What it may use at most.
    pub const fn usage(&self) -> Usage {
        self.usage
    }
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
}

/// What was taken for an event; settled once.
#[derive(Debug, Clone)]
pub struct Hold {
    parts: Vec<Part>,
    reserved: Usage,
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

    /// What an event may cost, and whom it is counted for. `key` gives a caller's value under a
    /// key, and none for who has none: all of them count as one.
    pub fn charge(
        &self,
        usage: Usage,
        mut key: impl FnMut(&CallerKey) -> Option<String>,
    ) -> Charge {
        let mut callers: Vec<CallerId> = Vec::with_capacity(self.lines.len());
        let mut known: Option<(&CallerKey, CallerId)> = None;
        for line in &self.lines {
            let caller = line.plan.scope.caller().map(|wanted| match known {
                Some((key, caller)) if key == wanted => caller,
                _ => {
                    let caller = wanted.caller(key(wanted).as_deref());
                    known = Some((wanted, caller));
                    caller
                }
            });
            callers.push(caller.unwrap_or(CallerId(0)));
        }
        Charge { usage, callers, waived: 0, alias: self.aliases.current() }
    }

    /// The budgets that have no room for it, those of callers first. Nothing is taken.
    pub fn admit(&mut self, charge: &mut Charge, now_ms: u64) -> Vec<Stop> {
        let shared_ms = self.shared_ms(now_ms);
        let mut stops = Vec::new();
        for (index, line) in self.lines.iter_mut().enumerate() {
            let caller = charge.callers.get(index).copied().unwrap_or(CallerId(0));
            let amount = self.tariff.charge(line.plan.unit, &charge.usage);
            if !line.is_for(charge.alias) {
                continue;
            }
            if let Some(stop) = line.stop(caller, amount, now_ms, shared_ms) {
                charge.waived |= 1 << (index % alias::LINES_MOST);
                stops.push(stop);
            }
        }
        stops
    }

    /// Takes what the event may cost from every budget. Those that [`admit`](Self::admit) named
    /// have let it pass; any other that has no room is given, and nothing is taken.
    pub fn reserve(&mut self, charge: &Charge, now_ms: u64) -> Result<Hold, Vec<Stop>> {
        let mut again = charge.clone();
        let stops = self.admit(&mut again, now_ms);
        if again.waived & !charge.waived != 0 {
            return Err(stops);
        }
        Ok(self.take(charge, now_ms))
    }

    fn take(&mut self, charge: &Charge, now_ms: u64) -> Hold {
        let shared_ms = self.shared_ms(now_ms);
        let Self { lines, tariff, notes, .. } = self;
        let parts = lines.iter_mut().zip(&charge.callers).enumerate();
        let parts = parts.map(|(index, (line, caller))| {
            let amount = tariff.charge(line.plan.unit, &charge.usage);
            if !line.is_for(charge.alias) {
                return Part::Nothing;
            }
            let waived = charge.waived & (1 << (index % alias::LINES_MOST)) != 0;
            if waived && line.plan.over == Over::Alert {
                note(notes, Note::Over { budget: line.plan.name.clone() });
            }
            line.take(*caller, amount, now_ms, shared_ms, notes)
        });
        let parts = parts.collect();
        Hold { parts, reserved: charge.usage }
    }

    /// An event was refused: its caller is charged for it, and every budget of refusals counts it.
    /// One that a budget or an order refused uses up no more of the budget that did.
    pub fn refused(&mut self, charge: &Charge, by_budget: bool, now_ms: u64) {
        let shared_ms = self.shared_ms(now_ms);
        let usage = Usage { billed_ms: REFUSAL_MS, ..charge.usage };
        for (line, caller) in self.lines.iter_mut().zip(&charge.callers) {
            let amount = match line.plan.unit {
                _ if !line.is_for(charge.alias) => continue,
                Unit::Refusals => Amount::ONE,
                Unit::Errors => continue,
                _ if by_budget || line.plan.scope.caller().is_none() => continue,
                unit => self.tariff.charge(unit, &usage),
            };
            line.take(*caller, amount, now_ms, shared_ms, &mut self.notes);
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
