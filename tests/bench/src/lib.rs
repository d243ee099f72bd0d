//! Benchmarks of the promises, and the bare baselines they are measured against.
//!
//! The driver (`tollgate-bench`) plays Lambda and the function's runtime in one process and starts
//! what it measures as child processes. `bare-extension` and `bare-relay` are the baselines: the
//! least that a program making the same calls can cost.

pub mod ceiling;
pub mod child;
pub mod client;
pub mod costs;
pub mod events;
pub mod features;
pub mod machine;
pub mod memory;
pub mod mock;
pub mod quota;
pub mod report;
pub mod sinks;
pub mod start;
pub mod stats;
pub mod steps;
pub mod trace;
pub mod turnround;
pub mod wire;
