//! Style sheets that run script or fetch others.
use super::Page;
use crate::bytes::{
    at, before, begins_any, contains, contains_any, from, places, skip_blank, trim,
};
use crate::finding::Match;

/// Judges style in attributes, in elements and on its own.
pub(super) fn inspect(page: &Page<'_>) -> Option<Match> {
    if let Some(found) = places(page.lower, b'@').find_map(|place| import(page, place)) {
        return Some(found);
    }
    let styled = contains(page.lower, b"style") || contains(page.lower, b"expression");
    if !styled
        && !begins_any(trim(page.lower), &[b"xss:", b"width:", b"color:", b"-moz-", b"behavio"])
    {
        return None;
    }
    let plain = plain(page.lower);
    let scripted = memchr::memmem::find_iter(&plain, b"expression(").any(|place| {
        matches!(before(&plain, place), b':' | b' ' | b'(')
            && !from(&plain, place + 11).starts_with(b"s)")
    });
    let bound = contains_any(&plain, &[b"-moz-binding", b"javascript:", b"vbscript:", b"-o-link"])
        || places_of_behavior(&plain);
    (scripted || bound).then_some(Match::high("style-script"))
}

/// `behavior:url(`, but not the built-in one that every mail of a well-known client names.
fn places_of_behavior(plain: &[u8]) -> bool {
    let names: [&[u8]; 3] = [b"behavior:", b"behaviour:", b"binding:"];
    names.iter().any(|name| {
        memchr::memmem::find_iter(plain, name).any(|place| {
            let rest = from(plain, skip_blank(plain, place + name.len()));
            rest.starts_with(b"url(") && !rest.starts_with(b"url(#default")
        })
    })
}

fn import(page: &Page<'_>, place: usize) -> Option<Match> {
    let lower = page.lower;
    let rest = from(lower, place + 1);
    let plain = plain(rest.get(..40.min(rest.len())).unwrap_or_default());
    let target = plain.strip_prefix(b"import")?;
    let target = trim(target);
    let quoted = matches!(at(target, 0), b'"' | b'\'') || target.starts_with(b"url(");
    (quoted && !page.document).then_some(Match::high("style-import"))
}

/// A style sheet without comments, NULs and escapes: what is left of it when it is read.
fn plain(lower: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(lower.len());
    let mut at_byte = 0;
    let mut ends = true;
    while let Some(byte) = lower.get(at_byte) {
        let rest = from(lower, at_byte);
        if ends && rest.starts_with(b"/*") {
            let end = memchr::memmem::find(rest, b"*/");
            ends = end.is_some();
            at_byte += end.map_or(2, |end| end + 2);
        } else if *byte == b'\\' {
            let (read, length) = escape(from(rest, 1));
            plain.extend(read);
            at_byte += 1 + length;
        } else {
            if *byte != 0 {
                plain.push(byte.to_ascii_lowercase());
            }
            at_byte += 1;
        }
    }
    plain
}

/// What follows a backslash: up to six hex digits and one blank, or the next character itself.
fn escape(rest: &[u8]) -> (Option<u8>, usize) {
    let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits == 0 {
        return (None, 0);
    }
    let code = rest
        .iter()
        .take(digits)
        .fold(0_u32, |code, digit| code * 16 + (*digit as char).to_digit(16).unwrap_or(0));
    let blank = usize::from(at(rest, digits) <= b' ' && digits < rest.len());
    let read = u8::try_from(code).ok().filter(|byte| *byte > b' ' && byte.is_ascii());
    // One or two digits that stand for a control character are letters after a lone backslash.
    match read {
        None if code == 0 => (None, digits),
        Some(byte) => (Some(byte.to_ascii_lowercase()), digits + blank),
        None => (None, 0),
    }
}
