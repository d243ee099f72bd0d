//! Leases against a store that answers late, twice, or not at all.
use proptest::prelude::*;

use super::*;
use crate::amount::Unit;
use crate::store::{Failure, Model, Reply, Request, Row, Said};
use crate::window::Window;

const WINDOW_MS: u64 = 60_000;
const START_MS: u64 = 6_000_000;

fn terms(limit: u128) -> Terms {
    Terms {
        owner: "function/example".to_owned(),
        budget: "wallet".to_owned(),
        unit: Unit::Invocations,
        limit: Amount(limit),
        window: Window::Sliding { ms: WINDOW_MS },
        rules: LeaseRules::default(),
    }
}

fn with(limit: u128, change: impl FnOnce(&mut LeaseRules)) -> Purse {
    let mut terms = terms(limit);
    change(&mut terms.rules);
    Purse::new(terms, 0)
}

fn say(purse: &mut Purse, id: LeaseId, said: Said, now_ms: u64) {
    purse.answered(&Reply { id, server_ms: None, said }, now_ms);
}

fn renew(purse: &mut Purse, model: &mut Model, id: u128, now_ms: u64) -> bool {
    if !purse.is_due(now_ms) {
        return false;
    }
    let lease = purse.ask(LeaseId(id), now_ms);
    let said = model.apply(&Request::Lease(lease));
    say(purse, LeaseId(id), said, now_ms);
    true
}

#[test]
fn the_first_event_has_credit_and_the_lease_pays_it() {
    let (mut purse, mut model) = (with(100, |_| {}), Model::default());
    let (taken, cover) = purse.take(Amount(1), START_MS).unwrap();
    assert_eq!(cover, Cover::Uncovered(Why::First));
    assert!(!taken.is_covered());
    assert!(matches!(purse.take(Amount(1), START_MS), Err(Cover::Unavailable { .. })));
    assert!(renew(&mut purse, &mut model, 1, START_MS));
    assert_eq!((purse.left(), purse.uncovered()), (Amount(1), Amount(0)));
    assert_eq!(purse.take(Amount(1), START_MS).unwrap().1, Cover::Lease);
}

/// Clocks are put right by what the store's answers tell, to either side of a window's edge.
#[test]
fn security_a_clock_that_goes_to_and_fro_brings_no_window_back() {
    let (mut purse, mut model) = (with(100, |_| {}), Model::default());
    let edge = START_MS + WINDOW_MS;
    let mut passed = 0;
    for round in 0..20 {
        for now_ms in [edge - 1, edge + 1] {
            passed += u32::from(purse.take(Amount(1), now_ms).is_ok());
            // Answers are lost, so that nothing but credit lets an event pass.
            model.apply(&Request::Lease(purse.ask(LeaseId(round), now_ms)));
        }
    }
    // The credit of the window before the edge, and of the one after it.
    assert_eq!(passed, 2);
    // A clock that was wrong by far is another matter.
    assert!(purse.take(Amount(1), 0).is_ok());
}

#[test]
fn without_credit_the_first_event_waits_or_is_refused() {
    assert_eq!(with(9, |it| it.first = First::Wait).ready(Amount(1), START_MS), Cover::Wait);
    let mut strict = with(9, |it| it.first = First::Refuse);
    assert!(matches!(strict.ready(Amount(1), START_MS), Cover::Unavailable { .. }));
}

#[test]
fn a_refusal_is_kept_to_the_end_of_the_window() {
    let (mut purse, mut model) = (with(4, |_| {}), Model::default());
    let mut id = 0;
    let mut passed = 0;
    for _ in 0..20 {
        passed += u32::from(purse.take(Amount(1), START_MS).is_ok());
        id += 1;
        renew(&mut purse, &mut model, id, START_MS);
    }
    assert_eq!(passed, 4);
    assert!(!purse.is_due(START_MS + WINDOW_MS - 1));
    let left = Cover::Spent { wait_ms: WINDOW_MS };
    assert_eq!(purse.ready(Amount(1), START_MS), left);
    assert_eq!(purse.ready(Amount(1), START_MS + WINDOW_MS), Cover::Uncovered(Why::First));
}

#[test]
fn leases_grow_with_haste_and_shrink_with_rest() {
    let (mut purse, mut model) = (with(1_000_000, |_| {}), Model::default());
    let (mut now, mut id, mut sizes) = (START_MS, 0, Vec::new());
    for _ in 0..200 {
        now += 10;
        let _ = purse.take(Amount(1), now);
        id += 1;
        if renew(&mut purse, &mut model, id, now) {
            sizes.push(purse.held.size.0);
        }
    }
    assert!(sizes.is_sorted() && sizes.last().is_some_and(|size| *size >= 64), "{sizes:?}");
    // After a minute's rest, the same window or not, the next one is small again.
    let later = now + WINDOW_MS;
    purse.take(Amount(1), later).unwrap();
    renew(&mut purse, &mut model, id + 1, later);
    assert_eq!(purse.held.size, Amount(2));
}

#[test]
fn near_the_end_no_lease_is_more_than_a_fair_share() {
    let (mut purse, mut model) = (with(1_000, |_| {}), Model::default());
    renew(&mut purse, &mut model, 1, START_MS);
    purse.held.standing = Some(Standing { granted: Amount(900), environments: 10 });
    purse.held.size = Amount(500);
    purse.held.left = Amount(0);
    let lease = purse.ask(LeaseId(2), START_MS + 5);
    assert_eq!(lease.amount, Amount(5));
}

#[test]
fn what_is_left_in_the_row_is_asked_for() {
    let (mut purse, mut model) = (with(101, |it| it.smallest = Some(Amount(50))), Model::default());
    let mut passed = 0;
    for id in 0..300 {
        passed += u32::from(purse.take(Amount(1), START_MS).is_ok());
        renew(&mut purse, &mut model, id, START_MS);
    }
    assert_eq!(passed, 101);
}

#[test]
fn shards_are_used_up_one_after_the_other() {
    let (mut purse, mut model) = (with(10, |it| it.shards = 3), Model::default());
    let mut passed = 0;
    for id in 0..100 {
        passed += u32::from(purse.take(Amount(1), START_MS).is_ok());
        renew(&mut purse, &mut model, id, START_MS);
    }
    assert_eq!(passed, 10);
    let per_shard = |shard| {
        let span = purse.held.span.unwrap();
        let owner = "function/example".to_owned();
        model.standing(&Row { owner, budget: "wallet".to_owned(), span, shard }).granted.0
    };
    assert_eq!([per_shard(0), per_shard(1), per_shard(2)], [4, 3, 3]);
}

#[test]
fn a_store_that_fails_is_asked_less_and_less() {
    let mut purse = with(1_000, |_| {});
    let (mut now, mut asked) = (START_MS, 0_u128);
    while now < START_MS + WINDOW_MS - 1 {
        if purse.is_due(now) {
            asked += 1;
            let id = LeaseId(asked);
            purse.ask(id, now);
            say(&mut purse, id, Said::Failed(Failure::Unreachable), now);
        }
        now += 1;
    }
    assert!((8..=16).contains(&asked), "{asked}");
}

#[test]
fn while_the_store_fails_its_rule_holds() {
    let failing = |rule| {
        let mut purse = with(1_000, |it| it.on_store_error = rule);
        purse.take(Amount(1), START_MS).unwrap();
        assert!(purse.is_due(START_MS));
        purse.ask(LeaseId(1), START_MS);
        say(&mut purse, LeaseId(1), Said::Failed(Failure::Rejected), START_MS);
        (0..10).filter(|_| purse.take(Amount(1), START_MS + 1).is_ok()).count()
    };
    assert_eq!(failing(OnStoreError::Safe), 2);
    assert_eq!(failing(OnStoreError::Open), 10);
    assert_eq!(failing(OnStoreError::Closed), 0);
}

#[test]
fn a_late_answer_holds_once() {
    let (mut purse, mut model) = (with(100, |_| {}), Model::default());
    purse.take(Amount(1), START_MS).unwrap();
    assert!(purse.is_due(START_MS));
    let said = model.apply(&Request::Lease(purse.ask(LeaseId(1), START_MS)));
    // Given up and asked for again.
    assert!(!purse.is_due(START_MS + 5_000));
    assert!(purse.is_due(START_MS + 6_000));
    purse.ask(LeaseId(2), START_MS + 6_000);
    say(&mut purse, LeaseId(1), said.clone(), START_MS + 6_001);
    let left = purse.left();
    assert!(!left.is_zero());
    say(&mut purse, LeaseId(1), said, START_MS + 6_002);
    assert_eq!(purse.left(), left);
}

#[test]
fn an_order_stops_what_was_lent_already() {
    let (mut purse, mut model) = (with(100, |_| {}), Model::default());
    renew(&mut purse, &mut model, 1, START_MS);
    purse.order(Some(Amount::ZERO));
    assert!(matches!(purse.ready(Amount(1), START_MS), Cover::Spent { .. }));
    purse.order(None);
    assert_eq!(purse.ready(Amount(1), START_MS), Cover::Lease);
}

/// What happens in a fleet.
#[derive(Debug, Clone)]
enum Step {
    Event { who: usize, uses: u8 },
    Renew { who: usize, fate: Fate },
    Arrive,
    Wait(u32),
    GiveBack { who: usize, twice: bool },
    Restart(usize),
}

/// What becomes of a request to the store and of its answer.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Answered,
    AppliedThenLost,
    AppliedTwice,
    Dropped,
    Late,
    AnsweredTwice,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fate = prop_oneof![
        6 => Just(Fate::Answered),
        1 => Just(Fate::AppliedThenLost),
        1 => Just(Fate::AppliedTwice),
        1 => Just(Fate::Dropped),
        2 => Just(Fate::Late),
        1 => Just(Fate::AnsweredTwice),
    ];
    let step = prop_oneof![
        8 => (0..5_usize, 0..12_u8).prop_map(|(who, uses)| Step::Event { who, uses }),
        6 => (0..5_usize, fate).prop_map(|(who, fate)| Step::Renew { who, fate }),
        2 => Just(Step::Arrive),
        2 => prop_oneof![1..500_u32, 1..50_000_u32].prop_map(Step::Wait),
        1 => (0..5_usize, any::<bool>()).prop_map(|(who, twice)| Step::GiveBack { who, twice }),
        1 => (0..5_usize).prop_map(Step::Restart),
    ];
    prop::collection::vec(step, 1..300)
}

/// A fleet, the store, and what is on its way between them.
struct Fleet {
    purses: Vec<Purse>,
    terms: Terms,
    model: Model,
    late: Vec<(usize, Reply)>,
    now_ms: u64,
    next: u128,
}

impl Fleet {
    fn id(&mut self) -> LeaseId {
        self.next += 1;
        LeaseId(self.next)
    }

    fn renew(&mut self, who: usize, fate: Fate) {
        let (now, id) = (self.now_ms, self.id());
        if !self.purses[who].is_due(now) {
            return;
        }
        let lease = Request::Lease(self.purses[who].ask(id, now));
        if matches!(fate, Fate::Dropped) {
            return say(&mut self.purses[who], id, Said::Failed(Failure::TimedOut), now);
        }
        let said = self.model.apply(&lease);
        let reply = Reply { id, server_ms: None, said };
        match fate {
            Fate::AppliedThenLost | Fate::Dropped => {}
            Fate::AppliedTwice => _ = self.model.apply(&lease),
            Fate::Late => self.late.push((who, reply.clone())),
            Fate::Answered => _ = self.purses[who].answered(&reply, now),
            Fate::AnsweredTwice => {
                self.purses[who].answered(&reply, now);
                self.purses[who].answered(&reply, now);
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let now = self.now_ms;
        match *step {
            Step::Event { who, uses } => {
                if let Ok((taken, _)) = self.purses[who].take(Amount(10), now) {
                    self.purses[who].settle(taken, Amount(uses.into()), now);
                }
            }
            Step::Renew { who, fate } => self.renew(who, fate),
            Step::Arrive => {
                for (who, reply) in std::mem::take(&mut self.late) {
                    self.purses[who].answered(&reply, now);
                }
            }
            Step::Wait(ms) => self.now_ms += u64::from(ms),
            Step::GiveBack { who, twice } => {
                let mut ids = self.next;
                let returns = self.purses[who].give_back(now, || {
                    ids += 1;
                    LeaseId(ids)
                });
                self.next = ids;
                for rest in returns {
                    let rest = Request::Return(rest);
                    assert_eq!(self.model.apply(&rest), Said::Returned);
                    if twice {
                        assert_eq!(self.model.apply(&rest), Said::NotReturned);
                    }
                }
            }
            Step::Restart(who) => {
                let held = self.purses[who].held().clone();
                self.purses[who] = Purse::new(self.terms.clone(), 0);
                self.purses[who].adopt(held);
            }
        }
    }

    /// In the running window: what the store granted, what purses were lent and still hold, what
    /// was spent, and what no lease covers.
    fn check(&mut self) {
        let span = self.terms.window.span(self.now_ms);
        let shards = self.terms.rules.shards;
        let granted: u128 = (0..shards)
            .map(|shard| {
                let (owner, budget) = (self.terms.owner.clone(), self.terms.budget.clone());
                self.model.standing(&Row { owner, budget, span, shard }).granted.0
            })
            .sum();
        assert!(granted <= self.terms.limit.0, "granted {granted}");
        let running = self.purses.iter().map(|it| &it.held).filter(|it| it.span == Some(span));
        let (mut spent, mut left, mut debt) = (0, 0, 0);
        for held in running {
            spent += held.spent.0;
            left += held.left.0;
            debt += held.debt.0;
        }
        // What is spent and not owed, and what is left, was granted before.
        assert!(spent + left <= granted + debt, "{spent} + {left} > {granted} + {debt}");
        // Owed is at most one event's worst case in each environment, and what overran it.
        assert!(debt <= 5 * (10 + 2), "{debt}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// However answers are lost, late or doubled, and whenever processes start again: the sum
    /// granted never exceeds the limit, and nothing is spent that was not granted but for what is
    /// owed.
    #[test]
    fn nothing_is_spent_that_was_not_granted(
        steps in steps(),
        limit in 20_u128..2_000,
        shards in 1_u16..4,
    ) {
        let mut terms = terms(limit);
        terms.rules.shards = shards;
        terms.rules.on_store_error = OnStoreError::Closed;
        let purses = (0..5).map(|place| Purse::new(terms.clone(), place)).collect();
        let (model, late) = (Model::default(), Vec::new());
        let mut fleet = Fleet { purses, terms, model, late, now_ms: START_MS, next: 0 };
        for step in &steps {
            fleet.step(step);
            fleet.check();
        }
    }

    /// A store that answers serves the limit to the last: nothing is refused while there is some.
    #[test]
    fn a_budget_is_used_up(limit in 1_u128..3_000, shards in 1_u16..5, many in 1_usize..20) {
        let mut terms = terms(limit);
        terms.rules.shards = shards;
        let mut purses: Vec<_> = (0..many as u64).map(|n| Purse::new(terms.clone(), n)).collect();
        let (mut model, mut spent, mut id) = (Model::default(), 0, 0);
        for round in 0..(limit + 10) {
            let purse = &mut purses[(round % many as u128) as usize];
            for _ in 0..many {
                id += 1;
                spent += u128::from(purse.take(Amount(1), START_MS).is_ok());
                renew(purse, &mut model, id, START_MS);
            }
        }
        // Each environment that met a spent budget had its credit.
        prop_assert!(spent >= limit, "{spent} of {limit}");
        prop_assert!(spent <= limit + many as u128, "{spent} of {limit}");
    }
}

/// A row that somebody wrote over, or a store that lies: it grants for ever, and says that little or
/// everything is granted.
#[test]
fn security_a_store_that_lies_gives_one_environment_no_more_than_the_limit() {
    for granted in [0, 1, u128::MAX] {
        for environments in [0, 1, u32::MAX] {
            let mut purse = with(20, |rules| rules.first = First::Refuse);
            let standing = crate::store::Standing { granted: Amount(granted), environments };
            let mut passed = 0;
            for step in 0..500 {
                let now_ms = START_MS + step;
                if purse.is_due(now_ms) {
                    let lease = purse.ask(LeaseId(step.into()), now_ms);
                    let said = Said::Granted(standing);
                    say(&mut purse, lease.id, said, now_ms);
                }
                passed += u32::from(purse.take(Amount(1), now_ms).is_ok());
            }
            // One that says everything is granted is believed at once.
            let most = if granted == u128::MAX { 0 } else { 20 };
            assert_eq!(passed, most, "{granted} {environments}");
        }
    }
}
