//! Keys of sovereignty: where data may come from, and where the function may run.
use super::forms::REGION;
use super::{Key, Kind, key};

/// The keys, in the order of the reference.
pub(super) const SOVEREIGNTY: &[Key] = &[
    key(
        "sovereignty",
        Kind::Table,
        "anywhere",
        "Where data may come from, and where this function may run; all else fires \
         `source.sovereignty`. The baseline's and the function's own both hold.",
    ),
    key(
        "sovereignty.regions",
        Kind::Texts(&REGION),
        "any",
        "Regions that events may come from. Events that name none are not held to it.",
    ),
    key(
        "sovereignty.partitions",
        Kind::Words(partitions),
        "any",
        "Partitions that events may come from.",
    ),
    key("sovereignty.run_in", Kind::Texts(&REGION), "any", "Regions that the function may run in."),
];

/// The partitions of AWS.
pub(super) fn partitions() -> Vec<&'static str> {
    vec![
        "aws",
        "aws-cn",
        "aws-us-gov",
        "aws-iso",
        "aws-iso-b",
        "aws-iso-e",
        "aws-iso-f",
        "aws-eusc",
    ]
}
