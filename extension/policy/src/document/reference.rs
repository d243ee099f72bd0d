//! The policy reference, a Markdown page; made from the tables of keys and of checks.
use super::keys::{Key, Kind, keys};
use crate::checks::{CHECKS, Check};

const KEYS_HEAD: &str = "\
# Policy

One YAML document. A function's own is `/var/task/tollgate.yaml`, or the file that `TOLLGATE_POLICY`
names; the layer's is `/opt/tollgate/policy.yaml`, and the function's may only tighten it. A document
is refused as a whole if any part of it is wrong: `tollgate check FILE` shows every error at once, and
`tollgate check --schema` prints a JSON Schema of this page for editors.

## Keys

`[]` stands for each element of a list. A size is a whole number of bytes, also with one of the units
`B`, `KB`, `KiB`, `MB` and `MiB`. A time is a whole number with one of the units `ms`, `s`, `m`, `h` and
`d`. Any other key is an error.

| key | takes | default | what it is for |
| --- | --- | --- | --- |
";

const CHECKS_HEAD: &str = "
## Checks

The questions asked of every event, and the status that an HTTP caller gets on a refusal. Where several
fire, the first of this table answers for the event; all are recorded. In `mode: observe` nothing is
refused; but a policy that cannot be read has no mode, and `TOLLGATE_ON_INVALID` says what then holds.

| check | asks | default | set in `checks` | status |
| --- | --- | --- | --- | --- |
";

/// The keys and the checks as a Markdown reference page.
pub fn reference() -> String {
    let keys = keys().map(key_row);
    let checks = CHECKS.iter().map(check_row);
    std::iter::once(KEYS_HEAD.to_owned())
        .chain(keys)
        .chain(std::iter::once(CHECKS_HEAD.to_owned()))
        .chain(checks)
        .collect()
}

fn key_row(key: &Key) -> String {
    format!("| `{}` | {} | {} | {} |\n", key.path, takes(&key.kind), key.default, key.doc)
}

fn check_row(check: &Check) -> String {
    let settable = if check.settable { "yes" } else { "no" };
    format!(
        "| `{}` | {} | {} | {settable} | {} |\n",
        check.id, check.asks, check.default, check.status
    )
}

fn takes(kind: &Kind) -> String {
    match kind {
        Kind::Table => "a mapping".to_owned(),
        Kind::Tables => "a list of mappings".to_owned(),
        Kind::Word(words) => code_list(&words()),
        Kind::Words(words) => format!("one or a list of {}", code_list(&words())),
        Kind::Size { max } => format!("a size up to {max}"),
        Kind::Duration { max_ms } => format!("a time up to {max_ms}ms"),
        Kind::Amount => "a positive number".to_owned(),
        Kind::Percent => "`1%` to `100%`".to_owned(),
        Kind::Count { max } => format!("1 to {max}"),
        Kind::CountOrDefault { max } => format!("`default`, or 1 to {max}"),
        Kind::Flag => "`true`, `false`".to_owned(),
        Kind::Text(form) => form.name.to_owned(),
        Kind::Texts(form) => format!("{}, or a list of such", form.name),
        Kind::Fraction => "0 to 1, at most three digits behind the point".to_owned(),
        Kind::Checks => "a mapping of check ids and families".to_owned(),
    }
}

fn code_list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_page_is_fresh() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/policy.md");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(page, reference()).unwrap();
        }
        let stored = std::fs::read_to_string(page).unwrap_or_default();
        assert!(stored == reference(), "stale; run this test with BLESS=1");
    }

    #[test]
    fn no_cell_breaks_its_row() {
        let rows = || keys().map(key_row).map(|row| (row, 5));
        for (row, bars) in rows().chain(CHECKS.iter().map(check_row).map(|row| (row, 6))) {
            assert_eq!(row.matches('|').count(), bars, "{row}");
            assert_eq!(row.matches('\n').count(), 1, "{row}");
        }
    }
}
