//! Trust roots: what they authenticate, and what they miss.
use super::super::Verifier;
use super::super::{Authority, ProblemKind, Roots, Status, Verdict};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::ledger::{Ledger, Plan, Writer, against, keyring, push, trust, verify};
use crate::AttestingKey;
use crate::hash::{Hash, hex};
use crate::record::{Ancestor, Open};

fn ledgers() -> (Ledger, Ledger) {
    (Ledger::write(&Plan::default()), Ledger::write(&Plan { seed: 2, ..Plan::default() }))
}

fn anchored(anchors: &[super::super::Anchor]) -> Roots {
    Roots { anchors: anchors.to_vec(), ..Roots::default() }
}

#[test]
fn a_deleted_chain_shows_under_every_root() {
    let (kept, gone) = ledgers();
    let ids = |ledger: &Ledger| format!("{:02x}-0", ledger.seed);
    let both = trust(&[&kept, &gone]);
    let cases = [
        (both.clone(), ProblemKind::MissingChain),
        (anchored(&[kept.anchor(16), gone.anchor(3)]), ProblemKind::MissingChain),
        (
            against(&format!("{}\n{}", ids(&kept), ids(&gone)), Roots::default()),
            ProblemKind::MissingInvocation,
        ),
    ];
    for (roots, kind) in cases {
        let report = verify(&kept.lines, &roots);
        assert_eq!(report.verdict, Verdict::Broken);
        assert_eq!(report.problems[0].kind, kind);
        let whole = [&kept.lines[..], &gone.lines].concat();
        assert_ne!(verify(&whole, &roots).verdict, Verdict::Broken);
    }
    assert_eq!(verify(&[], &both).problems.len(), 2);
}

#[test]
fn bare_keys_authenticate_and_a_key_without_a_chain_is_a_warning() {
    let (here, gone) = ledgers();
    let report = verify(&here.lines, &keyring(&[&here, &gone]));
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(report.warnings, [format!("trusted key {} opens no chain here", gone.public_key())]);
}

#[test]
fn an_anchor_authenticates_a_chain_and_shows_a_cut_tail() {
    let (ledger, _) = ledgers();
    for seq in 0..ledger.lines.len() {
        let roots = anchored(&[ledger.anchor(seq)]);
        let report = verify(&ledger.lines, &roots);
        assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
        assert_eq!(report.chains[0].authenticated_by, Some(Authority::Anchor));
        let report = verify(&ledger.lines[..=seq], &roots);
        assert_eq!(report.verdict, Verdict::Verified, "an unsealed tail holds up to the anchor");
        let report = verify(&ledger.lines[..seq], &roots);
        assert_eq!(report.verdict, Verdict::Broken, "{seq} {report:#?}");
    }
}

#[test]
fn an_anchor_shows_an_edit_of_the_unsealed_tail() {
    let ledger = Ledger::write(&Plan { records: 15, close: false, ..Plan::default() });
    let last = ledger.lines.len() - 1;
    let roots = Roots { anchors: vec![ledger.anchor(last)], ..ledger.roots() };
    let mut lines = ledger.lines.clone();
    assert_eq!(verify(&lines, &roots).verdict, Verdict::Verified);
    lines[last - 1] = lines[last - 1].replacen("Z\",", "Z\" ,", 1);
    let report = verify(&lines, &roots);
    assert_eq!(report.chains[0].problems[0].kind, ProblemKind::AnchorNotHeld);
    assert_eq!(report.chains[0].problems[0].place.as_ref().unwrap().line, last as u64 + 1);
}

#[test]
fn an_anchor_picks_the_real_one_of_two_chains_with_one_id() {
    let (ledger, _) = ledgers();
    let forged = super::tampering::forge(&ledger, 9);
    let lines = [&forged[..], &ledger.lines].concat();
    let report = verify(&lines, &anchored(&[ledger.anchor(4)]));
    assert_eq!(report.verdict, Verdict::Verified, "{report:#?}");
    assert_eq!(report.chains[0].public_key, Some(ledger.public_key()));
}

#[test]
fn a_chain_without_a_seal_is_listed_and_not_authenticated() {
    let ledger = Ledger::write(&Plan { records: 2, close: false, ..Plan::default() });
    for roots in [ledger.roots(), keyring(&[&ledger]), Roots::default()] {
        let report = verify(&ledger.lines, &roots);
        assert_eq!(report.verdict, Verdict::NotAuthenticated);
        assert_eq!(report.chains[0].status, Status::Unsealed);
        assert_eq!(report.chains[0].unsealed, 3);
    }
}

#[test]
fn an_altered_first_key_is_found_by_the_key_that_signed() {
    let (ledger, other) = ledgers();
    let mut lines = ledger.lines.clone();
    lines[0] = lines[0].replace(&ledger.public_key(), &other.public_key());
    for roots in [ledger.roots(), keyring(&[&ledger]), Roots::default()] {
        let report = verify(&lines, &roots);
        assert_eq!(report.verdict, Verdict::Broken, "{report:#?}");
    }
}

#[test]
fn every_invocation_without_a_record_is_named() {
    let (ledger, _) = ledgers();
    let ids = "START RequestId: 01-3 Version: 1\nREPORT RequestId: ffff\nabcd\n";
    let report = verify(&ledger.lines, &against(ids, ledger.roots()));
    assert_eq!(report.verdict, Verdict::Broken);
    assert_eq!(report.missing_invocations, ["abcd", "ffff"]);
}

/// A record in a stranger's chain is no record: anyone can write one.
#[test]
fn a_stranger_does_not_vouch_for_an_invocation() {
    let (ledger, stranger) = ledgers();
    let lines = [&ledger.lines[..], &stranger.lines].concat();
    let report = verify(&lines, &against("02-1", ledger.roots()));
    assert_eq!(report.missing_invocations, ["02-1"]);
}

#[test]
fn invocations_that_are_only_unsealed_are_a_warning() {
    let ledger = Ledger::write(&Plan { records: 5, close: false, ..Plan::default() });
    let report = verify(&ledger.lines, &against("01-0\n01-4", ledger.roots()));
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(report.warnings, ["1 of the invocations asked for have only unsealed records"]);
}

#[test]
fn an_ancestor_that_is_not_here_is_a_warning() {
    let (before, _) = ledgers();
    let head = Hash::of(before.lines[9].as_bytes());
    let ancestor = Ancestor { chain: hex(&[before.seed; 16]), seq: 9, head };
    let writer = Writer::open_as(3, &Open { ancestor: Some(ancestor), ..Open::default() });
    let after = writer.close();
    let mut verifier = Verifier::default();
    push(&mut verifier, "a", &before.lines);
    push(&mut verifier, "b", &after.lines);
    let report = verifier.finish(&trust(&[&before, &after]));
    assert_eq!((report.verdict, report.warnings), (Verdict::Verified, vec![]));
    let report = verify(&after.lines, &after.roots());
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(
        report.warnings,
        ["chain 03030303: its ancestor 01010101 with record 9 is not here"]
    );
}

/// Made by OpenSSL 3.0 over the statement of the chain below: `dgst -sha256 -sign`; and the public half.
const CERTIFIED: &str = "MEUCIQDcmKu2gxguB7bbIv43k1Wc8zyN1OwnknpQfwLxS/wx/AIgBKNrgFf8LevW77WREKGz9/1Nm1BIGmW1D+bzZO0Tymc=";
const ATTESTING: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEg2mlSUyIW3/PwhGszkizliEdCyK4ZqL8DJwFBACuwqGseVSjvMXEozEEy9PlBV6uuCeIXStHuC5vqGIg3C/LTA==";

#[test]
fn a_certificate_makes_the_key_that_opens_its_chain_a_trusted_one() {
    let der = STANDARD.decode(ATTESTING).unwrap();
    let roots = Roots { attestors: vec![AttestingKey::read(&der).unwrap()], ..Roots::default() };
    for open in [Writer::open, Writer::open_ocsf] {
        let written = |seed: u8, signature: &str| {
            let mut writer = open(seed);
            writer.certificate("not base64");
            writer.certificate(signature);
            writer.close()
        };
        let certified = written(1, CERTIFIED);
        let report = verify(&certified.lines, &roots);
        assert_eq!(
            report.chains[0].authenticated_by,
            Some(Authority::Trust),
            "{}",
            certified.lines[0]
        );
        assert_eq!(report.verdict, Verdict::Verified);
        assert_eq!(verify(&certified.lines, &Roots::default()).verdict, Verdict::NotAuthenticated);
        // A certificate says which chain it is of, and which key opens that.
        let stolen = written(2, CERTIFIED);
        assert_eq!(verify(&stolen.lines, &roots).chains[0].status, Status::Stranger);
        let both = [&stolen.lines[..], &certified.lines].concat();
        assert_eq!(verify(&both, &roots).verdict, Verdict::NotAuthenticated);
        let mut cut = certified.lines.clone();
        cut.remove(1);
        assert_eq!(verify(&cut, &roots).verdict, Verdict::Broken);
    }
}
