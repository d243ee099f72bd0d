//! What a soak sends: saved events of every trigger, hostile ones, and texts of all sizes.

use super::random::Random;
use crate::support::places;
use std::fmt::Write as _;
use std::path::Path;

/// Larger events are rare, so that a soak is not about them alone.
const SIZES: [(u64, u64, u64); 4] =
    // Of a thousand made events, so many have so many bytes.
    [(800, 10, 2_000), (150, 2_000, 50_000), (47, 50_000, 400_000), (3, 1_000_000, 6_000_000)];

/// All saved events.
#[derive(Debug)]
pub(super) struct Events {
    saved: Vec<Vec<u8>>,
    hostile: Vec<Vec<u8>>,
}

impl Events {
    pub(super) fn read() -> Self {
        let all = |below: &str| {
            let mut found = Vec::new();
            gather(&places::fixtures(below), &mut found);
            // By path, so that a seed chooses the same ones on every machine.
            found.sort();
            assert!(found.len() > 20, "{} events in {below}", found.len());
            found.into_iter().map(|(_, bytes)| bytes).collect()
        };
        Self { saved: all("events"), hostile: all("hostile") }
    }

    /// The next event.
    pub(super) fn choose(&self, random: &mut Random) -> Vec<u8> {
        match random.below(100) {
            0..45 => random.of(&self.saved).clone(),
            45..60 => random.of(&self.hostile).clone(),
            _ => made(random),
        }
    }
}

fn gather(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, found);
        } else {
            found.push((path.to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()));
        }
    }
}

/// An event of a random size.
fn made(random: &mut Random) -> Vec<u8> {
    let mut place = random.below(1_000);
    let (_, least, most) = SIZES
        .into_iter()
        .find(|(share, _, _)| {
            let here = place < *share;
            place = place.saturating_sub(*share);
            here
        })
        .unwrap();
    let bytes = usize::try_from(random.between(least, most)).unwrap();
    of(random, bytes)
}

/// An event of about so many bytes: words, in a few fields.
pub(super) fn of(random: &mut Random, bytes: usize) -> Vec<u8> {
    let words = ["order", "blue", "seven", "delivered", "note 5", "Straße"];
    let mut text = String::with_capacity(bytes + 64);
    text += "{\"list\":[";
    while text.len() < bytes {
        let (id, word) = (random.below(1_000), random.of(&words));
        write!(text, "{{\"id\":{id},\"text\":\"{word}\"}},").unwrap();
    }
    text += "null]}";
    text.into_bytes()
}
