//! A count for one subject.
use serde::{Deserialize, Serialize};

use super::slices::{Cut, advance, holds, slot_mut};
use crate::amount::Amount;
use crate::window::Window;

/// Slots: the window's slices, and the one that is passing out of it. A power of two.
const SLOTS: usize = 16;

/// What was used within the window, to a fifteenth of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Meter {
    slots: [u128; SLOTS],
    newest: u32,
}

impl Meter {
    /// How a meter cuts a window.
    pub const fn cut(window: Window) -> Cut {
        Cut::sliding(window, 15)
    }

    /// What counts at this moment.
    pub fn used(&mut self, cut: Cut, unix_ms: u64) -> Amount {
        advance(&mut self.slots, &mut self.newest, cut.number(unix_ms));
        Amount(self.slots.iter().fold(0, |sum, slot| u128::saturating_add(sum, *slot)))
    }

    /// Adds; gives the slice's number, by which it can be taken back.
    pub fn add(&mut self, cut: Cut, unix_ms: u64, amount: Amount) -> u32 {
        advance(&mut self.slots, &mut self.newest, cut.number(unix_ms));
        if let Some(slot) = slot_mut(&mut self.slots, self.newest) {
            *slot = slot.saturating_add(amount.0);
        }
        self.newest
    }

    /// Takes back what was added to a slice, unless that has passed.
    pub fn back(&mut self, number: u32, amount: Amount) {
        if holds(SLOTS, self.newest, number)
            && let Some(slot) = slot_mut(&mut self.slots, number)
        {
            *slot = slot.saturating_sub(amount.0);
        }
    }

    /// Milliseconds until `need` more would fit below `limit`, if nothing else is added.
    pub fn wait(&mut self, cut: Cut, unix_ms: u64, need: Amount, limit: Amount) -> u64 {
        let mut used = self.used(cut, unix_ms);
        for ahead in 1..=SLOTS as u64 {
            let passing = u32::try_from(ahead).unwrap_or(0);
            let oldest = self.newest.wrapping_add(passing);
            used = used.less(Amount(slot_mut(&mut self.slots, oldest).map_or(0, |slot| *slot)));
            if used.plus(need) <= limit {
                return cut.until(unix_ms, ahead);
            }
        }
        cut.until(unix_ms, SLOTS as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_starts_afresh() {
        let cut = Meter::cut(Window::Day(crate::window::Zone::UTC));
        let mut meter = Meter::default();
        let day = 86_400_000;
        meter.add(cut, day - 1, Amount(5));
        assert_eq!(meter.used(cut, day - 1), Amount(5));
        assert_eq!(meter.wait(cut, day - 1, Amount(1), Amount(5)), 1);
        assert_eq!(meter.used(cut, day), Amount(0));
        meter.back(cut.number(day - 1), Amount(5));
        assert_eq!(meter.used(cut, day), Amount(0));
    }

    #[test]
    fn what_is_taken_back_can_be_used_again() {
        let cut = Meter::cut(Window::Sliding { ms: 1_000 });
        let mut meter = Meter::default();
        let slice = meter.add(cut, 10_000, Amount(9));
        meter.back(slice, Amount(4));
        assert_eq!(meter.used(cut, 10_500), Amount(5));
        let wait = meter.wait(cut, 10_500, Amount(6), Amount(10));
        assert_eq!(meter.used(cut, 10_500 + wait), Amount(0));
        assert!((500..=600).contains(&wait), "{wait}");
    }

    proptest! {
        /// Nowhere within the window's length passes more than the limit.
        #[test]
        fn a_limit_holds_in_any_window(gaps in prop::collection::vec(0_u64..300, 1..400)) {
            let (ms, limit) = (1_000, 7);
            let cut = Meter::cut(Window::Sliding { ms });
            let (mut meter, mut now, mut passed) = (Meter::default(), 5_000_000_u64, Vec::new());
            for gap in gaps {
                now += gap;
                if meter.used(cut, now).plus(Amount::ONE) <= Amount(limit) {
                    meter.add(cut, now, Amount::ONE);
                    passed.push(now);
                }
                let within = passed.iter().filter(|at| **at + ms > now).count();
                prop_assert!(within as u128 <= limit);
            }
        }
    }
}
