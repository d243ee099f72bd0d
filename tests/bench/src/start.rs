//! Cold start: from exec to `register` and to the first `event/next`, page cache warm and dropped.
use crate::child::Launch;
use crate::machine::drop_from_cache;
use crate::mock::{Marks, Mock, Plan};
use crate::stats::median;
use anyhow::{Context, Result};
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
    first_poll: Vec<Duration>,
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

    /// Median time from exec until the poll of a runtime that asks as soon as it can (when the
    /// extension has registered) is at Lambda; none for a program without a proxy.
    pub fn first_poll(&self) -> Option<Duration> {
        (!self.first_poll.is_empty()).then(|| median(&self.first_poll))
    }
}

/// Starts every program `rounds` times, in turn, so that a change of the machine meets all alike.
pub fn measure(
    mock: &Mock,
    programs: &[Launch<'_>],
    cache: PageCache,
    rounds: usize,
) -> Result<Vec<Starts>> {
    measure_after(mock, None, programs, cache, rounds)
}

/// The same, each start after one of `before` that does not count: what a program leaves behind in
/// caches, such as that of a courier that was killed, is on the account of none that counts.
pub fn measure_after(
    mock: &Mock,
    before: Option<Launch<'_>>,
    programs: &[Launch<'_>],
    cache: PageCache,
    rounds: usize,
) -> Result<Vec<Starts>> {
    let mut all = vec![Starts::default(); programs.len()];
    for round in 0..rounds + WARM_UP {
        for (program, starts) in programs.iter().zip(&mut all) {
            if let Some(before) = &before {
                one(mock, before)?;
            }
            if cache == PageCache::Dropped {
                for file in files_of(program.program()) {
                    drop_from_cache(&file)?;
                }
            }
            let marks = one(mock, program)?;
            if round >= WARM_UP {
                starts.add(marks)?;
            }
        }
    }
    Ok(all)
}

/// The program; where it lies in a layer, all files of the layer: what it becomes is read too.
fn files_of(program: &Path) -> Vec<PathBuf> {
    let opt = program.parent().filter(|it| it.ends_with("extensions")).and_then(Path::parent);
    let Some(opt) = opt else { return vec![program.to_owned()] };
    ["extensions", "tollgate"]
        .into_iter()
        .filter_map(|directory| std::fs::read_dir(opt.join(directory)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

/// One start; a program with a proxy gets the poll of a runtime that is there at once.
fn one(mock: &Mock, launch: &Launch<'_>) -> Result<(Instant, Marks)> {
    mock.reset(Plan::default());
    mock.go_idle();
    let child = launch.start(mock.address())?;
    let silent = || format!("`{}` does not start: {}", launch.program().display(), child.said());
    let mut marks = mock.ready(LIMIT).with_context(silent)?;
    if let Ok(mut runtime) = TcpStream::connect(child.proxy()) {
        runtime.write_all(POLL)?;
        marks = mock.polled(LIMIT).with_context(silent)?;
    }
    mock.shut_down();
    let started = child.started;
    child.end()?;
    Ok((started, marks))
}

const POLL: &[u8] = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: localhost\r\n\r\n";

impl Starts {
    fn add(&mut self, (started, marks): (Instant, Marks)) -> Result<()> {
        let since = |mark: Option<Instant>| mark.map(|at| at.saturating_duration_since(started));
        self.register.push(since(marks.register).context("no register was seen")?);
        self.first_next.push(since(marks.first_next).context("no event/next was seen")?);
        self.first_poll.extend(since(marks.first_poll));
        Ok(())
    }
}
