//! Tags that are hostile by their name, or by what stands next to it.
//!
//! Two passes, each linear: the names of all tags wherever they begin, quoted or not, because a
//! browser may see the text inside any context; and for those that need a second look, what
//! stands up to the next angle bracket, so that no byte is looked at twice.
use super::Page;
use crate::bytes::{
    at, before, begins_any, between, contains, contains_any, from, places, skip_blank,
    skip_blank_back, trim,
};
use crate::finding::Match;

/// The longest name of a tag that means anything.
const NAME: usize = 24;

/// Where the first tag begins.
pub(super) fn first(lower: &[u8]) -> Option<usize> {
    places(lower, b'<').find(|place| {
        let next = at(lower, place + 1);
        next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?' | b'%')
    })
}

/// Judges every tag.
pub(super) fn inspect(page: &Page<'_>) -> Option<Match> {
    let mut open = Open::default();
    for place in places(page.lower, b'<') {
        let found = name(page, place, &mut open).or_else(|| break_out(page.lower, place));
        if found.is_some() {
            return found;
        }
    }
    dangling(page)
}

/// Which elements of raw text the text itself has opened, a bit each.
#[derive(Default)]
struct Open(u8);

/// The bit of an element whose content is no markup.
fn raw_text(name: &[u8]) -> u8 {
    match name {
        b"style" => 1,
        b"title" => 2,
        b"textarea" => 4,
        b"noscript" => 8,
        _ => 0,
    }
}

/// The name of a tag as browsers read it: without the NULs that some of them skip, without the
/// prefix of a namespace.
struct Name {
    bytes: [u8; NAME],
    length: usize,
    /// Where it ends.
    end: usize,
}

impl Name {
    fn read(lower: &[u8], start: usize) -> Self {
        let mut name = Self { bytes: [0; NAME], length: 0, end: start };
        for byte in from(lower, start).iter().take(2 * NAME) {
            match byte {
                0 => {}
                b':' if !name.as_slice().starts_with(b"xsl") => name.length = 0,
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b':' | b'#' => {
                    let Some(slot) = name.bytes.get_mut(name.length) else { break };
                    *slot = *byte;
                    name.length += 1;
                }
                _ => break,
            }
            name.end += 1;
        }
        name
    }

    fn as_slice(&self) -> &[u8] {
        between(&self.bytes, 0, self.length)
    }
}

fn name(page: &Page<'_>, place: usize, open: &mut Open) -> Option<Match> {
    let lower = page.lower;
    let mut start = place + 1;
    let closing = at(lower, start) == b'/';
    start += usize::from(closing);
    match at(lower, start) {
        b'!' => return declaration(lower, start),
        b'?' => return instruction(lower, start),
        byte if byte <= b' ' || matches!(byte, b'\\' | b'/' | b'%') || byte >= 0x80 => {
            return spaced(lower, start);
        }
        _ => {}
    }
    if begins_any(from(lower, start), &[b"esi:include", b"esi:inline", b"esi:vars", b"esi:assign"])
    {
        return Some(Match::high("edge-side-include"));
    }
    let name = Name::read(lower, start);
    if is_parameter(page, place, start, name.end) {
        return None;
    }
    let area = area(lower, name.end);
    if closing {
        // The end of a style sheet whose beginning is in an earlier part of a long text.
        let sheet = place > 200 && between(lower, 0, place).contains(&b'{');
        open.0 |= if sheet { raw_text(b"style") } else { 0 };
        return closed(name.as_slice(), open);
    }
    element(page, name.as_slice(), area, open)
}

/// The parameter of a generic type: `Map::<Script>::new()`, `Vec<Frame>,`.
fn is_parameter(page: &Page<'_>, place: usize, start: usize, end: usize) -> bool {
    let prior = before(page.lower, place);
    let typed = at(page.bytes, start).is_ascii_uppercase() && at(page.lower, end) == b'>';
    let (next, second) = (at(page.lower, end + 1), at(page.bytes, start + 1));
    typed
        && second.is_ascii_lowercase()
        && (prior == b':' || prior.is_ascii_alphanumeric())
        && matches!(next, b':' | b'>' | b',' | b'(' | b')' | b'{' | b';')
}

/// What stands up to the next angle bracket.
fn area(lower: &[u8], start: usize) -> &[u8] {
    let rest = from(lower, start);
    let end = memchr::memchr2(b'<', b'>', rest).unwrap_or(rest.len());
    between(rest, 0, end)
}

fn element(page: &Page<'_>, name: &[u8], area: &[u8], open: &mut Open) -> Option<Match> {
    match name {
        b"script" => Some(Match::high("script-tag")),
        b"iframe" | b"frameset" | b"applet" | b"embed" | b"isindex" | b"portal"
        | b"fencedframe" | b"vmlframe" | b"plaintext" | b"noembed" | b"xmp" => {
            Some(Match::high("embedding-tag"))
        }
        b"marquee" | b"blink" | b"xss" => Some(Match::medium("probe-tag")),
        b"object" if has_any(area, &[b"data", b"classid", b"type", b"codebase", b"style"]) => {
            Some(Match::high("embedding-tag"))
        }
        b"base" if has_any(area, &[b"href", b"target"]) => Some(Match::high("base-tag")),
        b"frame" | b"layer" | b"ilayer" | b"bgsound" | b"import"
            if has_any(area, &[b"src", b"implementation", b"namespace"]) =>
        {
            Some(Match::high("embedding-tag"))
        }
        b"animate" | b"set" | b"animatetransform" | b"animatemotion"
            if has_any(area, &[b"attributename", b"to", b"values", b"from"]) =>
        {
            Some(Match::high("svg-animation"))
        }
        b"use" | b"feimage" if link_of(area).is_some_and(is_foreign) => {
            Some(Match::high("svg-reference"))
        }
        b"foreignobject" | b"handler" | b"listener" => Some(Match::high("svg-foreign-content")),
        b"xml" if has_any(area, &[b"src", b"id"]) => Some(Match::high("data-island")),
        b"meta" => meta(area),
        b"link" if !page.document => link(area),
        b"form" if !page.document => form(area),
        b"style" | b"title" | b"textarea" | b"noscript" => {
            open.0 |= raw_text(name);
            None
        }
        _ => any_element(area),
    }
}

/// Attributes that carry a document or bind data wherever they are.
fn any_element(area: &[u8]) -> Option<Match> {
    if area.len() < 5 {
        return None;
    }
    if contains(area, b"srcdoc") && has(area, b"srcdoc") {
        return Some(Match::high("srcdoc"));
    }
    if contains(area, b"formaction") && has(area, b"formaction") {
        return Some(Match::high("form-action"));
    }
    if value(area, b"is").is_some_and(|kind| begins_any(kind, &[b"script", b"'script"])) {
        return Some(Match::high("script-tag"));
    }
    if contains(area, b"datasrc") && has(area, b"datasrc") {
        return Some(Match::high("data-island"));
    }
    None
}

fn meta(area: &[u8]) -> Option<Match> {
    let kind = value(area, b"http-equiv");
    if kind.is_some_and(|kind| {
        begins_any(
            kind,
            &[b"refresh", b"set-cookie", b"link", b"content-security", b"imagetoolbar"],
        )
    }) {
        return Some(Match::high("meta-command"));
    }
    contains_any(area, &[b"utf-7", b"utf7", b"hz-gb", b"iso-2022", b"mac-farsi", b"x-imap"])
        .then_some(Match::high("meta-charset"))
}

fn link(area: &[u8]) -> Option<Match> {
    let rel = value(area, b"rel")?;
    let active = begins_any(
        rel,
        &[
            b"stylesheet",
            b"import",
            b"prefetch",
            b"manifest",
            b"preload",
            b"prerender",
            b"modulepreload",
            b"alternate stylesheet",
        ],
    );
    (active && has(area, b"href")).then_some(Match::medium("link-tag"))
}

fn form(area: &[u8]) -> Option<Match> {
    let action = value(area, b"action")?;
    begins_any(action, &[b"http:", b"https:", b"//", b"\\\\", b"data:"])
        .then_some(Match::medium("form-tag"))
}

/// The address in `href` or `xlink:href` or `src`.
fn link_of(area: &[u8]) -> Option<&[u8]> {
    [b"href".as_slice(), b"src", b"background", b"poster"].iter().find_map(|name| value(area, name))
}

fn is_foreign(address: &[u8]) -> bool {
    begins_any(address, &[b"data:", b"http:", b"https:", b"//", b"javascript", b"?"])
}

/// Whether an attribute with this name is among these bytes.
fn has(area: &[u8], wanted: &[u8]) -> bool {
    value(area, wanted).is_some()
}

fn has_any(area: &[u8], wanted: &[&[u8]]) -> bool {
    wanted.iter().any(|name| has(area, name))
}

/// The beginning of an attribute's value, without its quote.
fn value<'a>(area: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let place = memchr::memmem::find_iter(area, wanted).find(|place| {
        let prior = before(area, *place);
        let after = assigned(area, place + wanted.len());
        !prior.is_ascii_alphanumeric() && !matches!(prior, b'-' | b'_') && at(area, after) == b'='
    })?;
    let start = assigned(area, place + wanted.len()) + 1;
    let start = skip_blank(area, start);
    let quoted = matches!(at(area, start), b'"' | b'\'' | b'`');
    Some(trim(from(area, start + usize::from(quoted))))
}

/// Where the `=` of an attribute should stand: behind blanks, and slashes that count as such.
fn assigned(area: &[u8], end: usize) -> usize {
    let rest = from(area, end);
    end + rest.iter().take(16).take_while(|byte| **byte <= b' ' || **byte == b'/').count()
}

/// An end tag whose element the text did not open: it leaves the context it was put in.
fn closed(name: &[u8], open: &Open) -> Option<Match> {
    let leaves = match name {
        b"script" => return Some(Match::high("script-tag")),
        b"style" | b"title" | b"textarea" | b"noscript" => open.0 & raw_text(name) == 0,
        b"iframe" | b"xmp" | b"plaintext" | b"noembed" | b"noframes" | b"comment" => true,
        _ => false,
    };
    leaves.then_some(Match::medium("context-end-tag"))
}

/// Commands of servers in comments.
fn declaration(lower: &[u8], start: usize) -> Option<Match> {
    let rest = from(lower, start);
    let command = rest.strip_prefix(b"!--").map(trim).and_then(|rest| rest.strip_prefix(b"#"));
    let words: &[&[u8]] =
        &[b"exec", b"include", b"echo", b"printenv", b"config", b"set", b"fsize", b"flastmod"];
    command
        .is_some_and(|command| begins_any(command, words))
        .then_some(Match::high("server-side-include"))
}

fn instruction(lower: &[u8], start: usize) -> Option<Match> {
    let rest = from(lower, start + 1);
    if begins_any(rest, &[b"php", b"="]) {
        return Some(Match::high("server-code"));
    }
    begins_any(rest, &[b"xml-stylesheet", b"xml:namespace", b"import", b" echo", b"echo"])
        .then_some(Match::high("processing-instruction"))
}

/// `< script >`, `<\x00script`, `</ script`: no tag to a strict reader, one to a lax filter
/// that takes something out.
fn spaced(lower: &[u8], start: usize) -> Option<Match> {
    let rest = from(lower, start);
    let junk = rest
        .iter()
        .take(8)
        .take_while(|byte| {
            **byte <= b' ' || matches!(**byte, b'\\' | b'/' | b'%') || **byte >= 0x7f
        })
        .count();
    let word = from(rest, junk);
    let end = at(word, 6);
    let script =
        word.starts_with(b"script") && (end <= b' ' || matches!(end, b'>' | b'/') || end >= 0x80);
    let frame = word.starts_with(b"iframe") && at(word, 6) <= b' ';
    (script || frame).then_some(Match::high("script-tag"))
}

/// `">` directly before a tag, with nothing opened before: the end of somebody else's attribute.
fn break_out(lower: &[u8], place: usize) -> Option<Match> {
    let next = at(lower, place + 1);
    if !(next.is_ascii_alphabetic() || matches!(next, b'!' | b'/' | b'?' | b'%')) {
        return None;
    }
    let end = skip_blank_back(lower, place);
    let head = between(lower, 0, end).strip_suffix(b">")?;
    let head = head.strip_suffix(b"--").unwrap_or(head);
    let head = head.strip_suffix(b"/").unwrap_or(head);
    let head = between(head, 0, skip_blank_back(head, head.len()));
    let quoted = head.len() <= 40 && matches!(head.last(), Some(b'"' | b'\'' | b'`'));
    (quoted && !head.contains(&b'<')).then_some(Match::medium("attribute-break-out"))
}

/// A tag whose address begins a quotation that never ends: what follows in the page is sent away.
fn dangling(page: &Page<'_>) -> Option<Match> {
    let last = memchr::memrchr(b'<', page.lower)?;
    let area = from(page.lower, last + 1);
    if page.document || contains(area, b">") || !area.first()?.is_ascii_alphabetic() {
        return None;
    }
    let address = link_of(area).or_else(|| value(area, b"action"))?;
    let quote = before(page.lower, page.lower.len() - address.len());
    let open = matches!(quote, b'"' | b'\'' | b'`') && !address.contains(&quote);
    (open && is_foreign(address)).then_some(Match::medium("dangling-markup"))
}
