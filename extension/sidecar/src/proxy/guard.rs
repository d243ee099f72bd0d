//! Requests that no runtime sends: a browser's, or one that the function was tricked into making.

use tollgate_http::head::Fields;

/// Names under which the proxy is reached by those who are meant to.
const HOSTS: [&str; 5] = ["127.0.0.1", "localhost", "[::1]", "sandbox", "sandbox.localdomain"];

/// Why a request is refused, where it is.
///
/// The port is open to everything in the sandbox. A URL that the function fetches for a caller
/// carries that URL's host, and a browser engine adds `Origin` or `Referer`; runtimes do neither.
pub(crate) fn objection(fields: &Fields, upstream: &str) -> Option<&'static str> {
    if fields.get("origin").is_some() || fields.get("referer").is_some() {
        return Some("requests with Origin or Referer are not a runtime's");
    }
    let host = std::str::from_utf8(fields.get("host")?).ok();
    let known = |host: &str| {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        host == upstream || HOSTS.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    (!host.is_some_and(known)).then_some("the Host is not this proxy's")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Fields {
        let mut fields = Fields::default();
        fields.push(name, value.as_bytes());
        fields
    }

    #[test]
    fn a_runtimes_hosts_pass() {
        for host in ["127.0.0.1:9009", "localhost:9009", "169.254.100.1:9001"] {
            assert_eq!(objection(&with("Host", host), "169.254.100.1:9001"), None, "{host}");
        }
        assert_eq!(objection(&Fields::default(), "a:1"), None);
    }

    #[test]
    fn security_foreign_hosts_and_browsers_are_refused() {
        for (name, value) in
            [("Host", "evil.example:9009"), ("Origin", "http://localhost"), ("referer", "http://x")]
        {
            assert!(objection(&with(name, value), "a:1").is_some(), "{name}: {value}");
        }
    }
}
