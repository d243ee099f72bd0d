//! Addresses that are script: `javascript:`, `vbscript:` and documents in `data:`.
use super::Page;
use crate::bytes::{
    at, before, begins_any, between, contains_any, from, is_word, places, skip_blank, trim,
};
use crate::finding::Match;

/// Schemes that run what follows.
const SCHEMES: &[&[u8]] = &[b"javascript", b"vbscript", b"livescript", b"mocha", b"jscript"];

/// Types of documents that can hold script.
const DOCUMENTS: &[&[u8]] = &[
    b"text/html",
    b"text/xml",
    b"application/xml",
    b"application/xhtml",
    b"text/javascript",
    b"application/javascript",
    b"application/x-javascript",
    b"application/ecmascript",
    b"text/ecmascript",
    b"text/vbscript",
    b"text/x-scriptlet",
    b"text/xsl",
    b"x,",
    b",<",
    b";,<",
    b"text/css,",
    b",alert(",
    b"application/x-shockwave",
    b"multipart/",
    b"text/x-html",
    b"application/x-x509",
];

/// Judges every colon.
pub(super) fn inspect(page: &Page<'_>) -> Option<Match> {
    places(page.lower, b':')
        .find_map(|place| script(page.lower, place).or_else(|| data(page.lower, place)))
}

/// Where a name begins that ends before the colon at `place`, whatever a browser skips
/// between its letters.
fn scheme(lower: &[u8], place: usize, name: &[u8]) -> Option<usize> {
    let head = between(lower, place.saturating_sub(6 * name.len()), place);
    let mut wanted = name.iter().rev().peekable();
    let mut matched = 0;
    for (back, byte) in head.iter().rev().enumerate() {
        if wanted.peek() == Some(&byte) {
            wanted.next();
            matched = back + 1;
        } else if wanted.peek().is_none() || !skipped(*byte) {
            break;
        }
    }
    wanted.peek().is_none().then_some(place - matched)
}

/// What browsers leave out of a scheme.
fn skipped(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f || byte == b'\\'
}

fn script(lower: &[u8], place: usize) -> Option<Match> {
    if !matches!(before(lower, place), b't' | b'a' | 0..=b' ' | b'\\') {
        return None;
    }
    let start = SCHEMES.iter().find_map(|name| scheme(lower, place, name))?;
    let prior = before(lower, start);
    if is_word(prior) || prior == b'-' {
        return None;
    }
    let obfuscated = between(lower, start, place).iter().any(|byte| *byte < b' ');
    // Blanks are words between in prose, and lost line breaks in an attribute.
    if between(lower, start, place).contains(&b' ') && !matches!(prior, b'"' | b'\'' | b'=') {
        return None;
    }
    let rest = from(lower, place + 1);
    let body = between(rest, 0, 200);
    let opened = start == 0 || matches!(prior, b'"' | b'\'' | b'=' | b'(' | b'`' | b'[' | b'<');
    if is_void(rest) {
        return None;
    }
    let runs = match at(rest, 0) {
        0 => false,
        b' ' | b'\n' | b'\r' | b'\t' => opened && start > 0 && calls(body),
        _ => opened && !begins_any(body, &[b"\"", b"'"]) || code(body),
    };
    (runs || obfuscated && !trim(rest).is_empty()).then_some(Match::high("script-address"))
}

/// `javascript:void(0)` and `javascript:;` do nothing.
fn is_void(rest: &[u8]) -> bool {
    let idle: &[&[u8]] = &[b"void(0)", b"void 0", b";", b"void(null)", b"void()", b"//"];
    idle.iter().any(|words| {
        rest.strip_prefix(*words).is_some_and(|rest| {
            let rest = rest.strip_prefix(b";").unwrap_or(rest);
            rest.first()
                .is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'>' | b')') || byte == &b' ')
        })
    })
}

fn calls(body: &[u8]) -> bool {
    memchr::memchr_iter(b'(', body).any(|place| is_word(before(body, place)))
        || contains_any(body, &[b"`", b"document.", b"location"])
}

fn code(body: &[u8]) -> bool {
    let end = body.iter().position(|byte| *byte <= b' ').unwrap_or(body.len());
    between(body, 0, end).iter().any(|byte| {
        matches!(byte, b'(' | b'`' | b'=' | b'[' | b'%' | b'/' | b';' | b'+' | b'{' | b'\\' | b'&')
    })
}

fn data(lower: &[u8], place: usize) -> Option<Match> {
    if !matches!(before(lower, place), b'a' | 0..=b' ') {
        return None;
    }
    let start = scheme(lower, place, b"data")?;
    let prior = before(lower, start);
    if is_word(prior) || matches!(prior, b'-' | b'.') {
        return None;
    }
    let body = from(lower, skip_blank(lower, place + 1));
    let linked = between(lower, start.saturating_sub(24), start);
    let linked = contains_any(linked, &[b"href", b"data=", b"action", b"srcdoc"]);
    let image = begins_any(body, &[b"image/svg"])
        && (linked || contains_any(between(body, 0, 400), &[b"<", b"script", b"onload"]));
    (begins_any(body, DOCUMENTS)
        || image
        || (linked && begins_any(body, &[b";base64", b",", b"image/gif;"])))
    .then_some(Match::high("data-document"))
}
