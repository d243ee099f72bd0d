//! The verdict over all chains, and everything a report says beside it.
use std::collections::{BTreeSet, HashMap};

use super::audit;
use super::case::Case;
use super::certified;
use super::history::{History, Standing};
use super::parse::{Facts, Link};
use super::report::{
    ChainReport, Listing, PROBLEMS_MAX, Problem, ProblemKind, Report, Status, Verdict, short,
};
use super::roots::Roots;
use super::rule::{Ruling, rule};
use super::store::{Claims, Spot, Store};
use super::tail::Links;
use crate::hash::hex;

/// How many warnings of one sort are written.
const WARNINGS_MAX: usize = 20;

/// Judges everything that was stored.
pub(super) fn judge(store: &Store, roots: &Roots) -> Report {
    let roots = &certified::with_certified(store, roots);
    let unmatched = unmatched_keys(store, roots);
    let links = Links::of(store);
    let mut court = Court::new(store, roots);
    for (id, claims) in &store.chains {
        let case = Case::new(store, *id, claims);
        let trust = roots.trust.as_ref();
        match rule(&case, &links, trust, &unmatched, &roots.anchors) {
            Some(ruling) => court.chain(&case, ruling),
            None => court.foreign.extend(claims.entries.iter().map(|entry| entry.spot)),
        }
    }
    court.absent_chains();
    court.invocations();
    court.strange_ancestors();
    court.warn(unmatched.iter(), |key| format!("trusted key {} opens no chain here", hex(key)));
    court.conclude()
}

/// Trusted keys, good for any chain, that open none.
fn unmatched_keys(store: &Store, roots: &Roots) -> BTreeSet<[u8; 32]> {
    let mut keys = roots.trust.as_ref().map(|trust| trust.keys.clone()).unwrap_or_default();
    for (_, _, opened) in store.chains.values().flat_map(Claims::opens) {
        keys.remove(&opened.public_key);
    }
    keys
}

/// What is gathered while chains are ruled on.
struct Court<'a> {
    store: &'a Store,
    roots: &'a Roots,
    chains: Vec<ChainReport>,
    problems: Vec<Problem>,
    warnings: Vec<String>,
    foreign: Vec<Spot>,
    /// Proved records of each invocation; 0 if it stands only in a tail.
    recorded: HashMap<&'a str, u32>,
    missing_invocations: Vec<String>,
    /// Chains and what they name as their ancestor.
    ancestors: Vec<(String, &'a Link)>,
}

impl<'a> Court<'a> {
    fn new(store: &'a Store, roots: &'a Roots) -> Self {
        Self {
            store,
            roots,
            chains: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            foreign: Vec::new(),
            recorded: HashMap::new(),
            missing_invocations: Vec::new(),
            ancestors: Vec::new(),
        }
    }

    fn chain(&mut self, case: &Case<'a>, ruling: Ruling) {
        let status = ruling.status(self.roots.trust.is_some());
        let history = &ruling.history;
        let foreign = audit::of_standing(case, history, Standing::Foreign);
        self.foreign.extend(foreign.map(|(_, entry)| entry.spot));
        if status != Status::Stranger {
            self.evidence(case, history);
        }
        let back = audit::clock_steps_back(case, history);
        if back > 0 {
            let chain = hex(&case.id);
            let chain = short(&chain);
            self.warnings.push(format!("chain {chain}: the clock went back {back} times"));
        }
        self.chains.push(chain_report(case, ruling, status));
    }

    /// Takes up what a chain says beyond itself: invocations and its ancestor.
    fn evidence(&mut self, case: &Case<'a>, history: &History) {
        for (index, entry) in case.claims.iter() {
            let sealed = match history.standing(index) {
                Standing::Sealed => true,
                Standing::Tail => false,
                Standing::Foreign | Standing::Unproved => continue,
            };
            match &entry.facts {
                Facts::Invocation { request_id, .. } => {
                    *self.recorded.entry(request_id).or_default() += u32::from(sealed);
                }
                Facts::Open(opened) => {
                    let ancestor = opened.ancestor.as_ref();
                    self.ancestors.extend(ancestor.map(|link| (hex(&case.id), link)));
                }
                Facts::Seal(_) | Facts::Certificate(_) | Facts::Other => {}
            }
        }
    }

    /// Chains that a root names and that no record claims.
    fn absent_chains(&mut self) {
        let trusted = self.roots.trust.iter().flat_map(|trust| trust.chains.keys().copied());
        let anchored = self.roots.anchors.iter().map(|anchor| anchor.chain);
        let named: BTreeSet<_> = trusted.chain(anchored).collect();
        for id in named.iter().filter(|id| !self.store.chains.contains_key(*id)) {
            self.problems.push(Problem {
                kind: ProblemKind::MissingChain,
                chain: Some(hex(id)),
                seq: None,
                place: None,
                why: "a trust root names this chain and no line belongs to it".to_owned(),
            });
        }
    }

    /// Compares the recorded invocations with the second source, and with each other.
    fn invocations(&mut self) {
        let ids = &self.roots.against.0;
        let missing = ids.iter().filter(|id| !self.recorded.contains_key(id.as_str()));
        self.missing_invocations = missing.cloned().collect();
        self.problems.extend(self.missing_invocations.iter().map(|id| Problem {
            kind: ProblemKind::MissingInvocation,
            chain: None,
            seq: None,
            place: None,
            why: format!("invocation {id} has no record"),
        }));
        let loose = ids.iter().filter(|id| self.recorded.get(id.as_str()) == Some(&0)).count();
        if loose > 0 {
            let warning =
                format!("{loose} of the invocations asked for have only unsealed records");
            self.warnings.push(warning);
        }
        let counts = self.recorded.iter().map(|(id, count)| (*id, *count));
        let mut repeated: Vec<_> = counts.filter(|(_, count)| *count > 1).collect();
        repeated.sort_unstable();
        self.warn(repeated.into_iter(), |(id, count)| {
            format!("invocation {id} has {count} records (a retry, or a duplicate)")
        });
    }

    /// An `open` record names the chain before it from what it found in `/tmp`: a hint only.
    fn strange_ancestors(&mut self) {
        let held = |link: &Link| {
            let claims = self.store.chains.get(&link.chain);
            let entry = claims.and_then(|claims| claims.get(claims.find(&link.head)?));
            entry.is_some_and(|entry| entry.seq == link.seq)
        };
        let ancestors = std::mem::take(&mut self.ancestors);
        let strange: Vec<_> = ancestors.into_iter().filter(|(_, link)| !held(link)).collect();
        self.warn(strange.into_iter(), |(chain, link)| {
            let (chain, ancestor) = (short(&chain).to_owned(), hex(&link.chain));
            let (ancestor, seq) = (short(&ancestor), link.seq);
            format!("chain {chain}: its ancestor {ancestor} with record {seq} is not here")
        });
    }

    fn warn<T>(&mut self, items: impl ExactSizeIterator<Item = T>, text: impl Fn(T) -> String) {
        let more = items.len().saturating_sub(WARNINGS_MAX);
        self.warnings.extend(items.take(WARNINGS_MAX).map(text));
        if more > 0 {
            self.warnings.push(format!("and {more} more like the last"));
        }
    }

    fn conclude(self) -> Report {
        let held = self.chains.iter().all(|chain| chain.status == Status::Authenticated);
        let broken = self.chains.iter().any(|chain| chain.status == Status::Broken);
        let verdict = if broken || !self.problems.is_empty() {
            Verdict::Broken
        } else if held && !self.chains.is_empty() {
            Verdict::Verified
        } else {
            Verdict::NotAuthenticated
        };
        let claims = || self.store.chains.values();
        let damaged = self.store.damaged.iter().map(|damaged| damaged.spot).collect();
        Report {
            verdict,
            records: claims().map(|claims| claims.entries.len() as u64).sum(),
            duplicates: claims().map(|claims| claims.duplicates).sum(),
            foreign: listing(self.store, self.foreign),
            damaged: listing(self.store, damaged),
            chains: self.chains,
            problems: self.problems,
            warnings: self.warnings,
            missing_invocations: self.missing_invocations,
        }
    }
}

fn chain_report(case: &Case<'_>, ruling: Ruling, status: Status) -> ChainReport {
    let Ruling { mut history, authority, .. } = ruling;
    history.faults.sort_by_key(|fault| (fault.seq, fault.spot));
    let count = |standing| audit::of_standing(case, &history, standing).count() as u64;
    let totals = audit::totals(case, &history);
    let known = !history.seals.is_empty() || case.opens_of(&history.key).next().is_some();
    let head = history.head().and_then(|head| case.claims.get(head));
    ChainReport {
        chain: hex(&case.id),
        status,
        authenticated_by: authority,
        public_key: known.then(|| hex(&history.key)),
        records: case.claims.entries.len() as u64,
        sealed: totals.records,
        sealed_to: head.map(|head| head.seq),
        unsealed: count(Standing::Tail),
        foreign: count(Standing::Foreign),
        invocations: totals.invocations,
        refused: totals.refused,
        closed: history.closed,
        problem_count: history.faults.len() as u64,
        problems: history
            .faults
            .into_iter()
            .take(PROBLEMS_MAX)
            .map(|fault| case.problem(fault))
            .collect(),
    }
}

fn listing(store: &Store, mut spots: Vec<Spot>) -> Listing {
    spots.sort_unstable();
    let mut listing = Listing::default();
    for spot in spots {
        listing.add(|| store.place(spot));
    }
    listing
}
