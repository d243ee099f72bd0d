//! A refusal in few bytes: what is written once many were refused for one reason.
use serde::{Deserialize, Serialize};

use super::cut::clip;

/// The short record of a refused invocation, at most 300 bytes with ids as Lambda gives them:
/// under attack the log bill is part of the damage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compact {
    /// `Lambda-Runtime-Aws-Request-Id`.
    pub request_id: String,
    /// The check that it was refused for.
    pub refused: String,
}

impl Compact {
    pub(super) fn shorten(&mut self) {
        [&mut self.request_id, &mut self.refused].into_iter().for_each(clip);
    }
}
