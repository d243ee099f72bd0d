//! The `sources` list, and which of its keys make sense together.
use tollgate_event::Trigger;

use super::fields::{Fields, Reader};
use crate::options::{OnRefuse, Response};
use crate::problem::At;
use crate::sources::{Pattern, SourceRule};

/// Reads `sources`.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    root: &Fields<'a, '_>,
) -> Option<At<'a, Vec<At<'a, SourceRule>>>> {
    let field = root.field("sources")?;
    let tables = reader.tables(field);
    let rules = tables
        .iter()
        .enumerate()
        .map(|(i, table)| At { value: read_one(reader, table, i), place: table.place })
        .collect();
    Some(At { value: rules, place: field.value.place })
}

fn read_one(reader: &mut Reader<'_>, source: &Fields<'_, '_>, index: usize) -> SourceRule {
    let triggers = read_triggers(reader, source, index);
    let arn = reader.text(source, "sources[].arn");
    let account = reader.text(source, "sources[].account");
    let region = reader.text(source, "sources[].region");
    let response = reader.word::<Response>(source, "sources[].response");
    require_names(reader, source, &triggers);
    require_http(reader, source, &triggers, response.as_ref());
    SourceRule {
        on_refuse: read_on_refuse(reader, source, &triggers),
        triggers,
        arn: arn.map(|arn| Pattern::new(arn.value)),
        account: account.map(|account| account.value),
        region: region.map(|region| region.value),
        response: response.map(|response| response.value).unwrap_or_default(),
    }
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
    let nameless: [(&str, &[Trigger]); 3] = [
        ("sources[].arn", &[Trigger::Direct, Trigger::FunctionUrl]),
        ("sources[].account", &[Trigger::Direct, Trigger::S3]),
        ("sources[].region", &[Trigger::Direct]),
    ];
    for (path, without) in nameless {
        let Some(field) = source.field(path) else { continue };
        for trigger in triggers.iter().filter(|trigger| without.contains(trigger)) {
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

/// Lambda ignores the answer of a function whose mapping does not ask for item failures: the queue
/// would delete the messages that were refused.
fn read_on_refuse(
    reader: &mut Reader<'_>,
    source: &Fields<'_, '_>,
    triggers: &[Trigger],
) -> OnRefuse {
    let mapping = reader.table(source, "sources[].mapping");
    let reports = reader.flag(&mapping, "sources[].mapping.reports_item_failures");
    let on_refuse = reader.word::<OnRefuse>(source, "sources[].on_refuse");
    let queue_only = ["sources[].mapping", "sources[].on_refuse"];
    for field in queue_only.iter().filter_map(|path| source.field(path)) {
        for trigger in triggers.iter().filter(|trigger| **trigger != Trigger::Sqs) {
            let message = format!("only for `sqs`, not for `{trigger}`");
            reader.complain(field.value.place, &field.shown, message);
        }
    }
    let Some(on_refuse) = on_refuse else { return OnRefuse::default() };
    let reports = reports.is_some_and(|reports| reports.value);
    if let (OnRefuse::ReportItem, false, Some(field)) =
        (on_refuse.value, reports, source.field("sources[].on_refuse"))
    {
        let message = "`report-item` needs `mapping: { reports_item_failures: true }`: otherwise \
                       Lambda ignores the answer and the queue deletes the messages";
        reader.complain(on_refuse.place, &field.shown, message);
    }
    on_refuse.value
}
