//! How a record that would be too long is made to fit: lists lose their tail, texts their end.
use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The bytes of a text that is kept when its record is too long.
const TEXT_BYTES_MAX: usize = 512;
/// The bytes of JSON of a list that is kept when its record is too long. A record has one list
/// and at most two dozen texts, each of which JSON's escapes can make six times longer, so the
/// whole stays below the limit.
const LIST_BYTES_MAX: usize = 96 * 1024;

/// What stands in a record for the list elements that were cut from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// How many elements were cut from the list's end.
    pub count: u64,
    /// SHA-256 over their JSON, one element after the other.
    pub sha256: Hash,
}

/// Shortens a text to what a too long record keeps of it; `…` marks the cut.
pub(super) fn clip(text: &mut String) {
    if text.len() > TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        text.push('…');
    }
}

/// [`clip`] for a text that may be absent.
pub(super) fn clip_some(text: &mut Option<String>) {
    if let Some(text) = text {
        clip(text);
    }
}

/// Shortens a list to what a too long record keeps of it.
pub(super) fn cut_list<T: Serialize>(list: &mut Vec<T>) -> Option<Cut> {
    let mut json = list.iter().map(|element| serde_json::to_vec(element).unwrap_or_default());
    let mut room = LIST_BYTES_MAX;
    let kept = json
        .by_ref()
        .take_while(|element| {
            let fits = element.len() < room;
            room = room.saturating_sub(element.len() + 1);
            fits
        })
        .count();
    if kept == list.len() {
        return None;
    }
    let gone = list.split_off(kept);
    let json: Vec<_> =
        gone.iter().map(|element| serde_json::to_vec(element).unwrap_or_default()).collect();
    let parts: Vec<_> = json.iter().map(Vec::as_slice).collect();
    Some(Cut { count: gone.len() as u64, sha256: Hash::of_parts(&parts) })
}
