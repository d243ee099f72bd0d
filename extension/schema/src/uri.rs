//! References between documents: RFC 3986, section 5, for URIs and for plain paths alike.

/// Splits a reference at its `#`; the second half is none where there is no `#`.
pub(crate) fn split_fragment(reference: &str) -> (&str, Option<&str>) {
    match reference.split_once('#') {
        Some((document, fragment)) => (document, Some(fragment)),
        None => (reference, None),
    }
}

/// Whether a reference starts with a scheme, such as `https:` or `urn:`.
pub(crate) fn has_scheme(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else { return false };
    let mut bytes = scheme.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// What `reference`, which has no fragment, means in a document at `base`.
pub(crate) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if has_scheme(reference) {
        return reference.to_owned();
    }
    let (root, path) = split_root(base);
    if let Some(rest) = reference.strip_prefix("//") {
        let scheme = root.split_once("//").map_or("", |(scheme, _)| scheme);
        return format!("{scheme}//{rest}");
    }
    if reference.starts_with('/') {
        return format!("{root}{}", without_dots(reference));
    }
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let folder = path.rfind('/').and_then(|slash| path.get(..=slash));
    let folder = folder.unwrap_or(if root.is_empty() { "" } else { "/" });
    format!("{root}{}", without_dots(&format!("{folder}{reference}")))
}

/// Scheme and authority of a URI, and what follows; a plain path has neither.
fn split_root(uri: &str) -> (&str, &str) {
    if !has_scheme(uri) {
        return ("", uri);
    }
    let Some((scheme, rest)) = uri.split_once("://") else { return ("", "") };
    let authority = rest.find('/').unwrap_or(rest.len());
    uri.split_at_checked(scheme.len() + 3 + authority).unwrap_or((uri, ""))
}

/// Takes `.` and `..` out; a `..` that leads out of a relative path stays.
fn without_dots(path: &str) -> String {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.trim_start_matches('/').split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." if kept.last().is_some_and(|kept| *kept != "..") => drop(kept.pop()),
            ".." if absolute => {}
            segment => {
                kept.push(segment);
                continue;
            }
        }
        if last {
            kept.push("");
        }
    }
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{}{}{query}", if absolute { "/" } else { "" }, kept.join("/"))
}

/// Decodes `%41`; bytes that are then no UTF-8, and broken escapes, stay as they are written.
pub(crate) fn percent_decoded(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        rest = after;
        let decoded = match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        if decoded.is_some() {
            rest = after.get(2..).unwrap_or_default();
        }
        bytes.push(decoded.unwrap_or(first));
    }
    String::from_utf8(bytes).map_or_else(|_| text.into(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_as_rfc_3986_says() {
        for (base, reference, expected) in [
            ("http://a/b/c/d", "g", "http://a/b/c/g"),
            ("http://a/b/c/d", "./g", "http://a/b/c/g"),
            ("http://a/b/c/d", "g/", "http://a/b/c/g/"),
            ("http://a/b/c/d", "/g", "http://a/g"),
            ("http://a/b/c/d", "//g/h", "http://g/h"),
            ("http://a/b/c/d?q", "g?y", "http://a/b/c/g?y"),
            ("http://a/b/c/d", "../g", "http://a/b/g"),
            ("http://a/b/c/d", "../../../g", "http://a/g"),
            ("http://a/b/c/d", "..", "http://a/b/"),
            ("http://a", "g", "http://a/g"),
            ("http://a/b", "urn:x:y", "urn:x:y"),
            ("schemas/order.json", "line.json", "schemas/line.json"),
            ("schemas/order.json", "../common/line.json", "common/line.json"),
            ("order.json", "../line.json", "../line.json"),
            ("/opt/order.json", "line.json", "/opt/line.json"),
            ("order.json", "", "order.json"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{base} + {reference}");
        }
    }

    #[test]
    fn percent_escapes_decode_where_they_give_utf8() {
        assert_eq!(percent_decoded("a%20b%C3%A9"), "a bé");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%ff"), "%ff");
        assert_eq!(percent_decoded("%4"), "%4");
    }
}
