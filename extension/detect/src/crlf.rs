//! Line breaks that begin a header, a command of a mail server or a line of a log.
//!
//! A value of several lines is usual; in a header, a path or an address no line break is. So in
//! values what follows the break must be what an attacker puts there, and the text must not be a
//! message or a log that somebody pasted. Where the break was encoded in the text, less will do.
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[Classes::BREAK];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &[&str] =
    &["嘊嘍", "嘍嘊", "嘊set-cookie", "嘍set-cookie", "嘊location", "嘍location", "0x0d0x0a"];

/// Headers that steer a browser, a proxy or a server.
const HEADERS: [&[u8]; 18] = [
    b"set-cookie",
    b"location",
    b"content-type",
    b"content-length",
    b"content-disposition",
    b"content-encoding",
    b"content-security-policy",
    b"transfer-encoding",
    b"access-control-allow-origin",
    b"cookie",
    b"host",
    b"link",
    b"refresh",
    b"status",
    b"authorization",
    b"cache-control",
    b"connection",
    b"referer",
];
/// Headers that add those who get a mail.
const MAIL: [&[u8]; 6] = [b"bcc", b"cc", b"to", b"reply-to", b"from", b"sender"];
/// Commands of SMTP, FTP and of stores with a protocol of lines.
const COMMANDS: [&[u8]; 14] = [
    b"mail from:",
    b"rcpt to:",
    b"data\r",
    b"ehlo ",
    b"helo ",
    b"starttls",
    b"flushall",
    b"flush_all",
    b"config set ",
    b"slaveof ",
    b"replicaof ",
    b"stat pipeline",
    b"http/1.",
    b"http/2 ",
];
/// The longest name of a header.
const NAME_BYTES_MAX: usize = 48;
/// More lines are a document, and what its lines begin with is its own.
const LINES_MAX: usize = 12;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(2 * text.lower.len() as u64).ok()?;
    if disguised(text.lower) {
        return Some(Match::high("disguised-line-break"));
    }
    let decoded = text.classes.has(Classes::DECODED);
    let only_breaks = text.lower.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    if decoded && only_breaks || memchr::memmem::find(text.lower, b"0x0d0x0a").is_some() {
        return Some(Match::medium("encoded-line-breaks"));
    }
    let inside = text.lower.trim_ascii_end();
    let at = inside.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let one_line = matches!(text.role, Role::Header | Role::Path | Role::FileName | Role::Url);
    if one_line {
        return Some(Match::high("line-break-in-one-line"));
    }
    if text.role.is_free() {
        return None;
    }
    let (first, _) = inside.split_at(at);
    lines(first, inside, decoded).or_else(|| {
        // Headers and a body: `\r\n\r\n<html>`.
        let splits = decoded && starts_body(inside);
        splits.then(|| Match::high("response-splitting"))
    })
}

/// Characters whose low bytes are a return and a feed before a header: some writers cut them down
/// to those.
fn disguised(lower: &[u8]) -> bool {
    let breaks = ["嘊", "嘍"].map(str::as_bytes);
    let first = breaks.iter().filter_map(|name| memchr::memmem::find(lower, name)).min();
    let mut rest = first.and_then(|at| lower.get(at..)).unwrap_or_default();
    while let Some(after) = breaks.iter().find_map(|name| rest.strip_prefix(*name)) {
        rest = after;
    }
    first.is_some() && is_header(rest, false)
}

/// Whether an empty line and markup follow.
fn starts_body(text: &[u8]) -> bool {
    [b"\r\n\r\n<".as_slice(), b"\n\n<", b"\r\r<"]
        .iter()
        .any(|body| memchr::memmem::find(text, body).is_some())
}

/// Judges every line but the first.
fn lines(first: &[u8], text: &[u8], decoded: bool) -> Option<Match> {
    let pasted =
        is_header(first, true) || memchr::memmem::find(first, b"http/").is_some() && !decoded;
    let mut break_before = b'\n';
    let lines = text.split_inclusive(|byte| matches!(byte, b'\r' | b'\n')).map(|line| {
        let after = break_before;
        break_before = line.last().copied().unwrap_or_default();
        (after, line.strip_suffix(b"\r").or(line.strip_suffix(b"\n")).unwrap_or(line))
    });
    let lines = lines.filter(|(_, line)| !line.is_empty()).skip(usize::from(!first.is_empty()));
    for (number, (after, line)) in lines.enumerate() {
        if number >= LINES_MAX && !decoded {
            break;
        }
        let line = line.trim_ascii_start();
        // `%%0a0a` is decoded to a break and digits once, to a break by who decodes twice.
        let line = line.strip_prefix(b"0a").or(line.strip_prefix(b"0d")).unwrap_or(line);
        let command = COMMANDS.iter().any(|command| line.starts_with(command.trim_ascii_end()));
        if command && (decoded || !pasted && number < 3 && !line.starts_with(b"data")) {
            return Some(Match::high("injected-command"));
        }
        // `C:\name` and `C:\ready` look like escapes; headers begin after a line feed.
        let is_drive = matches!(first, [drive, b':'] if drive.is_ascii_alphabetic());
        if decoded && after == b'\n' && !is_drive && is_header(line, false) && is_address(first) {
            return Some(Match::high("header-injection"));
        }
        if pasted && !decoded {
            continue;
        }
        if HEADERS.iter().any(|name| is_named(line, name)) && (decoded || is_steering(line)) {
            return Some(Match::high("header-injection"));
        }
        if MAIL.iter().any(|name| is_named(line, name))
            && line.contains(&b'@')
            && (decoded || !first.contains(&b' '))
        {
            return Some(Match::high("mail-header-injection"));
        }
        if number == 0 && is_log_line(line) && !is_log_line(first) {
            return Some(Match::medium("log-forging"));
        }
    }
    None
}

/// Whether a line begins as a header does; `loose` ones may have any name.
fn is_header(line: &[u8], loose: bool) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let line = line.trim_ascii_start();
    let length = line.iter().take(NAME_BYTES_MAX + 1).take_while(is_name).count();
    let (name, after) = line.split_at_checked(length).unwrap_or_default();
    let named = name.first().is_some_and(u8::is_ascii_alphabetic) && length <= NAME_BYTES_MAX;
    // `http://…` is an address.
    named && after.starts_with(b":") && (loose || length >= 2) && !after.starts_with(b"://")
}

fn is_named(line: &[u8], name: &[u8]) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"))
}

/// Whether a header's value is one: `Set-Cookie: a=b`, `Location: https://…`, `Content-Length: 0`.
fn is_steering(line: &[u8]) -> bool {
    let mut parts = line.splitn(2, |&byte| byte == b':');
    let name = parts.next().unwrap_or_default().trim_ascii_end();
    let value = parts.next().unwrap_or_default().trim_ascii();
    match name {
        b"location" | b"referer" | b"link" => {
            memchr::memmem::find(value, b"//").is_some() || value.starts_with(b"/")
        }
        b"status" | b"host" | b"connection" | b"refresh" => false,
        b"cookie" => value.contains(&b'='),
        _ => true,
    }
}

/// Whether what stands before the break is a value of an address or a short word, no sentence.
fn is_address(first: &[u8]) -> bool {
    first.len() <= 256
        && !first.contains(&b'\t')
        && memchr::memchr_iter(b' ', first).nth(1).is_none()
}

/// Whether a line begins with a time or a level: `2026-01-02 03:04:05 …`, `[INFO] …`.
fn is_log_line(line: &[u8]) -> bool {
    const LEVELS: [&[u8]; 8] =
        [b"info", b"warn", b"error", b"debug", b"fatal", b"critical", b"notice", b"trace"];
    let bare = line.strip_prefix(b"[").unwrap_or(line);
    let level = LEVELS.iter().find_map(|level| bare.strip_prefix(*level));
    let by_level = level.is_some_and(|rest| {
        let rest = rest.strip_prefix(b"ing").unwrap_or(rest);
        rest.starts_with(b"]")
            || rest.starts_with(b":") && line.len() > bare.len()
            || rest.starts_with(b" [")
    });
    let digits: Vec<bool> = bare.iter().take(16).map(u8::is_ascii_digit).collect();
    let date =
        [true, true, true, true, false, true, true, false, true, true, false, true, true, false];
    let dashed =
        bare.get(4) == Some(&b'-') && bare.get(7) == Some(&b'-') && bare.get(13) == Some(&b':');
    by_level || dashed && digits.starts_with(&date)
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
        ] {
            assert!(!is_found(text, Role::Value), "{text}");
        }
        assert!(!is_found("value\r\n", Role::Header));
    }
}
