//! How much goes out to each caller: a leak that is slow enough shows in the sum and nowhere else.

/// Callers that are counted at once. A new one takes the place of the one with the least, and its
/// sum with it: a sum may be too high by that, never too low.
const CALLERS_MAX: usize = 512;

/// Bytes to each caller in a window of time. Callers are numbers: digests of what names them.
#[derive(Debug, Clone)]
pub struct Egress {
    limit_bytes: u64,
    window_ms: u64,
    window: u64,
    callers: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    caller: u64,
    flow: Flow,
    told: bool,
}

/// What went to one caller in a window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// Bytes of replies.
    pub bytes: u64,
    /// Replies.
    pub replies: u64,
}

impl Egress {
    /// Counts up to `limit_bytes` for each caller in windows of `window_ms`, which begin at multiples
    /// of it since 1970.
    pub const fn new(limit_bytes: u64, window_ms: u64) -> Self {
        Self { limit_bytes, window_ms, window: 0, callers: Vec::new() }
    }

    /// Counts a reply. Gives back what went to the caller where that is more than the limit, once in
    /// a window.
    pub fn note(&mut self, caller: u64, bytes: u64, now_ms: u64) -> Option<Flow> {
        let window = now_ms / self.window_ms.max(1);
        if window != self.window {
            self.window = window;
            self.callers.clear();
        }
        let at = self.place_of(caller);
        let limit = self.limit_bytes;
        let entry = self.callers.get_mut(at)?;
        entry.flow.bytes = entry.flow.bytes.saturating_add(bytes);
        entry.flow.replies = entry.flow.replies.saturating_add(1);
        let over = entry.flow.bytes > limit && !entry.told;
        entry.told |= over;
        over.then_some(entry.flow)
    }

    fn place_of(&mut self, caller: u64) -> usize {
        if let Some(at) = self.callers.iter().position(|entry| entry.caller == caller) {
            return at;
        }
        if self.callers.len() < CALLERS_MAX {
            self.callers.push(Entry { caller, flow: Flow::default(), told: false });
            return self.callers.len() - 1;
        }
        let least = self.callers.iter().enumerate().min_by_key(|(_, entry)| entry.flow.bytes);
        let at = least.map_or(0, |(at, _)| at);
        if let Some(entry) = self.callers.get_mut(at) {
            *entry = Entry { caller, told: false, ..*entry };
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_leak_shows_once_in_a_window() {
        let mut egress = Egress::new(1_000, 60_000);
        assert_eq!((0..10).find_map(|_| egress.note(7, 100, 5)), None);
        assert_eq!(egress.note(7, 1, 6), Some(Flow { bytes: 1_001, replies: 11 }));
        assert_eq!(egress.note(7, 100, 7), None);
        assert_eq!(egress.note(8, 100, 8), None);
        assert_eq!(egress.note(7, 1_001, 60_001).map(|flow| flow.replies), Some(1));
    }

    #[test]
    fn many_callers_do_not_hide_a_heavy_one() {
        let mut egress = Egress::new(10_000, 60_000);
        let mut seen = false;
        for round in 0..100_u64 {
            seen |= egress.note(0, 200, 5).is_some();
            for other in 0..40 {
                assert!(
                    egress
                        .note(1 + round * 40 + other, 1, 5)
                        .is_none_or(|flow| flow.bytes > 10_000)
                );
            }
        }
        assert!(seen);
        assert!(egress.callers.len() <= CALLERS_MAX);
    }
}
