//! What is found, what is not, and that the way a body is cut does not matter.

use proptest::prelude::*;
use tollgate_leak::{Class, Classes, LeakScan, Leaks, Watch, mask, redact};

const SECRET: &str = "correct-horse-battery";

// Put together here, so that no scanner of source code takes them for real ones.
fn access_key() -> String {
    ["AKIA", "IOSFODNN7EXAMPLE"].concat()
}
fn secret_key() -> String {
    ["wJalrXUtnFEMI", "K7MDENGbPxRfiCY", "zEXAMPLEKEYa"].concat()
}
fn token() -> String {
    ["ghp", "_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat()
}
fn jwt() -> String {
    let parts = [
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        "dozjgNryP4J3jVmNHl0w5N",
    ];
    parts.join(".")
}
fn private_key() -> String {
    let body = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v".repeat(5);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----")
}

fn watch() -> Watch {
    Watch::new([("DB_PASSWORD", SECRET), ("QUOTED", "a\"quoted\\value")]).only(Classes::ALL)
}

fn whole(body: &[u8]) -> Leaks {
    in_parts(body, &[body.len()])
}

fn in_parts(body: &[u8], sizes: &[usize]) -> Leaks {
    let watch = watch();
    let mut scan = LeakScan::new(&watch);
    let mut rest = body;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (part, after) = rest.split_at((*size).clamp(1, rest.len()));
        scan.push(part);
        rest = after;
    }
    scan.finish()
}

#[track_caller]
fn finds(body: &str, expected: &[(Class, u32)]) {
    let found: Vec<_> = whole(body.as_bytes()).iter().collect();
    assert_eq!(found, expected, "{body}");
}

#[test]
fn every_class_is_found() {
    finds(&format!(r#"{{"id":"{}"}}"#, access_key()), &[(Class::AwsAccessKey, 1)]);
    finds(&format!("key={}\n", secret_key()), &[(Class::AwsSecretKey, 1)]);
    finds(&private_key(), &[(Class::PrivateKey, 1)]);
    finds(
        &private_key().replace("PRIVATE", "RSA PRIVATE").replace('\n', "\\n"),
        &[(Class::PrivateKey, 1)],
    );
    finds(&format!("Authorization: token {}", token()), &[(Class::Token, 1)]);
    finds(&format!("Bearer {}", jwt()), &[(Class::Jwt, 1)]);
    finds(r#"{"pan":4111111111111111}"#, &[(Class::Card, 1)]);
    finds("4111 1111 1111 1111, 4111-1111-1111-1111, 3782 822463 10005", &[(Class::Card, 3)]);
    finds("GB82 WEST 1234 5698 7654 32 and DE89370400440532013000", &[(Class::Iban, 2)]);
    finds(&format!("x{SECRET}y{SECRET}"), &[(Class::Environment, 2)]);
}

#[test]
fn own_secrets_are_found_as_they_stand_in_json_and_base64() {
    use base64::Engine as _;
    finds(r#"{"v":"a\"quoted\\value"}"#, &[(Class::Environment, 1)]);
    for before in ["", "x", "xy", "xyz", "xyzu"] {
        let text = format!("{before}{SECRET} and some more text");
        finds(&base64::engine::general_purpose::STANDARD.encode(text), &[(Class::Environment, 1)]);
    }
}

#[test]
fn what_only_resembles_is_not_found() {
    for body in [
        // A card with a wrong last digit, in a number, a decimal, milliseconds, microseconds.
        "4111111111111112",
        "x4111111111111111",
        "0.4111111111111111",
        "1773653213589",
        "1773653213589123",
        "0000000000000000",
        "4111111111111111.5",
        "4111 1111 1111 1112",
        // Digests and ids.
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        "/aws/lambda/someFunctionNameThatIsLong12",
        "https://example.com/Some/PathWith/CamelCaseNames1/And2",
        "AKIAsomethingelse",
        "ghp_short",
        "eyJhbGciOiJub25lIn0",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "DE89370400440532013001",
        "correct-horse-batterx",
    ] {
        finds(body, &[]);
    }
}

#[test]
fn a_signed_url_names_a_key_and_leaks_nothing() {
    for separator in ["/", "%2F"] {
        let id = access_key();
        finds(&format!("X-Amz-Credential={id}{separator}20260316{separator}eu-west-1"), &[]);
    }
}

#[test]
fn masking_keeps_length_and_json() {
    let body = format!(
        r#"{{"a":"{}","b":4111111111111111,"c":"é {SECRET}","d":"{}","e":"{}"}}"#,
        access_key(),
        private_key().replace('\n', "\\n"),
        jwt(),
    );
    let mut masked = body.clone().into_bytes();
    let leaks = mask(&watch(), &mut masked);
    assert_eq!(masked.len(), body.len());
    let text = String::from_utf8(masked.clone()).unwrap();
    for secret in [access_key().as_str(), "4111111111111111", SECRET, "MC4CAQAw", &jwt()] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains(r#""b":9999999999999999"#), "{text}");
    assert!(text.contains("-----BEGIN PRIVATE KEY-----\\n"), "{text}");
    assert!(text.contains("-----END PRIVATE KEY-----"), "{text}");
    assert_eq!(leaks, whole(body.as_bytes()));
}

#[test]
fn a_text_is_redacted_by_class() {
    for (text, expected) in [
        ("mail jane.doe+x@mail.example.com now", "mail [email] now"),
        ("call +44 20 7946 0958.", "call [phone]."),
        ("call (212) 555-0123", "call [phone]"),
        ("ssn 078-05-1120", "ssn [national-id]"),
        ("nino AB123456C", "nino [national-id]"),
        ("dni 12345678Z", "dni [national-id]"),
        ("cf RSSMRA85T10A562S", "cf [national-id]"),
        ("nir 255081416802538", "nir [national-id]"),
        ("cpf 529.982.247-25", "cpf [national-id]"),
        ("pnr 811218-9876", "pnr [national-id]"),
        ("pan 5555 5555 5555 4444", "pan [card]"),
        ("iban GB82 WEST 1234 5698 7654 32", "iban [iban]"),
        ("session Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg==", "session [random]"),
        ("md5 9e107d9d372bb6826bd81d3542a419d6", "md5 [random]"),
    ] {
        assert_eq!(redact(&watch(), text).unwrap().text, expected);
    }
    for text in [
        "an ordinary sentence",
        "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        "2026-03-16T09:26:53.589Z",
        "@home",
        "orders/2026/03/16/report-final-version.pdf",
        "arn:aws:sqs:eu-west-1:123456789012:orders",
        "GET /orders/12345",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    ] {
        assert_eq!(redact(&watch(), text), None, "{text}");
    }
}

#[test]
fn a_key_without_an_end_does_not_swallow_all() {
    let body = format!("-----BEGIN PRIVATE KEY-----{} {}", "x".repeat(20_000), access_key());
    finds(&body, &[(Class::AwsAccessKey, 1), (Class::PrivateKey, 1)]);
}

#[test]
fn a_secret_that_ends_a_long_word_is_found_in_every_cut() {
    for gap in 400..600 {
        let body = format!("{}{}{SECRET}{}", " ".repeat(gap), "x".repeat(100), " ".repeat(600));
        assert_eq!(in_parts(body.as_bytes(), &[71]), whole(body.as_bytes()), "{gap}");
        assert_eq!(whole(body.as_bytes()).count(Class::Environment), 1);
    }
}

/// Texts with all that rules react to, so that cuts fall into interesting places.
fn body() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        access_key(),
        secret_key(),
        token(),
        jwt(),
        private_key(),
        SECRET.to_owned(),
        "4111111111111111".to_owned(),
        "4111 1111 1111 1111".to_owned(),
        "GB82WEST12345698765432".to_owned(),
        "-----BEGIN PRIVATE KEY-----".to_owned(),
        " ".to_owned(),
        "\"".to_owned(),
        ".".to_owned(),
        "x".to_owned(),
        "é".to_owned(),
        "=".to_owned(),
        "a\\\"quoted\\\\value".to_owned(),
        "abc ".repeat(90),
        "A".repeat(520),
        "Q".repeat(17_000),
    ]);
    prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn cuts_do_not_matter(body in body(), sizes in prop::collection::vec(1_usize..900, 1..6)) {
        prop_assert_eq!(in_parts(body.as_bytes(), &sizes), whole(body.as_bytes()));
    }

    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, sizes in prop::collection::vec(1_usize..9, 1..4)) {
        prop_assert_eq!(in_parts(&bytes, &sizes), whole(&bytes));
        let mut masked = bytes.clone();
        mask(&watch(), &mut masked);
        prop_assert_eq!(masked.len(), bytes.len());
    }

    #[test]
    fn masking_leaves_nothing_to_find(body in body()) {
        let mut masked = body.into_bytes();
        mask(&watch(), &mut masked);
        let again = whole(&masked);
        for class in [Class::AwsAccessKey, Class::Token, Class::Jwt, Class::Environment, Class::Iban] {
            prop_assert_eq!(again.count(class), 0);
        }
    }

    #[test]
    fn redaction_survives_any_text(text in ".*") {
        let _found = redact(&watch(), &text);
    }

    /// Forms are of letters and digits with signs between them: of these, words of any length.
    #[test]
    fn redaction_survives_any_words(text in "([A-Z]{0,3}[0-9]{0,40}[-. ]?[0-9]{0,30}[A-Z]? ?){0,4}") {
        let _found = redact(&watch(), &text);
    }
}
