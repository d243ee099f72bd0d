//! Which caller an event is counted for.
use core::fmt::Write as _;
use core::net::{IpAddr, Ipv6Addr};
use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::id::CallerId;

/// By what callers are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CallerKey {
    /// The address: IPv4 whole, IPv6 by its first 64 bits, which is what one subscriber gets
    /// (RFC 6177, section 2).
    SourceIp,
    /// The caller's name: an ARN, a subject, a user.
    Principal,
    /// The id of the API key or access key.
    ApiKey,
    /// The tenant of a function with tenant isolation.
    Tenant,
    /// A claim of a token.
    Jwt(String),
    /// What stands at a place of the event or, in a batch, of the item (RFC 6901): anybody who may
    /// send can write there what it likes.
    At(String),
}

/// The longest name of a claim, and the longest place.
const NAME_MOST: usize = 128;

/// The name under which all callers without a key count together.
pub const NOBODY: &str = "";

impl CallerKey {
    /// Reads `source_ip`, `principal`, `api_key`, `tenant`, `jwt:<claim>` or `at:/<place>`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "source_ip" => Self::SourceIp,
            "principal" => Self::Principal,
            "api_key" => Self::ApiKey,
            "tenant" => Self::Tenant,
            _ => {
                let (kind, name) = text.split_once(':')?;
                let fits = |b: u8| b.is_ascii_graphic() && b != b'=';
                if name.is_empty() || name.len() > NAME_MOST || !name.bytes().all(fits) {
                    return None;
                }
                match kind {
                    "jwt" => Self::Jwt(name.to_owned()),
                    "at" if is_pointer(name) => Self::At(name.to_owned()),
                    _ => return None,
                }
            }
        })
    }

    /// Whether each item of a batch can have its own; of all else the event has one.
    pub const fn is_of_items(&self) -> bool {
        matches!(self, Self::SourceIp | Self::Principal | Self::At(_))
    }

    /// As it is written.
    pub fn name(&self) -> Cow<'static, str> {
        match self {
            Self::SourceIp => "source_ip".into(),
            Self::Principal => "principal".into(),
            Self::ApiKey => "api_key".into(),
            Self::Tenant => "tenant".into(),
            Self::Jwt(claim) => format!("jwt:{claim}").into(),
            Self::At(pointer) => format!("at:{pointer}").into(),
        }
    }

    /// The form of a value under which it counts.
    pub fn normal<'v>(&self, value: &'v str) -> Cow<'v, str> {
        match self {
            Self::SourceIp => address(value),
            _ => Cow::Borrowed(value),
        }
    }

    /// The caller of this value; one for all that have none.
    pub fn caller(&self, value: Option<&str>) -> CallerId {
        let value = value.unwrap_or(NOBODY);
        let mut hash = Sha256::new();
        hash.update(self.name().as_bytes());
        hash.update([b'=']);
        hash.update(self.normal(value).as_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let first = digest.first_chunk().copied().unwrap_or_default();
        CallerId(u64::from_be_bytes(first))
    }
}

/// A JSON pointer (RFC 6901, section 3) to a member, none of whose names is empty.
fn is_pointer(text: &str) -> bool {
    let name = |name: &str| {
        let mut escapes = name.split('~').skip(1);
        !name.is_empty() && escapes.all(|rest| rest.starts_with(['0', '1']))
    };
    text.strip_prefix('/').is_some_and(|names| names.split('/').all(name))
}

/// An address without the client's port, which load balancers can be told to hand on: `192.0.2.1:443`,
/// `[2001:db8::1]:443` (Elastic Load Balancing, "HTTP headers and Application Load Balancers").
fn without_port(text: &str) -> &str {
    if let Some((address, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    text.split_once(':')
        .filter(|(_, port)| !port.contains(':'))
        .map_or(text, |(address, _)| address)
}

/// An address without what one subscriber can vary.
fn address(text: &str) -> Cow<'_, str> {
    match without_port(text).parse::<IpAddr>().map(|it| it.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            let mut canonical = String::new();
            // Writing to a string cannot fail.
            _ = write!(canonical, "{address}");
            Cow::Owned(canonical)
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            let network = Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0);
            Cow::Owned(format!("{network}/64"))
        }
        Err(_) => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_is_one_caller() {
        let key = CallerKey::SourceIp;
        let of = |text| key.caller(Some(text));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:0DB8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("203.0.113.7"), of("::ffff:203.0.113.7"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
        assert_eq!(key.normal("2001:db8::5"), "2001:db8::/64");
        // Another port is no other caller.
        assert_eq!(of("203.0.113.7"), of("203.0.113.7:41234"));
        assert_eq!(of("2001:db8:1:2::1"), of("[2001:db8:1:2::1]:443"));
        assert_eq!(of("2001:db8:1:2::1"), of("[2001:db8:1:2::1]"));
        for odd in ["", ":", "[", "[]", "[:", "::", "unknown", "203.0.113.7:", "a:b:c"] {
            key.normal(odd);
        }
        assert_eq!(key.normal("unknown"), "unknown");
    }

    #[test]
    fn the_same_value_under_another_key_is_another_caller() {
        let value = Some("example");
        let jwt = CallerKey::Jwt("sub".to_owned());
        assert_ne!(CallerKey::Principal.caller(value), CallerKey::ApiKey.caller(value));
        assert_ne!(CallerKey::Principal.caller(value), jwt.caller(value));
        assert_eq!(jwt.caller(None), jwt.caller(Some("")));
    }

    #[test]
    fn reads_what_it_shows() {
        for text in [
            "source_ip",
            "principal",
            "api_key",
            "tenant",
            "jwt:sub",
            "jwt:custom:org",
            "at:/body/account",
            "at:/a~1b/0",
        ] {
            assert_eq!(
                CallerKey::parse(text).map(|key| key.name().into_owned()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "", "ip", "jwt", "jwt:", "jwt:a b", "jwt:a=b", "at:", "at:/", "at:body", "at:/a//b",
            "at:/~2",
        ] {
            assert_eq!(CallerKey::parse(text), None, "{text}");
        }
    }
}
