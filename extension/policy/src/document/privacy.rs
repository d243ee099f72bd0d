//! What a document says of the contents and the form of records.
use super::fields::{Fields, Reader};
use crate::options::{Format, Metrics, Payload, RedactHow};
use crate::privacy::{RedactField, key_from_hex};
use crate::problem::At;
use crate::sources::FieldPattern;

/// As it is written.
#[derive(Debug, Default)]
pub(crate) struct WrittenPrivacy<'a> {
    pub(crate) format: Option<At<'a, Format>>,
    pub(crate) fields: Option<At<'a, Vec<RedactField>>>,
    pub(crate) seal_to: Option<At<'a, [u8; 32]>>,
    pub(crate) pseudonym_key_env: Option<At<'a, String>>,
    pub(crate) retention: Option<At<'a, String>>,
    pub(crate) metrics: Option<At<'a, Metrics>>,
}

/// Reads the keys below `ledger` that are about contents, and `metrics`.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    root: &Fields<'a, '_>,
    payload: Option<&At<'a, Payload>>,
) -> WrittenPrivacy<'a> {
    let ledger = reader.table(root, "ledger");
    let seal_to = reader.text(&ledger, "ledger.seal_to");
    let seal_to =
        seal_to.and_then(|text| Some(At { value: key_from_hex(&text.value)?, place: text.place }));
    if let Some(payload) = payload.filter(|payload| payload.value == Payload::Sealed)
        && ledger.field("ledger.seal_to").is_none()
    {
        reader.complain(
            payload.place,
            "ledger.seal_to",
            "missing; `payload: sealed` needs it (`tollgate unseal --keygen` makes one)",
        );
    }
    WrittenPrivacy {
        format: reader.word(&ledger, "ledger.format"),
        fields: read_fields(reader, &ledger),
        seal_to,
        pseudonym_key_env: reader.text(&ledger, "ledger.pseudonym_key_env"),
        retention: reader.text(&ledger, "ledger.retention"),
        metrics: reader.word(root, "metrics"),
    }
}

fn read_fields<'a>(
    reader: &mut Reader<'_>,
    ledger: &Fields<'a, '_>,
) -> Option<At<'a, Vec<RedactField>>> {
    let field = ledger.field("ledger.redact")?;
    let mut list = Vec::new();
    for element in reader.tables(field) {
        let at = reader.text(&element, "ledger.redact[].at");
        if element.field("ledger.redact[].at").is_none() {
            reader.complain(element.place, "ledger.redact", "`at` is missing");
        }
        let how = reader.word(&element, "ledger.redact[].how");
        let how = how.map_or(RedactHow::default(), |how| how.value);
        let at = at.and_then(|at| FieldPattern::parse(&at.value));
        list.extend(at.map(|at| RedactField { at, how }));
    }
    Some(At { value: list, place: field.value.place })
}
