//! What one look at an event costs with nothing else around it: a syntax pass and a digest pass.
use crate::stats::median;
use anyhow::Result;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The median time of one `serde_json` syntax pass plus one SHA-256 pass over `event`.
pub fn syntax_and_digest(event: &[u8], rounds: usize) -> Result<Duration> {
    let mut samples = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        serde_json::from_slice::<IgnoredAny>(black_box(event))?;
        black_box(Sha256::digest(black_box(event)));
        samples.push(start.elapsed());
    }
    Ok(median(&samples))
}
