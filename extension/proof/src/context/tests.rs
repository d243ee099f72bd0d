//! Contexts from end to end, and the vectors of the documentation.
use proptest::prelude::*;

use super::*;

const NOW_MS: u64 = 1_800_000_000_000;
const TARGET: &str = "arn:aws:lambda:eu-west-1:123456789012:function:charge";
const FIRST: &str = "arn:aws:lambda:eu-west-1:123456789012:function:orders";
// Keys for tests: the bytes 0 to 31.
const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn signing(algorithm: &str) -> SigningKey {
    let text = format!(r#"{{"kid":"k-{algorithm}","alg":"{algorithm}","secret":"{SEED}"}}"#);
    SigningKey::read(text.as_bytes()).unwrap()
}

fn keys() -> ContextKeys {
    ContextKeys::new(["Ed25519", "HS256"].map(|name| signing(name).checking()).to_vec())
}

fn context(key: &SigningKey, form: Form, payload: &[u8]) -> Context {
    Context {
        kid: key.id().to_owned(),
        target: TARGET.to_owned(),
        iat: NOW_MS,
        exp: NOW_MS + 60_000,
        nonce: "EBESExQVFhcYGRobHB0eHw".to_owned(),
        hops: Context::hops_after(None, FIRST, "00000000-0000-4000-8000-000000000001"),
        digest: form.digest(payload).unwrap(),
    }
}

fn situation(payload: &[u8]) -> Situation<'_> {
    Situation { targets: &[TARGET], payload, leeway_seconds: 30, now_ms: NOW_MS }
}

#[test]
fn what_is_signed_holds_and_a_hop_is_added() {
    for name in ["Ed25519", "HS256"] {
        let key = signing(name);
        let text = context(&key, Form::Bytes, b"payload").sign(&key).unwrap();
        let (proof, first) = verify(&text, &keys(), &situation(b"payload")).unwrap();
        assert_eq!((proof.kind, proof.method), ("context", name));
        assert_eq!(proof.issuer.as_deref(), Some(FIRST));
        let hops = Context::hops_after(Some((&text, &first.hops)), TARGET, "request-2");
        let second = Context { hops, ..first }.sign(&key).unwrap();
        let (proof, second) = verify(&second, &keys(), &situation(b"payload")).unwrap();
        let functions: Vec<_> = proof.hops.iter().map(|hop| hop.function.as_str()).collect();
        assert_eq!(functions, [FIRST, TARGET]);
        let prev = second.hops.last().unwrap().prev.clone();
        assert_eq!(prev, Some(encoding::to_base64url(&Sha256::digest(&text))));
    }
}

#[test]
fn the_vectors_of_the_documentation_hold() {
    let docs = include_str!("../../../docs/signed-context.md");
    let vectors = docs.lines().filter(|line| line.starts_with("tg1."));
    let mut count = 0;
    for text in vectors {
        count += 1;
        let payload = br#"{"order": 7, "amount": 12.50}"#;
        let canonical = br#"{"amount":12.5,"order":7,"_tollgate":"left out"}"#;
        let forms = [
            verify(text, &keys(), &situation(payload)),
            verify(text, &keys(), &situation(canonical)),
        ];
        assert!(forms.iter().any(Result::is_ok), "{text}");
        let (_, context) = forms.into_iter().find_map(Result::ok).unwrap();
        let key = ["Ed25519", "HS256"].map(signing).into_iter().find(|key| key.id() == context.kid);
        assert_eq!(context.sign(&key.unwrap()).unwrap(), text);
    }
    assert_eq!(count, 3);
}

#[test]
fn anything_else_is_refused() {
    let key = signing("Ed25519");
    let payload = br#"{"order":7}"#;
    let good = context(&key, Form::Canonical, payload);
    let why = |context: &Context, situation: &Situation<'_>| {
        // What would not be signed is signed all the same, as another implementation might.
        let json = serde_json::to_vec(context).unwrap();
        let signed = format!("tg1.{}", encoding::to_base64url(&json));
        let signature = encoding::to_base64url(&key.sign(signed.as_bytes()));
        verify(&format!("{signed}.{signature}"), &keys(), situation).unwrap_err()
    };
    let now = situation(payload);
    let late = Situation { now_ms: NOW_MS + 90_000, ..now };
    let early = Situation { now_ms: NOW_MS - 30_001, ..now };
    let elsewhere = Situation { targets: &[FIRST], ..now };
    let other = Situation { payload: br#"{"order":8}"#, ..now };
    assert_eq!(why(&good, &late), Unproved::expired("the context has expired"));
    assert_eq!(why(&good, &early), Unproved::invalid("the context was made in the future"));
    assert_eq!(why(&good, &elsewhere), Unproved::invalid("the context is for another function"));
    let payload_why = "the payload is not the one that the context was made for";
    assert_eq!(why(&good, &other), Unproved::invalid(payload_why));
    let unknown = Context { digest: "md5:AAAA".to_owned(), ..good.clone() };
    assert_eq!(why(&unknown, &now), Unproved::invalid(payload_why));
    let long = Context { exp: NOW_MS + LIFE_MS_MAX + 1, ..good.clone() };
    assert_eq!(why(&long, &now), Unproved::invalid("the context holds for too long"));
    let kid = Context { kid: "other".to_owned(), ..good.clone() };
    assert_eq!(why(&kid, &now).lack, Lack::UnknownKey);
    let hop = good.hops.first().unwrap().clone();
    for hops in [vec![], vec![hop.clone(); 2], vec![hop; HOPS_MAX + 1]] {
        let bad = Context { hops, ..good.clone() };
        assert_eq!(why(&bad, &now), Unproved::invalid("the context is not of its form"));
        assert_eq!(bad.sign(&key), None);
    }
    let short = Context { nonce: "AAAA".to_owned(), ..good };
    assert_eq!(why(&short, &now), Unproved::invalid("the context is not of its form"));
}

#[test]
fn a_key_is_for_one_algorithm() {
    let (edwards, shared) = (signing("Ed25519"), signing("HS256"));
    // Who knows the public key must not be able to sign with it as a shared one.
    let public = edwards.public().unwrap();
    let text = format!(r#"{{"kid":"k-Ed25519","alg":"HS256","secret":"{public}"}}"#);
    let forger = SigningKey::read(text.as_bytes()).unwrap();
    let text = context(&forger, Form::Bytes, b"").sign(&forger).unwrap();
    let why = verify(&text, &keys(), &situation(b"")).unwrap_err().why;
    assert_eq!(why, "the context's signature does not hold");
    assert!(shared.public().is_none());
}

#[test]
fn key_files_of_other_forms_are_none() {
    let list = |keys: &str| ContextKeys::read(format!(r#"{{"keys":[{keys}]}}"#).as_bytes());
    let shared = format!(r#"{{"kid":"a","alg":"HS256","secret":"{SEED}"}}"#);
    assert!(list(&shared).is_some());
    assert!(list(&format!("{shared},{shared}")).is_none());
    for bad in [
        "",
        r#"{"kid":"a","alg":"HS256","secret":"AAAA"}"#,
        r#"{"kid":"","alg":"HS256","secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#,
        r#"{"kid":"a b","alg":"HS256","secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#,
        r#"{"kid":"a","alg":"none","secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#,
        r#"{"kid":"a","alg":"Ed25519","public":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        r#"{"kid":"a","alg":"Ed25519","public":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","x":1}"#,
    ] {
        assert!(list(bad).is_none(), "{bad}");
    }
    assert!(SigningKey::read(br#"{"kid":"a","alg":"Ed25519","secret":"AAAA"}"#).is_none());
    assert!(SigningKey::read(b"{}").is_none());
    assert!(!format!("{:?}", signing("HS256")).contains("AAEC"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_changed_letter_holds(at in 0usize..10_000, to in "[A-Za-z0-9_.=-]") {
        let key = signing("HS256");
        let text = context(&key, Form::Bytes, b"payload").sign(&key).unwrap();
        let at = at % text.len();
        let changed = text.split_at(at).0.to_owned() + &to + text.split_at(at + 1).1;
        prop_assume!(changed != text);
        prop_assert!(verify(&changed, &keys(), &situation(b"payload")).is_err());
    }
}
