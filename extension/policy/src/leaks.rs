//! What is looked for in the function's answers, and what is done where it is found.
use crate::options::{LeakAction, Mode};

/// Every class by its key and its check; the first that refuses answers for the invocation.
pub(crate) const LEAKS: [(&str, &str); 7] = [
    ("leaks.private_key", "leak.private_key"),
    ("leaks.aws_key", "leak.aws_key"),
    ("leaks.environment", "leak.environment"),
    ("leaks.token", "leak.token"),
    ("leaks.jwt", "leak.jwt"),
    ("leaks.card", "leak.card"),
    ("leaks.iban", "leak.iban"),
];

/// What a policy says of secrets in answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaks {
    pub(crate) actions: [LeakAction; LEAKS.len()],
    /// Bytes of answers to one caller in a window; more is a finding.
    pub egress_bytes: Option<u64>,
    /// That window, in milliseconds.
    pub egress_window_ms: u64,
}

impl Leaks {
    /// Each check, in the order in which they answer, with what is done.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, LeakAction)> + use<> {
        LEAKS.iter().map(|(_, check)| *check).zip(self.actions)
    }

    /// What is done about what this check stands for.
    pub fn action(&self, check: &str) -> LeakAction {
        self.iter().find(|(known, _)| *known == check).map_or(LeakAction::Off, |(_, it)| it)
    }

    /// The strictest of all.
    pub fn strictest(&self) -> LeakAction {
        self.actions.into_iter().max().unwrap_or_default()
    }

    /// The same where refusals are not carried out.
    pub(crate) fn in_mode(self, mode: Mode) -> Self {
        match mode {
            Mode::Enforce => self,
            Mode::Observe => {
                Self { actions: self.actions.map(|it| it.min(LeakAction::Observe)), ..self }
            }
        }
    }
}
