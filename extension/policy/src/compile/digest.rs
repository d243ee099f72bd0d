//! What identifies a compiled policy.
use tollgate_event::Digest;

use super::Overrides;
use crate::document::{Document, Role};

/// SHA-256 over what was compiled, the files that documents name included, each part with its length, so that no two inputs look alike.
/// Names do not count: the same text under another path is the same policy.
pub(super) fn of(documents: &[Document<'_>], files: &[String], overrides: Overrides) -> Digest {
    let mut input = b"tollgate policy".to_vec();
    for document in documents {
        let role: &[u8] = match document.role {
            Role::Baseline => b"baseline",
            Role::Function => b"function",
        };
        for part in [role, document.text.as_bytes()] {
            input.extend_from_slice(&(part.len() as u64).to_be_bytes());
            input.extend_from_slice(part);
        }
    }
    for text in files {
        input.extend_from_slice(&(text.len() as u64).to_be_bytes());
        input.extend_from_slice(text.as_bytes());
    }
    input.extend_from_slice(overrides.mode.map_or("", crate::options::Mode::as_str).as_bytes());
    Digest::of(&input)
}
