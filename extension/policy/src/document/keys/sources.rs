//! Keys of sources: who may send events, and what each kind of event must be.
use tollgate_event::Trigger;

use super::forms::{ACCOUNT, ARN, BUCKET, FILE, NAME, ORGANISATION, POINTER, REGEX, REGION, ROUTE};
use super::sovereignty::partitions;
use super::{Key, Kind, REQUIRED, families, key, words};
use crate::options::{OnRefuse, Response, TextKind};

/// The keys, in the order of the reference.
pub(super) const SOURCES: &[Key] = &[
    key(
        "sources",
        Kind::Tables,
        "none: events may come from anywhere",
        "Where events may come from; once one is listed, all others fire `source.unlisted`.",
    ),
    key("sources[].trigger", Kind::Words(triggers), REQUIRED, "The kind of source."),
    key("sources[].arn", Kind::Text(&ARN), "any", "The source's ARN."),
    key("sources[].account", Kind::Text(&ACCOUNT), "any", "The source's account."),
    key("sources[].region", Kind::Text(&REGION), "any", "The source's region."),
    key(
        "sources[].bucket",
        Kind::Text(&BUCKET),
        "any",
        "The name of the S3 bucket, in which `*` stands for any text.",
    ),
    key(
        "sources[].partition",
        Kind::Words(partitions),
        "any",
        "The source's partition, by its ARN or its region.",
    ),
    key(
        "sources[].organisation",
        Kind::Text(&ORGANISATION),
        "any",
        "The caller's organisation, as function URLs and VPC Lattice tell it of callers with IAM.",
    ),
    key("sources[].topic", Kind::Text(&NAME), "any", "The name of the SNS topic."),
    key("sources[].alias", Kind::Text(&NAME), "any", "The alias or version that was invoked."),
    key("sources[].tenant", Kind::Text(&NAME), "any", "The tenant's id, with tenant isolation."),
    key(
        "sources[].route",
        Kind::Text(&ROUTE),
        "any",
        "The method and path of an HTTP request, such as `POST /orders/{id}`; `*` stands for any \
         method, and as the last part of a path for the rest of it.",
    ),
    key(
        "sources[].schema",
        Kind::Text(&FILE),
        "none",
        "A JSON Schema (draft 2020-12, JSON or YAML) that each item's content must hold: a request's \
         body, a message, an event's `detail`, a record's data, a table item's images, a direct \
         event. The path is relative to the policy's own directory.",
    ),
    key(
        "sources[].openapi",
        Kind::Text(&FILE),
        "none",
        "An OpenAPI document (3.0 or 3.1) that each HTTP request must fit: route, parameters, \
         content type and body. The path is relative to the policy's own directory.",
    ),
    key("sources[].key", Kind::Table, "as each key says", "What the objects of S3 events must be."),
    key(
        "sources[].key.pattern",
        Kind::Text(&REGEX),
        "any",
        "A regular expression that each object's key, decoded, must match.",
    ),
    key(
        "sources[].key.max_bytes",
        Kind::Size { max: 1 << 53 },
        "any",
        "The largest object, by the size that the event gives.",
    ),
    key(
        "sources[].detect",
        Kind::Words(families),
        "as `detect` says",
        "The families of attack that are looked for in this source's events.",
    ),
    key(
        "sources[].checks",
        Kind::Checks,
        "as `checks` says",
        "What checks do on this source's events.",
    ),
    key("sources[].fields", Kind::Tables, "none", "What is known of single fields."),
    key(
        "sources[].fields[].at",
        Kind::Text(&POINTER),
        REQUIRED,
        "The field: a JSON pointer, in a batch from its item on, such as `/body/comment`. `*` stands \
         for one step, `**` at the end for all below.",
    ),
    key(
        "sources[].fields[].text",
        Kind::Word(words::<TextKind>),
        "value",
        "What the text is: a value; `free`, natural language or source code, where only what is \
         unmistakable counts; or `model`, input of a language model, where instructions to it count \
         as well.",
    ),
    key(
        "sources[].fields[].detect",
        Kind::Words(families),
        "as the source's `detect` says",
        "The families of attack that are looked for in this field.",
    ),
    key(
        "sources[].fields[].checks",
        Kind::Checks,
        "as the source's `checks` says",
        "What detectors do on this field.",
    ),
    key(
        "sources[].mapping",
        Kind::Table,
        "as each key says",
        "What the event source mapping is set to.",
    ),
    key(
        "sources[].mapping.reports_item_failures",
        Kind::Flag,
        "false",
        "Whether it has `ReportBatchItemFailures`.",
    ),
    key(
        "sources[].on_refuse",
        Kind::Word(words::<OnRefuse>),
        "fail",
        "What happens to what is refused of a batch or of an asynchronous event: the invocation \
         fails, refused items are reported in the source's own form, or a copy is stored before \
         they are acknowledged.",
    ),
    key(
        "sources[].response",
        Kind::Word(words::<Response>),
        "auto",
        "How a refusal is shaped for an HTTP front end; `auto` follows the function's last reply.",
    ),
];

fn triggers() -> Vec<&'static str> {
    Trigger::ALL.iter().map(|trigger| trigger.as_str()).collect()
}
