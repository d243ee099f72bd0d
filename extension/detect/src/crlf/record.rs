//! Lines of files and streams in which every line counts: settings, keys, accounts, timetables,
//! events. Behind a value of one word, one of them is a record that nobody was asked for.
use crate::bytes::{between, contains, from};

/// Whether a line is a record; `upper` when it begins with a word in capitals.
pub(super) fn is(line: &[u8], upper: bool) -> bool {
    let line = line.trim_ascii_end();
    let object = line.starts_with(b"{\"") && line.ends_with(b"}") && contains(line, b"\":");
    object
        || is_pseudo_header(line)
        || is_key(line)
        || is_account(line)
        || is_time(line)
        || upper && (is_setting(line) || is_card(line))
        || contains(line, b"=(all") && contains(line, b" all")
}

/// `:path: /admin`: what HTTP/2 has in the place of a request line.
fn is_pseudo_header(line: &[u8]) -> bool {
    [b":path:".as_slice(), b":authority:", b":method:", b":scheme:", b":status:"]
        .iter()
        .any(|name| line.starts_with(name))
}

/// A key that opens an account to OpenSSH.
fn is_key(line: &[u8]) -> bool {
    let kinds = [b"ssh-rsa aaaa".as_slice(), b"ssh-ed25519 aaaa", b"ssh-dss aaaa", b"ecdsa-sha2-"];
    kinds.iter().any(|kind| line.starts_with(kind))
}

/// `name:x:0:0::/root:/bin/sh`
fn is_account(line: &[u8]) -> bool {
    let mut fields = line.split(|byte| *byte == b':').skip(2);
    let is_number = |field: Option<&[u8]>| {
        field.is_some_and(|field| !field.is_empty() && field.iter().all(u8::is_ascii_digit))
    };
    is_number(fields.next())
        && is_number(fields.next())
        && fields.nth(1).is_some_and(|home| home.starts_with(b"/"))
}

/// `*/5 * * * * command`
fn is_time(line: &[u8]) -> bool {
    let is_part = |field: &[u8]| {
        !field.is_empty() && field.iter().all(|b| b.is_ascii_digit() || b"*/,-".contains(b))
    };
    let mut fields = line.split(|byte| *byte == b' ');
    let parts = fields.by_ref().take(5).filter(|field| is_part(field)).count();
    parts == 5 && line.contains(&b'*') && fields.next().is_some_and(|rest| !rest.is_empty())
        || line.starts_with(b"@reboot ")
}

/// `LD_PRELOAD=/tmp/x.so`
fn is_setting(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let value = from(line, name + 1);
    name >= 3
        && line.get(name) == Some(&b'=')
        && value.first().is_some_and(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
}

/// A line of a card or a calendar (RFC 6350, RFC 5545).
fn is_card(line: &[u8]) -> bool {
    const NAMES: [&[u8]; 12] = [
        b"begin",
        b"end",
        b"attendee",
        b"organizer",
        b"dtstart",
        b"dtend",
        b"attach",
        b"valarm",
        b"tel",
        b"adr",
        b"rrule",
        b"uid",
    ];
    let name = line.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let next = line.get(name).copied();
    let value = line.get(name + 1).copied();
    NAMES.contains(&between(line, 0, name))
        && matches!(next, Some(b':' | b';'))
        && value.is_some_and(|byte| !byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::is;

    #[test]
    fn records_are_told_from_notes() {
        for line in [
            "{\"user\":\"admin\",\"ok\":true}",
            ":path: /admin",
            "ssh-rsa aaaab3nza root@host",
            "evil::0:0::/root:/bin/sh",
            "*/5 * * * * curl example.com",
            "ld_preload=/tmp/x.so",
            "attendee:mailto:a@example.com",
            "evil all=(all) nopasswd: all",
        ] {
            assert!(is(line.as_bytes(), true), "{line}");
        }
        for line in [
            "see you at 10:30:00",
            "a: 1",
            "x = 3",
            "{ and so on }",
            "tel: 555-0100",
            "1 2 3 4 5 go",
            "all in all",
            "e=mc2",
        ] {
            assert!(!is(line.as_bytes(), true), "{line}");
        }
    }
}
