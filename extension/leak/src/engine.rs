//! The pass over bytes that all rules share: words, candidates, and how far a find reaches.
use memchr::memmem;

use crate::class::{Class, Classes};
use crate::rules::{self, Reach};

/// How far a rule looks ahead, in bytes: what is longer is told by its first part.
pub const LOOK_BYTES_MAX: usize = 512;

/// How far a private key reaches that nothing ends, in bytes. An RSA key of 16,384 bits has 13 KB.
const KEY_BYTES_MAX: usize = 16 * 1024;

/// What ends a private key.
const KEY_END: &[u8] = b"-----END";

/// One pass, which can be interrupted anywhere: its result does not depend on where.
#[derive(Debug, Default)]
pub(crate) struct Engine {
    /// A find that has no end yet.
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    class: Class,
    start: u64,
    reach: Reach,
    /// For a private key: how much of it may still come.
    room: usize,
}

/// Some bytes of a body, and where they stand in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) bytes: &'a [u8],
    /// The offset of the first of them in the body.
    pub(crate) offset: u64,
}

impl Engine {
    /// Goes from `at` over all positions below `limit`; rules see the bytes beyond. Returns where to
    /// go on, at `limit` or after it.
    pub(crate) fn run(
        &mut self,
        view: View<'_>,
        mut at: usize,
        limit: usize,
        classes: Classes,
        found: &mut impl FnMut(Class, u64, u64),
    ) -> usize {
        while at < limit {
            if let Some(open) = self.open {
                at = self.go_through(open, view, at, limit, found);
                continue;
            }
            let Some(start) = next_candidate(view.bytes, at, limit) else { return limit };
            let word = word_length(view.bytes, start);
            if !rules::can_begin(view.bytes, start, word) {
                at = start + word.max(1);
                continue;
            }
            let ahead = view.bytes.get(start..).unwrap_or_default();
            let ahead = ahead.get(..LOOK_BYTES_MAX).unwrap_or(ahead);
            let before = start.checked_sub(1).and_then(|before| view.bytes.get(before)).copied();
            match rules::at(before, ahead, classes) {
                Some((class, Reach::Bytes(bytes))) => {
                    let from = view.offset + start as u64;
                    found(class, from, from + bytes as u64);
                    at = start + bytes.max(1);
                }
                Some((class, reach)) => {
                    let from = view.offset + start as u64;
                    self.open = Some(Open { class, start: from, reach, room: KEY_BYTES_MAX });
                    at = start;
                }
                None => at = start + word.max(1),
            }
        }
        at
    }

    /// The body has ended: what is open ends with it.
    pub(crate) fn end(&mut self, length: u64, found: &mut impl FnMut(Class, u64, u64)) {
        if let Some(open) = self.open.take() {
            found(open.class, open.start, length);
        }
    }

    fn go_through(
        &mut self,
        open: Open,
        view: View<'_>,
        at: usize,
        limit: usize,
        found: &mut impl FnMut(Class, u64, u64),
    ) -> usize {
        let rest = view.bytes.get(at..).unwrap_or_default();
        let within = rest.get(..limit.saturating_sub(at)).unwrap_or(rest);
        let (passed, ended) = match open.reach {
            Reach::Key => {
                let within = within.get(..open.room).unwrap_or(within);
                let seen = rest.get(..within.len() + KEY_END.len()).unwrap_or(rest);
                match memmem::find(seen, KEY_END).filter(|end| *end < within.len()) {
                    Some(end) => (end + KEY_END.len(), true),
                    None => (within.len(), within.len() == open.room),
                }
            }
            Reach::Run | Reach::Bytes(_) => {
                match within.iter().position(|byte| !rules::is_token(*byte)) {
                    Some(end) => (end, true),
                    None => (within.len(), false),
                }
            }
        };
        let at = at + passed;
        self.open = Some(Open { room: open.room.saturating_sub(passed), ..open });
        if ended {
            self.open = None;
            found(open.class, open.start, view.offset + at as u64);
        }
        at
    }
}

/// The next position where something can begin: a letter or digit after another byte, or one of the
/// few signs that begin something themselves.
fn next_candidate(bytes: &[u8], at: usize, limit: usize) -> Option<usize> {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let mut in_word = before.is_some_and(|byte| kind(*byte) == Kind::Word);
    let window = bytes.get(at..limit)?;
    for (distance, byte) in window.iter().enumerate() {
        match kind(*byte) {
            Kind::Word if in_word => {}
            Kind::Word | Kind::Sign => return Some(at + distance),
            Kind::Other => in_word = false,
        }
    }
    None
}

/// How many letters and digits begin at `start`, as far as a rule looks.
fn word_length(bytes: &[u8], start: usize) -> usize {
    let ahead = bytes.get(start..).unwrap_or_default();
    let ahead = ahead.get(..LOOK_BYTES_MAX).unwrap_or(ahead);
    ahead.iter().take_while(|byte| kind(**byte) == Kind::Word).count()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Other,
    Word,
    Sign,
}

#[expect(clippy::indexing_slicing, reason = "a constant: it is made when this is compiled")]
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            kinds[byte as usize] = Kind::Word;
        } else if matches!(byte, b'-' | b'/' | b'+') {
            kinds[byte as usize] = Kind::Sign;
        }
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> Kind {
    KINDS.get(usize::from(byte)).copied().unwrap_or(Kind::Other)
}
