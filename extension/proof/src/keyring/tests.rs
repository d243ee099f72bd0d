//! What is asked for when, and what stays.
use super::*;

const NOW: u64 = 1_800_000_000_000;

fn need(origin: Origin, form: Form) -> Need {
    Need { origin, form }
}

fn bytes(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.as_bytes().to_vec())
}

fn peers() -> serde_json::Value {
    serde_json::from_str(include_str!("../../tests/fixtures/peers.json")).unwrap()
}

#[test]
fn only_what_is_remote_is_wanted_and_not_twice_at_once() {
    let url = Origin::Url("https://issuer.example/jwks".to_owned());
    let needs = [
        need(Origin::Environment("A".to_owned()), Form::Webhook(Scheme::Github)),
        need(url, Form::Jwks),
    ];
    let mut ring = Keyring::new(&needs);
    let wanted = vec![Wanted::Need(1, needs.get(1).unwrap().clone())];
    assert_eq!(ring.take_wanted(NOW), wanted);
    assert_eq!(ring.take_wanted(NOW + 1), []);
    assert_eq!(ring.take_wanted(NOW + ASK_AGAIN_MS), wanted);
    ring.supply(1, &bytes(&peers()["jwks"].to_string()), NOW + ASK_AGAIN_MS).unwrap();
    assert_eq!(ring.take_wanted(NOW + 3 * ASK_AGAIN_MS), []);
    // A key id that is not there asks for the set anew; anything else does not.
    ring.missed(1, &Unproved::invalid("other"));
    assert_eq!(ring.take_wanted(NOW + 3 * ASK_AGAIN_MS), []);
    ring.missed(1, &Unproved::new(Lack::UnknownKey, "unknown"));
    assert_eq!(ring.take_wanted(NOW + 3 * ASK_AGAIN_MS), wanted);
    // What comes is no key set: the old one stays, and is asked for again later.
    assert!(ring.supply(1, &bytes("<html>"), NOW).is_err());
    ring.fail(1, "not reached");
    assert!(ring.jwks(1).is_ok());
    assert_eq!(ring.problem(1), None);
    assert_eq!(ring.take_wanted(NOW + 5 * ASK_AGAIN_MS), wanted);
    ring.supply(1, &bytes(&peers()["jwks"].to_string()), NOW + 5 * ASK_AGAIN_MS).unwrap();
    assert_eq!(ring.take_wanted(NOW + 5 * ASK_AGAIN_MS + REFRESH_MS), wanted);
}

#[test]
fn what_never_came_is_asked_for_again_ever_more_seldom() {
    let mut ring =
        Keyring::new(&[need(Origin::Secret("a".to_owned()), Form::Webhook(Scheme::Github))]);
    assert!(ring.lacks_remote() && ring.awaits(0));
    let mut now = NOW;
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(ring.take_wanted(now).len(), 1);
        assert!(ring.awaits(0));
        ring.fail(0, "not reached");
        assert!(!ring.awaits(0), "nothing is on its way");
        assert_eq!(ring.take_wanted(now + wait * RETRY_MS - 1), []);
        now += wait * RETRY_MS;
    }
    assert_eq!(ring.take_wanted(now).len(), 1);
    ring.supply(0, &bytes("example"), now).unwrap();
    assert!(!ring.lacks_remote() && !ring.awaits(0));
    assert_eq!(ring.take_wanted(now + REFRESH_MS - 1), []);
    assert_eq!(ring.take_wanted(now + REFRESH_MS).len(), 1);
    // What is old is no reason to wait, and stays where the new one does not come.
    assert!(!ring.awaits(0));
    ring.fail(0, "not reached");
    assert!(ring.secrets(&[0]).is_ok());
    assert_eq!(ring.take_wanted(now + REFRESH_MS + ASK_AGAIN_MS - 1), []);
    assert_eq!(ring.take_wanted(now + REFRESH_MS + ASK_AGAIN_MS).len(), 1);
}

#[test]
fn a_certificate_is_awaited_once_a_message_names_it() {
    let peers = peers();
    let pem = peers["sns"]["certificate"].as_str().unwrap().as_bytes().to_vec();
    let url = "https://sns.eu-west-1.amazonaws.com/c.pem";
    let mut ring = Keyring::new(&[]);
    assert!(!ring.awaits_certificate("https://example.com/c.pem"));
    assert!(ring.awaits_certificate(url));
    assert_eq!(ring.take_wanted(NOW), [Wanted::Certificate(url.to_owned())]);
    assert!(ring.awaits_certificate(url));
    ring.fail_certificate(url, "not reached");
    assert!(!ring.awaits_certificate(url));
    assert_eq!(ring.take_wanted(NOW + RETRY_MS).len(), 1);
    assert!(ring.awaits_certificate(url));
    ring.supply_certificate(url, &pem, NOW + RETRY_MS).unwrap();
    assert!(!ring.awaits_certificate(url));
}

#[test]
fn secrets_are_at_hand_once_one_is() {
    let secret =
        |name: &str| need(Origin::Environment(name.to_owned()), Form::Webhook(Scheme::Github));
    let mut ring = Keyring::new(&[secret("A"), secret("B")]);
    assert_eq!(ring.secrets(&[0, 1]).unwrap_err().lack, Lack::Unavailable);
    assert_eq!(ring.problem(0), Some(YET_TO_COME));
    ring.fail(0, "the variable is not set");
    assert_eq!(ring.problem(0), Some("the variable is not set"));
    ring.supply(1, &bytes(" example\n"), NOW).unwrap();
    let secrets = ring.secrets(&[0, 1]).unwrap();
    assert_eq!(secrets.iter().map(Secret::as_bytes).collect::<Vec<_>>(), [b"example"]);
    assert!(ring.supply(0, &bytes(" \n"), NOW).is_err());
    assert!(ring.supply(2, &bytes("x"), NOW).is_err());
    assert!(!format!("{ring:?}").contains("example"));
}

#[test]
fn certificates_are_fetched_from_sns_and_must_be_its_own() {
    let peers = peers();
    let pem = |name: &str| peers["sns"][name].as_str().unwrap().as_bytes().to_vec();
    let url = |number: usize| format!("https://sns.eu-west-1.amazonaws.com/c{number}.pem");
    let mut ring = Keyring::new(&[]);
    assert_eq!(ring.certificate_at("https://example.com/c.pem").unwrap_err().lack, Lack::Invalid);
    assert_eq!(ring.certificate_at(&url(0)).unwrap_err().lack, Lack::Unavailable);
    assert_eq!(ring.take_wanted(NOW), [Wanted::Certificate(url(0))]);
    assert!(ring.supply_certificate(&url(0), &pem("far certificate"), NOW).is_err());
    assert!(ring.supply_certificate(&url(9), &pem("certificate"), NOW).is_err());
    ring.supply_certificate(&url(0), &pem("certificate"), NOW).unwrap();
    assert_eq!(ring.certificate_at(&url(0)).unwrap().len(), 1);
    // Messages with made-up URLs take up bounded room, and push out nothing that is at hand.
    for number in 1..100 {
        assert!(ring.certificate_at(&url(number)).is_err());
    }
    assert!(ring.fetched.len() <= FETCHED_MAX);
    assert!(ring.certificate_at(&url(0)).is_ok());
}

#[test]
fn every_form_is_read_and_others_say_why() {
    let peers = peers();
    let pem = peers["sns"]["certificate"].as_str().unwrap();
    let seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    let key = format!(r#"{{"kid":"a","alg":"HS256","secret":"{seed}"}}"#);
    let keys = format!(r#"{{"keys":[{key}]}}"#);
    let file = || Origin::File { document: String::new(), path: "keys.json".to_owned() };
    let forms = [Form::Certificates, Form::Contexts, Form::Signing];
    let mut ring = Keyring::new(&forms.map(|form| need(file(), form)));
    for (index, text) in [pem, &keys, &key].into_iter().enumerate() {
        assert!(ring.supply(index, &bytes("{}"), NOW).is_err());
        assert!(ring.problem(index).is_some());
        ring.supply(index, &bytes(text), NOW).unwrap();
        assert_eq!(ring.problem(index), None);
    }
    assert!(ring.certificates(0).is_ok() && ring.contexts(1).is_ok() && ring.signing(2).is_some());
    assert!(ring.jwks(0).is_err() && ring.certificates(1).is_err() && ring.signing(0).is_none());
    assert_eq!(ring.take_wanted(NOW), []);
}

#[test]
fn a_host_says_how_long_its_keys_are_fresh() {
    let url = Origin::Url("https://issuer.example/jwks".to_owned());
    let mut ring = Keyring::new(&[need(url, Form::Jwks)]);
    let keys = bytes(&peers()["jwks"].to_string());
    for (told, fresh_ms) in [
        (Some(120), 120_000),
        (Some(0), ASK_AGAIN_MS),
        (Some(u32::MAX), FRESH_MS_MAX),
        (None, REFRESH_MS),
    ] {
        ring = Keyring::new(&[ring.slots.remove(0).need]);
        assert_eq!(ring.take_wanted(NOW).len(), 1);
        ring.supply(0, &keys, NOW).unwrap();
        ring.keep_fresh(0, told);
        assert_eq!(ring.take_wanted(NOW + fresh_ms - 1), [], "{told:?}");
        assert_eq!(ring.take_wanted(NOW + fresh_ms).len(), 1, "{told:?}");
        // Stale, it is used until the new one is here.
        assert!(ring.jwks(0).is_ok() && !ring.awaits(0));
    }
}

#[test]
fn keys_that_an_issuer_withdraws_are_gone_once_the_new_set_is_here() {
    let url = Origin::Url("https://issuer.example/jwks".to_owned());
    let mut ring = Keyring::new(&[need(url, Form::Jwks)]);
    let peers = peers();
    let token = peers["tokens"]["ec ES256"].as_str().unwrap();
    let expected = crate::jwt::Expected {
        issuer: "https://issuer.example".into(),
        audiences: vec!["orders".into()],
        ..crate::jwt::Expected::default()
    };
    let only = |kid: &str| {
        let keys = peers["jwks"]["keys"].as_array().unwrap();
        let kept: Vec<_> = keys.iter().filter(|key| key["kid"] == kid).cloned().collect();
        bytes(&serde_json::json!({ "keys": kept }).to_string())
    };
    let verified = |ring: &Keyring| {
        ring.jwks(0).and_then(|keys| crate::jwt::verify(token, &expected, keys, NOW))
    };
    ring.supply(0, &only("ec"), NOW).unwrap();
    assert!(verified(&ring).is_ok());
    ring.supply(0, &only("ed"), NOW).unwrap();
    let lack = verified(&ring).unwrap_err();
    assert_eq!(lack.lack, Lack::UnknownKey);
    ring.missed(0, &lack);
    assert_eq!(ring.take_wanted(NOW + ASK_AGAIN_MS).len(), 1, "the set is fetched anew");
    ring.supply(0, &only("ec"), NOW + ASK_AGAIN_MS).unwrap();
    assert!(verified(&ring).is_ok());
}
