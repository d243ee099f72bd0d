//! `tollgate stop`: orders that functions refuse somebody's events while they run, and lists orders.
use super::operate::{self, Failed, Orders, Place, Target, Terms};
use crate::exit::Exit;
use tollgate_budget::Does;

/// Arguments of `tollgate stop`.
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true)
        .args(["function", "fleet", "source", "caller", "all", "list"]),
    after_help = "\
Functions whose policy names the table read orders once every `orders.refresh` of running time, and
refuse with the check deny.order. An order that denies the same already is replaced.

Credentials and Region come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and
AWS_REGION; `aws configure export-credentials --format env` prints them. The role needs
dynamodb:UpdateItem and dynamodb:GetItem on the table.

Examples:
  tollgate stop --policy tollgate.yaml --caller source_ip=203.0.113.7 --reason scraping --for 2h
  tollgate stop --table tollgate-orders --function orders --reason \"a bad release\"
  tollgate stop --table tollgate-orders --source 'arn:aws:sqs:eu-west-1:123456789012:orders-*'
  tollgate stop --table tollgate-orders --list --json

Exit codes:
  0  the order stands in the table, or orders are listed
  1  a policy, the credentials or the table cannot be used
  2  the command line is wrong"
)]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,
    /// List all orders, the newest last, and change nothing
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    place: Place,
    /// Print each order as one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    operate::conclude(async {
        let orders = Orders::open(&args.place).await?;
        match args.target.whom() {
            Some(whom) => {
                let given = orders.give(Does::Deny(whom), &args.terms).await?;
                operate::print(&[given], args.json)
            }
            None => list(&orders, args.json).await,
        }
    })
}

async fn list(orders: &Orders, as_json: bool) -> Result<(), Failed> {
    operate::print(&orders.all().await?, as_json)
}
