//! The `sources` list, and which of its keys make sense together.
use tollgate_event::Trigger;

use super::auth::{self, WrittenAuth};
use super::ceilings::{self, WrittenCeilings};
use super::fields::{Fields, Reader};
use super::gate::{self, WrittenGate};
use crate::gate::Gate;
use crate::options::{Choice as _, OnRefuse, Response};
use crate::problem::At;
use crate::sources::{Pattern, RoutePattern, SourceRule, reports_items};

/// One listed source as it is written: which events it means, and what they are held against.
#[derive(Debug)]
pub(crate) struct WrittenSource<'a> {
    /// Its own gate is still the default one.
    pub(crate) rule: SourceRule,
    pub(crate) gate: WrittenGate<'a>,
    pub(crate) auth: WrittenAuth<'a>,
    pub(crate) ceilings: WrittenCeilings<'a>,
}

/// Reads `sources`.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    root: &Fields<'a, '_>,
) -> Option<At<'a, Vec<At<'a, WrittenSource<'a>>>>> {
    let field = root.field("sources")?;
    let tables = reader.tables(field);
    let rules = tables
        .iter()
        .enumerate()
        .map(|(i, table)| At { value: read_one(reader, table, i), place: table.place })
        .collect();
    Some(At { value: rules, place: field.value.place })
}

fn read_one<'a>(
    reader: &mut Reader<'_>,
    source: &Fields<'a, '_>,
    index: usize,
) -> WrittenSource<'a> {
    let triggers = read_triggers(reader, source, index);
    let arn = reader.text(source, "sources[].arn");
    let account = reader.text(source, "sources[].account");
    let region = reader.text(source, "sources[].region");
    let response = reader.word::<Response>(source, "sources[].response");
    require_names(reader, source, &triggers);
    require_http(reader, source, &triggers, response.as_ref());
    let bucket = reader.text(source, "sources[].bucket");
    let route = reader.text(source, "sources[].route");
    let gate = gate::read(reader, source, &triggers);
    let (on_refuse, reports_item_failures) = read_on_refuse(reader, source, &triggers);
    let auth = auth::read(reader, source, &triggers, reports_item_failures);
    let rule = SourceRule {
        on_refuse,
        reports_item_failures,
        triggers,
        arn: arn.map(|arn| Pattern::new(arn.value)),
        account: account.map(|account| account.value),
        region: region.map(|region| region.value),
        bucket: bucket.map(|bucket| Pattern::new(bucket.value)),
        partition: partitions(reader, source),
        organisation: reader.text(source, "sources[].organisation").map(|at| at.value),
        topic: pattern(reader, source, "sources[].topic"),
        alias: pattern(reader, source, "sources[].alias"),
        tenant: pattern(reader, source, "sources[].tenant"),
        route: route.and_then(|route| RoutePattern::parse(&route.value)),
        response: response.map(|response| response.value).unwrap_or_default(),
        gate: Gate::default(),
    };
    let ceilings = ceilings::read(reader, source, "sources[].ceilings");
    require_items(reader, &ceilings, &rule.triggers, index);
    WrittenSource { rule, gate, auth, ceilings }
}

fn partitions(reader: &mut Reader<'_>, source: &Fields<'_, '_>) -> Vec<String> {
    let field = source.field("sources[].partition");
    field.map(|field| reader.words_of(field)).unwrap_or_default()
}

fn pattern(reader: &mut Reader<'_>, source: &Fields<'_, '_>, path: &str) -> Option<Pattern> {
    reader.text(source, path).map(|at| Pattern::new(at.value))
}

fn read_triggers(reader: &mut Reader<'_>, source: &Fields<'_, '_>, index: usize) -> Vec<Trigger> {
    let Some(field) = source.field("sources[].trigger") else {
        let key = format!("sources[{index}].trigger");
        reader.complain(source.place, &key, "missing; expected the name of a trigger");
        return Vec::new();
    };
    reader.words_of(field).iter().filter_map(|word| word.parse().ok()).collect()
}

/// A key that its trigger can never match would close the source without a word.
fn require_names(reader: &mut Reader<'_>, source: &Fields<'_, '_>, triggers: &[Trigger]) {
    for path in ["sources[].arn", "sources[].account", "sources[].region"] {
        let names = |trigger: &Trigger| match path {
            "sources[].arn" => trigger.names_arn(),
            "sources[].account" => trigger.names_account(),
            _ => trigger.names_region(),
        };
        let Some(field) = source.field(path) else { continue };
        for trigger in triggers.iter().filter(|trigger| !names(trigger)) {
            let message = format!("`{trigger}` events name none, so that nothing would match");
            reader.complain(field.value.place, &field.shown, message);
        }
    }
}

fn require_http(
    reader: &mut Reader<'_>,
    source: &Fields<'_, '_>,
    triggers: &[Trigger],
    response: Option<&At<'_, Response>>,
) {
    let (Some(field), Some(response)) = (source.field("sources[].response"), response) else {
        return;
    };
    let (fits, what): (fn(Trigger) -> bool, _) = match response.value {
        Response::Stream => (Trigger::can_stream, "responses cannot be streamed"),
        Response::Auto | Response::Buffered => (Trigger::is_http, "events get no response"),
    };
    for trigger in triggers.iter().filter(|trigger| !fits(**trigger)) {
        reader.complain(response.place, &field.shown, format!("`{trigger}` {what}"));
    }
}

/// Whether refused events of this trigger can be treated so.
fn can(on_refuse: OnRefuse, trigger: Trigger) -> bool {
    match on_refuse {
        OnRefuse::Fail => !trigger.is_http(),
        OnRefuse::ReportItem => reports_items(trigger),
        OnRefuse::Quarantine => {
            // What answers for itself elsewhere, or reports to its service, cannot be acknowledged
            // in the function's place.
            let answers = matches!(
                trigger,
                Trigger::Pipes
                    | Trigger::CustomResource
                    | Trigger::ConfigRule
                    | Trigger::CodePipeline
            );
            (trigger.is_polled() || trigger.is_async() || trigger == Trigger::Direct) && !answers
        }
    }
}

/// Lambda ignores the answer of a function whose mapping does not ask for item failures: the queue
/// would delete the messages that were refused.
fn read_on_refuse(
    reader: &mut Reader<'_>,
    source: &Fields<'_, '_>,
    triggers: &[Trigger],
) -> (OnRefuse, bool) {
    let mapping = reader.table(source, "sources[].mapping");
    let reports = reader.flag(&mapping, "sources[].mapping.reports_item_failures");
    let on_refuse = reader.word::<OnRefuse>(source, "sources[].on_refuse");
    if let Some(field) = source.field("sources[].mapping") {
        for trigger in triggers.iter().filter(|trigger| !reports_items(**trigger)) {
            let message = format!("`{trigger}` has no mapping that reads item failures");
            reader.complain(field.value.place, &field.shown, message);
        }
    }
    let reports = reports.is_some_and(|reports| reports.value);
    let Some(on_refuse) = on_refuse else { return (OnRefuse::default(), reports) };
    if let Some(field) = source.field("sources[].on_refuse") {
        let word = on_refuse.value.as_str();
        for trigger in triggers.iter().filter(|trigger| !can(on_refuse.value, **trigger)) {
            let message = format!("`{trigger}` events cannot be treated as `{word}`");
            reader.complain(on_refuse.place, &field.shown, message);
        }
    }
    if let (OnRefuse::ReportItem, false, Some(field)) =
        (on_refuse.value, reports, source.field("sources[].on_refuse"))
    {
        let message = "`report-item` needs `mapping: { reports_item_failures: true }`: otherwise \
                       Lambda ignores the answer and the queue deletes the messages";
        reader.complain(on_refuse.place, &field.shown, message);
    }
    (on_refuse.value, reports)
}

/// A bound on items that no event of the source can meet is meant otherwise.
fn require_items(
    reader: &mut Reader<'_>,
    ceilings: &WrittenCeilings<'_>,
    triggers: &[Trigger],
    index: usize,
) {
    let Some(items) = &ceilings.items else { return };
    for trigger in triggers.iter().filter(|trigger| !trigger.is_batch()) {
        let key = format!("sources[{index}].ceilings.items");
        reader.complain(items.place, &key, format!("`{trigger}` events have one item"));
    }
}
