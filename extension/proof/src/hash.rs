//! Digests and authentication codes by name.
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use crate::secret::Secret;

/// A hash function (FIPS 180-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1: only where a service signs with nothing better, and only under a key.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The digest of these parts, one after the other.
    pub(crate) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// How many bytes a digest has.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The authentication code (RFC 2104) of these parts, one after the other.
    pub(crate) fn mac(self, key: &Secret, parts: &[&[u8]]) -> Vec<u8> {
        let key = key.as_bytes();
        match self {
            Self::Sha1 => mac::<Hmac<Sha1>>(key, parts),
            Self::Sha256 => mac::<Hmac<Sha256>>(key, parts),
            Self::Sha384 => mac::<Hmac<Sha384>>(key, parts),
            Self::Sha512 => mac::<Hmac<Sha512>>(key, parts),
        }
    }

    /// Which of the secrets makes this code of the parts. Every secret is tried on every code, and
    /// each comparison looks at every byte, so that the time taken tells nothing.
    pub(crate) fn made_by(
        self,
        secrets: &[Secret],
        codes: &[Vec<u8>],
        parts: &[&[u8]],
    ) -> Option<usize> {
        let mut found = None;
        for (index, secret) in secrets.iter().enumerate() {
            let code = self.mac(secret, parts);
            for given in codes {
                if equal(&code, given) && found.is_none() {
                    found = Some(index);
                }
            }
        }
        found
    }
}

/// Compares without stopping at the first difference.
fn equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn digest<H: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = H::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // A key of any length is a key.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::to_hex;

    #[test]
    fn codes_are_those_of_the_published_vectors() {
        // RFC 2202, test case 2; RFC 4231, test case 2.
        let key = Secret::new(b"Jefe".to_vec()).unwrap();
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        let code = |hash: Hash| to_hex(&hash.mac(&key, &parts));
        assert_eq!(code(Hash::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            code(Hash::Sha256),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(code(Hash::Sha384).starts_with("af45d2e376484031617f78d2b58a6b1b"));
        assert!(code(Hash::Sha512).starts_with("164b7a7bfcf819e2e395fbe73b56e0a3"));
        for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            assert_eq!(hash.of(&parts).len(), hash.bytes());
        }
    }

    #[test]
    fn each_secret_is_tried_on_each_code() {
        let [a, b, c] = ["a", "b", "c"].map(|key| Secret::new(key.into()).unwrap());
        let code = Hash::Sha256.mac(&b, &[b"text"]);
        let secrets = [a.clone(), b];
        let found = |codes: &[Vec<u8>]| Hash::Sha256.made_by(&secrets, codes, &[b"te", b"xt"]);
        assert_eq!(found(std::slice::from_ref(&code)), Some(1));
        assert_eq!(found(&[vec![0; 32], code.clone()]), Some(1));
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[Vec::new()]), None);
        assert_eq!(found(&[code.get(..31).unwrap().to_vec()]), None);
        assert_eq!(Hash::Sha256.made_by(&[a, c], &[code], &[b"text"]), None);
    }
}
