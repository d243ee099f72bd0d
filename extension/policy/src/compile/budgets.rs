//! Budgets: whose word holds, what they need, and what they come to over many environments.
use tollgate_budget::{Over, Plan, Scope, Store, Unit};

use super::tighten::Tighten;
use super::value;
use crate::budgets::{OrderRules, Prices, Spending, Tables};
use crate::document::Written;
use crate::options::Replay;
use crate::problem::{At, Problem};

/// The concurrent executions that an account has unless it asked for more (AWS Lambda Developer
/// Guide, "Lambda quotas").
const ENVIRONMENTS: u128 = 1_000;

/// All that is said of money: the baseline's budgets, and the function's, which take the place of
/// those of the same name.
pub(super) fn spending(baseline: &Written<'_>, own: &Written<'_>) -> Spending {
    let (theirs, mine) = (&baseline.spending, &own.spending);
    let default = OrderRules::default();
    let fleets = [&theirs.fleet, &mine.fleet].into_iter().flatten().map(|at| at.value.clone());
    Spending {
        budgets: plans(baseline, own).map(|at| at.value.clone()).collect(),
        tables: Tables {
            budgets: value(mine.budgets_table.as_ref(), theirs.budgets_table.as_ref()),
            orders: value(mine.orders_table.as_ref(), theirs.orders_table.as_ref()),
            region: value(mine.region.as_ref(), theirs.region.as_ref()),
        },
        orders: OrderRules {
            refresh_ms: value(mine.refresh.as_ref(), theirs.refresh.as_ref())
                .unwrap_or(default.refresh_ms),
            stale: value(mine.stale.as_ref(), theirs.stale.as_ref()).unwrap_or_default(),
            fleets: fleets.collect(),
        },
        prices: prices(&theirs.prices, &mine.prices),
    }
}

fn plans<'w, 'a>(
    baseline: &'w Written<'a>,
    own: &'w Written<'a>,
) -> impl Iterator<Item = &'w At<'a, Plan>> {
    let mine = &own.spending.budgets;
    let kept = baseline.spending.budgets.iter();
    let kept = kept.filter(|at| mine.iter().all(|own| own.value.name != at.value.name));
    kept.chain(mine)
}

fn prices(theirs: &Prices, mine: &Prices) -> Prices {
    Prices {
        gb_second: mine.gb_second.or(theirs.gb_second),
        provisioned: mine.provisioned.or(theirs.provisioned),
        request: mine.request.or(theirs.request),
        storage: mine.storage.or(theirs.storage),
        restore: mine.restore.or(theirs.restore),
        tier: mine.tier.or(theirs.tier),
        storage_mb: mine.storage_mb.or(theirs.storage_mb),
    }
}

/// What a budget cannot do without.
pub(super) fn require(baseline: &Written<'_>, own: &Written<'_>, problems: &mut Vec<Problem>) {
    let quarantine = value(own.quarantine.as_ref(), baseline.quarantine.as_ref());
    let (theirs, mine) = (&baseline.spending, &own.spending);
    let table = value(mine.budgets_table.as_ref(), theirs.budgets_table.as_ref());
    for at in plans(baseline, own) {
        let key = |name| format!("budgets.{}.{name}", at.value.name);
        if at.value.over == Over::Quarantine && quarantine.is_none() {
            let message = "`quarantine` needs a place for the copies: set the key `quarantine`";
            problems.push(at.place.problem(&key("over"), message));
        }
        if matches!(at.value.store, Store::Shared(_)) && table.is_none() {
            let message = "`dynamodb` needs a table: set the key `tables.budgets`";
            problems.push(at.place.problem(&key("store"), message));
        }
    }
    if table.is_none() {
        require_marks(baseline, own, problems);
    }
}

/// Marks against replays lie in the table of budgets.
fn require_marks(baseline: &Written<'_>, own: &Written<'_>, problems: &mut Vec<Problem>) {
    for listed in [&baseline.sources, &own.sources].into_iter().flatten() {
        for (i, source) in listed.value.iter().enumerate() {
            let replay = source.value.auth.replay.as_ref();
            if let Some(at) = replay.filter(|at| at.value == Replay::Fleet) {
                let key = format!("sources[{i}].auth.replay");
                let message = "`fleet` needs a table: set the key `tables.budgets`";
                problems.push(at.place.problem(&key, message));
            }
        }
    }
}

/// What a count in each environment comes to over all of them.
pub(super) fn notes(baseline: &Written<'_>, own: &Written<'_>) -> Vec<Problem> {
    let counted = plans(baseline, own).filter(|at| at.value.store == Store::Memory);
    let notes = counted.filter_map(|at| {
        let Plan { name, unit, limit, window, scope, .. } = &at.value;
        let whom = match scope {
            Scope::Environment => return None,
            Scope::Caller(_) => "a caller",
            Scope::Function | Scope::Alias | Scope::Fleet(_) => "the function",
        };
        let all = tollgate_budget::Amount(limit.0.saturating_mul(ENVIRONMENTS));
        let (one, all) = (shown(*unit, *limit), shown(*unit, all));
        let message = format!(
            "counted in each environment for itself: {whom} may use {one} per {window} in each, \
             {all} where {ENVIRONMENTS} run, an account's default; `store: dynamodb` bounds them \
             together"
        );
        Some(at.place.problem(&format!("budgets.{name}"), message))
    });
    notes.collect()
}

fn shown(unit: Unit, amount: tollgate_budget::Amount) -> String {
    format!("{} {unit}", unit.show(amount))
}

impl Tighten<'_> {
    /// A budget of the same name may only be smaller; what the other document also says of money
    /// stays.
    pub(super) fn spending(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let (theirs, mine) = (&baseline.spending, &own.spending);
        for at in &mine.budgets {
            let key = format!("budgets.{}", at.value.name);
            let same = theirs.budgets.iter().find(|other| other.value.name == at.value.name);
            let Some(other) = same else { continue };
            if at.value.limit > other.value.limit {
                let unit = at.value.unit;
                let (mine, theirs) = (unit.show(at.value.limit), unit.show(other.value.limit));
                self.loosens(&key, at, &format!("{mine} loosens {theirs}"), other);
            }
            if !is_of_the_kind(&at.value, &other.value) {
                self.loosens(&key, at, "changes more than the limit of the budget", other);
            }
        }
        // A price that is too low is a limit that is too high.
        let money = theirs.budgets.iter().find(|at| at.value.unit == Unit::Usd);
        if let (Some(other), Some(place)) = (money, mine.prices_place)
            && prices(&theirs.prices, &mine.prices) != theirs.prices
        {
            let how = "changes what money is counted by in the budget";
            self.loosens("prices", &At { value: (), place }, how, other);
        }
        let (table, other) = (mine.budgets_table.as_ref(), theirs.budgets_table.as_ref());
        self.stays("tables.budgets", other, table);
        self.stays("tables.orders", theirs.orders_table.as_ref(), mine.orders_table.as_ref());
        self.stays("tables.region", theirs.region.as_ref(), mine.region.as_ref());
        self.falls("orders.refresh", theirs.refresh.as_ref(), mine.refresh.as_ref());
        let name = |stale| crate::options::Choice::as_str(stale);
        self.rises("orders.stale", theirs.stale.as_ref(), mine.stale.as_ref(), name);
    }
}

/// Whether two budgets differ in their limits alone.
fn is_of_the_kind(one: &Plan, other: &Plan) -> bool {
    Plan { limit: other.limit, ..one.clone() } == *other
}
