//! A share of a processor, as Lambda gives it to small functions: a control group with a CPU quota.
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The period in which the share is given out; Lambda's own is of this order.
const PERIOD: Duration = Duration::from_millis(20);

/// A control group whose processes together get a share of one processor; removed when dropped.
#[derive(Debug)]
pub struct Quota {
    directory: PathBuf,
}

impl Quota {
    /// A group with `percent` of one processor (cgroups(7): `cpu.cfs_quota_us` of version 1, or
    /// `cpu.max` of version 2, whichever this machine lets us write).
    pub fn percent(percent: u64) -> Result<Self> {
        let period = PERIOD.as_micros();
        let quota = period * u128::from(percent) / 100;
        let name = format!("tollgate-bench-{}-{percent}", std::process::id());
        let mut refused = Vec::new();
        for root in ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup"] {
            let group = Self { directory: Path::new(root).join(&name) };
            match group.make(quota, period) {
                Ok(()) => return Ok(group),
                Err(error) => refused.push(format!("{root}: {error:#}")),
            }
        }
        bail!("no control group with a CPU quota can be made here ({})", refused.join("; "))
    }

    fn make(&self, quota: u128, period: u128) -> Result<()> {
        fs::create_dir(&self.directory)?;
        let old = self.directory.join("cpu.cfs_quota_us");
        if old.exists() {
            fs::write(self.directory.join("cpu.cfs_period_us"), period.to_string())?;
            return Ok(fs::write(old, quota.to_string())?);
        }
        let new = self.directory.join("cpu.max");
        fs::write(new, format!("{quota} {period}")).context("no CPU controller")
    }

    /// Puts a process under the quota, and waits until what it has used up so far is given anew.
    pub fn hold(&self, process: u32) -> Result<()> {
        fs::write(self.directory.join("cgroup.procs"), process.to_string())?;
        std::thread::sleep(PERIOD * 2);
        Ok(())
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // Of no consequence when it fails: an empty group costs nothing.
        let _ = fs::remove_dir(&self.directory);
    }
}
