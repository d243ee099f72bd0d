//! Commands of an operating system, and options of its programs: what a separator, a substitution
//! or a disguise makes a shell read as a command. A known name is one sign of several.
mod command;
mod form;
mod free;
mod leading;
mod name;
mod option;
#[cfg(test)]
mod tests;

use crate::bytes;
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;
use command::{Argument, Command, argument, command, skip_blanks};
use name::Name;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::SEPARATOR,
    Classes::TWICE,
    Classes::VARIABLE,
    Classes::DOLLAR,
    Classes::BACKTICK,
    Classes::PIPE,
    Classes::SEMICOLON,
    Classes::BREAK,
    Classes::BRACE.with(Classes::COMMA),
    Classes::BRACE.with(Classes::PAREN),
    Classes::CARET,
    Classes::ROOT,
    Classes::DRIVE,
    Classes::BACKSLASH,
    Classes::LEADING_SIGN,
    Classes::SLASH.with(Classes::QUESTION),
    Classes::SLASH.with(Classes::STAR),
    Classes::PERCENT.with(Classes::TILDE),
    Classes::PERCENT.with(Classes::PAREN),
    Classes::APOSTROPHE,
    Classes::QUOTE,
    Classes::AMPERSAND,
    Classes::LESS,
    Classes::GREATER.with(Classes::PAREN),
    Classes::DASH.with(Classes::SPACE),
    Classes::PERCENT,
    Classes::SCHEME,
    Classes::PLUS.with(Classes::COLON),
    Classes::EQUALS.with(Classes::SPACE),
];

/// What wakes it whatever the classes; in lower case.
pub(crate) const LITERALS: &str = "\
    whoami\nifconfig\nipconfig\nnetstat\nnslookup\npowershell\ncmd.exe\ninvoke-\n%comspec%\n\
    system(\npassthru\nprintenv\ntasklist\nsysteminfo\ncertutil\nrundll32\nstart-process\n\
    new-object\nif exist\nerrorlevel\n exist \n equ \n neq \n geq \n gtr \n leq \n lss \n\
    \x20--upload-\n --exec\nalias \n-o/tmp\n-o/var\n-o/home\nphpinfo(\nphpversion(\n\
    \x20defined \nnohup \nsetsid \nnet.webclient\nget-process\nstop-process\nget-childitem\nget-content \nset-content \n\
    cscript \nwscript \nschtasks\nregsvr32\nbitsadmin\nmshta \nforfiles\n\x20exec:\n--checkpoint-action\nansible-\nnet user\nnet localgroup\nlocalgroup\nreg add\nreg query\n\
    sleep 1\ncurl \nwget \nchmod +\nps aux\nping 1\nld_preload\nbash_env\ngit_ssh\nproxycommand=";

/// What reading a byte costs, in steps.
const STEPS_A_BYTE: u64 = 2;
/// What judging a byte that may have a command after it costs, in steps.
const STEPS_A_SEPARATOR: u64 = 208;
/// What judging another byte that has a meaning in a shell costs, in steps.
const STEPS_A_SIGN: u64 = 32;
/// Bytes before and after a command that is all there is.
const ALONE_BYTES_MAX: usize = 64;
/// Bytes of a value that a command is appended to.
const VALUE_BYTES_MAX: usize = 256;
/// Free texts that are longer are prose or code.
const FREE_BYTES_MAX: usize = 200;

/// Whether a word of prose that is one of a shell's, too, stands in a condition.
pub(crate) fn counts(text: &[u8], start: usize, literal: &[u8]) -> bool {
    if !matches!(literal, b" exist " | b" defined ") {
        return true;
    }
    let head = text.get(start.saturating_sub(8)..start).unwrap_or_default().to_ascii_lowercase();
    head.ends_with(b"if") || head.ends_with(b"not")
}

/// Whether a word names a command.
pub(crate) fn is_command(lower: &[u8]) -> bool {
    name::name(lower) != Name::None
}

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(STEPS_A_BYTE * text.lower.len() as u64).ok()?;
    let line = Line { bytes: text.bytes, lower: text.lower, role: text.role };
    if text.role.is_free() {
        return line.free();
    }
    work.spend(STEPS_A_SEPARATOR).ok()?;
    if let Some(found) = line.leading() {
        return Some(found);
    }
    line.scan(work).or_else(|| {
        // `a;id.jpg`: the ending belongs to the name that the command stands in.
        let stem =
            if text.role == Role::FileName { free::ending(text.lower)? } else { return None };
        let head = |bytes| bytes::between(bytes, 0, stem);
        Line { bytes: head(text.bytes), lower: head(text.lower), ..line }.scan(work)
    })
}

/// Whether a rule can begin at the byte.
const fn is_sign(byte: u8) -> bool {
    matches!(
        byte,
        b';' | b'|' | b'&' | b'\n' | b'\r' | b'$' | b'`' | b'{' | b'(' | b'/' | b'%' | b'<' | b'>'
    )
}

/// A text as one line of a shell.
#[derive(Clone, Copy)]
struct Line<'a> {
    bytes: &'a [u8],
    lower: &'a [u8],
    role: Role,
}

/// What separates a command from what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Semicolon,
    Pipe,
    Ampersand,
    /// `||`, `&&`
    Twice,
    Break,
}

impl Line<'_> {
    /// Every sign of a shell, in order.
    fn scan(&self, work: &mut Work) -> Option<Match> {
        for (at, &byte) in self.lower.iter().enumerate().filter(|(_, byte)| is_sign(**byte)) {
            let separates = matches!(byte, b';' | b'|' | b'&' | b'$' | b'`' | b'\n' | b'\r');
            work.spend(if separates { STEPS_A_SEPARATOR } else { STEPS_A_SIGN }).ok()?;
            let found = self.judge(at);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn at(&self, at: usize) -> u8 {
        self.lower.get(at).copied().unwrap_or(0)
    }

    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b' ', |at| self.at(at))
    }

    /// The rules that can begin at a byte.
    #[inline]
    fn judge(&self, at: usize) -> Option<Match> {
        match self.at(at) {
            b';' => self.separated(at, 1, Separator::Semicolon),
            b'|' if self.at(at + 1) == b'|' => self.separated(at, 2, Separator::Twice),
            b'|' if self.before(at) != b'|' => self.separated(at, 1, Separator::Pipe),
            b'&' if self.at(at + 1) == b'&' => self.separated(at, 2, Separator::Twice),
            b'&' if self.before(at) != b'&' => self.separated(at, 1, Separator::Ampersand),
            b'\n' | b'\r' => self.separated(at, 1, Separator::Break),
            b'$' => self.dollar(at),
            b'`' => self.backtick(at),
            b'{' => form::brace(self.lower, at).map(Match::medium),
            b'(' => self.parenthesis(at),
            b'/' => form::place(self.lower, at)
                .map(Match::high)
                .or_else(|| form::glob(self.lower, at).map(Match::medium)),
            // `%x(id)`: a substitution of Ruby.
            b'%' if self.at(at + 1) == b'x' && matches!(self.at(at + 2), b'(' | b'{' | b'[') => {
                self.substituted(at + 3)
            }
            b'%' => form::percent(self.lower, at).map(Match::high),
            b'<' => self.less(at),
            b'>' if self.at(at + 1) == b'(' => self.substituted(at + 2),
            _ => None,
        }
    }

    /// A command behind a separator.
    fn separated(&self, at: usize, length: usize, separator: Separator) -> Option<Match> {
        let from = self.skip_separators(at + length);
        if let Some(found) = self.assigned(from).or_else(|| form::batch(self.lower, from)) {
            return Some(Match::medium(found));
        }
        if let Some(found) = form::compound(self.lower, from) {
            return Some(Match::high(found));
        }
        if self.is_signs(at) && form::code(self.lower, from) {
            return Some(Match::medium("code"));
        }
        if separator == Separator::Pipe
            && self
                .lower
                .get(from..)
                .is_some_and(|tail| tail.len() < 16 && tail.trim_ascii_end() == b"$0")
        {
            return Some(Match::high("command"));
        }
        let sourced = self.lower.get(from..).is_some_and(|tail| tail.starts_with(b". /"))
            && self.at(from + 3).is_ascii_alphanumeric();
        if sourced && separator != Separator::Break {
            return Some(Match::high("command"));
        }
        let found = command(self.bytes, self.lower, from);
        if self.is_signs(at) && self.is_begun(from, &found) {
            return Some(Match::medium("command"));
        }
        if self.at(from) == b'.' && separator != Separator::Pipe {
            return self.dotted(from);
        }
        let next = argument(self.lower, found.end, found.takes);
        if found.name == Name::None {
            return self.unknown(&found, next, separator);
        }
        if !self.is_command(at, from, separator, &found, next) {
            return None;
        }
        let tame = self.role == Role::Header
            && (found.name == Name::Word || separator == Separator::Semicolon && at > 0)
            && next != Argument::Telling
            || self.is_query(at, separator) && next != Argument::Telling
            || separator == Separator::Break
                && !matches!(next, Argument::Telling | Argument::End)
                && !(self.is_bare(at, separator) && self.ends(found.end, next))
            || self.role == Role::Header && matches!(self.at(found.end), b')' | b';');
        (!tame).then_some(Match::high("command"))
    }

    /// Past more separators, an opened group, `!`, an empty variable.
    fn skip_separators(&self, from: usize) -> usize {
        let mut from = skip_blanks(self.lower, from);
        for _ in 0..4 {
            match self.at(from) {
                b'(' | b'{' | b'!' | b'|' | b'&' | b'@' | b';' => {
                    from = skip_blanks(self.lower, from + 1);
                }
                b'$' if self.at(from + 1).is_ascii_lowercase() && self.at(from + 2) == b' ' => {
                    from = skip_blanks(self.lower, from + 2);
                }
                _ => break,
            }
        }
        from
    }

    /// Whether a known name behind a separator is meant as a command.
    fn is_command(
        &self,
        at: usize,
        from: usize,
        separator: Separator,
        found: &Command,
        next: Argument,
    ) -> bool {
        match found.name {
            Name::None => false,
            _ if found.disguised && next != Argument::Other => {
                next != Argument::Word || !found.placed
            }
            _ if found.placed => {
                matches!(next, Argument::End | Argument::Separator | Argument::Telling)
            }
            // Names of encodings too, and without input nothing happens.
            Name::Sure
                if name::filters(self.lower.get(from..found.end).unwrap_or_default())
                    && separator != Separator::Pipe
                    && next != Argument::Telling =>
            {
                false
            }
            Name::Sure => {
                matches!(next, Argument::End | Argument::Separator | Argument::Telling)
                    || next == Argument::Word && self.is_tight(at, separator)
            }
            Name::Shell => match next {
                Argument::Telling => true,
                Argument::End | Argument::Separator => {
                    separator == Separator::Pipe && !found.capitals || self.is_bare(at, separator)
                }
                _ => false,
            },
            Name::Short | Name::Word => match next {
                Argument::Telling => !found.capitals || self.is_bare(at, separator),
                // `;ssh root@x`: a name that is no word, and nothing but a value before it.
                Argument::Word => {
                    found.name == Name::Short
                        && !found.capitals
                        && found.end > from + 2
                        && self.is_tight(at, separator)
                        && separator != Separator::Ampersand
                        && (self.is_signs(at) || self.is_value(at))
                }
                Argument::End | Argument::Separator => {
                    !found.capitals
                        && (self.is_bare(at, separator)
                            || separator == Separator::Twice
                                && found.name == Name::Short
                                && self.is_word(at))
                        && !self.is_listed(at, found.end, separator)
                        && self.ends(found.end, next)
                }
                Argument::Other => false,
            },
        }
    }

    /// A separator without blanks before and after it, as nobody writes prose.
    fn is_tight(&self, at: usize, separator: Separator) -> bool {
        let after = self.at(at + if separator == Separator::Twice { 2 } else { 1 });
        at == 0 || self.before(at) != b' ' && after != b' '
    }

    /// Whether only a value stands before the separator: nothing, signs, a number, an address.
    fn is_bare(&self, at: usize, separator: Separator) -> bool {
        if at > VALUE_BYTES_MAX {
            return false;
        }
        let head = self.lower.get(..at).unwrap_or_default().trim_ascii();
        let signs = head.iter().all(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii());
        let value = self.is_value(at);
        let glued = self.before(at) != b' '
            && separator != Separator::Ampersand
            && head.len() < 64
            && !head.contains(&b' ');
        // `x y';id`: the quote that was opened outside is closed here.
        let closed = matches!(self.before(at), b'\'' | b'"')
            && head.len() < 64
            && memchr::memchr_iter(self.before(at), head).count() == 1;
        signs || value || glued || closed
    }

    /// Whether a number, an address or a name of a file stands before, and no other word.
    fn is_value(&self, at: usize) -> bool {
        let head = bytes::between(self.lower, 0, at).trim_ascii();
        head.len() < 64
            && !head.contains(&b' ')
            && head.iter().any(|byte| {
                byte.is_ascii_digit() || matches!(byte, b'.' | b'\'' | b'"' | b'/' | b')' | b'@')
            })
    }

    /// Whether no letter or digit stands before.
    fn is_signs(&self, at: usize) -> bool {
        at <= ALONE_BYTES_MAX
            && self.lower.get(..at).is_some_and(|head| {
                !head.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
            })
    }

    /// Whether one word stands before.
    fn is_word(&self, at: usize) -> bool {
        at <= ALONE_BYTES_MAX
            && self.lower.get(..at).is_some_and(|head| !head.trim_ascii().contains(&b' '))
    }

    /// `red|sort|blue`: one of several words between bars.
    fn is_listed(&self, at: usize, end: usize, separator: Separator) -> bool {
        separator == Separator::Pipe
            && self.lower.get(..at).is_some_and(|head| {
                (head.contains(&b'|') || self.at(end) == b'|')
                    && !head.is_empty()
                    && (end >= self.lower.len() || self.at(end + 1).is_ascii_alphanumeric())
                    && head
                        .iter()
                        .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'|' | b'_'))
            })
    }

    /// Whether a command without arguments ends the text, or the next one is a command too.
    fn ends(&self, end: usize, next: Argument) -> bool {
        if next == Argument::End {
            return true;
        }
        let mut from = skip_blanks(self.lower, end);
        let spaced = from > end;
        for _ in 0..4 {
            if !matches!(
                self.at(from),
                b'|' | b';' | b'&' | b'`' | b')' | b'#' | b'\n' | b'\r' | b'}' | b'\'' | b'"'
            ) {
                break;
            }
            from = skip_blanks(self.lower, from + 1);
        }
        if from >= self.lower.len() || !spaced {
            return true;
        }
        command(self.bytes, self.lower, from).name != Name::None
    }

    /// `a=1&id`: the next parameter of a query.
    fn is_query(&self, at: usize, separator: Separator) -> bool {
        if separator == Separator::Break || separator == Separator::Twice {
            return false;
        }
        let head = self.lower.get(at.saturating_sub(256)..at).unwrap_or_default();
        let start = head.iter().rposition(u8::is_ascii_whitespace).map_or(0, |cut| cut + 1);
        let head = head.get(start..).unwrap_or_default();
        self.role == Role::Url || head.windows(3).any(|three| three == b"://")
    }

    /// `;CMD=$'id';$CMD`, `a=who;b=ami;$a$b`
    fn assigned(&self, from: usize) -> Option<&'static str> {
        let tail = self.lower.get(from..(from + 160).min(self.lower.len()))?;
        let equals = tail.iter().take(24).position(|byte| *byte == b'=')?;
        let named = tail.get(..equals)?;
        if named.is_empty()
            || !named.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        {
            return None;
        }
        let rest = tail.get(equals + 1..)?;
        if form::environment(named, rest) {
            return Some("environment");
        }
        let used = rest.windows(named.len() + 1).enumerate().any(|(index, window)| {
            window.first() == Some(&b'$')
                && window.get(1..) == Some(named)
                && rest.get(..index).is_some_and(|before| {
                    before.iter().any(|byte| matches!(byte, b';' | b'&' | b'|' | b'\n'))
                })
        });
        used.then_some("assignment")
    }

    /// `.shell nc …`: commands of sqlite's shell.
    fn dotted(&self, from: usize) -> Option<Match> {
        let tail = self.lower.get(from..)?;
        let shell = [b".shell ".as_slice(), b".system ", b".sh "]
            .into_iter()
            .find(|name| tail.starts_with(name))?;
        let found = command(self.bytes, self.lower, skip_blanks(self.lower, from + shell.len()));
        (found.name != Name::None).then_some(Match::high("command"))
    }

    /// A word that is no known command: its place and what follows can still tell.
    fn unknown(&self, found: &Command, next: Argument, separator: Separator) -> Option<Match> {
        let bin = found.placed
            && next != Argument::Other
            && separator != Separator::Break
            && self.lower.get(found.end.saturating_sub(64)..found.end).is_some_and(|word| {
                [b"/bin/".as_slice(), b"/sbin/", b"\\system32\\"]
                    .iter()
                    .any(|folder| word.windows(folder.len()).any(|window| window == *folder))
            });
        bin.then_some(Match::medium("command"))
    }

    /// `$(…)`, `${IFS}`, `$((1+1))`
    fn dollar(&self, at: usize) -> Option<Match> {
        if let Some(found) = form::dollar(self.lower, at) {
            return Some(Match::high(found));
        }
        if self.at(at + 1) == b'(' { self.substituted(at + 2) } else { None }
    }

    /// A command inside of a substitution.
    fn substituted(&self, from: usize) -> Option<Match> {
        let from = skip_blanks(self.lower, from);
        let read = self.at(from + 1);
        if self.at(from) == b'<' && (matches!(read, b'/' | b' ') || read.is_ascii_alphabetic()) {
            return Some(Match::high("substitution"));
        }
        let found = command(self.bytes, self.lower, from);
        let next = argument(self.lower, found.end, found.takes);
        let sure = found.name != Name::None
            && next != Argument::Other
            && (!found.capitals || next == Argument::Telling);
        sure.then_some(Match::high("substitution"))
    }

    /// `` `id` ``: a substitution, unless prose marks code with it.
    fn backtick(&self, at: usize) -> Option<Match> {
        let near = self.lower.get(at + 1..(at + 200).min(self.lower.len()))?;
        let head = self.lower.get(at.saturating_sub(200)..at)?;
        let closing = head.iter().fold(false, |closing, byte| closing ^ (*byte == b'`'));
        if closing {
            return None;
        }
        let end = near.iter().position(|byte| *byte == b'`');
        let from = skip_blanks(self.lower, at + 1);
        let found = command(self.bytes, self.lower, from);
        if found.name == Name::None {
            return None;
        }
        let next = argument(self.lower, found.end, found.takes);
        if next == Argument::Other {
            return None;
        }
        let close = end.map(|end| at + 2 + end);
        let before = self.before(at);
        let letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
        let first = at <= ALONE_BYTES_MAX
            && self.lower.get(..at).is_some_and(|head| !head.iter().any(letter));
        let last = close.is_none_or(|close| {
            self.lower
                .get(close..)
                .is_some_and(|tail| tail.len() <= ALONE_BYTES_MAX && !tail.iter().any(letter))
        });
        let inside = before.is_ascii_alphanumeric()
            && close.is_some_and(|close| self.at(close).is_ascii_alphanumeric());
        // `192.0.2.7 `ls -l``: a value, and nothing after it.
        let appended = last
            && next != Argument::Word
            && at <= ALONE_BYTES_MAX
            && self.lower.get(..at).is_some_and(|head| {
                let value = head.trim_ascii();
                !value.contains(&b' ')
                    && value.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'@'))
            });
        let whole = first && last || inside || appended;
        let glued = !matches!(
            before,
            b' ' | b'(' | b'\n' | b'[' | b'`' | b'*' | b'"' | b'/' | b',' | b':' | b'|' | b'-'
        ) && at > 0
            && before.is_ascii();
        (whole || glued && next != Argument::Word).then_some(Match::high("substitution"))
    }

    fn parenthesis(&self, at: usize) -> Option<Match> {
        if let Some(found) = form::function(self.lower, at) {
            return Some(Match::high(found));
        }
        if !form::call(self.lower, at) {
            return None;
        }
        let mut from = skip_blanks(self.lower, at + 1);
        while matches!(self.at(from), b'\'' | b'"' | b'\\' | b'[' | b'`' | b'(') && from < at + 8 {
            from += 1;
        }
        let found = command(self.bytes, self.lower, from);
        let next = argument(self.lower, found.end, found.takes);
        (found.name != Name::None && from > at + 1 && next != Argument::Other)
            .then_some(Match::high("call"))
    }

    /// `<!--#exec`, `<(cmd`, `<cmd`
    fn less(&self, at: usize) -> Option<Match> {
        let tail = self.lower.get(at..)?;
        if tail.starts_with(b"<!--#exec") || tail.starts_with(b"<!--#include virtual=\"|") {
            return Some(Match::high("server-side-include"));
        }
        if self.at(at + 1) == b'(' {
            return self.substituted(at + 2);
        }
        let first = at <= ALONE_BYTES_MAX
            && self.lower.get(..at).is_some_and(|head| head.trim_ascii().is_empty());
        let here = tail.starts_with(b"<<<");
        let near = tail.get(..tail.len().min(VALUE_BYTES_MAX)).unwrap_or_default();
        if !first && !here || near.contains(&b'>') {
            return None;
        }
        let from = skip_blanks(self.lower, at + if here { 3 } else { 1 });
        let found = command(self.bytes, self.lower, from);
        let next = argument(self.lower, found.end, found.takes);
        (matches!(found.name, Name::Sure | Name::Short | Name::Word)
            && !matches!(next, Argument::Other | Argument::Word))
        .then_some(Match::medium("command"))
    }
}
