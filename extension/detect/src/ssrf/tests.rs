//! Cases of addresses, grouped by technique, and what must pass.
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::inspect;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

fn found(text: &str, role: Role) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let text =
        Text { bytes: text.as_bytes(), lower: lower.as_bytes(), role, classes: Classes::default() };
    inspect(&text, &mut Work::default()).map(|found| found.technique)
}

#[track_caller]
fn all(technique: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text, Role::Value), Some(technique), "{text}");
    }
}

#[test]
fn metadata_services() {
    all(
        "metadata-address",
        &[
            "http://169.254.169.254/latest/x",
            "http://metadata.google.internal/",
            "http://100.100.100.200/",
            "http://[fd00:ec2::254]/",
            "169.254.169.254",
            "http://192.0.0.192/",
            "see http://169.254.169.254/ there",
        ],
    );
    all(
        "disguised-metadata",
        &[
            "http://2852039166/",
            "http://0xa9fea9fe/",
            "http://0251.0376.0251.0376/",
            "http://169.254.43518/",
            "http://[::ffff:169.254.169.254]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://425.510.425.510/",
            "http://169\u{3002}254\u{3002}169\u{3002}254/",
        ],
    );
    all("metadata-path", &["/latest/meta-data/iam/x", "/computeMetadata/v1/"]);
}

#[test]
fn this_machine_and_its_neighbours() {
    all(
        "loopback-address",
        &[
            "http://127.0.0.1:80/",
            "https://localhost/x",
            "http://[::1]/",
            "//127.8.9.1/x",
            "http://0.0.0.0/",
        ],
    );
    all(
        "private-address",
        &[
            "http://10.1.2.3/",
            "https://192.168.0.1",
            "http://172.20.0.1/",
            "http://[fe80::1%25eth0]/",
            "ftp://10.0.0.1/x",
        ],
    );
    all(
        "disguised-address",
        &[
            "http://127.1/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://2130706433/",
            "http://[::127.0.0.1]/",
            "http://\u{2460}\u{2461}\u{2466}.\u{24ea}.\u{24ea}.\u{2460}/",
            "http://0/",
            "http://127.000.000.1/",
        ],
    );
    all("rebinding-name", &["http://127.0.0.1.nip.io/", "http://a.localtest.me/x"]);
    all("internal-name", &["http://db.internal/", "http://kubernetes.default.svc/"]);
}

#[test]
fn parsers_that_disagree() {
    all(
        "authority-confusion",
        &[
            "http://good.example.com@h.example.net/",
            "http://a.example:80\\@h.example/",
            "http://a.example#@h.example/",
            "http://a@b@h.example/",
        ],
    );
    all(
        "raw-protocol",
        &["gopher://h.example:25/_x", "dict://h.example:11211/x", "php://filter/x"],
    );
    all("local-file-address", &["file:///x", "jar:http://h.example/a!/b", "netdoc:///x"]);
}

#[test]
fn other_addresses_and_numbers_pass() {
    let texts = [
        "https://example.com/a?b=http%3A%2F%2Fexample.org",
        "http://93.184.216.34/x",
        "10.0.0.1",
        "127.0.0.1:8080",
        "version 10.15.7",
        "12.10.2024",
        "2130706433",
        "192.168.1.0/24",
        "https://user:secret@example.com/x",
        "postgres://app:x@10.0.0.5/db",
        "redis://localhost:6379",
        "arn:aws:s3:::bucket",
        "urn:isbn:0451450523",
        "my server is at http://localhost:3000 right now",
        "mailto:a@example.com",
        "s3://12345/key",
        "12:30:45",
        "Mozilla/5.0 (compatible; bot/1.0; +http://example.com/bot.html)",
        "::1",
        "C:\\Users\\x",
        "see file: a.txt",
        "https://example.com:8443/#/a@b",
        "spotify:track:123",
        "//example.com/x.js",
    ];
    for text in texts {
        assert_eq!(found(text, Role::Value), None, "{text}");
    }
    assert_eq!(found("http://localhost:3000/", Role::Header), None);
    assert_eq!(found("curl http://127.0.0.1:9000/x", Role::FreeText), None);
}

#[test]
fn an_address_alone_counts_where_addresses_belong() {
    assert_eq!(found("10.0.0.1", Role::Url), Some("private-address"));
    assert_eq!(found("localhost:80", Role::Url), Some("loopback-address"));
    assert_eq!(found("127.1", Role::Url), Some("disguised-address"));
}

/// What attacks of this family are made of.
const PIECES: &[&str] = &[
    "http",
    "://",
    ":",
    "/",
    "@",
    "[",
    "]",
    "127",
    ".",
    "0x",
    "::",
    "%",
    "localhost",
    "169.254.169.254",
    "file",
    " ",
    "\\",
    "#",
    "?",
    "999999999999",
    "\u{2460}",
];

#[test]
fn sockets_parameters_and_digits_of_other_alphabets() {
    for address in [
        "unix:///var/run/docker.sock",
        "http://unix:/var/run/docker.sock:/info",
        "smb://127.0.0.1/x",
        "https://example.com/?next=//169.254.169.254/",
        "http://\u{1d7cf}\u{1d7d0}\u{1d7d5}.0.0.1/",
    ] {
        assert!(found(address, Role::Value).is_some(), "{address}");
    }
    for address in ["https://example.com/?next=//example.org/", "a=//b", "unix: a system"] {
        assert!(found(address, Role::Value).is_none(), "{address}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(pieces in vec(select(PIECES), 0..40), noise in vec(any::<u8>(), 0..24)) {
        let mut bytes = pieces.concat().into_bytes();
        bytes.extend(noise);
        for role in [Role::Key, Role::Value, Role::Header, Role::Url, Role::FreeText, Role::ModelInput] {
            for cut in [bytes.len(), bytes.len() / 2] {
                let bytes = &bytes[..cut];
                let lower = bytes.to_ascii_lowercase();
                let text = Text { bytes, lower: &lower, role, classes: Classes::default() };
                let mut work = Work::new(u64::MAX);
                inspect(&text, &mut work);
                let spent = u64::MAX - work.left();
                prop_assert!(spent <= 2000 + 1200 * bytes.len() as u64);
                prop_assert!(inspect(&text, &mut Work::new(0)).is_none() || bytes.is_empty());
            }
        }
    }
}
