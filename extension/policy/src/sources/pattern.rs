//! Patterns: texts with `*`, routes, and fields of an event.
use tollgate_event::Route;

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

    /// Whether everything that this one matches, `other` matches too. Sound, not complete.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        // A `*` of this pattern is a character like others: only another `*` matches it.
        other.matches(&self.0)
    }
}

/// A method and a path: `POST /orders/{id}`, `* /files/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutePattern {
    /// None for `*`.
    method: Option<String>,
    path: String,
}

impl RoutePattern {
    /// Reads a method in capitals or `*`, one blank, and a path.
    pub fn parse(text: &str) -> Option<Self> {
        let (method, path) = text.split_once(' ')?;
        let is_path = path.starts_with('/') && !path.contains(char::is_whitespace);
        let is_method = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
        let method = match method {
            "*" => None,
            method if is_method => Some(method.to_owned()),
            _ => return None,
        };
        is_path.then(|| Self { method, path: path.to_owned() })
    }

    /// Whether a request asks for it: by its path, or by the route that the front end matched.
    pub fn matches(&self, route: &Route) -> bool {
        let method = route.method.as_deref();
        let asked = self.method.is_none() || self.method.as_deref() == method;
        let key = route.route_key.as_deref();
        // A REST API's key is the resource alone, an HTTP API's has the method before it.
        let key = key.map(|key| key.split_once(' ').map_or(key, |(_, path)| path));
        asked
            && (key == Some(self.path.as_str())
                || route.path.as_deref().is_some_and(|path| fits(&self.path, path)))
    }
}

/// Part by part; `{name}` stands for one part that is there, a last `*` for the rest.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some("*"), _) if wanted.clone().next().is_none() => return true,
            (Some(part), Some(own)) if part.starts_with('{') && part.ends_with('}') => {
                if own.is_empty() {
                    return false;
                }
            }
            (Some(part), Some(own)) if part == own => {}
            _ => return false,
        }
    }
}

/// A JSON pointer in which `*` stands for one step and a last `**` for all below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldPattern(String);

impl FieldPattern {
    /// Reads a pointer with at least one step.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let steps = text.strip_prefix('/')?;
        let early = steps.split('/').rev().skip(1).any(|step| step == "**");
        (!early).then(|| Self(text.to_owned()))
    }

    /// Whether it means the field at `pointer`, which starts at the item.
    pub(crate) fn matches(&self, pointer: &str) -> bool {
        let (mut wanted, mut found) = (self.0.split('/'), pointer.split('/'));
        loop {
            match (wanted.next(), found.next()) {
                (None, None) | (Some("**"), Some(_)) => return true,
                (Some("*"), Some(_)) => {}
                (Some(step), Some(own)) if step == own => {}
                _ => return false,
            }
        }
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
    fn routes_are_matched_by_path_or_by_key() {
        let route = |method: &str, path: &str, key: &str| Route {
            method: Some(method.to_owned()),
            path: Some(path.to_owned()),
            route_key: Some(key.to_owned()),
            multi_value_headers: false,
        };
        let pattern = RoutePattern::parse("POST /orders/{id}").unwrap();
        assert!(pattern.matches(&route("POST", "/orders/7", "$default")));
        assert!(pattern.matches(&route("POST", "/prod/orders/7", "POST /orders/{id}")));
        assert!(pattern.matches(&route("POST", "/prod/orders/7", "/orders/{id}")));
        assert!(!pattern.matches(&route("GET", "/orders/7", "$default")));
        assert!(!pattern.matches(&route("POST", "/orders/", "$default")));
        assert!(!pattern.matches(&route("POST", "/orders/7/items", "$default")));
        let rest = RoutePattern::parse("* /files/*").unwrap();
        assert!(rest.matches(&route("PUT", "/files/a/b", "$default")));
        assert!(!rest.matches(&route("PUT", "/file", "$default")));
        for text in ["", "POST", "post /a", "POST a", "POST  /a", " /a", "POST /a b"] {
            assert_eq!(RoutePattern::parse(text), None, "{text}");
        }
    }

    #[test]
    fn fields_are_matched_step_by_step() {
        let matches = |pattern, pointer| FieldPattern::parse(pattern).unwrap().matches(pointer);
        assert!(matches("/body/comment", "/body/comment"));
        assert!(matches("/body/*/text", "/body/3/text"));
        assert!(matches("/body/**", "/body/a/b/c"));
        assert!(!matches("/body/**", "/body"));
        assert!(!matches("/body/*", "/body/a/b"));
        assert!(!matches("/body/comment", "/body/comments"));
        assert_eq!(FieldPattern::parse("body"), None);
        assert_eq!(FieldPattern::parse("/a/**/b"), None);
    }
}
