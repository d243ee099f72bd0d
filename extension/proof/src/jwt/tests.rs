//! Tokens that the library `PyJWT` made, and every way to be refused.
use proptest::prelude::*;

use super::*;

const NOW_MS: u64 = 1_800_000_000_000;

fn peers() -> Value {
    serde_json::from_str(include_str!("../../tests/fixtures/peers.json")).unwrap()
}

fn keys(peers: &Value) -> KeySet {
    KeySet::read(peers["jwks"].to_string().as_bytes()).unwrap()
}

fn expected() -> Expected {
    Expected {
        issuer: "https://issuer.example".to_owned(),
        audiences: vec!["other".to_owned(), "orders".to_owned()],
        scopes: vec!["orders:write".to_owned()],
        claims: vec![Claim { name: "groups".to_owned(), any_of: vec!["staff".to_owned()] }],
        leeway_seconds: LEEWAY_SECONDS_DEFAULT,
        ..Expected::default()
    }
}

#[test]
fn tokens_of_every_algorithm_hold() {
    let peers = peers();
    let keys = keys(&peers);
    let tokens = peers["tokens"].as_object().unwrap();
    assert!(tokens.len() >= 16);
    for (name, token) in tokens {
        let token = token.as_str().unwrap();
        let proof = verify(token, &expected(), &keys, NOW_MS);
        let proof = proof.unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let (kid, algorithm) = name.split_once(' ').unwrap();
        assert_eq!(proof.key_id.as_deref(), Some(kid));
        assert_eq!((proof.kind, proof.method), ("jwt", algorithm));
        assert_eq!(proof.subject.as_deref(), Some("user-1"));
        assert_eq!(proof.issuer.as_deref(), Some("https://issuer.example"));
        assert_eq!(proof.made_ms, Some(NOW_MS));
        assert_eq!(proof.ends_ms, Some(NOW_MS + 300_000));
        assert!(proof.id.is_some());
        // The end and the leeway after it.
        assert!(verify(token, &expected(), &keys, NOW_MS + 359_999).is_ok());
        let late = verify(token, &expected(), &keys, NOW_MS + 360_000).unwrap_err();
        assert_eq!(late.lack, Lack::Expired);
    }
}

#[test]
fn each_wrong_token_is_refused_for_its_own_reason() {
    let peers = peers();
    let keys = keys(&peers);
    for (name, why, lack) in [
        ("alg none", "the token is not signed: its algorithm is `none`", Lack::Invalid),
        ("alg None", "the token is not signed: its algorithm is `none`", Lack::Invalid),
        ("key confusion", "the token's algorithm is not one that is taken", Lack::Invalid),
        (
            "another algorithm of the key",
            "the key of the token's key id is for another algorithm",
            Lack::Invalid,
        ),
        ("wrong curve", "the token's algorithm is not one that is taken", Lack::Invalid),
        ("a curve of that size", "the token's algorithm is not one that is taken", Lack::Invalid),
        ("expired", "the token has expired", Lack::Expired),
        ("not yet", "the token is not valid yet (`nbf`)", Lack::Invalid),
        ("issued in the future", "the token was issued in the future (`iat`)", Lack::Invalid),
        ("no end", "the token has no end (`exp`)", Lack::Invalid),
        ("an end that is no time", "a time in the token is no time", Lack::Invalid),
        ("another issuer", "the token is from another issuer", Lack::Invalid),
        ("another audience", "the token is for another audience", Lack::Invalid),
        ("no audience", "the token is for another audience", Lack::Invalid),
        ("too few scopes", "the token lacks the scope `orders:write`", Lack::Invalid),
        ("another claim", "the token has another claim `groups`", Lack::Invalid),
        ("critical", "the token asks for an extension that is not known", Lack::Invalid),
        ("another type", "the token is of another type", Lack::Invalid),
        ("unknown key", "there is no key of the token's key id", Lack::UnknownKey),
        ("no key id", "the token names no key, and there is more than one", Lack::Invalid),
        ("path in kid", "the token's key id is no plain text", Lack::Invalid),
        ("query in kid", "the token's key id is no plain text", Lack::Invalid),
        ("member twice in the header", "the token's header is no JSON object", Lack::Invalid),
        ("member twice in the payload", "the token's payload is no JSON object", Lack::Invalid),
        ("payload no object", "the token's payload is no JSON object", Lack::Invalid),
        ("another's signature", "the token's signature does not hold", Lack::Invalid),
    ] {
        let token = peers["refused"][name].as_str().unwrap();
        let found = verify(token, &expected(), &keys, NOW_MS).unwrap_err();
        assert_eq!((found.why.as_ref(), found.lack), (why, lack), "{name}");
    }
    assert_eq!(peers["refused"].as_object().unwrap().len(), 26);
}

fn jose() -> Value {
    serde_json::from_str(include_str!("../../tests/fixtures/node.json")).unwrap()
}

#[test]
fn tokens_of_another_library_hold_and_its_wrong_ones_do_not() {
    let jose = jose();
    let keys = keys(&jose);
    let tokens = jose["tokens"].as_object().unwrap();
    assert_eq!(tokens.len(), 8);
    for (name, token) in tokens {
        let proof = verify(token.as_str().unwrap(), &expected(), &keys, NOW_MS);
        let proof = proof.unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let (kid, algorithm) = name.split_once(' ').unwrap();
        assert_eq!((proof.key_id.as_deref(), proof.method), (Some(kid), algorithm));
        // The keys of the other library's sets have the same ids, and do not verify it.
        let others = peers();
        let other = KeySet::read(others["jwks"].to_string().as_bytes()).unwrap();
        assert!(verify(token.as_str().unwrap(), &expected(), &other, NOW_MS).is_err(), "{name}");
    }
    let refused = jose["refused"].as_object().unwrap();
    assert_eq!(refused.len(), 11);
    for (name, token) in refused {
        let found = verify(token.as_str().unwrap(), &expected(), &keys, NOW_MS);
        let lack = found.map(|_| ()).map_err(|why| why.lack).unwrap_err();
        let wanted = if name == "expired" { Lack::Expired } else { Lack::Invalid };
        assert_eq!(lack, wanted, "{name}");
    }
}

#[test]
fn a_cut_or_changed_token_is_refused() {
    let peers = peers();
    let keys = keys(&peers);
    let token = peers["tokens"]["ed EdDSA"].as_str().unwrap();
    for length in 0..token.len() {
        assert!(verify(token.get(..length).unwrap(), &expected(), &keys, NOW_MS).is_err());
    }
    for (bad, why) in [
        ("", "no token"),
        ("a.b", "the token has not three parts"),
        ("a.b.c.d", "the token has not three parts"),
        (&"a".repeat(TOKEN_BYTES_MAX + 1), "the token is too long"),
        (&format!("{token}="), "the token's signature is no base64url"),
        (&token.replacen('.', "..", 1), "the token has not three parts"),
    ] {
        assert_eq!(verify(bad, &expected(), &keys, NOW_MS).unwrap_err().why, why);
    }
}

#[test]
fn policy_may_narrow_algorithms_and_age() {
    let peers = peers();
    let keys = keys(&peers);
    let token = peers["tokens"]["ec ES256"].as_str().unwrap();
    let only = |algorithm| Expected { algorithms: vec![algorithm], ..expected() };
    assert!(verify(token, &only(Algorithm::Es256), &keys, NOW_MS).is_ok());
    assert!(verify(token, &only(Algorithm::Rs256), &keys, NOW_MS).is_err());
    let young = Expected { max_age_seconds: Some(30), ..expected() };
    assert!(verify(token, &young, &keys, NOW_MS + 90_000).is_ok());
    assert_eq!(verify(token, &young, &keys, NOW_MS + 90_001).unwrap_err().lack, Lack::Expired);
    let claim = Claim { name: "tenant".to_owned(), any_of: Vec::new() };
    let more = Expected { claims: vec![claim], ..expected() };
    let why = verify(token, &more, &keys, NOW_MS).unwrap_err().why;
    assert_eq!(why, "the token lacks claim `tenant`");
}

#[test]
fn a_set_with_one_key_needs_no_key_id() {
    let peers = peers();
    let list = peers["jwks"]["keys"].as_array().unwrap();
    let rsa = list.iter().find(|key| key["kid"] == "rsa").unwrap();
    let keys = KeySet::read(rsa.to_string().as_bytes()).unwrap();
    assert_eq!(keys.len(), 1);
    let token = peers["refused"]["no key id"].as_str().unwrap();
    assert!(verify(token, &expected(), &keys, NOW_MS).is_ok());
    let token = peers["tokens"]["ed EdDSA"].as_str().unwrap();
    assert_eq!(verify(token, &expected(), &keys, NOW_MS).unwrap_err().lack, Lack::UnknownKey);
}

#[test]
fn sets_that_are_none_say_why() {
    let read = |text: &str| KeySet::read(text.as_bytes()).unwrap_err();
    assert_eq!(read("["), NoKeys::Form);
    assert_eq!(read("{}"), NoKeys::Form);
    assert_eq!(read(r#"{"keys":[1]}"#), NoKeys::Form);
    assert_eq!(read(r#"{"keys":[],"keys":[]}"#), NoKeys::Form);
    assert_eq!(read(r#"{"keys":[]}"#), NoKeys::NoneUsable);
    assert_eq!(read(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#), NoKeys::Private);
    assert_eq!(read(r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"","d":""}]}"#), NoKeys::Private);
    assert_eq!(read(&format!(r#"{{"keys":[{}{{}}]}}"#, "{},".repeat(64))), NoKeys::TooMany);
    assert_eq!(read(&" ".repeat(JWKS_BYTES_MAX + 1)), NoKeys::TooLarge);
    let weak = r#"{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
    assert_eq!(read(weak), NoKeys::NoneUsable);
    let peers = peers();
    let list = peers["jwks"]["keys"].as_array().unwrap();
    let mut key = list.iter().find(|key| key["kid"] == "ed").unwrap().clone();
    for (name, value) in [("use", "enc"), ("alg", "ES256")] {
        key[name] = value.into();
        let read = KeySet::read(key.to_string().as_bytes());
        let usable = read.is_ok_and(|keys| keys.of(Algorithm::EdDsa).next().is_some());
        assert!(!usable, "{name}");
        key["use"] = "sig".into();
    }
}

#[test]
fn a_bearer_token_is_taken_out_of_its_header() {
    assert_eq!(from_header("Bearer a.b.c"), Ok("a.b.c"));
    assert_eq!(from_header("bEARER  a.b.c "), Ok("a.b.c"));
    assert_eq!(from_header("a.b.c"), Ok("a.b.c"));
    assert!(from_header("Basic YTpi").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_changed_letter_holds(at in 0usize..10_000, to in "[A-Za-z0-9_.=-]") {
        let peers = peers();
        let token = peers["tokens"]["ed EdDSA"].as_str().unwrap();
        let at = at % token.len();
        let changed = token.split_at(at).0.to_owned() + &to + token.split_at(at + 1).1;
        prop_assume!(changed != token);
        prop_assert!(verify(&changed, &expected(), &keys(&peers), NOW_MS).is_err());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = verify(&text, &expected(), &KeySet::default(), NOW_MS);
        let _ = KeySet::read(text.as_bytes());
    }
}
