//! A policy that was read and resolved: what `decide` goes by.
use tollgate_detect::Family;
use tollgate_event::{Assertions, Caps, Digest, Limits};
use tollgate_proof::keyring::{Keyring, Need};

use crate::auth::{Auth, KeyNeed, Signing, SnsRule, Way};
use crate::authorise::Authorisation;
use crate::budgets::Spending;
use crate::ceilings::{Ceilings, Leftovers};
use crate::checks::{self, CHECKS, Check, Setting, TABLE};
use crate::gate::Gate;
use crate::graph::Callers;
use crate::leaks::Leaks;
use crate::options::{Bucket, DirectInvoke, LedgerOptions, Mode, OnError, Quarantine, Replay};
use crate::problem::Problem;
use crate::sources::SourceRule;
use crate::sovereignty::Sovereignty;
use crate::trust::TrustBounds;

/// What may pass, and what happens to the rest.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) digest: Digest,
    pub(crate) mode: Mode,
    pub(crate) on_error: OnError,
    pub(crate) direct_invoke: DirectInvoke,
    /// Where data may come from, by the baseline and by the function.
    pub(crate) sovereignty: Vec<Sovereignty>,
    pub(crate) limits: Limits,
    /// One for each of [`CHECKS`], in its order.
    pub(crate) settings: [Setting; TABLE.len()],
    /// Bounds on opening what is inside an event.
    pub(crate) caps: Caps,
    /// The most bytes of one item's content that a schema is held against.
    pub(crate) schema_bytes: u64,
    /// How many steps the detectors may take on one event.
    pub(crate) scan_work: u64,
    /// Where copies of what was refused go.
    pub(crate) quarantine: Option<Quarantine>,
    pub(crate) quarantine_large: Option<Bucket>,
    /// What events are held against whose source is not listed.
    pub(crate) gate: Gate,
    /// What is looked for once an invocation is over.
    pub(crate) leftovers: Leftovers,
    /// Budgets, orders and prices.
    pub(crate) spending: Spending,
    /// What is looked for in answers.
    pub(crate) leaks: Leaks,
    /// None: events may come from anywhere.
    pub(crate) sources: Option<Vec<SourceRule>>,
    /// What the baseline asks its own sources to prove.
    pub(crate) floor: Vec<SourceRule>,
    /// The keys that proofs are checked with.
    pub(crate) needs: Vec<KeyNeed>,
    /// What contexts are signed with; none: this function signs none.
    pub(crate) signing: Option<Signing>,
    /// Each must know the caller; empty: the service graph is not asked.
    pub(crate) callers: Vec<Callers>,
    /// None: no score is made.
    pub(crate) trust: Option<TrustBounds>,
    pub(crate) authorisation: Authorisation,
    pub(crate) ledger: LedgerOptions,
    /// What is not wrong but may be meant otherwise.
    pub(crate) notes: Vec<Problem>,
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
            sovereignty: Vec::new(),
            limits: Limits::default(),
            settings: std::array::from_fn(|i| CHECKS.get(i).map_or(Setting::Off, |it| it.default)),
            caps: Caps::default(),
            schema_bytes: tollgate_schema::SCHEMA_BYTES_DEFAULT,
            scan_work: tollgate_detect::SCAN_WORK,
            quarantine: None,
            quarantine_large: None,
            gate: Gate::default(),
            leftovers: Leftovers::default(),
            spending: Spending::default(),
            leaks: Leaks { egress_window_ms: 3_600_000, ..Leaks::default() },
            sources: None,
            floor: Vec::new(),
            needs: Vec::new(),
            signing: None,
            callers: Vec::new(),
            trust: None,
            authorisation: Authorisation::default(),
            ledger: LedgerOptions::default(),
            notes: Vec::new(),
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

    /// What is not wrong in the files that it names but may be meant otherwise, such as a keyword
    /// with a slip in it.
    pub fn notes(&self) -> &[Problem] {
        &self.notes
    }

    /// What it says of money.
    pub fn spending(&self) -> &Spending {
        &self.spending
    }

    /// Where copies of what was refused go, for sources that ask for it.
    pub fn quarantine(&self) -> Option<&Quarantine> {
        self.quarantine.as_ref()
    }

    /// Where copies go that are too large for a queue.
    pub fn quarantine_large(&self) -> Option<&Bucket> {
        self.quarantine_large.as_ref()
    }

    /// What one invocation by this source (none: an unlisted one) may take.
    pub fn ceilings(&self, source: Option<&SourceRule>) -> Ceilings {
        self.gate_of(source).ceilings
    }

    /// What is looked for in the function's answers, and what is done about it in this mode.
    pub fn leaks(&self) -> Leaks {
        self.leaks.in_mode(self.mode)
    }

    /// What is looked for once an invocation is over.
    pub fn leftovers(&self) -> Leftovers {
        self.leftovers
    }

    /// The keys that proofs are checked with: a ring for them is `Keyring::new` of their needs.
    pub fn needs(&self) -> &[KeyNeed] {
        &self.needs
    }

    /// What contexts for the functions that this one calls are signed with.
    pub fn signing(&self) -> Option<Signing> {
        self.signing
    }

    /// A ring for the keys that it needs, with nothing on it yet.
    pub fn keyring(&self) -> Keyring {
        let needs: Vec<Need> = self.needs.iter().map(|it| it.need.clone()).collect();
        Keyring::new(&needs)
    }

    /// Whether proofs need keys that somebody must fetch: those that `needs` says are remote, and
    /// certificates that messages of SNS name.
    pub fn fetches_keys(&self) -> bool {
        self.needs.iter().any(|it| it.need.is_remote()) || self.fetches_certificates()
    }

    /// Whether something may be used once only in all environments of the function.
    pub fn claims(&self) -> bool {
        let sources = self.sources.iter().flatten().chain(&self.floor);
        sources
            .into_iter()
            .any(|source: &SourceRule| source.gate.auth.replay == Some(Replay::Fleet))
    }

    /// Whether messages of SNS name the certificates that they are checked with.
    pub(crate) fn fetches_certificates(&self) -> bool {
        let own = |way: &Way| matches!(way, Way::Sns(SnsRule { certificates: None, .. }));
        let sources = self.sources.iter().flatten().chain(&self.floor);
        sources.flat_map(|source| &source.gate.auth.ways).any(own)
    }

    /// What an event must prove: what its source asks for, and what the baseline's does that it
    /// comes from.
    pub(crate) fn auths<'p>(
        &'p self,
        source: Option<&'p SourceRule>,
        event: &Assertions,
    ) -> impl Iterator<Item = &'p Auth> + use<'p> {
        let floor = self.floor.iter().find(|floor| floor.matches(event));
        let asked = source.into_iter().chain(floor).map(|source| &source.gate.auth);
        asked.filter(|auth| !auth.ways.is_empty())
    }

    /// How many policies of `authorise` are asked about each event.
    pub fn policies(&self) -> usize {
        self.authorisation.len()
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

    /// What becomes of an event from this source (none: an unlisted one) that this check fires on.
    /// A detector that is not asked for is off.
    pub fn setting_at(&self, check: &Check, source: Option<&SourceRule>) -> Setting {
        let gate = self.gate_of(source);
        let family = Family::ALL.into_iter().find(|family| family.check() == check.id);
        if family.is_some_and(|family| !gate.families.contains(family)) {
            return Setting::Off;
        }
        gate.setting(check.id).unwrap_or_else(|| self.setting(check))
    }

    /// The first listed source that an event comes from, and its index in `sources`.
    pub fn listed(&self, event: &Assertions) -> Option<(usize, &SourceRule)> {
        let sources = self.sources.iter().flatten().enumerate();
        sources.into_iter().find(|(_, source)| source.matches(event))
    }

    /// The sources that it lists.
    pub fn sources(&self) -> &[SourceRule] {
        self.sources.as_deref().unwrap_or_default()
    }

    /// Whether the policy lists sources, so that all others are refused.
    pub fn lists_sources(&self) -> bool {
        self.sources.is_some()
    }

    /// The first listed source that an event comes from.
    pub(crate) fn source_of(&self, event: &Assertions) -> Option<&SourceRule> {
        self.listed(event).map(|(_, source)| source)
    }

    /// What events of this source are held against.
    pub(crate) fn gate_of<'p>(&'p self, source: Option<&'p SourceRule>) -> &'p Gate {
        source.map_or(&self.gate, |source| &source.gate)
    }
}
