//! Counts for a great many callers in bounded memory: the heavy ones exactly, the rest at least.
use serde::{Deserialize, Serialize};

use super::sketch::{Sketch, mix};
use super::slices::{Cut, advance, holds, slot_mut};
use crate::id::CallerId;
use crate::window::Window;

/// Callers with their counts, in sets of eight. When a set is full the table doubles; when it may
/// not, the caller who used least gives way to one who used more, and is counted by a sketch
/// from then on.
#[derive(Debug, Clone)]
pub struct Table {
    seed: u64,
    names: Vec<[u64; WAYS]>,
    cells: Vec<[Cell; WAYS]>,
    sets_most: usize,
    sketch: Option<Box<Sketch>>,
}

/// One caller's count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cell {
    slots: [u64; SLOTS],
    newest: u32,
}

/// Slots of a caller: three slices of the window, and the one that is passing out. A power of two.
const SLOTS: usize = 4;
const WAYS: usize = 8;
/// Sets of a table that holds nobody yet.
const SETS_FIRST: usize = 1;
/// No caller's name.
const NONE: u64 = 0;

impl Table {
    /// A table of at most about so many callers; `seed` is secret, so that nobody can choose names
    /// that fall together.
    pub fn new(seed: u64, callers_most: usize) -> Self {
        Self {
            seed,
            names: vec![[NONE; WAYS]; SETS_FIRST],
            cells: vec![[Cell::default(); WAYS]; SETS_FIRST],
            sets_most: (callers_most / WAYS).next_power_of_two().max(SETS_FIRST),
            sketch: None,
        }
    }

    /// How a table cuts a window.
    pub const fn cut(window: Window) -> Cut {
        Cut::sliding(window, 3)
    }

    /// What counts for a caller at this moment.
    pub fn used(&mut self, cut: Cut, unix_ms: u64, caller: CallerId) -> u64 {
        let name = name_of(caller);
        match self.find(name) {
            Some(cell) => cell.used(cut.number(unix_ms)),
            None => self.at(cut, unix_ms).map_or(0, |sketch| sketch.used(name)),
        }
    }

    /// Adds to a caller; gives the slice's number, by which it can be taken back.
    pub fn add(&mut self, cut: Cut, unix_ms: u64, caller: CallerId, amount: u64) -> u32 {
        let (name, number) = (name_of(caller), cut.number(unix_ms));
        loop {
            if let Some(cell) = self.find(name) {
                cell.add(number, amount);
                return number;
            }
            if self.take_place(cut, unix_ms, name) {
                continue;
            }
            if self.names.len() >= self.sets_most {
                break;
            }
            self.grow();
        }
        self.add_to_tail(cut, unix_ms, name, amount);
        number
    }

    /// Takes back what was added to a slice, unless that has passed or the caller gave way.
    pub fn back(&mut self, caller: CallerId, number: u32, amount: u64) {
        if let Some(cell) = self.find(name_of(caller)) {
            cell.back(number, amount);
        }
    }

    /// A caller has used at least so much in all: others have seen it too.
    pub fn raise(&mut self, cut: Cut, unix_ms: u64, caller: CallerId, total: u64) {
        let used = self.used(cut, unix_ms, caller);
        if total > used {
            self.add(cut, unix_ms, caller, total - used);
        }
    }

    /// Milliseconds until a caller has no more than `room` in use, if nothing else is added.
    pub fn wait(&mut self, cut: Cut, unix_ms: u64, caller: CallerId, room: u64) -> u64 {
        let number = cut.number(unix_ms);
        let ahead = match self.find(name_of(caller)) {
            Some(cell) => cell.ahead(number, room),
            None => SLOTS as u64,
        };
        cut.until(unix_ms, ahead)
    }

    /// Bytes that it holds, about.
    pub fn bytes(&self) -> usize {
        let set = size_of::<[u64; WAYS]>() + size_of::<[Cell; WAYS]>();
        let sketch = self.sketch.as_ref().map_or(0, |_| size_of::<u64>() * (8 << 14));
        self.names.len() * set + sketch
    }

    /// The callers that it counts exactly, the heaviest first, at most so many.
    pub(crate) fn heaviest(&mut self, number: u32, most: usize) -> Vec<(u64, Cell)> {
        let names = self.names.iter().flatten();
        let cells = self.cells.iter_mut().flatten();
        let mut all: Vec<(u64, u64, Cell)> = names
            .zip(cells)
            .filter(|(name, _)| **name != NONE)
            .map(|(name, cell)| (cell.used(number), *name, *cell))
            .filter(|(used, ..)| *used > 0)
            .collect();
        tollgate_order::sort_by_key(&mut all, |(used, name, _)| (std::cmp::Reverse(*used), *name));
        all.truncate(most);
        all.into_iter().map(|(_, name, cell)| (name, cell)).collect()
    }

    /// Takes up what another table counted.
    pub(crate) fn adopt(&mut self, cut: Cut, unix_ms: u64, callers: &[(u64, Cell)]) {
        for (name, saved) in callers {
            self.add(cut, unix_ms, CallerId(*name), 0);
            if let Some(cell) = self.find(*name) {
                *cell = *saved;
                cell.used(cut.number(unix_ms));
            }
        }
    }

    fn set_of(&self, name: u64) -> usize {
        usize::try_from(mix(name, self.seed)).unwrap_or(0) & (self.names.len() - 1)
    }

    fn find(&mut self, name: u64) -> Option<&mut Cell> {
        let set = self.set_of(name);
        let way = self.names.get(set)?.iter().position(|known| *known == name)?;
        self.cells.get_mut(set)?.get_mut(way)
    }

    /// Gives a caller a place that is free, or whose caller used nothing lately.
    fn take_place(&mut self, cut: Cut, unix_ms: u64, name: u64) -> bool {
        let (set, number) = (self.set_of(name), cut.number(unix_ms));
        let (Some(names), Some(cells)) = (self.names.get_mut(set), self.cells.get_mut(set)) else {
            return false;
        };
        for cell in cells.iter_mut() {
            cell.advance(number);
        }
        let free =
            names.iter_mut().zip(cells).find(|(known, cell)| **known == NONE || cell.total() == 0);
        let Some((known, cell)) = free else { return false };
        *known = name;
        *cell = Cell { newest: number, ..Cell::default() };
        let known_before = self.at(cut, unix_ms).map_or(0, |sketch| sketch.used(name));
        if known_before > 0
            && let Some(cell) = self.find(name)
        {
            cell.add(number, known_before);
        }
        true
    }

    /// Counts a caller without a place; one who has used more than another takes that one's.
    fn add_to_tail(&mut self, cut: Cut, unix_ms: u64, name: u64, amount: u64) {
        let (set, number, seed) = (self.set_of(name), cut.number(unix_ms), self.seed);
        self.sketch.get_or_insert_with(|| Box::new(Sketch::new(seed)));
        let Some(sketch) = self.at(cut, unix_ms) else { return };
        sketch.add(name, amount);
        let used = sketch.used(name);
        let (Some(names), Some(cells)) = (self.names.get_mut(set), self.cells.get_mut(set)) else {
            return;
        };
        for cell in cells.iter_mut() {
            cell.advance(number);
        }
        let least = names.iter_mut().zip(cells).min_by_key(|(_, cell)| cell.total());
        let Some((known, cell)) = least else { return };
        let least_used = cell.total();
        if least_used >= used {
            return;
        }
        let gave_way = std::mem::replace(known, name);
        *cell = Cell { newest: number, ..Cell::default() };
        cell.add(number, used);
        if let Some(sketch) = self.sketch.as_mut() {
            sketch.raise(gave_way, least_used);
        }
    }

    /// The sketch, brought to this moment.
    fn at(&mut self, cut: Cut, unix_ms: u64) -> Option<&mut Sketch> {
        let sketch = self.sketch.as_deref_mut()?;
        sketch.advance(cut.generation(unix_ms));
        Some(sketch)
    }

    fn grow(&mut self) {
        let sets = self.names.len() * 2;
        let names = std::mem::replace(&mut self.names, vec![[NONE; WAYS]; sets]);
        let cells = std::mem::replace(&mut self.cells, vec![[Cell::default(); WAYS]; sets]);
        for (name, cell) in names.into_iter().flatten().zip(cells.into_iter().flatten()) {
            let set = self.set_of(name);
            let (Some(names), Some(cells)) = (self.names.get_mut(set), self.cells.get_mut(set))
            else {
                continue;
            };
            // Each set's callers spread over two, so that there is always room.
            if let Some((known, place)) =
                names.iter_mut().zip(cells).find(|(known, _)| **known == NONE)
                && name != NONE
            {
                (*known, *place) = (name, cell);
            }
        }
    }
}

impl Cell {
    fn used(&mut self, number: u32) -> u64 {
        self.advance(number);
        self.total()
    }

    fn advance(&mut self, number: u32) {
        advance(&mut self.slots, &mut self.newest, number);
    }

    fn total(&self) -> u64 {
        self.slots.iter().fold(0, |sum, slot| u64::saturating_add(sum, *slot))
    }

    fn add(&mut self, number: u32, amount: u64) {
        self.advance(number);
        if let Some(slot) = slot_mut(&mut self.slots, self.newest) {
            *slot = slot.saturating_add(amount);
        }
    }

    fn back(&mut self, number: u32, amount: u64) {
        if holds(SLOTS, self.newest, number)
            && let Some(slot) = slot_mut(&mut self.slots, number)
        {
            *slot = slot.saturating_sub(amount);
        }
    }

    /// How many slices must pass until no more than `room` is used.
    fn ahead(&mut self, number: u32, room: u64) -> u64 {
        let mut used = self.used(number);
        for ahead in 1..SLOTS as u64 {
            let oldest = number.wrapping_add(u32::try_from(ahead).unwrap_or(0));
            used = used.saturating_sub(slot_mut(&mut self.slots, oldest).map_or(0, |slot| *slot));
            if used <= room {
                return ahead;
            }
        }
        SLOTS as u64
    }
}

/// A caller's name in the table, which knows nobody by the name of a free place.
fn name_of(caller: CallerId) -> u64 {
    caller.0.max(1)
}

#[cfg(test)]
mod tests;
