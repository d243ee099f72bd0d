//! The one way out: one TLS configuration, one HTTP client, for every service.

use reqwest::{Client, Response, redirect};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tollgate_link::{Cause, Failure};

/// How long a connection may take to come about. A service of the same region answers within
/// milliseconds; a small function's handshake takes tens of them.
pub(crate) const CONNECT: Duration = Duration::from_secs(3);

/// How long a request may take in all, where its service names no time of its own.
pub(crate) const REQUEST: Duration = Duration::from_secs(5);

/// How long a connection is kept without a request. The clock runs on over a freeze, so that a
/// connection which the other side has closed long ago is not tried.
const IDLE: Duration = Duration::from_secs(20);

/// Largest answer that is read, in bytes.
pub(crate) const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The variable that names a file of further root certificates in PEM, as OpenSSL reads it.
const ROOTS_VARIABLE: &str = "SSL_CERT_FILE";

/// The HTTP client of all services: HTTP/1.1, Mozilla's roots, no redirects (what is sent is
/// meant for the host that was named).
pub(crate) fn client() -> Result<Client, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(Cause::Unconfigured, format!("no HTTP client: {error}"))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_root_certificates(roots())
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT)
        .timeout(REQUEST)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .user_agent(concat!("tollgate/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| failed(&error))
}

fn roots() -> RootCertStore {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = std::env::var_os(ROOTS_VARIABLE) {
        // A file that cannot be read adds nothing: the handshake then says what is missing.
        let more = CertificateDer::pem_file_iter(file).into_iter().flatten().flatten();
        roots.add_parsable_certificates(more);
    }
    roots
}

/// What went wrong with a request, without its address: query and path may hold tokens.
pub(crate) fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut text =
        if error.is_timeout() { "no answer in time".to_owned() } else { error.to_string() };
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    Failure::new(Cause::Unreachable, text)
}

/// Reads an answer's body, up to a bound.
pub(crate) async fn body(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len().saturating_add(chunk.len()) > bytes_max {
            let detail = format!("an answer of more than {bytes_max} bytes");
            return Err(Failure::new(Cause::Service, detail));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
