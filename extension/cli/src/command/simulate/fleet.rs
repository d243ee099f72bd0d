//! The fleet: environments with purses, one store, and what happens to both.
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tollgate_budget::lease::{Cover, First, LeaseRules, OnStoreError, Purse, Terms, Why};
use tollgate_budget::store::{Failure, Model, Reply, Request, Row, Said};
use tollgate_budget::{
    Amount, Architecture, Books, CallerKey, LeaseId, Mode, Over, Place, Plan, Rates, Scope,
    Settlement, Span, Store, Tariff, Unit, Usage, Window,
};

use super::random::Random;
use super::report::{Outcome, Point};
use super::traffic::{Attack, COLD, Shape, Traffic};

/// The words of `--first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FirstWord {
    /// One passes
    Credit,
    /// It is refused
    Refuse,
}

/// The words of `--on-store-error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ErrorWord {
    /// One smallest lease for each environment
    Safe,
    /// Everything passes
    Open,
    /// Nothing passes
    Closed,
}

/// What a run is made of.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) environments: u32,
    pub(crate) window: Window,
    /// The one that is simulated.
    pub(crate) span: Span,
    pub(crate) limit: Amount,
    pub(crate) caller_limit: Option<u32>,
    pub(crate) first: FirstWord,
    pub(crate) on_store_error: ErrorWord,
    pub(crate) shards: u16,
    pub(crate) fail_percent: u32,
    pub(crate) lose_percent: u32,
    pub(crate) skew_ms: u64,
    pub(crate) latency_ms: u64,
    pub(crate) seed: u64,
}

/// One execution environment.
struct Environment {
    purse: Purse,
    /// What callers used, where there is a bound on them.
    callers: Option<Box<Books>>,
    /// Its clock less the true one.
    skew_ms: i64,
    /// Whether it passed an event because the store failed.
    store_failed: bool,
}

/// An answer on its way: when it arrives, to whom.
type Arrival = Reverse<(u64, u64, usize)>;

/// A fleet at work.
pub(crate) struct Fleet {
    rules: Rules,
    terms: Arc<Terms>,
    environments: Vec<Environment>,
    model: Model,
    arrivals: BinaryHeap<Arrival>,
    replies: Vec<Option<Reply>>,
    random: Random,
    next: u128,
    /// The window's first millisecond.
    start_ms: u64,
    outcome: Outcome,
}

/// The most that an invocation may take: the ceiling on time.
const WORST_MS: u64 = 400;
/// Their memory in MB.
const MEMORY_MB: u32 = 128;
/// Callers who mean well.
const CALLERS: u64 = 100_000;
/// Callers of an attack by many.
const ATTACKERS: u64 = 10_000;

fn tariff() -> Tariff {
    let (rates, _) = Rates::of(Some("us-east-1"), Architecture::X86);
    Tariff { rates, tier: 1, memory_mb: MEMORY_MB, storage_mb: 512, mode: Mode::OnDemand }
}

fn usage(billed_ms: u64) -> Usage {
    Usage { billed_ms, requests: 1, restored: false, bytes: 1024 }
}

/// Two thirds of what the traffic would cost.
pub(crate) fn limit_of(traffic: &Traffic) -> Amount {
    let mean = tariff().price(&usage(WORST_MS / 2));
    Amount(mean.0 * u128::from(traffic.total()) * 2 / 3)
}

impl Fleet {
    pub(crate) fn new(rules: Rules, traffic: &Traffic) -> Self {
        let terms = Arc::new(Terms {
            owner: "function/example".to_owned(),
            budget: "wallet".to_owned(),
            unit: Unit::Usd,
            limit: rules.limit,
            window: rules.window,
            rules: LeaseRules {
                first: match rules.first {
                    FirstWord::Credit => First::Credit,
                    FirstWord::Refuse => First::Refuse,
                },
                on_store_error: match rules.on_store_error {
                    ErrorWord::Safe => OnStoreError::Safe,
                    ErrorWord::Open => OnStoreError::Open,
                    ErrorWord::Closed => OnStoreError::Closed,
                },
                smallest: None,
                largest: None,
                shards: rules.shards,
            },
        });
        let cold = if traffic.attack == Attack::Cold { COLD } else { 0 };
        let mut random = Random::new(rules.seed);
        let count = u64::from(rules.environments) + u64::from(cold);
        let environments =
            (0..count).map(|_| environment(&rules, &terms, &mut random)).collect::<Vec<_>>();
        let start_ms = rules.span.start_ms;
        let smallest = tariff().price(&usage(WORST_MS));
        let outcome = Outcome::new(
            rules.limit,
            environments.len() as u64,
            Amount(2 * smallest.0),
            rules.span,
        );
        let (model, arrivals) = (Model::default(), BinaryHeap::new());
        let replies = Vec::new();
        Self {
            rules,
            terms,
            environments,
            model,
            arrivals,
            replies,
            random,
            next: 0,
            start_ms,
            outcome,
        }
    }

    /// All calls of one step, in the order of their time.
    pub(crate) fn step(&mut self, traffic: &Traffic, step: usize) {
        let (meant, attack) = traffic.calls(step);
        let (from, length) = traffic.span(step);
        let begin_ms = self.start_ms.saturating_add_signed(from);
        let all = meant + attack;
        let mut hostile = 0;
        for call in 0..all {
            let now_ms = begin_ms + length * call / all.max(1);
            self.deliver(now_ms);
            // Hostile calls lie evenly among the others.
            let is_hostile = (call + 1) * attack / all > hostile;
            hostile += u64::from(is_hostile);
            self.call(traffic, is_hostile, now_ms);
        }
        self.deliver(begin_ms + length);
        if from >= 0 {
            let row_granted = self.granted();
            self.outcome.points.push(Point {
                after_ms: u64::try_from(from).unwrap_or(0) + length,
                granted: row_granted,
                spent: self.outcome.spent,
                calls: self.outcome.calls,
                refused: self.outcome.refused,
            });
        }
    }

    fn call(&mut self, traffic: &Traffic, is_hostile: bool, now_ms: u64) {
        let index = self.pick(traffic, is_hostile);
        let counted = now_ms >= self.start_ms;
        let used = tariff().price(&usage(1 + self.random.below(WORST_MS)));
        let caller = self.caller(traffic, is_hostile);
        let Some(environment) = self.environments.get_mut(index) else { return };
        let local_ms = now_ms.saturating_add_signed(environment.skew_ms);
        if counted {
            self.outcome.calls += 1;
            self.outcome.demand = self.outcome.demand.plus(used);
            self.outcome.hostile += u64::from(is_hostile);
        }
        let passed = environment.pass(caller, used, local_ms);
        match passed {
            Some((cover, row_start)) if counted => {
                self.outcome.spent = self.outcome.spent.plus(used);
                self.outcome.hostile_passed += u64::from(is_hostile);
                environment.store_failed |= cover == Cover::Uncovered(Why::StoreError);
                if row_start != self.start_ms {
                    self.outcome.skewed = self.outcome.skewed.plus(used);
                }
            }
            None if counted => self.outcome.refused += 1,
            _ => {}
        }
        self.renew(index, now_ms);
    }

    /// The environment that gets a call.
    fn pick(&mut self, traffic: &Traffic, is_hostile: bool) -> usize {
        let environments = u64::from(self.rules.environments);
        let at = if is_hostile && traffic.attack == Attack::Cold {
            environments + self.random.below(u64::from(COLD))
        } else if traffic.shape == Shape::Leech && self.random.happens(50) {
            self.random.below((environments / 10).max(1))
        } else {
            self.random.below(environments)
        };
        usize::try_from(at).unwrap_or(0)
    }

    fn caller(&mut self, traffic: &Traffic, is_hostile: bool) -> u64 {
        match traffic.attack {
            _ if !is_hostile => self.random.below(CALLERS),
            Attack::Callers => CALLERS + self.random.below(ATTACKERS),
            _ => CALLERS,
        }
    }

    /// Asks the store for what an environment is due.
    fn renew(&mut self, index: usize, now_ms: u64) {
        let Some(environment) = self.environments.get_mut(index) else { return };
        let local_ms = now_ms.saturating_add_signed(environment.skew_ms);
        let mut requests = Vec::new();
        if environment.purse.is_due(local_ms) {
            let lease = environment.purse.ask(lease_id(&mut self.next, &mut self.random), local_ms);
            requests.push(Request::Lease(lease));
        }
        if let Some(books) = &mut environment.callers {
            let (next, random) = (&mut self.next, &mut self.random);
            requests.extend(books.due(local_ms, || lease_id(next, random)));
        }
        for request in requests {
            self.outcome.requests += 1;
            let id = request.id();
            let reply = if self.random.happens(self.rules.fail_percent) {
                Reply::failed(id, Failure::Unreachable)
            } else {
                let said = self.model.apply(&request);
                if self.random.happens(self.rules.lose_percent) {
                    continue;
                }
                Reply { id, server_ms: None, said }
            };
            let at_ms = now_ms + 1 + self.random.below(2 * self.rules.latency_ms);
            self.arrivals.push(Reverse((at_ms, self.replies.len() as u64, index)));
            self.replies.push(Some(reply));
        }
    }

    /// Answers that have arrived.
    fn deliver(&mut self, now_ms: u64) {
        while let Some(Reverse((at_ms, number, index))) = self.arrivals.peek().copied() {
            if at_ms > now_ms {
                return;
            }
            self.arrivals.pop();
            let slot = usize::try_from(number).ok().and_then(|at| self.replies.get_mut(at));
            let (Some(reply), Some(environment)) =
                (slot.and_then(Option::take), self.environments.get_mut(index))
            else {
                continue;
            };
            let local_ms = at_ms.saturating_add_signed(environment.skew_ms);
            match (&reply.said, &mut environment.callers) {
                (Said::Callers(_), Some(books)) => books.answered(&reply, local_ms),
                _ => drop(environment.purse.answered(&reply, local_ms)),
            }
        }
        if self.arrivals.is_empty() {
            self.replies.clear();
        }
    }

    fn granted(&self) -> Amount {
        let Terms { owner, budget, window, .. } = &*self.terms;
        let span = window.span(self.start_ms);
        let rows = (0..self.rules.shards).map(|shard| {
            let row = Row { owner: owner.clone(), budget: budget.clone(), span, shard };
            self.model.standing(&row).granted
        });
        rows.fold(Amount::ZERO, Amount::plus)
    }

    /// What it came to.
    pub(crate) fn close(mut self) -> Outcome {
        self.outcome.granted = self.granted();
        for environment in &self.environments {
            self.outcome.stranded = self.outcome.stranded.plus(environment.purse.left());
            let uncovered = environment.purse.uncovered();
            let by = if environment.store_failed {
                &mut self.outcome.by_store
            } else {
                &mut self.outcome.by_first
            };
            *by = by.plus(uncovered);
        }
        self.outcome
    }
}

fn lease_id(next: &mut u128, random: &mut Random) -> LeaseId {
    *next += 1;
    LeaseId(*next << 64 | u128::from(random.next()))
}

fn environment(rules: &Rules, terms: &Arc<Terms>, random: &mut Random) -> Environment {
    let place = random.next();
    let callers = rules.caller_limit.map(|limit| {
        let plan = Plan {
            name: "caller".to_owned(),
            unit: Unit::Invocations,
            limit: Amount(limit.into()),
            window: terms.window,
            scope: Scope::Caller(CallerKey::Principal),
            store: Store::Shared(LeaseRules::default()),
            over: Over::Refuse,
            thresholds: Vec::new(),
        };
        let place = Place { function: "example", alias: "", seed: place };
        Box::new(Books::new(vec![plan], tariff(), &place))
    });
    let skew = i64::try_from(random.below(2 * rules.skew_ms + 1)).unwrap_or(0);
    let skew_ms = skew - i64::try_from(rules.skew_ms).unwrap_or(0);
    let purse = Purse::new(Arc::clone(terms), place);
    Environment { purse, callers, skew_ms, store_failed: false }
}

impl Environment {
    /// Whether a call passes; then what covered it, and the window of that.
    fn pass(&mut self, caller: u64, used: Amount, now_ms: u64) -> Option<(Cover, u64)> {
        let worst = usage(WORST_MS);
        let charge = match &mut self.callers {
            Some(books) => {
                let mut charge = books.charge(worst, |_| Some(caller.to_string()));
                if !books.admit(&mut charge, now_ms).is_empty() {
                    return None;
                }
                Some(charge)
            }
            None => None,
        };
        let (taken, cover) = self.purse.take(tariff().price(&worst), now_ms).ok()?;
        self.purse.settle(taken, used, now_ms);
        if let (Some(books), Some(mut charge)) = (&mut self.callers, charge)
            && let Ok(hold) = books.reserve(&mut charge, now_ms)
        {
            let ending = Settlement { measured_ms: WORST_MS, failed: false, name: caller };
            books.settle(hold, ending, now_ms);
        }
        Some((cover, taken.span().start_ms))
    }
}
