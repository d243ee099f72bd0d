//! X.509 certificates (RFC 5280), as far as a signature's key needs them.
//!
//! A certificate is taken as a pinned key with a time in it: no chain is built here. What makes it
//! trusted is where it comes from: a file of the owner, or a host whose TLS was checked.
use crate::der::{self, Der};
use crate::encoding;
use crate::hash::Hash;
use crate::rsa::RsaKey;

/// The most bytes of a file of certificates.
pub const CERTIFICATES_BYTES_MAX: usize = 256 * 1024;
/// The most certificates of one file.
const CERTIFICATES_MAX: usize = 32;

// OIDs: rsaEncryption (RFC 8017), commonName (X.520), subjectAltName (RFC 5280).
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// An rfc822Name, a dNSName and a uniformResourceIdentifier in a subjectAltName.
const MAIL_NAME: u8 = 0x81;
const DNS_NAME: u8 = 0x82;
const URI_NAME: u8 = 0x86;

/// A certificate with an RSA key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    key: RsaKey,
    begins_ms: u64,
    ends_ms: u64,
    names: Vec<String>,
    digest: Vec<u8>,
}

impl Certificate {
    /// Every certificate of a PEM text (RFC 7468); `None` if there is none, if one cannot be read
    /// or has another kind of key, or if there are more than 32.
    pub fn read_all(pem: &str) -> Option<Vec<Self>> {
        let mut all = Vec::new();
        let mut rest = pem;
        while let Some(read) = next_of(&mut rest) {
            all.push(Self::read(&read)?);
        }
        (1..=CERTIFICATES_MAX).contains(&all.len()).then_some(all)
    }

    /// One certificate in DER.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut outer = Der::new(bytes);
        let mut body = body(&mut outer)?;
        let mut validity = body.enter(der::SEQUENCE)?;
        let (begins_ms, ends_ms) = (time(&mut validity)?, time(&mut validity)?);
        let mut names = common_names(body.enter(der::SEQUENCE)?);
        let key = rsa_key(body.enter(der::SEQUENCE)?)?;
        names.extend(alternative_names(body, &[DNS_NAME]));
        let digest = Hash::Sha256.of(&[bytes]);
        outer.is_empty().then_some(Self { key, begins_ms, ends_ms, names, digest })
    }

    /// Whether it holds at this moment: milliseconds since the Unix epoch.
    pub fn is_valid_at(&self, now_ms: u64) -> bool {
        (self.begins_ms..=self.ends_ms).contains(&now_ms)
    }

    /// The names it is for: common name and DNS names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// SHA-256 of it, in hex: what it is called.
    pub fn fingerprint(&self) -> String {
        encoding::to_hex(&self.digest)
    }

    pub(crate) fn key(&self) -> &RsaKey {
        &self.key
    }
}

/// The alternative names of the first certificate of a PEM text, whatever its key: hosts, URIs and
/// addresses of mail. `None` if it cannot be read.
pub fn client_names(pem: &str) -> Option<Vec<String>> {
    let bytes = next_of(&mut { pem })?;
    let mut outer = Der::new(&bytes);
    let mut body = body(&mut outer)?;
    // Validity, subject, key.
    for _ in 0..3 {
        body.take(der::SEQUENCE)?;
    }
    let names = alternative_names(body, &[MAIL_NAME, DNS_NAME, URI_NAME]);
    outer.is_empty().then_some(names)
}

/// Takes the next certificate out of a PEM text, where there is a further one; no bytes where it
/// cannot be read.
fn next_of(rest: &mut &str) -> Option<Vec<u8>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let (_, begun) = rest.split_once(BEGIN)?;
    let ended = begun.split_once(END).filter(|_| rest.len() <= CERTIFICATES_BYTES_MAX);
    let Some((body, after)) = ended else { return Some(Vec::new()) };
    let text: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    *rest = after;
    Some(encoding::base64(&text).unwrap_or_default())
}

/// What is certified, from its validity on.
fn body<'a>(outer: &mut Der<'a>) -> Option<Der<'a>> {
    let mut certificate = outer.enter(der::SEQUENCE)?;
    let mut body = certificate.enter(der::SEQUENCE)?;
    // Without a version it would be version 1, which has no extensions.
    body.take(VERSION)?;
    body.take(der::INTEGER)?;
    body.take(der::SEQUENCE)?;
    body.take(der::SEQUENCE)?;
    Some(body)
}

fn rsa_key(mut info: Der<'_>) -> Option<RsaKey> {
    let mut algorithm = info.enter(der::SEQUENCE)?;
    let (unused_bits, key) = info.take(der::BIT_STRING)?.split_first()?;
    if algorithm.take(der::OBJECT_ID)? != RSA || *unused_bits != 0 {
        return None;
    }
    let mut key = Der::new(key).enter(der::SEQUENCE)?;
    RsaKey::new(key.take(der::INTEGER)?, key.take(der::INTEGER)?)
}

fn common_names(mut name: Der<'_>) -> Vec<String> {
    let mut names = Vec::new();
    while let Some(mut set) = name.enter(der::SET) {
        while let Some(mut pair) = set.enter(der::SEQUENCE) {
            if pair.take(der::OBJECT_ID) == Some(COMMON_NAME) {
                names
                    .extend(pair.any().and_then(|(_, text)| String::from_utf8(text.to_vec()).ok()));
            }
        }
    }
    names
}

/// The alternative names of these tags, in what follows a certificate's key.
fn alternative_names(mut rest: Der<'_>, tags: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let extensions = std::iter::from_fn(|| rest.any()).find(|(tag, _)| *tag == EXTENSIONS);
    let list = extensions.and_then(|(_, inside)| Der::new(inside).enter(der::SEQUENCE));
    let Some(mut list) = list else { return names };
    while let Some(mut extension) = list.enter(der::SEQUENCE) {
        let is_names = extension.take(der::OBJECT_ID) == Some(SUBJECT_ALT_NAME);
        let value =
            std::iter::from_fn(|| extension.any()).find(|(tag, _)| *tag == der::OCTET_STRING);
        let value = value.filter(|_| is_names).map(|(_, value)| value);
        let Some(mut all) = value.and_then(|value| Der::new(value).enter(der::SEQUENCE)) else {
            continue;
        };
        while let Some((tag, name)) = all.any() {
            let name = String::from_utf8(name.to_vec()).ok();
            names.extend(name.filter(|_| tags.contains(&tag)));
        }
    }
    names
}

/// A time of RFC 5280, section 4.1.2.5, in milliseconds since the Unix epoch.
fn time(der: &mut Der<'_>) -> Option<u64> {
    let (tag, text) = der.any()?;
    let digits = text.strip_suffix(b"Z")?;
    let digits: Option<Vec<u64>> =
        digits.iter().map(|byte| char::from(*byte).to_digit(10).map(u64::from)).collect();
    let pairs =
        digits?.chunks(2).map(|pair| pair.iter().fold(0, |sum, it| sum * 10 + it)).collect();
    let pairs: Vec<u64> = pairs;
    let (year, rest) = match (tag, pairs.as_slice()) {
        (der::UTC_TIME, [year, rest @ ..]) if *year < 50 => (2000 + year, rest),
        (der::UTC_TIME, [year, rest @ ..]) => (1900 + year, rest),
        (der::GENERALIZED_TIME, [century, year, rest @ ..]) => (century * 100 + year, rest),
        _ => return None,
    };
    let [month @ 1..=12, day @ 1..=31, hour @ 0..=23, minute @ 0..=59, second @ 0..=60] = rest
    else {
        return None;
    };
    let days = days_from_epoch(year, *month, *day)?;
    Some((days * 86_400 + hour * 3600 + minute * 60 + second) * 1000)
}

/// A time as front ends write it for a certificate, in milliseconds since the Unix epoch:
/// `2026-01-02T03:04:05Z` or `Jan  2 03:04:05 2026 GMT`.
pub fn moment(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [month, day, time, year, "GMT"] = words.as_slice() else {
        return crate::sns::moment(text);
    };
    let month = MONTHS.find(month).filter(|at| at % 3 == 0 && month.len() == 3)? / 3 + 1;
    crate::sns::moment(&format!("{year}-{month}-{day}T{time}Z"))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; years before 1970 count as its start.
pub(crate) fn days_from_epoch(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 {
        return Some(0);
    }
    // Years that begin in March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    days.checked_sub(719_468)
}

#[cfg(test)]
mod tests;
