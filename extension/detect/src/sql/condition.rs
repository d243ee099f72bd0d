//! Conditions: what `or`, `and`, `having`, `where` and their kind add to a statement.
use super::operand::{Comparison, Operand, Shape, Weight};
use super::token::{Gap, Kind};
use super::view::{Place, View, is_quote};
use super::word::Word;
use crate::finding::Match;

/// Judges a condition that begins with the operator at `at`.
pub(super) fn judge(view: &View<'_>, at: usize) -> Option<Match> {
    let place = view.place(at);
    let next = match (view.kind(at), view.word(at)) {
        (
            Kind::Word,
            Word::Or | Word::And | Word::Xor | Word::Having | Word::Where | Word::When,
        )
        | (Kind::Pipes | Kind::Ands, _) => at + 1,
        (Kind::Arithmetic, _) if matches!(view.text(at), b"|" | b"&") => at + 1,
        // `rlike (…)` and `not` go on with a condition only where a value has ended.
        (Kind::Word, Word::Like | Word::Not) if place != Place::Inside => at + 1,
        _ => return None,
    };
    let next = next + usize::from(matches!(view.word(next), Word::Or | Word::And));
    let broken = matches!(place, Place::Breakout | Place::Numeric);
    if view.kind(at) == Kind::Word && view.is_terminator(next) && broken {
        return Some(Match::medium("condition"));
    }
    // `' or 1=`: what comes after the text is compared.
    if place == Place::Breakout && view.kind(at) == Kind::Word {
        let left = view.expression(next);
        let open = |left: Operand| {
            view.kind(left.next) == Kind::Compare && view.kind(left.next + 1) == Kind::End
        };
        if left.is_some_and(open) {
            return Some(Match::medium("condition"));
        }
    }
    if let Some(found) = view.comparison(next) {
        return compared(view, at, place, &found);
    }
    alone(view, at, next, place)
}

/// `(1=1)*9`: a comparison that a number is multiplied by, as the whole text.
pub(super) fn computed(view: &View<'_>) -> Option<Match> {
    let found = view.comparison(0)?;
    let close = (1..12).find(|at| view.kind(*at) == Kind::Close)?;
    let times = view.kind(close + 1) == Kind::Arithmetic;
    let end = view.expression(close + 2)?.next;
    (found.weight == Weight::Certain && times && view.is_end(end))
        .then_some(Match::medium("tautology"))
}

fn compared(view: &View<'_>, at: usize, place: Place, found: &Comparison) -> Option<Match> {
    let broken = place == Place::Breakout;
    let ends = view.is_end(found.next) || found.unclosed;
    let symbol = view.kind(at) != Kind::Word;
    match found.weight {
        Weight::Certain if broken => Some(Match::high("tautology")),
        // `a || b == 'c'` is how programs ask; literals on both sides are not.
        Weight::Certain if symbol && place == Place::Inside => {
            ends.then_some(Match::medium("tautology"))
        }
        Weight::Certain => Some(Match::high("tautology")),
        Weight::Column if broken && (!symbol || view.kind(at) != Kind::Arithmetic) => {
            Some(Match::high("condition"))
        }
        Weight::Column if view.is_terminator(found.next) && place != Place::Inside => {
            Some(Match::high("condition"))
        }
        Weight::Column if place == Place::Numeric && ends => Some(Match::medium("condition")),
        Weight::Column if place == Place::Start && found.unclosed => {
            Some(Match::medium("condition"))
        }
        // A blank before it: it follows something.
        Weight::Names
            if place == Place::Start && at == 0 && view.at(0).gap != Gap::None && ends =>
        {
            Some(Match::low("condition"))
        }
        Weight::Names if place == Place::Start && view.is_terminator(found.next) => {
            Some(Match::medium("condition"))
        }
        Weight::Names if broken && ends => Some(Match::medium("condition")),
        Weight::Names if place == Place::Numeric && view.is_terminator(found.next) => {
            Some(Match::medium("condition"))
        }
        _ => None,
    }
}

/// A condition without a comparison: a number, a function, a string that is left open.
fn alone(view: &View<'_>, at: usize, next: usize, place: Place) -> Option<Match> {
    let found = view.expression(next)?;
    let comment = view.is_terminator(found.next);
    let end = view.kind(found.next) == Kind::End;
    let joined = matches!(
        view.word(found.next),
        Word::Or
            | Word::And
            | Word::Xor
            | Word::Limit
            | Word::Group
            | Word::Order
            | Word::Having
            | Word::Union
    ) || matches!(view.kind(found.next), Kind::Pipes | Kind::Ands | Kind::Semicolon);
    let waits = view.word(view.skip_opens(next)) == Word::Sleep;
    let open = view.kind(next) == Kind::Open;
    let hidden = view.at(at).gap == Gap::Comment || view.at(next).gap == Gap::Comment;
    let signed = view.kind(next) == Kind::Arithmetic && view.kind(next + 1) == Kind::Open
        || view.word(next) == Word::Not && view.at(at).gap != Gap::Space;
    let medium = match (place, found.shape) {
        (_, Shape::Select) if select_follows(view, next) => return Some(Match::high("sub-select")),
        (_, Shape::Known) if waits => return Some(Match::high("delay")),
        (Place::Breakout, Shape::Known) => return Some(Match::high("condition")),
        (Place::Start, Shape::Literal) if end && at == 0 && view.at(at).gap != Gap::None => {
            return Some(Match::low("condition"));
        }
        (Place::Inside, _) => {
            found.shape == Shape::Literal && view.word(at) == Word::Having && joined
        }
        (Place::Breakout, Shape::Unclosed) => broken_word(view, at) || comment,
        (Place::Breakout, Shape::Literal) => {
            comment
                || joined
                || end && broken_word(view, at)
                || reopened(view, found.next)
                || signed
        }
        (Place::Breakout, Shape::Select) => {
            open || view.word(next) == Word::Select && view.kind(next + 1) == Kind::Arithmetic
        }
        (Place::Breakout, Shape::Name) if matched(view, next) || chained(view, found.next) => true,
        (Place::Breakout, Shape::Call) => comment || joined || end && open,
        (Place::Breakout, _) | (Place::Numeric, Shape::Name) => comment,
        (_, Shape::Known) => comment || call_follows(view, next),
        (Place::Numeric, Shape::Literal) => comment || joined && open || hidden,
        (Place::Start, Shape::Literal) => comment || view.word(at) == Word::Having && joined,
        _ => false,
    };
    medium.then_some(Match::medium("condition"))
}

/// `'' '`: a string side by side with one that is left open.
fn reopened(view: &View<'_>, at: usize) -> bool {
    is_quote(view.kind(at)) && view.kind(at + 1) == Kind::End
}

/// `match x against (…)`
fn matched(view: &View<'_>, at: usize) -> bool {
    view.text(at) == b"match"
        && (at + 1..at + 8)
            .any(|next| view.text(next) == b"against" && view.kind(next + 1) == Kind::Open)
}

/// `&& '1`: another condition that is left open.
fn chained(view: &View<'_>, at: usize) -> bool {
    let joins = matches!(view.kind(at), Kind::Ands | Kind::Pipes)
        || matches!(view.word(at), Word::Or | Word::And | Word::Xor);
    joins && view.expression(at + 1).is_some_and(|found| found.shape == Shape::Unclosed)
}

/// Whether the operator at `at` cannot be the rest of a word, as in `Côte d'or`.
fn broken_word(view: &View<'_>, at: usize) -> bool {
    let next = view.at(at + 1);
    view.kind(at) != Kind::Word
        || !matches!(next.kind, Kind::Word | Kind::Number | Kind::End)
        || view.at(at).gap != Gap::None
}

/// `select` or `exists (select`, `case when` behind opening parentheses.
fn select_follows(view: &View<'_>, at: usize) -> bool {
    let mut at = at;
    for _ in 0..8 {
        match (view.kind(at), view.word(at)) {
            (Kind::Open, _) | (_, Word::Not) => at += 1,
            (_, Word::Exists) if view.kind(at + 1) == Kind::Open => at += 2,
            (_, Word::Select) => return view.before(at).kind == Kind::Open,
            (_, Word::Case) => return view.word(at + 1) == Word::When,
            _ => return false,
        }
    }
    false
}

/// A call whose name is glued to its parenthesis.
fn call_follows(view: &View<'_>, at: usize) -> bool {
    let at = view.skip_opens(at);
    view.kind(at) == Kind::Word
        && view.kind(at + 1) == Kind::Open
        && view.at(at + 1).gap == Gap::None
        && !matches!(view.word(at), Word::If | Word::None)
}
