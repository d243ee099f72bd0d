//! Reports over ledgers that are written here, in both forms.
use super::*;
use tollgate_ledger::record::{
    Body, BudgetUse, Caller, Check, CloseReason, Cost, Invocation, Open, Outcome, Request, Times,
};
use tollgate_ledger::{Chain, Seed};

const HOSTILE: &str = "GET /<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

fn invocation(number: u64) -> Invocation {
    let refused = number.is_multiple_of(10);
    let received = 1_773_653_213_000 + number * 100;
    let check = Check {
        id: "detect.sql".to_owned(),
        effect: if refused { "enforced" } else { "observed" }.to_owned(),
        ..Check::default()
    };
    Invocation {
        request_id: format!("request-{number}"),
        function: Some("arn:aws:lambda:eu-west-1:123456789012:function:orders".to_owned()),
        trigger: Some("function-url".to_owned()),
        caller: Some(Caller {
            kind: "anonymous".to_owned(),
            source_ip: Some(format!("198.51.100.{}", number % 7)),
            ..Caller::default()
        }),
        request: Some(Request { method: None, route_key: Some(HOSTILE.to_owned()) }),
        decision: Some(if refused { "refuse" } else { "pass" }.to_owned()),
        outcome: if refused { Outcome::Refused } else { Outcome::Success },
        checks: if number.is_multiple_of(5) { vec![check] } else { Vec::new() },
        budgets: vec![BudgetUse {
            name: "wallet<b>".to_owned(),
            unit: "usd".to_owned(),
            scope: "function".to_owned(),
            limit: 1_000_000_000_000,
            used: 1_000_000,
            left: Some(999_000_000_000),
            resets_at: Some(1_773_700_000_000),
            basis: Some("lease".to_owned()),
        }],
        cost: Some(Cost { estimated_picodollars: Some(1_000_000), ..Cost::default() }),
        times: Times {
            received,
            released: Some(received + 1),
            replied: Some(received + 1 + number),
        },
        ..Invocation::default()
    }
}

/// A ledger of a hundred invocations and a compact refusal, each line twice.
fn ledger(ocsf: bool) -> String {
    let seed = Seed { chain: [7; 16], key: [1; 32], next_key: [2; 32] };
    let open = if ocsf { Chain::open_ocsf } else { Chain::open };
    let (mut chain, line) = open(seed, 1_773_653_213_000, &Open::default());
    let mut lines = vec![line.bytes];
    for number in 0..100 {
        let at_ms = 1_773_653_213_000 + number * 100;
        lines.push(chain.append(at_ms, invocation(number)).bytes);
    }
    let compact = tollgate_ledger::record::Compact {
        request_id: "compact".to_owned(),
        refused: "detect.sql".to_owned(),
    };
    lines.push(chain.append(1_773_653_223_000, Body::from(compact)).bytes);
    lines.push(chain.close(1_773_653_224_000, CloseReason::Spindown).bytes);
    let lines: Vec<_> =
        lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let text = lines.join("\n");
    format!("{text}\nsome other line\n{text}\n")
}

fn summary(ledger: &str, request: Option<&str>) -> Summary {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ledger).unwrap();
    let args = Args {
        paths: vec![file.path().to_owned()],
        out: None,
        request: request.map(str::to_owned),
        trust: None,
        no_verify: false,
        json: false,
    };
    summarise(&args).unwrap()
}

#[test]
fn both_forms_give_the_same_figures_and_copies_count_once() {
    for ocsf in [false, true] {
        let it = summary(&ledger(ocsf), None);
        let counts = &it.invocations;
        assert_eq!((counts.total, counts.refused, counts.passed), (101, 11, 90), "{ocsf}");
        assert_eq!((it.records, it.duplicates, it.unread), (103, 103, 0), "{ocsf}");
        assert_eq!((it.checks[0].enforced, it.checks[0].observed), (11, 10), "{ocsf}");
        assert_eq!((it.callers.len(), it.triggers[0].invocations), (7, 100), "{ocsf}");
        assert_eq!((it.slowest[0].max_ms, it.most_refused[0].refused), (99, 10), "{ocsf}");
        assert_eq!(it.cost.estimated_picodollars, 100_000_000, "{ocsf}");
        assert_eq!((it.budgets[0].peak, it.budgets[0].used), (100_000_000, 100_000_000), "{ocsf}");
        let health = it.health.unwrap();
        assert_eq!((health.chains[0].sealed, health.chains[0].refused), (103, 11), "{ocsf}");
        assert!(it.timeline.unwrap().request_id.starts_with("request-"));
    }
}

#[test]
fn the_asked_for_invocation_is_told() {
    let it = summary(&ledger(false), Some("request-7")).timeline.unwrap();
    assert_eq!((it.request_id.as_str(), it.chosen), ("request-7", "asked for"));
    assert!(it.facts.iter().any(|(name, value)| *name == "request" && value.contains("<script>")));
}

#[test]
fn no_value_of_a_record_becomes_markup() {
    let page = page::html(&summary(&ledger(false), Some("request-7")));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for part in ["<script", "<img", "wallet<b>", "onerror=alert(2)>"] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn the_page_names_nothing_outside_itself() {
    let page = page::html(&summary(&ledger(true), None));
    for part in ["http://", "https://", "<img", "<link", "<iframe", "url(", "@import"] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn hostile_numbers_and_times_do_not_stop_the_report() {
    let line = |seq: u64, body: &str| {
        format!(
            "{{\"tollgate\":1,\"kind\":\"invocation\",\"chain\":\"{}\",\"epoch\":0,\"seq\":{seq},\
             \"prev\":\"{}\",\"time\":\"9999-12-31T23:59:59.999Z\",\"requestId\":\"r\",{body}}}\n",
            "0a".repeat(16),
            "00".repeat(32),
        )
    };
    let rest =
        "\"mode\":\"x\",\"checks\":[],\"policy\":\"\",\"coldStart\":true,\"outcome\":\"success\"";
    let times = "\"times\":{\"received\":18446744073709551615,\"released\":0,\"replied\":18446744073709551615}";
    let money = "\"cost\":{\"estimatedPicodollars\":18446744073709551615,\"prices\":\"\"}";
    let budget = "\"budgets\":[{\"name\":\"b\",\"unit\":\"gb-seconds\",\"scope\":\"x\",\
        \"limit\":0,\"used\":18446744073709551615}]";
    let trust = "\"trust\":{\"score\":-2147483648}";
    let whole = format!("{rest},{times},{money},{budget},{trust}");
    let text =
        [line(u64::MAX, &whole), line(0, &whole), line(5, "\"mode\":7,\"outcome\":\"success\"")]
            .concat();
    let it = summary(&text, None);
    assert_eq!((it.records, it.unread, it.trust.tenths[0]), (3, 1, 2));
    assert_eq!(it.cost.estimated_picodollars, u64::MAX);
    assert!(page::html(&it).contains("Ledger health"));
}
