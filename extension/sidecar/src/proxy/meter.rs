//! What is learned of a body that passes through.

use sha2::{Digest as _, Sha256};
use tollgate_http::framing::Part;

/// Counts and hashes content, and keeps one trailer.
#[derive(Debug)]
pub(crate) struct Meter {
    hash: Sha256,
    bytes: u64,
    trailer_name: &'static str,
    trailer: Option<String>,
}

impl Meter {
    /// A meter that keeps the trailer of this name, should it come.
    pub(crate) fn new(trailer_name: &'static str) -> Self {
        Self { hash: Sha256::new(), bytes: 0, trailer_name, trailer: None }
    }

    /// Takes a part of the body.
    pub(crate) fn see(&mut self, part: Part<'_>) {
        match part {
            Part::Data(data) => {
                self.hash.update(data);
                self.bytes = self.bytes.saturating_add(data.len() as u64);
            }
            Part::Trailer(line) => self.see_trailer(line),
        }
    }

    fn see_trailer(&mut self, line: &[u8]) {
        let Some((name, value)) = std::str::from_utf8(line).ok().and_then(|l| l.split_once(':'))
        else {
            return;
        };
        if name.trim().eq_ignore_ascii_case(self.trailer_name) {
            self.trailer = Some(value.trim().to_owned());
        }
    }

    /// Bytes of content so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of the content so far.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// The trailer, where it came.
    pub(crate) fn trailer(&self) -> Option<&str> {
        self.trailer.as_deref()
    }
}
