//! Budgets, orders and prices as they are written, and which keys make sense together.
use tollgate_budget::lease::LeaseRules;
use tollgate_budget::{
    Amount, CallerKey, NotAnAmount, Over, Plan, Scope, Store, Unit, Window, Zone,
};
use tollgate_schema::nearest;

use super::fields::{Field, Fields, Reader, hint, quote};
use super::tree;
use crate::budgets::{Prices, ScopeWord, Stale, StoreWord};
use crate::problem::{At, Place};

/// What a document says of money.
#[derive(Debug, Default)]
pub(crate) struct WrittenSpending<'a> {
    pub(crate) budgets: Vec<At<'a, Plan>>,
    pub(crate) budgets_table: Option<At<'a, String>>,
    pub(crate) orders_table: Option<At<'a, String>>,
    pub(crate) region: Option<At<'a, String>>,
    /// In milliseconds.
    pub(crate) refresh: Option<At<'a, u64>>,
    pub(crate) stale: Option<At<'a, Stale>>,
    pub(crate) fleet: Option<At<'a, String>>,
    pub(crate) prices: Prices,
    pub(crate) prices_place: Option<Place<'a>>,
}

/// What callers' limits may be: their counts have 64 bits, and sums of a few must fit.
const CALLER_LIMIT_MOST: u128 = 1 << 61;
/// What a price may be at most: a thousand dollars, in picodollars.
const PRICE_MOST: u64 = 1_000_000_000_000_000;
/// The percentages that are noted where the policy does not say.
const THRESHOLDS: [u8; 3] = [50, 80, 100];

/// Reads what a document says of money.
pub(super) fn read<'a>(reader: &mut Reader<'_>, root: &Fields<'a, '_>) -> WrittenSpending<'a> {
    let tables = reader.table(root, "tables");
    let orders = reader.table(root, "orders");
    WrittenSpending {
        budgets: budgets(reader, root),
        budgets_table: reader.text(&tables, "tables.budgets"),
        orders_table: reader.text(&tables, "tables.orders"),
        region: reader.text(&tables, "tables.region"),
        refresh: reader.duration(&orders, "orders.refresh"),
        stale: reader.word(&orders, "orders.stale"),
        fleet: reader.text(&orders, "orders.fleet"),
        prices: prices(reader, root),
        prices_place: root.field("prices").map(|field| field.value.place),
    }
}

fn budgets<'a>(reader: &mut Reader<'_>, root: &Fields<'a, '_>) -> Vec<At<'a, Plan>> {
    let Some(field) = root.field("budgets") else { return Vec::new() };
    let mut plans: Vec<At<'a, Plan>> = Vec::new();
    for table in reader.tables(field) {
        let Some(plan) = budget(reader, &table) else { continue };
        if let Some(first) = plans.iter().find(|first| first.value.name == plan.name) {
            let message = format!("`{}` names a budget at {} already", plan.name, first.place);
            reader.complain(table.place, &field.shown, message);
            continue;
        }
        plans.push(At { value: plan, place: table.place });
    }
    if plans.len() > tollgate_budget::BUDGETS_MOST {
        let message = format!("more than {} budgets", tollgate_budget::BUDGETS_MOST);
        reader.complain(field.value.place, &field.shown, message);
    }
    plans
}

fn budget(reader: &mut Reader<'_>, table: &Fields<'_, '_>) -> Option<Plan> {
    for name in ["name", "unit", "limit", "per"] {
        if table.field(&path(name)).is_none() {
            reader.complain(table.place, name, "missing; a budget needs it");
        }
    }
    let name = reader.text(table, &path("name"));
    let unit = reader.word::<Unit>(table, &path("unit")).map(|at| at.value);
    let limit = unit.and_then(|unit| amount(reader, table, &path("limit"), unit));
    let window = window(reader, table);
    let scope = scope(reader, table);
    let store = unit.zip(limit).and_then(|(unit, limit)| store(reader, table, unit, limit, &scope));
    let over = reader.word::<Over>(table, &path("over")).map(|at| at.value);
    let thresholds = thresholds(reader, table);
    let (name, unit, limit) = (name?.value, unit?, limit?);
    if scope.caller().is_some() && limit.0 > CALLER_LIMIT_MOST {
        let most = unit.show(Amount(CALLER_LIMIT_MOST));
        let message = format!("too large for a caller; expected at most {most}");
        complain_at(reader, table, "limit", &message);
    }
    let over = over.unwrap_or_default();
    Some(Plan { name, unit, limit, window: window?, scope, store: store?, over, thresholds })
}

fn path(name: &str) -> String {
    format!("budgets[].{name}")
}

fn complain_at(reader: &mut Reader<'_>, table: &Fields<'_, '_>, name: &str, message: &str) {
    if let Some(field) = table.field(&path(name)) {
        reader.complain(field.value.place, &field.shown, message);
    }
}

fn window(reader: &mut Reader<'_>, table: &Fields<'_, '_>) -> Option<Window> {
    let zone = zone(reader, table);
    let per = reader.text(table, &path("per"))?;
    let window = Window::parse(&per.value, zone).ok()?;
    if !window.is_calendar() {
        complain_at(reader, table, "time_zone", "only with `per: day` or `per: month`");
    }
    Some(window)
}

/// The time zone; one that is not known is a problem, and UTC.
fn zone(reader: &mut Reader<'_>, table: &Fields<'_, '_>) -> Zone {
    let Some(text) = reader.text(table, &path("time_zone")) else { return Zone::UTC };
    let written = &text.value;
    written.parse().unwrap_or_else(|_| {
        // Who writes the place alone, or in other letters, means this one.
        let is_meant = |name: &&str| {
            let place = name.rsplit('/').next().unwrap_or(name);
            [*name, place].iter().any(|it| it.eq_ignore_ascii_case(written))
        };
        let known = Zone::names().find(is_meant).or_else(|| nearest(written, Zone::names()));
        let (quoted, hint, issue) = (quote(written), hint(known), Zone::issue());
        let message = format!("{quoted} is no time zone of the tz database {issue}{hint}");
        complain_at(reader, table, "time_zone", &message);
        Zone::UTC
    })
}

/// The scope; a key that belongs to another one is a problem.
fn scope(reader: &mut Reader<'_>, table: &Fields<'_, '_>) -> Scope {
    let word = reader.word::<ScopeWord>(table, &path("scope")).map(|at| at.value);
    let word = word.unwrap_or_default();
    let key = reader.text(table, &path("key")).and_then(|at| CallerKey::parse(&at.value));
    let fleet = reader.text(table, &path("fleet")).map(|at| at.value);
    if word != ScopeWord::Caller {
        complain_at(reader, table, "key", "only with `scope: caller`");
    }
    if word != ScopeWord::Fleet {
        complain_at(reader, table, "fleet", "only with `scope: fleet`");
    } else if table.field(&path("fleet")).is_none() {
        reader.complain(table.place, "fleet", "missing; `scope: fleet` needs it");
    }
    match word {
        ScopeWord::Environment => Scope::Environment,
        ScopeWord::Function => Scope::Function,
        ScopeWord::Alias => Scope::Alias,
        ScopeWord::Caller => Scope::Caller(key.unwrap_or(CallerKey::SourceIp)),
        ScopeWord::Fleet => Scope::Fleet(fleet.unwrap_or_default()),
    }
}

fn store(
    reader: &mut Reader<'_>,
    table: &Fields<'_, '_>,
    unit: Unit,
    limit: Amount,
    scope: &Scope,
) -> Option<Store> {
    let word = reader.word::<StoreWord>(table, &path("store"));
    let shared = word.is_some_and(|at| at.value == StoreWord::Dynamodb);
    let leased = shared && scope.caller().is_none();
    for name in ["first", "on_store_error", "lease"] {
        if !leased {
            let message = "only with `store: dynamodb`, and not for `scope: caller`";
            complain_at(reader, table, name, message);
        }
    }
    match scope {
        Scope::Environment if shared => {
            complain_at(reader, table, "store", "an environment needs no store but `memory`");
            return None;
        }
        Scope::Fleet(_) if !shared => {
            complain_at(reader, table, "scope", "`fleet` needs `store: dynamodb`");
            return None;
        }
        _ => {}
    }
    if !shared {
        return Some(Store::Memory);
    }
    let lease = reader.table(table, &path("lease"));
    let smallest = amount(reader, &lease, &path("lease.smallest"), unit);
    let largest = amount(reader, &lease, &path("lease.largest"), unit);
    let shards = reader.count(&lease, &path("lease.shards")).map(|at| at.value);
    let shards = shards.and_then(|shards| u16::try_from(shards).ok()).unwrap_or(1);
    let field = |name: &str| lease.field(&path(name));
    if smallest.zip(largest).is_some_and(|(smallest, largest)| smallest > largest)
        && let Some(field) = field("lease.smallest")
    {
        reader.complain(field.value.place, &field.shown, "larger than `largest`");
    }
    if limit.0 < u128::from(shards)
        && let Some(field) = field("lease.shards")
    {
        let message = "more shards than the limit has parts: some would hold nothing";
        reader.complain(field.value.place, &field.shown, message);
    }
    for (name, part) in [("lease.smallest", smallest), ("lease.largest", largest)] {
        if part.is_some_and(|part| part > Amount(limit.0 / u128::from(shards)))
            && let Some(field) = field(name)
        {
            let message = "larger than what a shard of the limit holds";
            reader.complain(field.value.place, &field.shown, message);
        }
    }
    let first = reader.word(table, &path("first")).map(|at| at.value).unwrap_or_default();
    let on_store_error = reader.word(table, &path("on_store_error")).map(|at| at.value);
    let on_store_error = on_store_error.unwrap_or_default();
    Some(Store::Shared(LeaseRules { first, on_store_error, smallest, largest, shards }))
}

fn thresholds(reader: &mut Reader<'_>, table: &Fields<'_, '_>) -> Vec<u8> {
    let Some(field) = table.field(&path("thresholds")) else { return THRESHOLDS.to_vec() };
    let words = reader.words_of(field);
    if words.len() > 1 && words.iter().any(|word| word == "none") {
        reader.complain(field.value.place, &field.shown, "`none` stands alone");
    }
    let percent = |word: &String| word.strip_suffix('%').and_then(|digits| digits.parse().ok());
    let mut percents: Vec<u8> = words.iter().filter_map(percent).collect();
    tollgate_order::sort(&mut percents);
    percents.dedup();
    percents
}

/// A positive amount of a unit.
fn amount(reader: &mut Reader<'_>, of: &Fields<'_, '_>, path: &str, unit: Unit) -> Option<Amount> {
    let field = of.field(path)?;
    let tree::Kind::Scalar { text, .. } = &field.value.kind else {
        complain_of(reader, field, &format!("expected {}", expected(unit)));
        return None;
    };
    let quoted = quote(text);
    let why = match unit.parse(text) {
        Ok(amount) => return Some(amount),
        Err(NotAnAmount::Form) => format!("{quoted} is not {}", expected(unit)),
        Err(NotAnAmount::OtherUnit) => {
            format!("{quoted} has another unit than `{unit}`; expected {}", expected(unit))
        }
        Err(NotAnAmount::TooSmall) => {
            format!("{quoted} is too small; expected {}", expected(unit))
        }
        Err(NotAnAmount::TooFine) => {
            format!("{quoted} is finer than `{unit}` can tell apart; expected {}", expected(unit))
        }
        Err(NotAnAmount::TooLarge) => {
            let most = unit.show(unit.most());
            format!("{quoted} is too large; expected at most {most}")
        }
    };
    complain_of(reader, field, &why);
    None
}

fn complain_of(reader: &mut Reader<'_>, field: &Field<'_, '_>, message: &str) {
    reader.complain(field.value.place, &field.shown, message);
}

const fn expected(unit: Unit) -> &'static str {
    match unit {
        Unit::Invocations | Unit::Errors | Unit::Refusals => "a whole number from 1",
        Unit::GbSeconds => "a positive number of GB-seconds, such as `400000` or `0.5`",
        Unit::Usd => "a positive number of US dollars, such as `25` or `0.01`",
        Unit::Bytes => "a positive number of bytes, such as `10MiB`",
    }
}

fn prices(reader: &mut Reader<'_>, root: &Fields<'_, '_>) -> Prices {
    let table = reader.table(root, "prices");
    let mut price = |name: &str| {
        let path = format!("prices.{name}");
        let price = u64::try_from(amount(reader, &table, &path, Unit::Usd)?.0).unwrap_or(u64::MAX);
        if price > PRICE_MOST
            && let Some(field) = table.field(&path)
        {
            let most = Unit::Usd.show(Amount(PRICE_MOST.into()));
            complain_of(reader, field, &format!("too large for a price; expected at most {most}"));
        }
        Some(price)
    };
    let (gb_second, provisioned) = (price("gb_second"), price("gb_second_provisioned"));
    let (request, storage) = (price("request"), price("storage_gb_second"));
    let restore = price("restore_gb");
    Prices {
        gb_second,
        provisioned,
        request,
        storage,
        restore,
        tier: reader.count(&table, "prices.tier").map(|at| at.value),
        storage_mb: reader.count(&table, "prices.storage_mb").map(|at| at.value),
    }
}
