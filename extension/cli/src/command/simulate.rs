//! `tollgate simulate`: a fleet of environments against one budget, with the lease code that the
//! extension runs.
mod chart;
mod fleet;
mod random;
mod report;
mod traffic;

use std::io::{self, Write as _};
use std::path::PathBuf;

use tollgate_budget::{NotAWindow, Span, Window, Zone};

use super::progress::Progress;
use crate::exit::Exit;
use fleet::{Fleet, Rules};
use traffic::{Attack, Shape, Traffic};

/// A window begins after this.
const FIRST_WINDOW: u64 = 20_000_000_000;

/// Arguments of `tollgate simulate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
One budget of US dollars is shared by all environments through leases. Calls come in the shape of
`--traffic`; an attack adds a million calls a minute in the middle fifth of the window. The limit
is two thirds of what the traffic would cost, unless it is given.

Examples:
  tollgate simulate --environments 100000
  tollgate simulate --environments 10000 --traffic exponential --svg spend.svg
  tollgate simulate --environments 1000 --attack cold --json
  tollgate simulate --on 2027-03-28 --time-zone Europe/Berlin
  tollgate simulate --environments 1000 --attack one-caller --caller-limit 5000
  tollgate simulate --environments 5000 --fail 20 --lose 5 --skew-ms 1500

Exit codes:
  0  the simulation ran to its end
  1  a file could not be written
  2  the command line is wrong")]
pub(crate) struct Args {
    /// Execution environments
    #[arg(long, value_name = "N", default_value_t = 1000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    environments: u32,
    /// Calls for each environment in the window, on average
    #[arg(long, value_name = "N", default_value_t = 200,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    calls: u32,
    /// The window in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3600,
        value_parser = clap::value_parser!(u64).range(60..=2_678_400))]
    window: u64,
    /// A day (`2027-03-28`) or a month (`2027-03`) of the calendar as the window
    #[arg(long, value_name = "DATE", conflicts_with = "window")]
    on: Option<String>,
    /// The time zone of that day or month, as in a policy
    #[arg(long, value_name = "ZONE", requires = "on", default_value_t = Zone::UTC, value_parser = zone)]
    time_zone: Zone,
    /// The budget in US dollars
    #[arg(long, value_name = "USD")]
    limit: Option<String>,
    /// How calls are spread over the window
    #[arg(long, value_enum, default_value_t = Shape::Constant)]
    traffic: Shape,
    /// Calls that somebody makes to run up the bill
    #[arg(long, value_enum, default_value_t = Attack::None)]
    attack: Attack,
    /// Calls that one caller may make in the window, over all environments
    #[arg(long, value_name = "N")]
    caller_limit: Option<u32>,
    /// What an environment's first event meets before its first lease
    #[arg(long, value_enum, default_value_t = fleet::FirstWord::Credit)]
    first: fleet::FirstWord,
    /// What an event meets while the store cannot be asked
    #[arg(long, value_enum, default_value_t = fleet::ErrorWord::Safe)]
    on_store_error: fleet::ErrorWord,
    /// Rows that the budget is cut into
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u16).range(1..=256))]
    shards: u16,
    /// Requests to the store that fail, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=100))]
    fail: u32,
    /// Answers of the store that are lost after it did what was asked, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=100))]
    lose: u32,
    /// Milliseconds that clocks differ by, at most, to either side
    #[arg(long, value_name = "MS", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(0..=60_000))]
    skew_ms: u64,
    /// The store's answers take up to twice so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=10_000))]
    latency_ms: u64,
    /// The same number gives the same run
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Draw spend over time into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print one JSON object, and nothing else
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    let limit = args.limit.as_deref().map(|text| tollgate_budget::Unit::Usd.parse(text));
    let Ok(limit) = limit.transpose() else {
        return complain("--limit: expected a positive number of US dollars, such as `25`");
    };
    let Ok((window, span)) = window(args) else {
        return complain("--on: expected a day such as `2027-03-28` or a month such as `2027-03`");
    };
    let window_s = (span.end_ms - span.start_ms) / 1000;
    let traffic = Traffic::new(args.traffic, args.attack, args.environments, args.calls, window_s);
    let rules = Rules {
        environments: args.environments,
        window,
        span,
        limit: limit.unwrap_or_else(|| fleet::limit_of(&traffic)),
        caller_limit: args.caller_limit,
        first: args.first,
        on_store_error: args.on_store_error,
        shards: args.shards,
        fail_percent: args.fail,
        lose_percent: args.lose,
        skew_ms: args.skew_ms,
        latency_ms: args.latency_ms,
        seed: args.seed,
    };
    let progress = Progress::new(Traffic::steps() as u64, "steps", false);
    let mut fleet = Fleet::new(rules, &traffic);
    for step in 0..Traffic::steps() {
        fleet.step(&traffic, step);
        progress.step();
    }
    progress.finish();
    let outcome = fleet.close();
    if let Some(path) = &args.svg
        && let Err(error) = std::fs::write(path, chart::svg(&outcome))
    {
        return complain(&format!("`{}`: {error}", path.display()));
    }
    let printed = if args.json { report::json(&outcome) } else { report::table(&outcome) };
    Exit::printed(anstream::stdout().lock().write_all(printed.as_bytes()))
}

/// The window, and the one of its kind that is simulated.
fn window(args: &Args) -> Result<(Window, Span), NotAWindow> {
    if let Some(date) = &args.on {
        return Window::dated(date, args.time_zone);
    }
    let window = Window::Sliding { ms: args.window * 1000 };
    Ok((window, window.span(FIRST_WINDOW)))
}

/// Reads a time zone as policies have it.
fn zone(text: &str) -> Result<Zone, String> {
    text.parse().map_err(|_| {
        let nearest = tollgate_schema::nearest(text, Zone::names());
        let hint = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        format!("no time zone of the tz database {}{hint}", Zone::issue())
    })
}

fn complain(message: &str) -> Exit {
    // Where standard error is closed, nobody reads it.
    drop(writeln!(io::stderr().lock(), "error: {message}"));
    Exit::Failure
}
