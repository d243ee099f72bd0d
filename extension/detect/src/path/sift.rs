//! Tells in a pass over a text that it holds nothing to judge: most texts that wake the family do.
use super::{WRAPPERS, has};

/// Whether a text of several words could hold anything that is found among words.
pub(super) fn may_hold_path(lower: &[u8]) -> bool {
    let named = |at: usize| may_name(lower.get(at..).unwrap_or_default());
    has_upward_dots(lower)
        || memchr::memchr3_iter(b'/', b'\\', b':', lower).any(named)
        || memchr::memchr(0, lower).is_some()
        || has(lower, b"0x2e0x2e")
        || WRAPPERS.iter().any(|scheme| lower.starts_with(scheme))
        || has(lower, b"/./")
        || has(lower, b"//") && !has(lower, b"://")
}

/// Whether two dots stand where they could lead upwards.
fn has_upward_dots(lower: &[u8]) -> bool {
    memchr::memchr_iter(b'.', lower).any(|dot| {
        let before = dot.checked_sub(1).and_then(|at| lower.get(at)).copied();
        match lower.get(dot + 1..) {
            Some([b'.', next, ..]) => {
                // Between dots and a name anything odd may be a separator.
                let odd = matches!(next, b'%' | b'0' | b'2' | b'5' | 0..0x20 | 0x7F..);
                odd || before != Some(b'.') && matches!(next, b'/' | b'\\' | b';' | b' ')
            }
            Some([b'.']) => before != Some(b'.'),
            _ => false,
        }
    })
}

/// Whether a name of a system's file could begin at a separator.
fn may_name(rest: &[u8]) -> bool {
    let [b'/' | b'\\', head @ ..] = rest else { return rest.starts_with(b"::$") };
    let [first, second, ..] = head else { return false };
    matches!(
        (first, second),
        (b'e', b't')
            | (b'p', b'r')
            | (b'.', b's' | b'b' | b'a')
            | (b'b', b'o')
            | (b'w', b'i' | b'e')
            | (b'v', b'a')
            | (b'd', b'e')
    )
}

/// Whether a text is the address of a page, with nothing odd in it.
pub(super) fn is_address(lower: &[u8]) -> bool {
    let host = lower.strip_prefix(b"https://").or_else(|| lower.strip_prefix(b"http://"));
    let Some(host) = host else { return false };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // Parts are parted by one slash or dot, and none begins with a dot.
    let mut parted = true;
    let usual = host.iter().all(|byte| {
        let usual = plain(byte) || matches!(byte, b'/' | b'.') && !parted;
        parted = matches!(byte, b'/' | b'.');
        usual
    });
    let telling: [&[u8]; 9] = [
        b"0x",
        b"2f",
        b"convert.",
        b"boot.ini",
        b"/system32",
        b"web-inf",
        b"ssh2.",
        b"compress.",
        b"//",
    ];
    usual
        && !telling.iter().any(|part| has(host, part))
        && !memchr::memchr_iter(b'/', host).any(|at| may_name(host.get(at..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_nothing_to_judge() {
        for text in [
            "a lamp... and 3/4 of a mile, see https://example.com/help/orders?id=42",
            "one... two and/or three",
        ] {
            assert!(!may_hold_path(text.as_bytes()), "{text}");
        }
        assert!(is_address(b"https://example.com/u/42"));
    }

    #[test]
    fn what_is_found_among_words_is_never_passed() {
        for text in [
            "cat the ../../../x file",
            "..;/a b c d e",
            "a b c /etc/passwd",
            "file \\win.ini of a b",
            "a b c ..%c0%af..",
            "a b c ....2fetc",
            "a b c .. ",
            "a b c d x::$data",
            "a b c /etc/./passwd",
            "php://filter a b c",
        ] {
            assert!(may_hold_path(text.as_bytes()), "{text}");
        }
        for text in ["http://a/.git", "http://a/etc/passwd", "http://a/x.y/../z", "http://a//etc"] {
            assert!(!is_address(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn every_name_that_says_it_all_is_seen() {
        for name in super::super::names::STRONG {
            assert!(may_name(name), "{}", name.escape_ascii());
        }
    }
}
