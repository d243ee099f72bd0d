//! Whole statements: after a separator, or where a text is one.
use super::token::{Gap, Kind};
use super::view::{Place, View, is_quote};
use super::word::Word;
use crate::finding::Match;

/// How much of a statement is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// Its first words; prose can begin so.
    Begun,
    /// A statement that stands for itself.
    Whole,
}

/// Judges what follows the separator at `at`.
pub(super) fn stacked(view: &View<'_>, at: usize) -> Option<Match> {
    if view.kind(at) != Kind::Semicolon {
        return None;
    }
    let broken = view.place(at) == Place::Breakout || view.before(at).kind == Kind::Number;
    let next = view.skip_opens(at + 1);
    match form(view, next)? {
        Form::Whole => Some(Match::high("stacked")),
        Form::Begun if broken => Some(Match::high("stacked")),
        Form::Begun => None,
    }
}

/// Judges a statement that begins the text, or follows a quote or a parenthesis.
pub(super) fn leading(view: &View<'_>, at: usize) -> Option<Match> {
    let place = view.place(at);
    let form = form(view, at)?;
    match (place, form) {
        (Place::Breakout | Place::Numeric, _) if view.word(at) != Word::Lesser => {
            Some(Match::high("statement"))
        }
        (Place::Start | Place::Inside, Form::Whole) => {
            let own = matches!(view.before(at).kind, Kind::End | Kind::Close | Kind::Open)
                || view.at(at).gap == Gap::Comment
                || view.before(at).kind == Kind::Number
                || matches!(view.before(at).word, Word::Begin | Word::Then | Word::As);
            own.then_some(Match::medium("statement"))
        }
        _ => None,
    }
}

fn form(view: &View<'_>, at: usize) -> Option<Form> {
    let next = view.at(at + 1);
    let name = |index: usize| {
        let token = view.at(index);
        is_quote(token.kind)
            || token.kind == Kind::Bracket
            || token.kind == Kind::Word && token.word != Word::Article
    };
    match view.word(at) {
        Word::Drop | Word::Alter | Word::Create | Word::Truncate => object(view, at),
        Word::Insert | Word::Merge => inserted(view, at),
        Word::Replace => replaced(view, at),
        Word::Update => {
            let named = after_name(view, at + 1);
            let set = view.word(named) == Word::Set && view.comparison(named + 1).is_some();
            set.then_some(Form::Whole)
        }
        Word::Delete => deleted(view, at),
        Word::Execute => executed(view, at),
        Word::Declare => (next.kind == Kind::Variable).then_some(Form::Whole).or_else(|| {
            (name(at + 1) && matches!(view.word(at + 2), Word::Type)).then_some(Form::Whole)
        }),
        Word::Shutdown => shut_down(view, at),
        Word::None if view.text(at) == b"while" => view.comparison(at + 1).map(|_| Form::Begun),
        Word::Select => selected(view, at),
        Word::Load => {
            let what = next.word == Word::Data || view.text(at + 1) == b"xml";
            let file = (at + 2..at + 5).any(|index| view.word(index) == Word::Infile);
            (what && file).then_some(Form::Whole)
        }
        Word::Copy => {
            let to = matches!(view.text(at + 2), b"from" | b"to");
            let quoted = is_quote(view.kind(at + 3)) || view.text(at + 3) == b"program";
            (name(at + 1) && to && quoted).then_some(Form::Whole)
        }
        Word::Attach => {
            (next.word == Word::Object && is_quote(view.kind(at + 2))).then_some(Form::Whole)
        }
        Word::Backup => {
            (next.word == Word::Object && view.text(at + 3) == b"to").then_some(Form::Whole)
        }
        Word::Grant => {
            let on = (at + 2..at + 8).any(|index| matches!(view.text(index), b"on" | b"to"));
            (name(at + 1) && on).then_some(Form::Begun)
        }
        Word::Rename => (next.word == Word::Object).then_some(Form::Begun),
        Word::Lesser if shows(view, at) => Some(Form::Begun),
        Word::Handler => matches!(view.text(at + 2), b"open" | b"read").then_some(Form::Whole),
        Word::If if view.comparison(at + 1).is_some() => Some(Form::Begun),
        Word::Call | Word::If => (view.kind(at + 2) == Kind::Open
            || next.kind == Kind::Open
            || matches!(next.word, Word::Not | Word::Exists | Word::Reach))
        .then_some(Form::Begun),
        Word::Set => (next.kind == Kind::Variable && view.kind(at + 2) == Kind::Compare)
            .then_some(Form::Whole),
        Word::Waitfor => (next.word == Word::Delay).then_some(Form::Whole),
        Word::Begin => (view.is_end(at + 1)
            || matches!(next.word, Word::Sleep | Word::Reach | Word::Execute | Word::Shutdown))
        .then_some(Form::Begun),
        Word::Print | Word::Use => {
            (view.is_end(at + 2) || is_quote(next.kind) || next.kind == Kind::Variable)
                .then_some(Form::Begun)
        }
        Word::Lesser => (view.text(at) == b"do" && next.kind == Kind::Open
            || view.is_end(at + 1)
            || view.is_end(at + 2)
            || view.kind(at + 2) == Kind::Semicolon)
            .then_some(Form::Begun),
        _ => None,
    }
}

/// `show tables`, `flush privileges`, `lock tables x write`, `explain select …`, `pragma x(…)`.
fn shows(view: &View<'_>, at: usize) -> bool {
    let next = view.text(at + 1);
    match view.text(at) {
        b"show" => matches!(
            next,
            b"tables" | b"databases" | b"columns" | b"grants" | b"variables" | b"schemas" | b"full"
        ),
        b"flush" => matches!(next, b"privileges" | b"tables" | b"hosts" | b"logs"),
        b"lock" => matches!(next, b"tables" | b"table"),
        b"reset" => matches!(next, b"master" | b"slave"),
        b"explain" | b"analyze" => view.word(at + 1) == Word::Select,
        b"pragma" => view.kind(at + 2) == Kind::Open || view.kind(at + 2) == Kind::Compare,
        _ => false,
    }
}

/// `replace into x(…`, `replace x (…) values`
fn replaced(view: &View<'_>, at: usize) -> Option<Form> {
    let listed =
        view.kind(at + 2) == Kind::Open && view.word(view.arguments(at + 2)) == Word::Values;
    (view.word(at + 1) == Word::Into && view.kind(at + 3) == Kind::Open || listed)
        .then_some(Form::Whole)
}

/// `shutdown`, `shutdown;`, `shutdown with nowait`
fn shut_down(view: &View<'_>, at: usize) -> Option<Form> {
    (view.is_end(at + 1)
        || view.word(at + 1) == Word::With
        || view.kind(at + 1) == Kind::Semicolon && view.is_end(at + 2))
    .then_some(Form::Begun)
}

/// Behind a name with its dots and quotes.
fn after_name(view: &View<'_>, at: usize) -> usize {
    let mut next = at;
    for _ in 0..8 {
        let token = view.at(next);
        let part = is_quote(token.kind) || matches!(token.kind, Kind::Dot | Kind::Bracket);
        let clause = matches!(
            token.word,
            Word::Set | Word::Where | Word::Values | Word::Article | Word::Select
        );
        let apart = next > at + 1 && token.gap != Gap::None && is_quote(view.kind(next - 1));
        if !part && (token.kind != Kind::Word || clause || apart) {
            break;
        }
        next += 1;
        if token.kind == Kind::Word && view.kind(next) == Kind::Word {
            break;
        }
    }
    next
}

/// `drop table x`, `create user x identified by`, `alter table x …`
fn object(view: &View<'_>, at: usize) -> Option<Form> {
    let mut next = at + 1;
    if view.word(next) == Word::Or && view.word(next + 1) == Word::Replace {
        next += 2;
    }
    if view.text(next) == b"global" || matches!(view.text(next), b"temporary" | b"temp" | b"unique")
    {
        next += 1;
    }
    let kind = view.at(next);
    let thing = matches!(kind.word, Word::Object | Word::Procedure)
        || matches!(view.text(next), b"user" | b"role" | b"group");
    if !thing {
        // `drop members --`
        let named = kind.kind == Kind::Word && kind.word == Word::None;
        let commented = view.is_terminator(next + 1) || kind.gap == Gap::Comment;
        let sure = matches!(view.word(at), Word::Drop | Word::Truncate) && named && commented;
        return sure.then_some(Form::Whole);
    }
    let mut name = next + 1;
    while matches!(view.word(name), Word::If | Word::Exists | Word::Not) && name < next + 5 {
        name += 1;
    }
    if view.word(name) == Word::Article
        || !(view.kind(name) == Kind::Word
            || is_quote(view.kind(name))
            || view.kind(name) == Kind::Variable)
    {
        return None;
    }
    let after = after_name(view, name).max(name + 1);
    let closed = view.is_end(after)
        || matches!(view.kind(after), Kind::Semicolon | Kind::Open | Kind::Comma)
        || matches!(
            view.word(after),
            Word::As | Word::Drop | Word::With | Word::Alter | Word::Set | Word::On
        )
        || matches!(
            view.text(after),
            b"cascade"
                | b"identified"
                | b"add"
                | b"change"
                | b"modify"
                | b"rename"
                | b"returns"
                | b"default"
                | b"type"
                | b"nologin"
                | b"owner"
                | b"password"
        );
    if closed { Some(Form::Whole) } else { Some(Form::Begun) }
}

/// `insert into x values (…)`, `insert into x(…) select`
fn inserted(view: &View<'_>, at: usize) -> Option<Form> {
    let into = at + 1 + usize::from(view.word(at + 1) == Word::Into);
    if view.word(into) == Word::Article
        || view.kind(into) != Kind::Word && !is_quote(view.kind(into))
    {
        return None;
    }
    let mut after = after_name(view, into);
    if view.kind(after) == Kind::Open {
        after = view.arguments(after);
    }
    let whole = matches!(view.word(after), Word::Values | Word::Select | Word::Set)
        || matches!(view.text(after), b"value" | b"default" | b"exec" | b"output");
    if whole && into > at + 1 { Some(Form::Whole) } else { (into > at + 1).then_some(Form::Begun) }
}

/// `delete from x`, `delete from x where y = z`
fn deleted(view: &View<'_>, at: usize) -> Option<Form> {
    let at = at + usize::from(matches!(view.text(at + 1), b"low_priority" | b"quick" | b"ignore"));
    if view.word(at + 1) != Word::From || view.word(at + 2) == Word::Article {
        return None;
    }
    let after = after_name(view, at + 2);
    let whole = view.word(after) == Word::Where && view.comparison(after + 1).is_some()
        || view.is_terminator(after)
        || view.kind(after) == Kind::Semicolon && view.is_end(after + 1);
    Some(if whole { Form::Whole } else { Form::Begun })
}

/// `exec xp_…`, `exec('…')`, `execute immediate '…'`, `exec master..x`
fn executed(view: &View<'_>, at: usize) -> Option<Form> {
    let next = view.at(at + 1);
    let text = view.text(at + 1);
    if text == b"immediate" || next.word == Word::Reach || text == b"sp_" || text == b"xp_" {
        return Some(Form::Whole);
    }
    if text == b"master" || next.kind == Kind::Variable {
        return Some(Form::Whole);
    }
    let called = next.kind == Kind::Open
        && (is_quote(view.kind(at + 2))
            || matches!(view.kind(at + 2), Kind::Variable | Kind::Number)
            || view.word(at + 2) == Word::Function);
    if called {
        return Some(Form::Whole);
    }
    (is_quote(next.kind) || next.kind == Kind::Word && view.is_end(at + 2)).then_some(Form::Begun)
}

/// `select` as a statement of its own.
fn selected(view: &View<'_>, at: usize) -> Option<Form> {
    let next = view.at(at + 1);
    let literal =
        matches!(next.kind, Kind::Number | Kind::Variable | Kind::Arithmetic | Kind::Open)
            || is_quote(next.kind)
            || next.word == Word::Constant;
    let from = (at + 2..at + 12).any(|index| view.word(index) == Word::From);
    let plain = view.word(at + 1) != Word::Article;
    (literal || from && plain || view.is_end(at + 2)).then_some(Form::Begun)
}
