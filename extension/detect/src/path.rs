//! Paths that leave the place they are meant for: traversal, system files, wrappers, NUL bytes.
//!
//! A relative path in prose, markup or code is usual; so a text of several words must say more
//! than one that is a path and nothing else.
mod names;
mod sift;
mod traversal;

use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::DOTS.with(Classes::SLASH),
    Classes::DOTS.with(Classes::BACKSLASH),
    Classes::PERCENT,
    Classes::DOTS.with(Classes::CONTROL),
    Classes::DOTS.with(Classes::HIGH).with(Classes::DECODED),
    Classes::ROOT,
    Classes::DRIVE,
    Classes::SCHEME,
    Classes::CONTROL,
    Classes::BACKSLASH.with(Classes::LETTER),
    Classes::SLASH.with(Classes::DOT),
    Classes::COLON.with(Classes::DOLLAR),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    etc/passwd\netc/shadow\nboot.ini\nwin.ini\nweb.config\nweb-inf\n0x2e0x2e\n..0x2f\n..0x5c\n\
    ..2f..2f\n..2fetc\n.htaccess\n.htpasswd\nconvert.iconv.\nconvert.base64\n..5c..5c\n\
    0x2fetc\n0x5cetc\n0x5cwin\n0x2fwin\netc/issue\netc/hosts";

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    if text.role.is_free() {
        return None;
    }
    let lower = text.lower.trim_ascii();
    work.spend(32 + lower.len() as u64 / 4).ok()?;
    let alone = is_alone(lower);
    // Among words a path must show by its separators.
    let parted = Classes::SLASH.with(Classes::BACKSLASH).with(Classes::CONTROL);
    if !alone && !text.classes.has_any(parted) {
        return None;
    }
    let passed = if alone { sift::is_address(lower) } else { !sift::may_hold_path(lower) };
    if passed {
        return None;
    }
    // Names are compared at every separator.
    let separators = memchr::memchr3_iter(b'/', b'\\', b':', lower).count();
    work.spend(22 * lower.len() as u64 + 75 * separators as u64).ok()?;
    let found = traversal::judge(lower, alone, text).or_else(|| wrapper(lower, alone));
    let found = found.or_else(|| names::judge(lower, alone, text));
    found.or_else(|| null_byte(lower, text))
}

/// Whether a text is a path, an address or a name and nothing else: no words, no markup.
fn is_alone(text: &[u8]) -> bool {
    let blanks = text.iter().filter(|byte| byte.is_ascii_whitespace()).take(6).count();
    let rooted = matches!(text, [b'/' | b'\\', ..] | [_, b':', b'/' | b'\\', ..]);
    let other = |byte: &u8| matches!(byte, b'\n' | b'>' | b'"');
    blanks <= if rooted { 5 } else { 2 } && text.len() <= 1024 && !text.iter().any(other)
}

/// Schemes that make a file name read something else, of PHP, Java and browsers.
const WRAPPERS: [&[u8]; 20] = [
    b"php://",
    b"php:/",
    b"phar://",
    b"expect://",
    b"zip://",
    b"rar://",
    b"glob://",
    b"data://",
    b"ogg://",
    b"ssh2.",
    b"zlib:",
    b"compress.",
    b"file://",
    b"file:/",
    b"file:\\",
    b"netdoc:",
    b"jar:file",
    b"jar:http",
    b"php:filter",
    b"local_file:",
];

fn wrapper(lower: &[u8], alone: bool) -> Option<Match> {
    if alone && (has(lower, b"convert.iconv.") || has(lower, b"convert.base64-")) {
        return Some(Match::high("wrapper"));
    }
    let starts = |at: usize| {
        let rest = lower.get(at..).unwrap_or_default();
        let same = |scheme: &&&[u8]| scheme.first() == rest.first() && rest.starts_with(scheme);
        // Some are words too.
        WRAPPERS.iter().find(same).is_some_and(|scheme| {
            !scheme.ends_with(b".") || has(rest.get(..32).unwrap_or(rest), b"://")
        })
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let boundary =
        |at: usize| at.checked_sub(1).and_then(|at| lower.get(at)).is_none_or(|b| !is_word(b));
    if !alone {
        return starts(0).then(|| Match::high("wrapper"));
    }
    (0..lower.len()).filter(|&at| boundary(at)).any(starts).then(|| Match::high("wrapper"))
}

/// A NUL cuts a name short for those who count it as an end.
fn null_byte(lower: &[u8], text: &Text<'_>) -> Option<Match> {
    let at = lower.iter().position(|&byte| byte == 0)?;
    let (before, after) = lower.split_at(at);
    let after = after.get(1..).unwrap_or_default();
    let is_name = |part: &[u8]| part.iter().any(|byte| matches!(byte, b'.' | b'/' | b'\\'));
    let named = matches!(text.role, Role::Path | Role::FileName | Role::Url);
    let is_text = std::str::from_utf8(lower)
        .is_ok_and(|text| !text.contains(|c: char| ('\x01'..'\x09').contains(&c)));
    (is_text && (named || is_name(before) || after.starts_with(b".")))
        .then(|| Match::medium("null-byte"))
}

/// Where `part` stands in `text`. Texts are short: a searcher would take longer to make.
fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    let (&first, rest) = part.split_first()?;
    memchr::memchr_iter(first, text)
        .find(|at| text.get(at + 1..).is_some_and(|text| text.starts_with(rest)))
}

/// Whether `part` stands in `text`.
fn has(text: &[u8], part: &[u8]) -> bool {
    find(text, part).is_some()
}

#[cfg(test)]
mod tests;
