//! Formats of strings that services write. Each is as wide as everything that AWS is known to
//! write, samples in its documentation included.
use core::net::IpAddr;

use crate::scan::{self, Visitor};

/// The format of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// 12 digits.
    Account,
    /// An IP address, or a word in its place.
    Address,
    /// `arn:partition:service:region:account:resource`.
    Arn,
    /// The same, or an empty string.
    ArnOrNothing,
    /// Base64 with padding.
    Base64,
    /// The time of an access log: `12/Mar/2026:19:03:58 +0000`.
    ClfTime,
    /// 1 to 64 digits.
    Digits,
    /// Base64 of gzip.
    Gzip,
    /// 32 hexadecimal digits.
    Hash,
    /// A whole JSON text.
    Json,
    /// 1 to 4096 bytes without control characters.
    Line,
    /// An HTTP method.
    Method,
    /// 1 to 2048 visible ASCII characters.
    Name,
    /// A region.
    Region,
    /// A date and time (ISO 8601).
    Time,
    /// An `http` or `https` URL.
    Url,
}

const NAME_BYTES_MAX: usize = 2048;
const LINE_BYTES_MAX: usize = 4096;
const URL_BYTES_MAX: usize = 8192;
/// What Lambda takes for an asynchronous invocation, which is how such events come.
const JSON_BYTES_MAX: usize = 1024 * 1024;

impl Format {
    /// What is expected, for a message.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Account => "an account id",
            Self::Address => "an IP address",
            Self::Arn | Self::ArnOrNothing => "an ARN",
            Self::Base64 => "base64",
            Self::ClfTime | Self::Time => "a date and time",
            Self::Digits => "digits",
            Self::Gzip => "base64 of gzip",
            Self::Hash => "an MD5 digest",
            Self::Json => "JSON",
            Self::Line => "one line of text",
            Self::Method => "an HTTP method",
            Self::Name => "a name or id",
            Self::Region => "a region",
            Self::Url => "a URL",
        }
    }

    /// The longest string that has the format, in bytes.
    pub(super) const fn bytes_max(self) -> usize {
        match self {
            Self::Base64 | Self::Gzip => usize::MAX / 8,
            Self::Json => JSON_BYTES_MAX,
            Self::Url => URL_BYTES_MAX,
            _ => LINE_BYTES_MAX,
        }
    }

    /// Whether a string, its escapes decoded, has the format. Linear in its length.
    pub(super) fn fits(self, text: &[u8]) -> bool {
        match self {
            Self::Account => text.len() == 12 && is_digits(text),
            Self::Address => is_address(text),
            Self::Arn => is_arn(text),
            Self::ArnOrNothing => text.is_empty() || is_arn(text),
            Self::Base64 => is_base64(text),
            Self::ClfTime => is_clf_time(text),
            Self::Digits => !text.is_empty() && text.len() <= 64 && is_digits(text),
            // The first three bytes of a gzip member: its magic number and the only method.
            Self::Gzip => text.starts_with(b"H4sI") && is_base64(text),
            Self::Hash => text.len() == 32 && text.iter().all(u8::is_ascii_hexdigit),
            Self::Json => text.len() <= JSON_BYTES_MAX && scan::scan(text, &mut Nothing).is_ok(),
            Self::Line => is_line(text),
            Self::Method => {
                !text.is_empty() && text.len() <= 64 && text.iter().copied().all(is_token)
            }
            Self::Name => is_name(text),
            Self::Region => is_region(text),
            Self::Time => is_time(text),
            Self::Url => is_url(text),
        }
    }
}

struct Nothing;

impl Visitor for Nothing {}

fn is_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// AWS Billing and others: `eu-west-1`, `us-gov-west-1`, `aws-global`; at most 64 bytes.
fn is_region(text: &[u8]) -> bool {
    let is_region_byte = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    !text.is_empty() && text.len() <= 64 && text.iter().all(is_region_byte)
}

fn is_name(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.iter().all(u8::is_ascii_graphic)
}

fn is_line(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= LINE_BYTES_MAX && !text.iter().any(u8::is_ascii_control)
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// An address, perhaps with the length of a prefix. Where there is none, services write a word:
/// the console of API Gateway `test-invoke-source-ip`.
fn is_address(text: &[u8]) -> bool {
    let is_word_byte = |b: &u8| b.is_ascii_alphabetic() || b"-.".contains(b);
    if text.is_empty() || text.len() > 64 {
        return false;
    }
    if text.iter().all(is_word_byte) {
        return true;
    }
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let (address, prefix) = text.split_once('/').unwrap_or((text, "0"));
    address.parse::<IpAddr>().is_ok() && prefix.parse::<u8>().is_ok_and(|bits| bits <= 128)
}

/// Amazon Resource Names, in all partitions. AWS's own samples end early: `arn:aws:sns:EXAMPLE`.
fn is_arn(text: &[u8]) -> bool {
    if text.len() > NAME_BYTES_MAX {
        return false;
    }
    let mut parts = text.splitn(6, |&byte| byte == b':');
    let mut next = || parts.next().unwrap_or_default();
    let (scheme, partition, service, region) = (next(), next(), next(), next());
    let (account, resource) = (next(), next());
    let sample = |part: &[u8]| part == b"EXAMPLE" || part.is_empty();
    let is_sample =
        text.ends_with(b":EXAMPLE") && sample(region) && sample(account) && resource.is_empty();
    let is_part = |part: &[u8]| part.is_empty() || is_region(part);
    scheme == b"arn"
        && partition.starts_with(b"aws")
        && is_region(partition)
        && is_region(service)
        && (is_sample || is_part(region) && is_arn_account(account) && is_line(resource))
}

/// Of resources that are AWS's own it is `aws`; S3 leaves it out.
fn is_arn_account(account: &[u8]) -> bool {
    account.is_empty()
        || account.len() == 12 && is_digits(account)
        || matches!(account, b"aws" | b"aws-managed" | b"amazon")
}

fn is_base64(text: &[u8]) -> bool {
    let digits = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    // Without a branch for each byte, so that it compiles to SIMD.
    let strange = digits.iter().fold(false, |strange, &byte| strange | !is_base64_digit(byte));
    text.len().is_multiple_of(4) && !strange
}

#[inline]
const fn is_base64_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'+' | b'/')
}

/// `2026-03-12T19:03:58`, perhaps with a fraction, and `Z` or an offset.
fn is_time(text: &[u8]) -> bool {
    let Some((date, rest)) = text.split_at_checked(19) else { return false };
    if !follows(date, b"dddd-dd-ddTdd:dd:dd") || text.len() > 40 {
        return false;
    }
    let zone = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let end = fraction.iter().position(|b| !b.is_ascii_digit()).unwrap_or(fraction.len());
            if end == 0 {
                return false;
            }
            fraction.get(end..).unwrap_or_default()
        }
        None => rest,
    };
    zone == b"Z"
        || [&b"+dd:dd"[..], b"-dd:dd", b"+dddd", b"-dddd"].iter().any(|form| follows(zone, form))
}

fn is_clf_time(text: &[u8]) -> bool {
    let Some((moment, zone)) = text.split_at_checked(20) else { return false };
    let zone = zone.strip_prefix(b" ").unwrap_or(zone);
    follows(moment, b"dd/aaa/dddd:dd:dd:dd") && (follows(zone, b"+dddd") || follows(zone, b"-dddd"))
}

/// Whether a text has a form in which `d` stands for a digit and `a` for a letter.
fn follows(text: &[u8], form: &[u8]) -> bool {
    text.len() == form.len()
        && text.iter().zip(form).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            other => byte == other,
        })
}

fn is_url(text: &[u8]) -> bool {
    let host = text.strip_prefix(b"https://").or_else(|| text.strip_prefix(b"http://"));
    text.len() <= URL_BYTES_MAX
        && text.iter().all(u8::is_ascii_graphic)
        && host.is_some_and(|host| host.first().is_some_and(u8::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: Format, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(format.fits(text.as_bytes()), "{format:?} {text}");
        }
        for text in bad {
            assert!(!format.fits(text.as_bytes()), "{format:?} {text}");
        }
    }

    #[test]
    fn arns_of_every_partition() {
        let good = [
            "arn:aws:sqs:eu-west-1:123456789012:orders.fifo",
            "arn:aws:s3:::uploads-example",
            "arn:aws:s3:::uploads-example/a b.txt",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws-cn:sns:cn-north-1:123456789012:alerts",
            "arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/a",
            "arn:aws-iso-b:sqs:us-isob-east-1:123456789012:orders",
            "arn:aws-eusc:sqs:eusc-de-east-1:123456789012:orders",
            "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:Zu viele Fehler ü",
            "arn:aws:sns:EXAMPLE",
            "arn:aws:iam::EXAMPLE",
        ];
        let bad = [
            "",
            "not-an-arn",
            "arn:aws:sqs",
            "arn:aws:sqs:eu-west-1",
            "arn:aws:sqs:eu-west-1:123456789012",
            "arn:aws:sqs:eu-west-1:123456789012:",
            "arn:aws:sqs:eu-west-1:12345678901:orders",
            "arn:aws:sqs:EU:123456789012:orders",
            "arn:other:sqs:eu-west-1:123456789012:orders",
            "arn:aws::eu-west-1:123456789012:orders",
            "arn:aws:sqs:eu-west-1:123456789012:or\nders",
            "urn:aws:sqs:eu-west-1:123456789012:orders",
        ];
        check(Format::Arn, &good, &bad);
    }

    #[test]
    fn times() {
        let good = [
            "2026-03-12T19:03:58Z",
            "2026-03-12T19:03:58.123Z",
            "2026-03-12T19:03:58.123456789Z",
            "2026-03-12T19:03:58.475+0000",
            "2026-03-12T19:03:58+01:00",
            "2026-03-12T19:03:58-0330",
        ];
        let bad = [
            "",
            "yesterday",
            "2026-03-12",
            "2026-03-12T19:03:58",
            "2026-03-12T19:03:58.Z",
            "2026-03-12 19:03:58Z",
            "2026-03-12T19:03:58Z' OR 1=1",
            "2026-03-12T19: 03: 58Z",
        ];
        check(Format::Time, &good, &bad);
        let good = ["12/Mar/2026:19:03:58 +0000", "12/Mar/2026:19:03:58+0000"];
        check(Format::ClfTime, &good, &["12/03/2026:19:03:58 +0000", "12/Mar/2026", ""]);
    }

    #[test]
    fn base64_has_whole_groups_and_padding_at_its_end() {
        let good = ["", "aGk=", "aA==", "aGkh", "+/+/"];
        let bad = ["a", "aGk", "aG=k", "aGk-", "a===", "====", "aGk=\n", "aG k", "äää"];
        check(Format::Base64, &good, &bad);
        check(Format::Gzip, &["H4sIAAAA"], &["aGkh", "H4sI*AAA", "H4sIA"]);
    }

    #[test]
    fn addresses() {
        let good = ["203.0.113.9", "2001:db8::1", "192.0.2.1/32", "test-invoke-source-ip"];
        let bad = ["", "300.1.1.1", "203.0.113.9, 10.0.0.1", "1.2.3", "203.0.113.9/999", "a b"];
        check(Format::Address, &good, &bad);
    }

    #[test]
    fn the_rest() {
        check(Format::Account, &["123456789012"], &["12345678901", "12345678901a", ""]);
        check(Format::Digits, &["0", "1773342238123"], &["", "-1", "1.5", "1e3", "٣"]);
        check(Format::Hash, &["e4e68fb7bd0e697a0ae8f1bb342846b3"], &["e4e6", ""]);
        check(Format::Json, &["{}", "[1]", "\"a\""], &["", "{", "{}{}", "{a:1}"]);
        check(Format::Line, &["a b", "ü"], &["", "a\nb", "a\0"]);
        check(Format::Method, &["GET", "M-SEARCH", "ANY"], &["", "GET ", "GET\r\n", "G(T"]);
        check(Format::Name, &["a-1", "<id>"], &["", "a b", "ü", "a\n"]);
        check(Format::Region, &["eu-west-1", "us-gov-west-1"], &["", "EU", "eu west"]);
        check(
            Format::Url,
            &["https://a.example/?b=c", "http://x"],
            &["", "ftp://a", "https://", "https:// a"],
        );
    }
}
