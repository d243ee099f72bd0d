//! What the benchmark asks of the machine: processors to stay on, memory figures, an empty page cache.
use anyhow::{Context, Result};
use rustix::fs::{Advice, fadvise};
use rustix::thread::{CpuSet, sched_setaffinity};
use std::fs::File;
use std::path::Path;

/// Keeps the calling thread (and what it starts) on one processor, as both ends of a turn-round are.
/// A machine that refuses is measured unpinned: the ratios still hold.
pub fn pin(processor: usize) {
    let mut set = CpuSet::new();
    set.set(processor);
    let _ = sched_setaffinity(None, &set);
}

/// Lets the calling thread run on every processor again.
pub fn unpin() {
    let mut set = CpuSet::new();
    (0..CpuSet::MAX_CPU).for_each(|n| set.set(n));
    let _ = sched_setaffinity(None, &set);
}

/// Drops the file's pages from the page cache: what a new execution environment starts with.
pub fn drop_from_cache(path: &Path) -> Result<()> {
    let file = File::open(path).with_context(|| format!("cannot open `{}`", path.display()))?;
    file.sync_all()?;
    fadvise(&file, 0, None, Advice::DontNeed)?;
    Ok(())
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// Resident now (`VmRSS`).
    pub resident: u64,
    /// Resident and private to it, so no page of a file (`RssAnon`).
    pub anonymous: u64,
    /// The most that was ever resident (`VmHWM`).
    pub peak: u64,
}

/// Reads the memory figures of a process (proc(5), `/proc/PID/status`).
pub fn memory(process: u32) -> Result<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        kib.map(|kib| kib * 1024).with_context(|| format!("no `{name}` of process {process}"))
    };
    Ok(Memory { resident: field("VmRSS:")?, anonymous: field("RssAnon:")?, peak: field("VmHWM:")? })
}
