//! What was found in a body: how much of each class, never the values.
use crate::class::Class;

/// Counts by class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaks {
    counts: [u32; Class::ALL.len()],
}

impl Leaks {
    /// How often the class was found.
    pub fn count(&self, class: Class) -> u32 {
        self.counts.get(class as usize).copied().unwrap_or_default()
    }

    /// Every class that was found, with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Class, u32)> {
        let counts = self.counts;
        Class::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    pub(crate) fn add(&mut self, class: Class) {
        if let Some(count) = self.counts.get_mut(class as usize) {
            *count = count.saturating_add(1);
        }
    }
}
