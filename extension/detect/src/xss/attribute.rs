//! Event handlers, in a tag or where a text may land in one.
use super::Page;
use crate::bytes::{at, before, between, contains_any, from, places, places_of, skip_blank};
use crate::finding::Match;

/// What events are called after `on`: beginnings, in order of the alphabet.
const EVENTS: &[&[u8]] = &[
    b"abort",
    b"activate",
    b"after",
    b"animation",
    b"auxclick",
    b"before",
    b"begin",
    b"blur",
    b"bounce",
    b"canplay",
    b"cellchange",
    b"change",
    b"click",
    b"close",
    b"command",
    b"contentvisibility",
    b"contextmenu",
    b"contextlost",
    b"copy",
    b"cuechange",
    b"cut",
    b"dataavailable",
    b"dataset",
    b"dblclick",
    b"deactivate",
    b"devicemotion",
    b"deviceorientation",
    b"dom",
    b"drag",
    b"drop",
    b"durationchange",
    b"emptied",
    b"end",
    b"error",
    b"filterchange",
    b"finish",
    b"focus",
    b"formchange",
    b"formdata",
    b"forminput",
    b"fullscreen",
    b"gesture",
    b"gotpointer",
    b"hashchange",
    b"help",
    b"input",
    b"invalid",
    b"key",
    b"language",
    b"layout",
    b"load",
    b"location",
    b"lose",
    b"lostpointer",
    b"media",
    b"message",
    b"mouse",
    b"move",
    b"moz",
    b"offline",
    b"online",
    b"orientation",
    b"outofsync",
    b"page",
    b"paste",
    b"pause",
    b"play",
    b"pointer",
    b"popstate",
    b"progress",
    b"propertychange",
    b"ratechange",
    b"readystate",
    b"rejection",
    b"repeat",
    b"reset",
    b"resize",
    b"resume",
    b"reverse",
    b"row",
    b"scroll",
    b"search",
    b"security",
    b"seek",
    b"select",
    b"show",
    b"slotchange",
    b"snapchanged",
    b"stalled",
    b"start",
    b"stop",
    b"storage",
    b"submit",
    b"suspend",
    b"syncrestored",
    b"timeerror",
    b"timeupdate",
    b"toggle",
    b"touch",
    b"trackchange",
    b"transition",
    b"unhandled",
    b"unload",
    b"urlflip",
    b"visibility",
    b"volumechange",
    b"waiting",
    b"webkit",
    b"wheel",
    b"zoom",
];

/// The longest name of a handler.
const NAME: usize = 40;

/// Judges every `=` with a handler's name before it.
pub(super) fn inspect(page: &Page<'_>) -> Option<Match> {
    let lower = page.lower;
    let mut closed = 0;
    for place in places(lower, b'=') {
        let Some((start, event)) = handler(lower, place) else { continue };
        let known = EVENTS.iter().any(|name| event.starts_with(name));
        let value = from(lower, skip_blank(lower, place + 1));
        let tagged = page.tag.is_some_and(|tag| tag < start);
        // `" onzoom=`: what the page has behind it is the script.
        let opened = known && value.is_empty() && matches!(at(lower, 0), b'"' | b'\'');
        if opened && breaks_out(lower, start) {
            return Some(Match::high("handler-break-out"));
        }
        if !(known || tagged) || (value.is_empty() && !(known && tagged)) {
            continue;
        }
        if tagged && (known || inside(lower, &mut closed, start)) {
            return Some(Match::high("event-handler"));
        }
        if known && (breaks_out(lower, start) || runs(value)) {
            return Some(Match::high("handler-break-out"));
        }
    }
    None
}

/// A handler of a framework that the page may run: `ng-focus=`, `v-on:click=`, `x-on:click=`.
pub(super) fn framework(page: &Page<'_>) -> Option<Match> {
    let lower = page.lower;
    page.tag?;
    let prefixes: [&[u8]; 6] = [b" ng-", b"\tng-", b"/ng-", b" v-on:", b" x-on:", b" v-html="];
    let active: &[&[u8]] =
        &[b"constructor", b"$event", b"alert", b"$eval", b"eval(", b"document", b"window"];
    prefixes
        .iter()
        .any(|prefix| {
            places_of(lower, prefix)
                .take(64)
                .any(|place| contains_any(between(lower, place, place + 200), active))
        })
        .then_some(Match::high("framework-handler"))
}

/// The name of an event before the `=` at `place`, and where its `on` begins.
fn handler(lower: &[u8], place: usize) -> Option<(usize, &[u8])> {
    let head = between(lower, place.saturating_sub(2 * NAME), place);
    let skipped =
        head.iter().rev().take(NAME).take_while(|byte| **byte <= b' ' || **byte >= 0x7f).count();
    let head = between(head, 0, head.len() - skipped);
    let length = head
        .iter()
        .rev()
        .take(NAME)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(**byte, 0 | b'-' | b'_'))
        .count();
    let name = from(head, head.len() - length);
    let event = name.strip_prefix(b"on")?;
    let first = before(head, head.len() - length);
    let apart = first != b'.' || length > 5;
    let start = place - skipped - length;
    (event.len() >= 2 && apart && event.first()?.is_ascii_alphabetic()).then_some((start, event))
}

/// Whether `start` is in a tag, quotes left aside: behind a `<` that no `>` follows.
fn inside(lower: &[u8], closed: &mut usize, start: usize) -> bool {
    let head = between(lower, *closed, start);
    match memchr::memrchr2(b'<', b'>', head) {
        Some(last) => {
            *closed += last;
            at(head, last) == b'<' && at(lower, *closed + 1) > b' '
        }
        None => false,
    }
}

/// Whether a quotation ends shortly before: `" onfocus=`, `'/onclick=`.
fn breaks_out(lower: &[u8], start: usize) -> bool {
    let head = between(lower, start.saturating_sub(48), start);
    let quote = head.iter().rposition(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\'));
    let Some(quote) = quote else { return false };
    let gap = from(head, quote + 1);
    gap.iter().all(|byte| {
        *byte <= b' ' || byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'=' | b'-' | b'>')
    }) && gap.first().is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// Whether a value is script: it calls, assigns or throws.
fn runs(value: &[u8]) -> bool {
    let value = between(value, 0, 160);
    let names: &[&[u8]] = &[
        b"alert",
        b"prompt",
        b"confirm",
        b"eval",
        b"javascript",
        b"location",
        b"document.",
        b"window.",
        b"import",
        b"print",
    ];
    let marks: &[&[u8]] =
        &[b"(", b"`", b";throw", b"; throw", b"=", b"}", b"%28", b"&lpar", b".", b";"];
    contains_any(value, names) && contains_any(value, marks)
        || value.starts_with(b"eval")
        || value.starts_with(b"alert")
}
