//! Query, headers and cookies, which most front ends write in two forms.
use super::{Found, Request};
use crate::open::content::{Media, Part};
use crate::open::here::Here;
use crate::open::opener::{Opener, between_quotes};
use crate::open::percent;
use crate::open::place::Pointer;

impl<'a> Request<'a> {
    /// Every parameter from the form that has all, then those of the other form that differ.
    pub(super) fn open_query(&self, opener: &mut Opener<'_>) {
        let has_two =
            self.query.is_some() && (self.all_query.is_some() || self.raw_query.is_some());
        let mut seen = Seen::new(has_two);
        if let Some((key, query)) = self.all_query {
            let place = Pointer::ROOT.key(key);
            self.each_value(opener, Here::Known(query), &place, |opener, name, value, place| {
                give(opener, Part::Query, name, value, place);
                seen.push(name, value);
            });
        }
        if let Some((key, query)) = self.raw_query {
            let raw = opener.unescaped(between_quotes(query.json()));
            let place = Pointer::ROOT.key(key);
            each_pair(opener, &raw, b'&', |opener, name, value| {
                give(opener, Part::Query, name, value, &place);
                seen.push(name, value);
            });
            opener.done(raw);
        }
        if let Some((key, query)) = self.query {
            let part = if seen.pairs.is_empty() { Part::Query } else { Part::OtherQuery };
            let place = Pointer::ROOT.key(key);
            self.each_value(opener, Here::Known(query), &place, |opener, name, value, place| {
                if !seen.has(name, value) {
                    give(opener, part, name, value, place);
                }
            });
        }
    }

    /// Every header from the form that has all, then those of the other form that differ. Cookies
    /// are given as such.
    pub(super) fn open_headers(&mut self, opener: &mut Opener<'_>) {
        let (all, some) = (self.all_headers, self.headers);
        let mut seen = Seen::new(all.is_some() && some.is_some());
        self.open_header_form(opener, all, Part::Header, &mut seen);
        let part = if seen.pairs.is_empty() { Part::Header } else { Part::OtherHeader };
        self.open_header_form(opener, some, part, &mut seen);
        if let Some((key, cookies)) = self.cookies {
            let place = Pointer::ROOT.key(key);
            if cookies.is_array() {
                Here::Known(cookies).elements(|index, here| {
                    open_cookies(opener, here.json(), &place.index(index));
                });
            } else {
                open_cookies(opener, cookies.json(), &place);
            }
        }
    }

    fn open_header_form(
        &mut self,
        opener: &mut Opener<'_>,
        found: Found<'a>,
        part: Part,
        seen: &mut Seen,
    ) {
        let Some((key, headers)) = found else { return };
        let place = Pointer::ROOT.key(key);
        if !headers.is_object() {
            return opener.text(part, None, headers.json(), &place);
        }
        Here::Known(headers).members(|key, here| {
            let place = place.key(key);
            let is_list = here.first() == Some(b'[');
            if is_list {
                here.elements(|index, here| {
                    let json = here.json();
                    self.open_header(opener, part, (key, json), &place.index(index), seen);
                });
            } else {
                self.open_header(opener, part, (key, here.json()), &place, seen);
            }
        });
    }

    fn open_header(
        &mut self,
        opener: &mut Opener<'_>,
        part: Part,
        (key, json): (&'a [u8], &'a [u8]),
        place: &Pointer<'_>,
        seen: &mut Seen,
    ) {
        // Told by its length first: there are a dozen headers and more.
        match key.len() {
            6 if key.eq_ignore_ascii_case(b"cookie") => {
                if !seen.has(key, json) {
                    seen.push(key, json);
                    open_cookies(opener, json, place);
                }
                return;
            }
            10 if key.eq_ignore_ascii_case(b"user-agent") => self.user_agent = Some(json),
            12 if key.eq_ignore_ascii_case(b"content-type") => self.content_type = Some(json),
            _ => {}
        }
        // Both forms are written by one hand, so that they are compared as written.
        if part == Part::OtherHeader && seen.has(key, json) {
            return;
        }
        if part == Part::Header {
            seen.push(key, json);
        }
        opener.with_name(key, |opener, name| opener.text(part, name, json, place));
    }

    /// Each name with each of its values, decoded.
    fn each_value(
        &self,
        opener: &mut Opener<'_>,
        here: Here<'_, '_>,
        place: &Pointer<'_>,
        mut visit: impl FnMut(&mut Opener<'_>, &[u8], &[u8], &Pointer<'_>),
    ) {
        if here.first() != Some(b'{') {
            return opener.text(Part::Query, None, here.json(), place);
        }
        here.members(|key, here| {
            let place = place.key(key);
            let name = self.parameter(opener, key);
            if here.first() == Some(b'[') {
                here.elements(|index, here| {
                    let value = self.parameter(opener, between_quotes(here.json()));
                    visit(opener, &name, &value, &place.index(index));
                    opener.done(value);
                });
            } else {
                let json = here.json();
                if json != b"null" {
                    let value = self.parameter(opener, between_quotes(json));
                    visit(opener, &name, &value, &place);
                    opener.done(value);
                }
            }
            opener.done(name);
        });
    }

    /// A load balancer leaves the decoding to the function (Elastic Load Balancing User Guide,
    /// "Lambda functions as targets").
    fn parameter<'j>(&self, opener: &mut Opener<'_>, raw: &'j [u8]) -> std::borrow::Cow<'j, [u8]> {
        let text = opener.unescaped(raw);
        if !self.is_load_balancer || percent::is_plain(&text) {
            return text;
        }
        let mut buffer = opener.buffer();
        percent::decode_into(&text, &mut buffer);
        opener.done(text);
        buffer.into()
    }
}

/// A decoded pair. A name that is no text is given as part of what it names.
fn give(opener: &mut Opener<'_>, part: Part, name: &[u8], value: &[u8], place: &Pointer<'_>) {
    if let Ok(name) = std::str::from_utf8(name) {
        return opener.give(part, Media::Text, Some(name), place, value);
    }
    let whole = [name, b"=", value].concat();
    opener.give(part, Media::Text, None, place, &whole);
}

/// Each `name=value` of a text in form encoding, decoded.
fn each_pair(
    opener: &mut Opener<'_>,
    text: &[u8],
    separator: u8,
    mut visit: impl FnMut(&mut Opener<'_>, &[u8], &[u8]),
) {
    let mut buffer = opener.buffer();
    for pair in text.split(|byte| *byte == separator).filter(|pair| !pair.is_empty()) {
        if opener.is_spent() {
            break;
        }
        let (name, value) = split_pair(pair);
        buffer.clear();
        percent::decode_into(name, &mut buffer);
        let middle = buffer.len();
        percent::decode_into(value.unwrap_or_default(), &mut buffer);
        let (name, value) = buffer.split_at(middle);
        visit(opener, name, value);
    }
    opener.keep(buffer);
}

fn split_pair(pair: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut halves = pair.splitn(2, |byte| *byte == b'=');
    (halves.next().unwrap_or_default(), halves.next())
}

/// A header's or list entry's cookies: `a=b; c=d` (RFC 6265, section 5.4).
fn open_cookies(opener: &mut Opener<'_>, json: &[u8], place: &Pointer<'_>) {
    if json.first() != Some(&b'"') {
        return opener.text(Part::Cookie, None, json, place);
    }
    let text = opener.unescaped(between_quotes(json));
    for cookie in text.split(|byte| *byte == b';').map(<[u8]>::trim_ascii) {
        if opener.is_spent() {
            break;
        }
        match split_pair(cookie) {
            ([], None) => {}
            (_, None) => opener.give(Part::Cookie, Media::Text, None, place, cookie),
            (name, Some(value)) => {
                let name = std::str::from_utf8(name).ok();
                opener.give(Part::Cookie, Media::Text, name, place, value);
            }
        }
    }
    opener.done(text);
}

/// Pairs that one form had, to leave them out of the other.
struct Seen {
    wanted: bool,
    text: Vec<u8>,
    /// Where each name and its value end in the text.
    pairs: Vec<(usize, usize)>,
    /// Where the next pair is likely to be found: both forms have the same order.
    next: usize,
    /// How many comparisons are left: a pair that is not found soon is given twice instead.
    left: usize,
}

/// Comparisons for each pair that was seen, and in all at least.
const COMPARISONS: (usize, usize) = (4, 256);

impl Seen {
    fn new(wanted: bool) -> Self {
        Self { wanted, text: Vec::new(), pairs: Vec::new(), next: 0, left: COMPARISONS.1 }
    }

    fn push(&mut self, name: &[u8], value: &[u8]) {
        if self.wanted {
            self.text.extend_from_slice(name);
            let middle = self.text.len();
            self.text.extend_from_slice(value);
            self.pairs.push((middle, self.text.len()));
            self.left += COMPARISONS.0;
        }
    }

    fn has(&mut self, name: &[u8], value: &[u8]) -> bool {
        let count = self.pairs.len();
        for step in 0..count.min(self.left) {
            let index = (self.next + step) % count;
            self.left -= 1;
            if self.pair(index) == Some((name, value)) {
                self.next = index + 1;
                return true;
            }
        }
        false
    }

    fn pair(&self, index: usize) -> Option<(&[u8], &[u8])> {
        let (middle, end) = *self.pairs.get(index)?;
        let begin = match index.checked_sub(1) {
            Some(before) => self.pairs.get(before)?.1,
            None => 0,
        };
        Some((self.text.get(begin..middle)?, self.text.get(middle..end)?))
    }
}
