//! An account as text for people, in colour where the terminal wants it, and as JSON.
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::account::{Account, CheckAccount, Outcome, StageAccount};

/// One object, pretty-printed.
pub(super) fn json(account: &Account) -> io::Result<()> {
    let text = serde_json::to_string_pretty(account).map_err(io::Error::other)?;
    writeln!(io::stdout().lock(), "{text}")
}

/// The account for people; with `all`, also the checks that did not fire.
pub(super) fn text(account: &Account, all: bool) -> io::Result<()> {
    // Follows NO_COLOR and CLICOLOR_FORCE, and leaves colours out of files and pipes.
    let mut out = anstream::stdout().lock();
    head(&mut out, account)?;
    for stage in &account.stages {
        self::stage(&mut out, stage, all)?;
    }
    let (style, _) = look(match account.decision {
        "pass" => Outcome::Clear,
        "filter" => Outcome::Observed,
        _ => Outcome::Enforced,
    });
    writeln!(
        out,
        "\ndecision      {style}{}{style:#}, in mode {}",
        account.decision, account.mode
    )?;
    if let Some(answer) = &account.answer {
        writeln!(out, "answer        to /{}: {}", answer.to, answer.body)?;
    }
    Ok(())
}

fn head(out: &mut impl Write, account: &Account) -> io::Result<()> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    writeln!(out, "event         {}, {} bytes", account.file, account.bytes)?;
    writeln!(out, "trigger       {}", account.trigger)?;
    let source = &account.source;
    let (arn, owner, region) =
        (or_none(&source.arn), or_none(&source.account), or_none(&source.region));
    writeln!(out, "source        {arn}, account {owner}, region {region}")?;
    let listed = match (account.listed, account.lists_sources) {
        (Some(index), _) => format!("sources[{index}] of the policy"),
        (None, true) => "none of those that the policy lists".to_owned(),
        (None, false) => "the policy lists none: events may come from anywhere".to_owned(),
    };
    writeln!(out, "listed        {listed}")?;
    let caller = &account.caller;
    writeln!(
        out,
        "caller        {} {}, address {}",
        caller.kind,
        or_none(&caller.id),
        or_none(&caller.source_ip)
    )?;
    writeln!(out, "grade         {}", account.grade.as_str())?;
    if let Some(proof) = &account.proof {
        let held = if proof.verified { "holds" } else { "does not hold" };
        writeln!(
            out,
            "proof         {} {held}, by {}, for {}, key {}",
            proof.scheme,
            or_none(&proof.issuer),
            or_none(&proof.subject),
            or_none(&proof.key_id)
        )?;
    }
    if let Some(route) = &account.route {
        writeln!(out, "route         {} {}", or_none(&route.method), or_none(&route.path))?;
    }
    writeln!(out, "items         {}, {} refused", account.items.total, account.items.refused)?;
    standing(out, account)?;
    writeln!(out)
}

/// The service graph, the trust score with what it is the sum of, and the policies that decided.
fn standing(out: &mut impl Write, account: &Account) -> io::Result<()> {
    if let Some(edge) = account.edge {
        writeln!(out, "graph         the caller is {}", edge.as_str())?;
    }
    if let Some(trust) = &account.trust {
        writeln!(out, "trust         {}", thousandths(trust.score))?;
        for part in &trust.contributions {
            let sign = if part.points < 0 { '-' } else { '+' };
            writeln!(out, "  {:<24}{sign}{}", part.name, thousandths(part.points.abs()))?;
        }
    }
    if let Some(permission) = &account.permission {
        let said = if permission.permitted { "permit" } else { "do not permit" };
        let by = permission.policies.join(", ");
        let by = if by.is_empty() { String::new() } else { format!(": {by}") };
        writeln!(out, "policies      {said}{by}")?;
    }
    Ok(())
}

fn thousandths(points: i32) -> String {
    format!("{}.{:03}", points / 1000, points % 1000)
}

fn stage(out: &mut impl Write, stage: &StageAccount, all: bool) -> io::Result<()> {
    let (style, word) = look(stage.outcome);
    let asked = stage.checks.iter().filter(|check| check.outcome >= Outcome::Clear).count();
    write!(out, "{:<14}{style}{word}{style:#}", stage.stage)?;
    match (stage.checks.len(), stage.outcome) {
        (0, _) | (_, Outcome::NotReached) => writeln!(out)?,
        (total, _) => writeln!(out, ", {asked} of {total} checks asked")?,
    }
    let shown = stage.checks.iter().filter(|check| all || !check.fired.is_empty());
    shown.into_iter().try_for_each(|check| self::check(out, check))
}

fn check(out: &mut impl Write, check: &CheckAccount) -> io::Result<()> {
    let (style, word) = look(check.outcome);
    let CheckAccount { id, asks, setting, .. } = check;
    writeln!(out, "  {id:<24}{style}{word:<12}{style:#}{asks} ({setting})")?;
    for place in &check.fired {
        let at = if place.at.is_empty() { "the whole event" } else { &place.at };
        let colon = if place.detail.is_empty() { "" } else { ": " };
        writeln!(out, "  {:<24}at {at}{colon}{}", "", place.detail)?;
    }
    Ok(())
}

fn look(outcome: Outcome) -> (Style, &'static str) {
    let colour = |colour: AnsiColor| colour.on_default();
    match outcome {
        Outcome::Off => (Style::new().dimmed(), "off"),
        Outcome::NotReached => (Style::new().dimmed(), "not reached"),
        Outcome::Clear => (colour(AnsiColor::Green), "clear"),
        Outcome::Observed => (colour(AnsiColor::Yellow), "observed"),
        Outcome::Enforced => (colour(AnsiColor::Red).bold(), "refused"),
    }
}
