//! The function's processes, found in `/proc`: who holds the runtime's connection to the proxy,
//! and whom that process brought into the world.

use crate::app::App;
use crate::ship::opening::Handover;
use std::collections::HashSet;
use std::fs;

/// A process, as `/proc/PID/stat` has it (proc(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    /// Its id.
    pub(crate) pid: i32,
    parent: i32,
    group: i32,
    /// When it began, in clock ticks since the machine did: with the id it names one process.
    began: u64,
    /// Pages of memory in use.
    pub(crate) pages: u64,
    /// Whether it has ended and only waits to be noticed.
    pub(crate) is_zombie: bool,
}

/// All processes at one moment.
#[derive(Debug, Default)]
pub(crate) struct Snapshot(Vec<Process>);

impl Snapshot {
    /// Looks at them. What cannot be read has just ended, or is nobody's business.
    pub(crate) fn take() -> Self {
        let stat = |pid: i32| parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?);
        Self(pids().into_iter().filter_map(stat).collect())
    }

    /// The processes of `roots`, all that descend from them, and all of their process groups: on
    /// Lambda the runtime and what it starts are a group of their own. Ours is never among them.
    pub(crate) fn family(&self, roots: &[i32]) -> Vec<Process> {
        let own = i32::try_from(std::process::id()).unwrap_or(0);
        let ours = self.lineage_of(own);
        let groups: HashSet<i32> = roots.iter().filter_map(|root| self.group_of(*root)).collect();
        let mut pids: HashSet<i32> = roots.iter().copied().collect();
        loop {
            let before = pids.len();
            for process in &self.0 {
                if pids.contains(&process.parent) || groups.contains(&process.group) {
                    pids.insert(process.pid);
                }
            }
            if pids.len() == before {
                break;
            }
        }
        let member =
            |process: &&Process| pids.contains(&process.pid) && !ours.contains(&process.pid);
        self.0.iter().filter(member).copied().collect()
    }

    /// This process.
    pub(crate) fn own(&self) -> Option<&Process> {
        let own = i32::try_from(std::process::id()).ok()?;
        self.0.iter().find(|process| process.pid == own)
    }

    /// The process group of a process, unless we or one that we descend from are in it.
    pub(crate) fn group_of(&self, pid: i32) -> Option<i32> {
        let ours = self.lineage_of(i32::try_from(std::process::id()).ok()?);
        let group = self.0.iter().find(|it| it.pid == pid)?.group;
        let is_ours = |it: &Process| it.group == group && ours.contains(&it.pid);
        (group > 1 && !self.0.iter().any(is_ours)).then_some(group)
    }

    /// A process and those it descends from.
    fn lineage_of(&self, pid: i32) -> HashSet<i32> {
        let mut line = HashSet::from([0, 1]);
        let mut at = pid;
        while line.insert(at) {
            let parent = self.0.iter().find(|process| process.pid == at).map(|it| it.parent);
            at = parent.unwrap_or(1);
        }
        line
    }
}

impl Process {
    /// What tells it from all others, also from one that gets the same id later.
    pub(crate) fn identity(&self) -> (i32, u64) {
        (self.pid, self.began)
    }
}

/// The runtime: the process whose connection to the proxy has this port at its own end. Children
/// that it forked hold the same connection. Where nobody holds it any more (the client closes its
/// connections between calls), the process that the wrapper became.
pub(crate) fn runtime(app: &App, peer: u16) -> Vec<i32> {
    let told = Handover::read(&app.settings.state_dir).get("pid").and_then(|pid| pid.parse().ok());
    let socket = sockets(peer, app.settings.port).map(|inode| format!("socket:[{inode}]"));
    let Some(socket) = socket else {
        return told.filter(|pid| runs_behind_us(*pid, app.settings.port)).into_iter().collect();
    };
    if let Some(pid) = told.filter(|pid| holds(*pid, &socket)) {
        return vec![pid];
    }
    pids().into_iter().filter(|pid| holds(*pid, &socket)).collect()
}

/// Whether a process was started with the proxy as its Runtime API: the wrapper's word stands in a
/// file that the function can write too, so it is not taken for anybody else.
fn runs_behind_us(pid: i32, port: u16) -> bool {
    let wanted = format!("AWS_LAMBDA_RUNTIME_API=127.0.0.1:{port}");
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
}

/// The inode of the socket between these two ports, seen from the first.
fn sockets(peer: u16, port: u16) -> Option<u64> {
    // A client with an IPv6 socket reaches an IPv4 address through it.
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| find_socket(&fs::read_to_string(table).ok()?, peer, port))
}

/// Finds an established connection in a table of the kernel (proc(5), `/proc/net/tcp`).
fn find_socket(table: &str, local: u16, remote: u16) -> Option<u64> {
    const ESTABLISHED: &str = "01";
    let port = |address: &str| u16::from_str_radix(address.rsplit_once(':')?.1, 16).ok();
    table.lines().skip(1).find_map(|line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        let (from, to, state) = (words.next()?, words.next()?, words.next()?);
        let is_it = port(from) == Some(local) && port(to) == Some(remote) && state == ESTABLISHED;
        if is_it { words.nth(5)?.parse().ok() } else { None }
    })
}

fn holds(pid: i32, socket: &str) -> bool {
    let links = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    links.filter_map(|link| fs::read_link(link.path()).ok()).any(|link| link.as_os_str() == socket)
}

/// How many descriptors a process has open.
pub(crate) fn descriptors(pid: i32) -> Option<usize> {
    fs::read_dir(format!("/proc/{pid}/fd")).ok().map(Iterator::count)
}

fn pids() -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// Reads a line of `/proc/PID/stat`. The name in it is the process's own choice and may hold
/// anything, so what counts stands after the last bracket.
fn parse(line: &str) -> Option<Process> {
    let pid = line.split_once(' ')?.0.parse().ok()?;
    let mut words = line.rsplit_once(')')?.1.split_ascii_whitespace();
    let is_zombie = matches!(words.next()?, "Z" | "X");
    let (parent, group) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let began = words.nth(16)?.parse().ok()?;
    let pages = words.nth(1)?.parse().ok()?;
    Some(Process { pid, parent, group, began, pages, is_zombie })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_whatever_the_process_calls_itself() {
        let rest = "S 40 42 42 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 8765 12345 321 18446744073709551615 1 1 0";
        for name in ["python3", "a b", ") R 1 1", "((("] {
            let read = parse(&format!("42 ({name}) {rest}")).unwrap();
            let wanted = Process {
                pid: 42,
                parent: 40,
                group: 42,
                began: 8765,
                pages: 321,
                is_zombie: false,
            };
            assert_eq!(read, wanted, "{name}");
        }
        assert!(parse("42 (x) Z 1 1 1").is_none());
    }

    #[test]
    fn this_process_reads_itself() {
        let own = i32::try_from(std::process::id()).unwrap();
        let snapshot = Snapshot::take();
        let found = snapshot.0.iter().find(|process| process.pid == own).unwrap();
        assert!(found.pages > 0 && found.began > 0 && !found.is_zombie);
        assert!(descriptors(own).unwrap() >= 3);
    }

    #[test]
    fn a_connection_is_found_by_its_ports() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:2331 00000000:0000 0A 00000000:00000000 00:00000000 00000000   993        0 11 1 0 100 0 0 10 0\n   \
            1: 0100007F:C350 0100007F:2331 01 00000000:00000000 00:00000000 00000000   993        0 22 1 0 20 4 30 10 -1\n   \
            2: 0100007F:2331 0100007F:C350 01 00000000:00000000 00:00000000 00000000   993        0 33 1 0 20 4 30 10 -1\n";
        assert_eq!(find_socket(table, 50_000, 9009), Some(22));
        assert_eq!(find_socket(table, 9009, 50_000), Some(33));
        assert_eq!(find_socket(table, 9009, 0), None, "a listener is no connection");
        assert_eq!(find_socket("", 1, 2), None);
    }

    fn process(pid: i32, parent: i32, group: i32) -> Process {
        Process { pid, parent, group, began: 1, pages: 1, is_zombie: false }
    }

    #[test]
    fn security_a_family_never_holds_us_or_those_we_descend_from() {
        let own = i32::try_from(std::process::id()).unwrap();
        let snapshot = Snapshot(vec![
            process(1, 0, 1),
            process(2, 1, 2),
            process(own, 2, own),
            process(own + 1, own, own),
            process(100, 2, 100),
            process(101, 100, 100),
            process(102, 101, 102),
            process(103, 1, 100),
            process(104, 1, 104),
        ]);
        let family = |roots: &[i32]| {
            let mut pids: Vec<i32> = snapshot.family(roots).iter().map(|it| it.pid).collect();
            pids.sort_unstable();
            pids
        };
        assert_eq!(family(&[100]), [100, 101, 102, 103]);
        assert!(family(&[]).is_empty());
        assert!(!family(&[1, 2]).contains(&1) && !family(&[2]).contains(&2));
        assert!(!family(&[2]).contains(&own));
        assert_eq!((snapshot.group_of(2), snapshot.group_of(own)), (None, None));
        assert_eq!(snapshot.group_of(103), Some(100));
    }
}
