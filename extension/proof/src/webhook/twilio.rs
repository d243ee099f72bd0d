//! Twilio: SHA-1 over the URL and, for a form, its fields in order of their names (Twilio Docs,
//! "Webhooks security"). A body of another type is bound by its digest in the query.
use super::{Word, bounded};
use crate::encoding;
use crate::hash::Hash;
use crate::proof::{Proof, Unproved};
use crate::request::Request;
use crate::secret::Secret;

/// The most fields of a form.
const FIELDS_MAX: usize = 1000;

/// Which of the secrets signed the request. The sender may have written the port of the URL or not.
pub(super) fn read(
    request: &Request<'_>,
    secrets: &[Secret],
) -> Result<(Option<usize>, Word), Unproved> {
    let header = bounded(request.needs("x-twilio-signature", "no signature's header")?)?;
    let code = encoding::base64(header.as_bytes());
    let codes = [code.ok_or(Unproved::invalid("the signature's header has another form"))?];
    let fields = match digest_in_query(request.url) {
        Some(digest) => {
            let own = encoding::to_hex(&Hash::Sha256.of(&[request.body]));
            if !digest.eq_ignore_ascii_case(&own) {
                return Err(Unproved::invalid("the body is not what its signed digest says"));
            }
            String::new()
        }
        None => in_order(request.body)?,
    };
    let mut found = (None, "");
    let [short, long] = with_and_without_port(request.url);
    for url in [request.url, &short, &long] {
        let parts = [url.as_bytes(), fields.as_bytes()];
        let made = Hash::Sha1.made_by(secrets, &codes, &parts);
        if found.0.is_none() {
            found = (made, url);
        }
    }
    let (secret, url) = found;
    let id = Proof::told_by("hmac", &[url.as_bytes(), fields.as_bytes()]);
    Ok((secret, Word { seconds: None, id }))
}

/// The value of `bodySHA256` in a URL's query.
fn digest_in_query(url: &str) -> Option<&str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("bodySHA256="))
}

/// The names and values of a form, sorted by name and then by value, each pair once, with nothing
/// between them.
fn in_order(body: &[u8]) -> Result<String, Unproved> {
    let text = std::str::from_utf8(body);
    let text = text.map_err(|_| Unproved::invalid("the body is not a form in UTF-8"))?;
    let mut fields = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        fields.push((decoded(name), decoded(value)));
        if fields.len() > FIELDS_MAX {
            return Err(Unproved::invalid("the form has too many fields"));
        }
    }
    tollgate_order::sort(&mut fields);
    fields.dedup();
    Ok(fields.into_iter().flat_map(|(name, value)| [name, value]).collect())
}

/// A text out of `application/x-www-form-urlencoded`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match rest {
            [b'%', digits @ ..] => digits.get(..2).and_then(encoding::hex),
            _ => None,
        };
        match (escaped, first) {
            (Some(byte), _) => {
                bytes.extend(byte);
                rest = rest.get(3..).unwrap_or_default();
                continue;
            }
            (None, b'+') => bytes.push(b' '),
            (None, other) => bytes.push(*other),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A URL without its port, and with the port of its scheme.
fn with_and_without_port(url: &str) -> [String; 2] {
    let same = || [url.to_owned(), url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return same() };
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(at).unwrap_or((rest, ""));
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let port = if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 };
    [format!("{scheme}://{host}{path}"), format!("{scheme}://{host}:{port}{path}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_order_and_once() {
        let order = |body: &str| in_order(body.as_bytes());
        assert_eq!(order("b=2&a=1+%2b%zz&b=2&b=1&c"), Ok("a1 +%zzb1b2c".to_owned()));
        assert_eq!(order(""), Ok(String::new()));
        assert!(in_order(b"\xff").is_err());
        assert!(order(&"a=1&".repeat(1001)).is_err());
    }

    #[test]
    fn a_port_may_be_written_or_not() {
        assert_eq!(
            with_and_without_port("https://example.com:8443/a?b=:1"),
            ["https://example.com/a?b=:1", "https://example.com:443/a?b=:1"]
        );
        assert_eq!(
            with_and_without_port("http://example.com"),
            ["http://example.com", "http://example.com:80"]
        );
    }
}
