//! Public keys of an issuer: JSON Web Key sets (RFC 7517, RFC 7518, RFC 8037).
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Map, Value};

use crate::curve::CurveKey;
use crate::encoding;
use crate::hash::Hash;
use crate::rsa::RsaKey;
use crate::strict;

/// The most bytes of a key set.
pub const JWKS_BYTES_MAX: usize = 256 * 1024;
/// The most keys of a set.
const KEYS_MAX: usize = 64;

/// A signature algorithm (RFC 7518, section 3; RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// The same with SHA-384.
    Rs384,
    /// The same with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// The same with SHA-384.
    Ps384,
    /// The same with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Every one, with its name.
    pub const ALL: [(&'static str, Self); 8] = [
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("ES256", Self::Es256),
        ("EdDSA", Self::EdDsa),
    ];

    /// By its name, in its exact spelling. RFC 9864 calls `EdDSA` with this curve `Ed25519`.
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "Ed25519" { "EdDSA" } else { name };
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

/// The keys of an issuer.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<Key>);

/// Why a text is no key set. Says nothing of what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKeys {
    /// It is larger than [`JWKS_BYTES_MAX`].
    TooLarge,
    /// It is no JSON object with a list `keys`, or a member stands twice.
    Form,
    /// It has more than 64 keys.
    TooMany,
    /// It has a private or a shared key in it: whoever can read it can sign.
    Private,
    /// No key in it can be used.
    NoneUsable,
}

impl NoKeys {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "the key set is larger than 256 KiB",
            Self::Form => "this is no JSON Web Key set",
            Self::TooMany => "the key set has more than 64 keys",
            Self::Private => "the key set has a private or shared key in it",
            Self::NoneUsable => "no key in the set is of a kind that is taken",
        }
    }
}

/// One key, for some algorithms.
#[derive(Debug, Clone)]
pub(super) struct Key {
    id: Option<String>,
    /// What it says it is for; it may be for any of its kind's if it says nothing.
    only: Option<Algorithm>,
    public: Public,
}

#[derive(Debug, Clone)]
enum Public {
    Rsa(RsaKey),
    Curve(Box<CurveKey>),
    Edwards(Box<VerifyingKey>),
}

impl KeySet {
    /// Reads a set, or one key alone. Keys of other kinds, for encryption or for algorithms that
    /// are not taken are left out.
    pub fn read(text: &[u8]) -> Result<Self, NoKeys> {
        if text.len() > JWKS_BYTES_MAX {
            return Err(NoKeys::TooLarge);
        }
        let mut set = strict::object(text).ok_or(NoKeys::Form)?;
        let list = match set.remove("keys") {
            Some(Value::Array(list)) => list,
            None if set.contains_key("kty") => vec![Value::Object(set)],
            _ => return Err(NoKeys::Form),
        };
        if list.len() > KEYS_MAX {
            return Err(NoKeys::TooMany);
        }
        let mut keys = Vec::new();
        for key in &list {
            let members = key.as_object().ok_or(NoKeys::Form)?;
            if members.contains_key("d") || members.get("kty").is_some_and(|kty| kty == "oct") {
                return Err(NoKeys::Private);
            }
            keys.extend(Key::read(members));
        }
        if keys.is_empty() { Err(NoKeys::NoneUsable) } else { Ok(Self(keys)) }
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none can.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some key has this id.
    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.is_called(id))
    }

    pub(super) fn of(&self, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        self.0.iter().filter(move |key| key.is_for(algorithm))
    }
}

impl Key {
    fn read(members: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let number = |name: &str| text(name).and_then(|it| encoding::base64url(it.as_bytes()));
        let signs = text("use").is_none_or(|it| it == "sig");
        let verifies = members.get("key_ops").and_then(Value::as_array);
        if !signs || verifies.is_some_and(|list| !list.iter().any(|it| it == "verify")) {
            return None;
        }
        let public = match (text("kty")?, text("crv")) {
            ("RSA", None) => Public::Rsa(RsaKey::new(&number("n")?, &number("e")?)?),
            ("EC", Some("P-256")) => {
                Public::Curve(Box::new(CurveKey::new(&number("x")?, &number("y")?)?))
            }
            ("OKP", Some("Ed25519")) => Public::Edwards(Box::new(edwards(&number("x")?)?)),
            _ => return None,
        };
        let only = match text("alg") {
            Some(name) => Some(Algorithm::parse(name)?),
            None => None,
        };
        Some(Self { id: text("kid").map(str::to_owned), only, public })
    }

    pub(super) fn is_called(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }

    fn is_for(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{EdDsa, Es256};
        let fits = match self.public {
            Public::Rsa(_) => !matches!(algorithm, Es256 | EdDsa),
            Public::Curve(_) => algorithm == Es256,
            Public::Edwards(_) => algorithm == EdDsa,
        };
        fits && self.only.is_none_or(|only| only == algorithm)
    }

    pub(super) fn verify(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        use Algorithm::{EdDsa, Es256, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        let parts = [text];
        match (&self.public, algorithm) {
            (Public::Rsa(key), Rs256) => key.verify_pkcs1(Hash::Sha256, &parts, signature),
            (Public::Rsa(key), Rs384) => key.verify_pkcs1(Hash::Sha384, &parts, signature),
            (Public::Rsa(key), Rs512) => key.verify_pkcs1(Hash::Sha512, &parts, signature),
            (Public::Rsa(key), Ps256) => key.verify_pss(Hash::Sha256, &parts, signature),
            (Public::Rsa(key), Ps384) => key.verify_pss(Hash::Sha384, &parts, signature),
            (Public::Rsa(key), Ps512) => key.verify_pss(Hash::Sha512, &parts, signature),
            (Public::Curve(key), Es256) => key.verify(&parts, signature),
            (Public::Edwards(key), EdDsa) => Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(text, &signature).is_ok()),
            _ => false,
        }
    }
}

/// An Ed25519 key; none of the few points under which anything is signed.
fn edwards(bytes: &[u8]) -> Option<VerifyingKey> {
    let key = VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
    (!key.is_weak()).then_some(key)
}
