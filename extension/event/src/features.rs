//! What a payload is like, without its content: its paths and the types that stand there, as
//! numbers.
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::open::Media;
use crate::walk::Walk;

/// Features of one event, at most.
const FEATURES_MAX: usize = 96;
/// Bytes of payloads that are looked at, at most. What lies beyond is not told apart.
const BYTES_MAX: usize = 16 * 1024;
/// Values in one another that are looked at.
const DEPTH_MAX: u8 = 8;
/// Elements of an array that are looked at: those behind are mostly like them.
const ELEMENTS_MAX: usize = 8;

/// The features of one event's payloads. Two values of the same type at the same path, whatever
/// they are, are one feature; elements of an array are at the same path.
#[derive(Debug)]
pub struct Features {
    start: u64,
    bytes_left: usize,
    found: Vec<u64>,
}

impl Features {
    /// None so far, of an event of this kind: the same path means another thing in another kind.
    pub fn of(kind: &str) -> Self {
        let start = child(0, kind.as_bytes());
        Self { start, bytes_left: BYTES_MAX, found: Vec::new() }
    }

    /// Adds what a payload has. JSON that was scanned before is walked; of anything else only what
    /// it is counts.
    pub fn add(&mut self, part: &str, media: Media, bytes: &[u8]) {
        let path = child(self.start, part.as_bytes());
        if self.bytes_left == 0 {
            return;
        }
        self.bytes_left = self.bytes_left.saturating_sub(bytes.len().max(64));
        if media == Media::Json {
            let within = bytes.get(..BYTES_MAX).unwrap_or(bytes);
            self.walk(path, within, 0);
        } else {
            self.note(path, media.as_str().as_bytes());
        }
    }

    /// All of them, sorted, each once.
    pub fn finish(mut self) -> Vec<u64> {
        self.found.sort_unstable();
        self.found.dedup();
        self.found
    }

    fn walk(&mut self, path: u64, json: &[u8], depth: u8) {
        let mut walk = Walk::new(json);
        let kind = match walk.peek() {
            None => return,
            Some(b'{') => b"{",
            Some(b'[') => b"[",
            Some(b'"') => b"\"",
            Some(b't' | b'f') => b"t",
            Some(b'n') => b"n",
            Some(_) => b"0",
        };
        self.note(path, kind);
        let is_object = kind == b"{";
        if depth == DEPTH_MAX || !is_object && kind != b"[" {
            return;
        }
        let mut more = walk.enter();
        let mut elements = 0;
        while more && self.found.len() < FEATURES_MAX && elements < ELEMENTS_MAX {
            let key: &[u8] = if is_object { walk.key() } else { b"[]" };
            let value = walk.value();
            self.walk(child(path, key), value, depth + 1);
            elements += usize::from(!is_object);
            more = walk.more();
        }
    }

    fn note(&mut self, path: u64, kind: &[u8]) {
        if self.found.len() < FEATURES_MAX {
            self.found.push(child(path, kind));
        }
    }
}

/// The number of what stands below a path. The hash has fixed keys, so that every environment
/// counts alike.
fn child(path: u64, name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    name.hash(&mut hasher);
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn features(json: &str) -> Vec<u64> {
        let mut features = Features::of("sqs");
        features.add("message", Media::Json, json.as_bytes());
        features.finish()
    }

    #[test]
    fn values_do_not_count_and_paths_and_types_do() {
        let one = features(r#"{"a": 1, "b": ["x", "y"], "c": {"d": true}}"#);
        assert_eq!(one, features(r#"{"c":{"d":false},"b":["z"],"a":2.5}"#));
        assert_eq!(one.len(), 6);
        for other in [
            r#"{"a": "1", "b": ["x"], "c": {"d": true}}"#,
            r#"{"a": 1, "b": [1], "c": {"d": true}}"#,
            r#"{"a": 1, "b": ["x"], "c": {"e": true}}"#,
            r#"{"a": 1, "b": "x", "c": {"d": true}}"#,
        ] {
            let other = features(other);
            assert!(other.iter().any(|feature| !one.contains(feature)));
        }
    }

    #[test]
    fn the_work_is_bounded() {
        let wide: Vec<String> = (0..10_000).map(|i| format!("\"k{i}\":{i}")).collect();
        assert!(features(&format!("{{{}}}", wide.join(","))).len() <= FEATURES_MAX);
        let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
        assert_eq!(features(&deep).len(), usize::from(DEPTH_MAX) + 1);
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut features = Features::of("direct");
            features.add("input", Media::Json, &bytes);
            features.add("body", Media::Binary, &bytes);
            prop_assert!(features.finish().len() <= FEATURES_MAX);
        }
    }
}
