//! Redis, Memcached, Elasticsearch, Neo4j, `CouchDB`.
use super::{byte, is_word, near, starts};
use crate::finding::Match;

/// Bytes of a value that a query is appended to.
const VALUE_BYTES_MAX: usize = 512;

/// A line that begins with a command of Redis or Memcached.
pub(super) fn line(bytes: &[u8], lower: &[u8], at: usize) -> Option<Match> {
    if at == 0 || byte(lower, at - 1) != b'\r' {
        return None;
    }
    let from = at + 1;
    let protocol = byte(lower, from) == b'*'
        && byte(lower, from + 1).is_ascii_digit()
        && near(lower, from, 12, &[b"\r\n$"]);
    let named = [
        b"config set ".as_slice(),
        b"flushall",
        b"flush_all",
        b"slaveof ",
        b"replicaof ",
        b"bgsave",
        b"eval \"",
        b"module load",
    ]
    .iter()
    .any(|name| starts(lower, from, name));
    if protocol || named {
        return Some(Match::high("command"));
    }
    let capitals = [
        b"SET ".as_slice(),
        b"GET ",
        b"DEL ",
        b"KEYS ",
        b"HSET ",
        b"LPUSH ",
        b"SADD ",
        b"EVAL ",
        b"AUTH ",
        b"SAVE",
    ]
    .iter()
    .any(|name| starts(bytes, from, name));
    // `GET / HTTP/1.1` is a request of another kind.
    let http = near(bytes, from, 256, &[b" HTTP/"]);
    if capitals && !http {
        return Some(Match::medium("command"));
    }
    let stored = [b"set ".as_slice(), b"add ", b"replace "]
        .into_iter()
        .find(|name| starts(lower, from, name))?;
    let tail = lower.get(from + stored.len()..(from + 160).min(lower.len()))?;
    let end = tail.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(tail.len());
    let mut words = tail.get(..end)?.split(|byte| *byte == b' ').skip(1);
    let digits = |word: Option<&[u8]>| {
        word.is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
    };
    (digits(words.next()) && digits(words.next()) && digits(words.next()))
        .then_some(Match::high("command"))
}

/// `*:*` of Lucene behind `or` or as the whole text; scripts of Elasticsearch.
pub(super) fn symbol(lower: &[u8], at: usize) -> Option<Match> {
    // `*3`, then `$3` and `SET` on lines of their own: the protocol of Redis.
    let first = lower.get(..at).is_some_and(|head| head.trim_ascii().is_empty());
    if first && byte(lower, at) == b'*' && byte(lower, at + 1).is_ascii_digit() {
        let line = lower.get(at + 1..(at + 8).min(lower.len())).unwrap_or_default();
        let end = line.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(line.len());
        let size = at + 1 + end;
        let next = size + if starts(lower, size, b"\r\n") { 2 } else { 1 };
        if matches!(byte(lower, size), b'\r' | b'\n')
            && byte(lower, next) == b'$'
            && byte(lower, next + 1).is_ascii_digit()
        {
            return Some(Match::high("command"));
        }
    }
    if starts(lower, at, b"*:*") {
        let head = lower.get(at.saturating_sub(32)..at).unwrap_or_default().trim_ascii_end();
        let joined = head.ends_with(b" or")
            || head.ends_with(b"||")
            || head.ends_with(b"\"or")
            || head.ends_with(b") or");
        return joined.then_some(Match::medium("match-all"));
    }
    let script = byte(lower, at) == b'{' && near(lower, at, 24, &[b"script_fields"]);
    script.then_some(Match::high("script"))
}

/// What may be a clause of Neo4j behind a quote: where it begins, and whether a brace is closed
/// before it.
pub(super) fn clause(lower: &[u8], at: usize) -> Option<(usize, bool)> {
    if byte(lower, at) == b';' || at > VALUE_BYTES_MAX {
        return None;
    }
    let mut from = at + 1;
    let mut closed = false;
    while matches!(byte(lower, from), b'}' | b')' | b' ' | b'\'' | b'"' | b']') && from < at + 12 {
        closed |= matches!(byte(lower, from), b'}');
        from += 1;
    }
    let clause = [
        b"return ".as_slice(),
        b"match (",
        b"match(",
        b"detach ",
        b"call ",
        b"with ",
        b"union ",
        b"set ",
        b"delete ",
        b"create (",
        b"merge (",
        b"load csv",
        b"where ",
        b"or ",
        b"and ",
    ]
    .iter()
    .any(|clause| starts(lower, from, clause));
    (clause && (from > at + 1 || starts(lower, from, b"return"))).then_some((from, closed))
}

/// Judges such a clause: `'}) return n//`, `' or 1=1 return`
pub(super) fn behind(lower: &[u8], from: usize, closed: bool) -> Option<Match> {
    let goes_on = near(
        lower,
        from,
        160,
        &[
            b"//",
            b"detach delete",
            b"return ",
            b"load csv",
            b"call db.",
            b"call apoc.",
            b"call dbms.",
        ],
    );
    let commented = near(lower, from, 300, &[b"//"]) && !near(lower, from, 300, &[b"://"]);
    let deletes = near(
        lower,
        from,
        200,
        &[b"detach delete", b"load csv", b"call db.", b"call apoc.", b"call dbms."],
    );
    ((closed && goes_on) || deletes || commented && near(lower, from, 160, &[b"return "]))
        .then_some(Match::high("graph-query"))
}

/// Calls and clauses that no value has.
pub(super) fn word(lower: &[u8], at: usize) -> Option<Match> {
    let first =
        at <= 64 && lower.get(..at).is_some_and(|head| !head.iter().any(u8::is_ascii_alphanumeric));
    if starts(lower, at, b"redis.call(") || starts(lower, at, b"redis.pcall(") {
        return Some(Match::high("script"));
    }
    if starts(lower, at, b"java.lang.runtime") {
        return Some(Match::high("script"));
    }
    if starts(lower, at, b"load csv from ") || starts(lower, at, b"load csv with headers from ") {
        return Some(Match::high("graph-query"));
    }
    if first && (starts(lower, at, b"match (") || starts(lower, at, b"match(")) {
        let tail =
            near(lower, at, 200, &[b") return ", b") detach delete", b") delete ", b") set "]);
        return tail.then_some(Match::medium("graph-query"));
    }
    if starts(lower, at, b"call db.")
        || starts(lower, at, b"call apoc.")
        || starts(lower, at, b"call dbms.")
    {
        return near(lower, at, 80, &[b"("]).then_some(Match::medium("graph-query"));
    }
    if starts(lower, at, b"mapreduce(") && near(lower, at, 48, &[b"function"]) {
        return Some(Match::high("database-call"));
    }
    if starts(lower, at, b"org.couchdb.user:") && !is_word(lower, at.wrapping_sub(1)) {
        return Some(Match::low("user-document"));
    }
    None
}
