//! Keys: one signing key per epoch, wiped when its epoch is sealed, and the chain's witness key.
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::hash::hex;

/// What a seal's signature covers begins with this, so that it is good for nothing else.
pub const SEAL_DOMAIN: &[u8] = b"tollgate-ledger-v1\n";
/// What a witness covers begins with this.
pub const WITNESS_DOMAIN: &[u8] = b"tollgate-witness-v1\n";
/// The witness key is made from the first two epoch keys under this name. The way back is closed:
/// whoever has the witness key learns nothing about any epoch's key.
const WITNESS_DERIVATION: &[u8] = b"tollgate-witness-key-v1\n";

/// A signing key. Its secret is wiped from memory when it is dropped.
pub(crate) struct Key(SigningKey);

impl Key {
    /// The key of 32 secret random bytes.
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The witness key that belongs to a chain's first two epoch keys.
    pub(crate) fn witness(first: &[u8; 32], second: &[u8; 32]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(WITNESS_DERIVATION);
        hasher.update(first);
        hasher.update(second);
        let secret = Zeroizing::new(<[u8; 32]>::from(hasher.finalize()));
        Self::new(&secret)
    }

    /// The public half, 64 hex digits.
    pub(crate) fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }

    /// The signature of `message` under `domain`, 128 hex digits.
    pub(crate) fn sign(&self, domain: &[u8], message: &[u8]) -> String {
        hex(&self.0.sign(&[domain, message].concat()).to_bytes())
    }
}

/// Whether `signature` is `public`'s over `message` under `domain`. Weak keys and the second
/// spellings of a signature are refused, so that a record has one valid form.
pub(crate) fn verifies(
    public: &[u8; 32],
    domain: &[u8],
    message: &[u8],
    signature: &[u8; 64],
) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(public) else {
        return false;
    };
    let signature = Signature::from_bytes(signature);
    key.verify_strict(&[domain, message].concat(), &signature).is_ok()
}

/// What a witness signs: that the chain has a seal with this epoch and sequence number, and
/// nothing about what the seal says.
pub(crate) fn witnessed(chain: &[u8; 16], epoch: u32, seq: u64) -> String {
    format!("{}:{epoch}:{seq}", hex(chain))
}
