//! A policy that was read and resolved: what `decide` goes by.
use tollgate_event::{Assertions, Digest, Limits};

use crate::checks::{self, CHECKS, Check, Setting};
use crate::options::{DirectInvoke, LedgerOptions, Mode, OnError};
use crate::sources::SourceRule;

/// What may pass, and what happens to the rest.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) digest: Digest,
    pub(crate) mode: Mode,
    pub(crate) on_error: OnError,
    pub(crate) direct_invoke: DirectInvoke,
    pub(crate) limits: Limits,
    /// One for each of [`CHECKS`], in its order.
    pub(crate) settings: [Setting; CHECKS.len()],
    /// None: events may come from anywhere.
    pub(crate) sources: Option<Vec<SourceRule>>,
    pub(crate) ledger: LedgerOptions,
    /// Why it refuses everything, if it does.
    pub(crate) invalid: bool,
}

impl Policy {
    /// The policy in force where no document says anything: observe, with all defaults.
    pub fn builtin() -> Self {
        Self {
            digest: Digest::of(b"tollgate policy: builtin"),
            mode: Mode::default(),
            on_error: OnError::default(),
            direct_invoke: DirectInvoke::default(),
            limits: Limits::default(),
            settings: std::array::from_fn(|i| CHECKS.get(i).map_or(Setting::Off, |it| it.default)),
            sources: None,
            ledger: LedgerOptions::default(),
            invalid: false,
        }
    }

    /// The policy in force where a document could not be read in full: it refuses every event with
    /// the check `policy.invalid`.
    pub fn invalid() -> Self {
        Self {
            digest: Digest::of(b"tollgate policy: invalid"),
            mode: Mode::Enforce,
            invalid: true,
            ..Self::builtin()
        }
    }

    /// Identifies what was compiled: SHA-256 over the documents, their roles and the overrides.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether refusals are carried out.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What a failure inside Tollgate does to an event.
    pub fn on_error(&self) -> OnError {
        self.on_error
    }

    /// Whether the owner states that nobody but the sources may invoke.
    pub fn direct_invoke(&self) -> DirectInvoke {
        self.direct_invoke
    }

    /// The bounds on one event.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How the ledger is kept.
    pub fn ledger(&self) -> &LedgerOptions {
        &self.ledger
    }

    /// What becomes of an event that this check fires on, whatever the mode.
    pub fn setting(&self, check: &Check) -> Setting {
        if check.id == checks::INTERNAL_PANIC {
            return match self.on_error {
                OnError::Refuse => Setting::ENFORCE,
                OnError::Allow => Setting::Observe,
            };
        }
        let settings = CHECKS.iter().zip(self.settings);
        settings
            .filter(|(known, _)| known.id == check.id)
            .map(|(_, setting)| setting)
            .next()
            .unwrap_or(check.default)
    }

    /// The first listed source that an event comes from.
    pub(crate) fn source_of(&self, event: &Assertions) -> Option<&SourceRule> {
        self.sources.iter().flatten().find(|source| source.matches(event))
    }
}
