//! Operators of `MongoDB` and `CouchDB`.
use super::{byte, is_word, skip_blanks, starts};
use crate::finding::Match;

/// Operators of queries, and stages of pipelines that read or write elsewhere. Keys that other
/// formats use (`$schema`, `$ref`, `$id`, `$date`, `$oid`) are not among them.
const OPERATORS: &[&[u8]] = &[
    b"eq",
    b"ne",
    b"gt",
    b"gte",
    b"lt",
    b"lte",
    b"in",
    b"nin",
    b"not",
    b"nor",
    b"and",
    b"or",
    b"exists",
    b"regex",
    b"options",
    b"where",
    b"expr",
    b"jsonschema",
    b"mod",
    b"all",
    b"elemmatch",
    b"size",
    b"text",
    b"search",
    b"near",
    b"nearsphere",
    b"geowithin",
    b"geointersects",
    b"function",
    b"accumulator",
    b"lookup",
    b"out",
    b"merge",
    b"unionwith",
    b"graphlookup",
    b"bitsallclear",
    b"bitsallset",
    b"bitsanyclear",
    b"bitsanyset",
    b"rand",
    b"natural",
    b"match",
    b"project",
    b"facet",
    b"collstats",
    b"indexstats",
    b"currentop",
    b"listsessions",
    b"query",
    b"orderby",
    b"explain",
    b"returnkey",
    b"maxtimems",
    b"beginswith",
    b"keymapmatch",
    b"allmatch",
    b"rename",
    b"unset",
    b"inc",
    b"mul",
    b"set",
    b"setoninsert",
    b"push",
    b"pop",
    b"pull",
    b"pullall",
    b"addtoset",
    b"type",
    b"cond",
    b"ifnull",
    b"switch",
    b"substr",
    b"concat",
    b"map",
    b"reduce",
    b"filter",
];

fn is_operator(name: &[u8]) -> bool {
    OPERATORS.contains(&name)
}

/// Bytes before an operator that are looked at.
const NEAR_BYTES_MAX: usize = 256;

fn name_at(lower: &[u8], dollar: usize) -> &[u8] {
    let tail = lower.get(dollar + 1..(dollar + 20).min(lower.len())).unwrap_or_default();
    let end = tail.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    tail.get(..end.unwrap_or(tail.len())).unwrap_or_default()
}

/// Whether a key is an operator, or has one as a part: `$ne`, `user[$ne]`, `user.$where`.
pub(super) fn key(lower: &[u8]) -> bool {
    lower
        .split(|byte| matches!(byte, b'[' | b']' | b'.'))
        .any(|part| part.strip_prefix(b"$").is_some_and(is_operator))
}

/// An operator in a value: `{ $ne: 1 }`, `[$ne]=1`, `true, $where: '1 == 1'`.
pub(super) fn value(bytes: &[u8], lower: &[u8], dollar: usize) -> Option<Match> {
    let name = name_at(lower, dollar);
    if !is_operator(name) {
        return None;
    }
    let end = dollar + 1 + name.len();
    let before = lower.get(dollar.saturating_sub(NEAR_BYTES_MAX)..dollar).unwrap_or_default();
    if before.last() == Some(&b'[') && byte(lower, end) == b']' {
        return Some(Match::high("operator"));
    }
    let quoted = matches!(byte(lower, end), b'"' | b'\'');
    let head = match before.split_last() {
        Some((b'"' | b'\'', head)) if quoted => head,
        _ => before,
    };
    let colon = skip_blanks(lower, end + usize::from(quoted));
    if byte(lower, colon) != b':' || byte(lower, colon + 1) == b':' {
        return None;
    }
    let start = head.trim_ascii_end();
    // `query ($text: String, $in: [Int!])` declares variables: a type follows.
    let value = skip_blanks(lower, colon + 1);
    let inner = value + usize::from(byte(lower, value) == b'[');
    let typed = bytes.get(inner).is_some_and(u8::is_ascii_uppercase);
    match start.last() {
        Some(b'{') => (!typed).then_some(Match::high("operator")),
        Some(b',' | b'\'' | b'"') => {
            (!typed && !start.contains(&b'(')).then_some(Match::high("operator"))
        }
        None => (!typed).then_some(Match::medium("operator")),
        _ => None,
    }
}

/// `}, { password : /.*/ }` and `'} ], $comment:'`: the document is closed and another begun.
pub(super) fn next_document(lower: &[u8], brace: usize) -> Option<Match> {
    let comma = skip_blanks(lower, brace + 1);
    let open = skip_blanks(lower, comma + 1);
    let opened = byte(lower, comma) == b',' && byte(lower, open) == b'{';
    let balanced = lower
        .get(brace.saturating_sub(NEAR_BYTES_MAX)..brace)
        .is_some_and(|head| head.contains(&b'{'));
    if opened && !balanced {
        let mut from = skip_blanks(lower, open + 1);
        while is_word(lower, from) && from < open + 64 {
            from += 1;
        }
        let colon = skip_blanks(lower, from);
        let regex = skip_blanks(lower, colon + 1);
        if byte(lower, colon) == b':' && byte(lower, regex) == b'/' {
            return Some(Match::high("document"));
        }
    }
    let bracket = skip_blanks(lower, brace + 1);
    let after = skip_blanks(lower, bracket + 1);
    let next = skip_blanks(lower, after + 1);
    (byte(lower, bracket) == b']' && byte(lower, after) == b',' && starts(lower, next, b"$"))
        .then_some(Match::high("document"))
}
