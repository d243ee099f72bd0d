//! `like`: a text against what stands between the stars of a pattern.
use crate::ast::Pattern;

impl Pattern {
    /// Whether the whole text fits. Each part is looked for once, from left to right: the first
    /// place is as good as any later one.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_first() else { return false };
        let Some((last, middle)) = rest.split_last() else { return text == &**first };
        let Some(mut text) = text.strip_prefix(&**first) else { return false };
        for part in middle {
            let Some((_, after)) = text.split_once(&**part) else { return false };
            text = after;
        }
        text.ends_with(&**last)
    }

    /// What that costs, in steps.
    pub(crate) fn cost(&self, text: &str) -> usize {
        self.0.len() + text.len() / 64
    }
}
