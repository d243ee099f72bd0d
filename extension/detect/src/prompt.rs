//! Instructions to a language model, in a text that it is only meant to work on.
//!
//! The text is reduced to words; a lexicon of some ninety languages says which words give
//! orders, which name the orders given before, and so on; and a few rules say which of them make
//! an attack when they stand near each other. What a conversation's own framing looks like is
//! judged before that, on the text as it is.
mod framing;
mod lexicon;
mod meanings;
#[cfg(test)]
mod phrases;
mod respell;
mod rules;
#[cfg(test)]
mod sets;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tongues;
mod words;

use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[Classes::LETTER, Classes::HIGH];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "";

/// Steps a byte.
const STEPS: u64 = 60;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    if text.role != Role::ModelInput {
        return None;
    }
    work.spend(text.bytes.len() as u64 * STEPS).ok()?;
    if let Some(found) = framing::inspect(text) {
        return Some(found);
    }
    let words = words::reduce(text.bytes);
    let mut judge = |words: &str| {
        work.spend(text.bytes.len() as u64 * STEPS).ok()?;
        rules::inspect(words)
    };
    rules::inspect(&words)
        .or_else(|| judge(&respell::undo(&words)?))
        .or_else(|| {
            let plain = respell::signs(text.bytes)?;
            let words = words::reduce(&plain);
            judge(&respell::undo(&words).unwrap_or(words))
        })
        .or_else(|| judge(&words::reduce(&respell::pieces(text.bytes)?)))
        .or_else(|| judge(&respell::fragments(&words)?))
}
