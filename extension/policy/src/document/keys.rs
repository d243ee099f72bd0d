//! The table of policy keys: what each takes, its default, what it is for. Reading, hints on
//! unknown keys and the JSON Schema all come from it.
use tollgate_event::{Trigger, limits};

use crate::options::{
    Choice, DirectInvoke, Flush, Mode, OnError, OnRefuse, Payload, Response, Sign,
};

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
        "What happens to a refused batch: the invocation fails, or every message is reported.",
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
