//! SQL injection: fragments of SQL where a value lands in a statement. Judged by grammar: what
//! follows a quote that closes a string, or what a number or a whole value goes on with.
mod breakout;
mod condition;
mod operand;
mod query;
mod statement;
#[cfg(test)]
mod tests;
mod token;
mod view;
mod word;

use crate::bytes::{between, contains, from};
use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;
use token::{Kind, Lexer, Token};
use view::View;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::LONE_APOSTROPHE,
    Classes::QUOTE,
    Classes::BACKTICK,
    Classes::APOSTROPHE.with(Classes::EQUALS),
    Classes::APOSTROPHE.with(Classes::LESS),
    Classes::APOSTROPHE.with(Classes::GREATER),
    Classes::APOSTROPHE.with(Classes::DASHES),
    Classes::APOSTROPHE.with(Classes::SEMICOLON),
    Classes::APOSTROPHE.with(Classes::PAREN),
    Classes::APOSTROPHE.with(Classes::HASH),
    Classes::APOSTROPHE.with(Classes::PIPE),
    Classes::APOSTROPHE.with(Classes::PLUS),
    Classes::EQUALS.with(Classes::SPACE),
    Classes::EQUALS.with(Classes::PLUS),
    Classes::EQUALS.with(Classes::PAREN),
    Classes::COMMENT,
    Classes::CALL,
    Classes::DASHES.with(Classes::SPACE),
    Classes::DASHES.with(Classes::PLUS),
    Classes::DASHES.with(Classes::PAREN),
    Classes::DASHES.with(Classes::SEMICOLON),
    Classes::HASH.with(Classes::DIGIT),
    Classes::HASH.with(Classes::PAREN),
    Classes::DIGIT.with(Classes::TWICE),
    Classes::DIGIT.with(Classes::GREATER).with(Classes::SPACE),
    Classes::DIGIT.with(Classes::LESS).with(Classes::SPACE),
];

/// What wakes it whatever the classes; in lower case.
pub(crate) const LITERALS: &str = "\
    union select\nunion all\nunion distinct\nselect \ninsert into\ndelete from\ndrop table\n\
    drop database\nalter table\ncreate table\ncreate user\nexec xp_\nexec sp_\nexec master\n\
    xp_cmdshell\nxp_dirtree\nxp_regread\nsp_executesql\nsp_password\nsp_oacreate\ndeclare @\n\
    shutdown\nwaitfor\n having \norder by\norder+by\ngroup by\noutfile\ndumpfile\n\
    procedure analyse\ncase when\ninformation_schema\nsysobjects\nsqlite_master\n\
    sqlite_schema\npg_catalog\npg_shadow\nall_tables\n@@version\n@@hostname\n@@datadir\n\
    @@servername\n1.e.table\n::text\n::jsonb\n::int\n::boolean\ntruncate table\n\
    backup database\n exists\n or true\n; delete \n;delete \n and true\nnot like\n\
    not between\n or null\nload data\nattach database\nmsysobjects\nmsysaccess\nutl_http\n\
    utl_inaddr\ndbms_pipe\ndbms_lock\ngrant all\nmerge into\nthen 1\n) when \nunion%\n\
    +union+\n+select+";

/// Tokens that are held at once.
const TOKENS_MAX: usize = 2048;
/// How far ahead a rule may look.
const LOOKAHEAD: usize = 192;
/// What reading a byte as a part of a token costs, in steps; the rules pay for each token that
/// they look at.
const STEPS_A_BYTE: u64 = 2;
/// What making a token costs, in steps.
const STEPS_A_TOKEN: u64 = 6;
/// What a token costs each time that a rule looks at it, in steps.
const STEPS_A_LOOK: u64 = 2;
/// Tokens at the start of a text that is free in which a break-out must stand.
const FREE_TOKENS_MAX: usize = 6;
/// Free texts that are longer are prose or code.
const FREE_BYTES_MAX: usize = 512;

/// Whether a phrase of prose that is one of SQL, too, goes on as it does there.
pub(crate) fn counts(text: &[u8], start: usize, literal: &[u8]) -> bool {
    let after = from(text, start + literal.len()).trim_ascii_start();
    let next = after.first().copied().unwrap_or(b'1');
    match literal {
        b"select " => is_select(after),
        b"order by" | b"group by" | b" having " => {
            // A call has its bracket, which wakes by itself.
            let word = word_of(after);
            !next.is_ascii_alphabetic() || matches!(word.as_slice(), b"null" | b"case")
        }
        b" exists" => next == b'(' || text.len() <= SHORT_BYTES_MAX,
        b"shutdown" => text.len() <= SHORT_BYTES_MAX || contains(between(text, 0, start), b";"),
        b"not like" | b"not between" => !next.is_ascii_alphabetic(),
        _ => true,
    }
}

/// Whether what follows `select` may be a list of columns: prose has a second word.
fn is_select(after: &[u8]) -> bool {
    let word = word_of(after);
    let rest = from(after, word.len());
    let next = rest.trim_ascii_start();
    word.is_empty()
        || rest.is_empty()
        || !rest.starts_with(b" ")
        || !next.first().is_some_and(u8::is_ascii_alphabetic)
        || is_keyword(&word)
        || is_keyword(&word_of(next))
}

/// The letters, digits and underscores that a text begins with, in lower case.
fn word_of(text: &[u8]) -> Vec<u8> {
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().take(SHORT_BYTES_MAX).take_while(is_word).count();
    between(text, 0, length).to_ascii_lowercase()
}

/// Texts that are no more than a phrase.
const SHORT_BYTES_MAX: usize = 64;

/// Whether a word has a part in a statement; articles have none.
pub(crate) fn is_keyword(lower: &[u8]) -> bool {
    !matches!(word::word(lower), word::Word::None | word::Word::Article)
}

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    if text.role.is_free() && text.lower.len() > FREE_BYTES_MAX {
        return None;
    }
    if let Some(found) = read(text, false, work) {
        return Some(found);
    }
    // Where there is no blank at all, a plus may stand for it.
    let plus = text.lower.contains(&b'+') && !text.lower.contains(&b' ');
    if plus { read(text, true, work) } else { None }
}

/// Reads the text in windows of tokens.
fn read(text: &Text<'_>, plus: bool, work: &mut Work) -> Option<Match> {
    work.spend(STEPS_A_BYTE * text.lower.len() as u64).ok()?;
    let mut lexer = Lexer::new(text.lower, plus);
    let mut tokens: Vec<Token> = Vec::with_capacity((text.lower.len() / 2 + 8).min(TOKENS_MAX));
    let (mut first, mut ended, mut judged) = (true, false, 0);
    loop {
        let held = tokens.len();
        while tokens.len() < TOKENS_MAX && !ended {
            match lexer.next() {
                Some(token) => tokens.push(token),
                None => ended = true,
            }
        }
        work.spend(STEPS_A_TOKEN * (tokens.len() - held) as u64).ok()?;
        let view = View::new(text.bytes, text.lower, &tokens, first);
        if text.role.is_free() {
            return free(&view);
        }
        let until = if ended { tokens.len() } else { TOKENS_MAX - LOOKAHEAD };
        for at in judged..until {
            let found = judge(&view, at);
            work.spend(STEPS_A_LOOK * view.looks()).ok()?;
            if found.is_some() {
                return found;
            }
        }
        if ended {
            return None;
        }
        judged = KEPT;
        tokens.drain(..until - KEPT);
        first = false;
    }
}

/// Tokens before the current one that stay in sight when the window moves.
const KEPT: usize = 8;

/// In prose and source code only a value that breaks out of its quotes at once counts.
fn free(view: &View<'_>) -> Option<Match> {
    let quote = (0..FREE_TOKENS_MAX).find(|at| view.at(*at).kind == Kind::Apostrophe)?;
    if quote > 0 && view.at(quote).gap != token::Gap::None {
        return None;
    }
    let next = view.skip_closes(quote + 1);
    if view.place(next) != view::Place::Breakout || view.kind(next + 1) == Kind::Apostrophe {
        return None;
    }
    let strong = |found: &Match| found.confidence == crate::family::Confidence::High;
    condition::judge(view, next)
        .or_else(|| query::judge(view, next))
        .or_else(|| statement::stacked(view, next))
        .filter(strong)
}

/// The rules that can begin at a token.
fn judge(view: &View<'_>, at: usize) -> Option<Match> {
    let token = view.at(at);
    if token.gap == token::Gap::Version
        && (view.at(at).word != word::Word::None || token.kind != Kind::Word)
        && token.word != word::Word::Article
    {
        return Some(Match::high("version-comment"));
    }
    match token.kind {
        Kind::Word => {
            if token.word == word::Word::None {
                return query::split_word(view, at);
            }
            condition::judge(view, at)
                .or_else(|| query::judge(view, at))
                .or_else(|| statement::leading(view, at))
        }
        Kind::Apostrophe | Kind::Quote | Kind::Backtick => breakout::judge(view, at),
        Kind::Pipes | Kind::Ands => condition::judge(view, at),
        Kind::Arithmetic => condition::judge(view, at).or_else(|| query::symbol(view, at)),
        Kind::Semicolon => statement::stacked(view, at),
        Kind::Variable | Kind::Exponent | Kind::Cast | Kind::EndComment => query::symbol(view, at),
        Kind::Open if at == 0 => condition::computed(view),
        Kind::Close | Kind::Number => breakout::tail(view, at),
        _ => None,
    }
}
