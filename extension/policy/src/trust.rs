//! The trust score: how far one event is to be trusted, out of what is proved, what is known of its
//! sender, and how much it is like the events before it.
mod score;

pub(crate) use score::{Inputs, Proved, score};

/// What a policy says of the score; in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrustBounds {
    /// Below it, `trust.low` refuses.
    pub refuse_below: Option<i32>,
    /// Below it, `trust.low` is noted.
    pub observe_below: Option<i32>,
}

/// What a score says of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Low {
    /// As the setting of `trust.low` says.
    Refuse(i32),
    /// It is noted, whatever the setting.
    Observe(i32),
}

impl TrustBounds {
    /// Which bound a score is below.
    pub(crate) fn low(self, score: i32) -> Option<Low> {
        let below = |bound: &i32| score < *bound;
        let refuse = self.refuse_below.filter(below).map(Low::Refuse);
        refuse.or_else(|| self.observe_below.filter(below).map(Low::Observe))
    }
}

#[cfg(test)]
mod tests;
