//! Writing over what must not get out, in a body that is held whole.
use crate::class::Class;
use crate::engine::{Engine, View};
use crate::leaks::Leaks;
use crate::scan::Needles;
use crate::watch::Watch;

/// Writes over everything that is found in `body`, so that its length stays and JSON stays JSON:
/// digits of a card become `9` (it may be a JSON number), all else becomes `*`. The lines that begin
/// and end a private key stay.
pub fn mask(watch: &Watch, body: &mut [u8]) -> Leaks {
    let (leaks, mut written) = pass(watch, body);
    // What stood without a gap behind another find begins a word now.
    for _ in 1..ROUNDS_MAX {
        if !written {
            break;
        }
        (_, written) = pass(watch, body);
    }
    leaks
}

/// Finds that hide each other are brought out by looking again, at most so often.
const ROUNDS_MAX: usize = 4;

/// One look at the body. Also gives back whether anything was written that was not before.
fn pass(watch: &Watch, body: &mut [u8]) -> (Leaks, bool) {
    let mut leaks = Leaks::default();
    let mut spans = Vec::new();
    let mut found = |class, from: u64, to: u64| {
        leaks.add(class);
        // Offsets in a body that is in memory fit into its own index type.
        let range = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
        spans.push((class, range(from)..range(to)));
    };
    let view = View { bytes: body, offset: 0 };
    let length = body.len();
    if watch.looks_for_secrets() {
        Needles::default().run(watch, view, length, &mut found);
    }
    let mut engine = Engine::default();
    engine.run(view, 0, length, watch.classes, &mut found);
    engine.end(length as u64, &mut found);
    // The lines around a key stay, and are found again.
    let written = spans.iter().any(|(class, _)| *class != Class::PrivateKey);
    for (class, range) in spans {
        let end = range.end.min(length);
        if let Some(span) = body.get_mut(range.start..end) {
            write_over(class, span);
        }
    }
    (leaks, written)
}

fn write_over(class: Class, span: &mut [u8]) {
    match class {
        Class::Card => span.iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|b| *b = b'9'),
        Class::PrivateKey => {
            let header = span.windows(5).skip(5).position(|five| five == b"-----");
            let body = header.and_then(|at| span.get_mut(at + 10..)).unwrap_or_default();
            let footer = body.len().saturating_sub(8);
            // Line breaks stay, also where JSON escapes them.
            let mut after_backslash = false;
            for byte in body.iter_mut().take(footer) {
                let is_break = after_backslash || matches!(*byte, b'\n' | b'\r' | b'\\');
                after_backslash = *byte == b'\\' && !after_backslash;
                if !is_break {
                    *byte = b'*';
                }
            }
        }
        _ => span.fill(b'*'),
    }
}
