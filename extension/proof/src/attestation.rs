//! Signatures by keys of AWS KMS: ECDSA on P-256 with SHA-256, checked with the public half.
use crate::curve::CurveKey;
use crate::der::{BIT_STRING, Der, INTEGER, OBJECT_ID, SEQUENCE};

/// id-ecPublicKey (RFC 5480, section 2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// secp256r1 (RFC 5480, section 2.1.1.1).
const P_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// The public half of a key that attests: of the key spec `ECC_NIST_P256`.
#[derive(Debug, Clone)]
pub struct AttestingKey(CurveKey);

impl AttestingKey {
    /// Reads a `SubjectPublicKeyInfo` in DER (RFC 5280), as `GetPublicKey` of AWS KMS returns it.
    /// `None` for keys of other kinds.
    pub fn read(der: &[u8]) -> Option<Self> {
        let mut outer = Der::new(der);
        let mut info = outer.enter(SEQUENCE)?;
        let mut algorithm = info.enter(SEQUENCE)?;
        let known = algorithm.take(OBJECT_ID)? == EC_PUBLIC_KEY
            && algorithm.take(OBJECT_ID)? == P_256
            && algorithm.is_empty();
        // No unused bits, then a point that is not compressed: 4, x, y.
        let point = info.take(BIT_STRING)?.strip_prefix(&[0, 4])?;
        let (x, y) = point.split_at_checked(32)?;
        let whole = known && info.is_empty() && outer.is_empty();
        CurveKey::new(x, y).filter(|_| whole).map(Self)
    }

    /// Whether `signature`, in DER (RFC 3279, section 2.2.3), is one of the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        raw(signature).is_some_and(|raw| self.0.verify(&[message], &raw))
    }
}

/// r and s, 32 bytes each.
fn raw(signature: &[u8]) -> Option<[u8; 64]> {
    let mut outer = Der::new(signature);
    let mut numbers = outer.enter(SEQUENCE)?;
    let mut raw = [0; 64];
    let (r, s) = raw.split_at_mut(32);
    for half in [r, s] {
        let number = numbers.take(INTEGER)?;
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        let start = half.len().checked_sub(number.len())?;
        half.get_mut(start..)?.copy_from_slice(number);
    }
    (numbers.is_empty() && outer.is_empty()).then_some(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    /// Made by OpenSSL 3.0: `ecparam -name prime256v1 -genkey`, `pkey -pubout`, `dgst -sha256 -sign`.
    const PUBLIC: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEg2mlSUyIW3/PwhGszkizliEdCyK4ZqL8DJwFBACuwqGseVSjvMXEozEEy9PlBV6uuCeIXStHuC5vqGIg3C/LTA==";
    const SIGNED: &str = "MEUCIBYOXIFIRWVfJ5FQFpOOcD0r+KdKEQ34cthtljHelZsJAiEApngHWz+wuiEQpRS+V8Yx4+mDoHSBMHNJm8Ia9hWSNds=";

    #[test]
    fn a_signature_by_another_library_holds_and_no_other_does() {
        let decode = |text: &str| STANDARD.decode(text).unwrap();
        let key = AttestingKey::read(&decode(PUBLIC)).unwrap();
        let signature = decode(SIGNED);
        assert!(key.verifies(b"attested", &signature));
        assert!(!key.verifies(b"attested!", &signature));
        for (at, _) in signature.iter().enumerate() {
            let mut altered = signature.clone();
            altered[at] ^= 1;
            assert!(!key.verifies(b"attested", &altered), "{at}");
        }
        assert!(!key.verifies(b"attested", &signature[..signature.len() - 1]));
        assert!(!key.verifies(b"attested", &[&signature[..], &[0]].concat()));
        for cut in 0..decode(PUBLIC).len() {
            assert!(AttestingKey::read(&decode(PUBLIC)[..cut]).is_none());
        }
    }
}
