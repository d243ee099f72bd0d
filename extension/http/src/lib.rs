//! HTTP/1.1 for the relay: messages pass as the bytes they are, and nothing is read twice.
//!
//! A general library turns a message into parts and back. A relay needs less: where the head
//! ends, which fields end at this hop, where the body ends. Bodies go on as they came, chunk
//! framing and trailers included. The figures that decided it are in ARCHITECTURE.md.

pub mod connection;
pub mod framing;
pub mod head;
