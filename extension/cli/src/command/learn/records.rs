//! Records of invocations, out of ledgers and the logs that hold them.
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use serde::Deserialize;
use tollgate_event::Trigger;
use tollgate_ledger::record::Invocation;

use super::gather::{Observed, Sight};
use super::route;
use crate::command::events::Unreadable;

/// How every record begins.
const START: &str = "{\"tollgate\":";

/// Reads a file line by line. Lines that hold no record of an invocation are passed over, and
/// so are refused invocations: what was refused is no example.
pub(super) fn read(path: &Path, observed: &mut Observed) -> Result<(), Unreadable> {
    let unreadable = |cause| Unreadable::new(path, cause);
    let mut input = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
            return Ok(());
        }
        if let Some(record) = record(&String::from_utf8_lossy(&line)) {
            take(&record, observed);
        }
    }
}

#[derive(Deserialize)]
struct Head {
    kind: String,
}

/// The record that a line is or holds, in whatever else the log put around it.
fn record(line: &str) -> Option<Invocation> {
    let (_, found) = line.split_at_checked(line.find(START)?)?;
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Head>().next();
    if first(found)?.ok()?.kind != "invocation" {
        return None;
    }
    let mut all = serde_json::Deserializer::from_str(found).into_iter::<Invocation>();
    all.next()?.ok()
}

fn take(record: &Invocation, observed: &mut Observed) {
    let trigger = record.trigger.as_deref().and_then(|it| it.parse::<Trigger>().ok());
    let (Some(trigger), Some("pass" | "filter")) = (trigger, record.decision.as_deref()) else {
        return;
    };
    let source = record.source.as_ref();
    let caller = record.caller.as_ref().filter(|caller| !caller.pseudonym);
    let asked = record.request.as_ref();
    // The path is content and not in the record; the route that the front end matched is.
    let key = asked.and_then(|it| it.route_key.as_deref());
    let path = key.map(|key| key.split_once(' ').map_or(key, |(_, path)| path));
    let method = asked.and_then(|it| it.method.as_deref());
    observed.records += 1;
    *observed.minutes.entry(record.times.received / 60_000).or_default() += 1;
    observed.see(&Sight {
        trigger,
        arn: source.and_then(|it| it.arn.as_deref()),
        account: source.and_then(|it| it.account.as_deref()),
        region: source.and_then(|it| it.region.as_deref()),
        route: route::pattern(method, path),
        items: record.items.map_or(1, |items| items.total),
        bytes: record.event.as_ref().map_or(0, |event| event.bytes),
        caller: caller.map_or(("unknown", Some("")), |it| (it.kind.as_str(), it.id.as_deref())),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_in_other_lines() {
        let text = r#"2026-03-16T09:26:53Z INFO {"tollgate":1,"kind":"invocation","chain":"00","epoch":0,"seq":7,"prev":"00","time":"t","requestId":"r","trigger":"sqs","decision":"pass","mode":"observe","checks":[],"policy":"p","coldStart":true,"outcome":"success","times":{"received":60000}} after"#;
        let mut observed = Observed::default();
        take(&record(text).unwrap(), &mut observed);
        assert_eq!((observed.records, observed.groups.len()), (1, 1));
        assert!(record("{\"tollgate\":1,\"kind\":\"gap\"}").is_none());
        assert!(record("nothing").is_none());
        let refused = text.replace("\"decision\":\"pass\"", "\"decision\":\"refuse\"");
        take(&record(&refused).unwrap(), &mut observed);
        assert_eq!(observed.records, 1);
    }
}
