//! Small machines made deterministic: a table from state and class to state.
use std::collections::HashMap;

use super::charset::Alphabet;
use super::machine::{Around, Machine, Reached, State};

/// How many states a table may have.
const STATES_MAX: usize = 512;
/// How many cells; two bytes each.
const CELLS_MAX: usize = 16 * 1024;
/// How much work making it may take.
const WORK_MAX: usize = 400_000;

/// A deterministic machine.
#[derive(Debug)]
pub(super) struct Table {
    classes: usize,
    cells: Vec<u16>,
    /// Of each state: whether it matches, and whether it does at the text's end.
    accepts: Vec<(bool, bool)>,
}

impl Table {
    /// None for a machine that is too large, or that looks at word boundaries.
    pub(super) fn new(machine: &Machine, alphabet: &Alphabet) -> Option<Self> {
        if machine.has_boundary() {
            return None;
        }
        let mut maker = Maker {
            machine,
            table: Self { classes: alphabet.classes(), cells: Vec::new(), accepts: Vec::new() },
            known: HashMap::new(),
            sets: Vec::new(),
            reached: machine.nothing(),
            work: 0,
        };
        let start = Around { start: true, ..Around::default() };
        machine.reach(machine.start(), start, &mut maker.reached);
        maker.state(start)?;
        maker.fill()?;
        Some(maker.table)
    }

    pub(super) fn is_match(&self, text: &str, alphabet: &Alphabet) -> bool {
        let mut state = 0;
        let accepts = |state: usize| self.accepts.get(state).copied().unwrap_or_default();
        for character in text.chars() {
            if accepts(state).0 {
                return true;
            }
            let cell = state * self.classes + usize::from(alphabet.class(character));
            state = usize::from(self.cells.get(cell).copied().unwrap_or_default());
        }
        accepts(state).0 || accepts(state).1
    }
}

struct Maker<'m> {
    machine: &'m Machine,
    table: Table,
    known: HashMap<Vec<State>, u16>,
    /// The states of the machine that each state of the table stands for.
    sets: Vec<Vec<State>>,
    reached: Reached,
    work: usize,
}

impl Maker<'_> {
    /// Fills the cells of all states, which makes more of them.
    fn fill(&mut self) -> Option<()> {
        let mut at = 0;
        while let Some(set) = self.sets.get(at).cloned() {
            for class in 0..u16::try_from(self.table.classes).ok()? {
                self.reached.clear();
                for state in &set {
                    if let Some(next) = self.machine.take(*state, class) {
                        self.machine.reach(next, Around::default(), &mut self.reached);
                    }
                }
                self.machine.reach(self.machine.start(), Around::default(), &mut self.reached);
                self.work += 1 + set.len() + self.reached.states.len();
                let next = self.state(Around::default())?;
                self.table.cells.push(next);
            }
            at += 1;
        }
        Some(())
    }

    /// The table's state for what was reached.
    fn state(&mut self, around: Around) -> Option<u16> {
        let mut set = self.reached.states.clone();
        tollgate_order::sort(&mut set);
        // The start is a state of its own: at its end `^` still holds.
        if let Some(known) = self.known.get(&set).filter(|_| !around.start) {
            return Some(*known);
        }
        let states = self.sets.len() + 1;
        if states > STATES_MAX || states * self.table.classes > CELLS_MAX || self.work > WORK_MAX {
            return None;
        }
        let number = u16::try_from(self.sets.len()).ok()?;
        let accepts = set.iter().any(|state| self.machine.is_match_state(*state));
        let accepts_at_end = self.accepts_at_end(&set, around);
        self.table.accepts.push((accepts, accepts_at_end));
        if !around.start {
            self.known.insert(set.clone(), number);
        }
        self.sets.push(set);
        Some(number)
    }

    fn accepts_at_end(&mut self, set: &[State], around: Around) -> bool {
        let end = Around { end: true, ..around };
        let mut reached = self.machine.nothing();
        for state in set {
            self.machine.reach(*state, end, &mut reached);
        }
        self.work += set.len();
        reached.states.iter().any(|state| self.machine.is_match_state(*state))
    }
}
