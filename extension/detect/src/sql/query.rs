//! Queries: `union select`, sub-selects, ordering and grouping, functions that wait or reach out.
use super::operand::{Comparison, Shape, Weight};
use super::token::{Gap, Kind};
use super::view::{Place, View, is_quote};
use super::word::{Word, word};
use crate::finding::Match;

/// Judges a word that can begin or go on with a query.
pub(super) fn judge(view: &View<'_>, at: usize) -> Option<Match> {
    let place = view.place(at);
    match view.word(at) {
        Word::Union | Word::Except => union(view, at, place),
        Word::Select => select(view, at, place),
        Word::Sleep => sleep(view, at),
        Word::Reach => reach(view, at, place),
        Word::Inform => inform(view, at, place),
        Word::Object if view.text(at) == b"database" => inform(view, at, place),
        Word::Catalog => catalog(view, at),
        Word::Waitfor => (view.word(at + 1) == Word::Delay).then_some(Match::high("delay")),
        Word::Into => into(view, at),
        Word::Procedure => {
            let analyse = matches!(view.text(at + 1), b"analyse" | b"analyze");
            (analyse && view.kind(at + 2) == Kind::Open).then_some(Match::high("procedure"))
        }
        Word::Order | Word::Group => ordering(view, at, place),
        Word::Limit => limit(view, at, place),
        Word::Case => case(view, at),
        Word::When => arms(view, at),
        Word::If => choice(view, at),
        Word::Exists => {
            let select = view.kind(at + 1) == Kind::Open
                && view.word(view.skip_opens(at + 1)) == Word::Select;
            select.then_some(Match::high("sub-select"))
        }
        Word::Function | Word::Cast => applied(view, at, place),
        Word::As => alias(view, at),
        Word::In => {
            let inner = view.skip_opens(at + 1);
            (inner > at + 1 && view.word(inner) == Word::Select)
                .then_some(Match::high("sub-select"))
        }
        _ => None,
    }
}

fn union(view: &View<'_>, at: usize, place: Place) -> Option<Match> {
    let mut next = view.skip_noise(at + 1);
    if matches!(view.word(next), Word::All | Word::Distinct) {
        next = view.skip_noise(next + 1);
    }
    let between = next > at + 1;
    let broken = matches!(place, Place::Breakout | Place::Numeric);
    match view.word(next) {
        // Nothing but these words: the columns come from the statement.
        Word::Select if at == 0 && view.word(at) == Word::Union && view.is_end(next + 1) => {
            Some(Match::medium("union"))
        }
        Word::Select => {
            let first = view.at(next + 1);
            let plain = first.kind == Kind::Word && first.word == Word::None;
            let listed =
                matches!(view.kind(next + 2), Kind::Comma | Kind::Dot | Kind::Open | Kind::Pipes)
                    || view.kind(next + 2) == Kind::End && place != Place::Inside
                    || view.word(next + 2) == Word::From
                    || view.is_terminator(next + 2);
            let prose = first.word == Word::Article && first.gap == Gap::Space;
            if !prose && (broken || between || !plain || listed) {
                return Some(Match::high("union"));
            }
            (first.gap == Gap::Comment).then_some(Match::high("union"))
        }
        Word::Values if view.kind(next + 1) == Kind::Open => Some(Match::high("union")),
        Word::Object | Word::From if place == Place::Breakout => Some(Match::medium("union")),
        // `x="union"` is a value in quotes.
        _ if is_quote(view.kind(at + 1)) && view.at(at + 1).gap == Gap::None => None,
        _ if place == Place::Breakout && between && view.word(at) == Word::Union => {
            (view.word(next - 1) == Word::All || view.kind(next) == Kind::End)
                .then_some(Match::medium("union"))
        }
        _ if place == Place::Numeric && view.at(at).gap == Gap::Comment && view.is_end(at + 1) => {
            Some(Match::medium("union"))
        }
        _ if view.starts_numeric() && view.at(at).gap == Gap::Comment && view.is_end(at + 1) => {
            Some(Match::medium("union"))
        }
        _ if place == Place::Numeric && view.word(at + 1) == Word::All => {
            Some(Match::medium("union"))
        }
        _ => None,
    }
}

/// Tokens between `select` and `from`.
const COLUMNS_MAX: usize = 64;

fn select(view: &View<'_>, at: usize, place: Place) -> Option<Match> {
    // `"Select"` is a value in quotes.
    let quoted = is_quote(view.kind(at + 1)) && view.at(at + 1).gap == Gap::None;
    if quoted && view.at(at).gap == Gap::None {
        return None;
    }
    let before = view.before(at).kind;
    let opened = before == Kind::Open && view.at(at).gap != Gap::Comment;
    let broken = matches!(place, Place::Breakout | Place::Numeric) || before == Kind::Semicolon;
    let mut first = view.skip_opens(at + 1);
    while matches!(view.word(first), Word::Distinct | Word::All | Word::Top) && first < at + 8 {
        first += 1;
    }
    let next = view.at(first);
    let call = view.kind(first + 1) == Kind::Open && view.at(first + 1).gap == Gap::None;
    let telling = match next.word {
        Word::Sleep | Word::Reach => view.kind(first + 1) == Kind::Open,
        Word::Inform => {
            let alone = view.is_end(first + 1) || view.kind(first + 1) == Kind::Semicolon;
            call || opened || broken || place == Place::Start && alone
        }
        Word::Function | Word::Cast | Word::If => {
            call || opened && view.kind(first + 1) == Kind::Open
        }
        Word::Object if view.text(first) == b"database" => {
            call && view.kind(first + 2) == Kind::Close
        }
        Word::Case => view.word(first + 1) == Word::When,
        _ => {
            let goes_on = view.is_end(first + 1)
                || is_quote(view.kind(first + 1))
                || view.kind(first + 1) == Kind::Comma
                || matches!(view.word(first + 1), Word::From | Word::As)
                || view.is_terminator(first + 2);
            next.kind == Kind::Variable
                && (view.text(first).starts_with(b"@@") || place != Place::Inside && goes_on)
        }
    };
    if telling {
        return Some(Match::high("select"));
    }
    let literal = matches!(next.kind, Kind::Number | Kind::Apostrophe | Kind::Quote)
        || next.word == Word::Constant;
    if (opened || broken) && (literal || next.kind == Kind::Arithmetic) {
        return Some(Match::high("select"));
    }
    let nested = first > at + 2 && literal;
    from(view, at, first, opened || broken || nested)
}

/// `select … from …`: the columns, the table and what follows it decide.
fn from(view: &View<'_>, at: usize, first: usize, broken: bool) -> Option<Match> {
    let mut signs = usize::from(view.at(at).gap == Gap::Comment) + usize::from(broken);
    let mut depth = 0_u32;
    let mut words = 0;
    for next in first..first + COLUMNS_MAX {
        let token = view.at(next);
        match (token.kind, token.word) {
            (Kind::End | Kind::Semicolon, _) | (_, Word::Article) => return None,
            (Kind::Word, Word::From) if depth == 0 || view.word(next + 2) == Word::Where => {
                return table(view, at, next, signs, words);
            }
            (Kind::Open, _) => depth += 1,
            (Kind::Close, _) => depth = depth.saturating_sub(1),
            (Kind::Arithmetic, _) if view.text(next) == b"*" => signs += 1,
            (Kind::Dot | Kind::Variable | Kind::Pipes, _) if token.gap == Gap::None => signs += 1,
            (Kind::Word, Word::None) => {
                words += 1;
                signs += usize::from(view.text(next).contains(&b'_'));
            }
            _ => {}
        }
        signs += usize::from(token.gap == Gap::Comment);
    }
    None
}

fn table(view: &View<'_>, at: usize, from: usize, signs: usize, words: usize) -> Option<Match> {
    let name = view.skip_noise(from + 1);
    let token = view.at(name);
    let catalog = matches!(token.word, Word::Catalog | Word::Reach)
        || matches!(view.text(name), b"dual" | b"mysql" | b"sys");
    if catalog || signs > 0 && name > from + 1 {
        return Some(Match::high("select"));
    }
    if token.word == Word::Article || token.kind == Kind::End && signs < 2 {
        return None;
    }
    let mut after = name + 1;
    while view.kind(after) == Kind::Dot && after < name + 8 {
        after += 2;
    }
    let sure = signs > 0
        || view.at(from).gap == Gap::Comment
        || view.text(name).contains(&b'_')
        || after > name + 1;
    let capitals = view.is_upper(at) && view.is_upper(from) && !view.is_upper(from - 1);
    let goes_on = match view.word(after) {
        Word::Where => view.comparison(after + 1).is_some() || view.is_end(after + 1),
        Word::Limit => view.kind(after + 1) == Kind::Number,
        Word::Order | Word::Group => view.word(after + 1) == Word::By,
        Word::Union | Word::Join => true,
        _ => view.is_terminator(after) || capitals && words <= 4 && view.kind(after) == Kind::End,
    };
    let closed =
        matches!(view.kind(after), Kind::End | Kind::Semicolon | Kind::Close | Kind::Comma)
            || is_quote(view.kind(after));
    (goes_on || sure && (closed || words <= 6)).then_some(Match::high("select"))
}

fn sleep(view: &View<'_>, at: usize) -> Option<Match> {
    if view.kind(at + 1) == Kind::Dot {
        return matches!(view.word(at + 2), Word::Sleep).then_some(Match::high("delay"));
    }
    if view.kind(at + 1) != Kind::Open {
        let pg = view.text(at).starts_with(b"pg_") && view.word(at.wrapping_sub(1)) == Word::Select;
        return pg.then_some(Match::high("delay"));
    }
    let inner = view.skip_opens(at + 1);
    let counted = matches!(view.kind(inner), Kind::Number | Kind::Word | Kind::End)
        || is_quote(view.kind(inner));
    // `sleep(where: …)` is a field of GraphQL.
    let counted = counted && view.kind(inner + 1) != Kind::Colon;
    // `time.sleep(1)` is a program's; `dbms_lock.sleep(1)` was seen at its first word.
    let joined = at >= 2 && is_quote(view.kind(at - 2));
    let method = view.before(at).kind == Kind::Dot && !joined;
    (counted && !method).then_some(Match::high("delay"))
}

fn reach(view: &View<'_>, at: usize, place: Place) -> Option<Match> {
    let text = view.text(at);
    let called = matches!(view.kind(at + 1), Kind::Open);
    let member = view.kind(at + 1) == Kind::Dot && view.kind(at + 2) == Kind::Word;
    let geometric = matches!(
        text,
        b"polygon"
            | b"multipolygon"
            | b"linestring"
            | b"multilinestring"
            | b"multipoint"
            | b"geometrycollection"
            | b"elt"
            | b"readfile"
            | b"writefile"
            | b"make_set"
    );
    if geometric {
        let inner = view.skip_opens(at + 1);
        let select = view.word(inner) == Word::Select;
        let asks = view.comparison(at + 2).is_some_and(|found| found.weight == Weight::Certain);
        return (called && (select || asks || place != Place::Inside))
            .then_some(Match::high("function"));
    }
    let procedure = text.starts_with(b"xp_")
        || matches!(
            text,
            b"sp_executesql"
                | b"sp_password"
                | b"sp_oacreate"
                | b"sp_configure"
                | b"sp_makewebtask"
        )
        || text.starts_with(b"sp_")
            && (matches!(view.before(at).kind, Kind::Dot)
                || view.word(at.wrapping_sub(1)) == Word::Execute);
    if procedure {
        return Some(Match::high("procedure"));
    }
    let package = text.starts_with(b"utl_") || text.starts_with(b"dbms_") || text == b"ctxsys";
    (called && !text.starts_with(b"sp_") || package && member).then_some(Match::high("function"))
}

/// `database()` is no attack in prose; behind a quote, or where nothing else is, it is.
fn inform(view: &View<'_>, at: usize, place: Place) -> Option<Match> {
    let empty = view.kind(at + 1) == Kind::Open && view.at(at + 1).gap == Gap::None;
    let short = matches!(view.kind(at + 3), Kind::End)
        && matches!(view.kind(at + 2), Kind::Close | Kind::End);
    let named = !matches!(view.text(at), b"user" | b"version" | b"getdate" | b"sysdate");
    let compared = |found: Comparison| found.weight == Weight::Certain && view.is_end(found.next);
    match place {
        Place::Start if empty && at == 0 && named && view.comparison(0).is_some_and(compared) => {
            Some(Match::medium("condition"))
        }
        Place::Start if empty && short && named => Some(Match::medium("function")),
        Place::Breakout if empty => Some(Match::medium("function")),
        _ => None,
    }
}

fn catalog(view: &View<'_>, at: usize) -> Option<Match> {
    let text = view.text(at);
    let common =
        matches!(text, b"table_name" | b"column_name" | b"table_schema" | b"xtype" | b"schemata");
    if common {
        return None;
    }
    let before = view.before(at);
    let tied = matches!(before.word, Word::From | Word::Join | Word::Into)
        || view.kind(at + 1) == Kind::Dot && text == b"information_schema"
        || is_quote(before.kind)
            && view.kind(at + 1) == before.kind
            && view.kind(at + 2) == Kind::Dot
        || view.kind(at + 1) == Kind::Open
        || before.kind == Kind::End && view.kind(at + 1) == Kind::End;
    tied.then_some(Match::high("catalog"))
}

fn into(view: &View<'_>, at: usize) -> Option<Match> {
    let next = view.skip_noise(at + 1);
    (view.word(next) == Word::Outfile).then_some(Match::high("outfile"))
}

fn ordering(view: &View<'_>, at: usize, place: Place) -> Option<Match> {
    if view.word(at + 1) != Word::By {
        return None;
    }
    let found = view.expression(at + 2)?;
    let numbers = view.kind(view.skip_opens(at + 2)) == Kind::Number;
    let mut next = found.next;
    for _ in 0..128 {
        if view.kind(next) != Kind::Comma {
            break;
        }
        // `group by 1,2,--`: found by how many columns there are.
        if view.is_terminator(next + 1) {
            next += 1;
            break;
        }
        next = view.expression(next + 1)?.next;
    }
    if matches!(view.word(next), Word::Asc | Word::Lesser) {
        next += 1;
    }
    let end = view.kind(next) == Kind::End;
    let goes_on = matches!(view.word(next), Word::Having | Word::Limit | Word::Union | Word::Order);
    let broken = matches!(place, Place::Breakout | Place::Numeric);
    let sure = view.is_terminator(next)
        || broken && (end || goes_on)
        || found.shape == Shape::Known && view.word(next) == Word::Having
        || place == Place::Start && end && numbers && view.text(at) == b"order"
        || numbers && next > found.next + 2 && (end || goes_on);
    sure.then_some(Match::high("ordering"))
}

fn limit(view: &View<'_>, at: usize, place: Place) -> Option<Match> {
    let found = view.expression(at + 1)?;
    let number = matches!(view.kind(at + 1), Kind::Number);
    let broken = matches!(place, Place::Breakout | Place::Numeric);
    let sure = number
        && broken
        && (view.is_terminator(found.next)
            || view.word(found.next) == Word::Offset
            || view.word(found.next) == Word::Into && view.kind(found.next + 1) == Kind::Variable);
    sure.then_some(Match::high("limit"))
}

/// `case when … then …`
fn case(view: &View<'_>, at: usize) -> Option<Match> {
    let near = (at + 1..at + 8).any(|next| view.word(next) == Word::When);
    near.then(|| (at + 2..at + 64).find(|next| view.word(*next) == Word::Then))
        .flatten()
        .filter(|then| {
            (at + 1..*then).any(|next| {
                matches!(view.kind(next), Kind::Compare | Kind::Open) || is_quote(view.kind(next))
            }) || view.word(at + 1) != Word::When
        })
        .map(|_| Match::high("case"))
}

/// `) when 1 then`: an arm of a `case` that began outside.
fn arms(view: &View<'_>, at: usize) -> Option<Match> {
    let arm = view.before(at).kind == Kind::Close && view.word(at + 2) == Word::Then;
    arm.then_some(Match::medium("case"))
}

/// `if(1=1, …)`
fn choice(view: &View<'_>, at: usize) -> Option<Match> {
    if view.kind(at + 1) != Kind::Open {
        return None;
    }
    let found = view.comparison(at + 2)?;
    let then = view.kind(found.next) == Kind::Comma
        || matches!(view.word(found.next), Word::Select | Word::Waitfor | Word::Drop | Word::Then);
    (found.weight == Weight::Certain && then).then_some(Match::medium("case"))
}

/// A function behind a quote, or as the whole text with the comparison that asks.
fn applied(view: &View<'_>, at: usize, place: Place) -> Option<Match> {
    // The beginning of a call and nothing else: the rest comes from the statement.
    if at == 0 && view.kind(1) == Kind::Open && view.kind(2) == Kind::End {
        return Some(Match::medium("function"));
    }
    if view.kind(at + 1) != Kind::Open || view.at(at + 1).gap == Gap::Space {
        return None;
    }
    let inner = view.skip_opens(at + 1);
    if view.word(inner) == Word::Select {
        return Some(Match::high("sub-select"));
    }
    let coded = matches!(view.text(at), b"char" | b"chr" | b"nchar" | b"unhex")
        && matches!(view.kind(inner), Kind::Number);
    if coded {
        let next = view.arguments(at + 1);
        let joined = matches!(view.kind(next), Kind::Arithmetic | Kind::Pipes | Kind::Comma)
            && matches!(view.word(next + 1), Word::Function);
        if joined || (at + 2..next).filter(|index| view.kind(*index) == Kind::Comma).count() >= 3 {
            return Some(Match::high("encoded-string"));
        }
    }
    let end = view.arguments(at + 1).min(at + 24);
    let nested = (inner..end).any(|index| {
        (matches!(view.word(index), Word::Inform | Word::Reach | Word::Sleep)
            || view.text(index) == b"database")
            && view.kind(index + 1) == Kind::Open
            && view.at(index + 1).gap == Gap::None
    });
    // `ascii(substring(…`: a character is asked for.
    let asks = matches!(view.text(at), b"ascii" | b"ord" | b"unicode")
        && matches!(view.text(inner), b"substring" | b"substr" | b"mid")
        && view.kind(inner + 1) == Kind::Open;
    if nested || asks {
        return Some(Match::medium("function"));
    }
    (place == Place::Breakout && !view.text(at).is_empty()).then_some(Match::medium("function"))
}

/// `) as x where 1=1`, `as x from y`
fn alias(view: &View<'_>, at: usize) -> Option<Match> {
    let named = view.skip_noise(at + 1);
    let next = view.skip_noise(named + 1);
    let closed = view.before(at).kind == Kind::Close;
    match view.word(next) {
        Word::Where => view.comparison(next + 1).map(|_| Match::high("condition")),
        Word::From => (closed
            || is_quote(view.before(at).kind)
            || view.before(at).kind == Kind::Number && is_quote(view.kind(at + 1)))
        .then_some(Match::medium("select")),
        _ => None,
    }
}

/// Symbols: server variables, casts, `MySQL`'s numbers that end early, ends of comments.
pub(super) fn symbol(view: &View<'_>, at: usize) -> Option<Match> {
    match view.kind(at) {
        Kind::Variable => {
            let known = matches!(
                view.text(at),
                b"@@version"
                    | b"@@hostname"
                    | b"@@datadir"
                    | b"@@basedir"
                    | b"@@servername"
                    | b"@@language"
                    | b"@@spid"
                    | b"@@global"
                    | b"@@version_compile_os"
                    | b"@@microsoftversion"
                    | b"@@innodb_version"
                    | b"@@tmpdir"
                    | b"@@rowcount"
            );
            known.then_some(Match::high("server-variable"))
        }
        Kind::Cast => {
            let typed = view.word(at + 1) == Word::Type;
            let before = view.before(at);
            let cast = matches!(before.kind, Kind::Close)
                || is_quote(before.kind)
                || view.is_end(at + 2)
                    && before.word == Word::None
                    && before.kind == Kind::Word
                    && at == 1;
            (typed && cast).then_some(Match::medium("cast"))
        }
        Kind::Exponent => {
            let next = view.at(at + 1);
            (next.gap == Gap::None && matches!(next.kind, Kind::Open | Kind::Dot))
                .then_some(Match::high("early-ending-number"))
        }
        Kind::EndComment => {
            let sql = matches!(
                view.word(view.skip_noise(at + 1)),
                Word::Union | Word::Or | Word::And | Word::Select | Word::Order | Word::Having
            );
            (sql && view.place(at) != Place::Inside).then_some(Match::medium("comment"))
        }
        Kind::Arithmetic => {
            let text = view.text(at);
            let start = at == 0 && matches!(text, b"+" | b"-" | b"*" | b"%" | b"^" | b"|");
            let inner = view.skip_opens(at + 1);
            let called = matches!(view.word(inner), Word::Sleep | Word::Reach | Word::If)
                && view.kind(inner + 1) == Kind::Open
                || view.word(inner) == Word::Select && inner > at + 1;
            (start && called).then_some(Match::high("function"))
        }
        _ => None,
    }
}

/// `un/**/ion`: a comment inside a word.
pub(super) fn split_word(view: &View<'_>, at: usize) -> Option<Match> {
    let right = view.at(at + 1);
    if right.gap != Gap::Comment || right.kind != Kind::Word {
        return None;
    }
    let (a, b) = (view.text(at), view.text(at + 1));
    let mut joined = [0_u8; 16];
    let length = a.len() + b.len();
    joined.get_mut(..a.len())?.copy_from_slice(a);
    joined.get_mut(a.len()..length)?.copy_from_slice(b);
    let found = word(joined.get(..length)?);
    let telling = matches!(
        found,
        Word::Union
            | Word::Select
            | Word::Insert
            | Word::Update
            | Word::Delete
            | Word::Drop
            | Word::Where
            | Word::From
            | Word::Sleep
            | Word::Having
            | Word::Execute
            | Word::Alter
            | Word::Create
            | Word::Order
            | Word::Declare
            | Word::Outfile
    );
    telling.then_some(Match::high("split-word"))
}
