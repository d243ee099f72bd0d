//! Requests over HTTP: NDJSON, OTLP logs or Splunk events, compressed, signed.

mod body;
mod otlp;
mod sign;

use crate::desk::Desk;
use crate::outside;
use crate::values;
use body::Body;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response};
use std::time::SystemTime;
use tollgate_link::sink::{Compress, Delivered, Format, Http, Line};
use tollgate_link::{Cause, Failure};

/// Largest answer that is read, in bytes; what is beyond is of no interest.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// "Payload Too Large" (RFC 9110, section 15.5.14).
const TOO_LARGE: u16 = 413;

/// Carries lines to an endpoint in one request, or in smaller ones where it says that one is too
/// large. What was taken before a failure counts as done.
pub(super) async fn deliver(desk: &Desk, to: &Http, lines: &[Line]) -> Result<Delivered, Failure> {
    let mut delivered = Delivered { done: 0, rejected: 0, note: String::new() };
    let (mut rest, mut most) = (lines, lines.len());
    while !rest.is_empty() {
        let (batch, after) = rest.split_at_checked(most).unwrap_or((rest, &[]));
        match post(desk, to, batch).await {
            Ok(Posted::Taken(partial)) => {
                delivered.done = delivered.done.saturating_add(count(batch));
                delivered.rejected = delivered.rejected.saturating_add(partial.rejected);
                if partial.rejected > 0 {
                    delivered.note = partial.note;
                }
                rest = after;
            }
            Ok(Posted::TooLarge) if batch.len() > 1 => most = batch.len() / 2,
            Ok(Posted::TooLarge) => {
                delivered.done = delivered.done.saturating_add(1);
                delivered.rejected = delivered.rejected.saturating_add(1);
                "a single record is too large for the endpoint".clone_into(&mut delivered.note);
                rest = after;
            }
            Err(failure) if delivered.done == 0 => return Err(failure),
            Err(_) => break,
        }
    }
    Ok(delivered)
}

fn count(lines: &[Line]) -> u32 {
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

enum Posted {
    Taken(otlp::Partial),
    TooLarge,
}

async fn post(desk: &Desk, to: &Http, lines: &[Line]) -> Result<Posted, Failure> {
    let body = Body::of(to, lines);
    let bytes = body::compress(to.compress, body.bytes)?;
    let mut request = desk.http().await?.post(&to.url).header(CONTENT_TYPE, body.content_type);
    if let Some(encoding) = encoding(to.compress) {
        request = request.header(CONTENT_ENCODING, encoding);
    }
    for (name, value) in &to.headers {
        request = request.header(name, values::secret_header(value)?);
    }
    if let Some(key) = &to.hmac {
        let key = values::resolve(key)?;
        request = signed(request, &key, &bytes)?;
    }
    let response = request.body(bytes).send().await.map_err(outside::failure)?;
    judge(to.format, response).await
}

fn signed(mut request: RequestBuilder, key: &str, body: &[u8]) -> Result<RequestBuilder, Failure> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    for (name, value) in sign::headers(key, since.as_secs(), body)? {
        request = request.header(name, value);
    }
    Ok(request)
}

fn encoding(compress: Compress) -> Option<&'static str> {
    match compress {
        Compress::None => None,
        Compress::Gzip => Some("gzip"),
        Compress::Zstd => Some("zstd"),
    }
}

/// What an answer means. Retries are not limited to the codes that OTLP/HTTP calls retryable
/// (429, 502, 503, 504): a record that is sent twice is harmless, one that is given up is not.
async fn judge(format: Format, response: Response) -> Result<Posted, Failure> {
    let status = response.status();
    if status.is_success() {
        // What the endpoint says beyond its yes must not undo the yes.
        let answer = outside::body(response, ANSWER_BYTES_MAX).await.unwrap_or_default();
        return Ok(Posted::Taken(otlp::partial(format, &answer)));
    }
    let cause = match status.as_u16() {
        TOO_LARGE => return Ok(Posted::TooLarge),
        429 | 503 => Cause::Throttled,
        408 | 500..=599 => Cause::Service,
        _ => Cause::Refused,
    };
    let retry_after_ms = retry_after(&response);
    let detail = format!("the endpoint answered {}", status.as_u16());
    Err(Failure { cause, detail, retry_after_ms })
}

/// The seconds of `Retry-After` (RFC 9110, section 10.2.3), at most an hour; dates are not read.
fn retry_after(response: &Response) -> Option<u32> {
    let seconds: u32 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.min(3_600).saturating_mul(1_000))
}
