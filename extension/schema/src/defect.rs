//! What is wrong with a schema or an API document, and where.
use std::fmt;

/// One thing that is wrong with a schema or an API document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The file's name, as it was handed in or named by a `$ref`.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// Where in the file: a JSON pointer (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Defect {}
