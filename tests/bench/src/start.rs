//! Cold start: from exec to `register` and to the first `event/next`, page cache warm and dropped.
use crate::child::Child;
use crate::machine::drop_from_cache;
use crate::mock::{Mock, Plan};
use crate::stats::median;
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Duration;

/// Starts thrown away before the first that counts.
const WARM_UP: usize = 2;
const LIMIT: Duration = Duration::from_secs(10);

/// Whether the program's pages are in the page cache when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageCache {
    /// They are.
    Warm,
    /// They were dropped just before.
    Dropped,
}

/// The starts of one program.
#[derive(Clone, Debug, Default)]
pub struct Starts {
    register: Vec<Duration>,
    first_next: Vec<Duration>,
}

impl Starts {
    /// Median time from exec to the register request.
    pub fn register(&self) -> Duration {
        median(&self.register)
    }

    /// Median time from exec to the first `event/next` request.
    pub fn first_next(&self) -> Duration {
        median(&self.first_next)
    }
}

/// Starts every program `rounds` times, in turn, so that a change of the machine meets all alike.
pub fn measure(
    mock: &Mock,
    programs: &[&Path],
    cache: PageCache,
    rounds: usize,
) -> Result<Vec<Starts>> {
    let mut all = vec![Starts::default(); programs.len()];
    for round in 0..rounds + WARM_UP {
        for (program, starts) in programs.iter().zip(&mut all) {
            if cache == PageCache::Dropped {
                drop_from_cache(program)?;
            }
            let (register, first_next) = one(mock, program)?;
            if round >= WARM_UP {
                starts.register.push(register);
                starts.first_next.push(first_next);
            }
        }
    }
    Ok(all)
}

fn one(mock: &Mock, program: &Path) -> Result<(Duration, Duration)> {
    mock.reset(Plan::default());
    let child = Child::start(program, mock.address())?;
    let marks = mock
        .ready(LIMIT)
        .with_context(|| format!("`{}` does not start: {}", program.display(), child.said()))?;
    let since = |mark: Option<std::time::Instant>| {
        mark.map(|at| at.saturating_duration_since(child.started)).context("no register was seen")
    };
    let times = (since(marks.register)?, since(marks.first_next)?);
    mock.shut_down();
    child.end()?;
    Ok(times)
}
