//! The `checks` mapping: check ids and families, and what each does.
use super::CheckSetting;
use super::fields::{Fields, Reader, hint, join, quote};
use super::keys::DuplicateKeys;
use super::tree::{self, Node};
use crate::checks::{CHECKS, Check, Setting};
use crate::problem::At;
use tollgate_schema::nearest;

const EXPECTED: &str = "expected `enforce`, `enforce: N%`, `observe` or `off`";

/// Reads `checks`, and `limits.duplicate_keys`, which is short for one of them.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    root: &Fields<'a, '_>,
    limits: &Fields<'a, '_>,
) -> Vec<At<'a, CheckSetting>> {
    let mut settings: Vec<_> = duplicate_keys(reader, limits).into_iter().collect();
    read_into(reader, root, "checks", &mut settings);
    settings
}

/// Reads a mapping of checks under another key.
pub(super) fn read_in<'a>(
    reader: &mut Reader<'_>,
    of: &Fields<'a, '_>,
    path: &str,
) -> Vec<At<'a, CheckSetting>> {
    let mut settings = Vec::new();
    read_into(reader, of, path, &mut settings);
    settings
}

fn read_into<'a>(
    reader: &mut Reader<'_>,
    of: &Fields<'a, '_>,
    path: &str,
    settings: &mut Vec<At<'a, CheckSetting>>,
) {
    let Some(field) = of.field(path) else { return };
    let tree::Kind::Table(members) = &field.value.kind else {
        reader.complain(field.value.place, &field.shown, "expected a mapping");
        return;
    };
    for member in reader.distinct(members, &field.shown) {
        let key = join(&field.shown, &member.key);
        let checks = named(&member.key);
        if checks.is_empty() {
            reader.complain(member.place, &key, unknown_check(&member.key));
            continue;
        }
        let Some(setting) = setting(&member.value) else {
            reader.complain(member.value.place, &key, wrong_setting(&member.value));
            continue;
        };
        let exact = Check::find(&member.key).is_some();
        let twice =
            settings.iter().find(|at| exact && at.value.key != key && at.value.is(&member.key));
        if let Some(other) = twice {
            let message = format!("also set by `{}` at {}", other.value.key, other.place);
            reader.complain(member.place, &key, message);
            continue;
        }
        settings.extend(checks.into_iter().map(|check| {
            let value = CheckSetting { check, setting, key: key.clone(), exact };
            At { value, place: member.value.place }
        }));
    }
}

impl CheckSetting {
    fn is(&self, id: &str) -> bool {
        self.exact && self.check.id == id
    }
}

fn duplicate_keys<'a>(
    reader: &mut Reader<'_>,
    limits: &Fields<'a, '_>,
) -> Option<At<'a, CheckSetting>> {
    let written = reader.word(limits, tollgate_event::limits::DUPLICATE_KEYS)?;
    let check = Check::find(tollgate_event::limits::DUPLICATE_KEYS)?;
    let setting = match written.value {
        DuplicateKeys::Refuse => Setting::ENFORCE,
        DuplicateKeys::Observe => Setting::Observe,
        DuplicateKeys::Off => Setting::Off,
    };
    let key = check.id.to_owned();
    let value = CheckSetting { check, setting, key, exact: true };
    Some(At { value, place: written.place })
}

/// The checks that a key of `checks` names; none where it names nothing that can be set.
fn named(key: &str) -> Vec<&'static Check> {
    let settable = CHECKS.iter().filter(|check| check.settable);
    match key.strip_suffix(".*") {
        Some(family) => settable.filter(|check| check.family() == family).collect(),
        None => settable.filter(|check| check.id == key).collect(),
    }
}

fn unknown_check(key: &str) -> String {
    match Check::find(key) {
        Some(check) => format!("this check cannot be set here: {}", check.asks),
        None => format!("unknown check{}", hint(nearest(key, names()))),
    }
}

/// Every key that `checks` knows.
pub(super) fn names() -> Vec<&'static str> {
    let settable = || CHECKS.iter().filter(|check| check.settable);
    let mut names: Vec<&str> = settable().map(|check| check.id).collect();
    for family in ["limits.*", "source.*", "schema.*", "detect.*"] {
        debug_assert!(!named(family).is_empty());
        names.push(family);
    }
    names
}

fn setting(node: &Node<'_>) -> Option<Setting> {
    match &node.kind {
        tree::Kind::Scalar { text, .. } => text.parse().ok(),
        // Without quotes, `enforce: 5%` is a mapping.
        tree::Kind::Table(members) => match members.as_slice() {
            [member] => match &member.value.kind {
                tree::Kind::Scalar { text, .. } => format!("{}: {text}", member.key).parse().ok(),
                _ => None,
            },
            _ => None,
        },
        tree::Kind::List(_) => None,
    }
}

fn wrong_setting(node: &Node<'_>) -> String {
    match &node.kind {
        tree::Kind::Scalar { text, .. } => {
            let hint = hint(nearest(text, ["enforce", "observe", "off"]));
            format!("{} is unknown; {EXPECTED}{hint}", quote(text))
        }
        _ => EXPECTED.to_owned(),
    }
}
