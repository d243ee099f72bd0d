//! The result for people: a table of chains, what is wrong, and the verdict in plain words.
use std::io::{self, Write};

use tollgate_ledger::verify::{Authority, ChainReport, Listing, Report, Status, Verdict, short};

/// How many places are named of each sort of line.
const PLACES_SHOWN: usize = 10;

/// Writes the summary; its last line is the verdict.
pub(super) fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    chains(out, &report.chains)?;
    for chain in &report.chains {
        problems(out, chain)?;
    }
    for problem in &report.problems {
        writeln!(out, "missing: {problem}")?;
    }
    for warning in &report.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    listing(out, "foreign", "claim a chain and stand under none of its seals", &report.foreign)?;
    listing(out, "damaged", "look like a record and are none", &report.damaged)?;
    writeln!(out, "{}", verdict(report))
}

fn chains(out: &mut impl Write, chains: &[ChainReport]) -> io::Result<()> {
    if chains.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{:<8}  {:<15}  {:<6}  {:>8}  {:>8}  {:>9}  {:>8}  {:>11}  {:>7}  end",
        "chain",
        "status",
        "by",
        "records",
        "sealed",
        "sealed to",
        "unsealed",
        "invocations",
        "refused",
    )?;
    for chain in chains {
        writeln!(
            out,
            "{:<8}  {:<15}  {:<6}  {:>8}  {:>8}  {:>9}  {:>8}  {:>11}  {:>7}  {}",
            short(&chain.chain),
            status(chain.status),
            authority(chain.authenticated_by),
            chain.records,
            chain.sealed,
            chain.sealed_to.map_or_else(|| "-".to_owned(), |seq| seq.to_string()),
            chain.unsealed,
            chain.invocations,
            chain.refused,
            if chain.closed { "closed" } else { "open-ended" },
        )?;
    }
    Ok(())
}

fn problems(out: &mut impl Write, chain: &ChainReport) -> io::Result<()> {
    let label = if chain.status == Status::Broken { "broken" } else { "stranger" };
    for problem in &chain.problems {
        writeln!(out, "{label}: {problem}")?;
    }
    let unlisted = chain.problem_count.saturating_sub(chain.problems.len() as u64);
    if unlisted > 0 {
        writeln!(out, "{label}: chain {}: and {unlisted} more", short(&chain.chain))?;
    }
    Ok(())
}

fn listing(out: &mut impl Write, label: &str, what: &str, list: &Listing) -> io::Result<()> {
    if list.count == 0 {
        return Ok(());
    }
    let mut places: Vec<_> =
        list.places.iter().take(PLACES_SHOWN).map(ToString::to_string).collect();
    if list.count > places.len() as u64 {
        places.push("…".to_owned());
    }
    writeln!(out, "{label}: {} {what}: {}", count(list.count, "line"), places.join(", "))
}

fn verdict(report: &Report) -> String {
    let chains = count(report.chains.len() as u64, "chain");
    match report.verdict {
        Verdict::Verified => {
            let sealed: u64 = report.chains.iter().map(|chain| chain.sealed).sum();
            let unsealed: u64 = report.chains.iter().map(|chain| chain.unsealed).sum();
            let records = count(sealed + unsealed, "record");
            if unsealed == 0 {
                format!("verified: {chains}, {records}, every one sealed and authenticated")
            } else {
                format!(
                    "verified: {chains}, {records}, {sealed} sealed and authenticated, \
                     {unsealed} after the last seal"
                )
            }
        }
        Verdict::NotAuthenticated => {
            let held = |chain: &&ChainReport| chain.status == Status::Authenticated;
            let held = report.chains.iter().filter(held).count();
            let blank = |chain: &&ChainReport| chain.status == Status::Unsealed;
            let blank = match report.chains.iter().filter(blank).count() {
                0 => String::new(),
                number => format!(
                    "; {number} ended before a first checkpoint, so that no root can vouch for it"
                ),
            };
            format!(
                "self-consistent, not authenticated: {chains}, {held} under a trust root \
                 (--trust or --anchors name one){blank}"
            )
        }
        Verdict::Broken => {
            let broken = || report.chains.iter().filter(|chain| chain.status == Status::Broken);
            let inside: u64 = broken().map(|chain| chain.problem_count).sum();
            let problems = count(inside + report.problems.len() as u64, "problem");
            format!("broken: {} of {chains}, {problems}", broken().count())
        }
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Authenticated => "authenticated",
        Status::SelfConsistent => "self-consistent",
        Status::Unsealed => "unsealed",
        Status::Stranger => "stranger",
        Status::Broken => "BROKEN",
    }
}

const fn authority(authority: Option<Authority>) -> &'static str {
    match authority {
        Some(Authority::Trust) => "trust",
        Some(Authority::Anchor) => "anchor",
        None => "-",
    }
}
