//! Keys of contexts: each has an id and is for one algorithm alone.
use ed25519_dalek::{Signature, Signer as _, SigningKey as Edwards, VerifyingKey};
use serde_json::{Map, Value};
use zeroize::{Zeroize as _, Zeroizing};

use crate::encoding;
use crate::hash::Hash;
use crate::secret::Secret;
use crate::strict;

/// The fewest bytes of a shared key: those of the code that it makes.
const SHARED_BYTES_MIN: usize = 32;
const KEYS_MAX: usize = 64;

/// A key that contexts are checked with.
#[derive(Debug, Clone)]
pub struct ContextKey {
    id: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Ed25519 (RFC 8032): who checks cannot sign.
    Edwards(VerifyingKey),
    /// HMAC-SHA256: whoever checks can sign too.
    Shared(Secret),
}

/// A key that contexts are signed with. Wiped when it is dropped.
#[derive(Debug, Clone)]
pub struct SigningKey {
    id: String,
    kind: Signing,
}

#[derive(Clone)]
enum Signing {
    Edwards(Box<Edwards>),
    Shared(Secret),
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signing")
    }
}

/// The keys of all who may sign.
#[derive(Debug, Clone, Default)]
pub struct ContextKeys(Vec<ContextKey>);

impl ContextKeys {
    /// Reads `{"keys": [{"kid", "alg": "Ed25519", "public"} or {"kid", "alg": "HS256", "secret"},
    /// …]}`: public keys of 32 bytes and secrets of 32 bytes or more, as base64url. `None` if
    /// anything in it has another form, or if an id stands twice.
    pub fn read(text: &[u8]) -> Option<Self> {
        let mut file = strict::object(text).filter(|file| file.len() == 1)?;
        let mut keys: Vec<ContextKey> = Vec::new();
        for key in file.get_mut("keys")?.as_array_mut()? {
            let members = key.as_object_mut()?;
            let key = ContextKey::read(members);
            wipe(members);
            let key = key?;
            if keys.iter().any(|known| known.id == key.id) {
                return None;
            }
            keys.push(key);
        }
        (1..=KEYS_MAX).contains(&keys.len()).then_some(Self(keys))
    }

    /// These keys.
    pub fn new(keys: Vec<ContextKey>) -> Self {
        Self(keys)
    }

    pub(super) fn find(&self, id: &str) -> Option<&ContextKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

impl ContextKey {
    fn read(members: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let bytes = |name: &str| encoding::base64url(text(name)?.as_bytes());
        let kind = match text("alg")? {
            "Ed25519" => {
                let key = VerifyingKey::from_bytes(bytes("public")?.as_slice().try_into().ok()?);
                Kind::Edwards(key.ok().filter(|key| !key.is_weak())?)
            }
            "HS256" => Kind::Shared(shared(bytes("secret")?)?),
            _ => return None,
        };
        let id = text("kid").filter(|id| is_id(id))?.to_owned();
        (members.len() == 3).then_some(Self { id, kind })
    }

    pub(super) fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        match &self.kind {
            Kind::Edwards(key) => Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(text, &signature).is_ok()),
            Kind::Shared(secret) => {
                let codes = [signature.to_vec()];
                Hash::Sha256.made_by(std::slice::from_ref(secret), &codes, &[text]).is_some()
            }
        }
    }

    pub(super) const fn algorithm(&self) -> &'static str {
        match self.kind {
            Kind::Edwards(_) => "Ed25519",
            Kind::Shared(_) => "HS256",
        }
    }
}

impl SigningKey {
    /// Reads `{"kid", "alg": "Ed25519" or "HS256", "secret"}`: a seed of 32 bytes (RFC 8032) or a
    /// shared key of 32 bytes or more, as base64url.
    pub fn read(text: &[u8]) -> Option<Self> {
        let mut members = strict::object(text)?;
        let read = Self::of(&members);
        wipe(&mut members);
        read
    }

    fn of(members: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let bytes = Zeroizing::new(encoding::base64url(text("secret")?.as_bytes())?);
        let kind = match text("alg")? {
            "Ed25519" => {
                let seed = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?);
                Signing::Edwards(Box::new(Edwards::from_bytes(&seed)))
            }
            "HS256" => Signing::Shared(shared(bytes.to_vec())?),
            _ => return None,
        };
        let id = text("kid").filter(|id| is_id(id) && members.len() == 3)?;
        Some(Self { id: id.to_owned(), kind })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key that checks what this one signs.
    pub fn checking(&self) -> ContextKey {
        let kind = match &self.kind {
            Signing::Edwards(key) => Kind::Edwards(key.verifying_key()),
            Signing::Shared(secret) => Kind::Shared(secret.clone()),
        };
        ContextKey { id: self.id.clone(), kind }
    }

    /// The public key as base64url; none for a shared one.
    pub fn public(&self) -> Option<String> {
        match &self.kind {
            Signing::Edwards(key) => Some(encoding::to_base64url(key.verifying_key().as_bytes())),
            Signing::Shared(_) => None,
        }
    }

    pub(super) fn sign(&self, text: &[u8]) -> Vec<u8> {
        match &self.kind {
            Signing::Edwards(key) => key.sign(text).to_bytes().to_vec(),
            Signing::Shared(secret) => Hash::Sha256.mac(secret, &[text]),
        }
    }
}

fn shared(bytes: Vec<u8>) -> Option<Secret> {
    let enough = bytes.len() >= SHARED_BYTES_MIN;
    Secret::new(bytes).filter(|_| enough)
}

/// Wipes what a parser made of a secret.
fn wipe(members: &mut Map<String, Value>) {
    if let Some(Value::String(secret)) = members.get_mut("secret") {
        secret.zeroize();
    }
}

/// A key id: at most 128 letters, digits and `-_.:/`.
fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
    (1..=128).contains(&id.len()) && id.bytes().all(plain)
}
