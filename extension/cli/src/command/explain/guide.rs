//! What each check is for: why it is there, what it fires on, how to turn it off. `tollgate explain
//! --check` prints an entry; all of them are the reference page of checks.
mod table;

use std::fmt::Write as _;

use serde_json::{Value, json};
#[cfg(test)]
use tollgate_policy::CHECKS;
use tollgate_policy::{Check, Stage};

/// What is told of one check beyond the table of checks.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its id.
    id: &'static str,
    /// Why it is there.
    why: &'static str,
    /// What it fires on.
    example: Example,
}

/// What a check fires on.
#[derive(Debug)]
pub(super) enum Example {
    /// A text anywhere in an event, under `detect: all`.
    Text(&'static str),
    /// An event under lines of a policy in `mode: enforce`, with files beside it.
    Event {
        /// The lines.
        policy: &'static str,
        /// Names and contents.
        files: &'static [(&'static str, &'static str)],
        /// The event.
        event: &'static [u8],
    },
    /// In words: it takes more than one event, a key, or a function's answer.
    Told(&'static str),
}

#[cfg(test)]
const HEAD: &str = "\
# Checks

Every check there is: what it asks, why, an event that it fires on, and how to turn it off. `tollgate
explain --check ID` prints one; `tollgate explain EVENT --policy FILE --all` asks all of them of an event.

Where a policy stands above an event, it has `version: 1` and `mode: enforce` before it. These examples are
decided by a test; those in words need a function, a key or a table, and have tests of their own.
";

/// The check's entry.
pub(super) fn find(id: &str) -> Option<(&'static Check, &'static Entry)> {
    let check = Check::find(id)?;
    table::ENTRIES.iter().find(|entry| entry.id == id).map(|entry| (check, entry))
}

/// What it takes for the check not to refuse.
fn off(check: &Check) -> String {
    let id = check.id;
    let family = check.family();
    match (family, id) {
        ("leak", _) => "leave its class out of `leaks`, or set it to `observe`".to_owned(),
        (_, "policy.invalid") => {
            "not by policy, which cannot be read; `TOLLGATE_ON_INVALID=pass` lets events pass \
             unchecked until it is repaired"
                .to_owned()
        }
        (_, "internal.panic") => "`on_error: allow` lets such events pass".to_owned(),
        ("detect", _) => {
            let name = id.trim_start_matches("detect.");
            format!(
                "leave `{name}` out of `detect`, for all sources, one source or one field; or \
                 `checks: {{ {id}: observe }}` (`off`)"
            )
        }
        _ => format!(
            "`checks: {{ {id}: observe }}` (`off`), for all sources or in one source's `checks`"
        ),
    }
}

/// An event as it can be shown: bytes that are no text as `\xff`.
fn shown(event: &[u8]) -> String {
    event.utf8_chunks().fold(String::new(), |mut whole, chunk| {
        whole.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a text does not fail.
            let _ = write!(whole, "\\x{byte:02x}");
        }
        whole
    })
}

impl Entry {
    /// For people, on a terminal or as a section of the page.
    pub(super) fn text(&self, check: &Check) -> String {
        let stage = check.stage().map_or("none of its own", Stage::as_str);
        let mut text = format!(
            "{}\n\n- asks: {}\n- why: {}\n- by default: `{}`; stage: {stage}; HTTP callers get {}\n- to turn it off: {}\n",
            check.id,
            check.asks,
            self.why,
            check.default,
            check.status,
            off(check)
        );
        text.push_str(&self.example.text());
        text
    }

    /// For machines.
    pub(super) fn json(&self, check: &Check) -> Value {
        let example = match &self.example {
            Example::Text(text) => json!({ "text": text, "policy": "detect: all" }),
            Example::Event { policy, files, event } => json!({
                "policy": policy,
                "files": files.iter().map(|(name, text)| json!({ "name": name, "text": text })).collect::<Vec<_>>(),
                "event": shown(event),
            }),
            Example::Told(words) => json!({ "words": words }),
        };
        json!({
            "id": check.id,
            "asks": check.asks,
            "why": self.why,
            "default": check.default.to_string(),
            "settable": check.settable,
            "stage": check.stage().map(Stage::as_str),
            "status": check.status,
            "off": off(check),
            "example": example,
        })
    }
}

impl Example {
    fn text(&self) -> String {
        match self {
            Self::Told(words) => format!("- fires on: {words}\n"),
            Self::Text(text) => {
                let text = json!({ "text": text });
                format!("- fires on, under `detect: all`:\n\n```json\n{text}\n```\n")
            }
            Self::Event { policy, files, event } => {
                let mut text = String::new();
                if !policy.is_empty() {
                    let _ = write!(text, "- under:\n\n```yaml\n{policy}\n```\n\n");
                }
                for (name, content) in *files {
                    let _ = write!(text, "with `{name}`:\n\n```\n{}\n```\n\n", content.trim_end());
                }
                let dash = if policy.is_empty() { "- " } else { "" };
                let _ = write!(text, "{dash}fires on:\n\n```json\n{}\n```\n", shown(event));
                text
            }
        }
    }
}

#[cfg(test)]
mod tests;
