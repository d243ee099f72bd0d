//! Counts of callers too many to be told apart: never too low, too high where many share a counter.

/// A count-min sketch with conservative update, over the window that runs and the one before.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    seeds: [u64; ROWS],
    running: Vec<u64>,
    before: Vec<u64>,
    /// The number of the running window.
    window: u64,
}

const ROWS: usize = 4;
/// Counters in a row; a power of two.
const WIDTH: usize = 1 << 14;

impl Sketch {
    pub(super) fn new(seed: u64) -> Self {
        let seeds = [1, 2, 3, 4].map(|row| mix(seed, row));
        Self { seeds, running: vec![0; ROWS * WIDTH], before: vec![0; ROWS * WIDTH], window: 0 }
    }

    /// Goes on to a window.
    pub(super) fn advance(&mut self, window: u64) {
        if window <= self.window {
            return;
        }
        if window == self.window + 1 {
            std::mem::swap(&mut self.running, &mut self.before);
        } else {
            self.before.fill(0);
        }
        self.running.fill(0);
        self.window = window;
    }

    /// At least what this caller used.
    pub(super) fn used(&self, id: u64) -> u64 {
        let sums = self.places(id).map(|at| {
            let of = |counts: &Vec<u64>| counts.get(at).copied().unwrap_or(0);
            of(&self.running).saturating_add(of(&self.before))
        });
        sums.into_iter().min().unwrap_or(0)
    }

    /// Adds to a caller.
    pub(super) fn add(&mut self, id: u64, amount: u64) {
        let places = self.places(id);
        let counts = places.map(|at| self.running.get(at).copied().unwrap_or(0));
        let least = counts.into_iter().min().unwrap_or(0);
        self.raise(id, least.saturating_add(amount));
    }

    /// A caller has used at least so much in the running window.
    pub(super) fn raise(&mut self, id: u64, amount: u64) {
        for at in self.places(id) {
            if let Some(count) = self.running.get_mut(at) {
                *count = (*count).max(amount);
            }
        }
    }

    fn places(&self, id: u64) -> [usize; ROWS] {
        let mut row = 0;
        self.seeds.map(|seed| {
            let column = usize::try_from(mix(id, seed)).unwrap_or(0) & (WIDTH - 1);
            row += 1;
            (row - 1) * WIDTH + column
        })
    }
}

/// Mixes a name with a secret: both halves of their product.
pub(super) fn mix(name: u64, secret: u64) -> u64 {
    let product = u128::from(name ^ secret) * u128::from(secret.rotate_left(32) | 1);
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
    half(product) ^ half(product >> 64)
}
