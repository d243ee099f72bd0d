//! The request journal: every request that the API server saw.
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

use crate::tape::Weigh;

/// One request to the Runtime, Extensions or Telemetry API.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path as sent, with prefix and query.
    pub path: String,
    /// The headers as sent, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The port it came from: one connection keeps one port.
    pub source_port: u16,
    /// Microseconds since the environment's start.
    pub micros: u64,
    body_bytes: Arc<AtomicU64>,
    status: Arc<AtomicU16>,
}

impl Request {
    pub(crate) fn new(parts: &http::request::Parts, source_port: u16, micros: u64) -> Self {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into();
        Self {
            method: parts.method.to_string(),
            path: parts.uri.to_string(),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            source_port,
            micros,
            body_bytes: Arc::default(),
            status: Arc::default(),
        }
    }

    /// The first header of this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// How many bytes of its body have been read so far.
    pub fn body_bytes(&self) -> u64 {
        self.body_bytes.load(Ordering::Relaxed)
    }

    /// The status of the answer; `None` while there is none (a held poll, a cut connection).
    pub fn status(&self) -> Option<u16> {
        Some(self.status.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }

    pub(crate) fn read(&self, bytes: usize) {
        self.body_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn answered(&self, status: http::StatusCode) {
        self.status.store(status.as_u16(), Ordering::Relaxed);
    }
}

impl Weigh for Request {
    fn weight(&self) -> usize {
        1
    }
}
