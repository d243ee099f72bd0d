//! Texts and events, benign and hostile, made from a seed; and what the detectors say to them.
//!
//! Everything is made from grammars and vocabulary under `data/`; the same seed gives the same
//! bytes. Each technique, and each kind of benign text, belongs to one half: detectors are tuned
//! on one and judged on the other.
pub mod benign;
pub mod case;
pub mod emit;
pub mod encoding;
pub mod grammar;
pub mod half;
pub mod hostile;
pub mod measure;
pub mod rng;
pub mod stats;
pub mod wrap;
