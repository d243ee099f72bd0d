//! One text with everything secret or personal in it replaced by the name of its class.
mod national;
mod personal;
mod random;

use std::ops::Range;

use crate::class::{Class, Classes};
use crate::engine::{Engine, View};
use crate::scan::Needles;
use crate::watch::Watch;

/// A text in which something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The text with `[class]` in place of what was found.
    pub text: String,
    /// What was found, in order.
    pub classes: Vec<Class>,
}

/// Replaces what a reply is searched for, and mail addresses, telephone numbers, national ids and
/// random strings. None if there is nothing of the kind in the text.
pub fn redact(watch: &Watch, text: &str) -> Option<Found> {
    let mut spans = spans(watch, text);
    if spans.is_empty() {
        return None;
    }
    // Of finds that overlap, the one that begins first counts; of those, the longest.
    tollgate_order::sort_by_key(&mut spans, |(_, span)| (span.start, std::cmp::Reverse(span.end)));
    let mut found = Found { text: String::with_capacity(text.len()), classes: Vec::new() };
    let mut done = 0;
    for (class, span) in spans {
        if span.start < done {
            done = done.max(span.end);
            continue;
        }
        found.text.push_str(text.get(done..span.start).unwrap_or_default());
        found.text.push('[');
        found.text.push_str(class.as_str());
        found.text.push(']');
        found.classes.push(class);
        done = span.end;
    }
    found.text.push_str(text.get(done..).unwrap_or_default());
    Some(found)
}

type Span = (Class, Range<usize>);

fn spans(watch: &Watch, text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut found = |class, from: u64, to: u64| {
        let index = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
        let (from, to) = (index(from), index(to).min(text.len()));
        // Finds begin and end at ASCII bytes, but for secrets, which are text themselves.
        if text.is_char_boundary(from) && text.is_char_boundary(to) {
            spans.push((class, from..to));
        }
    };
    let view = View { bytes, offset: 0 };
    if !watch.needles.is_empty() {
        Needles::default().run(watch, view, bytes.len(), &mut found);
    }
    let mut engine = Engine::default();
    engine.run(view, 0, bytes.len(), Classes::ALL, &mut found);
    engine.end(bytes.len() as u64, &mut found);
    personal::emails(bytes, &mut spans);
    personal::phones(bytes, &mut spans);
    national::ids(bytes, &mut spans);
    random::runs(bytes, &mut spans);
    spans
}
