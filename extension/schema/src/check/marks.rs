//! Which children of a value were evaluated: one bit each.

/// A set of children.
pub(super) struct Marks {
    words: Vec<u64>,
    children: u32,
}

impl Marks {
    pub(super) fn new(children: u32) -> Self {
        Self { words: vec![0; children.div_ceil(64) as usize], children }
    }

    pub(super) fn len(&self) -> u32 {
        self.children
    }

    pub(super) fn set(&mut self, child: usize) {
        if let Some(word) = self.words.get_mut(child / 64) {
            *word |= 1 << (child % 64);
        }
    }

    pub(super) fn set_all(&mut self) {
        self.words.fill(u64::MAX);
    }

    pub(super) fn has(&self, child: usize) -> bool {
        self.words.get(child / 64).is_some_and(|word| word >> (child % 64) & 1 == 1)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_across_words() {
        let mut marks = Marks::new(130);
        let mut other = Marks::new(130);
        marks.set(0);
        other.set(129);
        other.set(1000);
        marks.merge(&other);
        let set: Vec<_> = (0..130).filter(|child| marks.has(*child)).collect();
        assert_eq!(set, [0, 129]);
        marks.set_all();
        assert!((0..130).all(|child| marks.has(child)));
    }
}
