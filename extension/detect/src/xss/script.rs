//! Script without markup: what leaves a string of somebody else's script, or needs none.
use super::Page;
use crate::bytes::{
    at, before, begins_any, between, contains, contains_any, find_words, from, is_word, places,
    skip_blank, skip_blank_back, trim, word_at, word_before,
};
use crate::finding::Match;

/// Objects through which everything can be reached.
const GLOBALS: &[&[u8]] = &[
    b"window",
    b"self",
    b"top",
    b"parent",
    b"frames",
    b"globalthis",
    b"document",
    b"this",
    b"location",
    b"content",
    b"opener",
];

/// Members of a document or window that only script asks for.
const MEMBERS: &[&[u8]] = &[
    b"cookie",
    b"domain",
    b"location",
    b"write",
    b"documenturi",
    b"body",
    b"forms",
    b"referrer",
    b"createelement",
    b"getelement",
    b"queryselector",
    b"defaultview",
    b"execcommand",
    b"all",
    b"documentelement",
    b"scripts",
    b"url",
    b"open",
    b"onload",
    b"onerror",
    b"parentwindow",
    b"implementation",
    b"head",
    b"append",
    b"import",
    b"activeelement",
    b"links",
    b"images",
];

/// Judges every call, every string that is left, and script in the writing of puzzles.
pub(super) fn inspect(page: &Page<'_>) -> Option<Match> {
    code(page).or_else(|| {
        let bare = uncommented(page.lower)?;
        code(&Page { lower: &bare, bytes: &bare, ..*page })
    })
}

/// A text without comments and the blanks around them, if it has any.
fn uncommented(lower: &[u8]) -> Option<Vec<u8>> {
    find_words(lower, b"*/", 0)?;
    let mut bare = Vec::with_capacity(lower.len());
    let mut rest = lower;
    while let Some(open) = find_words(rest, b"/*", 0) {
        join(&mut bare, between(rest, 0, open));
        let body = from(rest, open + 2);
        let Some(close) = find_words(body, b"*/", 0) else { break };
        rest = from(body, close + 2);
    }
    join(&mut bare, rest);
    Some(bare)
}

/// Adds a part without the blanks that surround it and those around its dots and brackets.
fn join(bare: &mut Vec<u8>, part: &[u8]) {
    for byte in trim(part) {
        let tight = matches!(byte, b'.' | b'[' | b'(');
        while tight && bare.last().is_some_and(|last| *last <= b' ') {
            bare.pop();
        }
        if *byte > b' ' || !matches!(bare.last(), Some(b'.' | b'[' | b'(')) {
            bare.push(*byte);
        }
    }
}

fn code(page: &Page<'_>) -> Option<Match> {
    let lower = page.lower;
    places(lower, b'(')
        .find_map(|place| call(page, place))
        .or_else(|| places(lower, b'`').find_map(|place| tagged(lower, place)))
        .or_else(|| places(lower, b'[').find_map(|place| member(page, place)))
        .or_else(|| places(lower, b'.').find_map(|place| document(lower, place)))
        .or_else(|| places(lower, b'=').find_map(|place| assignment(lower, place)))
        .or_else(|| puzzle(page))
}

/// A function that runs its argument or shows itself.
fn call(page: &Page<'_>, place: usize) -> Option<Match> {
    let lower = page.lower;
    let end = uncomment_back(lower, place);
    let name = word_before(lower, end);
    let start = end - name.len();
    let prior = before(lower, start);
    let argument = from(lower, skip_blank(lower, place + 1));
    let hostile = match name {
        b"alert" | b"prompt" | b"confirm" | b"print" | b"msgbox" => {
            shows(lower, name, start, argument)
        }
        b"eval" | b"execscript" => !begins_any(argument, &[b")", b"s)"]),
        b"settimeout" | b"setinterval" | b"setimmediate" | b"function" => {
            runs_text(argument) || (prior == b'.' && begins_any(argument, &[b"function", b"()"]))
        }
        b"atob" | b"fetch" | b"import" | b"importscripts" | b"worker" => {
            begins_any(argument, &[b"'", b"\"", b"`", b"//", b"location", b"name", b"document"])
                && prior != b'@'
        }
        b"fromcharcode"
        | b"writeln"
        | b"insertadjacenthtml"
        | b"createcontextualfragment"
        | b"getscript"
        | b"sendbeacon"
        | b"showmodaldialog"
        | b"fromcodepoint" => prior == b'.',
        b"constructor" => prior == b'.' && at(argument, 0) != b')',
        b"xmlhttprequest" | b"activexobject" => true,
        b"apply" | b"call" | b"bind" => prior == b'.' && is_sink(word_before(lower, start - 1)),
        b"find" | b"map" | b"foreach" | b"some" | b"every" | b"filter" | b"from" | b"findindex"
        | b"replace" | b"then" | b"sort" | b"reduce" | b"defineproperty" => {
            prior == b'.' && is_sink(word_at(argument, 0))
        }
        b"" => nameless(lower, end, argument),
        _ => false,
    };
    let hostile = hostile || (!page.is_key && string_break_out(lower, start, name));
    hostile.then_some(Match::high("script-call"))
}

/// Before the comments and blanks that end at `end`; at most one of each.
fn uncomment_back(lower: &[u8], end: usize) -> usize {
    let head = between(lower, 0, end);
    let head = head.strip_suffix(b"?.").unwrap_or(head);
    let blanks = head.iter().rev().take(4).take_while(|byte| **byte < b' ').count();
    let head = between(head, 0, head.len() - blanks);
    if !head.ends_with(b"*/") {
        return head.len();
    }
    let near = from(head, head.len().saturating_sub(40));
    match memchr::memmem::rfind(near, b"/*") {
        Some(comment) => head.len() - near.len() + comment,
        None => head.len(),
    }
}

fn is_sink(name: &[u8]) -> bool {
    matches!(name, b"alert" | b"prompt" | b"confirm" | b"eval" | b"print" | b"execscript")
}

/// Whether a dialog is called, and not a plural written: `alert(s)`.
fn shows(lower: &[u8], name: &[u8], start: usize, argument: &[u8]) -> bool {
    let prior = before(lower, start);
    let broken = matches!(
        prior,
        b'"' | b'\''
            | b'`'
            | b'-'
            | b'+'
            | b';'
            | b'('
            | b'='
            | b'{'
            | b'}'
            | b'*'
            | b'/'
            | b'^'
            | b'|'
            | b'&'
            | b'!'
            | b'~'
            | b'%'
            | b'>'
            | b'<'
            | b'?'
            | b':'
            | b','
            | b'.'
            | b'['
            | b')'
    );
    if name == b"print" {
        return broken && prior != b'.' && at(argument, 0) == b')';
    }
    if at(argument, 0) == b')' {
        return broken || start == 0;
    }
    let word = word_at(argument, 0);
    match word.first() {
        None => matches!(
            at(argument, 0),
            b'"' | b'\''
                | b'`'
                | b'/'
                | b'('
                | b'['
                | b'!'
                | b'+'
                | b'{'
                | b'-'
                | b'\\'
                | b'<'
                | b'.'
        ),
        Some(first) if first.is_ascii_digit() => true,
        Some(_) => word.len() > 2 || at(argument, word.len()) != b')' || broken,
    }
}

/// Whether an argument is program text.
fn runs_text(argument: &[u8]) -> bool {
    match at(argument, 0) {
        b'"' | b'\'' | b'`' => contains_any(
            between(argument, 1, 80),
            &[b"(", b"`", b"alert", b"eval", b"document", b"location", b"=", b"\\"],
        ),
        b'/' => true,
        _ => {
            is_sink(word_at(argument, 0))
                || begins_any(
                    argument,
                    &[b"atob(", b"string.from", b"location.", b"name)", b"unescape("],
                )
        }
    }
}

/// A call of what is no name: `(alert)(1)`, `top['al'+'ert'](1)`.
fn nameless(lower: &[u8], place: usize, argument: &[u8]) -> bool {
    match before(lower, place) {
        b')' => {
            let near = between(lower, place.saturating_sub(48), place - 1);
            memchr::memrchr(b'(', near).is_some_and(|open| {
                let inner = trim(from(near, open + 1));
                let last = inner.len() - word_before(inner, inner.len()).len();
                is_sink(from(inner, last))
            }) || near.ends_with(b"\"") && contains(near, b"constructor")
        }
        b']' => {
            let near = between(lower, place.saturating_sub(160), place - 1);
            // Not before the call that came last, so that no byte is read twice.
            let last = memchr::memmem::rfind(near, b"](").map_or(0, |last| last + 2);
            let near = from(near, last);
            memchr::memchr(b'[', near).is_some()
                && (places(near, b'[').any(|open| GLOBALS.contains(&word_before(near, open)))
                    || contains_any(near, &[b"[\"constructor\"", b"['constructor'"]))
        }
        // A dialog in brackets before its own call is seen at the second; this is `,alert(1)`
        // after an operator, which `call` sees.
        _ => {
            is_sink(word_at(argument, 0))
                && at(argument, word_at(argument, 0).len()) == b')'
                && matches!(at(argument, word_at(argument, 0).len() + 1), b'(' | b'`' | b'?')
        }
    }
}

/// A template as an argument: alert`1`.
fn tagged(lower: &[u8], place: usize) -> Option<Match> {
    let end = uncomment_back(lower, place);
    let name = word_before(lower, end);
    let next = at(lower, place + 1);
    // A backtick also closes a name in prose; a template that is an argument holds something.
    let filled = end == place && (is_word(next) || matches!(next, b'{' | b'\\'));
    let fence = next == b'`' && at(lower, place + 2) == b'`';
    let runs = is_sink(name) && name != b"print" && !fence
        || matches!(name, b"settimeout" | b"setinterval" | b"atob") && next > b' ';
    let function = matches!(name, b"function" | b"constructor" | b"call") && filled;
    (runs || function).then_some(Match::high("script-call"))
}

/// A member by a name that is put together: `self['al'+'ert']`, `document["cookie"]`.
fn member(page: &Page<'_>, place: usize) -> Option<Match> {
    let lower = page.lower;
    let end = if before(lower, place) == b')' { place - 1 } else { place };
    let name = word_before(lower, end);
    if name.is_empty() || page.is_key || !GLOBALS.contains(&name) {
        return None;
    }
    let first = at(lower, skip_blank(lower, place + 1));
    let made = matches!(first, b'"' | b'\'' | b'`' | b'/' | b'\\' | b'(')
        || begins_any(from(lower, place + 1), &[b"atob", b"eval", b"name", b"object.", b"string"])
        || (first.is_ascii_digit() && contains(between(lower, place, place + 24), b".tostring"));
    made.then_some(Match::high("script-member"))
}

/// Members of a document or window where script has them: `+document.cookie`.
fn document(lower: &[u8], place: usize) -> Option<Match> {
    let object = word_before(lower, place);
    let member = word_at(lower, place + 1);
    if member.is_empty() {
        return None;
    }
    let asked = match object {
        b"document" => MEMBERS.iter().any(|name| member.starts_with(name)),
        b"window" | b"self" | b"top" | b"parent" | b"globalthis" | b"frames" => begins_any(
            member,
            &[
                b"location",
                b"name",
                b"open",
                b"document",
                b"onerror",
                b"alert",
                b"eval",
                b"atob",
                b"localstorage",
            ],
        ),
        b"location" => begins_any(member, &[b"href", b"hash", b"search", b"assign", b"replace"]),
        b"localstorage" | b"sessionstorage" => member.starts_with(b"getitem"),
        _ => false,
    };
    if !asked {
        return None;
    }
    let start = place - object.len();
    let prior = before(lower, start);
    let after = skip_blank(lower, place + 1 + member.len());
    let bound = matches!(at(lower, after), b'=' | b'(' | b'[' | b'+' | b'`' | b';' | b')' | b'.')
        && (at(lower, after) != b'.' || at(lower, after + 1).is_ascii_alphabetic())
        && !(at(lower, after) == b'(' && at(lower, after + 1) == b')' && prior <= b' ');
    let joined = matches!(
        prior,
        b'=' | b'+' | b'(' | b';' | b'{' | b'"' | b'\'' | b'`' | b',' | b'-' | b'[' | b'}' | b'/'
    );
    let alone = start == 0 && after >= lower.len();
    (alone
        || joined && (bound || after >= lower.len() || matches!(at(lower, after), 0..b'0' | b'}'))
        || start == 0 && bound
        || bound && matches!(at(lower, after), b'=' | b'+'))
    .then_some(Match::high("script-member"))
}

/// An assignment that makes a call later, or leads the window elsewhere.
fn assignment(lower: &[u8], place: usize) -> Option<Match> {
    let end = skip_blank_back(lower, place);
    let name = word_before(lower, end);
    let value = from(lower, skip_blank(lower, place + 1));
    let word = word_at(value, 0);
    let hooked = matches!(name, b"valueof" | b"tostring" | b"tojson" | b"onerror" | b"hasinstance")
        || (name.is_empty() && before(lower, end) == b']');
    let prior = before(lower, end - name.len());
    let broken = matches!(
        prior,
        b'"' | b'\'' | b'`' | b';' | b'{' | b'(' | b'}' | b'+' | b'-' | b'|' | b'&' | b',' | b'/'
    );
    let leads = matches!(name, b"location" | b"innerhtml" | b"outerhtml" | b"srcdoc")
        && (broken || prior == b'.')
        && matches!(
            at(value, 0),
            b'"' | b'\'' | b'`' | b'/' | b'n' | b'a' | b'd' | b'h' | b'u' | b's'
        );
    let renamed = is_sink(word)
        && matches!(at(value, word.len()), b',' | b';' | b')' | b'}')
        && contains_any(between(value, word.len(), 80), &[b"(", b"`"]);
    (hooked && is_sink(word) || leads || renamed).then_some(Match::high("script-assignment"))
}

/// The end of a string, an operator, and a call: `'-f(`, `";f(`, `\');f(`.
fn string_break_out(lower: &[u8], start: usize, name: &[u8]) -> bool {
    if name.len() < 3 || !name.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let near = between(lower, start.saturating_sub(6), start);
    let quote = near.iter().rposition(|byte| matches!(byte, b'"' | b'\''));
    let Some(quote) = quote else { return false };
    let gap = from(near, quote + 1);
    let operator =
        gap.iter().any(|byte| matches!(byte, b'-' | b'+' | b';' | b'*' | b'^' | b'}' | b'%'));
    operator
        && gap.iter().all(|byte| {
            matches!(byte, b'-' | b'+' | b';' | b'*' | b'^' | b'}' | b'%' | b')' | b']')
        })
}

/// Script out of brackets and signs alone.
fn puzzle(page: &Page<'_>) -> Option<Match> {
    let lower = page.lower;
    let signs: &[&[u8]] = &[
        b"(![]+[])",
        b"[][(![]",
        b"+!+[]",
        b"=~[];",
        b"(+[]+",
        b"(!![]+[])",
        b"!+[]+!+[]",
        b"({}+[])",
        b"([]+{})",
        b"[+!!",
        b"[+[]]",
        b"\xef\xbe\x9f\xcf\x89\xef\xbe\x9f",
        b"(''+!",
        b"=!''+",
        b"''+{}",
    ];
    if contains_any(lower, signs) {
        return Some(Match::high("script-puzzle"));
    }
    assembled(lower).or_else(|| client_template(page))
}

/// A name that is put together out of pieces: `'al'+'ert'`, `/ev/.source+/al/.source`.
fn assembled(lower: &[u8]) -> Option<Match> {
    let joints: &[&[u8]] = &[
        b"'+'",
        b"\"+\"",
        b"`+`",
        b"||'",
        b"||\"",
        b"'+",
        b"\"+",
        b".source+",
        b"' + '",
        b"\" + \"",
    ];
    let blanks = memchr::memchr_iter(b' ', lower).count();
    if blanks * 10 > lower.len() || !contains_any(lower, joints) {
        return None;
    }
    let letters: Vec<u8> = lower.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    contains_any(
        &letters,
        &[
            b"eval",
            b"alert1",
            b"javascript",
            b"fromcharcode",
            b"documentcookie",
            b"windowlocation",
            b"alertdocument",
            b"alertxss",
        ],
    )
    .then_some(Match::medium("script-assembly"))
}

/// A template that the page itself fills in: what computes there runs in the browser.
fn client_template(page: &Page<'_>) -> Option<Match> {
    let lower = page.lower;
    let open = find_words(lower, b"{{", 0)?;
    let inner = from(lower, open + 2);
    contains_any(
        inner,
        &[
            b"constructor",
            b"$eval",
            b"$on.",
            b"$event",
            b"alert",
            b"_c.",
            b"__proto__",
            b"charat",
            b"[].map",
            b"_openblock",
            b"_v.",
            b"$el.",
            b"$emit",
        ],
    )
    .then_some(Match::high("client-template"))
}
