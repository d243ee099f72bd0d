//! Line breaks that begin a header, a command of a protocol of lines, or a line of a log.
//!
//! A value of several lines is usual; in a header, a path or an address no line break is. So in
//! values what follows the break must be what an attacker puts there, and the text must not be a
//! message or a log that somebody pasted. Where the break was encoded in the text, less will do.
mod header;
mod log;
mod protocol;
mod record;

use std::borrow::Cow;

use crate::bytes::{contains, find};
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::BREAK,
    Classes::FORMAT.with(Classes::COLON),
    Classes::CONTROL.with(Classes::COLON),
    Classes::CONTROL.with(Classes::BRACKET),
    Classes::DECODED.with(Classes::HIGH).with(Classes::COLON),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    嘊嘍\n嘍嘊\n嘊set-cookie\n嘍set-cookie\n嘊location\n嘍location\n嘊x-\n嘍x-\n嘊content\n\
    嘍content\n嘊http/\n嘍http/\n嘊transfer\n嘊refresh\n嘊access-\nčĊ\n0x0d0x0a\nhttp-equiv";

/// More lines are a document, and what its lines begin with is its own.
const LINES_MAX: usize = 12;
/// What judging a line costs, besides its bytes.
const STEPS_A_LINE: u64 = 90;
/// How far a line is read.
const LINE_BYTES_MAX: usize = 256;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(24 + text.lower.len() as u64 / 4).ok()?;
    if text.classes.has(Classes::FORMAT.with(Classes::COLON))
        || contains(text.lower, "嘊".as_bytes())
        || contains(text.lower, "\u{10D}\u{10A}".as_bytes())
    {
        work.spend(text.lower.len() as u64 / 4).ok()?;
        if disguised(text.lower) {
            return Some(Match::high("disguised-line-break"));
        }
    }
    if contains(text.lower, b"0x0d0x0a") {
        return Some(Match::medium("encoded-line-breaks"));
    }
    let free = text.role.is_free();
    if !free && in_markup(text.lower) {
        return Some(Match::medium("header-in-markup"));
    }
    if text.classes.has(Classes::CONTROL) && !free && moves_the_cursor(text.lower) {
        return Some(Match::medium("terminal-sequence"));
    }
    let (lower, odd) = with_breaks(text);
    let first_break = memchr::memchr2(b'\r', b'\n', &lower)?;
    // Nobody names a thing in two lines that a network's protocol ends.
    let is_key = text.role == Role::Key && memchr::memchr(b'\r', &lower).is_some();
    let encoded = odd || is_key || text.classes.has(Classes::DECODED);
    let inside = lower.trim_ascii_end();
    if inside.is_empty() {
        // Nothing but breaks and blanks.
        return encoded.then(|| Match::medium("encoded-line-breaks"));
    }
    let (first, after) = inside.split_at_checked(first_break)?;
    if after.is_empty() {
        return is_key.then(|| Match::medium("line-break-in-one-line"));
    }
    let one_line = matches!(text.role, Role::Header | Role::Path | Role::FileName | Role::Url);
    // A header may have the two characters that elsewhere are the escape of a break.
    let is_escape = encoded && text.role == Role::Header && !Context::of(first, true).is_value;
    if one_line && !is_escape {
        return Some(Match::high("line-break-in-one-line"));
    }
    if free {
        return None;
    }
    let is_ended = lower.ends_with(b"\r\n");
    let is_upper = is_upper(text.bytes, first_break);
    let lines = Lines { first, text: inside, encoded, is_upper, is_ended };
    if is_lone_return(first, after) {
        return Some(Match::medium("lone-return"));
    }
    lines.judge(work).or_else(|| {
        // Headers and a body: `\r\n\r\n<html>`.
        let splits = (encoded
            || Context::of(first, false).is_one && after.starts_with(b"\r\n\r\n"))
            && (starts_body(inside)
                || encoded && first.starts_with(b"/") && after.starts_with(b"\r\n\r\n"));
        splits.then(|| Match::high("response-splitting"))
    })
}

/// The text with line breaks for the signs that some readers take for one; whether it had any.
fn with_breaks<'a>(text: &Text<'a>) -> (Cow<'a, [u8]>, bool) {
    let plain = (Cow::Borrowed(text.lower), false);
    let wide = text.classes.has_any(Classes::FORMAT.with(Classes::DECODED))
        && [b"\xE2\x80\xA8".as_slice(), b"\xE2\x80\xA9", b"\xC2\x85"]
            .iter()
            .any(|sign| contains(text.lower, sign));
    let narrow =
        text.classes.has(Classes::CONTROL) && memchr::memchr2(0x0B, 0x0C, text.lower).is_some();
    if !wide && !narrow {
        return plain;
    }
    let mut lower = text.lower.to_vec();
    for at in 0..lower.len() {
        match lower.get_mut(at..) {
            Some([byte @ (0x0B | 0x0C), ..]) => *byte = b'\n',
            Some([first @ 0xC2, second @ 0x85, ..]) => (*first, *second) = (b'\n', b'\n'),
            Some([first @ 0xE2, second @ 0x80, third @ 0xA8..=0xA9, ..]) => {
                (*first, *second, *third) = (b'\n', b'\n', b'\n');
            }
            _ => {}
        }
    }
    (lower.into(), true)
}

/// Markup that gives a page the headers which steer a browser.
fn in_markup(lower: &[u8]) -> bool {
    const STEERING: [&[u8]; 4] = [b"refresh", b"set-cookie", b"location", b"x-"];
    memchr::memmem::find_iter(lower, b"http-equiv").take(8).any(|at| {
        let value = lower.get(at + "http-equiv".len()..).unwrap_or_default();
        let value = value.trim_ascii_start().strip_prefix(b"=").unwrap_or_default();
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        STEERING.iter().any(|name| value.starts_with(name))
    })
}

/// A value of one word, one return without a feed, and a name with a sign behind it: forms and
/// editors end no line so.
fn is_lone_return(first: &[u8], after: &[u8]) -> bool {
    let is_word = |text: &[u8]| {
        !text.is_empty()
            && text.len() <= LINE_BYTES_MAX
            && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    let Some(rest) = after.strip_prefix(b"\r") else { return false };
    let end = rest.iter().position(|byte| matches!(byte, b'=' | b':')).unwrap_or_default();
    is_word(first)
        && !rest.iter().any(|byte| matches!(byte, b'\r' | b'\n'))
        && rest.get(..end).is_some_and(is_word)
}

/// Whether what follows the first break is written in capitals.
fn is_upper(bytes: &[u8], first_break: usize) -> bool {
    let rest = bytes.get(first_break..).unwrap_or_default().trim_ascii_start();
    rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).all(u8::is_ascii_uppercase)
}

/// Characters whose low bytes are a return and a feed before a header: some writers cut them down
/// to those.
fn disguised(lower: &[u8]) -> bool {
    // Characters whose last eight bits are those of a return and a line feed.
    let breaks = ["嘊", "嘍", "\u{10D}\u{10A}", "\u{10A}\u{10D}"].map(str::as_bytes);
    let first = breaks.iter().filter_map(|name| memchr::memmem::find(lower, name)).min();
    let mut rest = first.and_then(|at| lower.get(at..)).unwrap_or_default();
    let mut signs = 0;
    while let Some(after) = breaks.iter().find_map(|name| rest.strip_prefix(*name)) {
        (rest, signs) = (after, signs + 1);
    }
    let follows = || rest.first().is_none_or(u8::is_ascii);
    first.is_some() && (header::name(rest).is_some() || signs >= 2 && follows())
}

/// Sequences for a terminal that move the cursor, clear, or set a title (ECMA-48, section 8.3):
/// they write over what a log has said. Colours do not.
fn moves_the_cursor(lower: &[u8]) -> bool {
    memchr::memchr2_iter(0x1B, 0x9B, lower).any(|at| {
        let rest = lower.get(at + 1..).unwrap_or_default();
        if rest.first() == Some(&b']') {
            return true;
        }
        let rest = rest.strip_prefix(b"[").unwrap_or_default();
        let digits = rest.iter().take(16).take_while(|b| b.is_ascii_digit() || **b == b';').count();
        matches!(rest.get(digits), Some(b'a'..=b'k' | b's' | b't' | b'u'))
    })
}

/// Whether an empty line and markup follow.
fn starts_body(text: &[u8]) -> bool {
    [b"\r\n\r\n<".as_slice(), b"\n\n<", b"\r\r<", b"\n\r\n\r<"]
        .iter()
        .any(|body| contains(text, body))
}

/// A text of more than one line.
struct Lines<'a> {
    /// What stands before the first break.
    first: &'a [u8],
    text: &'a [u8],
    /// Whether the breaks were encoded in the text.
    encoded: bool,
    /// Whether the second line begins with a word in capitals, and whether a return and a feed end
    /// the last one.
    is_upper: bool,
    is_ended: bool,
}

impl<'a> Lines<'a> {
    /// Every line but the first, with the byte before it and its number.
    fn rest(&self) -> impl Iterator<Item = (usize, u8, &'a [u8])> {
        let mut break_before = b'\n';
        let lines =
            self.text.split_inclusive(|byte| matches!(byte, b'\r' | b'\n')).map(move |line| {
                let after = break_before;
                break_before = line.last().copied().unwrap_or_default();
                (after, line.strip_suffix(b"\r").or(line.strip_suffix(b"\n")).unwrap_or(line))
            });
        let lines = lines.filter(|(_, line)| !line.is_empty());
        let lines = lines.skip(usize::from(!self.first.is_empty())).enumerate();
        lines.map(|(number, (after, line))| {
            (number, after, line.get(..LINE_BYTES_MAX).unwrap_or(line))
        })
    }

    /// Whether it has more lines than the second.
    fn has_more(&self) -> bool {
        memchr::memchr_iter(b'\n', self.text).nth(1).is_some()
    }

    fn judge(&self, work: &mut Work) -> Option<Match> {
        let context = Context::of(self.first, self.encoded);
        let mut headers = 0;
        for (number, after, line) in self.rest() {
            if number >= LINES_MAX && !self.encoded {
                break;
            }
            work.spend(STEPS_A_LINE + line.len() as u64 / 8).ok()?;
            let indented = line.first().is_some_and(u8::is_ascii_whitespace);
            let line = line.trim_ascii_start();
            // `%%0a0a` is decoded to a break and digits once, to a break by who decodes twice.
            let line = line.strip_prefix(b"0a").or(line.strip_prefix(b"0d")).unwrap_or(line);
            let upper = number == 0 && self.is_upper;
            if let Some(found) = self.command(line, number, upper, &context) {
                return Some(found);
            }
            // Headers begin after a line feed.
            let is_next = self.encoded && after == b'\n' && !indented;
            // A lone return, or a line that goes on with a blank: of a name that is no word.
            let is_named = self.encoded && header::is_compound(line);
            if (is_next || is_named) && context.is_value && header::is_new(line, self.first) {
                return Some(Match::high("header-injection"));
            }
            if context.is_pasted && !self.encoded {
                continue;
            }
            // Code and settings have such lines, set in.
            if indented && !context.is_value {
                continue;
            }
            if let Some(sure) = header::steers(line, self.encoded) {
                headers += 1;
                // One that could be a line of a note does not come alone.
                if sure
                    || context.is_value
                        && (headers >= 2 || context.is_cut || context.is_one && !self.has_more())
                {
                    return Some(Match::high("header-injection"));
                }
            }
            let is_first = number == 0 || self.encoded;
            if is_first && header::adds_to_mail(line, self.first, self.encoded) {
                return Some(Match::high("mail-header-injection"));
            }
            let is_plain = context.is_one && !self.first.iter().any(|b| b"=:".contains(b));
            if number == 0 && is_plain && record::is(line, upper) {
                return Some(Match::medium("added-record"));
            }
            if number < 2 && !context.is_log && context.is_value {
                let by_word = upper && context.is_value && log::begins_with_level(line);
                let by_event = context.is_one && number == 0 && log::tells_an_event(line);
                if by_word || by_event || log::is_line(line) {
                    return Some(Match::medium("log-forging"));
                }
            }
        }
        None
    }

    /// What another protocol would take for its own.
    fn command(&self, line: &[u8], number: usize, upper: bool, context: &Context) -> Option<Match> {
        let early = self.encoded || !context.is_pasted && number < 3;
        if !early {
            return None;
        }
        if protocol::is_request(line) && (context.is_value || self.encoded) {
            return Some(Match::high("request-splitting"));
        }
        // A dot alone ends a mail, for who sends it.
        let ends = line == b"." && context.is_value && contains(self.text, b"\r\n.\r\n");
        let sure = ends || protocol::is_command(line, self.encoded);
        let whole = self.encoded && self.is_ended && number == 0;
        let by_word = (upper || whole) && context.is_value && protocol::is_word(line)
            || whole && context.is_one && protocol::is_ended_word(line);
        (sure || by_word).then(|| Match::high("injected-command"))
    }
}

/// What the first line says of those that follow.
#[expect(clippy::struct_excessive_bools, reason = "independent marks of one line")]
struct Context {
    /// It is a word, an address or a number: a value that has no second line.
    is_value: bool,
    /// It is a value without a blank, and begins no comment or list.
    is_one: bool,
    /// It begins a message, a list of settings or a document that has more lines of its own.
    is_pasted: bool,
    /// It ends as the first line of a request does, and does not begin so.
    is_cut: bool,
    is_log: bool,
}

impl Context {
    fn of(first: &[u8], encoded: bool) -> Self {
        let is_request = protocol::is_request(first) || first.starts_with(b"http/");
        let is_listed = [b"#".as_slice(), b"---", b"- ", b"* ", b"//", b"<", b"{", b"["]
            .iter()
            .any(|sign| first.trim_ascii_start().starts_with(sign));
        let is_pasted =
            header::is_loose(first) || !encoded && (is_request || is_listed && !first.is_empty());
        // `C:\name` and `C:\ready` look like escapes.
        let is_drive = matches!(first, [drive, b':'] if drive.is_ascii_alphabetic());
        let words = memchr::memchr_iter(b' ', first).take(3).count();
        // ` HTTP/1.1` ends what was meant to be a path.
        let is_short = words <= 1 || words == 2 && contains(first, b" http/");
        let is_value = is_short
            && first.len() <= 256
            && !is_drive
            && !first.contains(&b'\t')
            && !first.ends_with(b":")
            && !first.last().is_some_and(|last| b",;{([>".contains(last))
            && !(is_pasted && words > 0)
            && (first.is_empty() || !first.iter().all(|byte| b"-=*#_~".contains(byte)));
        let is_cut = !is_request && contains(first, b" http/");
        let is_one = is_value
            && words == 0
            && first.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'/');
        Self { is_value, is_one, is_pasted, is_cut, is_log: log::is_line(first) }
    }
}

/// The first place of a byte.
fn place(text: &[u8], byte: u8) -> Option<usize> {
    find(text, byte, 0)
}

#[cfg(test)]
mod tests {
    use crate::{Families, Family, Role, Work, inspect_text};

    fn is_found(text: &str, role: Role) -> bool {
        let mut found = false;
        let families = Families::from_iter([Family::Crlf]);
        let mut work = Work::default();
        inspect_text(text.as_bytes(), role, families, &mut work, &mut |_| found = true).unwrap();
        found
    }

    #[test]
    fn headers_commands_and_log_lines_are_found() {
        for text in [
            "en\r\nSet-Cookie: a=b",
            "en%0d%0aSet-Cookie:%20a=b",
            "%0AX-Test:yes",
            "%0d%0a%0d%0a<script>",
            "/%250aLocation:%20https://example.com",
            "%E5%98%8A%E5%98%8DSet-Cookie:a=b",
            "\\r\\nContent-Length: 0",
            "%u000aSet-Cookie:a=b",
            "x%0d%0aHTTP/1.1 200 OK",
            "a@example.com\nBcc: b@example.com",
            "a@example.com%0ACc:b@example.com",
            "x\r\nRCPT TO:<a@example.com>",
            "guest\n2026-01-02 03:04:05 INFO login of admin",
            "guest\n[INFO] login of admin",
            "1\r\nCONFIG SET dir /tmp",
            "7\r\nX-Injected: yes",
            "/a\nRefresh: 0;url=//example.com\nX-XSS-Protection:0",
            "a@example.com HTTP/1.0\r\nHost: example.com\r\n",
            "/a\r\n\r\nGET /b HTTP/1.1\r\nHost: example.com",
            "a@example.com\nSubject: hello",
            "a\nMIME-Version: 1.0",
            "1\r\n*1\r\n$8\r\nFLUSHALL\r\n",
            "x\r\nset key 0 0 5\r\nvalue",
            "\r\nQUIT\r\n",
            "x\u{2028}Set-Cookie: a=b",
            "guest\nJan 12 03:04:05 host sshd[12]: accepted",
            "guest\n192.0.2.1 - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1",
            "guest\u{1b}[1A\u{1b}[2K",
            "%20%0d%0a%20",
            "crlf%0DHeader-Test:x",
            "%0D%0A%20Header-Test:x",
            "x\r\nRange: bytes=0-9",
            "x\r\n.\r\nQUIT",
            "x\r\n\r\n<html>",
            "x\n1767312000 INFO ok",
            "x\r\nUIDL",
            "Dear friend of mine\nBcc: c@example.com",
            "12345\u{560A}x-other-name: 1",
            "/x\u{560D}\u{560A}HTTP/1.1 200 OK",
            "test\rnext=more",
            "guest\nUser admin logged in successfully",
            "7%0d%0aversion%0d%0a",
            "guest\n{\"user\":\"admin\",\"event\":\"login\"}",
            "x\nLD_PRELOAD=/tmp/x.so",
            "key%0d%0aSET a b%0d%0a",
            "Question about this\nReply-To: c@example.com",
            "Hello\nList-Unsubscribe: <https://example.com>",
            "<meta http-equiv=\"Refresh\" content=\"0; url=https://example.com\">",
            "bob\n[INFO ] login of admin",
            "/x%0d%0a%0d%0ahello",
        ] {
            assert!(is_found(text, Role::Value), "{text}");
        }
        assert!(is_found("a\nb", Role::Header));
        assert!(is_found("/a%0db", Role::Path));
    }

    #[test]
    fn texts_of_several_lines_pass() {
        for text in [
            "1 Example Street\r\nExample Town\r\nPhone: 555-0100",
            "Hello,\n\nNote: see below.\nStatus: open\n",
            "From: a@example.com\nTo: b@example.com\nSubject: x\n\nHi",
            "GET / HTTP/1.1\r\nHost: example.com\r\nCookie: a=b\r\n",
            "2026-01-02 03:04:05 INFO a\n2026-01-02 03:04:06 INFO b",
            "a: 1\nb: 2\nhost: example",
            "one\ntwo\nthree\n",
            "Dear team,%0D%0AThe plan: go on",
            "C:\\new\\reports: all",
            "Example Hotel\nCheck-in: 15:00\nLocation: Berlin\nDate: 3 May",
            "table:\\n  - name: select\\n    value: 1",
            "Ana\nLink: see below",
            "I see this\nError: not found\nWhat now?",
            "\u{1b}[31mred\u{1b}[0m\nplain",
            "para one\u{2028}para two: more",
            "Hello\n\n<b>world</b>",
            "Ana\r\nlist of things",
            "notes\nRange: three to five",
            "first\rsecond line\rthird",
            "DEBUG=true\nNAME=\"order\"",
            "Note\n{ and so on }",
            "<meta http-equiv=\"Content-Type\" content=\"text/html\">",
            "\u{560A} alone",
            "Hello%0D%0A%0D%0AThanks",
        ] {
            assert!(!is_found(text, Role::Value), "{text}");
        }
        assert!(!is_found("value\r\n", Role::Header));
    }
}
