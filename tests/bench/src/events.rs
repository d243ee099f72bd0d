//! Events of a given size: text of the kind orders carry, so that scanning them costs what it would.

/// The largest event Lambda hands out: 6 MiB (Lambda quotas, synchronous invocation payload).
pub const LARGEST_BYTES: usize = 6 * 1024 * 1024;

/// Characters of one order's note.
const NOTE_BYTES: usize = 2_000;
const TEXT: &str = "Parcel for the side door, ring twice; caf\u{e9} d\u{e9}livr\u{e9} \
                    \\\"fragile\\\" 12.50 EUR, ref 2026-11-23/0042, call +44 20 7946 0000. ";

/// A JSON event of exactly `bytes` bytes (at least 64): an object with a list of orders.
pub fn event(bytes: usize) -> Vec<u8> {
    let mut out = String::from("{\"orders\":[");
    let mut number = 0_u32;
    loop {
        let open = format!("{{\"id\":{number},\"note\":\"");
        // What must follow the note: its quote and brace, then the list's and the object's end.
        let room = bytes.saturating_sub(out.len() + open.len() + "\"}]}".len());
        let whole = NOTE_BYTES + "\"},".len() + 64;
        out.push_str(&open);
        if room <= whole {
            fill(&mut out, room);
            out.push_str("\"}]}");
            return out.into_bytes();
        }
        fill(&mut out, NOTE_BYTES);
        out.push_str("\"},");
        number += 1;
    }
}

/// Appends `bytes` bytes of text, whole repetitions first so that no escape or character is cut.
fn fill(out: &mut String, bytes: usize) {
    let whole = bytes / TEXT.len();
    out.extend(std::iter::repeat_n(TEXT, whole));
    out.extend(std::iter::repeat_n('x', bytes - whole * TEXT.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_their_size_and_are_json() {
        for bytes in [64, 1_024, 2_100, 100 * 1024, 1024 * 1024, LARGEST_BYTES] {
            let event = event(bytes);
            assert_eq!(event.len(), bytes);
            serde_json::from_slice::<serde::de::IgnoredAny>(&event).unwrap();
        }
    }
}
