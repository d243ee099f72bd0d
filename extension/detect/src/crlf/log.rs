//! Lines that begin as those of a log do.
use crate::bytes::{begins_any, contains, contains_any};

const LEVELS: [&[u8]; 9] =
    [b"info", b"warn", b"error", b"debug", b"fatal", b"critical", b"notice", b"trace", b"severe"];
const MONTHS: [&[u8]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// Lines of the platform (AWS Lambda Developer Guide, "Viewing logs for Lambda functions").
const LAMBDA: [&[u8]; 7] = [
    b"start requestid: ",
    b"end requestid: ",
    b"report requestid: ",
    b"requestid: ",
    b"init_start runtime",
    b"init_report init",
    b"xray traceid: ",
];

/// Whether a line begins with a time, a level in brackets or an address as logs write them:
/// `2026-01-02 03:04:05 …`, `[INFO] …`, `Jan 12 03:04:05 host …`, `192.0.2.1 - - [`.
pub(super) fn is_line(line: &[u8]) -> bool {
    let bare = line.strip_prefix(b"[").unwrap_or(line);
    let in_brackets = bare.len() < line.len();
    by_level(bare, in_brackets)
        || shaped(bare, b"9999-99-99_99:")
        || shaped(bare, b"9999/99/99 99:99:")
        || shaped(bare, b"x9999 99:99:99.9")
        || shaped(line, b"99:99:99.999 [")
        || is_dated(line)
        || shaped(bare, b"99/xxx/9999:99:")
        || MONTHS.iter().any(|month| bare.starts_with(month)) && shaped(bare, b"xxx _9 99:99:")
        || shaped(line, b"<9") && line.get(..5).is_some_and(|head| head.contains(&b'>'))
        || is_access(line)
        || in_brackets && shaped(bare.trim_ascii_start(), b"9") && is_uptime(bare)
        || [b"{\"level\":".as_slice(), b"{\"timestamp\":", b"{\"time\":", b"{\"ts\":"]
            .iter()
            .any(|head| line.starts_with(head))
        || (line.starts_with(b"level=") || line.starts_with(b"time=")) && contains(line, b" msg=")
        || line.strip_prefix(b"level=").is_some_and(|rest| begins_any(rest, &LEVELS))
        || LAMBDA.iter().any(|head| line.starts_with(head))
        || line.starts_with(b"type=") && contains(line, b" msg=audit(")
}

/// Whether a line says that somebody came in, or did not.
pub(super) fn tells_an_event(line: &[u8]) -> bool {
    const EVENTS: [&[u8]; 18] = [
        b"logged in",
        b"logged out",
        b"login success",
        b"login succe",
        b"login ok",
        b"login failed",
        b"login from",
        b"login for",
        b"login of",
        b"authentication succe",
        b"authentication failed",
        b"authenticated",
        b"access granted",
        b"access denied",
        b"granted access",
        b"session opened",
        b"password changed",
        b"accepted password",
    ];
    contains_any(line, &EVENTS)
}

/// `2026-01-02 INFO …`, `1767312000 INFO …`: a day or a moment, and a level.
fn is_dated(line: &[u8]) -> bool {
    let length = line.iter().take(14).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
    let rest = line.get(length + 1..).unwrap_or_default();
    length >= 10 && line.get(length) == Some(&b' ') && begins_with_level(rest)
}

/// Whether a line begins with a level: a usual word where it is not in capitals.
pub(super) fn begins_with_level(line: &[u8]) -> bool {
    LEVELS.iter().find_map(|level| line.strip_prefix(*level)).is_some_and(|rest| {
        let rest = rest.strip_prefix(b"ing").unwrap_or(rest);
        matches!(rest, [b' ' | b':' | b'\t' | b'|', ..])
    })
}

fn by_level(bare: &[u8], in_brackets: bool) -> bool {
    let level = LEVELS.iter().find_map(|level| bare.strip_prefix(*level));
    level.is_some_and(|rest| {
        let rest = rest.strip_prefix(b"ing").unwrap_or(rest);
        rest.trim_ascii_start().starts_with(b"]")
            || rest.starts_with(b":") && in_brackets
            || rest.starts_with(b" [")
    })
}

/// Whether a text begins as a shape says: `9` is a digit, `x` a letter, `_` anything.
fn shaped(text: &[u8], shape: &[u8]) -> bool {
    text.len() >= shape.len()
        && text.iter().zip(shape).all(|(byte, kind)| match kind {
            b'9' => byte.is_ascii_digit(),
            b'x' => byte.is_ascii_alphabetic(),
            b'_' => true,
            other => byte == other,
        })
}

/// `192.0.2.1 - - [` or `192.0.2.1 - name [`.
fn is_access(line: &[u8]) -> bool {
    let is_address = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    let length = line.iter().take(46).take_while(is_address).count();
    let rest = line.get(length..).unwrap_or_default();
    length >= 7 && rest.starts_with(b" - ") && rest.get(..64).unwrap_or(rest).contains(&b'[')
}

/// `[  12.345678] `
fn is_uptime(bare: &[u8]) -> bool {
    let end = bare.iter().take(24).position(|byte| *byte == b']').unwrap_or_default();
    let inside = bare.get(..end).unwrap_or_default().trim_ascii();
    inside.contains(&b'.') && inside.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}
