//! The emulator's own tests: one module per family of Lambda's rules.
mod extensions_api;
mod failures;
mod faults;
mod freeze;
mod front;
mod init;
mod plans;
mod runtime_api;
mod shutdown;
mod streaming;
mod subscriptions;
mod support;
mod telemetry;
mod timeouts;
mod variables;
