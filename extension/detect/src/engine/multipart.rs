//! Multipart bodies (RFC 7578): parts between lines of a boundary, each with headers.
use memchr::memmem;

use super::look::Look;
use super::pointer::push_key;
use crate::finding::Finding;
use crate::text::Role;
use crate::work::Exhausted;

/// The longest boundary with its hyphens (RFC 2046, section 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 72;

pub(super) fn inspect(
    body: &[u8],
    look: &mut Look<'_>,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    look.work.spend(body.len() as u64)?;
    let first_line = body.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    if !first_line.starts_with(b"--") || first_line.len() > BOUNDARY_BYTES_MAX {
        look.begin(0);
        let done = look.text(body, Role::Value, 0);
        look.hits_at("").for_each(found);
        return done;
    }
    let mut parts = body.get(first_line.len()..).unwrap_or_default();
    let boundary = memmem::Finder::new(first_line);
    while !parts.is_empty() {
        let end = boundary.find(parts).unwrap_or(parts.len());
        let (part, rest) = parts.split_at(end);
        inspect_part(part, look, found)?;
        parts = rest.get(first_line.len()..).unwrap_or_default();
    }
    Ok(())
}

fn inspect_part(
    part: &[u8],
    look: &mut Look<'_>,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    let (head, content) = split_head(part);
    let mut name: &[u8] = b"";
    let mut done = Ok(());
    let mut is_file = false;
    for line in head.split(|&byte| byte == b'\n') {
        for (parameter, value) in parameters(line) {
            let role = match parameter {
                b"name" => Role::Key,
                b"filename" | b"filename*" => Role::FileName,
                _ => continue,
            };
            if role == Role::Key {
                name = value;
            }
            is_file |= role == Role::FileName;
            look.begin(0);
            done = done.and_then(|()| look.text(value, role, 0));
        }
    }
    look.begin(0);
    // The content of a file is its owner's; most formats hold every byte there is.
    if !is_file {
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        done = done.and_then(|()| look.embedded(content, Role::Value, 0));
    }
    let mut at = String::new();
    push_key(&mut at, name);
    look.hits_at(&at).for_each(&mut *found);
    done
}

/// A part's headers and its content, which an empty line parts.
fn split_head(part: &[u8]) -> (&[u8], &[u8]) {
    for empty_line in [b"\r\n\r\n".as_slice(), b"\n\n"] {
        if let Some(at) = memmem::find(part, empty_line) {
            let (head, rest) = part.split_at(at);
            return (head, rest.get(empty_line.len()..).unwrap_or_default());
        }
    }
    (part, &[])
}

/// The parameters of a header, quoted or not.
fn parameters(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let semicolon = rest.iter().position(|&byte| byte == b';')?;
        rest = rest.get(semicolon + 1..)?.trim_ascii_start();
        let equals = rest.iter().position(|&byte| byte == b'=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(equals);
        let after = after.get(1..).unwrap_or_default();
        let (start, close) = after.strip_prefix(b"\"").map_or((after, b';'), |text| (text, b'"'));
        let end = start.iter().position(|&byte| byte == close).unwrap_or(start.len());
        rest = start.get(end..).unwrap_or_default();
        Some((name, start.get(..end).unwrap_or_default().trim_ascii()))
    })
}
