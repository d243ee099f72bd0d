//! Whoever kills the emulator (SIGKILL) kills its processes with it: a shell waits for its end.
//!
//! The system could do the same by itself (`PR_SET_PDEATHSIG`), but only if it is asked in the child
//! between `fork` and `exec`, which takes unsafe code, and it looks at threads, not processes.
use std::fs::File;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use tokio::process::Command;

/// Keeps the process groups it hears of. When nobody is left to write to it, it kills them.
const SCRIPT: &str = r#"groups=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -) kept=
       for own in $groups; do [ "$own" = "$group" ] || kept="$kept $own"; done
       groups=$kept ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done"#;

/// The way to that shell; without one, nothing is watched.
#[derive(Debug, Default)]
pub(crate) struct Guardian(Mutex<Option<File>>);

impl Guardian {
    /// Starts the shell. In a process group of its own, it outlives a Ctrl-C at the terminal.
    pub(crate) fn start() -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).env_clear().process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let pipe = command.spawn().ok().and_then(|mut child| child.stdin.take());
        let pipe = pipe.and_then(|pipe| pipe.into_owned_fd().ok()).map(File::from);
        Self(Mutex::new(pipe))
    }

    /// This process group must not outlive the emulator.
    pub(crate) fn watch(&self, group: u32) {
        self.tell('+', group);
    }

    /// This process group is gone.
    pub(crate) fn forget(&self, group: u32) {
        self.tell('-', group);
    }

    fn tell(&self, sign: char, group: u32) {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut *pipe
            && file.write_all(format!("{sign} {group}\n").as_bytes()).is_err()
        {
            *pipe = None;
        }
    }
}
