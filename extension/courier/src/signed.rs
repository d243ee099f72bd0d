//! Signed calls without the SDK, for services of which one call is needed.
//!
//! Of 410 seconds that the SDK's crates for SSM, S3, SQS, `DynamoDB`, KMS and Secrets Manager take
//! to build (debug build, two cores, cargo's timings), 155, 49 and 47 go to the first three; the
//! calls made of them here are one request each.

mod endpoint;

use crate::outside;
use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningInstructions,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
pub(crate) use endpoint::Service;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use std::time::SystemTime;
use tollgate_link::{Cause, Failure};

/// What signed calls need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    http: &'a reqwest::Client,
    config: &'a SdkConfig,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// Whom it is for.
    pub(crate) service: Service,
    /// The region that it is signed for.
    pub(crate) region: &'a str,
    /// The method.
    pub(crate) method: &'static str,
    /// The whole address, escaped.
    pub(crate) url: String,
    /// Headers that are signed with it.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(crate) body: Bytes,
}

/// A good answer, or a redirect.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its status: below 400.
    pub(crate) status: u16,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl<'a> Signed<'a> {
    /// Calls through this client, with the region and the credentials of this configuration.
    pub(crate) fn new(http: &'a reqwest::Client, config: &'a SdkConfig) -> Self {
        Self { http, config }
    }

    /// The client, for requests that are signed already.
    pub(crate) fn http(&self) -> &'a reqwest::Client {
        self.http
    }

    /// The configuration.
    pub(crate) fn config(&self) -> &'a SdkConfig {
        self.config
    }

    /// The function's region.
    pub(crate) fn region(&self) -> Result<&'a str, Failure> {
        let region = self.config.region().map(AsRef::as_ref);
        region.ok_or_else(|| Failure::new(Cause::Unconfigured, "AWS_REGION is not set"))
    }

    /// The base of a service's addresses, without a `/` at the end: what the environment names, or
    /// the host that `host` makes of AWS's own.
    pub(crate) fn base(&self, service: Service, host: impl FnOnce() -> String) -> String {
        let own = || format!("https://{}", host());
        service.named(self.config.endpoint_url()).unwrap_or_else(own)
    }

    /// Whether the environment names another endpoint for a service.
    pub(crate) fn is_elsewhere(&self, service: Service) -> bool {
        service.named(self.config.endpoint_url()).is_some()
    }

    /// Calls an operation of a service that speaks JSON in the manner of SQS and SSM ("AWS JSON 1.0
    /// protocol" and 1.1, Smithy).
    pub(crate) async fn json(
        &self,
        service: Service,
        region: &str,
        target: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Failure> {
        let version = if service == Service::Sqs { "1.0" } else { "1.1" };
        let call = Call {
            service,
            region,
            method: "POST",
            url: format!("{}/", self.base(service, || service.host(region))),
            headers: vec![
                ("content-type", format!("application/x-amz-json-{version}")),
                ("x-amz-target", target.to_owned()),
            ],
            body: body.into(),
        };
        Ok(self.call(call).await?.body)
    }

    /// Signs a request and sends it, once.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Reply, Failure> {
        let service = call.service;
        let request = self.request(call).await?;
        let response = self.http.execute(request).await.map_err(outside::failure)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = outside::body(response, outside::ANSWER_BYTES_MAX).await?;
        if status < 400 {
            return Ok(Reply { status, headers, body });
        }
        Err(refusal(service, status, &code(&body)))
    }

    async fn request(&self, call: Call<'_>) -> Result<reqwest::Request, Failure> {
        let unsendable = || {
            let detail = format!("{}: not a request that can be sent", call.service.as_str());
            Failure::new(Cause::Refused, detail)
        };
        let instructions = self.sign(&call).await?.ok_or_else(unsendable)?;
        let mut request = http::Request::builder().method(call.method).uri(&call.url);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(call.body.clone()).map_err(|_| unsendable())?;
        instructions.apply_to_request_http1x(&mut request);
        reqwest::Request::try_from(request).map_err(|_| unsendable())
    }

    /// The headers that make a request the function's own; none where it cannot be one.
    async fn sign(&self, call: &Call<'_>) -> Result<Option<SigningInstructions>, Failure> {
        let name = call.service.as_str();
        let none = || Failure::new(Cause::Unconfigured, format!("{name}: no credentials"));
        let provider = self.config.credentials_provider().ok_or_else(none)?;
        let identity = provider.provide_credentials().await.map_err(|_| none())?.into();
        let mut settings = SigningSettings::default();
        if matches!(call.service, Service::S3 | Service::S3ObjectLambda) {
            // S3 escapes paths once, and wants the digest of the body in a header ("Amazon S3 API
            // Reference": calculating a signature).
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(call.region)
            .name(name)
            .time(SystemTime::now())
            .settings(settings);
        let Ok(params) = params.build() else { return Ok(None) };
        let headers = call.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = SignableBody::Bytes(&call.body);
        let signable = SignableRequest::new(call.method, &call.url, headers, body);
        let signed = signable.and_then(|it| sign(it, &params.into()));
        Ok(signed.ok().map(|it| it.into_parts().0))
    }
}

/// What a status and a code mean. The service's message is left out: it may quote what was sent.
fn refusal(service: Service, status: u16, code: &str) -> Failure {
    let slow = code.contains("Throttl") || code == "SlowDown" || code == "RequestLimitExceeded";
    let cause = match status {
        _ if slow => Cause::Throttled,
        429 => Cause::Throttled,
        408 | 500.. => Cause::Service,
        _ => Cause::Refused,
    };
    let plain = code.len() < 80 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    let code = if plain { code } else { "" };
    Failure::new(cause, format!("{}: status {status} {code}", service.as_str()).trim_end())
}

/// The code of an error: a member of a JSON body, or an element of an XML one.
fn code(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Error {
        #[serde(rename = "__type")]
        code: String,
    }
    if let Ok(error) = serde_json::from_slice::<Error>(body) {
        // Some services put a name space in front.
        return error.code.rsplit('#').next().unwrap_or_default().to_owned();
    }
    let text = std::str::from_utf8(body).unwrap_or_default();
    let inside = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    inside.map_or("", |(code, _)| code).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_error_is_found_in_either_form() {
        let json = br#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#;
        assert_eq!(code(json), "QueueDoesNotExist");
        assert_eq!(code(b"<Error><Code>NoSuchBucket</Code></Error>"), "NoSuchBucket");
        assert_eq!(code(b"<html>"), "");
        assert_eq!(code(b"\xff"), "");
    }

    #[test]
    fn causes_follow_status_and_code() {
        for (status, code, cause) in [
            (403, "AccessDenied", Cause::Refused),
            (400, "ThrottlingException", Cause::Throttled),
            (503, "SlowDown", Cause::Throttled),
            (503, "ServiceUnavailable", Cause::Service),
            (404, "<script>", Cause::Refused),
        ] {
            let failure = refusal(Service::Sqs, status, code);
            assert_eq!(failure.cause, cause, "{status} {code}");
            assert!(!failure.detail.contains('<'));
        }
    }
}
