//! Lines among lines of prose: what attacks from the start or to the end of a value does so in a
//! line of its own, too.
//!
//! In source code, logs and lists most lines have marks, and none of them says anything. So a line
//! counts only where the others around it are plain prose.
use super::look::{Look, suspect};
use super::sieve::{Form, Marks};
use super::{decode, kinds, words::Near};
use crate::family::{Families, Family};
use crate::text::{Classes, Role};
use crate::work::Exhausted;

/// Bytes of a line that is looked at for itself.
const LINE_BYTES_MAX: usize = 400;
/// Bytes of a value before a header, and of its name.
const VALUE_BYTES_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 32;
/// Lines with marks among lines without: more are code, a log or a list.
const ODD_MAX: usize = 2;
/// Lines of a window: shorter ones are no prose.
const LINES_MAX: usize = 40;
/// What telling whether a line is prose costs, besides its marks.
const STEPS_A_LINE: u64 = 16;
/// Lines of prose around them, at least.
const PROSE_MIN: usize = 2;
/// Letters and blanks of a line of prose, at least.
const PROSE_BYTES_MIN: usize = 24;

/// A line with marks: where it and the one before it begin, where it ends, and whether a sentence
/// ends before it.
#[derive(Clone, Copy, Default)]
struct Odd {
    before: usize,
    start: usize,
    end: usize,
    ended: bool,
}

impl Look<'_> {
    /// Looks at each line of a window that stands out among lines of prose.
    pub(super) fn lines(
        &mut self,
        window: &[u8],
        classes: Classes,
        role: Role,
    ) -> Result<(), Exhausted> {
        let asked = self.families.without(self.found).and(lined());
        if role != Role::Value || !classes.has(Classes::BREAK) || asked.is_empty() {
            return Ok(());
        }
        self.work.spend(window.len() as u64 / 16)?;
        let breaks = memchr::memchr_iter(b'\n', window).count();
        if !(PROSE_MIN..=LINES_MAX).contains(&breaks) {
            return Ok(());
        }
        self.work.spend(STEPS_A_LINE * breaks as u64)?;
        let marks = Marks::of(Form::Plain, self.families);
        let (mut odd, mut count, mut prose) = ([Odd::default(); ODD_MAX], 0, 0);
        let (mut start, mut before, mut ended) = (0, 0, true);
        for end in memchr::memchr_iter(b'\n', window).chain([window.len()]) {
            let line = window.get(start..end).unwrap_or_default().trim_ascii();
            if line.is_empty() {
                ended = true;
            } else {
                let after = window.get(before..start).unwrap_or_default().trim_ascii();
                let follows = is_word(after) && is_member(line);
                if follows || suspect(line, 0, marks, self.work).is_some() {
                    let Some(slot) = odd.get_mut(count) else { return Ok(()) };
                    *slot = Odd { before, start, end, ended };
                    count += 1;
                } else {
                    prose += usize::from(line.len() >= PROSE_BYTES_MIN && line.contains(&b' '));
                }
                before = start;
                ended =
                    !line.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b',');
            }
            start = end + 1;
        }
        if prose < PROSE_MIN {
            return Ok(());
        }
        let cut = |from: usize, to: usize| window.get(from..to).unwrap_or_default();
        for Odd { before, start, end, ended } in odd.into_iter().take(count) {
            let line = cut(start, end);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() <= LINE_BYTES_MAX && line.len() < window.len() {
                // A sentence that is wrapped goes on in the next line.
                let families = if ended { asked.without(CRLF) } else { Families::NONE };
                self.line(line, families, role)?;
                self.encoded_breaks(line, asked.and(CRLF), role)?;
            }
            // What is injected as a header or a command stands behind a value.
            let pair = cut(before, end);
            if before < start && pair.len() <= LINE_BYTES_MAX {
                self.line(pair, asked.and(CRLF), role)?;
            }
        }
        Ok(())
    }

    /// Line breaks that are encoded in a line.
    fn encoded_breaks(
        &mut self,
        line: &[u8],
        asked: Families,
        role: Role,
    ) -> Result<(), Exhausted> {
        let classes = kinds::of(line);
        if asked.is_empty() || !classes.has_any(decode::MARKERS) {
            return Ok(());
        }
        match decode::layer(line, classes, true, self.work) {
            Some(decoded) => {
                self.work.spend(2 * line.len() as u64)?;
                let classes = kinds::of(&decoded.text).with(Classes::DECODED);
                let broken = classes.has(Classes::BREAK);
                self.ask(if broken { asked } else { Families::NONE }, &decoded.text, classes, role)
            }
            None => Ok(()),
        }
    }

    fn line(&mut self, line: &[u8], asked: Families, role: Role) -> Result<(), Exhausted> {
        self.work.spend(line.len() as u64)?;
        let classes = kinds::of(line);
        let wanted = asked.without(self.found);
        let awake = super::look::wakened(classes, wanted);
        let more = Near::get().families_in(line, wanted.without(awake), self.work);
        self.ask(awake.or(more), line, classes, role)
    }
}

/// Whether a line is a value: one or two words.
fn is_word(line: &[u8]) -> bool {
    (1..=VALUE_BYTES_MAX).contains(&line.len()) && memchr::memchr_iter(b' ', line).count() < 2
}

/// Whether a line begins with a name and a colon.
fn is_member(line: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
    let name = line.iter().take(NAME_BYTES_MAX).take_while(is_name).count();
    name > 1 && line.get(name) == Some(&b':')
}

/// Families that look at where a text begins or ends.
fn lined() -> Families {
    use Family::{Crlf, Deserialize, Ldap, Nosql, Path, Prototype, Shell, Sql, Ssrf};
    [Crlf, Deserialize, Ldap, Nosql, Path, Prototype, Shell, Sql, Ssrf].into_iter().collect()
}

/// The one that looks at two lines.
const CRLF: Families = Families::of(Family::Crlf);
