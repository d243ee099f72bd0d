//! What a request asks for, as a pattern for its like.

/// `POST /orders/{id}`: parts of the path that look like ids stand for any other.
pub(super) fn pattern(method: Option<&str>, path: Option<&str>) -> Option<String> {
    let (method, path) = (method?, path?);
    let plain = path.starts_with('/') && path.len() <= 512 && !path.contains([' ', '*', '{', '}']);
    if !plain || method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let parts: Vec<&str> =
        path.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect();
    Some(format!("{method} {}", parts.join("/")))
}

/// Numbers, and long parts of hexadecimal digits and dashes with a digit among them.
fn is_id(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    digits > 0 && (digits == part.len() || part.len() >= 8 && is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_for_their_like() {
        let of = |path| pattern(Some("POST"), Some(path));
        assert_eq!(of("/orders/17/items").as_deref(), Some("POST /orders/{id}/items"));
        let long = "/o/0f4d8f6c-3a52-4f1e-9f63-000000000001";
        assert_eq!(of(long).as_deref(), Some("POST /o/{id}"));
        assert_eq!(of("/v2/beef").as_deref(), Some("POST /v2/beef"));
        assert_eq!(of("/").as_deref(), Some("POST /"));
        assert_eq!(of("orders"), None);
        assert_eq!(of("/a b"), None);
    }
}
