//! How large and how deep an event may be, and the checks that say so.

/// The most a Lambda event can hold: 6 MiB and 100 bytes, the payload cap that the Runtime API
/// itself applies ("Exceeded maximum allowed payload size (6291556 bytes)").
pub const EVENT_BYTES_MAX: u64 = 6 * 1024 * 1024 + 100;

/// Bounds on one event. The defaults are Lambda's own or far beyond what any AWS service writes,
/// so that they never touch good traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The whole body, in bytes. Default: [`EVENT_BYTES_MAX`].
    pub event_bytes: u64,
    /// Nested objects and arrays; a body that is one object has depth 1. Default: 64.
    pub depth: u32,
    /// Members of all objects together. Default: 262,144. Up to this number duplicate keys are
    /// looked for, which takes 8 bytes a member while an object is open.
    pub keys: u32,
    /// One string or key as written: between its quotes, escapes not decoded, in bytes.
    /// Default: 6 MiB.
    pub string_bytes: u64,
    /// Whether duplicate keys are looked for at all. Default: yes.
    pub duplicate_keys: bool,
}

/// The event is larger than [`Limits::event_bytes`].
pub const EVENT_BYTES: &str = "limits.event_bytes";
/// The event nests deeper than [`Limits::depth`].
pub const DEPTH: &str = "limits.depth";
/// The event has more members than [`Limits::keys`].
pub const KEYS: &str = "limits.keys";
/// A string is longer than [`Limits::string_bytes`].
pub const STRING_BYTES: &str = "limits.string_bytes";
/// An object has the same key twice, compared after decoding: readers disagree on which wins.
pub const DUPLICATE_KEYS: &str = "limits.duplicate_keys";
/// The body is not UTF-8 (RFC 8259, section 8.1).
pub const UTF8: &str = "limits.utf8";
/// The body is not one JSON text (RFC 8259).
pub const JSON: &str = "limits.json";

impl Default for Limits {
    fn default() -> Self {
        Self {
            event_bytes: EVENT_BYTES_MAX,
            depth: 64,
            keys: 262_144,
            string_bytes: 6 * 1024 * 1024,
            duplicate_keys: true,
        }
    }
}

/// Every check of this stage. When several fire, the first of them answers for the event.
pub const ALL: [&str; 7] = [EVENT_BYTES, DEPTH, KEYS, STRING_BYTES, DUPLICATE_KEYS, UTF8, JSON];
