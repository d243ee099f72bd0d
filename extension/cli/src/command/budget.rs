//! `tollgate budget`: shows what budgets have left in the table, and orders other limits.
mod report;

use std::io::{self, Write as _};
use std::path::PathBuf;

use tollgate_budget::store::{Row, Standing};
use tollgate_budget::{Amount, Does, Order, Plan, Scope, Store};
use tollgate_courier::operator::{Given, Operator};

use super::operate::{self, Failed, Orders, Tables, Terms, now_ms};
use crate::exit::Exit;
use report::{Count, Shown};

/// Arguments of `tollgate budget`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is left is what the table can still lend: a part of what was lent may lie unspent in running
environments. What a caller used is what environments have told of it. An ordered limit holds in every function that reads the table and has a budget of this
name, from its next read on (`orders.refresh`). Credentials are those of `tollgate stop`; to show, the
role needs dynamodb:GetItem on both tables.

Examples:
  tollgate budget --policy tollgate.yaml --function orders
  tollgate budget --policy tollgate.yaml --function orders wallet --json
  tollgate budget --policy tollgate.yaml --function orders --caller source_ip=203.0.113.7
  tollgate budget --policy tollgate.yaml wallet --limit 50 --for 2h --reason \"a sale\"
  tollgate budget --policy tollgate.yaml wallet --reset

Exit codes:
  0  the budgets are shown, or the limit is ordered or taken back
  1  a policy, the credentials or a table cannot be used, or there is no such budget or order
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The budget; without it, all are shown
    #[arg(value_name = "BUDGET")]
    name: Option<String>,
    /// The policy that has the budgets and names the tables
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The fleet's policy below which it stands
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// The tables' Region, where it is not that of the policy or of `AWS_REGION`
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The function whose budgets are shown
    #[arg(long, value_name = "NAME", value_parser = operate::function)]
    function: Option<String>,
    /// Its alias, for budgets of `scope: alias`
    #[arg(long, value_name = "NAME", requires = "function")]
    alias: Option<String>,
    /// Show what this caller used, `source_ip=203.0.113.7`, of the budgets whose callers are told apart
    /// so; needs --function where the budget is in a table
    #[arg(long, value_name = "KEY=VALUE", value_parser = operate::caller,
        conflicts_with_all = ["limit", "reset"])]
    caller: Option<String>,
    /// Order this limit, in the budget's unit; 0 refuses everything that it counts
    #[arg(long, value_name = "AMOUNT", requires = "name", conflicts_with = "reset")]
    limit: Option<String>,
    /// Take the ordered limit back: the policy's holds again
    #[arg(long, requires = "name")]
    reset: bool,
    #[command(flatten)]
    terms: Terms,
    /// Print each budget or order as one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    operate::conclude(async {
        let tables = Tables::read(&args.policy, args.baseline.as_deref(), args.region.as_deref())?;
        let plans = plans(args, &tables)?;
        match (&args.limit, plans.first()) {
            (Some(limit), Some(plan)) => order(args, &tables, plan, limit).await,
            (None, Some(plan)) if args.reset => reset(args, &tables, plan).await,
            _ => show(args, &tables, &plans).await,
        }
    })
}

/// The budgets that are meant; one that is named must be there.
fn plans<'t>(args: &Args, tables: &'t Tables) -> Result<Vec<&'t Plan>, Failed> {
    let all = &tables.spending().budgets;
    if let Some(caller) = &args.caller {
        let named = |plan: &&Plan| args.name.as_ref().is_none_or(|name| *name == plan.name);
        let plans: Vec<_> =
            all.iter().filter(named).filter(|plan| value_of(plan, caller).is_some()).collect();
        if plans.is_empty() {
            let key = caller.split_once('=').map_or("", |(key, _)| key);
            return Err(Failed::Wrong(format!("no such budget tells callers apart by `{key}`")));
        }
        return Ok(plans);
    }
    let Some(name) = &args.name else { return Ok(all.iter().collect()) };
    let plans: Vec<_> = all.iter().filter(|plan| plan.name == *name).collect();
    if plans.is_empty() {
        let known: Vec<_> = all.iter().map(|plan| format!("`{}`", plan.name)).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failed::Wrong(format!("no budget is named `{name}`; the policy has {known}")));
    }
    Ok(plans)
}

/// The caller's value, where the budget tells callers apart by its key.
fn value_of<'c>(plan: &Plan, caller: &'c str) -> Option<&'c str> {
    let key = plan.scope.caller()?.name();
    caller.strip_prefix(&*key)?.strip_prefix('=')
}

async fn order(args: &Args, tables: &Tables, plan: &Plan, text: &str) -> Result<(), Failed> {
    let zero = (text == "0").then_some(Amount::ZERO);
    let limit = zero.map_or_else(|| plan.unit.parse(text), Ok).map_err(|_| {
        let unit = plan.unit;
        Failed::Wrong(format!("`{text}` is no limit in {unit}: expected a number, or `0`"))
    })?;
    let table = tables.orders()?;
    let orders = Orders::new(operate::operator(tables.region.clone()).await?, table);
    let given = orders.give(Does::Limit { budget: plan.name.clone(), limit }, &args.terms).await?;
    operate::print(&[given], args.json)
}

async fn reset(args: &Args, tables: &Tables, plan: &Plan) -> Result<(), Failed> {
    let table = tables.orders()?;
    let orders = Orders::new(operate::operator(tables.region.clone()).await?, table);
    let mut chosen = orders.all().await?;
    chosen.retain(|given| limit_of(&given.order, plan).is_some());
    if chosen.is_empty() {
        return Err(Failed::Wrong(format!("no order gives `{}` another limit", plan.name)));
    }
    orders.take_back(&chosen).await?;
    operate::print(&chosen, args.json)
}

/// The limit that an order gives to a budget.
fn limit_of(order: &Order, plan: &Plan) -> Option<Amount> {
    match &order.does {
        Does::Limit { budget, limit } if *budget == plan.name => Some(*limit),
        _ => None,
    }
}

async fn show(args: &Args, tables: &Tables, plans: &[&Plan]) -> Result<(), Failed> {
    let now_ms = now_ms();
    let operator = || operate::operator(tables.region.clone());
    let orders = match &tables.spending().tables.orders {
        Some(table) => Orders::new(operator().await?, table.clone()).all().await?,
        None => Vec::new(),
    };
    let mut stdout = io::stdout().lock();
    for plan in plans {
        let count = match &tables.spending().tables.budgets {
            Some(table) if matches!(plan.store, Store::Shared(_)) => {
                count(args, &operator().await?, table, plan, now_ms).await?
            }
            _ => Count::Apart,
        };
        let shown = Shown { plan, ordered: ordered(&orders, plan, now_ms), count, now_ms };
        if args.json {
            writeln!(stdout, "{}", shown.object())?;
        } else {
            writeln!(stdout, "{}", shown.line())?;
        }
    }
    Ok(())
}

/// What the newest order in force says of the limit, as functions read it.
fn ordered(orders: &[Given], plan: &Plan, now_ms: u64) -> Option<Amount> {
    let in_force = orders.iter().rev().filter(|given| given.order.is_in_force(now_ms));
    in_force.map(|given| &given.order).find_map(|order| limit_of(order, plan))
}

/// How a shared budget stands in the window of this moment, over all its rows.
async fn count(
    args: &Args,
    operator: &Operator,
    table: &str,
    plan: &Plan,
    now_ms: u64,
) -> Result<Count, Failed> {
    let Store::Shared(rules) = &plan.store else { return Ok(Count::Apart) };
    let span = plan.window.span(now_ms);
    if let Some(key) = plan.scope.caller() {
        if args.function.is_none() && args.caller.is_none() {
            return Ok(Count::Callers);
        }
        let value = args.caller.as_deref().and_then(|caller| value_of(plan, caller));
        let owner = owner(args, plan)?;
        let row = Row { owner: owner.clone(), budget: plan.name.clone(), span, shard: 0 };
        let caller = value.map(|value| key.caller(Some(value)));
        let sums = operator.callers(table, &row, caller).await;
        let (used, over) =
            sums.map_err(|failure| Failed::Table { table: table.to_owned(), failure })?;
        let used = args.caller.clone().map(|caller| (caller, used));
        return Ok(Count::Told { owner, span, used, over });
    }
    let owner = owner(args, plan)?;
    let mut sum = Standing::default();
    for shard in 0..rules.shards.max(1) {
        let row = Row { owner: owner.clone(), budget: plan.name.clone(), span, shard };
        let standing = operator.standing(table, &row).await;
        let standing =
            standing.map_err(|failure| Failed::Table { table: table.to_owned(), failure })?;
        sum.granted = sum.granted.plus(standing.granted);
        sum.environments = sum.environments.saturating_add(standing.environments);
    }
    Ok(Count::Shared { owner, span, standing: sum })
}

/// Whose row it is; a function's needs its name.
fn owner(args: &Args, plan: &Plan) -> Result<String, Failed> {
    let name = &plan.name;
    let (function, alias) = (args.function.as_deref(), args.alias.as_deref());
    match (&plan.scope, function, alias) {
        (Scope::Fleet(_), ..) => Ok(plan.owner("", "")),
        (Scope::Alias, Some(function), Some(alias)) => Ok(plan.owner(function, alias)),
        (Scope::Alias, ..) => Err(Failed::Wrong(format!(
            "`{name}` is counted for each alias: say which with `--function` and `--alias`"
        ))),
        (_, Some(function), _) => Ok(plan.owner(function, "")),
        (_, None, _) => Err(Failed::Wrong(format!(
            "`{name}` is counted for each function: say which with `--function`"
        ))),
    }
}
