//! Ending a runtime that ran into a ceiling, with all that it started. Lambda notices that the
//! process is gone and begins the environment anew, as after its own timeout.

use crate::app::App;
use crate::watchdog::processes::{self, Process, Snapshot};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::collections::HashSet;
use std::time::Duration;

/// How often it is looked whether all are gone: a process that forks in between is found in the
/// next round.
const ROUNDS_MAX: u32 = 12;

/// Ends the runtime at the other end of the connection with this port. Gives back whether nothing
/// of it is left.
///
/// The function had its time, and a signal that it can catch would give it more.
pub(crate) async fn runtime(app: &App, peer: u16) -> bool {
    let roots = processes::runtime(app, peer);
    let mut known: HashSet<(i32, u64)> = HashSet::new();
    for round in 0..ROUNDS_MAX {
        let mut from: Vec<i32> = known.iter().map(|(pid, _)| *pid).collect();
        from.extend(&roots);
        let snapshot = Snapshot::take();
        let family = snapshot.family(&from);
        // An id that was known may be another's by now.
        let is_new = |process: &&Process| {
            !known
                .iter()
                .any(|(pid, began)| *pid == process.pid && (*pid, *began) != process.identity())
        };
        let alive: Vec<Process> =
            family.iter().filter(|process| !process.is_zombie).filter(is_new).copied().collect();
        if alive.is_empty() {
            return round > 0;
        }
        if round == 0 {
            // All at once, before one of them can fork.
            for group in roots.iter().filter_map(|root| snapshot.group_of(*root)) {
                let _ = Pid::from_raw(group).map(|group| kill_process_group(group, Signal::KILL));
            }
        }
        for process in &alive {
            known.insert(process.identity());
            if let Some(pid) = Pid::from_raw(process.pid) {
                // One that is gone already is what was wanted; one that stays is seen next time.
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        tokio::time::sleep(Duration::from_millis(1 << round.min(6))).await;
    }
    false
}
