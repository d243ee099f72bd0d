//! CloudFormation custom resources ("Custom resource response objects"). CloudFormation does not
//! read what the function returns: it waits for a document at a presigned URL. Sending that is the
//! work of whoever may speak to the network; until it has arrived, the answer to Lambda is a
//! function error, which is tried twice more.
use std::fmt;

use serde::Deserialize;
use serde_json::json;
use tollgate_event::Classified;

use super::{read, words};
use crate::checks::Check;

/// The `FAILED` document of a custom resource, and where it has to go.
#[derive(Clone, PartialEq, Eq)]
pub struct FailedResource {
    url: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    #[serde(rename = "RequestId")]
    id: String,
    logical_resource_id: String,
    physical_resource_id: Option<String>,
}

impl FailedResource {
    /// None where the event names no URL of CloudFormation's own buckets: whoever may invoke can
    /// write any address there.
    pub(super) fn of(event: &Classified, check: &Check, request_id: &str) -> Option<Self> {
        let request: Request = read(event)?;
        if !is_cloudformations(&request.response_url) {
            return None;
        }
        let created = request.physical_resource_id;
        let body = json!({
            "Status": "FAILED",
            "Reason": words(check, request_id),
            // What was never made has no id, and one must be given.
            "PhysicalResourceId": created.unwrap_or_else(|| format!("tollgate-{request_id}")),
            "StackId": request.stack_id,
            "RequestId": request.id,
            "LogicalResourceId": request.logical_resource_id,
            "NoEcho": false,
            "Data": {},
        });
        Some(Self { url: request.response_url, body: body.to_string() })
    }

    /// Where it is to be PUT, without a `Content-Type`: the URL is signed so. A secret.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The document.
    pub fn body(&self) -> &str {
        &self.body
    }
}

/// The URL is a secret.
impl fmt::Debug for FailedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailedResource").finish_non_exhaustive()
    }
}

/// Whether a URL leads to one of the buckets that CloudFormation takes answers in:
/// `cloudformation-custom-resource-response-REGION.s3.REGION.amazonaws.com`, or the older forms
/// without the second region or with `s3-REGION`.
fn is_cloudformations(url: &str) -> bool {
    let Some((host, _)) = url.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let Some(rest) = host.strip_prefix("cloudformation-custom-resource-response-") else {
        return false;
    };
    let Some((bucket, service)) = rest.split_once(".s3") else { return false };
    let domain = service.strip_suffix(".amazonaws.com.cn");
    let Some(region) = domain.or_else(|| service.strip_suffix(".amazonaws.com")) else {
        return false;
    };
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let region = region.strip_prefix(['.', '-']).unwrap_or(region);
    !bucket.is_empty()
        && bucket.bytes().all(is_word)
        && region.bytes().all(|b| is_word(b) || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_cloudformations;

    #[test]
    fn security_answers_go_to_cloudformations_own_buckets_only() {
        let bucket = "cloudformation-custom-resource-response-useast1";
        for host in ["s3.amazonaws.com", "s3.us-east-1.amazonaws.com", "s3-us-west-2.amazonaws.com"]
        {
            assert!(is_cloudformations(&format!("https://{bucket}.{host}/a?b=c")), "{host}");
        }
        let china = "https://cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn/a";
        assert!(is_cloudformations(china));
        for url in [
            format!("http://{bucket}.s3.amazonaws.com/"),
            format!("https://{bucket}.s3.amazonaws.com.example.com/"),
            format!("https://{bucket}.s3.example.com#.amazonaws.com/"),
            format!("https://{bucket}.s3.amazonaws.com:8443/"),
            format!("https://user@{bucket}.s3.amazonaws.com/"),
            format!("https://{bucket}.example.s3.amazonaws.com/"),
            "https://169.254.169.254/".to_owned(),
            "https://uploads.s3.amazonaws.com/".to_owned(),
            String::new(),
        ] {
            assert!(!is_cloudformations(&url), "{url}");
        }
    }
}
