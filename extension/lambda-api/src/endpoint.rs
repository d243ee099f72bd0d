//! Where Lambda's local APIs are, as `AWS_LAMBDA_RUNTIME_API` says.

use std::net::IpAddr;

/// Address and path prefix of Lambda's local APIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    address: String,
    prefix: String,
}

impl Endpoint {
    /// Takes `host:port`, or `host:port/prefix` as some local emulators have it.
    pub fn new(runtime_api: &str) -> Self {
        let bare = runtime_api.strip_prefix("http://").unwrap_or(runtime_api);
        let (address, path) = bare.split_once('/').unwrap_or((bare, ""));
        let path = path.trim_end_matches('/');
        Self {
            address: address.to_owned(),
            prefix: if path.is_empty() { String::new() } else { format!("/{path}") },
        }
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The path before every endpoint; empty on Lambda.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether the API is on the loopback interface, as with local emulators.
    pub fn is_loopback(&self) -> bool {
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_and_the_prefix_are_told_apart() {
        for (value, address, prefix) in [
            ("169.254.100.1:9001", "169.254.100.1:9001", ""),
            ("127.0.0.1:9000/.rt/fn", "127.0.0.1:9000", "/.rt/fn"),
            ("http://127.0.0.1:9000/.rt/", "127.0.0.1:9000", "/.rt"),
            ("127.0.0.1:9000/", "127.0.0.1:9000", ""),
        ] {
            let endpoint = Endpoint::new(value);
            assert_eq!((endpoint.address(), endpoint.prefix()), (address, prefix));
        }
    }

    #[test]
    fn loopback_is_recognised() {
        assert!(Endpoint::new("127.0.0.1:9001").is_loopback());
        assert!(Endpoint::new("[::1]:9001").is_loopback());
        assert!(!Endpoint::new("169.254.100.1:9001").is_loopback());
    }
}
