//! What the services' own libraries sign, and what is refused of it.
use serde_json::Value;

use super::*;
use crate::proof::Lack;

const NOW_MS: u64 = 1_800_000_000_000;

struct Peers(Value);

impl Peers {
    fn new() -> Self {
        let all: Value =
            serde_json::from_str(include_str!("../../tests/fixtures/peers.json")).unwrap();
        Self(all["webhooks"].clone())
    }

    fn text(&self, name: &str) -> String {
        self.0[name].as_str().unwrap().to_owned()
    }
}

fn headers(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A scheme with headers, URL and body that its library made, and its secret's text.
type Sample = (Scheme, Vec<(String, String)>, String, String, String);

fn samples(peers: &Peers) -> Vec<Sample> {
    let (body, secret, none) = (peers.text("body"), peers.text("secret"), String::new());
    let signed = |list: &[(&str, &str)]| headers(list);
    let generic = Generic {
        header: "x-example-code".to_owned(),
        hash: Hash::Sha512,
        encoding: Encoding::Base64,
        prefix: "v2:".to_owned(),
        timestamp_header: Some("X-Example-Time".to_owned()),
        signed: Template::parse("{timestamp}~{body}").unwrap(),
    };
    let github = signed(&[("X-Hub-Signature-256", &peers.text("github"))]);
    let shopify = signed(&[("X-Shopify-Hmac-Sha256", &peers.text("shopify"))]);
    let shopify_event = signed(&[("Shopify-Hmac-Sha256", &peers.text("shopify"))]);
    let stripe = signed(&[("Stripe-Signature", &peers.text("stripe"))]);
    let slack = signed(&[
        ("X-Slack-Signature", &peers.text("slack")),
        ("X-Slack-Request-Timestamp", "1800000000"),
    ]);
    let standard = signed(&[
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", "1800000000"),
        ("webhook-signature", &peers.text("standard")),
    ]);
    let twilio = |name: &str| signed(&[("X-Twilio-Signature", &peers.text(name))]);
    let own =
        signed(&[("X-Example-Code", &peers.text("generic")), ("x-example-time", "1800000000")]);
    let form = peers.text("twilio form");
    let url = peers.text("twilio url");
    let json_url = peers.text("twilio json url");
    let standard_secret = peers.text("standard secret");
    vec![
        (Scheme::Github, github, none.clone(), body.clone(), secret.clone()),
        (Scheme::Shopify, shopify, none.clone(), body.clone(), secret.clone()),
        (Scheme::Shopify, shopify_event, none.clone(), body.clone(), secret.clone()),
        (Scheme::Stripe, stripe, none.clone(), body.clone(), secret.clone()),
        (Scheme::Slack, slack, none.clone(), body.clone(), secret.clone()),
        (Scheme::Standard, standard, none.clone(), body.clone(), standard_secret),
        (Scheme::Twilio, twilio("twilio"), url.clone(), form.clone(), secret.clone()),
        (Scheme::Twilio, twilio("twilio port"), url, form, secret.clone()),
        (Scheme::Twilio, twilio("twilio json"), json_url, body.clone(), secret.clone()),
        (Scheme::Generic(Box::new(generic)), own, none, body, secret),
    ]
}

fn verify(
    scheme: &Scheme,
    headers: &[(String, String)],
    url: &str,
    body: &[u8],
    secrets: &[Secret],
    now_ms: u64,
) -> Result<Proof, Unproved> {
    let webhook = Webhook { scheme: scheme.clone(), tolerance_seconds: 300 };
    webhook.verify(&Request { method: "POST", url, headers, body }, secrets, now_ms)
}

#[test]
fn what_the_libraries_sign_holds() {
    let peers = Peers::new();
    for (scheme, headers, url, body, secret) in samples(&peers) {
        let other = scheme.secret(b"b3RoZXIgc2VjcmV0IHRoYXQgaXMgbm90IGl0").unwrap();
        let secrets = [other, scheme.secret(format!(" {secret}\n").as_bytes()).unwrap()];
        let proof = verify(&scheme, &headers, &url, body.as_bytes(), &secrets, NOW_MS);
        let proof = proof.unwrap_or_else(|why| panic!("{}: {why:?}", scheme.as_str()));
        assert_eq!((proof.kind, proof.method), ("hmac", scheme.as_str()));
        assert_eq!(proof.key_id.as_deref(), Some("1"));
        assert!(proof.id.is_some());
    }
}

#[test]
fn what_the_libraries_of_another_language_sign_holds() {
    let all: Value = serde_json::from_str(include_str!("../../tests/fixtures/node.json")).unwrap();
    let peers = Peers(all["webhooks"].clone());
    let (body, form) = (peers.text("body"), peers.text("twilio form"));
    let (url, json_url) = (peers.text("twilio url"), peers.text("twilio json url"));
    let standard = peers.text("standard");
    let standard = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", "1800000000"),
        ("webhook-signature", standard.as_str()),
    ];
    for (scheme, list, url, body, secret) in [
        (
            Scheme::Github,
            headers(&[("X-Hub-Signature-256", &peers.text("github"))]),
            "",
            &body,
            "secret",
        ),
        (
            Scheme::Stripe,
            headers(&[("Stripe-Signature", &peers.text("stripe"))]),
            "",
            &body,
            "secret",
        ),
        (Scheme::Standard, headers(&standard), "", &body, "standard secret"),
        (
            Scheme::Twilio,
            headers(&[("X-Twilio-Signature", &peers.text("twilio"))]),
            &url,
            &form,
            "secret",
        ),
        (
            Scheme::Twilio,
            headers(&[("X-Twilio-Signature", &peers.text("twilio json"))]),
            &json_url,
            &body,
            "secret",
        ),
    ] {
        let secrets = [scheme.secret(peers.text(secret).as_bytes()).unwrap()];
        let held = verify(&scheme, &list, url, body.as_bytes(), &secrets, NOW_MS);
        assert!(held.is_ok(), "{}: {held:?}", scheme.as_str());
        let other = verify(&scheme, &list, url, b"{}", &secrets, NOW_MS);
        assert_eq!(other.unwrap_err().lack, Lack::Invalid, "{}", scheme.as_str());
    }
}

#[test]
fn any_other_body_header_secret_or_url_does_not() {
    let peers = Peers::new();
    for (scheme, headers, url, body, secret) in samples(&peers) {
        let name = scheme.as_str();
        let secrets = [scheme.secret(secret.as_bytes()).unwrap()];
        let lack = |headers: &[(String, String)], url: &str, body: &[u8], secrets: &[Secret]| {
            verify(&scheme, headers, url, body, secrets, NOW_MS).unwrap_err().lack
        };
        let mut other = body.clone().into_bytes();
        *other.get_mut(3).unwrap() ^= 1;
        assert_eq!(lack(&headers, &url, &other, &secrets), Lack::Invalid, "{name}");
        assert_eq!(lack(&headers, &url, b"", &secrets), Lack::Invalid, "{name}");
        assert_eq!(lack(&headers, &url, body.as_bytes(), &[]), Lack::Invalid, "{name}");
        assert_eq!(lack(&[], &url, body.as_bytes(), &secrets), Lack::Missing, "{name}");
        let twice = [headers.clone(), headers.clone()].concat();
        assert_eq!(lack(&twice, &url, body.as_bytes(), &secrets), Lack::Invalid, "{name}");
        for index in 0..headers.len() {
            let mut cut = headers.clone();
            cut.get_mut(index).map(|(_, value)| value.pop()).unwrap();
            assert_eq!(
                lack(&cut, &url, body.as_bytes(), &secrets),
                Lack::Invalid,
                "{name} {index}"
            );
            let mut long = headers.clone();
            long.get_mut(index).map(|(_, value)| value.push_str(&"a".repeat(5000))).unwrap();
            assert_eq!(
                lack(&long, &url, body.as_bytes(), &secrets),
                Lack::Invalid,
                "{name} {index}"
            );
        }
        if scheme == Scheme::Twilio {
            let other = url.replace("a=1", "a=2");
            assert_eq!(lack(&headers, &other, body.as_bytes(), &secrets), Lack::Invalid);
        }
    }
}

#[test]
fn a_timestamp_must_be_near() {
    let peers = Peers::new();
    for (scheme, headers, url, body, secret) in samples(&peers) {
        let timed = matches!(
            scheme,
            Scheme::Stripe | Scheme::Slack | Scheme::Standard | Scheme::Generic(_)
        );
        let secrets = [scheme.secret(secret.as_bytes()).unwrap()];
        let at = |now_ms| verify(&scheme, &headers, &url, body.as_bytes(), &secrets, now_ms);
        assert!(at(NOW_MS + 300_000).is_ok() && at(NOW_MS - 300_000).is_ok());
        let late = at(NOW_MS + 300_001).map_err(|why| why.lack);
        let early = at(NOW_MS - 300_001).map_err(|why| why.lack);
        let name = scheme.as_str();
        assert_eq!(late.is_err(), timed, "{name}");
        assert_eq!(late.err(), timed.then_some(Lack::Expired), "{name}");
        assert_eq!(early.err(), timed.then_some(Lack::Invalid), "{name}");
    }
}

#[test]
fn the_old_secret_holds_beside_the_new_one() {
    let peers = Peers::new();
    let secrets = ["secret", "older"].map(|name| Secret::new(peers.text(name).into()).unwrap());
    let header = headers(&[("x-hub-signature-256", &peers.text("github older"))]);
    let proof =
        verify(&Scheme::Github, &header, "", peers.text("body").as_bytes(), &secrets, NOW_MS);
    assert_eq!(proof.unwrap().key_id.as_deref(), Some("1"));
}

#[test]
fn headers_of_other_forms_are_refused() {
    let secrets = [Secret::new(b"secret".to_vec()).unwrap()];
    let zeros = "0".repeat(64);
    let many = format!("t=1800000000{}", format!(",v1={zeros}").repeat(17));
    let cases: [(Scheme, &[(&str, &str)]); 13] = [
        (Scheme::Github, &[("x-hub-signature-256", &zeros)]),
        (Scheme::Github, &[("x-hub-signature-256", "sha1=00")]),
        (Scheme::Github, &[("x-hub-signature-256", "sha256=zz")]),
        (Scheme::Stripe, &[("stripe-signature", "t=1800000000")]),
        (Scheme::Stripe, &[("stripe-signature", "v1=00")]),
        (Scheme::Stripe, &[("stripe-signature", "t=1,t=1800000000,v1=00")]),
        (Scheme::Stripe, &[("stripe-signature", &many)]),
        (Scheme::Stripe, &[("stripe-signature", "t=-1,v1=00")]),
        (Scheme::Slack, &[("x-slack-signature", "v1=00"), ("x-slack-request-timestamp", "1")]),
        (Scheme::Shopify, &[("x-shopify-hmac-sha256", "not base64")]),
        (Scheme::Shopify, &[("x-shopify-hmac-sha256", "AAAA"), ("shopify-hmac-sha256", "AAAA")]),
        (
            Scheme::Standard,
            &[
                ("webhook-id", "a.1"),
                ("webhook-timestamp", "1800000000"),
                ("webhook-signature", "v1,AAAA"),
            ],
        ),
        (
            Scheme::Standard,
            &[("webhook-id", "a"), ("webhook-timestamp", "1e9"), ("webhook-signature", "v1,AAAA")],
        ),
    ];
    for (scheme, list) in cases {
        let found = verify(&scheme, &headers(list), "", b"", &secrets, NOW_MS).unwrap_err();
        assert_eq!(found.lack, Lack::Invalid, "{list:?}");
    }
}

#[test]
fn templates_hold_the_body_once() {
    for text in ["{body}", "{timestamp}.{body}", "v1:{timestamp}:{body}:end"] {
        assert!(Template::parse(text).is_some(), "{text}");
    }
    for text in ["", "body", "{timestamp}", "{body}{body}", "{bodies}", "{body", "body}{body}"] {
        assert!(Template::parse(text).is_none(), "{text}");
    }
}
