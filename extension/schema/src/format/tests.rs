//! What has each format and what has not.
use super::*;

fn holds(name: &str, text: &str) -> bool {
    match Format::named(name) {
        Named::Checked(format) => format.holds_for_text(text),
        _ => panic!("{name} is not checked"),
    }
}

#[test]
fn texts_have_their_formats() {
    for (name, yes, no) in [
        (
            "date",
            &["2024-02-29", "1999-12-31"][..],
            &["2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "２024-01-01"][..],
        ),
        (
            "time",
            &["12:00:00Z", "23:59:60Z", "01:29:60+01:30", "12:00:00.123-08:00"],
            &["12:00:00", "24:00:00Z", "12:00:60Z", "12:00:00.Z", "12:00:00+24:00"],
        ),
        (
            "date-time",
            &["2024-01-01T00:00:00Z", "2024-01-01t00:00:00.5+01:00"],
            &["2024-01-01 00:00:00Z", "2024-01-01T00:00Z", "2024-01-32T00:00:00Z"],
        ),
        (
            "duration",
            &["P1Y2M3DT4H5M6S", "P4W", "PT1M", "P1D"],
            &["P", "PT", "1D", "P1S", "P1YT", "P1Y1W", "P2D1Y", "PT1H1S"],
        ),
        (
            "email",
            &["joe@example.com", "\"a b\"@example.com", "a@[127.0.0.1]", "a@[IPv6:::1]"],
            &["example.com", ".a@example.com", "a..b@example.com", "a@-x.com", "a@[300.0.0.1]"],
        ),
        (
            "hostname",
            &["example.com", "a-b.c", "xn--bcher-kva"],
            &["-a", "a-", "a..b", "a_b", "", "a."],
        ),
        ("ipv4", &["192.168.0.1"], &["256.0.0.1", "1.2.3", "01.2.3.4", "0x7f000001"]),
        ("ipv6", &["::1", "::ffff:1.2.3.4"], &["1::2::3", "fe80::1%eth0", ":"]),
        (
            "uri",
            &["https://example.com/a?b#c", "urn:x:y", "http://[::1]:80/", "mailto:a@b"],
            &["//example.com", "a b", "http://[1]", "http://a:b/", "https://x/<>", "a:%zz"],
        ),
        (
            "uri-reference",
            &["/a/b", "a", "#x", "", "//example.com/"],
            &["\\a", "a b", "#a#", "1:a"],
        ),
        (
            "uuid",
            &["2EB8AA08-AA98-11EA-B4AA-73B441D16380"],
            &["2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638g", "é"],
        ),
        ("json-pointer", &["", "/a~1b/~0"], &["a", "/~", "/~2"]),
        ("relative-json-pointer", &["0", "1/a", "2#"], &["", "01", "-1", "/a", "0##"]),
        ("regex", &["^a+$"], &["a(", "\\a"]),
        ("byte", &["", "YQ==", "YWI=", "YWJj"], &["YQ", "Y===", "Y-A="]),
    ] {
        for text in yes {
            assert!(holds(name, text), "{name} {text}");
        }
        for text in no {
            assert!(!holds(name, text), "{name} {text}");
        }
    }
    assert_eq!(Format::named("password"), Named::Any);
    assert_eq!(Format::named("phone"), Named::Unknown);
}

#[test]
fn numbers_have_their_formats() {
    let number = |text: &str| Decimal::read(text.as_bytes());
    for (format, text, expected) in [
        (Format::Int32, "2147483647", true),
        (Format::Int32, "2147483648", false),
        (Format::Int32, "1.5", false),
        (Format::Int64, "-9223372036854775808", true),
        (Format::Int64, "9223372036854775808", false),
        (Format::Date, "1", true),
    ] {
        assert_eq!(format.holds_for_number(&number(text)), expected, "{format:?} {text}");
    }
}
