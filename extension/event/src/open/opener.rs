//! The one mechanism that opens values: strings, base64, packed data, documents in documents.
use std::borrow::Cow;

use super::content::{Content, Media, Part};
use super::here::Here;
use super::inflate::{self, Trouble};
use super::payload::{self, Looks};
use super::place::Pointer;
use super::shape::Shape;
use super::{Caps, INFLATED_BYTES, ITEMS_MAX, NESTING, SCAN, base64, envelopes, percent};
use crate::decode::Fault;
use crate::envelope::ENVELOPE;
use crate::scan;
use crate::walk::Walk;

/// What giving a content costs, and what passing a value of a payload costs, in steps.
const STEPS_A_CONTENT: u64 = 40;
const STEPS_A_VALUE: u64 = 8;

/// Opens values and yields their contents.
pub(super) struct Opener<'v> {
    caps: Caps,
    visit: &'v mut dyn FnMut(&Content<'_>),
    /// Bytes that base64 and inflating have made.
    made: u64,
    /// Steps that have been taken, of [`Caps::steps`].
    taken: u64,
    item: Option<u32>,
    items: u32,
    level: u8,
    faults: Vec<Fault>,
    /// The checks that the item in hand has broken.
    broken: Vec<&'static str>,
    /// Buffers that are not in use.
    spare: Vec<Vec<u8>>,
}

impl<'v> Opener<'v> {
    pub(super) fn new(caps: Caps, visit: &'v mut dyn FnMut(&Content<'_>)) -> Self {
        Self {
            caps,
            visit,
            made: 0,
            taken: 0,
            item: None,
            items: 0,
            level: 0,
            faults: Vec::new(),
            broken: Vec::new(),
            spare: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<Fault> {
        self.faults
    }

    /// What is opened is in the event itself, not in an envelope that came with a payload.
    pub(super) fn is_outermost(&self) -> bool {
        self.level == 0
    }

    /// Opens the next item of the event's batch, or a record of an envelope in it.
    pub(super) fn in_item(&mut self, open: impl FnOnce(&mut Self)) {
        if !self.is_outermost() {
            return open(self);
        }
        self.item = (self.items < ITEMS_MAX).then_some(self.items);
        self.items = self.items.saturating_add(1);
        let is_known = self.item.is_some();
        if is_known {
            self.broken.clear();
        }
        open(self);
        // What follows is of the next item, or of none.
        if is_known {
            self.broken.clear();
        }
        self.item = None;
    }

    pub(super) fn give(
        &mut self,
        part: Part,
        media: Media,
        name: Option<&str>,
        place: &Pointer<'_>,
        bytes: &[u8],
    ) {
        if !self.step(STEPS_A_CONTENT, place) {
            return;
        }
        let (item, level) = (self.item, self.level);
        (self.visit)(&Content { item, part, media, name, pointer: place, bytes, level });
    }

    /// Takes steps, if as many are left; once they are not, nothing more is given.
    fn step(&mut self, steps: u64, place: &Pointer<'_>) -> bool {
        self.taken = self.taken.saturating_add(steps);
        if self.is_spent() {
            self.fault_steps(place);
        }
        !self.is_spent()
    }

    /// Whether the steps are used up.
    pub(super) const fn is_spent(&self) -> bool {
        self.taken > self.caps.steps
    }

    /// Takes the steps that going over a payload costs: by its bytes, and what begins values in it.
    fn look_over(&mut self, text: &[u8], place: &Pointer<'_>) -> bool {
        let begins = |byte: &&u8| matches!(byte, b',' | b':' | b'[' | b'{');
        let values = text.iter().filter(begins).count() as u64;
        self.step(text.len() as u64 / 16 + STEPS_A_VALUE * values, place)
    }

    #[cold]
    fn fault_steps(&mut self, place: &Pointer<'_>) {
        if self.broken.contains(&SCAN) {
            return;
        }
        let detail = format!("more than {} steps", self.caps.steps);
        self.fault(SCAN, place, &detail);
    }

    /// Each check counts once an item.
    #[cold]
    fn fault(&mut self, check: &'static str, place: &Pointer<'_>, detail: &str) {
        if !self.broken.contains(&check) {
            self.broken.push(check);
            self.faults.push(Fault { check, at: place.to_string(), detail: detail.to_owned() });
        }
    }

    #[cold]
    fn fault_inflated(&mut self, place: &Pointer<'_>) {
        let detail = format!("more than {} bytes", self.caps.inflated_bytes);
        self.fault(INFLATED_BYTES, place, &detail);
    }

    #[cold]
    fn fault_nesting(&mut self, place: &Pointer<'_>) {
        let detail = format!("more than {} envelopes in one another", self.caps.nesting);
        self.fault(NESTING, place, &detail);
    }

    /// An empty buffer; [`keep`](Self::keep) takes it back.
    pub(super) fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }

    pub(super) fn keep(&mut self, mut buffer: Vec<u8>) {
        buffer.clear();
        self.spare.push(buffer);
    }

    /// What a string means, by what stands between its quotes; [`done`](Self::done) takes it back.
    pub(super) fn unescaped<'a>(&mut self, raw: &'a [u8]) -> Cow<'a, [u8]> {
        if !raw.contains(&b'\\') {
            return raw.into();
        }
        let mut buffer = self.buffer();
        scan::unescape_into(raw, &mut buffer);
        buffer.into()
    }

    pub(super) fn done(&mut self, bytes: Cow<'_, [u8]>) {
        if let Cow::Owned(buffer) = bytes {
            self.keep(buffer);
        }
    }

    /// A key as a name.
    pub(super) fn with_name(&mut self, key: &[u8], then: impl FnOnce(&mut Self, Option<&str>)) {
        let name = self.unescaped(key);
        then(self, std::str::from_utf8(&name).ok());
        self.done(name);
    }

    /// A value as text: a string as what it means, a container as JSON.
    pub(super) fn text(
        &mut self,
        part: Part,
        name: Option<&str>,
        json: &[u8],
        place: &Pointer<'_>,
    ) {
        match json.first() {
            Some(b'"') => {
                let text = self.unescaped(between_quotes(json));
                if !text.is_empty() || name.is_some() {
                    self.give(part, Media::Text, name, place, &text);
                }
                self.done(text);
            }
            Some(b'{' | b'[') => self.json(part, name, json, place),
            // Nothing, or nothing that could hold anything.
            Some(b'n') | None => {}
            Some(_) => self.give(part, Media::Text, name, place, json),
        }
    }

    /// A value as JSON, unless it is null.
    pub(super) fn json(
        &mut self,
        part: Part,
        name: Option<&str>,
        json: &[u8],
        place: &Pointer<'_>,
    ) {
        if json != b"null" {
            self.give(part, Media::Json, name, place, json);
        }
    }

    /// A member that is not known to come from the service. Numbers and words say nothing.
    pub(super) fn around(&mut self, key: &[u8], json: &[u8], place: &Pointer<'_>) {
        if matches!(json, [b'"' | b'{' | b'[', _, _, ..]) && !self.is_spent() {
            self.with_name(key, |opener, name| opener.text(Part::Envelope, name, json, place));
        }
    }

    /// A text in form encoding: the key of an object in S3.
    pub(super) fn url(&mut self, part: Part, json: &[u8], place: &Pointer<'_>) {
        if json.first() != Some(&b'"') {
            return self.text(part, None, json, place);
        }
        let text = self.unescaped(between_quotes(json));
        if percent::is_plain(&text) {
            self.give(part, Media::Text, None, place, &text);
        } else {
            let mut buffer = self.buffer();
            percent::decode_into(&text, &mut buffer);
            self.give(part, Media::Text, None, place, &buffer);
            self.keep(buffer);
        }
        self.done(text);
    }

    /// Typed JSON as plain JSON.
    pub(super) fn unmarshalled(
        &mut self,
        part: Part,
        here: Here<'_, '_>,
        place: &Pointer<'_>,
        write: fn(&mut Walk<'_>, &mut Vec<u8>),
    ) {
        if here.first() != Some(b'{') {
            return self.text(part, None, here.json(), place);
        }
        let mut buffer = self.buffer();
        match here {
            Here::Known(value) => write(&mut Walk::at_value(value.json()), &mut buffer),
            Here::Next(walk) => write(walk, &mut buffer),
        }
        self.give(part, Media::Json, None, place, &buffer);
        self.keep(buffer);
    }

    /// A payload: a document, or a string that may hold one.
    pub(super) fn payload(&mut self, part: Part, here: Here<'_, '_>, place: &Pointer<'_>) {
        match here.first() {
            Some(b'"') => {
                let json = here.json();
                let text = self.unescaped(between_quotes(json));
                self.read(part, &text, place);
                self.done(text);
            }
            Some(b'{') => {
                let (json, envelope) = envelopes::look(here);
                self.document(part, json, envelope, place);
            }
            _ => self.text(part, None, here.json(), place),
        }
    }

    /// A payload that is known to be text.
    pub(super) fn read(&mut self, part: Part, text: &[u8], place: &Pointer<'_>) {
        let text = payload::without_mark(text);
        if text.is_empty() || !self.look_over(text, place) {
            return;
        }
        match payload::looks(text) {
            Looks::Json(envelope) => self.document(part, text, envelope, place),
            Looks::Xml => self.give(part, Media::Xml, None, place, text),
            Looks::Text => self.give(part, Media::Text, None, place, text),
        }
    }

    /// A JSON text; an envelope is opened.
    ///
    /// Not in a request's body: who sends requests could choose by it what is held against the
    /// schema of bodies.
    fn document(&mut self, part: Part, json: &[u8], envelope: Option<Shape>, place: &Pointer<'_>) {
        let Some(shape) = envelope.filter(|_| part != Part::Body) else {
            return self.give(part, Media::Json, None, place, json);
        };
        if self.level >= self.caps.nesting {
            self.fault_nesting(place);
            return self.give(part, Media::Json, None, place, json);
        }
        self.level += 1;
        self.walk(Here::Next(&mut Walk::at_value(json)), shape, place);
        self.level -= 1;
    }

    /// Base64 that the service promises, and what is in it.
    pub(super) fn base64(&mut self, part: Part, json: &[u8], place: &Pointer<'_>) {
        self.decoded(part, json, place, |opener, data| opener.data(part, data, place));
    }

    /// Base64 of gzip of a document of this shape; the service promises all three.
    pub(super) fn zipped(&mut self, json: &[u8], shape: Shape, place: &Pointer<'_>) {
        self.decoded(Part::Data, json, place, |opener, data| {
            if inflate::packing(data) != Some(inflate::Packing::Gzip) {
                opener.fault(ENVELOPE, place, "gzip");
                return opener.give_data(Part::Data, data, place);
            }
            let Some(buffer) = opener.inflated(data, place, true) else { return };
            if !opener.look_over(&buffer, place) {
                return opener.keep(buffer);
            }
            if payload::is_json(&buffer) {
                opener.walk(Here::Next(&mut Walk::at_value(&buffer)), shape, place);
            } else {
                opener.fault(ENVELOPE, place, "JSON in gzip");
                opener.give_data(Part::Data, &buffer, place);
            }
            opener.keep(buffer);
        });
    }

    /// Decodes a string of base64; null is nothing.
    pub(super) fn decoded(
        &mut self,
        part: Part,
        json: &[u8],
        place: &Pointer<'_>,
        then: impl FnOnce(&mut Self, &[u8]),
    ) {
        if json == b"null" {
            return;
        }
        if json.first() != Some(&b'"') {
            self.fault(ENVELOPE, place, "a string of base64");
            return self.json(part, None, json, place);
        }
        let text = self.unescaped(between_quotes(json));
        self.decoded_text(part, &text, place, then);
        self.done(text);
    }

    /// Decodes base64.
    pub(super) fn decoded_text(
        &mut self,
        part: Part,
        text: &[u8],
        place: &Pointer<'_>,
        then: impl FnOnce(&mut Self, &[u8]),
    ) {
        let bytes = base64::decoded_bytes(text) as u64;
        if self.made.saturating_add(bytes) > self.caps.inflated_bytes {
            return self.fault_inflated(place);
        }
        self.made += bytes;
        let mut buffer = self.buffer();
        if base64::decode_into(text, &mut buffer).is_some() {
            then(self, &buffer);
        } else {
            self.fault(ENVELOPE, place, "base64");
            self.give(part, Media::Text, None, place, text);
        }
        self.keep(buffer);
    }

    /// Data that may be packed, again and again.
    fn data(&mut self, part: Part, data: &[u8], place: &Pointer<'_>) {
        self.unpacked(data, place, |opener, data| opener.give_data(part, data, place));
    }

    /// Takes data out of gzip and zlib, told by their first bytes. Data that is packed and broken
    /// is given as it is, and so is what could be read of it.
    pub(super) fn unpacked(
        &mut self,
        data: &[u8],
        place: &Pointer<'_>,
        then: impl FnOnce(&mut Self, &[u8]),
    ) {
        let Some(mut inner) = self.inflated(data, place, false) else { return then(self, data) };
        let level = self.level;
        while inflate::packing(&inner).is_some() {
            if self.level >= self.caps.nesting {
                self.fault_nesting(place);
                break;
            }
            self.level += 1;
            let Some(more) = self.inflated(&inner, place, false) else { break };
            self.keep(std::mem::replace(&mut inner, more));
        }
        then(self, &inner);
        self.level = level;
        self.keep(inner);
    }

    /// Inflates data that is packed. `None` when it is not, or is too large, or gives nothing.
    fn inflated(&mut self, data: &[u8], place: &Pointer<'_>, is_promised: bool) -> Option<Vec<u8>> {
        let packing = inflate::packing(data)?;
        let left = self.caps.inflated_bytes.saturating_sub(self.made);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let mut buffer = self.buffer();
        let inflated = inflate::inflate_into(packing, data, left, &mut buffer);
        self.made = self.made.saturating_add(buffer.len() as u64);
        match inflated {
            Err(Trouble::TooMuch) => self.fault_inflated(place),
            Err(Trouble::Broken) if is_promised => self.fault(ENVELOPE, place, "gzip"),
            Err(Trouble::Broken) | Ok(()) => {}
        }
        if buffer.is_empty() && inflated.is_err() {
            self.keep(buffer);
            return None;
        }
        Some(buffer)
    }

    /// Data that is no longer packed.
    fn give_data(&mut self, part: Part, data: &[u8], place: &Pointer<'_>) {
        if std::str::from_utf8(data).is_ok() {
            self.read(part, data, place);
        } else {
            self.give(part, Media::Binary, None, place, data);
        }
    }

    /// Bytes as text if they are, else as they are; under a name.
    pub(super) fn give_bytes(
        &mut self,
        part: Part,
        name: Option<&str>,
        bytes: &[u8],
        place: &Pointer<'_>,
    ) {
        let is_text = std::str::from_utf8(bytes).is_ok();
        let media = if is_text { Media::Text } else { Media::Binary };
        self.give(part, media, name, place, bytes);
    }
}

/// What stands between the quotes of a string.
pub(super) fn between_quotes(json: &[u8]) -> &[u8] {
    let inner = json.strip_prefix(b"\"").unwrap_or(json);
    inner.strip_suffix(b"\"").unwrap_or(inner)
}
