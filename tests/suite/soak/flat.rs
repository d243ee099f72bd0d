//! Whether memory and descriptors of a process stay where they are: samples, and their slope.

use std::path::Path;

/// What one process held at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) pid: u32,
    /// Invocations before it.
    pub(super) at: usize,
    /// Resident memory in KiB.
    pub(super) resident: u64,
    /// Open descriptors.
    pub(super) descriptors: u64,
}

impl Sample {
    /// Reads them; none where the process is gone.
    pub(super) fn of(pid: u32, at: usize) -> Option<Self> {
        let process = Path::new("/proc").join(pid.to_string());
        let status = std::fs::read_to_string(process.join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let resident = line.split_whitespace().next()?.parse().ok()?;
        let descriptors = std::fs::read_dir(process.join("fd")).ok()?.count() as u64;
        Some(Self { pid, at, resident, descriptors })
    }
}

/// How a figure went over many invocations.
#[derive(Debug, Clone)]
pub(super) struct Course {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) most: u64,
    /// What it grows by in a million invocations.
    pub(super) per_million: f64,
    /// The same over what was looked at.
    pub(super) growth: f64,
    /// Where it changed by much at once: after how many invocations, and to what.
    pub(super) steps: Vec<(usize, u64)>,
}

/// A change that is noted as a step.
const STEP: u64 = 512;

/// The course after the first fifth, in which buffers grow to what the largest event needs.
pub(super) fn course(samples: &[Sample], figure: impl Fn(&Sample) -> u64) -> Course {
    let settled = &samples[samples.len() / 5..];
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let points: Vec<(f64, f64)> =
        settled.iter().map(|sample| (sample.at as f64, figure(sample) as f64)).collect();
    let slope = slope(&points);
    let (first, last) = (settled.first().unwrap(), settled.last().unwrap());
    Course {
        first: figure(first),
        last: figure(last),
        most: settled.iter().map(&figure).max().unwrap(),
        per_million: slope * 1e6,
        growth: slope * (points.last().unwrap().0 - points[0].0),
        steps: samples
            .windows(2)
            .filter(|two| figure(&two[0]).abs_diff(figure(&two[1])) >= STEP)
            .map(|two| (two[1].at, figure(&two[1])))
            .collect(),
    }
}

/// The median of the slopes between points that are near each other: a heap that grew now and then, for a
/// larger event than before, has none; what is lost with each invocation has.
fn slope(points: &[(f64, f64)]) -> f64 {
    let near = |at: usize| points[at + 1..].iter().take(NEAR);
    let pairs =
        points.iter().enumerate().flat_map(|(at, first)| near(at).map(move |it| (first, it)));
    let mut slopes: Vec<f64> =
        pairs.map(|(first, then)| (then.1 - first.1) / (then.0 - first.0)).collect();
    slopes.sort_by(f64::total_cmp);
    slopes.get(slopes.len() / 2).copied().unwrap_or(0.0)
}

/// Far enough that pages are no grain, near enough that few pairs stand on both sides of a step.
const NEAR: usize = 8;

#[test]
fn a_leak_has_a_slope_and_neither_noise_nor_a_step_has_one() {
    let samples = |resident: fn(usize) -> u64| -> Vec<Sample> {
        (0..100)
            .map(|at| Sample { pid: 1, at: at * 100, resident: resident(at), descriptors: 9 })
            .collect()
    };
    let leaking = course(&samples(|at| 5_000 + at as u64), |sample| sample.resident);
    assert!((leaking.per_million - 10_000.0).abs() < 1.0, "{leaking:?}");
    let noisy = course(&samples(|at| 5_000 + at as u64 % 2 * 300), |sample| sample.resident);
    assert!(noisy.growth.abs() < 30.0, "{noisy:?}");
    assert_eq!((noisy.first, noisy.most), (5_000, 5_300));
    let steps = course(&samples(|at| 5_000 + at as u64 / 30 * 3_000), |sample| sample.resident);
    assert!(steps.growth.abs() < 1.0, "{steps:?}");
    assert_eq!(steps.steps, [(3_000, 8_000), (6_000, 11_000), (9_000, 14_000)]);
}
