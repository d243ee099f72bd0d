//! `tollgate lint`: how a deployment stands, before it is deployed.
mod output;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tollgate_ledger::record::rfc3339;
use tollgate_policy::{DirectInvoke, OnRefuse, Policy};
use tollgate_template::{Claims, Finding, Function, Template, lint};

use super::policies;
use super::templates::{self, Failure};
use crate::exit::Exit;

/// Arguments of `tollgate lint`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate lint template.yaml
  tollgate lint template.yaml --format sarif > lint.sarif
  tollgate lint template.yaml --json | jq -r 'select(.severity == \"high\") | .message'
  tollgate lint template.yaml --write-baseline accepted.txt
  tollgate lint template.yaml --baseline accepted.txt
  tollgate lint --rules

What a function's policy claims is read from the tollgate.yaml beside its code.

Exit codes:
  0  nothing was found that is not accepted
  1  a file cannot be read or written
  2  the command line is wrong
  3  something was found")]
pub(crate) struct Args {
    /// Templates, in YAML or JSON
    #[arg(value_name = "TEMPLATE", required_unless_present = "rules")]
    templates: Vec<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Print one JSON object a finding
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// A policy for functions that have no tollgate.yaml beside their code
    #[arg(long, value_name = "POLICY")]
    policy: Option<PathBuf>,
    /// Findings that are accepted, one a line
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Accept what is found now: write it to a baseline
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Print the rules, as a page
    #[arg(long, exclusive = true)]
    rules: bool,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// SARIF 2.1.0, one document
    Sarif,
    /// OCSF 1.8 compliance findings, one a line
    Ocsf,
}

/// A finding, and the template it is in.
type Found = (String, Finding);

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    templates::outcome(try_run(args))
}

fn try_run(args: &Args) -> Result<Exit, Failure> {
    if args.rules {
        output::page()?;
        return Ok(Exit::Success);
    }
    let accepted = accepted(args.baseline.as_deref())?;
    let mut found: Vec<Found> = Vec::new();
    let now_ms = now_ms();
    // The day, of `2026-11-23T12:00:00.000Z`.
    let today: String = rfc3339(now_ms).chars().take(10).collect();
    for path in &args.templates {
        let template = templates::read(path)?;
        let policies = policies(args, path, &template)?;
        let claims = |function: &Function<'_>| policies.get(function.id()).map(claims);
        let all = lint(&template, &today, &claims);
        found.extend(all.into_iter().map(|finding| (path.display().to_string(), finding)));
    }
    if let Some(path) = &args.write_baseline {
        let mut text = "# Findings of `tollgate lint` that are accepted, one a line.\n".to_owned();
        for line in found.iter().map(|(_, finding)| finding.fingerprint()).collect::<BTreeSet<_>>()
        {
            text.push_str(&line);
            text.push('\n');
        }
        templates::write(path, text.as_bytes())?;
        return Ok(Exit::Success);
    }
    let before = found.len();
    found.retain(|(_, finding)| !accepted.contains(&finding.fingerprint()));
    let left = before - found.len();
    match args.format {
        Format::Text if args.json => output::json_lines(&found)?,
        Format::Text => output::text(&found, left)?,
        Format::Sarif => output::sarif(&found)?,
        Format::Ocsf => output::ocsf(&found, now_ms)?,
    }
    Ok(if found.is_empty() { Exit::Success } else { Exit::Found })
}

fn accepted(path: Option<&Path>) -> Result<BTreeSet<String>, Failure> {
    let Some(path) = path else { return Ok(BTreeSet::new()) };
    let text = fs::read_to_string(path).map_err(|cause| Failure::file(path, cause))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.filter(|line| !line.starts_with('#')).map(str::to_owned).collect())
}

/// The policy of each function that has one.
fn policies(
    args: &Args,
    path: &Path,
    template: &Template,
) -> Result<HashMap<String, Policy>, Failure> {
    let mut all = HashMap::new();
    for function in template.functions() {
        let named = |why: String| Failure::Other(format!("{}: {why}", function.id()));
        let own = package(path, &function).map(|package| policies::of_package(&package));
        let own = own.transpose().map_err(|why| named(why.to_string()))?.flatten();
        let given = || args.policy.as_deref().map(|given| policies::check(given, None));
        let checked = match own {
            Some(own) => Some(own),
            None => given().transpose().map_err(|why| named(why.to_string()))?,
        };
        if let Some(checked) = checked {
            all.insert(function.id().to_owned(), checked.policy);
        }
    }
    Ok(all)
}

/// A function's code, if it is here: a directory, or an archive.
pub(super) fn package(template: &Path, function: &Function<'_>) -> Option<PathBuf> {
    let package = template.parent().unwrap_or(Path::new("")).join(function.code()?);
    package.exists().then_some(package)
}

fn claims(policy: &Policy) -> Claims {
    let reported =
        policy.sources().iter().filter(|source| source.on_refuse == OnRefuse::ReportItem);
    let names = reported.flat_map(|source| &source.triggers).map(ToString::to_string).collect();
    let direct_invoke_closed = policy.direct_invoke() == DirectInvoke::Closed;
    Claims { direct_invoke_closed, report_item: names }
}

/// The time of the findings.
fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

/// Writes one line to standard output.
fn line(text: &str) -> io::Result<()> {
    use std::io::Write as _;
    writeln!(io::stdout().lock(), "{text}")
}
