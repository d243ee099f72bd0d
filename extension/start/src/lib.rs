//! From exec to registered, and the handover to the process that guards.
//!
//! Lambda starts the runtime only when every extension has registered, so the time to `register`
//! delays the function, and a program's size is part of it: about a millisecond a megabyte where
//! its pages are not in the page cache. So what Lambda starts is small. It binds the proxy's port,
//! registers, subscribes to telemetry and sends the first poll for events; then it becomes the
//! process that guards, which is read while the runtime starts. Sockets keep what arrives meanwhile.
mod begin;
mod handover;
mod preflight;
mod register;
pub mod wire;

pub use begin::{BeginError, Begun, begin};
pub use handover::{ADOPT, hand_over, take_over};
pub use register::{RegisterError, Registration, next_call};
