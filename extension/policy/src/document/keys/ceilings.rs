//! Keys of ceilings: what one invocation may take, in the whole policy and for a source.
use super::{Key, Kind, key, words};
use crate::options::AfterTime;

/// The longest timeout of a function: 15 minutes (AWS Lambda Developer Guide, "Lambda quotas").
const TIME_MS_MAX: u64 = 900_000;
/// The largest response, streamed: 200 MB (the same).
const RESPONSE_BYTES_MAX: u64 = 200 * 1024 * 1024;

const TIME: Kind = Kind::Duration { max_ms: TIME_MS_MAX };
const AFTER_TIME: Kind = Kind::Word(words::<AfterTime>);
const RESPONSE: Kind = Kind::Size { max: RESPONSE_BYTES_MAX };
const ITEMS: Kind = Kind::Count { max: 10_000 };
const RETRIES: Kind = Kind::Count { max: 1000 };
const HOPS: Kind = Kind::Count { max: 255 };
const OUTER: &str = "as `ceilings` says";

/// The keys, in the order of the reference.
pub(super) const CEILINGS: &[Key] = &[
    key("ceilings", Kind::Table, "as each key says", "What one invocation may take."),
    key(
        "ceilings.time",
        TIME,
        "none: Lambda's own timeout",
        "From the event's release to the function until its answer. Then the caller gets a refusal \
         in the form of its trigger; HTTP gets 504.",
    ),
    key(
        "ceilings.after_time",
        AFTER_TIME,
        "recycle",
        "What becomes of a function that ran into its time: its processes are killed and the \
         environment begins anew, or it goes on and its late answer is dropped.",
    ),
    key(
        "ceilings.reserve",
        TIME,
        "a twentieth of the time, at most 100ms",
        "How much earlier the function is told that its time ends.",
    ),
    key(
        "ceilings.response_bytes",
        RESPONSE,
        "none: Lambda's own limits",
        "The function's answer. A buffered one that is larger is not sent; a streamed one is cut.",
    ),
    key("ceilings.items", ITEMS, "none", "Items of a batch."),
    key(
        "ceilings.retries",
        RETRIES,
        "none",
        "Attempts after the first, for events that tell their count: messages of SQS each by its \
         own, Step Functions where the state passes it.",
    ),
    key(
        "ceilings.hops",
        HOPS,
        "none: Lambda's own detection",
        "How often the function may have come by in the chain of invocations that led to this one.",
    ),
    key(
        "ceilings.memory",
        Kind::Percent,
        "none",
        "Of the configured memory, all processes together. More fires `ceiling.memory`, before the \
         platform kills.",
    ),
    key(
        "ceilings.processes",
        RETRIES,
        "none",
        "Child processes that an invocation may leave behind; more is a finding.",
    ),
    key(
        "ceilings.descriptors",
        RETRIES,
        "none",
        "Open descriptors that invocations may leave behind; more is a finding.",
    ),
    key("sources[].ceilings", Kind::Table, OUTER, "What one invocation by this source may take."),
    key("sources[].ceilings.time", TIME, OUTER, "The function's time."),
    key("sources[].ceilings.after_time", AFTER_TIME, OUTER, "What becomes of the function then."),
    key("sources[].ceilings.reserve", TIME, OUTER, "How much earlier the function is told."),
    key("sources[].ceilings.response_bytes", RESPONSE, OUTER, "The function's answer."),
    key("sources[].ceilings.items", ITEMS, OUTER, "Items of a batch."),
    key("sources[].ceilings.retries", RETRIES, OUTER, "Attempts after the first."),
    key("sources[].ceilings.hops", HOPS, OUTER, "Times the function may have come by."),
    key("sources[].ceilings.memory", Kind::Percent, OUTER, "Of the configured memory."),
];
