//! The grammar of a formula: numbers, texts, cells, calls and what joins them.

/// Brackets in brackets.
const DEPTH_MAX: u32 = 24;

/// What a formula uses.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Used {
    pub(super) calls: u32,
    /// Cells and ranges of cells.
    pub(super) cells: u32,
    /// Names that are neither.
    pub(super) names: u32,
    pub(super) operators: u32,
    /// Whether it has a sheet of another file.
    pub(super) outside: bool,
}

/// What a text uses that is a formula as a whole, without its first sign; `None` for any other.
pub(super) fn read(lower: &[u8]) -> Option<Used> {
    let mut reader = Reader { text: lower.trim_ascii_end(), at: 0, used: Used::default() };
    if reader.text.ends_with(b"}") && !reader.text.contains(&b'{') {
        let array = reader.text.len() - 1;
        reader.text = reader.text.get(..array)?;
    }
    reader.expression(0)?;
    (reader.at == reader.text.len()).then_some(reader.used)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    used: Used,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or_default()
    }

    fn is_next(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte && self.at < self.text.len();
        self.at += usize::from(is_next);
        is_next
    }

    fn while_any(&mut self, any: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| any(**byte)).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.while_any(|byte| byte.is_ascii_whitespace());
    }

    /// Operands joined by operators, each perhaps with signs before it.
    fn expression(&mut self, depth: u32) -> Option<()> {
        loop {
            self.while_any(|byte| byte.is_ascii_whitespace() || b"+-@".contains(&byte));
            self.operand(depth)?;
            self.blanks();
            self.is_next(b'%');
            self.blanks();
            let operator = self.while_any(|byte| b"+-*/^&=<>:".contains(&byte));
            if operator.is_empty() {
                return Some(());
            }
            self.used.operators += 1;
        }
    }

    fn operand(&mut self, depth: u32) -> Option<()> {
        match self.peek() {
            b'0'..=b'9' | b'.' => {
                self.while_any(|byte| byte.is_ascii_digit() || byte == b'.');
                Some(())
            }
            b'"' => self.quoted(b'"').map(drop),
            b'\'' => {
                let sheet = self.quoted(b'\'')?;
                self.used.outside |= sheet.iter().any(|byte| b"[\\/:".contains(byte));
                self.of_sheet()
            }
            b'[' => {
                self.while_any(|byte| byte != b']');
                self.at += 1;
                self.while_any(is_name);
                self.used.outside = true;
                self.of_sheet()
            }
            b'(' | b'{' if depth < DEPTH_MAX => {
                let close = if self.peek() == b'(' { b')' } else { b'}' };
                self.at += 1;
                self.list(depth + 1, close)
            }
            _ => self.name(depth),
        }
    }

    /// What stands between two quotes; a doubled one is part of it.
    fn quoted(&mut self, quote: u8) -> Option<&'a [u8]> {
        let start = self.at + 1;
        self.at += 1;
        loop {
            self.while_any(|byte| byte != quote);
            if !self.is_next(quote) {
                return None;
            }
            if !self.is_next(quote) {
                return self.text.get(start..self.at - 1);
            }
        }
    }

    /// `!` and a cell, after the name of a sheet.
    fn of_sheet(&mut self) -> Option<()> {
        let bang = self.is_next(b'!').then_some(());
        self.while_any(is_name);
        self.used.cells += 1;
        bang
    }

    /// Expressions, parted by commas or semicolons, up to a bracket; any may be missing.
    fn list(&mut self, depth: u32, close: u8) -> Option<()> {
        loop {
            self.blanks();
            if !matches!(self.peek(), b',' | b';') && self.peek() != close {
                self.expression(depth)?;
            }
            if self.is_next(close) {
                return Some(());
            }
            if !self.is_next(b',') && !self.is_next(b';') {
                return None;
            }
        }
    }

    /// A cell, a call, a sheet's cell or another name.
    fn name(&mut self, depth: u32) -> Option<()> {
        let name = self.while_any(is_name);
        if name.is_empty() {
            return None;
        }
        match self.peek() {
            b'(' if depth < DEPTH_MAX => {
                self.used.calls += 1;
                self.at += 1;
                self.list(depth + 1, b')')
            }
            b'!' => self.of_sheet(),
            _ if is_cell(name) => {
                self.used.cells += 1;
                Some(())
            }
            _ => {
                self.used.names += 1;
                Some(())
            }
        }
    }
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')
}

/// `a1`, `$xfd$1048576`
fn is_cell(name: &[u8]) -> bool {
    let name = name.strip_prefix(b"$").unwrap_or(name);
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let row = name.get(letters..).unwrap_or_default();
    let row = row.strip_prefix(b"$").unwrap_or(row);
    let digits = (1..=7).contains(&row.len()) && row.iter().all(u8::is_ascii_digit);
    (1..=3).contains(&letters) && digits && row.first() != Some(&b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_read_as_a_whole_or_not_at_all() {
        for text in
            ["a1", "sum(a1:b2;3)", "1+1", "t(\"a\"\"b\")&$a$4", "if((1=1),,{1,2;3})", "'x y'!a1"]
        {
            assert!(read(text.as_bytes()).is_some(), "{text}");
        }
        for text in ["", "a b", "sum(a1", "\"x", "title (draft)", ")", "1 a4", "+", "f(x))"] {
            assert!(read(text.as_bytes()).is_none(), "{text}");
        }
        assert!(read("(".repeat(5000).as_bytes()).is_none());
    }
}
