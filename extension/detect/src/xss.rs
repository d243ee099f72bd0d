//! Script and markup for a browser: judged as a browser reads it, in whatever context it lands.
mod attribute;
mod script;
mod style;
mod tag;
#[cfg(test)]
mod tests;
mod url;

use crate::bytes::{before, begins_any, contains, contains_any, find_words, places_of, trim};
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::TAG,
    Classes::CALL,
    Classes::LESS,
    Classes::BACKTICK.with(Classes::LETTER),
    Classes::EQUALS.with(Classes::APOSTROPHE),
    Classes::EQUALS.with(Classes::QUOTE),
    Classes::BRACKET.with(Classes::PAREN),
    Classes::BRACKET.with(Classes::APOSTROPHE),
    Classes::BRACKET.with(Classes::QUOTE),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    script:\nscript\u{be}\ndata:\nonerror\nonload\nonfocus\nonmouse\nonclick\ncookie\n\
    document.\nlocation\n+adw-\n@import\n$=document\nwindow.name\nself.name";

/// Steps a byte, and those for each sign that something can begin at.
const STEPS: u64 = 10;
/// Of an angle bracket, a call, a quotation with a call before it.
const STEPS_OPEN: u64 = 100;
/// Of an assignment, a colon or a member.
const STEPS_SIGN: u64 = 20;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    let open = memchr::memchr3_iter(b'<', b'(', b'`', text.bytes).count() as u64;
    let signs = memchr::memchr3_iter(b'=', b':', b'[', text.bytes).count() as u64;
    let bytes = text.bytes.len() as u64;
    work.spend(bytes * STEPS + open * STEPS_OPEN + signs * STEPS_SIGN).ok()?;
    if text.role.is_free() {
        return unmistakable(text.lower);
    }
    let page = Page::of(text);
    judge(&page).or_else(|| {
        // Two or four bytes a character, or letters that a NUL stands between.
        memchr::memchr(0, text.lower)?;
        work.spend(bytes * STEPS + open * STEPS_OPEN + signs * STEPS_SIGN).ok()?;
        let narrow: Vec<u8> = text.lower.iter().copied().filter(|byte| *byte != 0).collect();
        let page = Page { bytes: &narrow, lower: &narrow, tag: tag::first(&narrow), ..page };
        judge(&page)
    })
}

fn judge(page: &Page<'_>) -> Option<Match> {
    tag::inspect(page)
        .or_else(|| attribute::inspect(page))
        .or_else(|| attribute::framework(page))
        .or_else(|| url::inspect(page))
        .or_else(|| script::inspect(page))
        .or_else(|| style::inspect(page))
        .or_else(|| charset(page))
}

/// A text with what its parts must know of the whole.
#[derive(Clone, Copy)]
struct Page<'a> {
    bytes: &'a [u8],
    lower: &'a [u8],
    /// A whole document, such as a mail, and no fragment: it has a head of its own.
    document: bool,
    /// Where the first tag begins.
    tag: Option<usize>,
    is_key: bool,
}

impl<'a> Page<'a> {
    fn of(text: &Text<'a>) -> Self {
        let lower = text.lower;
        Self {
            bytes: text.bytes,
            lower,
            document: is_document(lower),
            tag: tag::first(lower),
            is_key: matches!(text.role, Role::Key),
        }
    }
}

/// Whether a text is a whole document, or a part of one that is too long to be seen at once.
fn is_document(lower: &[u8]) -> bool {
    begins_any(trim(lower), &[b"<!doctype html", b"<html", b"<head", b"<?xml "])
        || contains(lower, b"<html") && contains(lower, b"<body")
        || lower.len() > 400
            && contains_any(
                lower,
                &[
                    b"</head",
                    b"<meta ",
                    b"<body",
                    b"<title",
                    b"<table",
                    b"<td",
                    b"mso-",
                    b"font-family",
                ],
            )
}

/// Markup that only becomes markup in another charset.
fn charset(page: &Page<'_>) -> Option<Match> {
    let us_ascii = || {
        find_words(page.lower, b"script\xbe", 0).is_some()
            || contains(page.lower, b"script\xc2\xbe")
            || (contains(page.lower, b"\xc2\xbc")
                && contains(page.lower, b"\xc2\xbe")
                && contains_any(page.lower, &[b"\xa2xss", b"script"]))
    };
    if contains(page.bytes, b"+ADw-") {
        return Some(Match::high("utf-7-markup"));
    }
    us_ascii().then_some(Match::high("us-ascii-markup"))
}

/// What is an attack even where source code and prose belong: script that runs by itself and
/// does what only a probe or a thief does.
fn unmistakable(lower: &[u8]) -> Option<Match> {
    let carrier = || {
        // What somebody quotes is spoken of, in a review or in the source of a test.
        let quoted = |place| matches!(before(lower, place), b'`' | b'"' | b'\'');
        any_place(
            lower,
            &[
                b"<script>alert(",
                b"<script>prompt(",
                b"<script>confirm(",
                b"<script>eval(",
                b"<script>fetch(",
                b"<script>document.location",
                b"<script>new image",
                b"<svg/onload",
                b"<svg onload",
                b"<img src=x on",
                b"<img src=1 on",
                b"<img src=# on",
                b"<img/src=",
                b"<body onload=alert",
                b"\"><script",
                b"'><script",
                b"\"><img",
                b"'><img",
                b"\"><svg",
                b"'><svg",
                b"javascript:alert(",
            ],
            |place| !quoted(place),
        )
    };
    let aim = || {
        contains_any(
            lower,
            &[
                b"alert(1)",
                b"alert(0)",
                b"alert(document.",
                b"alert('xss",
                b"alert(\"xss",
                b"alert(/xss",
                b"alert`",
                b"prompt(1)",
                b"prompt(0)",
                b"prompt(document.",
                b"confirm(1)",
                b"confirm(document.",
                b"string.fromcharcode(",
                b"eval(atob(",
                b"document.cookie)",
                b"+document.cookie",
                b"alert(xss",
                b"prompt`",
                b"confirm`",
                b"alert(string.",
                b"alert(location",
                b"alert(window.origin",
            ],
        )
    };
    (aim() && carrier()).then_some(Match::high("script-probe"))
}

/// Whether one of these stands at a place that counts.
fn any_place(lower: &[u8], any: &[&[u8]], counts: impl Fn(usize) -> bool) -> bool {
    any.iter().any(|words| places_of(lower, words).any(&counts))
}
