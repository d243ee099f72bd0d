//! A cgroup around the processes of an environment: it freezes them all at once, without a signal that
//! they could notice, also those that left their process group.
//!
//! Where none can be made (no root, none mounted), SIGSTOP to the process groups takes its place.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

/// What stops and goes on between invocations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Freezer {
    /// A cgroup where one can be made, else signals.
    #[default]
    Auto,
    /// SIGSTOP and SIGCONT.
    Signals,
}

/// The cgroup of one environment.
#[derive(Debug)]
pub(crate) struct Cage {
    folder: PathBuf,
    version: Version,
    /// Whether a process could not be put into it: then it must not be relied on.
    leaks: AtomicBool,
    /// No process is started while all are frozen: in the first version of cgroups the thread that
    /// starts it is inside for that moment.
    entering: Mutex<()>,
}

/// Which version of cgroups has the freezer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Version {
    /// The controller `freezer`, and where its tree is mounted.
    One(PathBuf),
    /// `cgroup.freeze`
    Two,
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

impl Cage {
    /// Makes a cgroup, if that is possible here.
    pub(crate) fn make() -> Option<Self> {
        let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
        let mounts = || mounts.lines().filter_map(mount);
        let one = mounts().find(|(kind, _, options)| {
            *kind == "cgroup" && options.split(',').any(|option| option == "freezer")
        });
        let two = mounts().find(|(kind, ..)| *kind == "cgroup2");
        let one = one.map(|(_, place, _)| (Path::new(place), Version::One(place.into())));
        // Whoever is not root may have been given the cgroup that this process is in.
        let two: Vec<PathBuf> = two
            .map(|(_, place, _)| Path::new(place))
            .into_iter()
            .flat_map(|tree| [Some(tree.to_owned()), given(tree)])
            .flatten()
            .collect();
        let two = two.iter().map(|place| (place.as_path(), Version::Two));
        one.into_iter().chain(two).find_map(|(place, version)| Self::below(place, version))
    }

    fn below(place: &Path, version: Version) -> Option<Self> {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let folder = format!("tollgate-emulator-{}-{number}", std::process::id());
        let folder = place.join(folder);
        fs::create_dir(&folder).ok()?;
        let leaks = AtomicBool::new(false);
        let cage = Self { folder, version, leaks, entering: Mutex::new(()) };
        if cage.write(false).is_ok() {
            return Some(cage);
        }
        // It is empty: it was just made.
        let _ = fs::remove_dir(&cage.folder);
        None
    }

    /// Where it is, for whoever cleans up.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a process inside.
    pub(crate) fn start<P>(
        &self,
        spawn: impl FnOnce() -> io::Result<P>,
        id: impl FnOnce(&P) -> Option<u32>,
    ) -> io::Result<P> {
        let _entering = self.entering.lock().unwrap_or_else(PoisonError::into_inner);
        let back = match &self.version {
            // What this thread starts is born where the thread is.
            Version::One(tree) => own(tree).filter(|_| self.admit("tasks", 0)),
            Version::Two => None,
        };
        let started = spawn();
        match (&self.version, &started) {
            (Version::One(_), _) => {
                let left = back.is_some_and(|back| fs::write(back, "0").is_ok());
                self.leaks.fetch_or(!left, Ordering::Relaxed);
            }
            (Version::Two, Ok(process)) => {
                let inside = id(process).is_some_and(|id| self.admit_stopped(id));
                self.leaks.fetch_or(!inside, Ordering::Relaxed);
            }
            (Version::Two, Err(_)) => {}
        }
        started
    }

    /// What must stand before a command: in the second version a process cannot be born inside, so it
    /// stops itself until it was let in, before it is the program and can have children.
    pub(crate) fn lobby(&self) -> &'static [&'static str] {
        match self.version {
            Version::One(_) => &[],
            Version::Two => &["/bin/sh", "-c", "kill -STOP $$; exec \"$0\" \"$@\""],
        }
    }

    fn admit_stopped(&self, id: u32) -> bool {
        let Some(process) = i32::try_from(id).ok().and_then(Pid::from_raw) else { return false };
        // It is only looked at: whoever waits for its end will see that too.
        let look = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let stopped = waitid(WaitId::Pid(process), look).is_ok();
        let inside = stopped && self.admit("cgroup.procs", id);
        // What has ended by itself needs no signal.
        let _ = kill_process(process, Signal::CONT);
        inside
    }

    fn admit(&self, file: &str, id: u32) -> bool {
        fs::write(self.folder.join(file), id.to_string()).is_ok()
    }

    /// Stops everything inside; `false` if that is left to signals.
    pub(crate) fn freeze(&self) -> bool {
        let _entering = self.entering.lock().unwrap_or_else(PoisonError::into_inner);
        !self.leaks.load(Ordering::Relaxed) && self.write(true).is_ok()
    }

    /// Lets everything inside go on.
    pub(crate) fn thaw(&self) {
        // A cgroup that is gone holds nothing.
        let _ = self.write(false);
    }

    /// Kills what is still inside.
    pub(crate) fn clear(&self) {
        let _entering = self.entering.lock().unwrap_or_else(PoisonError::into_inner);
        self.thaw();
        let inside = fs::read_to_string(self.folder.join("cgroup.procs")).unwrap_or_default();
        for id in inside.lines().filter_map(|id| Pid::from_raw(id.parse().ok()?)) {
            // It may have ended by itself.
            let _ = kill_process(id, Signal::KILL);
        }
    }

    fn write(&self, frozen: bool) -> io::Result<()> {
        let (file, word) = match (&self.version, frozen) {
            (Version::One(_), true) => ("freezer.state", "FROZEN"),
            (Version::One(_), false) => ("freezer.state", "THAWED"),
            (Version::Two, true) => ("cgroup.freeze", "1"),
            (Version::Two, false) => ("cgroup.freeze", "0"),
        };
        fs::write(self.folder.join(file), word)
    }
}

/// Kind, place and options of a mount.
fn mount(line: &str) -> Option<(&str, &str, &str)> {
    let mut words = line.split(' ').skip(1);
    let place = words.next()?;
    Some((words.next()?, place, words.next()?))
}

/// The cgroup of this process in the tree of the second version.
fn given(tree: &Path) -> Option<PathBuf> {
    let all = fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = all.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Some(tree.join(path))
}

/// The file by which this thread returns to its own cgroup.
fn own(tree: &Path) -> Option<PathBuf> {
    let all = fs::read_to_string("/proc/thread-self/cgroup").ok()?;
    let path = all.lines().find_map(|line| {
        let (_, line) = line.split_once(':')?;
        let (controllers, path) = line.split_once(':')?;
        controllers.split(',').any(|own| own == "freezer").then_some(path)
    })?;
    Some(tree.join(path.trim_start_matches('/')).join("tasks"))
}
