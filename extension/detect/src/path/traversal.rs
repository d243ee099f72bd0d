//! Parts of a path that lead upwards, in all the ways that two dots and a separator are written.
use crate::finding::Match;
use crate::text::{Classes, Role, Text};

/// Upward parts in a row that no page's address has.
const DEEP: usize = 3;
/// The longest thing that may stand for a separator between dots.
const SEPARATOR_BYTES_MAX: usize = 9;

pub(super) fn judge(lower: &[u8], alone: bool, text: &Text<'_>) -> Option<Match> {
    let named = matches!(text.role, Role::Path | Role::FileName);
    let upward = Upward::count(lower);
    let enough = match upward.parts {
        0 => false,
        // `a/..` alone says nothing; `..` may be a range or an ellipsis.
        1 | 2 => {
            upward.followed
                && (alone
                    || named
                    || text.classes.has(Classes::DECODED) && !is_markup(lower)
                    || to_system(lower))
        }
        _ => true,
    };
    if enough || upward.parts > 0 && named {
        return Some(Match::high("traversal"));
    }
    // Parts that a filter which removes `../` turns into it.
    if alone && (upward.doubled >= 1 && upward.followed || upward.doubled >= 2)
        || upward.doubled >= DEEP && upward.followed
    {
        return Some(Match::high("traversal-past-a-filter"));
    }
    let odd = odd_dots(lower) || alone && (padded(lower) || odd_name(lower));
    (odd || super::has(lower, b"0x2e0x2e")).then(|| Match::high("disguised-traversal"))
}

/// `../etc/`: upwards and down again into a folder of the system.
fn to_system(lower: &[u8]) -> bool {
    const FOLDERS: [&[u8]; 5] = [b"etc", b"windows", b"winnt", b"proc", b"root"];
    memchr::memmem::find_iter(lower, b"..").any(|at| {
        let rest = lower.get(at + 2..).unwrap_or_default();
        let Some((b'/' | b'\\', rest)) = rest.split_first() else { return false };
        let folder = FOLDERS.iter().find_map(|folder| rest.strip_prefix(*folder));
        folder.is_some_and(|after| matches!(after.first(), Some(b'/' | b'\\')))
    })
}

/// Parts that lead nowhere, with both kinds of slashes or very many: what filters stumble over.
fn padded(lower: &[u8]) -> bool {
    let both: [&[u8]; 4] = [b"./\\/.", b".\\/\\.", b"/\\./", b"\\/.\\"];
    both.iter().any(|mixed| super::has(lower, mixed)) || super::has(lower, &b"./".repeat(8))
}

/// The name of a system's file whose separators are written in a way that no reader is known for.
fn odd_name(lower: &[u8]) -> bool {
    const NAMES: [&[u8]; 6] = [b"passwd", b"shadow", b"issue", b"hosts", b"group", b"system32"];
    const FOLDERS: [&[u8]; 3] = [b"etc", b"windows", b"winnt"];
    const SEPARATOR_BYTES_MAX: usize = 24;
    let odd = |byte: &u8| matches!(byte, b'%' | b'?' | 0..0x20 | 0x7F..);
    if !lower.iter().any(odd) && !super::has(lower, b"0x") && !super::has(lower, b"2f") {
        return false;
    }
    let end = |folder: &&[u8]| super::find(lower, folder).map(|at| at + folder.len());
    let Some(after) = FOLDERS.iter().find_map(end).and_then(|at| lower.get(at..)) else {
        return false;
    };
    let near = after.get(..SEPARATOR_BYTES_MAX + 8).unwrap_or(after);
    let parted = |name: &&[u8]| {
        let between = super::find(near, name).and_then(|length| near.get(..length));
        between.is_some_and(|between| {
            matches!(between, b"2f" | b"5c")
                || between.iter().any(|byte| !byte.is_ascii_alphanumeric())
                || between.starts_with(b"0x")
        })
    };
    NAMES.iter().any(parted)
}

fn is_markup(lower: &[u8]) -> bool {
    lower.iter().any(|byte| matches!(byte, b'<' | b'>'))
}

/// What leads upwards.
#[derive(Default)]
struct Upward {
    /// The most parts in a row.
    parts: usize,
    /// Parts of more than two dots, or of dots with a slash in them.
    doubled: usize,
    /// Whether one has a separator after it.
    followed: bool,
}

impl Upward {
    fn count(lower: &[u8]) -> Self {
        let mut upward = Self::default();
        let mut row = 0;
        for part in parts(lower) {
            match kind(part.bytes, part.starts) {
                Kind::Up => {
                    row += 1;
                    upward.parts = upward.parts.max(row);
                    upward.followed |= part.followed;
                }
                Kind::Doubled => {
                    upward.doubled += 1;
                    upward.followed |= part.followed;
                }
                // `//` and `/./` go on with a row.
                Kind::Nothing => {}
                Kind::Other => row = 0,
            }
            if upward.parts >= DEEP {
                break;
            }
        }
        upward
    }
}

enum Kind {
    Up,
    Doubled,
    Nothing,
    Other,
}

/// What a part between separators is.
fn kind(part: &[u8], starts: bool) -> Kind {
    // A parameter of a part that leads upwards may hold anything.
    let up = part.split(|&byte| byte == b';').next().filter(|up| up.ends_with(b".."));
    let part = up.unwrap_or(part);
    let part = match part.iter().rposition(|byte| b"=?&:,'\"`([ \t@|!".contains(byte)) {
        // A parameter, a quote or a word before it: the path starts here.
        Some(at) if starts => part.get(at + 1..).unwrap_or_default(),
        _ => part,
    };
    // Some servers take parameters in every part; others drop what is no character.
    let part = part.split(|&byte| byte == b';').next().unwrap_or_default();
    let is_junk = |byte: &u8| *byte < 0x20 || *byte == 0x7F || *byte == b' ' || *byte >= 0x80;
    let end = part.iter().rposition(|byte| !is_junk(byte)).map_or(0, |last| last + 1);
    let part = part.get(..end).unwrap_or_default();
    let start = part.iter().position(|byte| !is_junk(byte)).unwrap_or_default();
    let part = part.get(start..).unwrap_or_default();
    match part {
        b".." => Kind::Up,
        b"" | b"." => Kind::Nothing,
        _ if part.iter().all(|&byte| byte == b'.') => Kind::Doubled,
        _ => Kind::Other,
    }
}

struct Part<'a> {
    bytes: &'a [u8],
    /// Whether nothing is known to stand before it but what the text begins with.
    starts: bool,
    /// Whether a separator stands after it.
    followed: bool,
}

/// The parts between slashes and backslashes.
fn parts(lower: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut rest = Some(lower);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.iter().position(|byte| matches!(byte, b'/' | b'\\'));
        let bytes = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        rest = end.and_then(|end| text.get(end + 1..));
        Some(Part { bytes, starts: true, followed: end.is_some() })
    })
}

/// Two dots and a short thing that some reader takes for a separator, twice in a row or before
/// the name of a system's file.
fn odd_dots(lower: &[u8]) -> bool {
    const TARGETS: [&[u8]; 8] =
        [b"etc", b"boot.ini", b"windows", b"winnt", b"win.ini", b"proc", b"var", b"usr"];
    let mut at = 0;
    while let Some(dots) = lower.get(at..).and_then(|rest| super::find(rest, b"..")) {
        at += dots + 2;
        let rest = lower.get(at..).unwrap_or_default();
        let length = separator(rest);
        let after = rest.get(length..).unwrap_or_default();
        if length > 0
            && (after.starts_with(b"..") || TARGETS.iter().any(|name| after.starts_with(name)))
        {
            return true;
        }
    }
    false
}

/// The length of what a text starts with, if that is an odd separator; else 0.
fn separator(text: &[u8]) -> usize {
    match text {
        [b'0', b'x', b'2', b'f', ..] | [b'0', b'x', b'5', b'c', ..] => 4,
        [b'2', b'f', ..] | [b'5', b'c', ..] => 2,
        // Private use: what code units without a meaning become.
        [0xEE, _, _, ..] | [0xEF, 0x80..=0xA3, _, ..] => 3,
        [b'%' | 0..0x20 | 0xC0 | 0xC1 | 0xF5..=0xFF, ..] => {
            // As far as it is neither a name nor the next dots.
            let near = text.get(..SEPARATOR_BYTES_MAX).unwrap_or(text);
            let dots = super::find(near, b"..");
            let names = [b"etc".as_slice(), b"boot.ini", b"windows", b"winnt", b"win.ini"];
            let name = names.iter().filter_map(|name| super::find(near, name)).min();
            dots.into_iter().chain(name).min().unwrap_or_default()
        }
        _ => 0,
    }
}
