//! What was found, and where. Never holds any of the text.
use crate::family::{Confidence, Family};

/// An attack that was seen in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which family of attacks.
    pub family: Family,
    /// What it looks like: a few words, in kebab-case.
    pub technique: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
    /// A JSON pointer (RFC 6901) to the string in the inspected document, `*` for keys that
    /// could carry content; the name of the parameter or part in a form; empty for a plain text.
    pub at: String,
}

/// What a family says about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    /// What it looks like: a few words, in kebab-case.
    pub technique: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Match {
    /// Nothing else looks like it.
    pub(crate) const fn high(technique: &'static str) -> Self {
        Self { technique, confidence: Confidence::High }
    }

    /// An attack in nearly every field.
    pub(crate) const fn medium(technique: &'static str) -> Self {
        Self { technique, confidence: Confidence::Medium }
    }

    /// Seen in attacks, and now and then elsewhere.
    pub(crate) const fn low(technique: &'static str) -> Self {
        Self { technique, confidence: Confidence::Low }
    }
}
