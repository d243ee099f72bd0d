//! The table of policy keys: what each takes, its default, what it is for. Reading, hints on
//! unknown keys and the JSON Schema all come from it.
mod auth;
mod authz;
mod budgets;
mod ceilings;
mod forms;
mod general;
mod leaks;
mod ledger;
mod privacy;
mod sinks;
mod sources;
mod sovereignty;

use tollgate_detect::Family;

use crate::options::Choice;
pub(crate) use general::DuplicateKeys;

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
    /// A time: a whole number from 1 with a unit.
    Duration {
        /// The most, in milliseconds.
        max_ms: u64,
    },
    /// A positive number of the unit that the keys beside it name, or of US dollars.
    Amount,
    /// 1% to 100%.
    Percent,
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
    /// A text of this form, or a list of them.
    Texts(&'static Form),
    /// A number from 0 to 1 with at most three digits behind its point.
    Fraction,
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

/// The default of a key that must be there.
const REQUIRED: &str = "none, it must be there";

/// Every key there is, one group an area; anything else in a document is an error.
const GROUPS: &[&[Key]] = &[
    general::GENERAL,
    sovereignty::SOVEREIGNTY,
    sources::SOURCES,
    auth::AUTH,
    authz::AUTHZ,
    ceilings::CEILINGS,
    budgets::BUDGETS,
    leaks::LEAKS,
    ledger::LEDGER,
    sinks::SINKS,
    privacy::PRIVACY,
];

/// Every key there is, in the order of the reference.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    GROUPS.iter().copied().flatten()
}

impl Key {
    /// Its last name.
    pub(crate) fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }

    /// The keys right below `path`; the root's for an empty one.
    pub(crate) fn below(path: &str) -> impl Iterator<Item = &'static Self> {
        keys().filter(move |key| key.parent() == path)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stands_below_a_table() {
        for key in keys() {
            let parent = key.parent();
            let path = parent.trim_end_matches("[]");
            let holder = keys().find(|key| key.path == path);
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
        for key in keys() {
            assert_eq!(keys().filter(|other| other.path == key.path).count(), 1, "{}", key.path);
        }
    }
}
