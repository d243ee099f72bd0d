//! `tollgate check`: reads policies as the extension would and reports every error at once.
mod prices;

use std::io::{self, Write as _};
use std::path::PathBuf;

use serde_json::json;
use tollgate_policy::Problem;

use super::policies::{self, Checked, Unusable};
use crate::exit::Exit;

/// Arguments of `tollgate check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate check tollgate.yaml
  tollgate check --baseline layer/policy.yaml functions/*/tollgate.yaml
  tollgate check --region eu-south-1 tollgate.yaml
  tollgate check --json tollgate.yaml | jq -r .message
  tollgate check --schema > tollgate.schema.json
  tollgate check --facts > facts.cedarschema

Exit codes:
  0  every policy can be used
  1  one cannot be used, or cannot be read
  2  the command line is wrong")]
pub(crate) struct Args {
    /// Policies, each a function's own
    #[arg(value_name = "POLICY", required_unless_present_any = ["schema", "facts"])]
    policies: Vec<PathBuf>,
    /// The fleet's policy, which the others may only tighten
    #[arg(long, value_name = "POLICY")]
    baseline: Option<PathBuf>,
    /// The Region that the functions run in, for notes on prices; without it, `AWS_REGION`
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Print each problem as one JSON object a line, and nothing else
    #[arg(long)]
    json: bool,
    /// Print the JSON Schema of a policy, for editors
    #[arg(long, exclusive = true)]
    schema: bool,
    /// Print the schema of the facts that policies in the Cedar language can ask for
    #[arg(long, exclusive = true)]
    facts: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    let checked = match args {
        Args { schema: true, .. } => print(&tollgate_policy::schema()),
        Args { facts: true, .. } => print(tollgate_policy::FACTS_SCHEMA.trim_end()),
        _ => check(args),
    };
    checked.unwrap_or_else(|error| Exit::unprinted(&error))
}

fn print(text: &str) -> io::Result<Exit> {
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(Exit::Success)
}

fn check(args: &Args) -> io::Result<Exit> {
    let mut exit = Exit::Success;
    let region = args.region.clone().or_else(|| std::env::var("AWS_REGION").ok());
    for path in &args.policies {
        match policies::check(path, args.baseline.as_deref()) {
            Ok(Checked { policy, notes }) if args.json => {
                print_json("note", &notes)?;
                print_json("note", &prices::note(&policy, region.as_deref(), path))?;
                print_json("warning", &policies::keys(&policy).problems)?;
            }
            Ok(Checked { policy, notes }) => {
                let (mode, digest) = (policy.mode().as_str(), policy.digest());
                let mut stdout = io::stdout().lock();
                let prices = prices::note(&policy, region.as_deref(), path);
                for note in notes.iter().chain(&prices) {
                    writeln!(stdout, "note: {note}")?;
                }
                for problem in policies::keys(&policy).problems {
                    writeln!(
                        stdout,
                        "warning: {problem}: its source would refuse with auth.unavailable"
                    )?;
                }
                writeln!(stdout, "{}: ok, {mode}, {digest}", path.display())?;
            }
            Err(unusable) => {
                exit = Exit::Failure;
                report(&unusable, args.json)?;
            }
        }
    }
    Ok(exit)
}

fn report(unusable: &Unusable, as_json: bool) -> io::Result<()> {
    match unusable {
        Unusable::Wrong(problems) if as_json => print_json("error", problems),
        Unusable::Mistyped(problems) if as_json => print_json("error", problems),
        Unusable::Wrong(_) | Unusable::Mistyped(_) => {
            writeln!(io::stdout().lock(), "{unusable}")
        }
        Unusable::Unreadable { .. } => writeln!(io::stderr().lock(), "error: {unusable}"),
    }
}

fn print_json<'p>(
    severity: &str,
    problems: impl IntoIterator<Item = &'p Problem>,
) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for problem in problems {
        let line = json!({
            "severity": severity,
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "key": problem.key,
            "message": problem.message,
        });
        writeln!(stdout, "{line}")?;
    }
    Ok(())
}
