//! Events against books of several budgets.
use super::*;
use crate::caller::CallerKey;
use crate::cost::Mode;
use crate::id::LeaseId;
use crate::lease::LeaseRules;
use crate::order::{Does, Order};
use crate::plan::{Scope, Store};
use crate::price::{Architecture, Rates};
use crate::store::{Model, Reply, Request, Said};
use crate::window::Window;

const NOW: u64 = 1_700_000_000_000;

fn tariff() -> Tariff {
    let (rates, _) = Rates::of(Some("us-east-1"), Architecture::X86);
    Tariff { rates, tier: 1, memory_mb: 1024, storage_mb: 512, mode: Mode::OnDemand }
}

fn plan(name: &str, unit: Unit, limit: &str, scope: Scope, store: Store) -> Plan {
    Plan {
        name: name.to_owned(),
        unit,
        limit: unit.parse(limit).unwrap(),
        window: Window::Sliding { ms: 60_000 },
        scope,
        store,
        over: Over::Refuse,
        thresholds: vec![50, 100],
    }
}

fn books(plans: Vec<Plan>) -> Books {
    Books::new(plans, tariff(), &Place { function: "example", alias: "live", seed: 9 })
}

fn second() -> Usage {
    Usage { billed_ms: 1_000, requests: 1, restored: false, bytes: 100 }
}

fn from(books: &Books, address: &str) -> Charge {
    books.charge(second(), |_| Some(address.to_owned()))
}

/// Whether an event passes; then it takes what it may cost.
fn event(books: &mut Books, address: &str) -> Result<Hold, Vec<Stop>> {
    let mut charge = from(books, address);
    let stops = books.admit(&mut charge, NOW);
    if stops.is_empty() { books.reserve(&mut charge, NOW) } else { Err(stops) }
}

fn settle(books: &mut Books, hold: Hold, measured_ms: u64, failed: bool, name: u64) -> Amount {
    books.settle(hold, Settlement { measured_ms, failed, name }, NOW)
}

#[test]
fn the_tightest_budget_wins_and_callers_come_first() {
    let by_ip = Scope::Caller(CallerKey::SourceIp);
    let mut books = books(vec![
        plan("all", Unit::Invocations, "5", Scope::Environment, Store::Memory),
        plan("each", Unit::Invocations, "3", by_ip, Store::Memory),
    ]);
    for _ in 0..3 {
        event(&mut books, "192.0.2.1").unwrap();
    }
    let stops = event(&mut books, "192.0.2.1").unwrap_err();
    assert_eq!(stops.iter().map(|stop| stop.budget.as_str()).collect::<Vec<_>>(), ["each"]);
    assert!(stops[0].is_spent && stops[0].wait_ms > 0 && stops[0].scope == "caller");
    event(&mut books, "192.0.2.2").unwrap();
    event(&mut books, "192.0.2.2").unwrap();
    let stops = event(&mut books, "192.0.2.1").unwrap_err();
    assert_eq!(stops.iter().map(|it| it.budget.as_str()).collect::<Vec<_>>(), ["each", "all"]);
}

#[test]
fn what_was_not_used_can_be_used_again() {
    // 1024 MB for a second: 16.8667 µ$.
    let wallet = plan("wallet", Unit::Usd, "0.00002", Scope::Function, Store::Memory);
    let mut books = books(vec![wallet]);
    let hold = event(&mut books, "").unwrap();
    assert!(event(&mut books, "").is_err());
    let cost = settle(&mut books, hold, 100, false, 1);
    assert_eq!(cost, Amount(1_666_670 + 200_000));
    let hold = event(&mut books, "").unwrap();
    settle(&mut books, hold, 900, false, 2);
    assert_eq!(books.standing(NOW)[0].2, Amount(10 * 1_666_670 + 400_000));
}

#[test]
fn a_bill_is_believed_upwards_and_once() {
    let wallet = plan("wallet", Unit::Usd, "1", Scope::Function, Store::Memory);
    let mut books = books(vec![wallet]);
    let hold = event(&mut books, "").unwrap();
    let settled = settle(&mut books, hold, 100, false, 1);
    let billed = books.bill(1, 300, 150, NOW).unwrap();
    assert_eq!((billed.settled, billed.billed_ms), (settled, 300));
    assert_eq!(books.standing(NOW)[0].2, billed.billed);
    assert_eq!(books.bill(1, 900_000, 0, NOW), None);
    // What a report says beyond our own measure is expected of the next: 50 ms, and an eighth.
    let hold = event(&mut books, "").unwrap();
    settle(&mut books, hold, 100, false, 2);
    let less = books.bill(2, 50, 0, NOW).unwrap();
    assert!(less.billed < less.settled);
    assert_eq!(books.standing(NOW)[0].2, billed.billed.plus(less.settled));
}

#[test]
fn refusals_are_charged_to_their_caller_and_to_nobody_else() {
    let by_ip = Scope::Caller(CallerKey::SourceIp);
    let mut books = books(vec![
        plan("all", Unit::Invocations, "100", Scope::Environment, Store::Memory),
        plan("each", Unit::Invocations, "2", by_ip.clone(), Store::Memory),
        plan("probing", Unit::Refusals, "3", by_ip, Store::Memory),
    ]);
    let charge = from(&books, "192.0.2.1");
    books.refused(&charge, &[], false, NOW);
    books.refused(&charge, &[], false, NOW);
    assert_eq!(event(&mut books, "192.0.2.1").unwrap_err()[0].budget, "each");
    event(&mut books, "192.0.2.2").unwrap();
    assert_eq!(books.standing(NOW)[0].2, Amount(1));
    // One that a budget refused adds to refusals only.
    books.refused(&charge, &[], true, NOW);
    let stops = event(&mut books, "192.0.2.1").unwrap_err();
    assert_eq!(stops.iter().map(|it| it.budget.as_str()).collect::<Vec<_>>(), ["each", "probing"]);
}

/// Three items of 100, 300 and 600 bytes, by one sender, by another, and by the first again.
fn batch(books: &Books) -> Charge {
    let senders = ["one", "two", "one"];
    books.charge_items(second(), vec![100, 300, 600], |_, index| {
        senders.get(index as usize).map(|name| (*name).to_owned())
    })
}

#[test]
fn each_sender_of_a_batch_is_charged_for_its_own_items() {
    let by_name = || Scope::Caller(CallerKey::Principal);
    let mut books = books(vec![
        plan("money", Unit::Usd, "1", by_name(), Store::Memory),
        plan("count", Unit::Invocations, "2", by_name(), Store::Memory),
        plan("all", Unit::Usd, "1", Scope::Environment, Store::Memory),
    ]);
    let mut charge = batch(&books);
    assert!(books.admit(&mut charge, NOW).is_empty());
    let hold = books.reserve(&mut charge, NOW).unwrap();
    let full = tariff().price(&second());
    let took = |hold: &Hold| hold.held.iter().map(|it| it.part.amount()).collect::<Vec<_>>();
    let shares = |all: Amount| {
        let mut shares =
            [Amount((all.0 * 700).div_ceil(1000)), Amount((all.0 * 300).div_ceil(1000))];
        let two = CallerKey::Principal.caller(Some("two"));
        if two < CallerKey::Principal.caller(Some("one")) {
            shares.reverse();
        }
        shares
    };
    let [a, b] = shares(full);
    assert_eq!(took(&hold), [a, b, Amount::ONE, Amount::ONE, full]);
    let uses = books.uses(&hold, NOW);
    assert_eq!(uses.iter().map(|it| it.used).collect::<Vec<_>>(), [a.plus(b), Amount(2), full]);
    // What it took less is given back to each by its share.
    settle(&mut books, hold, 100, false, 1);
    let settled = Amount(1_666_670 + 200_000);
    assert_eq!(books.standing(NOW)[0].2, settled);
    let mut again = batch(&books);
    books.admit(&mut again, NOW);
    let hold = books.reserve(&mut again, NOW).unwrap();
    books.release(hold, NOW);
    assert_eq!(books.standing(NOW)[0].2, settled);
}

#[test]
fn a_sender_without_room_is_named_with_its_items_and_the_others_pay_for_what_goes_on() {
    let by_name = || Scope::Caller(CallerKey::Principal);
    let mut books = books(vec![
        plan("count", Unit::Invocations, "1", by_name(), Store::Memory),
        plan("bytes", Unit::Bytes, "100", by_name(), Store::Memory),
        plan("probing", Unit::Refusals, "9", by_name(), Store::Memory),
    ]);
    let two = books.charge(Usage::default(), |_| Some("one".to_owned()));
    let hold = books.reserve(&mut two.clone(), NOW).unwrap();
    settle(&mut books, hold, 1, false, 1);
    let mut charge = batch(&books);
    let stops = books.admit(&mut charge, NOW);
    assert_eq!(
        stops.iter().map(|it| (&*it.budget, &*it.items)).collect::<Vec<_>>(),
        [("count", &[0, 2][..])]
    );
    books.refused(&batch(&books), &[0, 2], true, NOW);
    charge.without(|index| index != 1);
    let hold = books.reserve(&mut charge, NOW).unwrap();
    let took: Vec<Amount> = hold.held.iter().map(|it| it.part.amount()).collect();
    assert_eq!(took, [Amount::ONE, Amount(100), Amount::ZERO]);
    // Now the other has no bytes left; the first was charged two refusals.
    let stops = books.admit(&mut batch(&books), NOW);
    let named: Vec<_> = stops.iter().map(|it| (&*it.budget, it.items.len())).collect();
    assert!(named.contains(&("bytes", 1)) && named.contains(&("count", 1)), "{named:?}");
    books.refused(&batch(&books), &[0], true, NOW);
    let mut last = books.charge(Usage::default(), |_| Some("one".to_owned()));
    books.admit(&mut last, NOW);
    assert_eq!(books.uses(&books.clone().reserve(&mut last, NOW).unwrap(), NOW)[2].left, Amount(6));
}

#[test]
fn errors_are_counted_when_they_happen() {
    let errors = plan("errors", Unit::Errors, "2", Scope::Environment, Store::Memory);
    let mut books = books(vec![errors]);
    for name in 0..2 {
        let hold = event(&mut books, "").unwrap();
        settle(&mut books, hold, 10, true, name);
    }
    assert_eq!(event(&mut books, "").unwrap_err()[0].budget, "errors");
}

#[test]
fn what_only_observes_is_counted_on() {
    let mut observed = plan("soft", Unit::Invocations, "1", Scope::Environment, Store::Memory);
    observed.over = Over::Alert;
    let mut books = books(vec![observed]);
    event(&mut books, "").unwrap();
    let mut charge = from(&books, "");
    assert_eq!(books.admit(&mut charge, NOW)[0].over, Over::Alert);
    books.take_notes();
    books.reserve(&mut charge, NOW).unwrap();
    assert_eq!(books.standing(NOW)[0].2, Amount(2));
    assert_eq!(books.take_notes(), [Note::Over { budget: "soft".to_owned() }]);
}

#[test]
fn each_mark_is_noted_when_it_is_reached() {
    let counted = plan("counted", Unit::Invocations, "4", Scope::Environment, Store::Memory);
    let mut books = books(vec![counted]);
    let mut reached = Vec::new();
    for _ in 0..4 {
        event(&mut books, "").unwrap();
        reached.push(books.take_notes().len());
    }
    assert_eq!(reached, [0, 1, 0, 1]);
}

#[test]
fn counts_survive_a_reset() {
    let by_ip = Scope::Caller(CallerKey::SourceIp);
    let shared = Store::Shared(LeaseRules::default());
    let plans = || {
        vec![
            plan("all", Unit::Invocations, "5", Scope::Environment, Store::Memory),
            plan("each", Unit::Invocations, "2", by_ip.clone(), Store::Memory),
            plan("fleet", Unit::Invocations, "9", Scope::Function, shared.clone()),
        ]
    };
    let mut before = books(plans());
    event(&mut before, "192.0.2.1").unwrap();
    answer(&mut before, &mut Model::default(), 1);
    event(&mut before, "192.0.2.1").unwrap();
    let bytes = before.save(NOW);
    let mut after = books(plans());
    assert!(after.restore(&bytes, NOW));
    assert_eq!(event(&mut after, "192.0.2.1").unwrap_err()[0].budget, "each");
    let again = after.save(NOW);
    let mut third = books(plans());
    assert!(third.restore(&again, NOW));
    assert_eq!(third.standing(NOW), before.standing(NOW));
    for bad in [&b""[..], &bytes[..bytes.len() / 2], &[255; 64]] {
        assert!(!books(plans()).restore(bad, NOW));
    }
}

fn answer(books: &mut Books, model: &mut Model, first: u128) -> usize {
    let mut next = first;
    let requests = books.due(NOW, || {
        next += 1;
        LeaseId(next)
    });
    for request in &requests {
        let reply = Reply { id: request.id(), server_ms: None, said: model.apply(request) };
        books.answered(&reply, NOW);
    }
    requests.len()
}

#[test]
fn a_caller_who_goes_from_one_environment_to_the_next_is_known_there() {
    let by_ip = Scope::Caller(CallerKey::SourceIp);
    let each = plan("each", Unit::Invocations, "8", by_ip, Store::Shared(LeaseRules::default()));
    let (mut first, mut second) = (books(vec![each.clone()]), books(vec![each]));
    let mut model = Model::default();
    for _ in 0..8 {
        event(&mut first, "192.0.2.1").unwrap();
    }
    assert_eq!(answer(&mut first, &mut model, 0), 1);
    assert!(event(&mut first, "192.0.2.1").is_err());
    event(&mut second, "192.0.2.1").unwrap();
    assert_eq!(answer(&mut second, &mut model, 100), 1);
    assert_eq!(event(&mut second, "192.0.2.1").unwrap_err()[0].budget, "each");
    event(&mut second, "192.0.2.2").unwrap();
}

#[test]
fn the_clock_of_the_store_decides_where_clocks_differ() {
    let day = Window::Day(crate::window::Zone::UTC);
    let mut shared = plan(
        "wallet",
        Unit::Invocations,
        "9",
        Scope::Function,
        Store::Shared(LeaseRules::default()),
    );
    shared.window = day;
    let mut books = books(vec![shared]);
    let midnight = day.span(NOW).end_ms;
    let ours = midnight - 5_000;
    let requests = books.due(ours, || LeaseId(1));
    let Request::Lease(lease) = &requests[0] else { unreachable!() };
    assert_eq!(lease.row.span.end_ms, midnight);
    // It is past midnight there: the lease is void, and the next one is of the new day.
    let said = Model::default().apply(&requests[0]);
    books.answered(&Reply { id: LeaseId(1), server_ms: Some(midnight + 1_000), said }, ours);
    let requests = books.due(ours, || LeaseId(2));
    let Request::Lease(lease) = &requests[0] else { unreachable!() };
    assert_eq!(lease.row.span.start_ms, midnight);
}

#[test]
fn orders_change_limits_until_they_end() {
    let counted = plan("counted", Unit::Invocations, "2", Scope::Environment, Store::Memory);
    let mut books = books(vec![counted]);
    let order = |limit, until_ms| Order {
        id: "one".to_owned(),
        does: Does::Limit { budget: "counted".to_owned(), limit: Amount(limit) },
        reason: String::new(),
        until_ms,
    };
    books.order(&[order(0, Some(NOW + 1))], NOW);
    assert!(event(&mut books, "").is_err());
    books.order(&[order(0, Some(NOW))], NOW);
    event(&mut books, "").unwrap();
    books.order(&[order(1, None), order(3, None)], NOW);
    event(&mut books, "").unwrap();
    event(&mut books, "").unwrap();
    assert!(event(&mut books, "").is_err());
}

#[test]
fn the_time_that_is_set_aside_is_learned_and_never_more_than_the_worst() {
    let mut books = books(vec![plan("w", Unit::Usd, "9", Scope::Function, Store::Memory)]);
    assert_eq!(books.foreseen_ms(3_000), 3_000);
    for name in 0..200 {
        let hold = event(&mut books, "").unwrap();
        settle(&mut books, hold, 40, false, name);
    }
    assert!((40..46).contains(&books.foreseen_ms(3_000)), "{}", books.foreseen_ms(3_000));
    assert_eq!(books.foreseen_ms(20), 20);
}

fn aliased(more: Option<Plan>) -> Books {
    let mut plans = vec![
        plan("all", Unit::Invocations, "9", Scope::Function, Store::Memory),
        plan("each", Unit::Invocations, "2", Scope::Alias, Store::Memory),
        plan("failed", Unit::Errors, "1", Scope::Alias, Store::Memory),
    ];
    plans.extend(more);
    let mut books = Books::new(plans, tariff(), &Place { function: "example", alias: "", seed: 9 });
    books.foresee(1_000);
    books
}

#[test]
fn each_alias_has_a_budget_of_its_own_and_all_share_the_functions() {
    let mut books = aliased(None);
    assert!(!books.is_empty());
    for alias in ["live", "beta"] {
        books.turn_to(alias);
        for _ in 0..2 {
            let hold = event(&mut books, "").unwrap();
            let names: Vec<_> = books.uses(&hold, NOW).into_iter().map(|it| it.name).collect();
            assert_eq!(names, ["all", "each", "failed"], "of its own alias only");
        }
        let stops = event(&mut books, "").unwrap_err();
        assert_eq!(stops.iter().map(|stop| stop.budget.as_str()).collect::<Vec<_>>(), ["each"]);
    }
    let used: Vec<_> =
        books.standing(NOW).into_iter().map(|(name, _, used, _)| (name, used.0)).collect();
    assert_eq!(used, [("all", 4), ("each", 2), ("failed", 0), ("each", 2), ("failed", 0)]);
}

#[test]
fn what_ends_under_another_alias_is_settled_with_its_own() {
    let mut books = aliased(None);
    books.turn_to("live");
    let hold = event(&mut books, "").unwrap();
    books.turn_to("beta");
    settle(&mut books, hold, 10, true, 1);
    event(&mut books, "").unwrap();
    books.turn_to("live");
    let stops = event(&mut books, "").unwrap_err();
    assert_eq!(stops[0].budget, "failed", "its failure counts where it was taken");
}

#[test]
fn a_lease_is_of_the_alias_and_aliases_are_bounded() {
    let shared = Store::Shared(LeaseRules::default());
    let mut books = aliased(Some(plan("leased", Unit::Usd, "9", Scope::Alias, shared)));
    assert!(books.due(NOW, || LeaseId(1)).is_empty(), "no alias was seen");
    for number in 0..100 {
        books.turn_to(&format!("a{number}"));
        let _ = event(&mut books, "");
    }
    let owners: Vec<String> = books
        .due(NOW, || LeaseId(1))
        .into_iter()
        .map(|request| match request {
            Request::Lease(lease) => lease.row.owner,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(owners.len(), 16);
    assert_eq!(owners[0], "alias/example:a0");
}

#[test]
fn a_reset_forgets_no_alias() {
    let mut first = aliased(None);
    first.turn_to("live");
    for _ in 0..2 {
        event(&mut first, "").unwrap();
    }
    let saved = first.save(NOW);
    let mut second = aliased(None);
    assert!(second.restore(&saved, NOW));
    second.turn_to("beta");
    event(&mut second, "").unwrap();
    second.turn_to("live");
    assert_eq!(event(&mut second, "").unwrap_err()[0].budget, "each");
}

/// What an answer says of the time, and what it does to the windows of leases and of callers.
#[test]
fn security_an_answer_that_tells_no_time_moves_no_window() {
    let leased = Store::Shared(LeaseRules::default());
    let of_caller = Scope::Caller(CallerKey::SourceIp);
    let mut books = books(vec![
        plan("wallet", Unit::Invocations, "1000", Scope::Function, leased.clone()),
        plan("each", Unit::Invocations, "3", of_caller, leased),
    ]);
    let mut model = Model::default();
    let mut passed = 0;
    let garbage = [0, 1, NOW - 86_400_000, NOW + 3_600_000, 253_402_300_800_000, u64::MAX];
    for (round, server_ms) in garbage.into_iter().enumerate() {
        passed += u32::from(event(&mut books, "203.0.113.7").is_ok());
        let mut next = round as u128 * 100;
        let due = books.due(NOW, || {
            next += 1;
            LeaseId(next)
        });
        for request in due {
            let reply =
                Reply { id: request.id(), server_ms: Some(server_ms), said: model.apply(&request) };
            books.answered(&reply, NOW);
        }
    }
    assert_eq!(passed, 3, "the caller's count is what it was");
    // A clock that differs by minutes is put right.
    let id = LeaseId(u128::MAX);
    let reply = Reply { id, server_ms: Some(NOW + 120_000), said: Said::Returned };
    books.answered(&reply, NOW);
    assert!(event(&mut books, "203.0.113.7").is_ok(), "the next window");
}
