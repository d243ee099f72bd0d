//! What was invoked and what arrived, and whether the two agree: counted here, without any code of the
//! extension, and by `tollgate verify`.

use crate::support::places;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// What one environment was given, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// What it was, for messages.
    pub(super) name: String,
    /// Request ids of all invocations.
    pub(super) ids: Vec<String>,
    /// What was done when each was invoked, and how it ended, for messages.
    pub(super) story: HashMap<String, String>,
    /// Lines that arrived anywhere, copies and torn ones included.
    pub(super) lines: Vec<String>,
    /// It was destroyed with an invocation in it: killed in whole, its directory deleted.
    pub(super) destroyed: bool,
    /// How often each fault struck.
    pub(super) faults: BTreeMap<&'static str, u64>,
}

impl Account {
    /// What it was, and where its lines are kept for whoever looks into it.
    fn told(&self) -> String {
        let kept = tempfile::Builder::new().prefix("soak-").tempdir().unwrap().keep();
        write(&kept.join("lines"), self.lines.iter().map(String::as_str));
        format!("{} ({})", self.name, kept.display())
    }
}

/// What a round, or all of them, came to.
#[derive(Debug, Default, Clone)]
pub(super) struct Sum {
    pub(super) counts: BTreeMap<&'static str, u64>,
}

impl Sum {
    pub(super) fn count(&mut self, what: &'static str, by: usize) {
        *self.counts.entry(what).or_default() += by as u64;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (what, count) in &other.counts {
            *self.counts.entry(what).or_default() += count;
        }
    }
}

/// The records of all environments of a round, each once.
#[derive(Default)]
struct Records {
    /// Each line once, in the order of arrival.
    lines: Vec<String>,
    /// By chain and number, a digest of the record.
    known: HashMap<(String, u64), u64>,
    /// Ids of invocations that have a record.
    recorded: HashSet<String>,
    /// First keys of chains.
    trust: Vec<Value>,
    closed: HashSet<String>,
}

/// Holds what arrived against what was invoked. Panics where a promise is broken.
pub(super) fn judge(accounts: &[Account]) -> Sum {
    let mut sum = Sum::default();
    let mut records = Records::default();
    let (mut all, mut missing) = (Vec::new(), BTreeSet::new());
    for account in accounts {
        let gap = records.take(account, &mut sum);
        let lost: Vec<&String> =
            account.ids.iter().filter(|id| !records.recorded.contains(*id)).collect();
        sum.count("invocations", account.ids.len());
        sum.count("environments", 1);
        sum.count(if account.destroyed { "destroyed" } else { "shut down" }, 1);
        for (fault, times) in &account.faults {
            *sum.counts.entry(fault).or_default() += times;
        }
        if account.destroyed {
            assert!(!lost.is_empty(), "{}: its last invocation cannot have a record", account.name);
            sum.count("missing, of destroyed environments", lost.len());
        } else {
            let story = || lost.iter().map(|id| (id, &account.story[*id])).collect::<Vec<_>>();
            assert!(lost.len() <= gap, "{}: lost without a gap: {:?}", account.told(), story());
            sum.count("in a gap", lost.len());
        }
        missing.extend(lost.into_iter().cloned());
        all.extend(account.ids.iter().cloned());
    }
    sum.count("chains", records.trust.len());
    sum.count("records", records.lines.len());
    verify(&records, &all, &missing, &mut sum);
    sum
}

impl Records {
    /// Takes the records of an environment; gives the most that its gaps admit.
    fn take(&mut self, account: &Account, sum: &mut Sum) -> usize {
        let ours: HashSet<&String> = account.ids.iter().collect();
        let mut gap = 0;
        for line in &account.lines {
            let Some((line, record)) = whole(line) else {
                sum.count("torn lines", 1);
                self.lines.push(line.clone());
                continue;
            };
            let chain = record["chain"].as_str().unwrap().to_owned();
            let mut digest = DefaultHasher::new();
            line.hash(&mut digest);
            let digest = digest.finish();
            let place = (chain.clone(), record["seq"].as_u64().unwrap());
            if let Some(known) = self.known.insert(place, digest) {
                assert_eq!(
                    known, digest,
                    "{}: another record of that number: {line}",
                    account.name
                );
                sum.count("second copies", 1);
                continue;
            }
            self.lines.push(line.to_owned());
            match record["kind"].as_str().unwrap() {
                "open" => {
                    self.trust.push(json!({ "chain": chain, "publicKey": record["publicKey"] }));
                }
                "close" => drop(self.closed.insert(chain)),
                // What reached a process as it was killed is one event, if any.
                "gap" if record["reason"] == "process-killed" => gap += 1,
                "gap" => gap += as_usize(&record["records"]),
                "invocation" => {
                    let id = record["requestId"].as_str().unwrap().to_owned();
                    assert!(ours.contains(&id), "{}: nobody asked for {id}", account.name);
                    sum.count(if is_refused(&record) { "refused" } else { "not refused" }, 1);
                    if record["outcome"] == "lost" {
                        sum.count("recorded by the next process", 1);
                    }
                    assert!(self.recorded.insert(id), "{}: recorded twice: {line}", account.name);
                }
                _ => {}
            }
        }
        gap
    }
}

fn is_refused(record: &Value) -> bool {
    record["refused"].is_string() || record["outcome"] == "refused"
}

/// The record in a line, and the line without what a process that was killed left in front of it.
fn whole(line: &str) -> Option<(&str, Value)> {
    let starts = ["{\"class_uid\":", "{\"tollgate\":1,"];
    let mut ends = starts.iter().filter_map(|start| line.get(line.rfind(start)?..));
    ends.find_map(|end| Some((end, native(end)?)))
}

/// The record in a line: the line, or what an event of OCSF holds of it.
fn native(line: &str) -> Option<Value> {
    let mut value: Value = serde_json::from_str(line).ok()?;
    let record = if value["class_uid"].is_null() { value } else { value["unmapped"].take() };
    (record["tollgate"] == 1).then_some(record)
}

/// The command comes to the same.
fn verify(records: &Records, ids: &[String], missing: &BTreeSet<String>, sum: &mut Sum) {
    let files = tempfile::tempdir().unwrap();
    let at = |name: &str| files.path().join(name);
    write(&at("ledger.ndjson"), records.lines.iter().map(String::as_str));
    write(&at("ids"), ids.iter().map(String::as_str));
    std::fs::write(at("trust.json"), Value::from(records.trust.clone()).to_string()).unwrap();
    let report = run(&[&at("ledger.ndjson")], &at("trust.json"), None);
    assert_eq!(report["duplicates"], 0, "{report}");
    let chains = report["chains"].as_array().unwrap();
    for chain in chains {
        // What died before its first checkpoint has nothing that is proved.
        let died = !records.closed.contains(chain["chain"].as_str().unwrap());
        let status = chain["status"].as_str().unwrap();
        let unsealed = status == "unsealed" && died && chain["sealed"] == 0;
        assert!(status == "authenticated" || unsealed, "{chain}");
        sum.count("chains without a seal", usize::from(unsealed));
        sum.count("records verified as sealed", as_usize(&chain["sealed"]));
    }
    assert_eq!(chains.len(), records.trust.len());
    assert_ne!(report["verdict"], "broken", "{}", report["problems"]);
    let report = run(&[&at("ledger.ndjson")], &at("trust.json"), Some(&at("ids")));
    let named: BTreeSet<String> =
        serde_json::from_value(report["missingInvocations"].clone()).unwrap();
    assert_eq!(&named, missing);
}

fn as_usize(number: &Value) -> usize {
    usize::try_from(number.as_u64().unwrap()).unwrap()
}

fn write<'a>(path: &Path, lines: impl Iterator<Item = &'a str>) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
    file.flush().unwrap();
}

fn run(ledger: &[&Path], trust: &Path, against: Option<&Path>) -> Value {
    let mut command = Command::new(places::tollgate());
    command.args(["verify", "--json", "--trust"]).arg(trust).args(ledger);
    if let Some(ids) = against {
        command.arg("--against").arg(ids);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"))
}
