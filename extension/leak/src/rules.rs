//! The rules: what begins at a place, told from the bytes after it and the one before.
pub(crate) mod card;
pub(crate) mod iban;
mod jwt;
mod keys;
mod tokens;

use crate::class::{Class, Classes};

/// How far a find reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// So many bytes.
    Bytes(usize),
    /// As long as the bytes of a token go on.
    Run,
    /// To the line that ends a private key.
    Key,
}

/// Whether anything can begin at `start`, where a word of `length` stands: the cheapest question,
/// asked at every word of a body.
pub(crate) fn can_begin(bytes: &[u8], start: usize, length: usize) -> bool {
    let (first, next) = (bytes.get(start), bytes.get(start + length));
    match first {
        Some(b'0'..=b'9') if length >= 14 || length == 4 => true,
        // Forty characters of base64, which may have signs in them.
        _ if length >= 40 || matches!(next, Some(b'+' | b'/')) => true,
        Some(b'-') => bytes.get(start + 1) == Some(&b'-'),
        Some(b'+' | b'/') => bytes.get(start + 1).is_some_and(u8::is_ascii_alphanumeric),
        // Two letters and two digits: a bank account.
        Some(first) if first.is_ascii_uppercase() => {
            length == 4 || length >= 15 || tokens::may_start(*first)
        }
        Some(first) => *first == b'e' || tokens::may_start(*first),
        None => false,
    }
}

/// What begins with the first byte of `ahead`. `before` is the byte in front of it.
pub(crate) fn at(before: Option<u8>, ahead: &[u8], classes: Classes) -> Option<(Class, Reach)> {
    let first = *ahead.first()?;
    let found = match first {
        b'-' => keys::private(ahead),
        b'A' => keys::access(ahead),
        b'e' => jwt::jwt(ahead),
        b'0'..=b'9' => card::card(before, ahead),
        _ => None,
    };
    let found = found.or_else(|| tokens::token(ahead));
    let found = found.filter(|(class, _)| classes.has(*class));
    let found = found.or_else(|| {
        let iban = classes.has(Class::Iban) && first.is_ascii_uppercase();
        iban.then(|| iban::iban(ahead)).flatten()
    });
    found.or_else(|| {
        let secret = classes.has(Class::AwsSecretKey) && first != b'-';
        secret.then(|| keys::secret(before, ahead)).flatten()
    })
}

/// Whether a token can go on with this byte: base64 of both alphabets, and dots.
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'/' | b'=')
}

/// Whether the byte belongs to base64url.
pub(crate) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
