//! How fast something comes, and whether that is faster than it used to be.

/// Gaps before a pace is known.
const KNOWN: u16 = 16;
/// The longest gap that counts, in milliseconds: what sleeps at night does not run in the morning.
const GAP_MS_MAX: u64 = 600_000;
/// Parts of a millisecond in which gaps are kept.
const PARTS: u32 = 16;

/// Two averages of the gaps between events, of which one forgets sooner.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Pace {
    last_ms: u64,
    /// Over about four gaps, and over about 32.
    short: u32,
    long: u32,
    gaps: u16,
}

impl Pace {
    /// An event comes; how many times faster than usual events come now, 0 where that is not
    /// known.
    pub(super) fn beat(&mut self, at_ms: u64) -> u32 {
        let is_first = self.last_ms == 0;
        let gap = at_ms.saturating_sub(self.last_ms).clamp(1, GAP_MS_MAX);
        self.last_ms = self.last_ms.max(at_ms);
        if is_first {
            return 0;
        }
        let gap = u32::try_from(gap).unwrap_or(u32::MAX).saturating_mul(PARTS);
        if self.gaps == 0 {
            (self.short, self.long) = (gap, gap);
        }
        self.short = self.short - self.short / 4 + gap / 4;
        self.long = self.long - self.long / 32 + gap / 32;
        self.gaps = self.gaps.saturating_add(1);
        if self.gaps < KNOWN { 0 } else { self.long / self.short.max(1) }
    }
}
