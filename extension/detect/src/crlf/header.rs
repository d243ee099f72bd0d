//! Lines that are headers: of HTTP, and of mail.
use super::place;
use crate::bytes::contains;

/// The longest name of a header.
const NAME_BYTES_MAX: usize = 48;

/// What a header's value looks like where its name is a usual word, too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    /// The name says it all.
    Any,
    /// An address or a path.
    Address,
    /// `</a>; rel=preload`
    Link,
    /// `0; url=…`
    Refresh,
    /// A number of three digits.
    Status,
    /// A host's name.
    Host,
    /// `a=b`
    Pair,
    /// One of few words.
    Word(&'static [&'static [u8]]),
    /// A date as HTTP writes it, or a number.
    Date,
}

/// Headers that steer a browser, a proxy or a server (IANA, "HTTP Field Name Registry").
const HEADERS: &[(&[u8], Value)] = &[
    (b"accept", Value::Word(&[b"*/*", b"text/", b"application/", b"image/"])),
    (b"date", Value::Date),
    (b"last-event-id", Value::Any),
    (b"nel", Value::Word(&[b"{"])),
    (b"accept-encoding", Value::Any),
    (b"access-control-", Value::Any),
    (b"accept-language", Value::Any),
    (b"accept-ranges", Value::Any),
    (b"allow", Value::Word(&[b"get", b"post", b"put", b"head", b"options"])),
    (b"cdn-loop", Value::Any),
    (b"cf-", Value::Any),
    (b"early-data", Value::Any),
    (b"expect", Value::Word(&[b"100-"])),
    (b"expect-ct", Value::Any),
    (b"feature-policy", Value::Any),
    (b"if-", Value::Any),
    (b"keep-alive", Value::Pair),
    (b"max-forwards", Value::Any),
    (b"p3p", Value::Pair),
    (b"range", Value::Pair),
    (b"report-to", Value::Any),
    (b"retry-after", Value::Date),
    (b"sec-", Value::Any),
    (b"server-timing", Value::Any),
    (b"set-cookie2", Value::Any),
    (b"te", Value::Word(&[b"trailers", b"chunked"])),
    (b"traceparent", Value::Any),
    (b"true-client-ip", Value::Any),
    (b"upgrade-insecure-requests", Value::Any),
    (b"via", Value::Word(&[b"1.", b"2 ", b"http/"])),
    (b"warning", Value::Status),
    (b"age", Value::Date),
    (b"alt-svc", Value::Any),
    (b"authorization", Value::Any),
    (b"cache-control", Value::Any),
    (b"clear-site-data", Value::Any),
    (b"connection", Value::Word(&[b"close", b"keep-alive", b"upgrade"])),
    (b"content-", Value::Any),
    (b"cookie", Value::Pair),
    (b"cross-origin-", Value::Any),
    (b"etag", Value::Any),
    (b"expires", Value::Date),
    (b"host", Value::Host),
    (b"forwarded", Value::Pair),
    (b"last-modified", Value::Date),
    (b"link", Value::Link),
    (b"location", Value::Address),
    (b"origin", Value::Address),
    (b"permissions-policy", Value::Any),
    (b"pragma", Value::Word(&[b"no-cache"])),
    (b"proxy-", Value::Any),
    (b"referer", Value::Address),
    (b"referrer-policy", Value::Any),
    (b"refresh", Value::Refresh),
    (b"remote-addr", Value::Any),
    (b"set-cookie", Value::Any),
    (b"status", Value::Status),
    (b"strict-transport-security", Value::Any),
    (b"timing-allow-origin", Value::Any),
    (b"transfer-encoding", Value::Any),
    (b"upgrade", Value::Word(&[b"h2c", b"websocket"])),
    (b"user-agent", Value::Any),
    (b"vary", Value::Word(&[b"accept", b"cookie", b"origin", b"user-agent", b"*"])),
    (b"www-authenticate", Value::Any),
    (b"x-", Value::Any),
];
/// Headers that add those who get a mail.
const MAIL: [&[u8]; 6] = [b"bcc", b"cc", b"to", b"reply-to", b"from", b"sender"];
/// Headers of a mail that nothing else has.
const MAIL_ONLY: [&[u8]; 14] = [
    b"mime-version",
    b"content-transfer-encoding",
    b"return-path",
    b"message-id",
    b"list-id",
    b"list-unsubscribe",
    b"disposition-notification-to",
    b"return-receipt-to",
    b"errors-to",
    b"in-reply-to",
    b"auto-submitted",
    b"delivered-to",
    b"x-mailer",
    b"resent-to",
];

/// The name and the value of a line that begins as a header does: `http://…` is an address.
pub(super) fn name(line: &[u8]) -> Option<(&[u8], &[u8])> {
    split(line).filter(|(name, value)| name.len() >= 2 && !value.starts_with(b"//"))
}

/// Whether a line begins as a header does, with a name of any length.
pub(super) fn is_loose(line: &[u8]) -> bool {
    split(line).is_some_and(|(_, value)| !value.starts_with(b"//"))
}

/// Whether a line begins a header of any name; in a query a word and a colon may be text.
pub(super) fn is_new(line: &[u8], first: &[u8]) -> bool {
    let is_query = first.iter().any(|byte| matches!(byte, b'=' | b'+'));
    name(line).is_some_and(|(name, value)| {
        name.contains(&b'-') || !is_query && !value.trim_ascii().is_empty()
    })
}

/// Whether a line begins a header whose name is of several words.
pub(super) fn is_compound(line: &[u8]) -> bool {
    name(line).is_some_and(|(name, _)| name.contains(&b'-'))
}

fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let line = line.trim_ascii_start();
    let length = line.iter().take(NAME_BYTES_MAX + 1).take_while(is_name).count();
    let (name, after) = line.split_at_checked(length)?;
    let named = name.first().is_some_and(u8::is_ascii_alphabetic) && length <= NAME_BYTES_MAX;
    // Some readers take blanks and returns before the colon.
    let value = after.trim_ascii_start().strip_prefix(b":")?;
    (named && after.len() - value.len() <= 4).then_some((name, value))
}

/// Whether a line is a header that steers: `Some(true)` when no note has such a line. Where it was
/// encoded any value will do.
pub(super) fn steers(line: &[u8], encoded: bool) -> Option<bool> {
    let (name, value) = split(line)?;
    let same = |known: &[u8]| {
        name == known
            || known.ends_with(b"-") && name.len() > known.len() && name.starts_with(known)
    };
    let (known, kind) = HEADERS.iter().find(|(known, _)| same(known))?;
    // `X-ray: none`; what is added to a list is written in parts.
    let is_word = *known == b"x-" && name == b"x-ray";
    let is_sure = *kind == Value::Any || matches!(*known, b"location" | b"cookie" | b"refresh");
    (!is_word && (encoded || has(*kind, value.trim_ascii()))).then_some(encoded || is_sure)
}

fn has(kind: Value, value: &[u8]) -> bool {
    match kind {
        Value::Any => true,
        Value::Address => contains(value, b"//") || value.starts_with(b"/"),
        Value::Link => value.starts_with(b"<") && value.contains(&b'>'),
        Value::Refresh => {
            value.first().is_some_and(u8::is_ascii_digit) && contains(value, b"url")
                || value.contains(&b'.') && !value.contains(&b' ')
        }
        Value::Status => {
            let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
            digits == 3
        }
        Value::Host => {
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(byte);
            value.contains(&b'.') && value.iter().all(is_name)
        }
        Value::Pair => place(value, b'=').is_some_and(|at| at > 0),
        Value::Word(words) => words.iter().any(|word| value.starts_with(word)),
        Value::Date => {
            value.ends_with(b"gmt")
                || !value.is_empty() && value.iter().all(|b| b"-0123456789".contains(b))
        }
    }
}

/// Whether a line adds a header to a mail whose address or subject is `first`.
pub(super) fn adds_to_mail(line: &[u8], first: &[u8], encoded: bool) -> bool {
    let Some((name, value)) = name(line) else { return false };
    let is_one = encoded || !first.contains(&b' ') || matches!(name, b"bcc" | b"reply-to");
    MAIL_ONLY.contains(&name)
        || MAIL.contains(&name) && value.contains(&b'@') && is_one
        || name == b"subject" && (first.contains(&b'@') || first.is_empty()) && is_one
}
