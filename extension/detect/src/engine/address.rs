//! Tells the address of a page from one that asks for more, and the slashes of a comment from both.
use crate::work::Work;

/// How far an address is followed, both ways.
const BYTES_MAX: usize = 160;
/// What looking at one costs.
const STEPS_AN_ADDRESS: u64 = 160;

/// Whether the sign at `at` stands in an address with nothing odd in it: a host of a name, plain
/// steps, plain parameters. Where it leads is asked by the words in it.
pub(super) fn is_plain_around(text: &[u8], at: usize, work: &mut Work) -> bool {
    if work.spend(STEPS_AN_ADDRESS).is_err() {
        return false;
    }
    let (head, tail) = text.split_at_checked(at).unwrap_or_default();
    let before = head.iter().rev().take(BYTES_MAX).take_while(|byte| is_part(**byte)).count();
    let after = tail.iter().take(BYTES_MAX).take_while(|byte| is_part(**byte)).count();
    let ends = matches!(tail.get(after), Some(b' ' | b'"' | b'\\' | b')') | None);
    let address = text.get(at - before..at + after).unwrap_or_default();
    let host = address.strip_prefix(b"https://").or_else(|| address.strip_prefix(b"http://"));
    ends && before < BYTES_MAX && host.is_some_and(is_plain)
}

/// Whether the slash at `at` is one of two to four before the words of a comment.
pub(super) fn is_comment(text: &[u8], at: usize) -> bool {
    let (head, tail) = text.split_at_checked(at).unwrap_or_default();
    let before = head.iter().rev().take(4).take_while(|byte| **byte == b'/').count();
    let after = tail.iter().take(4).take_while(|byte| **byte == b'/').count();
    let (start, _) = head.split_at(head.len() - before);
    let begins = start.ends_with(b"  ") || start.ends_with(b"\\n") || start.ends_with(b"\n");
    let words = matches!(tail.get(after..), Some([b' ', next, ..]) if next.is_ascii_alphabetic());
    begins && words && before + after <= 4
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'/' | b':' | b'.' | b'-' | b'_' | b'?' | b'&' | b'=' | b',')
}

/// What stands behind the scheme: letters first, and no two signs in a row, but one at the end.
fn is_plain(rest: &[u8]) -> bool {
    let host = rest.split(|byte| matches!(byte, b'/' | b'?')).next().unwrap_or_default();
    let named = host.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'-'));
    let mut plain = named && host.contains(&b'.');
    let mut before = b'/';
    for &byte in rest {
        let query = before == b'/' && byte == b'?';
        plain &= byte.is_ascii_alphanumeric() || before.is_ascii_alphanumeric() || query;
        before = byte;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain_at(text: &str, mark: &str) -> bool {
        let at = text.find(mark).unwrap() + mark.len() - 1;
        is_plain_around(text.as_bytes(), at, &mut Work::default())
    }

    #[test]
    fn addresses_of_pages_are_plain() {
        let text = "see https://example.com/help/orders?id=42&lang=en for more";
        for mark in [":/", "//", "=4", "&", "=e"] {
            assert!(is_plain_at(text, mark), "{mark}");
        }
        assert!(is_plain_at("\"http://example.com/\"", "//"));
    }

    #[test]
    fn comments_are_told_from_paths() {
        for text in ["a;\\n/// The next one", "a;  // The next", "a;\n// The next"] {
            assert!(is_comment(text.as_bytes(), text.find("//").unwrap() + 1), "{text}");
        }
        for text in ["//example.com/a", "\\n//etc//passwd", "a // b", "\\n/////// a"] {
            assert!(!is_comment(text.as_bytes(), text.find("//").unwrap() + 1), "{text}");
        }
    }

    #[test]
    fn what_asks_for_more_is_not() {
        for text in [
            "http://127.0.0.1/a",
            "http://localhost/a",
            "http://[::1]/a",
            "http://user@example.com/",
            "https://example.com/../a",
            "https://example.com/?file=/etc",
            "https://example.com//a",
            "https://example.com/?a=1;id",
            "https://example.com/?a=$(id)",
            "https://example.com/?a='",
            "ftp://example.com/a",
        ] {
            assert!(!is_plain_at(text, "//"), "{text}");
        }
    }
}
