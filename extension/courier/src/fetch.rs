//! Fetches key sets and certificates.

use crate::outside::{body, failure};
use reqwest::Url;
use reqwest::header::{AGE, CACHE_CONTROL, HeaderMap};
use tollgate_link::fetch::{Fetch, FetchKind, Fetched};
use tollgate_link::{Blob, Cause, Failure};

/// Largest document that is read, in bytes.
const DOCUMENT_BYTES_MAX: usize = 256 * 1024;

/// Fetches a document: over HTTPS, from the hosts that its kind allows, without following a
/// redirect, bounded in size and time.
///
/// A key set of an issuer that the policy names at a loopback address may be fetched without TLS:
/// such an address stands in policies for trials only.
pub(crate) async fn fetch(http: &reqwest::Client, ask: Fetch) -> Result<Fetched, Failure> {
    let url = address(&ask)?;
    let what = match ask.kind {
        FetchKind::KeySet => "the key set",
        FetchKind::SnsCertificate => "the certificate",
    };
    let response = http.get(url).send().await;
    let response = response.map_err(failure)?;
    let status = response.status().as_u16();
    let fresh_seconds = max_age(response.headers());
    let cause = match status {
        200 => None,
        429 => Some(Cause::Throttled),
        500.. => Some(Cause::Service),
        _ => Some(Cause::Refused),
    };
    if let Some(cause) = cause {
        return Err(Failure::new(cause, format!("{what}: status {status}")));
    }
    let document = body(response, DOCUMENT_BYTES_MAX).await?;
    Ok(Fetched { body: Blob(document), fresh_seconds })
}

fn address(ask: &Fetch) -> Result<Url, Failure> {
    let no = |what: &str| Failure::new(Cause::Refused, format!("the address {what}"));
    let url = Url::parse(&ask.url).map_err(|_| no("cannot be read"))?;
    let host = url.host_str().ok_or_else(|| no("has no host"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(no("holds credentials"));
    }
    let good = match ask.kind {
        FetchKind::SnsCertificate => {
            let pem = url.path().strip_suffix(".pem").is_some() && url.query().is_none();
            url.scheme() == "https" && url.port().is_none() && pem && is_sns(host)
        }
        FetchKind::KeySet => {
            let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback());
            url.scheme() == "https" || (loopback && url.scheme() == "http")
        }
    };
    if good { Ok(url) } else { Err(no("is not allowed for this")) }
}

/// "Amazon SNS Developer Guide": verifying the signatures of messages.
fn is_sns(host: &str) -> bool {
    let Some(rest) = host.strip_prefix("sns.") else { return false };
    let region =
        rest.strip_suffix(".amazonaws.com.cn").or_else(|| rest.strip_suffix(".amazonaws.com"));
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    region.is_some_and(|region| !region.is_empty() && region.bytes().all(word))
}

/// How long an answer is fresh from now on (RFC 9111 sections 4.2 and 5.2); none where it does not
/// say. What may not be kept at all is as old as it can be.
fn max_age(headers: &HeaderMap) -> Option<u32> {
    let control = headers.get(CACHE_CONTROL)?.to_str().ok()?.to_ascii_lowercase();
    let mut parts = control.split(',').map(str::trim);
    if parts.clone().any(|part| part == "no-store" || part.starts_with("no-cache")) {
        return Some(0);
    }
    let age = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok());
    let fresh: u32 =
        parts.find_map(|part| part.strip_prefix("max-age=")?.trim_matches('"').parse().ok())?;
    Some(fresh.saturating_sub(age.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(kind: FetchKind, url: &str) -> bool {
        address(&Fetch { kind, url: url.to_owned() }).is_ok()
    }

    #[test]
    fn security_certificates_come_from_sns_only() {
        let good = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem";
        assert!(allowed(FetchKind::SnsCertificate, good));
        let china = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0123.pem";
        assert!(allowed(FetchKind::SnsCertificate, china));
        for url in [
            "http://sns.eu-west-1.amazonaws.com/a.pem",
            "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
            "https://sns.eu-west-1.amazonaws.com.example.com/a.pem",
            "https://sns.eu-west-1.amazonaws.com@example.com/a.pem",
            "https://user@sns.eu-west-1.amazonaws.com/a.pem",
            "https://example.com/sns.eu-west-1.amazonaws.com/a.pem",
            "https://sns.evil.example.amazonaws.com/a.pem",
            "https://sns..amazonaws.com/a.pem",
            "https://sns.eu-west-1.amazonaws.com/a.pem?x=1",
            "https://sns.eu-west-1.amazonaws.com/a.txt",
            "https://bucket.s3.amazonaws.com/a.pem",
            "a.pem",
        ] {
            assert!(!allowed(FetchKind::SnsCertificate, url), "{url}");
        }
    }

    #[test]
    fn security_key_sets_come_over_tls_but_for_loopback() {
        assert!(allowed(FetchKind::KeySet, "https://issuer.example/.well-known/jwks.json"));
        assert!(allowed(FetchKind::KeySet, "http://127.0.0.1:4000/jwks.json"));
        for url in
            ["http://issuer.example/jwks.json", "file:///etc/passwd", "https://a:b@issuer.example/"]
        {
            assert!(!allowed(FetchKind::KeySet, url), "{url}");
        }
    }

    #[test]
    fn freshness_is_read() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, text.parse().unwrap());
            max_age(&headers)
        };
        assert_eq!(of("public, max-age=300, immutable"), Some(300));
        assert_eq!(of("max-age=\"60\""), Some(60));
        assert_eq!(of("no-store"), Some(0));
        assert_eq!(of("No-Cache, max-age=300"), Some(0));
        assert_eq!(of("public"), None);
        let mut aged = HeaderMap::new();
        aged.insert(CACHE_CONTROL, "max-age=300".parse().unwrap());
        aged.insert(AGE, "100".parse().unwrap());
        assert_eq!(max_age(&aged), Some(200));
        assert_eq!(of("max-age=-1"), None);
    }
}
