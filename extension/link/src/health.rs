//! Is the courier alive: its greeting, and the answer to a ping.

use crate::LINK_VERSION;
use serde::{Deserialize, Serialize};

/// Are you there?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping;

/// Yes. Also the greeting, numbered 0, with which the courier begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pong {
    /// The version of the language that the courier speaks.
    pub version: u32,
}

impl Default for Pong {
    fn default() -> Self {
        Self { version: LINK_VERSION }
    }
}
