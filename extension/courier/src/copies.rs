//! Stores copies of refused events in SQS and S3.

use crate::signed::{Call, Reply, Service, Signed};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::time::Duration;
use tollgate_link::copies::{Bucket, CopyStored, Place, StoreCopy};
use tollgate_link::{Cause, Failure};

/// Wait before what failed in passing is tried once more.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Largest message of SQS, in bytes ("Amazon SQS Developer Guide": message quotas).
const MESSAGE_BYTES_MAX: usize = 1_048_576;

/// Stores a copy. What failed in passing is tried once more: a copy that is there twice is
/// harmless.
pub(crate) async fn store(aws: Signed<'_>, ask: StoreCopy) -> Result<CopyStored, Failure> {
    let document = Bytes::from(ask.document.0);
    match attempt(aws, &ask.place, &ask.name, &document).await {
        Err(failure) if failure.cause.is_passing() => {
            tokio::time::sleep(AGAIN_AFTER).await;
            attempt(aws, &ask.place, &ask.name, &document).await
        }
        done => done,
    }
}

async fn attempt(
    aws: Signed<'_>,
    place: &Place,
    name: &str,
    document: &Bytes,
) -> Result<CopyStored, Failure> {
    match place {
        Place::Bucket(bucket) => put(aws, bucket, name, document).await,
        Place::Queue { url, large } => {
            let text = std::str::from_utf8(document)
                .map_err(|_| Failure::new(Cause::Refused, "the copy is no text"))?;
            if text.len() <= MESSAGE_BYTES_MAX {
                return send(aws, url, name, text).await;
            }
            let bucket = large.as_ref().ok_or_else(|| {
                let detail = "the copy is larger than a message may be, and there is no bucket \
                              for large ones";
                Failure::new(Cause::Refused, detail)
            })?;
            let stored = put(aws, bucket, name, document).await?;
            let pointer = Pointer {
                tollgate: 1,
                kind: "quarantine-pointer",
                bucket: &bucket.name,
                key: &stored.id,
                bytes: document.len(),
            };
            // Strings and numbers only, so it always serialises.
            let pointer = serde_json::to_string(&pointer).unwrap_or_default();
            send(aws, url, name, &pointer).await
        }
    }
}

/// The message for a copy that is in a bucket.
#[derive(Serialize)]
struct Pointer<'a> {
    tollgate: u32,
    kind: &'static str,
    bucket: &'a str,
    key: &'a str,
    bytes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage<'a> {
    queue_url: &'a str,
    message_body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_deduplication_id: Option<&'a str>,
}

#[derive(Deserialize)]
struct MessageSent {
    #[serde(rename = "MessageId")]
    id: String,
}

/// "Amazon SQS API Reference", `SendMessage`.
async fn send(aws: Signed<'_>, url: &str, name: &str, text: &str) -> Result<CopyStored, Failure> {
    let ordered = url.strip_suffix(".fifo").is_some();
    let message = SendMessage {
        queue_url: url,
        message_body: text,
        message_group_id: ordered.then_some("tollgate"),
        message_deduplication_id: ordered.then_some(name),
    };
    let body = serde_json::to_vec(&message).unwrap_or_default();
    let region = queue_region(url).map_or_else(|| aws.region(), Ok)?;
    let answer = aws.json(Service::Sqs, region, "AmazonSQS.SendMessage", body).await?;
    let sent: MessageSent = serde_json::from_slice(&answer)
        .map_err(|_| Failure::new(Cause::Service, "sqs: an answer without a message id"))?;
    Ok(CopyStored { id: sent.id })
}

/// The region in `https://sqs.REGION.amazonaws.com/…`.
fn queue_region(url: &str) -> Option<&str> {
    url.strip_prefix("https://sqs.")?.split_once('.').map(|(region, _)| region)
}

/// "Amazon S3 API Reference", `PutObject`.
async fn put(
    aws: Signed<'_>,
    bucket: &Bucket,
    name: &str,
    document: &Bytes,
) -> Result<CopyStored, Failure> {
    let key = format!("{}{name}", bucket.prefix);
    let reply = put_in(aws, aws.region()?, &bucket.name, &key, document).await?;
    let Some(other) = (reply.status >= 300).then_some(reply.headers) else {
        return Ok(CopyStored { id: key });
    };
    // The bucket is elsewhere, and S3 says where ("Amazon S3 User Guide": request redirection).
    let region = other.get("x-amz-bucket-region").and_then(|it| it.to_str().ok());
    let region = region.ok_or_else(|| Failure::new(Cause::Refused, "s3: a redirect"))?;
    match put_in(aws, region, &bucket.name, &key, document).await?.status {
        ..300 => Ok(CopyStored { id: key }),
        _ => Err(Failure::new(Cause::Refused, "s3: a second redirect")),
    }
}

async fn put_in(
    aws: Signed<'_>,
    region: &str,
    bucket: &str,
    key: &str,
    document: &Bytes,
) -> Result<Reply, Failure> {
    // A dot in the name does not fit the certificate of the bucket's own host.
    let by_path = bucket.contains('.') || aws.is_elsewhere(Service::S3);
    let host = Service::S3.host(region);
    let url = if by_path {
        format!("{}/{bucket}/{}", aws.base(Service::S3, || host), escaped(key))
    } else {
        format!("https://{bucket}.{host}/{}", escaped(key))
    };
    let call = Call {
        service: Service::S3,
        region,
        method: "PUT",
        url,
        headers: vec![("content-type", "application/json".to_owned())],
        body: document.clone(),
    };
    aws.call(call).await
}

/// A key in a path: everything but unreserved characters (RFC 3986) and `/` is escaped.
fn escaped(key: &str) -> String {
    let mut path = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            path.push(char::from(byte));
        } else {
            // Writing to a string never fails.
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_for_paths() {
        assert_eq!(escaped("a/b-1_~.json"), "a/b-1_~.json");
        assert_eq!(escaped("a b+c%é?#"), "a%20b%2Bc%25%C3%A9%3F%23");
    }

    #[test]
    fn a_queue_is_called_in_its_region() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/refused";
        assert_eq!(queue_region(url), Some("eu-west-1"));
        assert_eq!(queue_region("http://127.0.0.1:5000/1/q"), None);
    }
}
