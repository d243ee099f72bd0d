//! What each front end's events say of who calls.
use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::*;
use crate::limits::Limits;
use crate::raw::{Invocation, RawEvent};
use crate::{classify, decode};

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");

fn event(path: &str) -> Json {
    serde_json::from_slice(&std::fs::read(format!("{EVENTS}/{path}.json")).unwrap()).unwrap()
}

fn classified(event: &Json) -> Classified {
    let raw = RawEvent::new(Invocation::default(), Bytes::from(event.to_string()));
    classify(decode(raw, &Limits::default()))
}

/// IAM caller, API key, the certificate's subject, the claims' JSON.
fn said(event: &Json) -> [Option<String>; 4] {
    let event = classified(event);
    let Identity { iam, api_key, certificate, claims } = event.identity();
    let subject = certificate.and_then(|certificate| certificate.subject);
    let claims = claims.first().map(|json| String::from_utf8(json.to_vec()).unwrap());
    [iam, api_key, subject, claims]
}

#[test]
fn each_front_end_has_its_own_fields() {
    const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/orders-reader/session";
    for (path, index, expected) in [
        ("api-gateway-v1/iam-caller", 0, ROLE),
        ("api-gateway-v2/iam-caller", 0, "arn:aws:"),
        ("function-url/iam-caller", 0, "arn:aws:iam::123456789012:user/example"),
        ("lattice-v2/iam-caller", 0, ROLE),
        ("appsync/iam", 0, "arn:aws:"),
        ("api-gateway-v2/client-certificate", 2, "CN=partner.example.com"),
        ("authorizer-request/rest-api", 2, "CN=partner.example.com"),
        ("api-gateway-v1/custom-domain-binary", 3, r#"{"iss":"#),
        ("api-gateway-v2/jwt-caller", 3, r#"{"aud":"#),
        ("appsync/user-pool", 3, "{"),
    ] {
        let mut event = event(path);
        sorted(&mut event);
        let found = said(&event);
        let text = found[index].as_deref().unwrap_or_else(|| panic!("{path}: {found:?}"));
        assert!(text.starts_with(expected), "{path}: {text}");
    }
    for path in ["alb/get", "sqs/one-message", "lattice-v2/anonymous", "direct/empty-object"] {
        let read = std::fs::read(format!("{EVENTS}/{path}.json")).unwrap_or(b"{}".to_vec());
        assert_eq!(said(&serde_json::from_slice(&read).unwrap()), [const { None }; 4], "{path}");
    }
}

/// The same with every object's members in order, whatever the features of the JSON library are.
fn sorted(value: &mut Json) {
    match value {
        Json::Object(members) => {
            let mut all: Vec<_> = std::mem::take(members).into_iter().collect();
            all.sort_by(|(a, _), (b, _)| a.cmp(b));
            for (_, value) in &mut all {
                sorted(value);
            }
            members.extend(all);
        }
        Json::Array(list) => list.iter_mut().for_each(sorted),
        _ => {}
    }
}

#[test]
fn an_api_key_is_told_by_its_id() {
    let mut rest = event("api-gateway-v1/post-order");
    rest["requestContext"]["identity"]["apiKeyId"] = json!("a1b2c3");
    rest["requestContext"]["identity"]["apiKey"] = json!("the-key");
    assert_eq!(said(&rest)[1].as_deref(), Some("a1b2c3"));
}

#[test]
fn a_load_balancer_tells_of_certificates_in_headers() {
    let mut alb = event("alb/get");
    let headers = &mut alb["headers"];
    headers["x-amzn-mtls-clientcert-subject"] = json!("CN=partner.example.com");
    headers["x-amzn-mtls-clientcert-issuer"] = json!("CN=example-ca");
    headers["x-amzn-mtls-clientcert-validity"] =
        json!("NotBefore=2026-01-01T00:00:00Z;NotAfter=2027-01-01T00:00:00Z");
    headers["x-amzn-mtls-clientcert-leaf"] =
        json!("-----BEGIN%20CERTIFICATE-----%0AMII+/=%0A-----END%20CERTIFICATE-----%0A");
    let certificate = classified(&alb).identity().certificate.unwrap();
    assert_eq!(certificate.issuer.as_deref(), Some("CN=example-ca"));
    let times = ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"].map(|it| Some(it.to_owned()));
    assert_eq!(certificate.validity, Some(times));
    assert!(certificate.pem.unwrap().contains("-----\nMII+/=\n-----"));
    // One that stands twice, in whatever case, says nothing.
    alb["headers"]["X-Amzn-Mtls-Clientcert-Subject"] = json!("CN=other.example.com");
    assert_eq!(classified(&alb).identity().certificate, None);
}

#[test]
fn lattice_tells_parts_of_certificates() {
    let mut lattice = event("lattice-v2/iam-caller");
    let identity = &mut lattice["requestContext"]["identity"];
    identity["x509SubjectCn"] = json!("partner.example.com");
    identity["x509IssuerOu"] = json!("partners");
    identity["x509SanUri"] = json!("spiffe://example.com/partner");
    let certificate = classified(&lattice).identity().certificate.unwrap();
    assert_eq!(certificate.subject.as_deref(), Some("CN=partner.example.com"));
    assert_eq!(certificate.issuer.as_deref(), Some("OU=partners"));
    assert_eq!((certificate.names.len(), certificate.validity), (1, None));
}

#[test]
fn security_nothing_that_is_compared_is_cut() {
    let mut url = event("function-url/iam-caller");
    let long = format!("arn:aws:iam::123456789012:user/{}", "a".repeat(5000));
    url["requestContext"]["authorizer"]["iam"]["userArn"] = json!(long);
    assert_eq!(said(&url)[0].as_deref(), Some(long.as_str()));
}
