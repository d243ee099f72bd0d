//! Keys: AWS access keys by their prefix, AWS secret keys by their shape, private keys by their
//! header.
use super::Reach;
use crate::class::Class;

/// Prefixes of access key ids: long-term, temporary, bearer, context-specific ("AWS Identity and
/// Access Management User Guide: IAM identifiers", unique ID prefixes).
const ACCESS: [&[u8]; 4] = [b"AKIA", b"ASIA", b"ABIA", b"ACCA"];

/// An access key id has 20 characters.
const ACCESS_BYTES: usize = 20;

/// A secret access key has 40 characters.
const SECRET_BYTES: usize = 40;

/// In 40 random characters of base64 the kind (upper case, lower case, digit or sign) changes about
/// 25 times; in paths and names of code much less often.
const CHANGES_MIN: usize = 16;

/// An access key id that is not part of a credential scope (`AKIA…/20260316/eu-west-1/…`): that one
/// stands in every signed URL and is no secret.
pub(super) fn access(ahead: &[u8]) -> Option<(Class, Reach)> {
    let known = ACCESS.iter().any(|prefix| ahead.starts_with(prefix));
    let id = ahead.get(..ACCESS_BYTES).filter(|_| known)?;
    let whole = id.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7'));
    let rest = ahead.get(ACCESS_BYTES..).unwrap_or_default();
    let ends = rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let scope = rest.strip_prefix(b"/").or_else(|| rest.strip_prefix(b"%2F"));
    let scoped = scope.and_then(|scope| scope.get(..8));
    let scoped = scoped.is_some_and(|date| date.iter().all(u8::is_ascii_digit));
    (whole && ends && !scoped).then_some((Class::AwsAccessKey, Reach::Bytes(ACCESS_BYTES)))
}

/// Exactly forty characters of base64 that look random.
pub(super) fn secret(before: Option<u8>, ahead: &[u8]) -> Option<(Class, Reach)> {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    // The cheapest question first: this is asked at every word of a body.
    let last = ahead.get(SECRET_BYTES - 1)?;
    if !is_base64(*last)
        || ahead.get(SECRET_BYTES).is_some_and(|next| is_base64(*next) || *next == b'=')
    {
        return None;
    }
    if before.is_some_and(|before| is_base64(before) || matches!(before, b'_' | b'-' | b'.')) {
        return None;
    }
    let key = ahead.get(..SECRET_BYTES)?;
    let next = ahead.get(SECRET_BYTES).copied();
    let parted = next.is_some_and(|next| matches!(next, b'_' | b'-'));
    (!parted && key.iter().all(|byte| is_base64(*byte)) && looks_random(key))
        .then_some((Class::AwsSecretKey, Reach::Bytes(SECRET_BYTES)))
}

fn looks_random(key: &[u8]) -> bool {
    let kind = |byte: &u8| match byte {
        b'A'..=b'Z' => 0_u8,
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let count = |of| key.iter().filter(|byte| kind(byte) == of).count();
    let changes = key.array_windows().filter(|[a, b]| kind(a) != kind(b)).count();
    count(0) >= 6 && count(1) >= 6 && count(2) >= 1 && count(3) <= 6 && changes >= CHANGES_MIN
}

/// `-----BEGIN … PRIVATE KEY-----`, with any kind of key between (RFC 7468, section 10; RFC 4716).
pub(super) fn private(ahead: &[u8]) -> Option<(Class, Reach)> {
    let rest = ahead.strip_prefix(b"-----BEGIN ")?;
    let label = rest.get(..48).unwrap_or(rest);
    let label = label.iter().take_while(|byte| byte.is_ascii_uppercase() || **byte == b' ').count();
    let label = rest.get(..label)?;
    let private = label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    let ends = rest.get(label.len()..)?.starts_with(b"-----");
    (private && ends).then_some((Class::PrivateKey, Reach::Key))
}
