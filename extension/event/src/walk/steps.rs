//! Walking into containers, one member or element after the other.
use super::Walk;
use crate::scan::Container;

impl<'a> Walk<'a> {
    /// Stands at the value that `json` holds.
    pub(crate) fn at_value(json: &'a [u8]) -> Self {
        let mut walk = Self::new(json);
        walk.peek();
        walk
    }

    /// Its offset.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// The first byte of the value that it stands at.
    #[inline]
    pub(crate) fn first(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    /// Steps into a container of this kind; whether there is one.
    #[inline]
    pub(crate) fn step_into(&mut self, container: Container) -> bool {
        let bracket = match container {
            Container::Object => b'{',
            Container::Array => b'[',
        };
        let is_one = self.first() == Some(bracket);
        self.at += usize::from(is_one);
        is_one
    }

    /// The next member's key as written; then it stands at the member's value. At the object's end
    /// `None`, and it stands behind the object.
    #[inline]
    pub(crate) fn member(&mut self) -> Option<&'a [u8]> {
        match self.next(b'}')? {
            b'"' => {}
            _ => return self.give_up(),
        }
        let key = self.string();
        if self.peek() != Some(b':') {
            return self.give_up();
        }
        self.at += 1;
        self.peek();
        Some(key)
    }

    /// Whether there is one more element, which it then stands at; else it stands behind the array.
    #[inline]
    pub(crate) fn element(&mut self) -> bool {
        let next = match self.next(b']') {
            Some(b'}' | b':' | b',') => self.give_up(),
            next => next,
        };
        next.is_some()
    }

    /// Goes where another walk through the same text is; gives what lies between.
    pub(crate) fn until(&mut self, ahead: &Self) -> &'a [u8] {
        let start = self.at;
        self.at = ahead.at;
        self.json.get(start..self.at).unwrap_or_default()
    }

    /// Over the comma before a member or element, if there is one, or the closing bracket. Gives
    /// the byte that comes next.
    #[inline]
    fn next(&mut self, closing: u8) -> Option<u8> {
        if self.peek() == Some(b',') {
            self.at += 1;
        }
        let next = self.peek();
        if next == Some(closing) {
            self.at += 1;
            return None;
        }
        next
    }

    #[cold]
    fn give_up<T>(&mut self) -> Option<T> {
        self.at = self.json.len();
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything but the blanks around it, walked through and put together again.
    fn walked(walk: &mut Walk<'_>, out: &mut Vec<u8>) {
        if walk.step_into(Container::Object) {
            out.push(b'{');
            while let Some(key) = walk.member() {
                out.extend_from_slice(key);
                out.push(b':');
                walked(walk, out);
            }
            out.push(b'}');
        } else if walk.step_into(Container::Array) {
            out.push(b'[');
            while walk.element() {
                walked(walk, out);
                out.push(b',');
            }
            out.push(b']');
        } else {
            out.extend_from_slice(walk.value());
        }
    }

    #[test]
    fn passes_every_value_once() {
        let json = br#" { "a" : [ 1 , "x\"]" , { } , [ ] , true ] , "b\"" : { "c" : -1.5e3 } } "#;
        let mut out = Vec::new();
        walked(&mut Walk::at_value(json), &mut out);
        let expected = r#"{a:[1,"x\"]",{},[],true,]b\":{c:-1.5e3}}"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        let mut whole = Walk::at_value(json);
        assert_eq!(whole.value(), json.trim_ascii());
    }

    proptest! {
        #[test]
        fn ends_in_any_text(json in prop::collection::vec(prop::sample::select(
            br#"{}[]",:\1 a"#.to_vec()), 0..200)) {
            let mut walk = Walk::at_value(&json);
            let mut steps = 0;
            while walk.at() < json.len() && steps <= json.len() {
                steps += 1;
                let _ = walk.step_into(Container::Object) || walk.step_into(Container::Array);
                if walk.member().is_none() && !walk.element() {
                    continue;
                }
                let before = walk.at();
                prop_assert!(walk.value().len() == walk.at() - before);
            }
            prop_assert!(walk.at() <= json.len());
        }
    }
}
