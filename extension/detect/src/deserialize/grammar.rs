//! Textual forms: PHP, Python's oldest pickle, YAML and JSON with types.
use crate::bytes::{
    at, before, begins_any, between, contains, contains_any, from, is_word, places, places_of,
    skip_blank, trim,
};
use crate::finding::Match;

/// A PHP object where one can begin: at the start, in an array, after a session's name.
pub(super) fn php_anywhere(bytes: &[u8]) -> Option<Match> {
    php_starts(bytes).find_map(|start| php(from(bytes, start)))
}

/// Whether a text has a place where one can begin.
pub(super) fn may_be_php(bytes: &[u8]) -> bool {
    php_starts(bytes).next().is_some()
}

fn php_starts(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    places(bytes, b':').filter_map(|colon| {
        let start = colon.checked_sub(1)?;
        let prior = before(bytes, start);
        let begins = matches!(at(bytes, start), b'O' | b'C' | b'a' | b'o');
        let counted = matches!(at(bytes, colon + 1), b'0'..=b'9' | b'+');
        (begins && counted && !prior.is_ascii_alphanumeric() && prior != b':').then_some(start)
    })
}

/// `O:4:"Name":2:{` and `a:1:{`.
pub(super) fn php(bytes: &[u8]) -> Option<Match> {
    let (kind, rest) = bytes.split_first()?;
    let (_, rest) = number(rest)?;
    if *kind == b'a' {
        let body = rest.strip_prefix(b":{")?;
        let first = begins_any(body, &[b"s:", b"i:", b"O:", b"S:"]);
        let closed = contains_any(between(body, 0, 400), &[b";", b"\"}"]);
        return (first && closed).then_some(Match::medium("php-array"));
    }
    let name = rest.strip_prefix(b":")?;
    let name = name
        .strip_prefix(b"\\\"")
        .or_else(|| name.strip_prefix(b"\""))
        .or_else(|| name.strip_prefix(b"'"))?;
    let is_name = |byte: &&u8| is_word(**byte) || **byte >= 0x80 || matches!(**byte, b'\\' | b':');
    let length = name.iter().take(200).take_while(is_name).count();
    let after = from(name, length);
    let after = after.strip_prefix(b"\"").or_else(|| after.strip_prefix(b"'")).unwrap_or(after);
    let (_, body) = number(after)?;
    (body.starts_with(b":{") || body.starts_with(b":")).then_some(Match::high("php-object"))
}

/// A colon and a number, with the sign that slips past filters.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let rest = bytes.strip_prefix(b":")?;
    let rest = rest.strip_prefix(b"+").unwrap_or(rest);
    let digits = rest.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then(|| (digits, from(rest, digits)))
}

/// The word up to a line break.
pub(super) fn line(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().take(64).take_while(|byte| is_word(**byte) || **byte == b'.').count();
    if matches!(at(bytes, length), b'\n' | b'\r') { between(bytes, 0, length) } else { &[] }
}

/// A global by module and name, and a call: `c` module, name, arguments, `R`, and the full stop.
pub(super) fn pickled(bytes: &[u8]) -> bool {
    let start = usize::from(at(bytes, 0) == b'(');
    let mark = at(bytes, start);
    if !matches!(mark, b'c' | b'i') {
        return false;
    }
    let module = line(from(bytes, start + 1));
    let name = line(from(bytes, start + 2 + module.len()));
    let rest = from(bytes, start + 3 + module.len() + name.len());
    let builds =
        matches!(at(rest, 0), b'(' | b'S' | b'V' | b'N' | b'p' | b'q' | b'I' | b')' | b'l' | 0x85);
    !module.is_empty()
        && !name.is_empty()
        && (builds && contains_any(rest, &[b"R", b"o", b"b", b"\x81"]) || mark == b'i')
}

/// Tags of YAML that name a class by its packages: `!!a.b.C`.
pub(super) fn yaml(bytes: &[u8]) -> Option<Match> {
    let tagged = places_of(bytes, b"!!").any(|place| {
        let name = from(bytes, place + 2);
        let length =
            name.iter().take(200).take_while(|byte| is_word(**byte) || **byte == b'.').count();
        let name = between(name, 0, length);
        let class = name
            .rsplit(|byte| *byte == b'.')
            .next()
            .and_then(<[u8]>::first)
            .is_some_and(u8::is_ascii_uppercase);
        let dots = places(name, b'.').count();
        let lower = name.first().is_some_and(u8::is_ascii_lowercase);
        class && lower && dots > 1 && !before(bytes, place).is_ascii_alphanumeric()
    });
    let dotnet = contains(bytes, b"!System.") && !contains(bytes, b"!System.out");
    (tagged || dotnet).then_some(Match::high("yaml-type"))
}

/// Whether a string of JSON that begins a text is the full name of a class: its package is in
/// small letters and it has a capital, or its assembly is named.
pub(super) fn names_class(text: &[u8]) -> bool {
    let Some(value) = text.strip_prefix(b"\"") else { return false };
    let length = value.iter().take(300).position(|byte| *byte == b'"').unwrap_or_default();
    let value = between(value, 0, length);
    let value = value.strip_prefix(b"[").or(value.strip_prefix(b"L")).unwrap_or(value);
    let (name, assembly) = match memchr::memchr(b',', value) {
        Some(comma) => (between(value, 0, comma), trim(from(value, comma + 1))),
        None => (value, b"".as_slice()),
    };
    let is_part = |byte: &u8| is_word(*byte) || b".`[]+;".contains(byte);
    let mut parts = name.rsplit(|byte| *byte == b'.');
    let last = parts.next().and_then(<[u8]>::first).is_some_and(u8::is_ascii_uppercase);
    let packages = parts.clone().count();
    let small = parts.all(|part| part.first().is_some_and(u8::is_ascii_lowercase));
    let dotnet = name.starts_with(b"System.") || is_dotted(assembly);
    name.iter().all(is_part) && last && (small && packages > 1 || dotnet && packages > 0)
}

/// A member that names a class: `"@type":"a.b.C"`, `"$type":"A.B, C"`; its name ends at `end`.
pub(super) fn member(lower: &[u8], bytes: &[u8], end: usize) -> Option<Match> {
    let after = skip_blank(lower, end);
    let quote = at(lower, after);
    if !matches!(quote, b'"' | b'\'' | b'\\') {
        return None;
    }
    let colon = skip_blank(lower, after + 1 + usize::from(quote == b'\\'));
    let open = skip_blank(lower, colon + 1);
    (at(lower, colon) == b':' && qualified(from(bytes, open)))
        .then_some(Match::medium("polymorphic-type"))
}

/// Whether a quotation holds the full name of a class.
fn qualified(value: &[u8]) -> bool {
    let value = value
        .strip_prefix(b"\\\"")
        .or_else(|| value.strip_prefix(b"\""))
        .or_else(|| value.strip_prefix(b"'"));
    let Some(value) = value else { return false };
    let value = value.strip_prefix(b"[").unwrap_or(value);
    let length = value
        .iter()
        .take(300)
        .take_while(|byte| is_word(**byte) || matches!(**byte, b'.' | b'`' | b'+' | b'/'))
        .count();
    let name = between(value, 0, length);
    memchr::memchr_iter(b'.', name).count() >= 2
        || name.starts_with(b"System.")
        || name.first().is_some_and(u8::is_ascii_lowercase) && contains(name, b".")
}

/// A pickle of the oldest form that begins with data: a global in two lines, and a last line that
/// calls it and stops (`(S'id'`, `ios`, `system`, `.`).
pub(super) fn old_pickle(whole: &[u8]) -> Option<Match> {
    if whole.last() != Some(&b'.') || !contains(whole, b"\n") {
        return None;
    }
    let mut lines = whole.rsplit(|byte| *byte == b'\n');
    let last = lines.next().unwrap_or_default();
    if last.len() > 12 || !last.iter().all(|byte| b"tRobasude0().lp123456789".contains(byte)) {
        return None;
    }
    let calls = last.iter().any(|byte| matches!(byte, b'R' | b'o' | b'b'));
    let (mut after, mut data, mut global): (&[u8], bool, Option<bool>) = (b"", false, None);
    for line in lines.take(64) {
        let stem = line.iter().position(|byte| matches!(byte, b'c' | b'i'));
        let op = stem.filter(|stem| line.iter().take(*stem).all(|b| b"(0123).lat".contains(b)));
        if let Some(op) = op
            && is_dotted(from(line, op + 1))
            && is_dotted(after)
        {
            global = Some(at(line, op) == b'i');
        }
        data |= begins_any(line, &[b"(", b"S'", b"S\"", b"V", b"p0", b"p1", b"g0", b"g1", b"I"]);
        after = line;
    }
    let is_called = global.is_some_and(|instance| instance || calls);
    (is_called && data).then_some(Match::high("pickle"))
}

/// A name of a module or what is in it.
fn is_dotted(name: &[u8]) -> bool {
    name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && name.iter().all(|byte| is_word(*byte) || *byte == b'.')
}

/// A value that is the full name of a type and nothing else: .NET's with its assembly, Java's as a
/// reader of JSON resolves it to look up an address.
pub(super) fn typed(whole: &[u8]) -> Option<Match> {
    const LOOKS_UP: &[&[u8]] = &[
        b"java.net.Inet4Address",
        b"java.net.Inet6Address",
        b"java.net.InetAddress",
        b"java.net.InetSocketAddress",
        b"java.net.URL",
        b"java.lang.AutoCloseable",
        b"java.lang.Class",
        b"java.util.Currency",
    ];
    let java = LOOKS_UP.contains(&whole) || whole.ends_with(b"RowSetImpl;;");
    let comma = memchr::memchr(b',', between(whole, 0, 300));
    let assembled = comma.is_some_and(|comma| {
        let (name, rest) = (between(whole, 0, comma), trim(from(whole, comma + 1)));
        let root = |text: &[u8]| text.split(|byte| *byte == b'.').next().unwrap_or_default().len();
        let same = between(name, 0, root(name)) == between(rest, 0, root(rest)) && !rest.is_empty();
        let known = name.starts_with(b"System.") && begins_any(rest, &[b"System", b"mscorlib"]);
        let kind = name.iter().all(|byte| is_word(*byte) || b".`[]+".contains(byte));
        let upper = name
            .split(|byte| *byte == b'.')
            .all(|part| part.first().is_some_and(u8::is_ascii_uppercase));
        kind && upper && name.contains(&b'.') && is_dotted(rest) && (same || known)
    });
    (java || assembled).then_some(Match::medium("type-name"))
}
