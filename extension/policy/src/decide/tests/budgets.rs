//! Budgets and orders on the path: who is refused, what it costs, what is given back.
use super::*;
use crate::desk::{Bill, Ended, Ending, Here, Ticket};
use tollgate_budget::store::{Reply, Request, Said};
use tollgate_budget::{Amount, Does, LeaseId, Order, Whom};

fn desk() -> Desk {
    Desk::new(Here {
        function: "example".to_owned(),
        region: Some("us-east-1".to_owned()),
        memory_mb: Some(128),
        architecture: "x86_64",
        initialization: "on-demand",
        ..Here::default()
    })
}

fn url(address: &str) -> RawEvent {
    let event = fixture("events/function-url/webhook-post.json");
    let mut body: Value = serde_json::from_slice(event.body()).unwrap();
    body["requestContext"]["http"]["sourceIp"] = address.into();
    self::event(body.to_string())
}

fn pass(
    event: RawEvent,
    policy: &Policy,
    desk: &mut Desk,
) -> Result<(Ticket, Facts), Box<Refused>> {
    match decide(event, policy, desk, NOW) {
        Verdict::Granted(mut granted) => {
            let ticket = granted.take_ticket();
            Ok((ticket, granted.into_parts().1))
        }
        Verdict::Refused(refused) => Err(Box::new(refused)),
    }
}

const BURST: &str = "mode: enforce\nbudgets:\n  - { name: burst, unit: invocations, limit: 2, \
                     per: 10m, scope: caller }\n";

#[test]
fn a_caller_who_is_over_its_budget_is_told_when_to_come_back() {
    let (policy, mut desk) = (policy(BURST), desk());
    for _ in 0..2 {
        pass(url("192.0.2.1"), &policy, &mut desk).unwrap();
    }
    let refused = pass(url("192.0.2.1"), &policy, &mut desk).unwrap_err();
    assert_eq!(ids(refused.facts()), [("budget.spent", Effect::Enforced)]);
    assert_eq!(refused.facts().checks[0].detail, "`burst`: invocations of the caller");
    let (answer, problem) = response(&refused);
    assert_eq!(
        (answer["statusCode"].as_u64(), problem["code"].as_str()),
        (Some(429), Some("budget.spent"))
    );
    let wait: u64 = answer["headers"]["retry-after"].as_str().unwrap().parse().unwrap();
    assert!((600..=800).contains(&wait), "{wait}");
    pass(url("192.0.2.2"), &policy, &mut desk).unwrap();
}

#[test]
fn the_cheap_no_comes_before_the_dear_checks_and_costs_no_other_caller() {
    let schema = "budgets:\n  - { name: all, unit: invocations, limit: 3, per: 10m }\n  - { name: \
                  each, unit: invocations, limit: 2, per: 10m, scope: caller }\n";
    let attack = |address: &str| {
        let event = url(address);
        let mut body: Value = serde_json::from_slice(event.body()).unwrap();
        body["isBase64Encoded"] = false.into();
        body["body"] = json!({ "q": "1' UNION SELECT password FROM users-- " }).to_string().into();
        self::event(body.to_string())
    };
    let (policy, mut desk) = (policy(&format!("mode: enforce\ndetect: [sql]\n{schema}")), desk());
    for _ in 0..2 {
        let refused = pass(attack("192.0.2.1"), &policy, &mut desk).unwrap_err();
        assert_eq!(ids(refused.facts())[0].0, "detect.sql");
    }
    let refused = pass(attack("192.0.2.1"), &policy, &mut desk).unwrap_err();
    assert_eq!(ids(refused.facts()), [("budget.spent", Effect::Enforced)]);
    for _ in 0..2 {
        pass(url("192.0.2.2"), &policy, &mut desk).unwrap();
    }
    pass(url("192.0.2.3"), &policy, &mut desk).unwrap();
}

#[test]
fn money_is_set_aside_settled_and_billed() {
    let wallet = "mode: enforce\nceilings: { time: 3s }\nbudgets:\n  - { name: wallet, unit: usd, \
                  limit: 0.00001, per: day, scope: function }\n";
    let (policy, mut desk) = (policy(wallet), desk());
    let (ticket, facts) = pass(event("{}"), &policy, &mut desk).unwrap();
    let spent = facts.spent.unwrap();
    // 3 s at 128 MB and one request.
    assert_eq!(spent.cost.reserved, Amount(6_250_013 + 200_000));
    assert_eq!((spent.budgets[0].used, spent.budgets[0].basis), (spent.cost.reserved, "memory"));
    assert_eq!(spent.budgets[0].left, Amount(10_000_000 - 6_450_013));
    assert_eq!(
        ids(pass(event("{}"), &policy, &mut desk).unwrap_err().facts())[0].0,
        "budget.spent"
    );
    let ending = Ending {
        outcome: Ended::Success,
        duration_ms: 10,
        response_bytes: 2,
        at_ms: NOW.unix_ms + 10,
    };
    let settled = desk.settle(ticket, &ending);
    assert_eq!(settled.cost, Some(Amount(20_834 + 200_000)));
    let bill = Bill {
        request_id: "r-1",
        billed_ms: Some(20.0),
        memory_mb: Some(128),
        init_ms: None,
        restore_ms: None,
        at_ms: NOW.unix_ms + 20,
    };
    let billed = desk.bill(&bill).unwrap();
    assert_eq!((billed.billed, billed.settled), (Amount(41_667 + 200_000), Amount(220_834)));
    assert!(desk.bill(&bill).is_none());
    pass(event("{}"), &policy, &mut desk).unwrap();
}

#[test]
fn what_observes_passes_and_what_is_marked_is_noticed() {
    let policy = policy(
        "mode: enforce\nbudgets:\n  - { name: soft, unit: invocations, limit: 4, per: 1h, over: \
         alert, thresholds: [50%, 100%] }\n",
    );
    let mut desk = desk();
    let mut noticed = Vec::new();
    for _ in 0..5 {
        let (_, facts) = pass(event("{}"), &policy, &mut desk).unwrap();
        noticed.extend(desk.take_notices().into_iter().map(|notice| notice.detail));
        if noticed.len() > 2 {
            assert_eq!(ids(&facts), [("budget.spent", Effect::Observed)]);
        }
    }
    assert_eq!(
        noticed,
        ["`soft` is used to 50%", "`soft` is used to 100%", "`soft` had no room, and it passed"]
    );
    // A policy that only observes refuses nothing either.
    let observing =
        self::policy("budgets:\n  - { name: a, unit: invocations, limit: 1, per: 1h }\n");
    let mut desk = self::desk();
    for _ in 0..2 {
        pass(event("{}"), &observing, &mut desk).unwrap();
    }
}

#[test]
fn what_nobody_waits_for_is_stored_where_the_budget_says_so() {
    let policy = policy(
        "mode: enforce\nquarantine: file:/mnt/q\nbudgets:\n  - { name: a, unit: invocations, limit: 1, \
         per: 1h, over: quarantine }\n",
    );
    let mut desk = desk();
    pass(event("{}"), &policy, &mut desk).unwrap();
    let refused = pass(event("{}"), &policy, &mut desk).unwrap_err();
    assert!(refused.copies().is_some());
    let refused = pass(url("192.0.2.1"), &policy, &mut desk).unwrap_err();
    assert!(refused.copies().is_none(), "its caller waits");
}

#[test]
fn a_claim_that_an_authorizer_hands_on_tells_callers_apart() {
    let policy = policy(
        "mode: enforce\nbudgets:\n  - { name: a, unit: invocations, limit: 1, per: 1h, scope: \
         caller, key: 'jwt:org' }\n",
    );
    let of = |org: &str| {
        let context = json!({ "http": { "method": "GET" }, "authorizer": { "jwt": { "claims": { "org": org, "n": "1" } } } });
        event(
            json!({ "version": "2.0", "routeKey": "GET /", "requestContext": context }).to_string(),
        )
    };
    let mut desk = desk();
    pass(of("one"), &policy, &mut desk).unwrap();
    assert!(pass(of("one"), &policy, &mut desk).is_err());
    pass(of("two"), &policy, &mut desk).unwrap();
    pass(event("{}"), &policy, &mut desk).unwrap();
    assert!(pass(event("[]"), &policy, &mut desk).is_err(), "all without it are one");
}

fn ordered(orders: Vec<Order>) -> (Policy, Desk) {
    let policy = policy(
        "mode: enforce\ntables: { orders: tollgate-orders }\norders: { fleet: shop }\nbudgets:\n  \
         - { name: a, unit: invocations, limit: 9, per: 1h }\n",
    );
    let mut desk = desk();
    desk.open_books(&policy);
    let known = desk.orders().unwrap();
    let Some(Request::Orders(asked)) = known.due(NOW.unix_ms, || LeaseId(1)) else { panic!() };
    let reply = Reply { id: asked.id, server_ms: None, said: Said::Orders(orders) };
    assert!(known.answered(&reply, NOW.unix_ms));
    (policy, desk)
}

#[test]
fn an_order_stops_a_fleet_and_a_budget() {
    let order =
        |does| Order { id: "o-1".to_owned(), does, reason: "abuse".to_owned(), until_ms: None };
    let (policy, mut desk) = ordered(vec![order(Does::Deny(Whom::Fleet("shop".to_owned())))]);
    let refused = pass(event("{}"), &policy, &mut desk).unwrap_err();
    assert_eq!(ids(refused.facts()), [("deny.order", Effect::Enforced)]);
    assert_eq!(refused.facts().checks[0].detail, "order `o-1`");
    let limit = Does::Limit { budget: "a".to_owned(), limit: Amount(1) };
    let (policy, mut desk) = ordered(vec![order(limit)]);
    pass(event("{}"), &policy, &mut desk).unwrap();
    assert!(pass(event("{}"), &policy, &mut desk).is_err());
}

#[test]
fn without_budgets_nothing_is_kept() {
    let mut desk = desk();
    let (_, facts) = pass(event("{}"), &policy("mode: enforce"), &mut desk).unwrap();
    assert!(facts.spent.is_none() && desk.books().is_none());
}

#[test]
fn an_alias_is_what_the_caller_named_and_else_the_version() {
    let policy = policy(
        "mode: enforce\nbudgets:\n  - { name: a, unit: invocations, limit: 1, per: 1h, scope: alias }\n",
    );
    let of = |qualifier: &str| {
        let invocation = Invocation {
            function_arn: format!(
                "arn:aws:lambda:eu-west-1:123456789012:function:example{qualifier}"
            ),
            ..event("{}").invocation().clone()
        };
        RawEvent::new(invocation, Bytes::from_static(b"{}"))
    };
    let mut desk = desk();
    desk.here.version = "7".to_owned();
    for qualifier in [":live", ":beta", ""] {
        pass(of(qualifier), &policy, &mut desk).unwrap();
        assert!(pass(of(qualifier), &policy, &mut desk).is_err(), "{qualifier}");
    }
    assert!(pass(of(":7"), &policy, &mut desk).is_err(), "without a qualifier it is the version");
}

#[test]
fn costs_follow_the_region() {
    let policy = policy(
        "mode: enforce\nbudgets:\n  - { name: a, unit: usd, limit: 1, per: 1h, scope: environment }\n",
    );
    let cost = |region: Option<&str>| {
        let mut desk = desk();
        desk.here.region = region.map(str::to_owned);
        let (_, facts) = pass(event("{}"), &policy, &mut desk).unwrap();
        let cost = facts.spent.unwrap().cost;
        (cost.reserved, cost.prices)
    };
    let (virginia, table) = cost(Some("us-east-1"));
    assert_eq!(table, "2026-09-19");
    let (milan, table) = cost(Some("eu-south-1"));
    assert_eq!(table, "2024-09");
    let (unknown, table) = cost(Some("xx-north-9"));
    assert_eq!((table, cost(None)), ("dearest", (unknown, "dearest")));
    assert!(virginia < milan && milan < unknown);
}
