//! Budgets of aliases: several aliases can name one version, and then its environments serve them
//! all. Which one is known with each event.
use super::line::Line;
use super::{BUDGETS_MOST, Books, Place};
use crate::plan::{Plan, Scope};

/// Budgets that each alias has, and the aliases that were seen.
#[derive(Debug, Clone)]
pub(super) struct Aliases {
    plans: Vec<Plan>,
    names: Vec<String>,
    /// The one of the event in hand.
    current: usize,
    function: String,
    /// What an invocation is expected to be billed for at most, in milliseconds.
    pub(super) foreseen_ms: Option<u64>,
}

/// Aliases that are counted each for itself. Nobody but the function's owner can make one; later
/// ones count with the last.
const ALIASES_MOST: usize = 16;
/// Lines at most, so that a charge can name each by a bit.
pub(super) const LINES_MOST: usize = 2 * BUDGETS_MOST;

impl Aliases {
    /// Takes the budgets of aliases out of `plans`.
    pub(super) fn of(plans: &mut Vec<Plan>, place: &Place<'_>) -> Self {
        let plans = plans.extract_if(.., |plan| plan.scope == Scope::Alias).collect();
        let function = place.function.to_owned();
        Self { plans, names: Vec::new(), current: 0, function, foreseen_ms: None }
    }

    /// Whether there is no such budget.
    pub(super) fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// Which alias the event in hand is for.
    pub(super) fn current(&self) -> usize {
        self.current
    }
}

impl Books {
    /// The event in hand is for this alias or version: its budgets are asked. They are opened with
    /// its first event.
    pub fn turn_to(&mut self, alias: &str) {
        let Self { aliases, lines, .. } = self;
        if aliases.plans.is_empty() {
            return;
        }
        if let Some(known) = aliases.names.iter().position(|name| name == alias) {
            aliases.current = known;
            return;
        }
        let is_first = aliases.names.is_empty();
        let fits = lines.len() + aliases.plans.len() <= LINES_MOST;
        if !is_first && (!fits || aliases.names.len() == ALIASES_MOST) {
            aliases.current = aliases.names.len() - 1;
            return;
        }
        aliases.current = aliases.names.len();
        aliases.names.push(alias.to_owned());
        // These budgets are of no callers: a seed is for tables of those.
        let place = Place { function: &aliases.function, alias, seed: 0 };
        for plan in &aliases.plans {
            let mut line = Line::new(plan.clone(), 0, &place);
            line.alias = Some(aliases.current);
            lines.push(line);
        }
        if let Some(billed_ms) = aliases.foreseen_ms {
            self.foresee(billed_ms);
        }
    }

    /// Opens the budgets of the alias that a saved count is of.
    pub(super) fn turn_to_saved(&mut self, identity: &str) {
        let name = identity.strip_prefix("alias/").and_then(|rest| {
            let rest = rest.strip_prefix(self.aliases.function.as_str())?.strip_prefix(':')?;
            Some(rest.split_once('#')?.0.to_owned())
        });
        if let Some(name) = name {
            self.turn_to(&name);
        }
    }
}
