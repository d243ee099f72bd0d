//! One look at one document: what is asked about, what was found, what it may still cost.
use super::sieve::{self, Form, Marks};
use super::words::{Far, Near};
use super::{decode, few, kinds, pointer, prose};
use crate::family::{Confidence, Families, Family};
use crate::finding::{Finding, Match};
use crate::prototype;
use crate::table::DETECTORS;
use crate::text::{Classes, Role, Text};
use crate::work::{Exhausted, Work};

/// How much of a long text families see at once, and how much of it they see twice.
const WINDOW: usize = 1024;
const OVERLAP: usize = 256;
/// Longer texts are no name.
const NAME_BYTES_MAX: usize = 64;
/// What a finding costs, with its pointer: thousands of them are an attack on time.
const STEPS_A_HIT: u64 = 4000;
/// What is said of a text whose marks are those of prose: letters and blanks at least.
const QUIET: Classes =
    Classes::LETTER.with(Classes::SPACE).with(Classes::HIGH).with(Classes::DIGIT);
/// Encodings in encodings, JSON in strings included.
pub(super) const LAYERS: u32 = 3;

pub(super) struct Look<'w> {
    pub(super) families: Families,
    words: &'static Near,
    pub(super) work: &'w mut Work,
    /// Those that have found something in the string in hand.
    pub(super) found: Families,
    pub(super) hits: Vec<Hit>,
    /// Where the string in hand starts in its document.
    pub(super) place: usize,
    /// The window in lower case; one buffer for all.
    lower: Vec<u8>,
    /// Whether what is looked at was written in an encoding that its reader need not undo.
    pub(super) encoded: bool,
    /// Whether every mark in what is looked at is one of plain prose: then only words say anything.
    pub(super) quiet: bool,
    /// Whether nothing is passed over; tests hold the quick look against that.
    pub(super) thorough: bool,
}

/// Finds the next place of a text at which a family could have something to say.
pub(super) struct Ahead<'a> {
    text: &'a [u8],
    marks: Marks,
    families: Families,
    role: Role,
    words: &'static Far,
    /// The next suspect byte, when it was looked for from some place on.
    suspect: Option<usize>,
    is_sifted: bool,
}

impl<'a> Ahead<'a> {
    pub(super) fn new(text: &'a [u8], form: Form, families: Families, role: Role) -> Self {
        let marks = Marks::of(form, families);
        Self {
            text,
            marks,
            families,
            role,
            words: Far::get(marks),
            suspect: None,
            is_sifted: false,
        }
    }

    /// Whether no suspect byte stands before `end`, of what was gone over.
    pub(super) fn is_quiet(&self, end: usize) -> bool {
        self.is_sifted && self.suspect.is_none_or(|at| at >= end)
    }

    /// The next place at or after `from`, which only grows.
    pub(super) fn next(&mut self, from: usize, work: &mut Work) -> Option<usize> {
        // What goes to a language model needs no mark to be of interest.
        if self.role == Role::ModelInput {
            return (from < self.text.len()).then_some(from);
        }
        if !self.is_sifted || self.suspect.is_some_and(|at| at < from) {
            self.suspect = suspect(self.text, from, self.marks, work);
            self.is_sifted = true;
        }
        let suspect = self.suspect;
        // Words count only up to there: the text around that place is looked at anyway.
        let before = self.text.get(..suspect.unwrap_or(self.text.len())).unwrap_or_default();
        let literal = self.words.next(before, from, self.families, work);
        // A word that is a whole string begins with its quote.
        let inside = |at: usize| at + usize::from(self.text.get(at) == Some(&b'"'));
        literal.map(|(at, _)| inside(at)).or(suspect)
    }
}

/// The next suspect byte that is no mark of plain prose; some byte when the work is used up.
pub(super) fn suspect(text: &[u8], from: usize, marks: Marks, work: &mut Work) -> Option<usize> {
    let mut from = from;
    loop {
        let at = sieve::next(text, from, marks)?;
        let is_usual = marks.few
            && work.spend(few::STEPS_A_MARK).is_ok()
            && few::is_usual(text, at, marks.form);
        if !is_usual && !prose::is_prose(text, at, marks.form, work) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// A finding before it has its pointer.
pub(super) struct Hit {
    family: Family,
    pub(super) matched: Match,
    /// Where the string starts in its document.
    pub(super) place: usize,
    /// The pointer in the document that the string holds.
    pub(super) inner: String,
}

impl<'w> Look<'w> {
    pub(super) fn new(families: Families, work: &'w mut Work) -> Self {
        let (words, found) = (Near::get(), Families::NONE);
        Self {
            families,
            words,
            work,
            found,
            hits: Vec::new(),
            place: 0,
            lower: Vec::new(),
            encoded: false,
            quiet: false,
            thorough: false,
        }
    }

    /// A string begins: every family may find something in it, once.
    pub(super) fn begin(&mut self, place: usize) {
        self.place = place;
        self.found = Families::NONE;
    }

    /// Looks at a text of any length.
    pub(super) fn text(&mut self, text: &[u8], role: Role, layer: u32) -> Result<(), Exhausted> {
        if text.len() <= WINDOW {
            self.work.spend(text.len() as u64 / 2 + 8)?;
            let classes = if self.quiet { QUIET } else { kinds::of(text) };
            self.window(text, classes, role, layer)?;
        } else {
            // Where it begins it may say what it is.
            self.long_text(text, true, role, layer)?;
        }
        self.hidden_in_base64(text, role, layer)
    }

    /// Looks at a text out of the midst of another one.
    pub(super) fn part(&mut self, text: &[u8], role: Role, layer: u32) -> Result<(), Exhausted> {
        self.quiet = false;
        self.long_text(text, false, role, layer)
    }

    fn long_text(
        &mut self,
        text: &[u8],
        begins: bool,
        role: Role,
        layer: u32,
    ) -> Result<(), Exhausted> {
        self.work.spend(text.len() as u64 / 8)?;
        self.quiet = false;
        let needs_all = self.thorough || role == Role::ModelInput;
        let sought = if needs_all { Role::ModelInput } else { role };
        let mut ahead = Ahead::new(text, Form::Plain, self.families, sought);
        let mut next = if begins { Some(0) } else { ahead.next(0, self.work) };
        let mut seen = 0usize;
        while let Some(at) = next {
            let start = at.max(seen).saturating_sub(OVERLAP);
            let end = (start + WINDOW).min(text.len());
            let window = text.get(start..end).unwrap_or_default();
            let classes = if self.quiet { QUIET } else { kinds::of_part(text, start, end) };
            self.window(window, classes, role, layer)?;
            if end == text.len() {
                break;
            }
            seen = end;
            next = ahead.next(end - OVERLAP, self.work);
            self.quiet = next.is_some_and(|at| {
                !needs_all && ahead.is_quiet(at.saturating_sub(OVERLAP) + WINDOW)
            });
            self.work.spend(0)?;
        }
        Ok(())
    }

    /// Asks the families that a window wakes, about it and about what it hides.
    pub(super) fn window(
        &mut self,
        window: &[u8],
        classes: Classes,
        role: Role,
        layer: u32,
    ) -> Result<(), Exhausted> {
        self.work.spend(window.len() as u64 / 2)?;
        let classes = if self.encoded { classes.with(Classes::DECODED) } else { classes };
        let awake = self.awake(window, classes, role);
        if !awake.is_empty() {
            self.ask(awake, window, classes, role)?;
        }
        if !self.quiet {
            self.lines(window, classes, role)?;
        }
        // Only families that are not on by themselves ask about what ends in a quote.
        let quotes = !self.families.without(Families::LITERAL).is_empty();
        if layer < LAYERS
            && classes.has_any(decode::MARKERS)
            && !self.quiet
            && self.families != self.found
            && let Some(decoded) = decode::layer(window, classes, quotes, self.work)
        {
            self.work.spend(2 * window.len() as u64)?;
            let before = std::mem::replace(&mut self.encoded, true);
            self.quiet = false;
            let done = self.text(&decoded.text, role, layer + 1);
            self.encoded = before;
            if decoded.folded && !role.is_free() {
                self.disguised();
            }
            return done;
        }
        Ok(())
    }

    /// An attack with characters that only look like those which it needs hides itself.
    fn disguised(&mut self) {
        let place = self.place;
        let shown = self.hits.iter().rev().take_while(|hit| hit.place == place);
        let sure = shown.filter(|hit| hit.matched.confidence > Confidence::Low);
        let (mut is_code, mut told) = (false, false);
        for hit in sure {
            told |= hit.family == Family::Unicode;
            is_code |= !matches!(hit.family, Family::Unicode | Family::Prompt | Family::Formula);
        }
        if is_code && !told && self.families.contains(Family::Unicode) {
            self.found.insert(Family::Unicode);
            let (family, matched) = (Family::Unicode, Match::medium("disguised-code"));
            self.hits.push(Hit { family, matched, place, inner: String::new() });
        }
    }

    /// The families that are to be asked.
    fn awake(&mut self, window: &[u8], classes: Classes, role: Role) -> Families {
        let wanted = self.families.without(self.found);
        let awake = if self.quiet { Families::NONE } else { wakened(classes, wanted) };
        let asleep = wanted.without(awake);
        let mut awake = awake.or(self.words.families_in(window, asleep, self.work));
        if role == Role::ModelInput && wanted.contains(Family::Prompt) {
            awake.insert(Family::Prompt);
        }
        // A short name in letters that are not ASCII may be meant to pass for another.
        let is_name = window.len() <= NAME_BYTES_MAX && classes.has(Classes::HIGH);
        if is_name && !classes.has(Classes::SPACE) && wanted.contains(Family::Unicode) {
            awake.insert(Family::Unicode);
        }
        awake
    }

    pub(super) fn ask(
        &mut self,
        awake: Families,
        window: &[u8],
        classes: Classes,
        role: Role,
    ) -> Result<(), Exhausted> {
        let mut lower = std::mem::take(&mut self.lower);
        lower.clear();
        lower.extend_from_slice(window);
        lower.make_ascii_lowercase();
        let mut found = 0;
        let text = Text { bytes: window, lower: &lower, role, classes };
        for detector in DETECTORS.iter().filter(|detector| awake.contains(detector.family)) {
            if let Some(matched) = (detector.inspect)(&text, self.work) {
                self.found.insert(detector.family);
                let (family, place) = (detector.family, self.place);
                self.hits.push(Hit { family, matched, place, inner: String::new() });
                found += 1;
            }
        }
        self.lower = lower;
        self.work.spend(found * STEPS_A_HIT)
    }

    fn hidden_in_base64(&mut self, text: &[u8], role: Role, layer: u32) -> Result<(), Exhausted> {
        if layer >= LAYERS || role == Role::FreeText {
            return Ok(());
        }
        match decode::base64(text) {
            Some(hidden) => {
                self.quiet = false;
                self.work.spend(2 * text.len() as u64)?;
                self.embedded(&hidden, role, layer + 1)
            }
            None => Ok(()),
        }
    }

    /// Looks at a decoded string: as a document when it is one, else as a text.
    pub(super) fn embedded(
        &mut self,
        text: &[u8],
        role: Role,
        layer: u32,
    ) -> Result<(), Exhausted> {
        if layer < LAYERS && pointer::looks_like_json(text) {
            self.work.spend(text.len() as u64 / 2)?;
            if pointer::is_json(text) {
                return self.nested_json(text, layer + 1);
            }
        }
        self.text(text, role, layer)
    }

    /// The findings of a document, with their pointers.
    pub(super) fn hits_with_pointers(self, json: &[u8]) -> impl Iterator<Item = Finding> {
        let mut hits = self.hits;
        pointer::resolve(json, &mut hits);
        hits.into_iter().map(Hit::finding)
    }

    /// The findings of a text; their pointers go on from `at`.
    pub(super) fn hits_at(&mut self, at: &str) -> impl Iterator<Item = Finding> {
        std::mem::take(&mut self.hits).into_iter().map(move |mut hit| {
            hit.inner.insert_str(0, at);
            hit.finding()
        })
    }
}

impl Hit {
    fn finding(self) -> Finding {
        let Self { family, matched, inner: at, .. } = self;
        let Match { technique, confidence } =
            if family == Family::Prototype { prototype::placed(matched, &at) } else { matched };
        Finding { family, technique, confidence, at }
    }
}

/// Those of `wanted` that classes wake.
pub(super) fn wakened(classes: Classes, wanted: Families) -> Families {
    let is_awake = |wake: &[Classes]| wake.iter().any(|needed| classes.has(*needed));
    let asked = DETECTORS.iter().filter(|detector| wanted.contains(detector.family));
    asked.filter(|detector| is_awake(detector.wake)).map(|detector| detector.family).collect()
}
