//! The program `tollgate/extension` of the layer; all it does is in the crate `tollgate-sidecar`.
//!
//! A crate of its own for the sake of the build: link-time optimisation works at the level of the last
//! crate. That one must be built for speed, or no loop of any crate becomes SIMD; the sidecar is
//! built for size.
use std::process::ExitCode;

fn main() -> ExitCode {
    tollgate_sidecar::run()
}
