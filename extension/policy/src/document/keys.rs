//! The table of policy keys: what each takes, its default, what it is for. Reading, hints on
//! unknown keys and the JSON Schema all come from it.
use tollgate_detect::Family;
use tollgate_event::{Trigger, limits};

use crate::options::{
    Choice, DirectInvoke, Flush, Mode, OnError, OnRefuse, Payload, Quarantine, Response, Sign,
    TextKind,
};
use crate::sources::{FieldPattern, RoutePattern};

/// One key of a policy document.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its path; `[]` stands for each element of a list.
    pub path: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What holds without it, in words.
    pub default: &'static str,
    /// What it is for.
    pub doc: &'static str,
}

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A mapping whose keys stand in the table too.
    Table,
    /// A list of such mappings.
    Tables,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// One of these words, or a list of them.
    Words(fn() -> Vec<&'static str>),
    /// Bytes: a whole number from 1, also with a unit.
    Size {
        /// The most.
        max: u64,
    },
    /// A whole number from 1.
    Count {
        /// The most.
        max: u32,
    },
    /// The word `default`, or a whole number from 1.
    CountOrDefault {
        /// The most.
        max: u32,
    },
    /// `true` or `false`.
    Flag,
    /// A text of this form.
    Text(&'static Form),
    /// A mapping of check ids and families to what they do.
    Checks,
}

/// The form of a text.
#[derive(Debug)]
pub struct Form {
    /// What it is called in messages.
    pub name: &'static str,
    /// The same as a regular expression, for editors.
    pub pattern: &'static str,
    /// The most bytes.
    pub bytes_max: usize,
    /// Whether a text has it.
    pub holds: fn(&str) -> bool,
}

static ARN: Form = Form {
    name: "an ARN, in which `*` stands for any text",
    pattern: "^arn:[^\\s]+$",
    bytes_max: 2048,
    holds: |text| text.starts_with("arn:") && !text.contains(char::is_whitespace),
};

static ACCOUNT: Form = Form {
    name: "an account of 12 digits",
    pattern: "^[0-9]{12}$",
    bytes_max: 12,
    holds: |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()),
};

static REGION: Form = Form {
    name: "a region such as `eu-west-1`",
    pattern: "^[a-z0-9]+(-[a-z0-9]+)+$",
    bytes_max: 32,
    holds: |text| {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        text.contains('-') && text.split('-').all(word)
    },
};

static PATH: Form = Form {
    name: "an absolute path",
    pattern: "^/",
    bytes_max: 4096,
    holds: |text| text.starts_with('/') && !text.contains('\0'),
};

static BUCKET: Form = Form {
    name: "a bucket's name, in which `*` stands for any text",
    pattern: "^[a-z0-9.*-]{1,63}$",
    bytes_max: 63,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.*".contains(&b);
        !text.is_empty() && text.bytes().all(fits)
    },
};

static ROUTE: Form = Form {
    name: "a method or `*`, a blank, and a path such as `/orders/{id}`",
    pattern: "^([A-Z]+|\\*) /[^\\s]*$",
    bytes_max: 2048,
    holds: |text| RoutePattern::parse(text).is_some(),
};

static FILE: Form = Form {
    name: "the path of a file below the policy's directory",
    pattern: "^[^/].*\\.(json|ya?ml)$",
    bytes_max: 1024,
    holds: |text| {
        let is_document = [".json", ".yaml", ".yml"].iter().any(|end| text.ends_with(end));
        let stays = !text.starts_with('/') && text.split('/').all(|part| part != "..");
        is_document && stays && !text.contains(['\0', '\\'])
    },
};

static REGEX: Form = Form {
    name: "a regular expression",
    pattern: "^.+$",
    bytes_max: 4096,
    holds: |text| !text.is_empty(),
};

static POINTER: Form = Form {
    name: "a JSON pointer such as `/body/comment`, with `*` for one step and `**` at the end for all \
           below",
    pattern: "^(/[^/]*)+$",
    bytes_max: 1024,
    holds: |text| FieldPattern::parse(text).is_some(),
};

static QUARANTINE: Form = Form {
    name: "`file:` and the absolute path of a directory outside `/tmp`",
    pattern: "^file:/",
    bytes_max: 2048,
    holds: |text| Quarantine::parse(text).is_some(),
};

/// The default of a key that must be there.
const REQUIRED: &str = "none, it must be there";

/// Every key there is. Anything else in a document is an error.
pub static KEYS: &[Key] = &[
    key("version", Kind::Word(|| vec!["1"]), REQUIRED, "The form of the document."),
    key(
        "mode",
        Kind::Word(words::<Mode>),
        "observe",
        "Whether refusals are carried out: in `observe` everything is decided and recorded, \
         nothing refused.",
    ),
    key(
        "on_error",
        Kind::Word(words::<OnError>),
        "refuse",
        "What a failure inside Tollgate does to the event in hand.",
    ),
    key(
        "direct_invoke",
        Kind::Word(words::<DirectInvoke>),
        "open",
        "`closed`: the owner states that nobody but the sources may invoke the function, so \
         that what events say of themselves counts as asserted.",
    ),
    key("limits", Kind::Table, "as each key says", "How large and how deep an event may be."),
    key(
        "limits.event_bytes",
        Kind::Size { max: limits::EVENT_BYTES_MAX },
        "6291556: Lambda's own cap",
        "The whole event.",
    ),
    key("limits.depth", Kind::Count { max: 1024 }, "64", "Nested objects and arrays."),
    key("limits.keys", Kind::Count { max: 524_288 }, "262144", "Members of all objects together."),
    key(
        "limits.string_bytes",
        Kind::Size { max: limits::EVENT_BYTES_MAX },
        "6MiB",
        "One string or key, as written.",
    ),
    key(
        "limits.duplicate_keys",
        Kind::Word(words::<DuplicateKeys>),
        "refuse",
        "What the same key twice in one object does; short for \
         `checks: { limits.duplicate_keys: … }`.",
    ),
    key(
        "limits.inflated_bytes",
        Kind::Size { max: 256 * 1024 * 1024 },
        "16MiB",
        "What base64 and compression inside one event may unfold to.",
    ),
    key(
        "limits.nesting",
        Kind::Count { max: 16 },
        "6",
        "Envelopes inside envelopes, such as an S3 event in an SNS message in an SQS message.",
    ),
    key(
        "limits.schema_bytes",
        Kind::Size { max: limits::EVENT_BYTES_MAX },
        "256KiB",
        "One item's content, where a schema applies to it.",
    ),
    key(
        "limits.scan_work",
        Kind::CountOrDefault { max: 1_000_000_000 },
        "`default`",
        "How many steps the detectors may take on one event.",
    ),
    key(
        "detect",
        Kind::Words(families),
        "the families that are on by themselves, see below",
        "The families of attack that are looked for, in events of every trigger; `all` names every \
         family, `none` no one. A source may name its own.",
    ),
    key(
        "quarantine",
        Kind::Text(&QUARANTINE),
        "none",
        "Where copies of refused events go, for sources with `on_refuse: quarantine`: a directory \
         that outlives the environment, such as a file system that is mounted.",
    ),
    key(
        "checks",
        Kind::Checks,
        "every check enforces",
        "What single checks or whole families (`limits.*`) do: `enforce`, `enforce: 5%` of the \
         request ids, `observe` or `off`.",
    ),
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
    key("ledger", Kind::Table, "as each key says", "How records are kept."),
    key("ledger.sink", Kind::Word(|| vec!["stdout", "file"]), "stdout", "Where records go."),
    key("ledger.path", Kind::Text(&PATH), "none", "The file, with `sink: file`."),
    key(
        "ledger.flush",
        Kind::Word(words::<Flush>),
        "adaptive",
        "When records are shipped: before the next event is asked for, while it runs, or as \
         traffic has it.",
    ),
    key("ledger.sign", Kind::Word(words::<Sign>), "ed25519", "How checkpoints are signed."),
    key(
        "ledger.payload",
        Kind::Word(words::<Payload>),
        "digest",
        "What a record holds of the event itself.",
    ),
    key(
        "ledger.checkpoint",
        Kind::Table,
        "as each key says",
        "When a checkpoint is written; whichever comes first.",
    ),
    key("ledger.checkpoint.records", Kind::Count { max: 100_000 }, "64", "After so many records."),
    key("ledger.checkpoint.seconds", Kind::Count { max: 86_400 }, "60", "After so many seconds."),
];

/// The words of `limits.duplicate_keys`. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DuplicateKeys {
    Off,
    Observe,
    Refuse,
}

impl Choice for DuplicateKeys {
    const WORDS: &'static [(&'static str, Self)] =
        &[("refuse", Self::Refuse), ("observe", Self::Observe), ("off", Self::Off)];
}

impl Key {
    /// Its last name.
    pub(crate) fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }

    /// The keys right below `path`; the root's for an empty one.
    pub(crate) fn below(path: &str) -> impl Iterator<Item = &'static Self> {
        KEYS.iter().filter(move |key| key.parent() == path)
    }

    /// Whether it has no default.
    pub(crate) fn is_required(&self) -> bool {
        self.default == REQUIRED
    }

    fn parent(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }
}

const fn key(path: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key { path, kind, default, doc }
}

fn words<C: Choice>() -> Vec<&'static str> {
    C::WORDS.iter().map(|(word, _)| *word).collect()
}

/// The words of `detect`.
fn families() -> Vec<&'static str> {
    let families = Family::ALL.iter().map(|family| family.name());
    ["all", "none"].into_iter().chain(families).collect()
}

fn triggers() -> Vec<&'static str> {
    Trigger::ALL.iter().map(|trigger| trigger.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stands_below_a_table() {
        for key in KEYS {
            let parent = key.parent();
            let path = parent.trim_end_matches("[]");
            let holder = KEYS.iter().find(|key| key.path == path);
            let is_holder = match holder.map(|key| key.kind) {
                None => parent.is_empty(),
                Some(Kind::Table) => !parent.ends_with("[]"),
                Some(Kind::Tables) => parent.ends_with("[]"),
                Some(_) => false,
            };
            assert!(is_holder, "{}", key.path);
        }
    }

    #[test]
    fn paths_are_unique() {
        for key in KEYS {
            assert_eq!(
                KEYS.iter().filter(|other| other.path == key.path).count(),
                1,
                "{}",
                key.path
            );
        }
    }
}
