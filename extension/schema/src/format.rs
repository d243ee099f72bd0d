//! The values of `format` that are checked where the owner asks for it.
mod net;
mod time;

use std::cmp::Ordering;

use crate::number::Decimal;
use crate::pattern::Pattern;

/// A format that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    DateTime,
    Date,
    Time,
    Duration,
    Email,
    Hostname,
    Ipv4,
    Ipv6,
    Uri,
    UriReference,
    Iri,
    IriReference,
    Uuid,
    JsonPointer,
    RelativeJsonPointer,
    Regex,
    /// `byte` of OpenAPI 3.0: base64.
    Byte,
    Int32,
    Int64,
}

/// What a format's name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// It is checked.
    Checked(Format),
    /// Every value of its type has it, such as `password`.
    Any,
    /// It is not known here.
    Unknown,
}

impl Format {
    pub(crate) fn named(name: &str) -> Named {
        Named::Checked(match name {
            "date-time" => Self::DateTime,
            "date" => Self::Date,
            "time" => Self::Time,
            "duration" => Self::Duration,
            "email" | "idn-email" => Self::Email,
            "hostname" => Self::Hostname,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "uri" => Self::Uri,
            "uri-reference" => Self::UriReference,
            "iri" => Self::Iri,
            "iri-reference" => Self::IriReference,
            "uuid" => Self::Uuid,
            "json-pointer" => Self::JsonPointer,
            "relative-json-pointer" => Self::RelativeJsonPointer,
            "regex" => Self::Regex,
            "byte" => Self::Byte,
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            "binary" | "password" | "float" | "double" | "html" | "commonmark" => {
                return Named::Any;
            }
            _ => return Named::Unknown,
        })
    }

    pub(crate) fn holds_for_text(self, text: &str) -> bool {
        match self {
            Self::DateTime => time::is_date_time(text),
            Self::Date => time::is_date(text),
            Self::Time => time::is_time(text),
            Self::Duration => time::is_duration(text),
            Self::Email => net::is_email(text),
            Self::Hostname => net::is_hostname(text),
            Self::Ipv4 => text.parse::<core::net::Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<core::net::Ipv6Addr>().is_ok(),
            Self::Uri => text.is_ascii() && net::is_iri(text),
            Self::UriReference => text.is_ascii() && net::is_iri_reference(text),
            Self::Iri => net::is_iri(text),
            Self::IriReference => net::is_iri_reference(text),
            Self::Uuid => is_uuid(text),
            Self::JsonPointer => is_json_pointer(text),
            Self::RelativeJsonPointer => is_relative_json_pointer(text),
            Self::Regex => Pattern::new(text).is_ok(),
            Self::Byte => is_base64(text),
            Self::Int32 | Self::Int64 => true,
        }
    }

    pub(crate) fn holds_for_number(self, number: &Decimal) -> bool {
        let (min, max): (&[u8], &[u8]) = match self {
            Self::Int32 => (b"-2147483648", b"2147483647"),
            Self::Int64 => (b"-9223372036854775808", b"9223372036854775807"),
            _ => return true,
        };
        number.is_whole()
            && number.compare(&Decimal::read(min)) != Ordering::Less
            && number.compare(&Decimal::read(max)) != Ordering::Greater
    }
}

/// RFC 9562, section 4.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// RFC 6901, section 3.
fn is_json_pointer(text: &str) -> bool {
    let escapes_hold = || text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    text.is_empty() || (text.starts_with('/') && escapes_hold())
}

fn is_relative_json_pointer(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (levels, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    let canonical = levels == "0" || (!levels.is_empty() && !levels.starts_with('0'));
    canonical && (rest == "#" || is_json_pointer(rest))
}

/// RFC 4648, section 4, with padding.
fn is_base64(text: &str) -> bool {
    let bare = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    text.len().is_multiple_of(4) && text.len() - bare.len() <= 2 && bare.bytes().all(is_digit)
}

#[cfg(test)]
mod tests;
