//! Looking values up in an event that was decoded: nothing is parsed but what is asked for.
use crate::decode::{Decoded, Node};
use crate::scan;
use crate::walk::Walk;

/// The longest text that is taken out of an event, in bytes; a longer one is cut and ends in `…`.
pub const TEXT_BYTES_MAX: usize = 512;

/// One value of an event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    json: &'a [u8],
    inside: Inside<'a>,
}

/// What is known of a value's inside.
#[derive(Debug, Clone, Copy)]
enum Inside<'a> {
    /// The outline has what there is to know: the root, or a member of it.
    Noted(Noted<'a>),
    /// Nothing: it is scanned when asked.
    Unknown,
}

/// A container in the outline.
#[derive(Debug, Clone, Copy)]
struct Noted<'a> {
    body: &'a [u8],
    node: Node,
    /// The nodes that follow its own: its children and, for the root, theirs.
    nodes: &'a [Node],
    is_root: bool,
}

impl<'a> Value<'a> {
    /// The whole event. An event that cannot be read is a value with nothing in it.
    pub(crate) fn root(decoded: &'a Decoded) -> Self {
        let (body, outline) = (decoded.raw().body(), decoded.outline());
        let node = outline.root;
        let noted = Noted { body, node, nodes: &outline.nodes, is_root: true };
        Self { json: slice(body, node.start, node.end), inside: Inside::Noted(noted) }
    }

    /// A value that is part of a text scanned before.
    pub(crate) fn inside(json: &'a [u8]) -> Self {
        Self { json, inside: Inside::Unknown }
    }

    /// Its bytes.
    pub(crate) fn json(self) -> &'a [u8] {
        self.json
    }

    /// Its members or elements, with the keys as written, if all of them are in the outline.
    pub(crate) fn outline(self) -> Option<impl Iterator<Item = (&'a [u8], Self)>> {
        match self.inside {
            Inside::Noted(noted) if noted.is_whole() => Some(noted.children()),
            _ => None,
        }
    }

    pub(crate) fn is_object(self) -> bool {
        self.json.first() == Some(&b'{')
    }

    pub(crate) fn is_text(self) -> bool {
        self.json.first() == Some(&b'"')
    }

    pub(crate) fn is_array(self) -> bool {
        self.json.first() == Some(&b'[')
    }

    /// The member of an object; where a key stands twice its last one, as most readers do.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        let [member] = self.members([key]);
        member
    }

    /// The value at the end of a path of keys.
    pub(crate) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Several members of an object, found in one look.
    pub(crate) fn members<const N: usize>(self, keys: [&str; N]) -> [Option<Self>; N] {
        let mut found = [None; N];
        if self.is_object() {
            self.each_child(|key, child| {
                let slot = if key.contains(&b'\\') {
                    keys.iter().position(|wanted| same_text(key, wanted))
                } else {
                    keys.iter().position(|wanted| key == wanted.as_bytes())
                };
                if let Some(slot) = slot.and_then(|i| found.get_mut(i)) {
                    *slot = Some(child);
                }
            });
        }
        found
    }

    /// Calls `visit` with each key of an object, escapes decoded.
    pub(crate) fn each_key(self, mut visit: impl FnMut(&[u8])) {
        if self.is_object() {
            self.each_child(|key, _| match key.contains(&b'\\') {
                // No key that is looked for is this long.
                true if key.len() > TEXT_BYTES_MAX => {}
                true => visit(&scan::unescape(key)),
                false => visit(key),
            });
        }
    }

    /// How many elements the arrays in an object have together.
    pub(crate) fn elements_of_members(self) -> u32 {
        let mut total = 0u32;
        if self.is_object() {
            self.each_child(|_, list| {
                if list.is_array() {
                    total = total.saturating_add(Walk::new(list.json).count());
                }
            });
        }
        total
    }

    /// Calls `visit` with each member of an object, in order: its key as written, and its value.
    pub(crate) fn each_member(self, visit: impl FnMut(&'a [u8], Self)) {
        if self.is_object() {
            self.each_child(visit);
        }
    }

    /// Calls `visit` with each element of an array, in order.
    pub(crate) fn each_element(self, mut visit: impl FnMut(Self)) {
        if self.is_array() {
            self.each_child(|_, element| visit(element));
        }
    }

    /// An array's first element and how many it has; `None` for anything else.
    pub(crate) fn first_of(self) -> Option<(Self, u32)> {
        let (mut first, mut total) = (None, 0u32);
        self.each_element(|element| {
            first.get_or_insert(element);
            total = total.saturating_add(1);
        });
        if let Inside::Noted(noted) = self.inside {
            total = noted.node.children;
        }
        first.map(|first| (first, total))
    }

    /// An array's last element.
    pub(crate) fn last(self) -> Option<Self> {
        let mut last = None;
        self.each_element(|element| last = Some(element));
        last
    }

    /// Whether it is this string.
    pub(crate) fn is(self, expected: &str) -> bool {
        self.raw_text().is_some_and(|raw| same_text(raw, expected))
    }

    /// A whole number, or a string of its digits.
    pub(crate) fn count(self) -> Option<u32> {
        let digits = self.raw_text().unwrap_or(self.json);
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// A string's value if it is not empty, cut to [`TEXT_BYTES_MAX`].
    pub(crate) fn name(self) -> Option<String> {
        self.text().filter(|text| !text.is_empty())
    }

    /// A string's value, cut to [`TEXT_BYTES_MAX`].
    pub(crate) fn text(self) -> Option<String> {
        // An escape of 6 bytes gives at least 1, so this much holds all that is kept and more.
        let raw = self.raw_text()?;
        let enough = raw.get(..6 * (TEXT_BYTES_MAX + 1)).unwrap_or(raw);
        let decoded = scan::unescape(enough);
        Some(bounded(&String::from_utf8_lossy(&decoded)))
    }

    /// The part of a string after its last comma, without blanks around it.
    pub(crate) fn last_of_list(self) -> Option<String> {
        let last = self.raw_text()?.rsplit(|&byte| byte == b',').next()?;
        let decoded = scan::unescape(last);
        let text = String::from_utf8_lossy(&decoded);
        Some(bounded(text.trim())).filter(|text| !text.is_empty())
    }

    /// The bytes between a string's quotes.
    pub(crate) fn raw_text(self) -> Option<&'a [u8]> {
        self.json.strip_prefix(b"\"")?.strip_suffix(b"\"")
    }

    /// Calls `visit` with each member (and its key as written) or element (and an empty key).
    ///
    /// A container that the outline has only in part is larger than any that AWS writes: of an
    /// array its first elements are known, of an object nothing.
    fn each_child(self, mut visit: impl FnMut(&'a [u8], Self)) {
        match self.inside {
            Inside::Noted(noted) if noted.is_whole() || self.is_array() => {
                noted.children().for_each(|(key, child)| visit(key, child));
            }
            Inside::Noted(_) => {}
            Inside::Unknown => {
                let mut walk = Walk::new(self.json);
                let mut more = walk.enter();
                while more {
                    let key = if self.is_object() { walk.key() } else { &[] };
                    visit(key, Self::inside(walk.value()));
                    more = walk.more();
                }
            }
        }
    }

    /// Whether every element of an array can be told.
    pub(crate) fn is_whole(self) -> bool {
        match self.inside {
            Inside::Noted(noted) => noted.is_whole(),
            Inside::Unknown => true,
        }
    }
}

impl<'a> Noted<'a> {
    fn is_whole(self) -> bool {
        self.node.noted == self.node.children
    }

    fn children(self) -> impl Iterator<Item = (&'a [u8], Value<'a>)> {
        let Self { body, mut nodes, is_root, .. } = self;
        std::iter::from_fn(move || {
            let (&node, following) = nodes.split_first()?;
            let (inner, rest) = following.split_at_checked(node.noted as usize)?;
            nodes = rest;
            let noted = Noted { body, node, nodes: inner, is_root: false };
            let inside = if is_root { Inside::Noted(noted) } else { Inside::Unknown };
            let value = Value { json: slice(body, node.start, node.end), inside };
            Some((slice(body, node.key_start, node.key_end), value))
        })
    }
}

/// Cuts a text to [`TEXT_BYTES_MAX`] bytes on a character's boundary and marks the cut.
pub(crate) fn bounded(text: &str) -> String {
    const CUT: &str = "…";
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(TEXT_BYTES_MAX - CUT.len());
    let (kept, _) = text.split_at(end);
    format!("{kept}{CUT}")
}

/// Whether a string as written means `expected`. No escape is longer than 6 bytes a byte.
fn same_text(raw: &[u8], expected: &str) -> bool {
    raw == expected.as_bytes()
        || (raw.len() > expected.len()
            && raw.len() <= 6 * expected.len()
            && raw.contains(&b'\\')
            && scan::unescape(raw) == expected.as_bytes())
}

fn slice(body: &[u8], start: u32, end: u32) -> &[u8] {
    body.get(start as usize..end as usize).unwrap_or_default()
}
