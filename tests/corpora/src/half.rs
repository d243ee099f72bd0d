//! Which half of the corpora something belongs to: its name alone decides, for ever.
use crate::rng::fingerprint;

/// A half of the corpora.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Half {
    /// Detectors are tuned on it: its misses may be looked at.
    Tuning,
    /// The figure is taken from it.
    Reported,
}

impl Half {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tuning, Self::Reported];

    /// The half of a technique or a kind: `sql/union-select`, `name/vi`.
    pub fn of(name: &str) -> Self {
        match fingerprint(name) >> 17 & 1 {
            0 => Self::Tuning,
            _ => Self::Reported,
        }
    }

    /// The name that tables show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::Reported => "reported",
        }
    }
}
