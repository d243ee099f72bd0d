//! Expressions of template engines: what stands between their delimiters is read, and only what
//! computes something or reaches beyond the values it was given is an attack.
mod call;
mod expression;
mod naked;
mod reach;
mod tag;
#[cfg(test)]
mod tests;

use crate::bytes::{
    at, before, between, find_words, from, is_word, places, trim, word_at, word_before,
};
use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;
use expression::{Kind, Reading};

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::OPENER,
    Classes::BRACE.with(Classes::CALL),
    Classes::BRACE.with(Classes::STAR),
    Classes::TAG.with(Classes::PERCENT),
    Classes::TAG.with(Classes::HASH),
    Classes::TAG.with(Classes::QUESTION),
    Classes::TAG.with(Classes::BANG),
    Classes::HASH.with(Classes::PAREN),
    Classes::AT.with(Classes::PAREN),
    Classes::VARIABLE.with(Classes::DOT),
    Classes::BRACKET.with(Classes::STAR),
    Classes::CALL,
    Classes::UNDERSCORES,
    Classes::DOLLAR.with(Classes::BRACE),
    Classes::DOLLAR.with(Classes::PAREN),
    Classes::DOLLAR.with(Classes::UNDERSCORE),
    Classes::QUOTE.with(Classes::PAREN),
    Classes::APOSTROPHE.with(Classes::PAREN),
    Classes::PAREN.with(Classes::SEMICOLON),
    Classes::PAREN.with(Classes::UNDERSCORE),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    runtime\nprocessbuilder\nclassloader\nrequire(\nchild_process\nmainmodule\nmemberaccess\n\
    t(java\nfreemarker.\nxwork2\nwhile\nscriptengine\nprocess[\nprocess.env\nconstructor\n\
    {include\n{fetch\nphp]\nphp}\nmodule.exports\nconsole.";

/// The longest expression that is read.
const LONGEST: usize = 600;
/// Steps that the judgement of an expression takes, however short it is.
const STEPS: u64 = 500;
/// Passes over the text that a judgement takes, expressions apart.
const PASSES: u64 = 6;
/// Steps for a sign that a statement can begin at.
const STEPS_SIGN: u64 = 30;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    let signs = memchr::memchr3_iter(b'<', b'[', b'@', text.bytes).count()
        + memchr::memchr2_iter(b'#', b'$', text.bytes).count();
    work.spend(text.bytes.len() as u64 * PASSES + signs as u64 * STEPS_SIGN).ok()?;
    let free = text.role.is_free();
    let mut judged = 0;
    for place in places(text.lower, b'{') {
        if place < judged {
            continue;
        }
        let (end, found) = braces(text, place, work);
        if found.is_some() {
            return found;
        }
        judged = end;
    }
    if free {
        return None;
    }
    for place in places(text.lower, b'<') {
        if let Some(found) = angle(text.lower, place, work) {
            return Some(found);
        }
    }
    places(text.lower, b'#')
        .find_map(|place| tag::directive(text.lower, place))
        .or_else(|| places(text.lower, b'$').find_map(|place| tag::reference(text.lower, place)))
        .or_else(|| places(text.lower, b'@').find_map(|place| tag::razor(text.lower, place)))
        .or_else(|| places(text.lower, b'[').find_map(|place| bracket(text.lower, place)))
        .or_else(|| tag::polyglot(text.lower))
        .or_else(|| naked::inspect(text.lower))
        .or_else(|| call::inspect(text.lower, work))
}

/// Every delimiter with a brace in it; `place` is the opening brace's. Says up to where the text
/// is judged, too: what stands within an expression was judged with it.
fn braces(text: &Text<'_>, place: usize, work: &mut Work) -> (usize, Option<Match>) {
    let lower = text.lower;
    let (prior, next) = (before(lower, place), at(lower, place + 1));
    let (kind, start, end): (Kind, usize, &[u8]) = match (prior, next) {
        (_, b'{') => (Kind::Mustache, place + 2, b"}}"),
        (_, b'%') => (Kind::Block, place + 2, b"%}"),
        (b'!', _) if after_word(lower, place - 1) && before(lower, place - 1) != b'$' => {
            return (place, None);
        }
        (b'$' | b'#' | b'*' | b'@' | b'~' | b'%' | b'!', _) => (Kind::Dollar, place + 1, b"}"),
        _ if worth(lower, place + 1, prior) => (Kind::Single, place + 1, b"}"),
        _ => return (place, None),
    };
    let inner = between(lower, start, start + LONGEST);
    let closed = find_words(inner, end, 0);
    // One that does not end ends where the next begins, so that no byte is read twice.
    let length = closed.or_else(|| memchr::memchr(b'{', inner)).unwrap_or(inner.len());
    let inner = between(inner, 0, length);
    if work.spend(STEPS + inner.len() as u64 * 8).is_err() {
        return (lower.len(), None);
    }
    let reading = Reading { inner, kind, closed: closed.is_some(), sigil: prior };
    // A review of code speaks of a probe; a probe is the whole text.
    let found = reading
        .technique(text.role.is_free())
        .filter(|_| !text.role.is_free() || !reading.is_probe() || trim(lower).len() <= length + 4);
    let found = found.map(|technique| match kind {
        Kind::Single => Match::medium(technique),
        _ => Match::high(technique),
    });
    // A single brace can hold the braces of others, as in a style or a function.
    let judged = if kind == Kind::Single && length > 80 { place } else { start + length };
    (judged, found)
}

/// Whether a single brace can begin an expression, and not JSON, a style or a block.
fn worth(lower: &[u8], start: usize, prior: u8) -> bool {
    let first = at(lower, start);
    // An exponent or an index in a formula, the body of a function.
    let belongs = is_word(prior) || matches!(prior, b'^' | b'\\' | b')');
    !belongs
        && matches!(first, b'$' | b'=' | b'\'' | b'@' | b'#' | b'!' | b'/' | b'(' | b'a'..=b'z' | b'0'..=b'9' | b'_')
}

/// `<% … %>`, `<#…>`, `<@…>` and the commands of servers.
fn angle(lower: &[u8], place: usize, work: &mut Work) -> Option<Match> {
    let rest = from(lower, place + 1);
    match at(rest, 0) {
        b'%' => {
            let inner = between(rest, 1, LONGEST);
            let closed = find_words(inner, b"%>", 0);
            let length = closed.or_else(|| memchr::memchr(b'<', inner)).unwrap_or(inner.len());
            let inner = between(inner, 0, length);
            work.spend(STEPS + inner.len() as u64 * 8).ok()?;
            tag::code(inner, closed.is_some())
        }
        b'#' | b'@' => tag::freemarker(between(rest, 0, LONGEST)),
        b'?' => tag::server_code(rest),
        b'!' => tag::server_command(rest),
        _ => None,
    }
}

/// `[[ … ]]`, `[( … )]`, `[% … %]` and `[7*7]`.
fn bracket(lower: &[u8], place: usize) -> Option<Match> {
    let rest = between(lower, place + 1, place + 120);
    let (inner, end): (&[u8], &[u8]) = match at(rest, 0) {
        b'[' => (from(rest, 1), b"]]"),
        b'(' => (from(rest, 1), b")]"),
        b'%' => (from(rest, 1), b"%]"),
        b'=' | b'#' => (from(rest, 1), b"]"),
        _ => return freemarker_square(rest),
    };
    let length = find_words(inner, end, 0)?;
    let inner = between(inner, 0, length);
    let reaches = at(rest, 0) != b'#' && reach::reaches(inner);
    (expression::is_arithmetic(inner) || reaches).then_some(Match::medium("template-expression"))
}

fn freemarker_square(rest: &[u8]) -> Option<Match> {
    let word = word_at(rest, 1);
    (at(rest, 0) == b'#' && word == b"assign" && reach::reaches(rest))
        .then_some(Match::high("template-directive"))
}

/// Whether a word ends right before `place`.
fn after_word(lower: &[u8], place: usize) -> bool {
    !word_before(lower, place).is_empty()
}
