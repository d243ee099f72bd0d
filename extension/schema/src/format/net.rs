//! Addresses and references: RFC 5321, RFC 1123 and RFC 3986.
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::uri;

/// RFC 5321, section 4.1.2: a dotted or quoted local part, and a host name or address.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let quoted = local.strip_prefix('"').and_then(|local| local.strip_suffix('"'));
    let local_holds = match quoted {
        Some(inside) => is_quoted(inside),
        None => local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom)),
    };
    let literal = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    let domain_holds = match literal {
        Some(address) => match address.strip_prefix("IPv6:") {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => address.parse::<Ipv4Addr>().is_ok(),
        },
        None => domain.is_ascii() && is_hostname(domain) || is_international(domain),
    };
    local_holds && local.len() <= 64 && domain_holds
}

fn is_atom(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(character)
        || !character.is_ascii()
}

fn is_quoted(inside: &str) -> bool {
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        let holds = match character {
            '\\' => characters.next().is_some_and(|next| (' '..='~').contains(&next)),
            '"' => false,
            other => !other.is_control(),
        };
        if !holds {
            return false;
        }
    }
    true
}

fn is_international(domain: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '-';
    !domain.is_ascii()
        && domain.split('.').all(|label| !label.is_empty() && label.chars().all(is_letter))
}

/// RFC 1123, section 2.1.
pub(super) fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let reserved =
            label.get(2..4) == Some("--") && !label.to_ascii_lowercase().starts_with("xn");
        let hyphens = label.starts_with('-') || label.ends_with('-') || reserved;
        (1..=63).contains(&label.len()) && letters && !hyphens
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// RFC 3987: RFC 3986 with letters beyond ASCII.
pub(super) fn is_iri(text: &str) -> bool {
    uri::has_scheme(text) && is_iri_reference(text)
}

/// The same, or relative.
pub(super) fn is_iri_reference(text: &str) -> bool {
    let allowed = |c: char| match c {
        '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
        c => !c.is_control() && !c.is_whitespace(),
    };
    let mut escapes = text.split('%').skip(1);
    let is_hex = |rest: &str| {
        rest.get(..2).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let (before, fragment) = uri::split_fragment(text);
    let after_scheme = match uri::has_scheme(before) {
        true => before.split_once(':').map_or("", |(_, rest)| rest),
        // A first segment with a colon would be a scheme.
        false if before.split(['/', '?']).next().is_some_and(|first| first.contains(':')) => {
            return false;
        }
        false => before,
    };
    let authority_holds = after_scheme
        .strip_prefix("//")
        .is_none_or(|rest| rest.split(['/', '?']).next().is_some_and(is_authority));
    let brackets = after_scheme
        .strip_prefix("//")
        .map_or(after_scheme, |rest| rest.split_once(['/', '?']).map_or("", |(_, path)| path));
    text.chars().all(allowed)
        && escapes.all(is_hex)
        && authority_holds
        && !brackets.contains(['[', ']'])
        && !fragment.is_some_and(|fragment| fragment.contains(['#', '[', ']']))
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    if user.contains(['[', ']', '@']) {
        return false;
    }
    let (host, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let Some((address, port)) = rest.split_once(']') else { return false };
            let future = address.starts_with(['v', 'V']);
            if !future && address.parse::<Ipv6Addr>().is_err() {
                return false;
            }
            ("", port.strip_prefix(':').unwrap_or(port))
        }
        None => host.split_once(':').unwrap_or((host, "")),
    };
    !host.contains(['[', ']']) && port.bytes().all(|byte| byte.is_ascii_digit())
}
