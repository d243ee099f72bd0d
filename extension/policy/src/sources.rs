//! The sources a policy lists, and which of them an event comes from.
use tollgate_event::{Assertions, Trigger};

use crate::options::{OnRefuse, Response};

/// One listed source, and how it wants to be treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRule {
    /// Any of these triggers.
    pub triggers: Vec<Trigger>,
    /// The source's ARN; `*` stands for any text.
    pub arn: Option<Pattern>,
    /// The source's account.
    pub account: Option<String>,
    /// The source's region.
    pub region: Option<String>,
    /// What happens to a refused batch.
    pub on_refuse: OnRefuse,
    /// How a refusal is shaped for an HTTP front end.
    pub response: Response,
}

impl SourceRule {
    /// Whether an event comes from this source, by what it says of itself.
    pub fn matches(&self, event: &Assertions) -> bool {
        let is = |wanted: &Option<String>, found: &Option<String>| match wanted {
            None => true,
            wanted => wanted == found,
        };
        let arn = event.source.arn.as_deref();
        self.triggers.contains(&event.trigger)
            && self.arn.as_ref().is_none_or(|wanted| arn.is_some_and(|arn| wanted.matches(arn)))
            && is(&self.account, &event.source.account)
            && is(&self.region, &event.source.region)
    }

    /// Whether everything that this rule matches, `other` matches too. Sound, not complete: two
    /// patterns that only happen to mean the same may be told apart.
    pub fn is_within(&self, other: &Self) -> bool {
        let narrows = |mine: &Option<String>, theirs: &Option<String>| match theirs {
            None => true,
            theirs => mine == theirs,
        };
        self.triggers.iter().all(|trigger| other.triggers.contains(trigger))
            && match (&self.arn, &other.arn) {
                (_, None) => true,
                (None, Some(_)) => false,
                // A `*` of this pattern is a character like others: only another `*` matches it.
                (Some(mine), Some(theirs)) => theirs.matches(&mine.0),
            }
            && narrows(&self.account, &other.account)
            && narrows(&self.region, &other.region)
    }
}

/// A text in which `*` stands for any text, the empty one included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern written so.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether it matches the whole of `text`. Time is at most the product of both lengths.
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
            return false;
        };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        let Some(middle) = rest.strip_suffix(last) else { return false };
        // Each part at its first place leaves the most for those after it.
        parts.try_fold(middle, |rest, part| rest.split_once(part).map(|(_, after)| after)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        let matches = |pattern: &str, text| Pattern::new(pattern).matches(text);
        assert!(matches("arn:aws:sqs:*:orders", "arn:aws:sqs:eu-west-1:123456789012:orders"));
        assert!(matches("*", ""));
        assert!(matches("a*b*c", "abbbc"));
        assert!(matches("a**c", "ac"));
        assert!(matches("abc", "abc"));
        for (pattern, text) in
            [("abc", "abcd"), ("a*a", "a"), ("a*b*c", "acb"), ("", "a"), ("*.fifo", "orders")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_with_a_star_is_within_a_wider_one_only() {
        let rule = |arn: &str| SourceRule {
            triggers: vec![Trigger::Sqs],
            arn: Some(Pattern::new(arn)),
            account: None,
            region: None,
            on_refuse: OnRefuse::Fail,
            response: Response::Auto,
        };
        assert!(rule("arn:aws:sqs:eu-west-1:*:orders").is_within(&rule("arn:aws:sqs:*")));
        assert!(!rule("arn:aws:sqs:*").is_within(&rule("arn:aws:sqs:eu-west-1:*")));
    }
}
