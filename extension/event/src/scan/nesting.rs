//! Which containers are open: one bit each, the innermost 64 in a register.
use super::Container;

/// A stack of containers.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    /// The innermost containers, the last one in the lowest bit; set for an object.
    word: u64,
    /// Full words of the outer ones.
    outer: Vec<u64>,
}

impl Nesting {
    #[inline]
    pub(super) fn push(&mut self, container: Container) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.word);
        }
        self.word = self.word << 1 | u64::from(container == Container::Object);
        self.depth += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.word >>= 1;
        self.depth = self.depth.saturating_sub(1);
        if self.depth.is_multiple_of(64)
            && let Some(outer) = self.outer.pop()
        {
            self.word = outer;
        }
    }

    #[inline]
    pub(super) fn innermost(&self) -> Option<Container> {
        match (self.depth, self.word & 1) {
            (0, _) => None,
            (_, 0) => Some(Container::Array),
            _ => Some(Container::Object),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_every_container_across_words() {
        let kind = |i: usize| match i % 3 {
            0 => Container::Object,
            _ => Container::Array,
        };
        let mut nesting = Nesting::default();
        for round in 0..3 {
            for i in 0..300 {
                nesting.push(kind(i + round));
            }
            for i in (0..300).rev() {
                assert_eq!(nesting.innermost(), Some(kind(i + round)), "{i}");
                nesting.pop();
            }
            assert_eq!(nesting.innermost(), None);
        }
    }
}
