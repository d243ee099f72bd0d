//! A window cut into slices that pass out of it one by one.
use crate::window::{Span, Window};

/// How a window is cut. The slice that is passing out still counts in full: so within any time of
/// the window's length no more than the limit passes, and what was used comes back at most one
/// slice late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    window: Window,
    /// How many slices a window has; none for one that starts afresh as a whole.
    slices: Option<u32>,
    /// The window of the calendar that was last looked for: to find one takes longer than all else.
    last: Span,
}

/// Holds no moment.
const NO_SPAN: Span = Span { start_ms: 0, end_ms: 0 };

/// What every number of a window that starts afresh is a multiple of, so that no slice of another
/// one is near.
const AFRESH: u64 = 64;

impl Cut {
    /// A window that slides in so many slices; one of the calendar starts afresh.
    pub const fn sliding(window: Window, slices: u32) -> Self {
        let slices = if window.is_calendar() { None } else { Some(slices) };
        Self { window, slices, last: NO_SPAN }
    }

    /// A window that starts afresh as a whole.
    pub const fn afresh(window: Window) -> Self {
        Self { window, slices: None, last: NO_SPAN }
    }

    /// Keeps the window of this moment at hand.
    pub fn keep(&mut self, unix_ms: u64) {
        if self.slices.is_none() {
            self.last = self.span(unix_ms);
        }
    }

    fn span(self, unix_ms: u64) -> Span {
        if self.last.holds(unix_ms) { self.last } else { self.window.span(unix_ms) }
    }

    /// The number of the slice that a moment falls into. Numbers wrap.
    pub fn number(self, unix_ms: u64) -> u32 {
        let number = match self.slice_ms() {
            Some(slice_ms) => unix_ms / slice_ms,
            None => (self.span(unix_ms).start_ms / 1_000).wrapping_mul(AFRESH),
        };
        // The low bits tell neighbours apart.
        u32::try_from(number & u64::from(u32::MAX)).unwrap_or(0)
    }

    /// Milliseconds from `unix_ms` until the `ahead`th slice after this one begins.
    pub(super) fn until(self, unix_ms: u64, ahead: u64) -> u64 {
        match self.slice_ms() {
            Some(slice_ms) => (unix_ms / slice_ms + ahead) * slice_ms - unix_ms,
            None => self.span(unix_ms).end_ms.saturating_sub(unix_ms),
        }
    }

    /// The number of the window, for counts that are kept for two of them: one follows another by
    /// one where what was used before still counts.
    pub(super) fn generation(self, unix_ms: u64) -> u64 {
        match self.slices {
            Some(_) => unix_ms / self.window.length_ms().max(1),
            // Windows begin at least a second apart.
            None => self.span(unix_ms).start_ms,
        }
    }

    fn slice_ms(self) -> Option<u64> {
        let slices = u64::from(self.slices?);
        Some(self.window.length_ms().div_ceil(slices.max(1)).max(1))
    }
}

/// Forgets the slices that have passed, so that `number` is the newest; how far it went on.
pub(super) fn advance<T: Copy + Default>(slots: &mut [T], newest: &mut u32, number: u32) {
    let ahead = number.wrapping_sub(*newest);
    // A clock that went back changes nothing.
    if ahead == 0 || ahead > u32::MAX / 2 {
        return;
    }
    if usize::try_from(ahead).is_ok_and(|ahead| ahead < slots.len()) {
        for step in 1..=ahead {
            if let Some(slot) = slot_mut(slots, newest.wrapping_add(step)) {
                *slot = T::default();
            }
        }
    } else {
        slots.fill(T::default());
    }
    *newest = number;
}

/// The slot of a slice; the count of slots is a power of two, so that numbers may wrap.
pub(super) fn slot_mut<T>(slots: &mut [T], number: u32) -> Option<&mut T> {
    let index = usize::try_from(number).unwrap_or(0) & slots.len().saturating_sub(1);
    slots.get_mut(index)
}

/// Whether a slice is still held.
pub(super) fn holds(slots: usize, newest: u32, number: u32) -> bool {
    usize::try_from(newest.wrapping_sub(number)).is_ok_and(|age| age < slots)
}
