//! A secret in memory: wiped when it is dropped, never shown.
use std::fmt;

use zeroize::Zeroizing;

/// The most bytes of one secret.
pub(crate) const SECRET_BYTES_MAX: usize = 4096;

/// A key that is shared with whoever signs.
///
/// Its bytes are wiped when it is dropped. Copies that others made before (an environment block, a
/// page cache, a reply of a service) are not reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A secret of 1 to 4,096 bytes.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let bytes = Zeroizing::new(bytes);
        (1..=SECRET_BYTES_MAX).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let secret = Secret::new(b"example".to_vec()).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.as_bytes(), b"example");
        assert_eq!(Secret::new(Vec::new()), None);
        assert_eq!(Secret::new(vec![0; SECRET_BYTES_MAX + 1]), None);
    }
}
