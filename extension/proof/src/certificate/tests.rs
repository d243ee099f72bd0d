//! Certificates that the library `cryptography` made, and what is none.
use proptest::prelude::*;

use super::*;

fn pem(name: &str) -> String {
    let peers: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/fixtures/peers.json")).unwrap();
    peers["sns"][name].as_str().unwrap().to_owned()
}

fn der(name: &str) -> Vec<u8> {
    let pem = pem(name);
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    encoding::base64(lines.collect::<String>().as_bytes()).unwrap()
}

#[test]
fn names_and_times_are_read() {
    const NOW: u64 = 1_800_000_000_000;
    let all = Certificate::read_all(&pem("certificate")).unwrap();
    let certificate = all.first().unwrap();
    assert_eq!(certificate.names(), ["sns.amazonaws.com", "sns.amazonaws.com"]);
    assert_eq!(certificate.begins_ms, NOW - 86_400_000);
    assert_eq!(certificate.ends_ms, NOW + 86_400_000);
    assert!(certificate.is_valid_at(NOW));
    assert!(!certificate.is_valid_at(NOW - 86_400_001));
    assert_eq!(certificate.fingerprint().len(), 64);
    // Beyond 2049 a time is written with four digits of the year.
    let far = Certificate::read(&der("far certificate")).unwrap();
    assert_eq!(far.ends_ms, 2_600_000_000_000);
}

#[test]
fn several_stand_in_one_file_and_other_things_are_none() {
    let two = format!("# first\n{}\n# second\n{}", pem("certificate"), pem("old certificate"));
    assert_eq!(Certificate::read_all(&two).unwrap().len(), 2);
    assert_eq!(Certificate::read_all(""), None);
    assert_eq!(Certificate::read_all(&pem("curve certificate")), None);
    assert_eq!(Certificate::read_all(&pem("certificate").replace("-----END", "-----FIN")), None);
    assert_eq!(Certificate::read_all(&pem("certificate").repeat(33)), None);
    assert_eq!(Certificate::read(&[der("certificate"), vec![0]].concat()), None);
}

#[test]
fn a_cut_certificate_is_none() {
    let whole = der("certificate");
    for length in 0..whole.len() {
        assert_eq!(Certificate::read(whole.get(..length).unwrap()), None);
    }
}

proptest! {
    #[test]
    fn any_change_reads_or_not_but_never_panics(at in 0usize..900, to in any::<u8>()) {
        let mut bytes = der("certificate");
        if let Some(byte) = bytes.get_mut(at) {
            *byte = to;
        }
        let _ = Certificate::read(&bytes);
    }

    #[test]
    fn days_count_on(days in 0u64..100_000) {
        // Counted through year by year and month by month.
        let (mut year, mut rest) = (1970, days);
        let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        while rest >= 365 + u64::from(leap(year)) {
            rest -= 365 + u64::from(leap(year));
            year += 1;
        }
        let february = 28 + u64::from(leap(year));
        let mut month = 1;
        for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if rest < length {
                break;
            }
            rest -= length;
            month += 1;
        }
        prop_assert_eq!(days_from_epoch(year, month, rest + 1), Some(days));
    }
}
