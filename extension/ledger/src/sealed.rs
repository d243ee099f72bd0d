//! Content that only a recipient can read: HPKE in base mode (RFC 9180), single shot, with
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305.
//!
//! Whoever holds the function's environment holds the public key only: what was sealed cannot be
//! opened there. The ciphertext is bound to the invocation's request id, so that content cannot be
//! moved from one record to another.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use curve25519_dalek::MontgomeryPoint;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::hash::{Hash, hex};
use crate::record::Sealed;

/// What the content is for: a key made for it opens nothing else (RFC 9180, 5.1: `info`).
const INFO: &[u8] = b"tollgate-payload-v1";
/// The version label of RFC 9180, section 4.
const VERSION: &[u8] = b"HPKE-v1";
/// `KEM` and the id of DHKEM(X25519, HKDF-SHA256) (RFC 9180, 7.1).
const KEM: &[u8] = b"KEM\x00\x20";
/// `HPKE` and the ids of KEM, KDF and AEAD (RFC 9180, 5.1 and 7).
const SUITE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x03";

/// Seals `content` of the invocation `request_id` to the recipient. `fresh` are random bytes that
/// nothing else uses.
pub fn seal(
    recipient: &[u8; 32],
    fresh: [u8; 32],
    request_id: &str,
    content: &[u8],
) -> Option<Sealed> {
    let fresh = Zeroizing::new(fresh);
    let enc = MontgomeryPoint::mul_base_clamped(*fresh);
    let shared = shared(&fresh, recipient, &enc.0, recipient)?;
    let ciphertext = Context::new(&shared, INFO)?.seal(request_id.as_bytes(), content)?;
    Some(Sealed {
        recipient: recipient_id(recipient),
        enc: STANDARD.encode(enc.0),
        ciphertext: STANDARD.encode(ciphertext),
    })
}

/// Opens what was sealed. None where it was not sealed to this key for this invocation, or was
/// altered.
pub fn unseal(secret: &[u8; 32], request_id: &str, sealed: &Sealed) -> Option<Vec<u8>> {
    let enc: [u8; 32] = STANDARD.decode(&sealed.enc).ok()?.try_into().ok()?;
    let ciphertext = STANDARD.decode(&sealed.ciphertext).ok()?;
    let public = public_key(secret);
    let shared = shared(secret, &enc, &enc, &public)?;
    Context::new(&shared, INFO)?.open(request_id.as_bytes(), &ciphertext)
}

/// The public key that belongs to a secret one of 32 random bytes.
pub fn public_key(secret: &[u8; 32]) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(*secret).0
}

/// The name of a recipient in records: the first eight bytes of its key's SHA-256.
pub fn recipient_id(public: &[u8; 32]) -> String {
    let digest = Hash::of(public);
    hex(digest.as_bytes().first_chunk::<8>().unwrap_or(&[0; 8]))
}

/// `Encap` and `Decap` (RFC 9180, 4.1) after the key agreement.
fn shared(
    secret: &[u8; 32],
    peer: &[u8; 32],
    enc: &[u8; 32],
    recipient: &[u8; 32],
) -> Option<Zeroizing<[u8; 32]>> {
    let agreed = Zeroizing::new(MontgomeryPoint(*peer).mul_clamped(*secret).0);
    // An all-zero value means a point of small order (RFC 9180, 7.1.4).
    if agreed.iter().all(|byte| *byte == 0) {
        return None;
    }
    let prk = extract(KEM, b"", b"eae_prk", &*agreed)?;
    expand(KEM, &prk, b"shared_secret", &[enc.as_slice(), recipient].concat())
}

/// A key and the one nonce it is used with.
struct Context {
    key: Zeroizing<[u8; 32]>,
    nonce: [u8; 12],
}

impl Context {
    /// `KeySchedule` in base mode, without a pre-shared key (RFC 9180, 5.1).
    fn new(shared: &[u8; 32], info: &[u8]) -> Option<Self> {
        let psk_id = extract(SUITE, b"", b"psk_id_hash", b"")?;
        let info = extract(SUITE, b"", b"info_hash", info)?;
        let context = [&[0], psk_id.as_slice(), info.as_slice()].concat();
        let secret = extract(SUITE, shared, b"secret", b"")?;
        let key = expand(SUITE, &secret, b"key", &context)?;
        let nonce = *expand::<12>(SUITE, &secret, b"base_nonce", &context)?;
        Some(Self { key, nonce })
    }

    fn seal(&self, aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        self.cipher().encrypt(&self.nonce.into(), Payload { msg, aad }).ok()
    }

    fn open(&self, aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        self.cipher().decrypt(&self.nonce.into(), Payload { msg, aad }).ok()
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new((&*self.key).into())
    }
}

/// HMAC-SHA-256. None only for keys that HMAC cannot take; it takes any.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> Option<Zeroizing<[u8; 32]>> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(Zeroizing::new(mac.finalize().into_bytes().into()))
}

/// `LabeledExtract` (RFC 9180, 4).
fn extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    mac(salt, &[VERSION, suite, label, ikm])
}

/// `LabeledExpand` (RFC 9180, 4) to at most 32 bytes: one block of HKDF-Expand (RFC 5869, 2.3).
fn expand<const N: usize>(
    suite: &[u8],
    prk: &[u8; 32],
    label: &[u8],
    info: &[u8],
) -> Option<Zeroizing<[u8; N]>> {
    let length = u16::try_from(N).ok()?.to_be_bytes();
    let block = mac(prk, &[&length, VERSION, suite, label, info, &[1]])?;
    block.first_chunk::<N>().copied().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hash::unhex;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        unhex(text.as_bytes()).unwrap()
    }

    /// RFC 9180, appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base.
    #[test]
    fn the_published_vector_holds() {
        let ephemeral: [u8; 32] =
            bytes("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
        let recipient: [u8; 32] =
            bytes("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
        let enc = MontgomeryPoint::mul_base_clamped(ephemeral).0;
        assert_eq!(hex(&enc), "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
        let shared = shared(&ephemeral, &recipient, &enc, &recipient).unwrap();
        let info = bytes::<20>("4f6465206f6e2061204772656369616e2055726e");
        let context = Context::new(&shared, &info).unwrap();
        let key = "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91";
        assert_eq!(
            (hex(&*context.key).as_str(), hex(&context.nonce).as_str()),
            (key, "5c4d98150661b848853b547f")
        );
        let text = bytes::<29>("4265617574792069732074727574682c20747275746820626561757479");
        let sealed = context.seal(b"Count-0", &text).unwrap();
        assert_eq!(
            hex(&sealed),
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
        );
    }

    #[test]
    fn only_the_recipient_opens_it_and_only_for_its_invocation() {
        let sealed = seal(&public_key(&[7; 32]), [9; 32], "r", b"content").unwrap();
        assert_eq!(unseal(&[7; 32], "r", &sealed).as_deref(), Some(b"content".as_slice()));
        assert_eq!(unseal(&[8; 32], "r", &sealed), None);
        assert_eq!(unseal(&[7; 32], "q", &sealed), None);
    }

    #[test]
    fn a_recipient_of_small_order_is_refused() {
        assert_eq!(seal(&[0; 32], [9; 32], "r", b"content"), None);
    }

    proptest! {
        #[test]
        fn what_was_altered_does_not_open(at in 0_usize..200, flip in 1_u8..=255) {
            let sealed = seal(&public_key(&[7; 32]), [9; 32], "r", &[1; 100]).unwrap();
            let mut raw = STANDARD.decode(&sealed.ciphertext).unwrap();
            let at = at % raw.len();
            raw[at] ^= flip;
            let altered = Sealed { ciphertext: STANDARD.encode(raw), ..sealed };
            prop_assert_eq!(unseal(&[7; 32], "r", &altered), None);
        }
    }
}
