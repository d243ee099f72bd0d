//! How much may be looked at: a count of steps, the same on every machine.

/// The steps that one event may take by default. A step takes about a nanosecond at full
/// speed; `examples/detect_speed.rs` searches for events that take longest, and prints what they take.
pub const SCAN_WORK: u64 = 20_000_000;

/// What is left of an event's steps.
///
/// Whoever looks at bytes pays for them before, in proportion; so the time that any event can
/// take is bounded, and the same event is always cut off at the same place.
#[derive(Debug, Clone)]
pub struct Work {
    left: u64,
    exhausted: bool,
}

/// The steps are used up: what was not looked at is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted;

impl Work {
    /// The id of the check that fires when the steps are used up.
    pub const CHECK: &'static str = "limits.scan";

    /// So many steps, and no more.
    pub const fn new(limit: u64) -> Self {
        Self { left: limit, exhausted: false }
    }

    /// Takes `steps` away. Once it fails it fails for ever.
    #[inline]
    pub const fn spend(&mut self, steps: u64) -> Result<(), Exhausted> {
        match self.left.checked_sub(steps) {
            Some(left) if !self.exhausted => {
                self.left = left;
                Ok(())
            }
            _ => {
                self.exhausted = true;
                Err(Exhausted)
            }
        }
    }

    /// What is left.
    pub const fn left(&self) -> u64 {
        self.left
    }

    /// Whether a call of [`Work::spend`] has failed.
    pub const fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}

impl Default for Work {
    fn default() -> Self {
        Self::new(SCAN_WORK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_and_stay_ended() {
        let mut work = Work::new(10);
        assert_eq!(work.spend(10), Ok(()));
        assert_eq!(work.left(), 0);
        assert_eq!(work.spend(1), Err(Exhausted));
        assert_eq!(work.spend(0), Err(Exhausted));
        assert!(work.is_exhausted());
    }
}
