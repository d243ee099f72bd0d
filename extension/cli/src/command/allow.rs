//! `tollgate allow`: takes orders back.
use super::operate::{self, Failed, Orders, Place, Target, now_ms};
use crate::exit::Exit;
use tollgate_budget::Does;
use tollgate_courier::operator::Given;

/// Arguments of `tollgate allow`.
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true)
        .args(["ids", "function", "fleet", "source", "caller", "all", "ended"]),
    after_help = "\
Functions let the events pass again once they have read the orders, within `orders.refresh` of running
time. `tollgate stop --list` shows the orders and their ids; credentials are those of `tollgate stop`.

Examples:
  tollgate allow --policy tollgate.yaml --caller source_ip=203.0.113.7
  tollgate allow --table tollgate-orders stop-5d478078
  tollgate allow --table tollgate-orders --ended

Exit codes:
  0  the orders are taken back
  1  a policy, the credentials or the table cannot be used, or there is no such order
  2  the command line is wrong"
)]
pub(crate) struct Args {
    /// Orders to take back, also those of `tollgate budget`
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    target: Target,
    /// Clear away the orders that have ended by themselves
    #[arg(long)]
    ended: bool,
    #[command(flatten)]
    place: Place,
    /// Print each order that was taken back as one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    operate::conclude(async {
        let orders = Orders::open(&args.place).await?;
        let chosen = choose(args, orders.all().await?)?;
        orders.take_back(&chosen).await?;
        operate::print(&chosen, args.json)
    })
}

/// The orders to take back; one that was asked for must be there.
fn choose(args: &Args, all: Vec<Given>) -> Result<Vec<Given>, Failed> {
    for id in &args.ids {
        if all.iter().all(|given| given.order.id != *id) {
            return Err(Failed::Wrong(format!("there is no order `{id}`")));
        }
    }
    let whom = args.target.whom().map(Does::Deny);
    let now_ms = now_ms();
    let is_chosen = |given: &Given| {
        let order = &given.order;
        let is_ended = args.ended && !order.is_in_force(now_ms);
        is_ended || args.ids.contains(&order.id) || whom.as_ref() == Some(&order.does)
    };
    let chosen: Vec<_> = all.into_iter().filter(is_chosen).collect();
    match whom {
        Some(whom) if chosen.is_empty() => {
            Err(Failed::Wrong(format!("there is no order to {}", operate::told(&whom))))
        }
        _ => Ok(chosen),
    }
}
