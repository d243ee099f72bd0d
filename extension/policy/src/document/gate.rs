//! What a source's events are held against, as it is written.
use tollgate_detect::{Families, Family};
use tollgate_event::Trigger;

use super::CheckSetting;
use super::checks;
use super::fields::{Field, Fields, Reader};
use crate::options::TextKind;
use crate::problem::At;
use crate::sources::FieldPattern;

/// What a document says of one source's gate.
#[derive(Debug, Default)]
pub(crate) struct WrittenGate<'a> {
    pub(crate) detect: Option<At<'a, Families>>,
    pub(crate) checks: Vec<At<'a, CheckSetting>>,
    pub(crate) fields: Vec<At<'a, WrittenField<'a>>>,
    /// Paths of files.
    pub(crate) schema: Option<At<'a, String>>,
    pub(crate) openapi: Option<At<'a, String>>,
    /// A regular expression.
    pub(crate) key_pattern: Option<At<'a, String>>,
    pub(crate) key_bytes: Option<At<'a, u64>>,
}

/// What it says of one field.
#[derive(Debug)]
pub(crate) struct WrittenField<'a> {
    pub(crate) at: FieldPattern,
    pub(crate) text: TextKind,
    pub(crate) detect: Option<At<'a, Families>>,
    pub(crate) checks: Vec<At<'a, CheckSetting>>,
}

/// Reads what belongs to the gate among a source's keys.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    source: &Fields<'a, '_>,
    triggers: &[Trigger],
) -> WrittenGate<'a> {
    require(reader, source, triggers, "sources[].openapi", Trigger::is_http, "no HTTP request");
    require(reader, source, triggers, "sources[].route", Trigger::is_http, "no HTTP request");
    let is_s3 = |trigger| trigger == Trigger::S3;
    require(reader, source, triggers, "sources[].bucket", is_s3, "no S3 event");
    let is_sns = |trigger| trigger == Trigger::Sns;
    require(reader, source, triggers, "sources[].topic", is_sns, "no SNS event");
    require(reader, source, triggers, "sources[].key", is_s3, "no S3 event");
    let key = reader.table(source, "sources[].key");
    WrittenGate {
        detect: detect(reader, source, "sources[].detect"),
        checks: checks::read_in(reader, source, "sources[].checks"),
        fields: fields(reader, source),
        schema: reader.text(source, "sources[].schema"),
        openapi: reader.text(source, "sources[].openapi"),
        key_pattern: reader.text(&key, "sources[].key.pattern"),
        key_bytes: reader.size(&key, "sources[].key.max_bytes"),
    }
}

/// Reads a set of families: names, or `all` or `none` alone.
pub(super) fn detect<'a>(
    reader: &mut Reader<'_>,
    of: &Fields<'a, '_>,
    path: &str,
) -> Option<At<'a, Families>> {
    let field = of.field(path)?;
    let words = reader.words_of(field);
    let place = field.value.place;
    let value = match words.as_slice() {
        [word] if word == "all" => Families::ALL,
        [word] if word == "none" => Families::NONE,
        words => {
            complain_of_combined(reader, field, words);
            words.iter().filter_map(|word| word.parse::<Family>().ok()).collect()
        }
    };
    Some(At { value, place })
}

fn complain_of_combined(reader: &mut Reader<'_>, field: &Field<'_, '_>, words: &[String]) {
    for word in words.iter().filter(|word| *word == "all" || *word == "none") {
        let message = format!("`{word}` stands alone");
        reader.complain(field.value.place, &field.shown, message);
    }
}

fn fields<'a>(reader: &mut Reader<'_>, source: &Fields<'a, '_>) -> Vec<At<'a, WrittenField<'a>>> {
    let Some(field) = source.field("sources[].fields") else { return Vec::new() };
    let mut fields = Vec::new();
    for (i, table) in reader.tables(field).iter().enumerate() {
        let shown = format!("{}[{i}].at", field.shown);
        if table.field("sources[].fields[].at").is_none() {
            reader.complain(table.place, &shown, "missing; expected a JSON pointer");
        }
        let at = reader.text(table, "sources[].fields[].at");
        let text = reader.word::<TextKind>(table, "sources[].fields[].text");
        let detect = detect(reader, table, "sources[].fields[].detect");
        let checks = checks::read_in(reader, table, "sources[].fields[].checks");
        for at in checks.iter().filter(|at| at.value.check.family() != "detect") {
            let message = "a field can only set detectors, `detect.*`";
            reader.complain(at.place, &at.value.key, message);
        }
        let Some(pattern) = at.and_then(|at| FieldPattern::parse(&at.value)) else { continue };
        let text = text.map(|text| text.value).unwrap_or_default();
        let value = WrittenField { at: pattern, text, detect, checks };
        fields.push(At { value, place: table.place });
    }
    fields
}

/// A key that makes sense for some triggers only.
fn require(
    reader: &mut Reader<'_>,
    source: &Fields<'_, '_>,
    triggers: &[Trigger],
    path: &str,
    fits: impl Fn(Trigger) -> bool,
    what: &str,
) {
    let Some(field) = source.field(path) else { return };
    for trigger in triggers.iter().filter(|trigger| !fits(**trigger)) {
        reader.complain(field.value.place, &field.shown, format!("`{trigger}` is {what}"));
    }
}
