//! Counts, and how far the truth may be from what was counted.

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Those for which it held.
    pub hits: u64,
    /// All.
    pub total: u64,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.total += 1;
    }

    /// The share, from 0 to 1; 0 where nothing was counted.
    pub fn rate(self) -> f64 {
        if self.total == 0 { 0.0 } else { float(self.hits) / float(self.total) }
    }

    /// The 95 % confidence interval of the share (Wilson's score interval, 1927).
    pub fn interval(self) -> (f64, f64) {
        const Z: f64 = 1.959_964;
        if self.total == 0 {
            return (0.0, 1.0);
        }
        let (n, p) = (float(self.total), self.rate());
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let below = 1.0 + Z * Z / n;
        (((middle - half) / below).max(0.0), ((middle + half) / below).min(1.0))
    }
}

/// Counts here stay far below 2⁵³.
fn float(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

#[test]
fn the_interval_is_wilsons() {
    let close = |a: f64, b: f64| (a - b).abs() < 5e-4;
    // 95 % intervals as tables give them.
    let (low, high) = Count { hits: 8, total: 10 }.interval();
    assert!(close(low, 0.490) && close(high, 0.943), "{low} {high}");
    let (low, high) = Count { hits: 0, total: 100 }.interval();
    assert!(close(low, 0.0) && close(high, 0.037), "{low} {high}");
    assert_eq!(Count::default().interval(), (0.0, 1.0));
}
