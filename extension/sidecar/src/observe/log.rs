//! Our own log: JSON lines on standard error, with no payload content ever.

use crate::ship::sink;
use std::io::Write as _;
use tollgate_config::settings::LogLevel;

/// Writes lines at or above a level.
#[derive(Debug)]
pub(crate) struct Log {
    level: LogLevel,
}

impl Log {
    /// A log of this level.
    pub(crate) fn new(level: LogLevel) -> Self {
        Self { level }
    }

    /// What stops the extension from doing its work.
    pub(crate) fn error(&self, message: &str) {
        self.write(LogLevel::Error, "error", message);
    }

    /// What the owner should mend.
    pub(crate) fn warn(&self, message: &str) {
        self.write(LogLevel::Warn, "warn", message);
    }

    /// What happens once in a life.
    pub(crate) fn info(&self, message: &str) {
        self.write(LogLevel::Info, "info", message);
    }

    /// What happens at each connection or invocation.
    pub(crate) fn debug(&self, message: &str) {
        self.write(LogLevel::Debug, "debug", message);
    }

    fn write(&self, level: LogLevel, name: &str, message: &str) {
        if level > self.level {
            return;
        }
        let message = serde_json::to_string(message).unwrap_or_default();
        let line = format!("{{\"tollgateLog\":\"{name}\",\"message\":{message}}}\n");
        // A log that nobody reads must not stop us, and has nowhere to complain.
        let stderr = std::io::stderr();
        if sink::is_writable(&stderr).unwrap_or(false) {
            let chunk = line.as_bytes().get(..sink::CHUNK_BYTES).unwrap_or(line.as_bytes());
            let _ = stderr.lock().write(chunk);
        }
    }
}
