//! Reading mappings by the table of keys: unknown and repeated keys, wrong values, hints.
use super::keys::{Form, Key, Kind};
use super::size::{self, Wrong};
use super::tree::{self, Member, Node};
use crate::options::Choice;
use crate::problem::{At, Place, Problem};
use tollgate_schema::nearest;

/// The longest text of a document that a message repeats, in characters.
const QUOTE_CHARS_MAX: usize = 64;

/// Reads values and collects problems.
pub(super) struct Reader<'p> {
    problems: &'p mut Vec<Problem>,
}

/// The known members of one mapping.
pub(super) struct Fields<'a, 'n> {
    pub(super) place: Place<'a>,
    list: Vec<Field<'a, 'n>>,
}

/// One known member.
pub(super) struct Field<'a, 'n> {
    pub(super) key: &'static Key,
    /// Its path as problems show it, with the index of each element.
    pub(super) shown: String,
    pub(super) value: &'n Node<'a>,
}

impl<'a, 'n> Fields<'a, 'n> {
    /// The member with this path in the table of keys.
    pub(super) fn field(&self, path: &str) -> Option<&Field<'a, 'n>> {
        self.list.iter().find(|field| field.key.path == path)
    }
}

impl<'p> Reader<'p> {
    pub(super) fn new(problems: &'p mut Vec<Problem>) -> Self {
        Self { problems }
    }

    pub(super) fn complain(&mut self, place: Place<'_>, key: &str, message: impl Into<String>) {
        self.problems.push(place.problem(key, message));
    }

    /// The whole document.
    pub(super) fn root<'a, 'n>(&mut self, root: &'n Node<'a>) -> Option<Fields<'a, 'n>> {
        self.mapping(root, "", "")
    }

    /// The mapping under a key; one without members if there is none.
    pub(super) fn table<'a, 'n>(&mut self, of: &Fields<'a, 'n>, path: &str) -> Fields<'a, 'n> {
        let field = of.field(path);
        let found = field.and_then(|field| self.mapping(field.value, path, &field.shown));
        found.unwrap_or(Fields { place: of.place, list: Vec::new() })
    }

    /// The mappings in the list under a key.
    pub(super) fn tables<'a, 'n>(&mut self, field: &Field<'a, 'n>) -> Vec<Fields<'a, 'n>> {
        let tree::Kind::List(elements) = &field.value.kind else {
            self.complain(field.value.place, &field.shown, "expected a list");
            return Vec::new();
        };
        let path = format!("{}[]", field.key.path);
        let mut tables = Vec::new();
        for (i, element) in elements.iter().enumerate() {
            tables.extend(self.mapping(element, &path, &format!("{}[{i}]", field.shown)));
        }
        tables
    }

    /// A mapping whose known keys stand below `path`.
    fn mapping<'a, 'n>(
        &mut self,
        node: &'n Node<'a>,
        path: &str,
        shown: &str,
    ) -> Option<Fields<'a, 'n>> {
        let tree::Kind::Table(members) = &node.kind else {
            self.complain(node.place, shown, "expected a mapping");
            return None;
        };
        let mut list: Vec<Field<'a, 'n>> = Vec::new();
        for member in self.distinct(members, shown) {
            let shown = join(shown, &member.key);
            match Key::below(path).find(|key| key.name() == member.key) {
                Some(key) => list.push(Field { key, shown, value: &member.value }),
                None => self.complain(member.place, &shown, unknown_key(path, &member.key)),
            }
        }
        Some(Fields { place: node.place, list })
    }

    /// The members of a mapping without those whose key stands there already.
    pub(super) fn distinct<'a, 'n>(
        &mut self,
        members: &'n [Member<'a>],
        shown: &str,
    ) -> Vec<&'n Member<'a>> {
        let mut distinct = Vec::new();
        let mut lines = std::collections::HashMap::new();
        for member in members {
            let first = *lines.entry(member.key.as_str()).or_insert(member.place.line);
            if distinct.len() < lines.len() {
                distinct.push(member);
                continue;
            }
            let message = format!("given twice; first in line {first}");
            self.complain(member.place, &join(shown, &member.key), message);
        }
        distinct
    }

    /// One of the words of a choice.
    pub(super) fn word<'a, C: Choice>(
        &mut self,
        of: &Fields<'a, '_>,
        path: &str,
    ) -> Option<At<'a, C>> {
        let field = of.field(path)?;
        let word = self.word_of(field)?;
        Some(At { value: C::from_word(&word)?, place: field.value.place })
    }

    /// One of the words that the table lists for a key.
    pub(super) fn word_of(&mut self, field: &Field<'_, '_>) -> Option<String> {
        self.known_word(field.value, field.key, &field.shown)
    }

    /// One or more of the words that the table lists for a key.
    pub(super) fn words_of(&mut self, field: &Field<'_, '_>) -> Vec<String> {
        let nodes = self.one_or_more(field);
        nodes.iter().filter_map(|node| self.known_word(node, field.key, &field.shown)).collect()
    }

    fn known_word(&mut self, node: &Node<'_>, key: &Key, shown: &str) -> Option<String> {
        let (Kind::Word(words) | Kind::Words(words)) = key.kind else { return None };
        let words = words();
        match &node.kind {
            tree::Kind::Scalar { text, .. } if words.contains(&text.as_str()) => Some(text.clone()),
            tree::Kind::Scalar { text, .. } => {
                let hint = hint(nearest(text, words.iter().copied()));
                let message = format!("{} is not {}{hint}", quote(text), one_of(&words));
                self.complain(node.place, shown, message);
                None
            }
            _ => {
                self.complain(node.place, shown, format!("expected {}", one_of(&words)));
                None
            }
        }
    }

    /// A number of bytes.
    pub(super) fn size<'a>(&mut self, of: &Fields<'a, '_>, path: &str) -> Option<At<'a, u64>> {
        let field = of.field(path)?;
        let Kind::Size { max } = field.key.kind else { return None };
        let expected = format!("a size from 1 to {max} bytes, such as `256KiB`");
        self.number(field, &expected, |text| size::size(text, max))
    }

    /// A time, in milliseconds.
    pub(super) fn duration<'a>(&mut self, of: &Fields<'a, '_>, path: &str) -> Option<At<'a, u64>> {
        let field = of.field(path)?;
        let Kind::Duration { max_ms } = field.key.kind else { return None };
        let expected = format!("a time from `1ms` to `{max_ms}ms`, such as `3s`");
        self.number(field, &expected, |text| size::duration(text, max_ms))
    }

    /// A share of something, in percent.
    pub(super) fn percent<'a>(&mut self, of: &Fields<'a, '_>, path: &str) -> Option<At<'a, u32>> {
        let field = of.field(path)?;
        self.number(field, "a share from `1%` to `100%`", size::percent)
    }

    /// A whole number.
    pub(super) fn count<'a>(&mut self, of: &Fields<'a, '_>, path: &str) -> Option<At<'a, u32>> {
        let field = of.field(path)?;
        let Kind::Count { max } = field.key.kind else { return None };
        let expected = format!("a whole number from 1 to {max}");
        self.number(field, &expected, |text| size::count(text, max))
    }

    /// A whole number; `Some(None)` for the word `default`.
    pub(super) fn count_or_default<'a>(
        &mut self,
        of: &Fields<'a, '_>,
        path: &str,
    ) -> Option<At<'a, Option<u32>>> {
        let field = of.field(path)?;
        let Kind::CountOrDefault { max } = field.key.kind else { return None };
        let expected = format!("`default` or a whole number from 1 to {max}");
        self.number(field, &expected, |text| match text {
            "default" => Ok(None),
            text => size::count(text, max).map(Some),
        })
    }

    fn number<'a, T>(
        &mut self,
        field: &Field<'a, '_>,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<At<'a, T>> {
        let place = field.value.place;
        let message = match &field.value.kind {
            tree::Kind::Scalar { text, .. } => match read(text) {
                Ok(value) => return Some(At { value, place }),
                Err(Wrong::Form) => format!("{} is not {expected}", quote(text)),
                Err(Wrong::TooSmall) => {
                    format!("{} is too small; expected {expected}", quote(text))
                }
                Err(Wrong::TooLarge) => {
                    format!("{} is too large; expected {expected}", quote(text))
                }
                Err(Wrong::Mixed) => {
                    format!("{} has more than one unit; expected {expected}", quote(text))
                }
            },
            _ => format!("expected {expected}"),
        };
        self.complain(place, &field.shown, message);
        None
    }

    /// `true` or `false`.
    pub(super) fn flag<'a>(&mut self, of: &Fields<'a, '_>, path: &str) -> Option<At<'a, bool>> {
        let field = of.field(path)?;
        let place = field.value.place;
        match &field.value.kind {
            tree::Kind::Scalar { text, plain: true } if text == "true" || text == "false" => {
                Some(At { value: text == "true", place })
            }
            _ => {
                self.complain(place, &field.shown, "expected `true` or `false`");
                None
            }
        }
    }

    /// A share as a number from 0 to 1, in thousandths.
    pub(super) fn fraction<'a>(&mut self, of: &Fields<'a, '_>, path: &str) -> Option<At<'a, u32>> {
        let field = of.field(path)?;
        let expected = "a number from 0 to 1 with at most three digits behind its point";
        self.number(field, expected, size::fraction)
    }

    /// One or more texts of the form that the table gives, each once, with their places.
    pub(super) fn placed_texts<'a>(
        &mut self,
        of: &Fields<'a, '_>,
        path: &str,
    ) -> Option<Vec<At<'a, String>>> {
        let field = of.field(path)?;
        let Kind::Texts(form) = field.key.kind else { return None };
        let mut texts: Vec<At<'a, String>> = Vec::new();
        for (i, node) in self.one_or_more(field).iter().enumerate() {
            let shown = format!("{}[{i}]", field.shown);
            let Some(value) = self.formed(node, form, &shown) else { continue };
            if texts.iter().any(|known| known.value == value) {
                self.complain(node.place, &shown, "stands there twice");
            }
            texts.push(At { value, place: node.place });
        }
        Some(texts)
    }

    /// A text of the form that the table gives.
    pub(super) fn text<'a>(&mut self, of: &Fields<'a, '_>, path: &str) -> Option<At<'a, String>> {
        let field = of.field(path)?;
        let Kind::Text(form) = field.key.kind else { return None };
        let value = self.formed(field.value, form, &field.shown)?;
        Some(At { value, place: field.value.place })
    }

    /// One or more texts of the form that the table gives.
    pub(super) fn texts(&mut self, of: &Fields<'_, '_>, path: &str) -> Vec<String> {
        let Some(field) = of.field(path) else { return Vec::new() };
        let Kind::Texts(form) = field.key.kind else { return Vec::new() };
        let nodes = self.one_or_more(field);
        nodes.iter().filter_map(|node| self.formed(node, form, &field.shown)).collect()
    }

    /// One or more of the words of a choice.
    pub(super) fn choices<C: Choice>(&mut self, field: &Field<'_, '_>) -> Vec<C> {
        self.words_of(field).iter().filter_map(|word| C::from_word(word)).collect()
    }

    fn formed(&mut self, node: &Node<'_>, form: &Form, shown: &str) -> Option<String> {
        let Form { name, bytes_max, holds, .. } = form;
        let message = match &node.kind {
            tree::Kind::Scalar { text, .. } if text.len() <= *bytes_max && holds(text) => {
                return Some(text.clone());
            }
            tree::Kind::Scalar { text, .. } => format!("{} is not {name}", quote(text)),
            _ => format!("expected {name}"),
        };
        self.complain(node.place, shown, message);
        None
    }

    /// A value alone, or the elements of a list.
    fn one_or_more<'a, 'n>(&mut self, field: &Field<'a, 'n>) -> &'n [Node<'a>] {
        let nodes = match &field.value.kind {
            tree::Kind::List(elements) => elements.as_slice(),
            _ => std::slice::from_ref(field.value),
        };
        if nodes.is_empty() {
            self.complain(field.value.place, &field.shown, "expected at least one");
        }
        nodes
    }
}

/// A text out of a document, cut where it is long.
pub(super) fn quote(text: &str) -> String {
    let cut: String = text.chars().take(QUOTE_CHARS_MAX).collect();
    let mark = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{mark}`", cut.escape_debug())
}

/// The end of a message that knows better.
pub(super) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |known| format!("; did you mean `{known}`?"))
}

/// The most words that a message lists.
const WORDS_MAX: usize = 24;

/// The words to choose from.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [only] => format!("`{only}`"),
        [first, second, third, ..] if words.len() > WORDS_MAX => {
            let total = words.len();
            format!("one of {total} words such as `{first}`, `{second}` and `{third}`")
        }
        words => format!("one of `{}`", words.join("`, `")),
    }
}

/// `path.key`; a key that is no plain name is quoted.
pub(super) fn join(path: &str, key: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.*".contains(c);
    let short = key.len() <= QUOTE_CHARS_MAX && !key.is_empty();
    let key = if short && key.chars().all(is_name) { key.to_owned() } else { quote(key) };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

/// A slip among its neighbours, a key that belongs elsewhere, or what there is.
fn unknown_key(path: &str, key: &str) -> String {
    let siblings: Vec<&str> = Key::below(path).map(Key::name).collect();
    if let Some(known) = nearest(key, siblings.iter().copied()) {
        return format!("unknown key; did you mean `{known}`?");
    }
    match super::keys().find(|known| known.name() == key) {
        Some(elsewhere) => format!("unknown key; did you mean `{}`?", elsewhere.path),
        None => format!("unknown key; expected {}", one_of(&siblings)),
    }
}
