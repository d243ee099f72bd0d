//! Items that did not reach the function, and how its answer tells their source so.
mod splice;

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::refusal::{Answer, function_error};
use splice::Reply;

/// What must be merged into the function's answer, so that the source keeps, or marks as failed,
/// the items that were withheld from the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld(Report);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Report {
    /// Entries of `batchItemFailures` (AWS Lambda Developer Guide, "Implementing partial batch
    /// responses" for SQS, Kinesis and DynamoDB; "Configuring error handling controls for Kafka
    /// event sources"): the value of each one's `itemIdentifier`.
    Failures(Vec<Value>),
    /// Entries of a list with one entry for every item.
    Results(Results),
}

/// A list in which the source wants every item answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Results {
    /// The member that holds the list.
    pub(crate) list: &'static str,
    /// The member of an entry that names its item.
    pub(crate) id: &'static str,
    /// The entries of the withheld items.
    pub(crate) entries: Vec<Value>,
}

/// What becomes of the function's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// It goes on byte for byte: the source takes it for a failure of everything, so that nothing
    /// is lost.
    AsItIs,
    /// This goes on in its place: the same bytes with the withheld items added.
    Changed(Vec<u8>),
    /// It can be read in two ways, one of which would lose the withheld items: a function error
    /// goes on in its place, so that the source keeps everything.
    Unreadable,
}

const FAILURES: &str = "batchItemFailures";

impl Withheld {
    /// Items that are reported by what their source calls them.
    pub(crate) fn failures(identifiers: Vec<Value>) -> Self {
        Self(Report::Failures(identifiers))
    }

    /// No items: the answer is read, and goes on as it is.
    pub(crate) fn nothing() -> Self {
        Self::failures(Vec::new())
    }

    /// Items that have an entry of their own.
    pub(crate) fn results(results: Results) -> Self {
        Self(Report::Results(results))
    }

    /// The answer where the function gave none and every item is among these.
    pub(crate) fn alone(&self) -> Option<Value> {
        let Report::Failures(identifiers) = &self.0 else { return None };
        let entry = |id: &Value| json!({ "itemIdentifier": id });
        Some(json!({ FAILURES: identifiers.iter().map(entry).collect::<Vec<_>>() }))
    }

    /// Merges the withheld items into what the function answered with `/response`. What it says
    /// of its own items stays byte for byte. (An answer with `/error` goes on as it is.)
    pub fn merge(&self, answer: &[u8]) -> Merged {
        let reply = Reply::read(answer);
        match &self.0 {
            Report::Failures(identifiers) if identifiers.is_empty() => Merged::AsItIs,
            Report::Failures(identifiers) => merge_failures(&reply, identifiers),
            Report::Results(results) => merge_results(&reply, results),
        }
    }

    /// The answer where the function's own is [`Merged::Unreadable`].
    pub fn unreadable(request_id: &str) -> Answer {
        function_error::unreadable(request_id)
    }
}

/// Lambda takes null, nothing, and an object without the list for a complete success; a list of
/// nothing too. It takes what is no JSON, and a list with an entry that names no item, for a
/// complete failure.
fn merge_failures(reply: &Reply<'_>, identifiers: &[Value]) -> Merged {
    let entry = |id: &Value| json!({ "itemIdentifier": id }).to_string();
    let all = || identifiers.iter().map(entry).collect::<Vec<_>>();
    match reply {
        Reply::NoJson => Merged::AsItIs,
        Reply::NoObject => Merged::Changed(format!("{{\"{FAILURES}\":{}}}", list(&all())).into()),
        Reply::Object(members) => match members.find(FAILURES) {
            Err(_) => Merged::Unreadable,
            Ok(None) => members.with_member(FAILURES, &list(&all())),
            Ok(Some(member)) if member.is_null() => member.replaced(&list(&all())),
            Ok(Some(member)) => match member.elements() {
                None => Merged::Unreadable,
                Some(entries) => {
                    let reported = Reported::read(&entries);
                    let new = identifiers.iter().filter(|id| !reported.covers(id)).map(entry);
                    member.appended(&new.collect::<Vec<_>>())
                }
            },
        },
    }
}

/// What the function reported itself.
struct Reported {
    identifiers: HashSet<String>,
    /// The first offset of each Kafka partition.
    offsets: HashMap<String, i64>,
}

impl Reported {
    fn read(entries: &[Value]) -> Self {
        let mut reported = Self { identifiers: HashSet::new(), offsets: HashMap::new() };
        for id in entries.iter().filter_map(|entry| entry.get("itemIdentifier")) {
            reported.identifiers.insert(id.to_string());
            if let Some((partition, offset)) = offset(id) {
                let first = reported.offsets.entry(partition.to_owned()).or_insert(offset);
                *first = offset.min(*first);
            }
        }
        reported
    }

    /// Whether an item is reported, or an earlier one of its Kafka partition, which stands for
    /// all that follow: a partition is named once.
    fn covers(&self, id: &Value) -> bool {
        let earlier =
            |(partition, offset)| self.offsets.get(partition).is_some_and(|first| *first <= offset);
        self.identifiers.contains(&id.to_string()) || offset(id).is_some_and(earlier)
    }
}

fn offset(id: &Value) -> Option<(&str, i64)> {
    Some((id.get("partition")?.as_str()?, id.get("offset")?.as_i64()?))
}

/// An answer without the list fails every item at the source. An entry of the function for an
/// item that it never saw would stand beside ours.
fn merge_results(reply: &Reply<'_>, results: &Results) -> Merged {
    let Reply::Object(members) = reply else { return Merged::AsItIs };
    let member = match members.find(results.list) {
        Err(_) => return Merged::Unreadable,
        Ok(None) => return Merged::AsItIs,
        Ok(Some(member)) => member,
    };
    let Some(answered) = member.elements() else { return Merged::AsItIs };
    let id = |entry: &Value| entry.get(results.id).map(Value::to_string);
    let ours: HashSet<_> = results.entries.iter().filter_map(id).collect();
    if answered.iter().filter_map(id).any(|id| ours.contains(&id)) {
        return Merged::Unreadable;
    }
    member.appended(&results.entries.iter().map(Value::to_string).collect::<Vec<_>>())
}

fn list(entries: &[String]) -> String {
    format!("[{}]", entries.join(","))
}

#[cfg(test)]
mod tests;
