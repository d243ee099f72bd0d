//! JSON Web Tokens (RFC 7519) in the compact form of signatures (RFC 7515), as RFC 8725 advises:
//! the key fixes the algorithms, never the token.
mod claims;
mod keys;

use serde_json::{Map, Value};

use crate::encoding;
use crate::proof::{Lack, Proof, Unproved};
use crate::strict;
pub use claims::{Claim, Expected, LEEWAY_SECONDS_DEFAULT};
pub use keys::{Algorithm, JWKS_BYTES_MAX, KeySet, NoKeys};

/// The longest token that is looked at, in bytes. The headers of a request through API Gateway have
/// 10,240 bytes together (Amazon API Gateway Developer Guide, "Quotas").
pub const TOKEN_BYTES_MAX: usize = 10_240;
const PARTS: Unproved = Unproved::invalid("the token has not three parts");
/// The longest key id, in bytes.
const KEY_ID_BYTES_MAX: usize = 256;

/// The token out of a header's value: after `Bearer`, in any case, if that stands there.
pub fn from_header(value: &str) -> Result<&str, Unproved> {
    match value.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        Some(_) => Err(Unproved::invalid("the header holds no bearer token")),
        None => Ok(value.trim()),
    }
}

/// Whether a key of `keys` signed the token, and it says what is expected, at this moment.
///
/// Nothing of the token is believed before its signature holds, but its algorithm and key id, which
/// only choose among the keys at hand.
pub fn verify(
    token: &str,
    expected: &Expected,
    keys: &KeySet,
    now_ms: u64,
) -> Result<Proof, Unproved> {
    if token.is_empty() {
        return Err(Unproved::missing("no token"));
    }
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Unproved::invalid("the token is too long"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(PARTS)?;
    let (header, payload) = signed.split_once('.').ok_or(PARTS)?;
    if payload.contains('.') {
        return Err(PARTS);
    }
    let header = Header::read(&part(header, "the token's header is no JSON object")?)?;
    let signature = encoding::base64url(signature.as_bytes());
    let signature = signature.ok_or(Unproved::invalid("the token's signature is no base64url"))?;
    if !expected.algorithms.is_empty() && !expected.algorithms.contains(&header.algorithm) {
        return Err(Unproved::invalid("the token's algorithm is not one that policy names"));
    }
    let key_id = header.key_id.as_deref();
    let candidates = keys.candidates(key_id, header.algorithm)?;
    if !candidates.iter().any(|key| key.verify(header.algorithm, signed.as_bytes(), &signature)) {
        return Err(Unproved::invalid("the token's signature does not hold"));
    }
    let claims = part(payload, "the token's payload is no JSON object")?;
    let word = expected.hold(&claims, now_ms)?;
    Ok(Proof {
        kind: "jwt",
        method: header.algorithm.as_str(),
        key_id: header.key_id,
        issuer: word.issuer.map(str::to_owned),
        subject: word.subject.map(str::to_owned),
        id: word.id.map(|id| {
            let issuer = word.issuer.unwrap_or_default();
            Proof::told_by("jwt", &[issuer.as_bytes(), id.as_bytes()])
        }),
        made_ms: word.made_ms,
        ends_ms: word.ends_ms,
        holds_ms: word
            .ends_ms
            .map(|ends| ends.saturating_add(u64::from(expected.leeway_seconds) * 1000)),
        claims,
        hops: Vec::new(),
        context: None,
    })
}

/// One part of a token: base64url of a JSON object in which no member stands twice.
fn part(text: &str, why: &'static str) -> Result<Map<String, Value>, Unproved> {
    let bytes = encoding::base64url(text.as_bytes());
    bytes.and_then(|bytes| strict::object(&bytes)).ok_or(Unproved::invalid(why))
}

/// What a token says of how it is signed.
struct Header {
    algorithm: Algorithm,
    key_id: Option<String>,
}

impl Header {
    fn read(members: &Map<String, Value>) -> Result<Self, Unproved> {
        let invalid = |why| Err(Unproved::invalid(why));
        // RFC 7515, section 4.1.11: what is critical and not understood must be refused.
        if members.contains_key("crit") {
            return invalid("the token asks for an extension that is not known");
        }
        // RFC 8725, section 3.11: a token of another type is made for another use.
        match members.get("typ") {
            None => {}
            Some(Value::String(typ)) if is_access_token(typ) => {}
            Some(_) => return invalid("the token is of another type"),
        }
        let algorithm = match members.get("alg").and_then(Value::as_str) {
            Some(name) if name.eq_ignore_ascii_case("none") => {
                return invalid("the token is not signed: its algorithm is `none`");
            }
            Some(name) => Algorithm::parse(name),
            None => None,
        };
        let Some(algorithm) = algorithm else {
            return invalid("the token's algorithm is not one that is taken");
        };
        let key_id = match members.get("kid") {
            None => None,
            Some(Value::String(id)) if is_key_id(id) => Some(id.clone()),
            Some(_) => return invalid("the token's key id is no plain text"),
        };
        Ok(Self { algorithm, key_id })
    }
}

fn is_access_token(typ: &str) -> bool {
    let typ = typ.strip_prefix("application/").unwrap_or(typ);
    typ.eq_ignore_ascii_case("jwt") || typ.eq_ignore_ascii_case("at+jwt")
}

/// A key id is only ever compared; one that reaches for files or queries is refused all the same,
/// so that the record says what was tried.
fn is_key_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"'`<>;|".contains(&byte);
    (1..=KEY_ID_BYTES_MAX).contains(&id.len())
        && id.bytes().all(plain)
        && !id.starts_with('/')
        && !id.split('/').any(|step| step == "..")
}

impl KeySet {
    /// The keys that may have made a signature: those of this id, or without one the only key of
    /// this algorithm.
    fn candidates(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Vec<&keys::Key>, Unproved> {
        let Some(id) = key_id else {
            return match self.of(algorithm).collect::<Vec<_>>() {
                keys if keys.len() == 1 => Ok(keys),
                keys if keys.is_empty() => {
                    Err(Unproved::invalid("there is no key for the token's algorithm"))
                }
                _ => Err(Unproved::invalid("the token names no key, and there is more than one")),
            };
        };
        if !self.has(id) {
            return Err(Unproved::new(Lack::UnknownKey, "there is no key of the token's key id"));
        }
        let keys: Vec<_> = self.of(algorithm).filter(|key| key.is_called(id)).collect();
        if keys.is_empty() {
            return Err(Unproved::invalid(
                "the key of the token's key id is for another algorithm",
            ));
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests;
