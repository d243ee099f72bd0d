//! What to look for: the classes, and the environment's own secrets.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::class::{Class, Classes};

/// The shortest secret that is looked for, in bytes: a shorter one would be found by chance.
pub const SECRET_BYTES_MIN: usize = 8;

/// The most secrets that are looked for; each costs a pass over the body. Lambda allows 4 KB of
/// environment variables in all ("Lambda quotas").
pub const SECRETS_MAX: usize = 64;

/// The shortest secret that is also looked for in base64, in bytes.
const ENCODED_BYTES_MIN: usize = 12;

/// The longest secret, in bytes: all environment variables together have 4 KB; session tokens
/// of containers are longer than that.
const SECRET_BYTES_MAX: usize = 8 * 1024;

/// What to look for. Its copies of secrets are wiped when it is dropped.
#[derive(Clone)]
pub struct Watch {
    pub(crate) classes: Classes,
    pub(crate) needles: Vec<Zeroizing<Vec<u8>>>,
    pub(crate) longest: usize,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Secrets stay out of every message.
        let secrets = self.needles.len();
        out.debug_struct("Watch")
            .field("classes", &self.classes)
            .field("needles", &secrets)
            .finish_non_exhaustive()
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self { classes: Classes::REPLY, needles: Vec::new(), longest: 0 }
    }
}

impl Watch {
    /// Looks for [`Classes::REPLY`] and for these secrets, each with the name of its variable. Of the
    /// names nothing is kept; values that are too short, too long or the same as one before are
    /// left out, and so is what comes after [`SECRETS_MAX`] of them.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut watch = Self::default();
        for (_, value) in secrets.into_iter().take(SECRETS_MAX) {
            watch.add(value);
        }
        watch
    }

    /// The same secrets, but only these classes.
    #[must_use]
    pub fn only(self, classes: Classes) -> Self {
        Self { classes, ..self }
    }

    /// Looks for one more secret, as it is and as it stands in JSON and in base64.
    pub fn add(&mut self, value: &str) {
        let plain = value.as_bytes();
        if !(SECRET_BYTES_MIN..=SECRET_BYTES_MAX).contains(&plain.len()) || is_dull(plain) {
            return;
        }
        self.needle(plain.to_vec());
        if let Some(escaped) = in_json(value) {
            self.needle(escaped);
        }
        if plain.len() >= ENCODED_BYTES_MIN {
            (0..3).for_each(|shift| self.needle(in_base64(plain, shift)));
        }
    }

    pub(crate) fn looks_for_secrets(&self) -> bool {
        self.classes.has(Class::Environment) && !self.needles.is_empty()
    }

    fn needle(&mut self, needle: Vec<u8>) {
        let needle = Zeroizing::new(needle);
        if !self.needles.contains(&needle) {
            self.longest = self.longest.max(needle.len());
            self.needles.push(needle);
        }
    }
}

/// A value of one repeated byte, or without any letter or digit, is no secret.
fn is_dull(value: &[u8]) -> bool {
    let first = value.first();
    value.iter().all(|byte| Some(byte) == first)
        || !value.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// The value between the quotes of a JSON string, where that is not the value itself.
fn in_json(value: &str) -> Option<Vec<u8>> {
    if !value.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        return None;
    }
    let mut text = Vec::with_capacity(value.len() + 8);
    for byte in value.bytes() {
        match byte {
            b'"' | b'\\' => text.extend([b'\\', byte]),
            b'\n' => text.extend(b"\\n"),
            b'\r' => text.extend(b"\\r"),
            b'\t' => text.extend(b"\\t"),
            _ => text.push(byte),
        }
    }
    Some(text)
}

/// The characters of base64 that the value gives wherever it begins `shift` bytes into a group of
/// three: those that also depend on its neighbours are cut.
fn in_base64(value: &[u8], shift: usize) -> Vec<u8> {
    let mut shifted = Zeroizing::new(vec![0; shift]);
    shifted.extend_from_slice(value);
    let mut text = Zeroizing::new(STANDARD.encode(&*shifted));
    // Six bits a character: those that hold bits of what stands before are left out.
    let from = (shift * 8).div_ceil(6);
    let to = shifted.len() * 8 / 6;
    let needle = text.get(from..to).unwrap_or_default().as_bytes().to_vec();
    text.clear();
    needle
}

/// Whether a variable of this name holds a secret, by the words in it. The credentials that Lambda
/// itself sets are among them ("Using Lambda environment variables: defined runtime environment
/// variables").
pub fn is_secret_name(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "SECRET",
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "PRIVATE",
        "CREDENTIAL",
        "APIKEY",
        "API_KEY",
        "ACCESS_KEY",
        "ENCRYPTION_KEY",
        "SIGNING_KEY",
        "DSN",
        "CONNECTION_STRING",
    ];
    const PLAIN: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"];
    let name = name.to_ascii_uppercase();
    // An access key's id is no secret, and stands in every signed URL.
    !PLAIN.contains(&name.as_str()) && WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "db_password", "STRIPE_API_KEY"]
        {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "PATH", "STAGE", "KEYSPACE"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn what_would_be_found_by_chance_is_left_out() {
        let watch = Watch::new([("A", "short"), ("B", "xxxxxxxxxx"), ("C", "--------==")]);
        assert!(watch.needles.is_empty());
    }

    #[test]
    fn no_message_shows_a_secret() {
        let watch = Watch::new([("A", "correct-horse")]);
        assert!(!format!("{watch:?}").contains("horse"));
    }
}
