//! The sections of the page. Every value of a record goes through `Text`.
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use tollgate_ledger::verify::{Status, Verdict, short};

use super::chart::{self, Layer};
use super::escape::{Text, dollars, grouped, millis};
use super::summary::{Budget, FunctionRow, Row, Summary};

/// Chains that the page lists, the worst first; the JSON form has all.
const CHAINS_SHOWN: usize = 30;
/// Problems that the page lists.
const PROBLEMS_SHOWN: usize = 20;
/// Checks that the chart over time keeps apart, each in a colour of its own.
const COLOURS: [&str; 6] = ["s1", "s2", "s3", "s4", "s5", "s6"];

/// A table: heads, of which those that begin with `#` are numbers, and rows of finished cells.
struct Table<'a> {
    heads: &'a [&'a str],
    rows: Vec<Vec<String>>,
}

impl Table<'_> {
    fn html(&self) -> String {
        if self.rows.is_empty() {
            return "<p>Nothing to show.</p>".to_owned();
        }
        let class = |head: &str| if head.starts_with('#') { " class=\"n\"" } else { "" };
        let mut html = "<table><thead><tr>".to_owned();
        for head in self.heads {
            _ = write!(html, "<th{}>{}</th>", class(head), Text(head.trim_start_matches('#')));
        }
        html.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            html.push_str("<tr>");
            for (head, cell) in self.heads.iter().zip(row) {
                _ = write!(html, "<td{}>{cell}</td>", class(head));
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table>");
        html
    }
}

fn section(id: &str, title: &str, body: impl Display) -> String {
    format!("<section id=\"{id}\">\n<h2>{title}</h2>\n{body}\n</section>\n")
}

fn text(value: &str) -> String {
    Text(value).to_string()
}

/// A name with a bar below that shows its share of the largest.
fn name(value: &str, count: u64, most: u64, class: &str) -> String {
    let share = u128::from(count) * 100 / u128::from(most.max(1));
    format!("{}<i class=\"bar {class}\" style=\"width:{}%\"></i>", Text(value), share.min(100))
}

/// The line below the title.
pub(super) fn verdict(summary: &Summary) -> String {
    let (class, words) = match summary.health.as_ref().map(|health| health.verdict) {
        None => ("warn", "Not verified"),
        Some(Verdict::Verified) => ("good", "Ledger verified"),
        Some(Verdict::NotAuthenticated) => ("warn", "Self-consistent, under no trust root"),
        Some(Verdict::Broken) => ("bad", "Ledger broken"),
    };
    format!("<a class=\"verdict {class}\" href=\"#health\">{words}</a>\n")
}

/// The figures at a glance.
pub(super) fn tiles(summary: &Summary) -> String {
    let it = &summary.invocations;
    let failed = ["error", "timeout", "crash", "ceiling", "lost"].iter();
    let failed: u64 = failed.filter_map(|name| it.outcomes.get(*name)).sum();
    let cost = &summary.cost;
    let money = match (cost.settled_invocations, cost.estimated_invocations) {
        (0, 0) => "–".to_owned(),
        (0, _) => dollars(cost.estimated_picodollars),
        _ => dollars(cost.settled_picodollars),
    };
    let overhead = format!("{} µs", grouped(it.overhead_p50_micros));
    let tiles = [
        (grouped(it.total), "invocations"),
        (grouped(it.refused), "decided: refuse"),
        (grouped(it.filtered), "items filtered"),
        (grouped(it.observed), "passed, observed checks fired"),
        (grouped(failed), "failed or cut short"),
        (grouped(it.undecided), "not through the gate"),
        (money, if cost.settled_invocations > 0 { "billed" } else { "estimated cost" }),
        (overhead, "added by the gate, median"),
        (grouped(summary.lost), "records lost"),
    ];
    let mut html = "<div class=\"tiles\">".to_owned();
    for (figure, words) in tiles {
        _ = write!(html, "<div><b>{figure}</b><span>{words}</span></div>");
    }
    html.push_str("</div>");
    section("glance", "At a glance", html)
}

/// Decisions over time.
pub(super) fn decisions(summary: &Summary) -> String {
    let time = &summary.over_time;
    let layer = |class, name: &str, of: fn(&super::summary::Step) -> u64| Layer {
        class,
        name: name.to_owned(),
        values: time.steps.iter().map(of).collect(),
    };
    let layers = [
        layer("pass", "pass", |step| step.passed),
        layer("filter", "filter", |step| step.filtered),
        layer("refuse", "refuse", |step| step.refused),
        layer("none", "not decided", |step| step.undecided),
    ];
    let chart = chart::stacked("Decisions over time", time, &layers);
    section("decisions", "Decisions over time", chart)
}

/// Checks over time, and how often each fired.
pub(super) fn checks(summary: &Summary) -> String {
    let time = &summary.over_time;
    let apart = summary.checks.iter().take(COLOURS.len()).zip(COLOURS);
    let mut layers: Vec<_> = apart
        .map(|(check, class)| Layer {
            class,
            name: check.id.clone(),
            values: count(summary, |checks| checks.get(&check.id).copied().unwrap_or_default()),
        })
        .collect();
    let shown: Vec<_> = layers.iter().map(|layer| layer.name.clone()).collect();
    let rest = count(summary, |checks| {
        checks.iter().filter(|(id, _)| !shown.contains(id)).map(|(_, count)| count).sum()
    });
    if rest.iter().any(|count| *count > 0) {
        layers.push(Layer { class: "none", name: "others".to_owned(), values: rest });
    }
    let chart = if layers.is_empty() {
        "<p>No check fired.</p>".to_owned()
    } else {
        chart::stacked("Checks over time", time, &layers)
    };
    let most = summary.checks.first().map_or(0, |row| row.enforced + row.observed);
    let row = |row: &super::summary::CheckRow| {
        let bar = name(&row.id, row.enforced + row.observed, most, "s1");
        vec![bar, grouped(row.enforced), grouped(row.observed)]
    };
    let rows: Vec<_> = summary.checks.iter().map(row).collect();
    let table = Table { heads: &["check", "#enforced", "#observed"], rows };
    let table = if summary.checks.is_empty() { String::new() } else { table.html() };
    section("checks", "Checks over time", format!("{chart}{table}"))
}

fn count(summary: &Summary, of: impl Fn(&BTreeMap<String, u64>) -> u64) -> Vec<u64> {
    summary.over_time.steps.iter().map(|step| of(&step.checks)).collect()
}

/// The slowest and the most refused functions.
pub(super) fn functions(summary: &Summary) -> String {
    let slowest = summary.slowest.first().map_or(0, |row| row.p99_ms);
    let slow = |row: &FunctionRow| {
        let bar = name(&row.function, row.p99_ms, slowest, "s4");
        vec![bar, millis(row.p50_ms), millis(row.p99_ms), millis(row.max_ms)]
    };
    let most = summary.most_refused.first().map_or(0, |row| row.refused);
    let refused = |row: &FunctionRow| {
        let bar = name(&row.function, row.refused, most, "refuse");
        vec![bar, grouped(row.invocations), grouped(row.refused), grouped(row.failed)]
    };
    let slow = Table {
        heads: &["slowest", "#median", "#99 %", "#most"],
        rows: summary.slowest.iter().map(slow).collect(),
    };
    let refused = Table {
        heads: &["most refused", "#calls", "#refused", "#failed"],
        rows: summary.most_refused.iter().map(refused).collect(),
    };
    section("functions", "Functions", both(&slow.html(), &refused.html()))
}

fn both(left: &str, right: &str) -> String {
    format!("<div class=\"pair\"><div>{left}</div><div>{right}</div></div>")
}

/// Who called, and by which way.
pub(super) fn callers(summary: &Summary) -> String {
    let table = |head, rows: &[Row]| {
        let most = rows.first().map_or(0, |row| row.invocations);
        let rows = rows.iter().map(|row| {
            let bar = name(&row.name, row.invocations, most, "pass");
            vec![bar, grouped(row.invocations), grouped(row.refused)]
        });
        Table { heads: &[head, "#calls", "#refused"], rows: rows.collect() }.html()
    };
    let words = "<p>As events state them: only the grade <i>signed</i> was proved.</p>";
    let body = both(&table("caller", &summary.callers), &table("trigger", &summary.triggers));
    section("callers", "Callers and triggers", format!("{words}{body}"))
}

/// Cost against budgets.
pub(super) fn money(summary: &Summary) -> String {
    let cost = &summary.cost;
    let mut words = String::new();
    if cost.estimated_invocations > 0 {
        _ = write!(
            words,
            "<p>Estimated {} for {} invocations.</p>",
            dollars(cost.estimated_picodollars),
            grouped(cost.estimated_invocations)
        );
    }
    if cost.settled_invocations == 0 && cost.billed_ms > 0 {
        let billed = millis(cost.billed_ms);
        _ = write!(
            words,
            "<p>Lambda billed {billed}; no record says what that cost: a budget in money makes them say it.</p>"
        );
    } else if cost.settled_invocations > 0 {
        _ = write!(
            words,
            "<p>By Lambda's figures {} for {} invocations; {} billed.</p>",
            dollars(cost.settled_picodollars),
            grouped(cost.settled_invocations),
            millis(cost.billed_ms)
        );
    }
    let row = |it: &Budget| {
        let class = if it.peak > it.limit { "refuse" } else { "s3" };
        let bar = name(&it.name, it.peak, it.limit, class);
        let amount = |amount| text(&in_unit(&it.unit, amount));
        vec![bar, text(&it.scope), amount(it.limit), amount(it.peak), amount(it.used)]
    };
    let rows: Vec<_> = summary.budgets.iter().map(row).collect();
    let heads = &["budget", "scope", "#limit", "#peak of a window", "#used in all"];
    let table = if rows.is_empty() {
        "<p>No record names a budget.</p>".to_owned()
    } else {
        Table { heads, rows }.html()
    };
    section("cost", "Cost against budgets", format!("{words}{table}"))
}

/// An amount in the base unit of records, as people read it.
fn in_unit(unit: &str, amount: u64) -> String {
    match unit {
        "usd" => dollars(amount),
        // A GB-second is 1,024 MB for 1,000 ms.
        "gb-seconds" => {
            let thousandths = amount / 1_024;
            format!("{}.{:03} GB-s", grouped(thousandths / 1_000), thousandths % 1_000)
        }
        _ => grouped(amount),
    }
}

/// How far invocations were trusted.
pub(super) fn trust(summary: &Summary) -> String {
    let it = &summary.trust;
    if it.scored == 0 {
        return section("trust", "Trust", "<p>No invocation has a trust score.</p>");
    }
    let most = it.tenths.iter().copied().max().unwrap_or_default();
    let rows = it.tenths.iter().zip(0_u32..).map(|(count, tenth)| {
        let end = if tenth == 9 { 1_000 } else { tenth * 100 + 99 };
        let range = format!("{} to {end}", tenth * 100);
        vec![name(&range, *count, most, "s3"), grouped(*count)]
    });
    let table = Table { heads: &["score", "#invocations"], rows: rows.collect() }.html();
    let words = format!(
        "<p>{} scored, {} of them below what the policy asks for; {} without a score.</p>",
        grouped(it.scored),
        grouped(it.below_required),
        grouped(it.unscored)
    );
    section("trust", "Trust", format!("{words}{table}"))
}

/// Findings by id.
pub(super) fn findings(summary: &Summary) -> String {
    let rows =
        summary.findings.iter().take(CHAINS_SHOWN).map(|row| {
            vec![text(&row.id), text(&row.severity), text(&row.detail), grouped(row.count)]
        });
    let heads = &["finding", "severity", "the first of them", "#count"];
    let table = Table { heads, rows: rows.collect() }.html();
    section("findings", "Findings", table)
}

/// How the ledger stands.
pub(super) fn health(summary: &Summary) -> String {
    let mut words = format!(
        "<p>{} records, {} further copies, {} that could not be read, {} lost by their own word.</p>",
        grouped(summary.records),
        grouped(summary.duplicates),
        grouped(summary.unread),
        grouped(summary.lost),
    );
    let Some(health) = &summary.health else {
        words.push_str("<p>The chains were not verified.</p>");
        return section("health", "Ledger health", words);
    };
    if health.foreign.count + health.damaged.count > 0 {
        _ = write!(
            words,
            "<p>{} lines claim a chain and stand under none of its seals; {} look like a record \
             and are none.</p>",
            grouped(health.foreign.count),
            grouped(health.damaged.count)
        );
    }
    let inside = health.chains.iter().flat_map(|chain| &chain.problems);
    for problem in inside.chain(&health.problems).take(PROBLEMS_SHOWN) {
        _ = write!(words, "<p class=\"bad\">{}</p>", Text(&problem.to_string()));
    }
    for warning in health.warnings.iter().take(PROBLEMS_SHOWN) {
        _ = write!(words, "<p class=\"warn\">{}</p>", Text(warning));
    }
    section("health", "Ledger health", format!("{words}{}", chains(health)))
}

fn chains(health: &tollgate_ledger::verify::Report) -> String {
    let mut chains: Vec<_> = health.chains.iter().collect();
    chains.sort_by_key(|chain| (severity(chain.status), u64::MAX - chain.records));
    let rows = chains.iter().take(CHAINS_SHOWN).map(|chain| {
        let (class, words) = status(chain.status);
        vec![
            text(short(&chain.chain)),
            format!("<span class=\"{class}\">{words}</span>"),
            grouped(chain.records),
            grouped(chain.sealed),
            grouped(chain.unsealed),
        ]
    });
    let heads = &["chain", "status", "#records", "#sealed", "#unsealed"];
    let table = Table { heads, rows: rows.collect() }.html();
    let hidden = chains.len().saturating_sub(CHAINS_SHOWN);
    let more = if hidden > 0 { format!("<p>and {hidden} more chains</p>") } else { String::new() };
    format!("{table}{more}")
}

/// The worst first.
const fn severity(status: Status) -> u8 {
    match status {
        Status::Broken => 0,
        Status::Stranger => 1,
        Status::Unsealed => 2,
        Status::SelfConsistent => 3,
        Status::Authenticated => 4,
    }
}

const fn status(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Authenticated => ("good", "authenticated"),
        Status::SelfConsistent => ("warn", "self-consistent"),
        Status::Unsealed => ("warn", "unsealed"),
        Status::Stranger => ("warn", "stranger"),
        Status::Broken => ("bad", "broken"),
    }
}

/// One invocation, told in full.
pub(super) fn timeline(summary: &Summary) -> String {
    let Some(it) = &summary.timeline else {
        return section("timeline", "One invocation", "<p>There is no invocation to tell of.</p>");
    };
    let mut html = format!("<p>{} ({})</p>", Text(&it.request_id), it.chosen);
    html.push_str(&chart::spans(&it.spans));
    if !it.checks.is_empty() {
        let rows = it.checks.iter().map(|check| {
            [&check.id, &check.effect, &check.at, &check.detail].map(|cell| text(cell)).to_vec()
        });
        let heads = &["check", "effect", "at", "what was found"];
        html.push_str(&Table { heads, rows: rows.collect() }.html());
    }
    html.push_str("<table class=\"facts\"><tbody>");
    for (name, value) in &it.facts {
        _ = write!(html, "<tr><td>{name}</td><td>{}</td></tr>", Text(value));
    }
    html.push_str("</tbody></table>");
    section("timeline", "One invocation", html)
}
