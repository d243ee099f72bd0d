//! Steps through JSON that was scanned before, without checking it again.
//!
//! Nothing here recurses, and every step takes time linear in the bytes it passes. On a text that
//! is not JSON the steps end early; they never panic.
mod steps;

use crate::scan;

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// Starts before the value that `json` holds.
    pub(crate) const fn new(json: &'a [u8]) -> Self {
        Self { json, at: 0 }
    }

    /// The first byte of the value that comes next.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.json.get(self.at) {
            self.at += 1;
        }
        self.json.get(self.at).copied()
    }

    /// Steps over an opening bracket; whether something stands behind it.
    #[inline]
    pub(crate) fn enter(&mut self) -> bool {
        self.peek();
        self.at += 1;
        match self.peek() {
            Some(b'}' | b']') => {
                self.at += 1;
                false
            }
            next => next.is_some(),
        }
    }

    /// Steps over what follows a value; whether another value or member follows.
    #[inline]
    pub(crate) fn more(&mut self) -> bool {
        let separator = self.peek();
        self.at += 1;
        separator == Some(b',')
    }

    /// Steps over a key and its colon; gives the bytes between its quotes.
    #[inline]
    pub(crate) fn key(&mut self) -> &'a [u8] {
        self.peek();
        let key = self.string();
        self.peek();
        self.at += 1;
        key
    }

    /// Steps over a value; gives its bytes.
    #[inline]
    pub(crate) fn value(&mut self) -> &'a [u8] {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'"') => {
                self.string();
            }
            Some(b'{' | b'[') => self.skip_container(),
            _ => self.skip_scalar(),
        }
        self.json.get(start..self.at).unwrap_or_default()
    }

    /// Steps over a string if one comes next; gives the bytes between its quotes.
    #[inline]
    pub(crate) fn text(&mut self) -> Option<&'a [u8]> {
        (self.peek() == Some(b'"')).then(|| self.string())
    }

    /// Steps over a number if one comes next.
    #[inline]
    pub(crate) fn number(&mut self) -> bool {
        let is_number = matches!(self.peek(), Some(b'-' | b'0'..=b'9'));
        if is_number {
            self.skip_scalar();
        }
        is_number
    }

    /// How many elements an array, or members an object, has from here to its end.
    pub(crate) fn count(mut self) -> u32 {
        let is_object = self.peek() == Some(b'{');
        let mut count = 0u32;
        let mut more = self.enter();
        while more {
            if is_object {
                self.key();
            }
            self.value();
            count = count.saturating_add(1);
            more = self.more();
        }
        count
    }

    /// Steps over the string that starts here; gives the bytes between its quotes.
    #[inline]
    fn string(&mut self) -> &'a [u8] {
        let start = self.at + 1;
        let end = scan::end_of_string(self.json, start);
        self.at = self.json.len().min(end + 1);
        self.json.get(start..end).unwrap_or_default()
    }

    fn skip_container(&mut self) {
        let mut depth = 0u32;
        while let Some(&byte) = self.json.get(self.at) {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_scalar(&mut self) {
        while let Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z') =
            self.json.get(self.at)
        {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The members of an object, as their keys and values are written.
    fn members(json: &str) -> Vec<(&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        let mut walk = Walk::new(json.as_bytes());
        let mut found = Vec::new();
        let mut more = walk.enter();
        while more {
            let key = walk.key();
            found.push((text(key), text(walk.value())));
            more = walk.more();
        }
        found
    }

    #[test]
    fn members_are_found_whatever_stands_between_them() {
        assert_eq!(members("{}"), []);
        assert_eq!(members(" { } "), []);
        let json = r#" { "a" : [ 1 , "]" , {"x":"}"} ] , "b\"" : "\\" ,"c":-1.5e3, "d":null}"#;
        let expected = [
            ("a", r#"[ 1 , "]" , {"x":"}"} ]"#),
            (r#"b\""#, r#""\\""#),
            ("c", "-1.5e3"),
            ("d", "null"),
        ];
        assert_eq!(members(json), expected);
    }

    #[test]
    fn counts_elements_and_members() {
        for (json, expected) in
            [("[]", 0), ("[[],[1,2],\"a,b\"]", 3), ("{}", 0), (r#"{"a":[1,2],"b":{}}"#, 2)]
        {
            assert_eq!(Walk::new(json.as_bytes()).count(), expected, "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut walk = Walk::new(&bytes);
            walk.value();
            Walk::new(&bytes).count();
            let mut walk = Walk::new(&bytes);
            walk.enter();
            walk.key();
            walk.more();
        }
    }
}
