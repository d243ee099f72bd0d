//! The one place that reads clocks; everything else is handed a time.

use std::cell::Cell;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Wall time that never runs backwards within a process.
///
/// A frozen environment keeps its wall clock right and its monotonic clock jumps over the freeze,
/// so wall time is what windows and records use; the floor guards against a clock set back.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    floor_ms: Cell<u64>,
}

impl Clock {
    /// Milliseconds of Unix time.
    pub(crate) fn unix_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        #[cfg(feature = "plant")]
        let now = planted(now);
        let now = now.max(self.floor_ms.get());
        self.floor_ms.set(now);
        now
    }
}

/// The time, put forward or back by as many milliseconds as stand in the file that a test names.
#[cfg(feature = "plant")]
fn planted(now: u64) -> u64 {
    let named = std::env::var("TOLLGATE_PLANT").ok();
    let file = named.as_deref().and_then(|it| it.strip_prefix("clock:"));
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    let jump = text.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    now.saturating_add_signed(jump)
}

/// A running stopwatch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Whole microseconds since the start.
    pub(crate) fn micros(self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
