//! Media types: RFC 9110, section 8.3.1.

/// How a body of a media type is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// Text of which only the whole can be checked.
    Text,
    /// Not looked into.
    Opaque,
}

/// A type without its parameters, in lower case.
pub(super) fn essence(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// How well a range such as `text/*` fits a type; none if it does not.
pub(super) fn fit(range: &str, essence: &str) -> Option<u8> {
    if range == essence {
        return Some(2);
    }
    if range == "*/*" {
        return Some(0);
    }
    let kind = range.strip_suffix("/*")?;
    essence.split_once('/').is_some_and(|(of, _)| of == kind).then_some(1)
}

/// How a body of a type is read.
pub(super) fn reading(essence: &str) -> Reading {
    match essence {
        "application/json" => Reading::Json,
        "application/x-www-form-urlencoded" => Reading::Form,
        other if other.ends_with("+json") => Reading::Json,
        "text/xml" => Reading::Opaque,
        other if other.starts_with("text/") => Reading::Text,
        _ => Reading::Opaque,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_fit_types() {
        let json = essence("Application/JSON; charset=utf-8");
        assert_eq!(json, "application/json");
        assert_eq!(fit("application/json", &json), Some(2));
        assert_eq!(fit("application/*", &json), Some(1));
        assert_eq!(fit("*/*", &json), Some(0));
        assert_eq!(fit("text/*", &json), None);
        assert_eq!(reading("application/problem+json"), Reading::Json);
        assert_eq!(reading("application/xml"), Reading::Opaque);
        assert_eq!(reading("text/plain"), Reading::Text);
    }
}
