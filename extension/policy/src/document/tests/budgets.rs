//! Budgets that make no sense are refused, each with its place.
use super::*;
use tollgate_budget::lease::{First, OnStoreError};
use tollgate_budget::{CallerKey, Over, Scope, Store, Unit};

const TABLES: &str = "tables: { budgets: tollgate }";

fn budget(keys: &str) -> String {
    format!("version: 1\n{TABLES}\nbudgets:\n  - {{ name: a, {keys} }}\n")
}

#[track_caller]
fn wrong_budget(keys: &str, expected: &str) {
    let problems = compiled(&budget(keys)).map(|_| ()).unwrap_err();
    let shown = problems.strip_prefix("p.yaml:4:").unwrap_or(&problems);
    assert_eq!(shown, expected, "{keys}");
}

#[test]
fn a_budget_is_read_as_it_is_written() {
    let keys = "unit: usd, limit: 25, per: day, time_zone: '+02:00', scope: caller, \
                key: 'jwt:sub', store: dynamodb, over: alert, thresholds: [80%, 50%]";
    let policy = compiled(&budget(keys)).unwrap();
    let plan = &policy.spending().budgets[0];
    assert_eq!((plan.unit, plan.limit.0), (Unit::Usd, 25_000_000_000_000));
    assert_eq!(plan.scope, Scope::Caller(CallerKey::Jwt("sub".to_owned())));
    assert!(matches!(plan.store, Store::Shared(_)));
    assert_eq!(plan.thresholds, [50, 80]);
    assert!(policy.notes().is_empty() && policy.spending().is_shared());
}

#[test]
fn a_day_is_that_of_a_place() {
    let policy = compiled(&budget("unit: usd, limit: 25, per: day, time_zone: Europe/Berlin"));
    let window = policy.unwrap().spending().budgets[0].window;
    assert_eq!(window.zone().map(|zone| zone.to_string()).as_deref(), Some("Europe/Berlin"));
    // 2027-03-28, when the clocks are put forward.
    let span = window.span(1_806_231_600_000);
    assert_eq!((span.start_ms, span.end_ms - span.start_ms), (1_806_188_400_000, 23 * 3_600_000));
}

#[test]
fn a_time_zone_that_is_not_known_is_named_with_the_one_that_is_meant() {
    let zone = |text: &str| format!("unit: usd, limit: 25, per: day, time_zone: {text}");
    let issue = tollgate_budget::Zone::issue();
    for (text, meant) in [
        ("Europe/Berln", "; did you mean `Europe/Berlin`?"),
        ("europe/berlin", "; did you mean `Europe/Berlin`?"),
        ("Tokyo", "; did you mean `Asia/Tokyo`?"),
        ("America/Buenos_Airs", "; did you mean `America/Buenos_Aires`?"),
        ("Middle/Of_Nowhere_At_All", ""),
    ] {
        let expected = format!(
            "59: budgets[0].time_zone: `{text}` is no time zone of the tz database {issue}{meant}"
        );
        wrong_budget(&zone(text), &expected);
    }
    for text in ["'+25:00'", "'+2:00'", "'Europe/Ber lin'", "12"] {
        let expected = format!(
            "59: budgets[0].time_zone: `{}` is not a time zone such as `Europe/Berlin`, a distance \
             from UTC such as `+02:00`, or `UTC`",
            text.trim_matches('\'')
        );
        wrong_budget(&zone(text), &expected);
    }
}

#[test]
fn every_wrong_amount_is_named() {
    let limit = |text: &str| format!("unit: usd, limit: {text}, per: day");
    let at = |message: &str| format!("34: budgets[0].limit: {message}");
    let dollars = "a positive number of US dollars, such as `25` or `0.01`";
    let too_small = |text| at(&format!("`{text}` is too small; expected {dollars}"));
    wrong_budget(&limit("0"), &too_small("0"));
    wrong_budget(&limit("-5"), &too_small("-5"));
    wrong_budget(&limit("0.0"), &too_small("0.0"));
    wrong_budget(&limit("1e6"), &at(&format!("`1e6` is not {dollars}")));
    wrong_budget(&limit(".inf"), &at(&format!("`.inf` is not {dollars}")));
    wrong_budget(
        &limit("99999999999999999999999999999999999999999999"),
        &at("`99999999999999999999999999999999999999999999` is too large; expected at most \
             1000000000"),
    );
    let other = at(&format!("`10MiB` has another unit than `usd`; expected {dollars}"));
    wrong_budget(&limit("10MiB"), &other);
    let fine = format!("`0.0000000000001` is finer than `usd` can tell apart; expected {dollars}");
    wrong_budget(&limit("0.0000000000001"), &at(&fine));
    wrong_budget(
        "unit: invocations, limit: 1.5, per: day",
        "42: budgets[0].limit: `1.5` is finer than `invocations` can tell apart; expected a whole \
         number from 1",
    );
}

#[test]
fn keys_that_do_not_belong_together_are_named() {
    let base = "unit: invocations, limit: 9, per: 1m";
    wrong_budget("unit: usd, limit: 1", "5: per: missing; a budget needs it");
    wrong_budget(
        "unit: invocations, limit: 9, per: 1w",
        "50: budgets[0].per: `1w` is not a time from `1s` to `31d`, or `day` or `month`",
    );
    wrong_budget(
        &format!("{base}, time_zone: UTC"),
        "65: budgets[0].time_zone: only with `per: day` or `per: month`",
    );
    wrong_budget(&format!("{base}, key: tenant"), "59: budgets[0].key: only with `scope: caller`");
    let fleet = format!("{base}, scope: fleet, store: dynamodb");
    wrong_budget(&fleet, "5: fleet: missing; `scope: fleet` needs it");
    wrong_budget(
        &format!("{base}, scope: fleet, fleet: shop"),
        "61: budgets[0].scope: `fleet` needs `store: dynamodb`",
    );
    wrong_budget(
        &format!("{base}, first: wait"),
        "61: budgets[0].first: only with `store: dynamodb`, and not for `scope: caller`",
    );
    wrong_budget(
        &format!("{base}, store: dynamodb, lease: {{ smallest: 5, largest: 3 }}"),
        "90: budgets[0].lease.smallest: larger than `largest`",
    );
    wrong_budget(
        &format!("{base}, store: dynamodb, lease: {{ smallest: 10 }}"),
        "90: budgets[0].lease.smallest: larger than what a shard of the limit holds",
    );
    wrong_budget(
        &format!("{base}, over: quarantine"),
        "5: budgets.a.over: `quarantine` needs a place for the copies: set the key `quarantine`",
    );
    wrong_budget(
        "unit: usd, limit: 100000000, per: day, scope: caller",
        "34: budgets[0].limit: too large for a caller; expected at most 2305843.009214",
    );
    let untabled =
        "version: 1\nbudgets: [{ name: a, unit: usd, limit: 1, per: 1h, store: dynamodb }]";
    wrong(
        untabled,
        &["p.yaml:2:11: budgets.a.store: `dynamodb` needs a table: set the key `tables.budgets`"],
    );
    let marks = "version: 1\nsources:\n  - trigger: function-url\n    auth: { hmac: { scheme: github, \
                 secret_env: S }, replay: fleet }";
    wrong(
        marks,
        &[
            "p.yaml:4:62: sources[0].auth.replay: `fleet` needs a table: set the key `tables.budgets`",
        ],
    );
    let twice = "{ name: a, unit: usd, limit: 1, per: 1h }";
    wrong(
        &format!("version: 1\nbudgets: [{twice}, {twice}]"),
        &["p.yaml:2:54: budgets: `a` names a budget at p.yaml:2:11 already"],
    );
}

#[test]
fn no_shard_of_a_limit_is_empty() {
    let sharded = |limit: u32| {
        let rest = "per: 1h, scope: function, store: dynamodb, lease: { shards: 8 }";
        format!(
            "version: 1\ntables: {{ budgets: tollgate-budgets }}\nbudgets: [{{ name: a, unit: invocations, limit: {limit}, {rest} }}]"
        )
    };
    compiled(&sharded(8)).unwrap();
    let message = "p.yaml:3:111: budgets[0].lease.shards: more shards than the limit has parts: some would \
                   hold nothing";
    wrong(&sharded(7), &[message]);
}

#[test]
fn no_price_is_beyond_belief_or_dropped() {
    let wrongs = [
        "p.yaml:2:22: prices.gb_second: too large for a price; expected at most 1000",
        "p.yaml:2:41: prices.request: `0` is too small; expected a positive number of US dollars, such \
         as `25` or `0.01`",
    ];
    wrong("version: 1\nprices: { gb_second: 18446745, request: 0 }", &wrongs);
}

#[test]
fn a_count_in_each_environment_says_what_it_comes_to() {
    let policy = compiled(&budget("unit: invocations, limit: 50, per: 1s, scope: caller")).unwrap();
    let notes: Vec<String> = policy.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        ["p.yaml:4:5: budgets.a: counted in each environment for itself: a caller may use 50 \
             invocations per 1s in each, 50000 invocations where 1000 run, an account's default; \
             `store: dynamodb` bounds them together"]
    );
    let alone = compiled(&budget("unit: errors, limit: 5, per: 1m, scope: environment")).unwrap();
    assert!(alone.notes().is_empty());
}

#[test]
fn a_function_only_lowers_the_budgets_of_the_fleet() {
    let documents = |own: &str| {
        let baseline = "version: 1\nbudgets: [{ name: a, unit: usd, limit: 5, per: day }]";
        let own = format!("version: 1\nbudgets: [{own}]");
        let document = |name, text, role| Document { name, text, role };
        let both = [
            document("b.yaml", baseline, Role::Baseline),
            document("o.yaml", &own, Role::Function),
        ];
        crate::compile(&both, &Overrides::default()).map_err(|it| it.to_string())
    };
    let policy = documents("{ name: a, unit: usd, limit: 3, per: day }").unwrap();
    assert_eq!(policy.spending().budgets.len(), 1);
    assert_eq!(policy.spending().budgets[0].limit, Unit::Usd.parse("3").unwrap());
    let policy = documents("{ name: b, unit: errors, limit: 3, per: 1m }").unwrap();
    assert_eq!(policy.spending().budgets.len(), 2);
    assert_eq!(
        documents("{ name: a, unit: usd, limit: 7, per: day }").unwrap_err(),
        "o.yaml:2:11: budgets.a: 7 loosens 5 set at b.yaml:2:11"
    );
    assert_eq!(
        documents("{ name: a, unit: usd, limit: 5, per: month }").unwrap_err(),
        "o.yaml:2:11: budgets.a: changes more than the limit of the budget set at b.yaml:2:11"
    );
}

#[test]
fn security_a_function_does_not_make_the_fleet_s_money_cheaper() {
    let documents = |baseline: &str, own: &str| {
        let [baseline, own] = [baseline, own].map(|text| format!("version: 1\n{text}"));
        let document = |name, text, role| Document { name, text, role };
        let both = [
            document("b.yaml", baseline.as_str(), Role::Baseline),
            document("o.yaml", own.as_str(), Role::Function),
        ];
        crate::compile(&both, &Overrides::default()).map_err(|it| it.to_string())
    };
    let money = "budgets: [{ name: a, unit: usd, limit: 5, per: day }]";
    let wrong =
        "o.yaml:2:9: prices: changes what money is counted by in the budget set at b.yaml:2:11";
    for cheaper in ["gb_second: 0.000000000001", "request: 0.000000000001", "tier: 3"] {
        let own = format!("prices: {{ {cheaper} }}");
        assert_eq!(documents(money, &own).unwrap_err(), wrong);
        let calls = "budgets: [{ name: a, unit: invocations, limit: 5, per: day }]";
        assert!(documents(calls, &own).is_ok());
    }
    let priced = format!("{money}\nprices: {{ tier: 2 }}");
    assert!(documents(&priced, "prices: { tier: 2 }").is_ok());
}

/// What the document that sets every key says of money.
pub(super) fn holds_what_full_says(spending: &crate::Spending) {
    let [wallet, burst] = spending.budgets.as_slice() else { panic!("{spending:?}") };
    assert_eq!(wallet.scope, Scope::Fleet("shop".to_owned()));
    assert_eq!((wallet.over, wallet.window.to_string().as_str()), (Over::Quarantine, "day"));
    let Store::Shared(rules) = wallet.store else { panic!("{wallet:?}") };
    let money = |text| Unit::Usd.parse(text).ok();
    assert_eq!((rules.smallest, rules.largest, rules.shards), (money("0.01"), money("0.5"), 4));
    assert_eq!((rules.first, rules.on_store_error), (First::Wait, OnStoreError::Closed));
    assert_eq!(burst.scope, Scope::Caller(CallerKey::Tenant));
    assert_eq!((burst.over, burst.store.clone()), (Over::Refuse, Store::Memory));
    assert_eq!(spending.tables.region.as_deref(), Some("eu-west-1"));
    assert_eq!((spending.orders.refresh_ms, spending.orders.stale), (5_000, crate::Stale::Wait));
    assert_eq!(spending.fleets(), ["shop", "all"]);
    let prices = spending.prices;
    assert_eq!((prices.gb_second, prices.request), (Some(20_000_000), Some(300_000)));
    assert_eq!((prices.restore, prices.tier), (Some(200_000_000), Some(2)));
}
