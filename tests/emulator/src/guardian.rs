//! Whoever kills the emulator (SIGKILL) kills its processes with it: a shell waits for its end.
//!
//! The system could do the same by itself (`PR_SET_PDEATHSIG`), but only if it is asked in the child
//! between `fork` and `exec`, which takes unsafe code, and it looks at threads, not processes.
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use tokio::process::Command;

/// Keeps the process groups and the cgroup it hears of. When nobody is left to write to it, it kills
/// them, and removes the cgroup: what is frozen in one must be thawed first.
const SCRIPT: &str = r#"groups= cage=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -) kept=
       for own in $groups; do [ "$own" = "$group" ] || kept="$kept $own"; done
       groups=$kept ;;
    c) cage=$group ;;
  esac
done
[ -e "$cage/freezer.state" ] && echo THAWED > "$cage/freezer.state"
[ -e "$cage/cgroup.freeze" ] && echo 0 > "$cage/cgroup.freeze"
for group in $groups; do kill -s KILL -- "-$group"; done
[ -n "$cage" ] || exit 0
tries=0
until rmdir "$cage" || [ ! -e "$cage" ] || [ $tries -ge 200 ]; do
  while read -r process; do kill -s KILL "$process"; done < "$cage/cgroup.procs"
  sleep 0.05
  tries=$((tries + 1))
done"#;

/// The way to that shell; without one, nothing is watched.
#[derive(Debug, Default)]
pub(crate) struct Guardian(Mutex<Option<File>>);

impl Guardian {
    /// Starts the shell. In a process group of its own, it outlives a Ctrl-C at the terminal.
    pub(crate) fn start(cage: Option<&Path>) -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).env_clear().process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let pipe = command.spawn().ok().and_then(|mut child| child.stdin.take());
        let pipe = pipe.and_then(|pipe| pipe.into_owned_fd().ok()).map(File::from);
        let guardian = Self(Mutex::new(pipe));
        if let Some(cage) = cage {
            guardian.tell('c', cage.display());
        }
        guardian
    }

    /// This process group must not outlive the emulator.
    pub(crate) fn watch(&self, group: u32) {
        self.tell('+', group);
    }

    /// This process group is gone.
    pub(crate) fn forget(&self, group: u32) {
        self.tell('-', group);
    }

    fn tell(&self, sign: char, group: impl std::fmt::Display) {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut *pipe
            && file.write_all(format!("{sign} {group}\n").as_bytes()).is_err()
        {
            *pipe = None;
        }
    }
}
