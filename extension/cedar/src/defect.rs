//! What is wrong with the text of a policy, and where.
use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The file, as [`Source::name`](crate::Source::name) calls it.
    pub file: String,
    /// Its line, counted from 1.
    pub line: u32,
    /// Its column in characters, counted from 1.
    pub column: u32,
    /// What was found and what was expected.
    pub message: String,
}

impl Defect {
    /// A defect at a place in a text, given in bytes.
    pub(crate) fn at(file: &str, text: &str, offset: usize, message: String) -> Self {
        let (before, _) = text.split_at_checked(offset).unwrap_or((text, ""));
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.chars().rev().take_while(|char| *char != '\n').count() + 1;
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self { file: file.to_owned(), line: count(line), column: count(column), message }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}
