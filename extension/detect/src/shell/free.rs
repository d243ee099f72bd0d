//! Where a command is no first thought: prose and source code, and names of files.
use super::command::{Argument, argument, command};
use super::name::Name;
use super::{FREE_BYTES_MAX, Line, form};
use crate::bytes;
use crate::finding::Match;

/// Where the ending of a file's name begins, when a command could stand before it.
pub(super) fn ending(lower: &[u8]) -> Option<usize> {
    let dot = memchr::memrchr(b'.', lower)?;
    let ending = bytes::from(lower, dot + 1);
    let is_ending = (1..=5).contains(&ending.len()) && ending.iter().all(u8::is_ascii_alphanumeric);
    (is_ending && lower.iter().any(|byte| b";|&`$".contains(byte))).then_some(dot)
}

impl Line<'_> {
    /// In prose and source code only a value that goes on with a command counts.
    pub(super) fn free(&self) -> Option<Match> {
        if self.lower.len() > FREE_BYTES_MAX || self.lower.contains(&b'\n') {
            return None;
        }
        let at = self
            .lower
            .iter()
            .position(|byte| matches!(byte, b' ' | b';' | b'|' | b'&' | b'$' | b'('))?;
        let head = self.lower.get(..at)?;
        if self.at(at) == b'(' || self.at(at) == b'$' {
            return (at == 0).then(|| form::function(self.lower, at).map(Match::high)).flatten();
        }
        let value =
            head.iter().any(|byte| byte.is_ascii_digit() || *byte == b'.') || head.is_empty();
        let tight = self.at(at) == b';' && self.at(at + 1) != b' ';
        let from = at + 1;
        let found = command(self.bytes, self.lower, from);
        let next = argument(self.lower, found.end, found.takes);
        (value
            && tight
            && matches!(found.name, Name::Sure | Name::Short | Name::Word)
            && matches!(next, Argument::Telling | Argument::End))
        .then_some(Match::high("command"))
    }
}
