//! Random numbers that are the same on every machine: the seed and a name decide everything.

/// `SplitMix64`: small, fast, and good enough to choose words.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A stream of its own for `name`, so that one more name elsewhere changes nothing here.
    pub fn new(seed: u64, name: &str) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ fingerprint(name))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included; `low` where they are the wrong way round.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        low + self.number() % span
    }

    /// One of `many`; nothing where there are none.
    pub fn pick<'a, T>(&mut self, many: &'a [T]) -> Option<&'a T> {
        let last = (many.len() as u64).checked_sub(1)?;
        many.get(usize::try_from(self.between(0, last)).unwrap_or_default())
    }

    /// True once in `of` times.
    pub fn once_in(&mut self, of: u64) -> bool {
        self.between(1, of) == 1
    }
}

/// FNV-1a with a final mix: a name's number, the same for ever.
pub fn fingerprint(name: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash ^ (hash >> 33)
}

#[test]
fn a_name_and_a_seed_decide_the_numbers() {
    let take = |seed, name| {
        let mut rng = Rng::new(seed, name);
        (rng.number(), rng.number())
    };
    assert_eq!(take(1, "a"), take(1, "a"));
    assert_ne!(take(1, "a"), take(2, "a"));
    assert_ne!(take(1, "a"), take(1, "b"));
}

#[test]
fn choices_stay_within_their_bounds() {
    let mut rng = Rng::new(1, "bounds");
    assert!((0..1000).all(|_| (3..=7).contains(&rng.between(3, 7))));
    assert_eq!(rng.between(5, 5), 5);
    assert_eq!(rng.pick::<u8>(&[]), None);
}
