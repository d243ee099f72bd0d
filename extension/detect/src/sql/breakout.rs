//! What follows a quote or a parenthesis that closes what began outside of the text.
use super::operand::Shape;
use super::statement;
use super::token::{Gap, Kind};
use super::view::{View, is_quote};
use super::word::Word;
use crate::finding::Match;

/// Judges what follows the quote at `at`.
pub(super) fn judge(view: &View<'_>, at: usize) -> Option<Match> {
    let quote = view.at(at);
    if !quote.odd {
        return None;
    }
    if at == 0 && view.comparison(0).is_some_and(|found| found.unclosed && view.is_end(found.next))
    {
        return Some(Match::medium("tautology"));
    }
    let next = view.skip_closes(at + 1);
    let closed = next > at + 1;
    let glued = quote.gap == Gap::None && at > 0;
    let token = view.at(next);
    match (token.kind, token.word) {
        (Kind::Dashes, _) if view.is_terminator(next) => Some(Match::high("comment")),
        (Kind::Hash | Kind::OpenComment | Kind::Nul, _) if view.is_terminator(next) => {
            let alone = view.kind(next + 1) == Kind::End || closed || glued;
            alone.then_some(Match::medium("comment"))
        }
        (Kind::Semicolon, _) => semicolon(view, at, next),
        (Kind::Comma, _) => listed(view, next),
        (Kind::Arithmetic | Kind::Pipes | Kind::Ands | Kind::Compare, _)
        | (
            _,
            Word::Like
            | Word::Divide
            | Word::Xor
            | Word::Is
            | Word::Not
            | Word::In
            | Word::Between
            | Word::Collate,
        ) => operator(view, at, next),
        (Kind::Word, Word::None) => glued_digits(view, next),
        (kind, _) if kind == quote.kind && !closed => reopened(view, at, next),
        _ => None,
    }
}

/// `'or2=3`: an operator and its operand without a blank.
fn glued_digits(view: &View<'_>, at: usize) -> Option<Match> {
    let text = view.text(at);
    let digits = [b"or".as_slice(), b"and", b"xor"]
        .into_iter()
        .find_map(|operator| text.strip_prefix(operator))?;
    let compared = view.kind(at + 1) == Kind::Compare
        && view.expression(at + 2).is_some_and(|right| right.shape != Shape::Name);
    (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit) && compared)
        .then_some(Match::high("tautology"))
}

/// `';` at the end, before a comment, before a statement.
fn semicolon(view: &View<'_>, at: usize, next: usize) -> Option<Match> {
    let kind = view.kind(at);
    let number = view.before(at).kind == Kind::Number;
    if view.kind(next + 1) == Kind::End && view.quotes(kind) == 1 && at > 0 && !number {
        return Some(Match::medium("comment"));
    }
    if view.is_terminator(next) || view.is_terminator(next + 1) {
        return Some(Match::high("comment"));
    }
    statement::stacked(view, next)
}

/// `',(select …`, `',null,null)`: further values of an insert or a list.
fn listed(view: &View<'_>, at: usize) -> Option<Match> {
    let inner = view.skip_opens(at + 1);
    match view.word(inner) {
        Word::Select if inner > at + 1 => Some(Match::high("sub-select")),
        Word::Sleep | Word::Reach | Word::Inform | Word::Function | Word::If
            if view.kind(inner + 1) == Kind::Open =>
        {
            Some(Match::high("function"))
        }
        _ => {
            // `', email=(select …)`: further columns of an update.
            let set = view.kind(at + 1) == Kind::Word && view.kind(at + 2) == Kind::Compare;
            let found = view.expression(if set { at + 3 } else { at + 1 })?;
            if set && matches!(found.shape, Shape::Select | Shape::Known) {
                return Some(Match::high("values"));
            }
            (found.shape == Shape::Literal && view.is_terminator(found.next))
                .then_some(Match::medium("values"))
        }
    }
}

/// An operator behind the quote, with what it is applied to.
fn operator(view: &View<'_>, at: usize, next: usize) -> Option<Match> {
    let mut operand = next + 1;
    for _ in 0..4 {
        let more = matches!(view.kind(operand), Kind::Compare | Kind::Pipes)
            || matches!(view.word(operand), Word::Not | Word::Like | Word::In);
        if !more {
            break;
        }
        operand += 1;
    }
    let quote = view.at(at);
    if view.word(next) == Word::Is && view.is_terminator(next + 1) {
        return Some(Match::medium("operator"));
    }
    let glued = quote.gap == Gap::None;
    if at <= 2 && glued && !is_path_glob(view, next) && goes_on(view, at, next) {
        return Some(Match::medium("operator"));
    }
    let found = view.expression(operand)?;
    // `' / 1 like '0`, `'/1 or '1`
    let asks = view.comparison(operand).is_some_and(|asked| asked.unclosed)
        || matches!(view.word(found.next), Word::Or | Word::And)
            && view.expression(found.next + 1).is_some_and(|last| last.shape == Shape::Unclosed);
    if asks && found.shape == Shape::Literal && at <= 4 {
        return Some(Match::medium("operator"));
    }
    match found.shape {
        Shape::Known | Shape::Select => Some(Match::high("function")),
        _ if view.is_terminator(found.next) => Some(Match::medium("operator")),
        // `'-'`, `x'='y`: the string goes on where the operator ends.
        Shape::Unclosed if view.kind(operand) == quote.kind && glued => {
            let rest = found.next.saturating_sub(operand + 1);
            let most = if quote.kind == Kind::Quote { 0 } else { 2 };
            let small = at <= 2 && rest <= most && view.kind(at + 1) != Kind::Dot;
            (small && !is_path_glob(view, next)).then_some(Match::medium("operator"))
        }
        Shape::Literal if glued && view.kind(next) == Kind::Compare => {
            let follows = view.comparison(operand).is_some()
                || matches!(view.word(found.next), Word::Or | Word::And);
            follows.then_some(Match::high("operator"))
        }
        _ => None,
    }
}

/// Whether operators lead from the quote at `at` to one that opens what comes after the text.
fn goes_on(view: &View<'_>, at: usize, next: usize) -> bool {
    let quote = view.kind(at);
    let (mut names, mut words, mut operators) = (0, 0, 0);
    for between in next..next + 16 {
        let token = view.at(between);
        match (token.kind, token.word) {
            (kind, _) if kind == quote => {
                let end = view.kind(between + 1) == Kind::End
                    || view.kind(between + 2) == Kind::End && view.at(between + 1).gap == Gap::None;
                // `5'-6'` is a height.
                let measure = view.before(at).kind == Kind::Number && words + operators < 2;
                let title = names > 0 && quote == Kind::Quote;
                return end && !measure && between > next + 1 && names <= 1 && !title;
            }
            (Kind::Arithmetic | Kind::Compare | Kind::Pipes | Kind::Ands, _) => operators += 1,
            (Kind::Number | Kind::Open | Kind::Close, _) => {}
            (Kind::Word, Word::None) => names += 1,
            (Kind::Word, Word::Article) => return false,
            (Kind::Word, _) => words += 1,
            _ => return false,
        }
    }
    false
}

fn is_path_glob(view: &View<'_>, at: usize) -> bool {
    matches!(view.text(at), b"/" | b"~") && view.kind(at) == Kind::Arithmetic
}

/// `' '` and `' 'x`: two strings side by side are one in `MySQL`.
fn reopened(view: &View<'_>, at: usize, next: usize) -> Option<Match> {
    let third = view.at(next + 1);
    (at == 0
        && third.kind == Kind::End
        && view.at(next).gap != Gap::None
        && is_quote(view.kind(at)))
    .then_some(Match::low("operator"))
}

/// Judges what follows a number or a closing parenthesis at the start of the text.
pub(super) fn tail(view: &View<'_>, at: usize) -> Option<Match> {
    if view.kind(at) == Kind::Close {
        let comment = view.is_terminator(at + 1) && view.kind(at + 2) == Kind::End;
        if !comment || at > 64 {
            return None;
        }
        let opened = (0..at).any(|before| view.kind(before) == Kind::Open);
        if !opened {
            return (at <= 12).then_some(Match::medium("comment"));
        }
        // `(select …) --`, `('a' or 'b') --`: an expression that hides what comes after it.
        let built = (0..at).any(|before| {
            let token = view.at(before);
            token.kind == Kind::Variable
                || token.kind == Kind::Apostrophe
                || matches!(token.word, Word::Select | Word::Function | Word::Inform | Word::Sleep)
        });
        return (view.kind(0) == Kind::Open && built).then_some(Match::low("comment"));
    }
    if view.kind(at) == Kind::Number && at <= 1 && view.kind(at + 1) == Kind::OpenComment {
        return (view.kind(at + 2) == Kind::End).then_some(Match::low("comment"));
    }
    let word = view.before(at + 2);
    let short = at <= 1 && matches!(word.kind, Kind::Arithmetic);
    if !short {
        return None;
    }
    let found = view.expression(at + 2)?;
    (found.shape == Shape::Select || found.shape == Shape::Known && calls_database(view, at + 2))
        .then_some(Match::high("function"))
}

fn calls_database(view: &View<'_>, at: usize) -> bool {
    let at = view.skip_opens(at);
    matches!(view.word(at), Word::Sleep | Word::Reach | Word::Inform | Word::Cast)
        && (view.kind(at + 1) == Kind::Open
            || view.word(at) == Word::Inform && view.kind(at + 1) == Kind::Cast)
        || view.kind(at) == Kind::Variable
}
