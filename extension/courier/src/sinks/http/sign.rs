//! Signatures of requests, as "Standard Webhooks" (specification, "Signature scheme") has them, so that a receiver can check
//! them with a library of its own language.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tollgate_link::{Cause, Failure};

/// Before the base64 of a key, as the specification writes it.
const KEY_PREFIX: &str = "whsec_";

/// The header fields of a body, sent at a time in seconds of Unix time. The id depends on the
/// body alone: a second attempt has the same, so it is the receiver's key to leave it out.
pub(super) fn headers(
    key: &str,
    seconds: u64,
    body: &[u8],
) -> Result<[(&'static str, String); 3], Failure> {
    let key = STANDARD
        .decode(key.strip_prefix(KEY_PREFIX).unwrap_or(key).trim())
        .map_err(|_| Failure::new(Cause::Unconfigured, "the key of `hmac` is no base64"))?;
    let digest = Sha256::digest(body);
    let half = digest.first_chunk::<16>().copied().unwrap_or_default();
    let id = format!("msg_{:032x}", u128::from_be_bytes(half));
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)
        .map_err(|_| Failure::new(Cause::Unconfigured, "the key of `hmac` cannot be used"))?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    Ok([
        ("webhook-id", id),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", format!("v1,{signature}")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures are those of Python's `hmac` and `hashlib`.
    #[test]
    fn a_known_body_has_its_known_signature() {
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let [id, time, signature] = headers(key, 1_614_265_330, b"{\"test\": 2432232314}").unwrap();
        assert_eq!(id.1, "msg_ae858931f67887e8150d6f96c9fe0306");
        assert_eq!(time.1, "1614265330");
        assert_eq!(signature.1, "v1,fpLMH9I+Pd5dYYDxCFmhniL1oOrFHHfTM5T3HQOGpIM=");
        let error = headers("not base64!", 0, b"").unwrap_err();
        assert_eq!(
            (error.cause, error.detail.contains("not base64!")),
            (Cause::Unconfigured, false)
        );
    }
}
