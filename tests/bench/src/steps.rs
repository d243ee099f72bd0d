//! Instructions and system calls of a program, counted one by one: the same whatever else the machine does.
//!
//! The program is traced in single steps (ptrace(2)), so what is counted is what this processor
//! executes, its instructions for SHA-256 included, which callgrind does not know. A repeated
//! string instruction counts once. What the kernel does is not counted; its calls are.
use crate::child::{Child, Launch};
use crate::client::Client;
use crate::mock::{Mock, Plan};
use crate::trace::{Stop, Tracee};
use anyhow::{Context, Result};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What happened in one part of a program's life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Instructions of the program.
    pub instructions: u64,
    /// Calls into the kernel.
    pub calls: u64,
}

/// What was counted of an extension.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// From exec to the first `event/next`.
    pub start: Count,
    /// One invocation on the path: the response from its arrival until the next poll has gone out,
    /// and the event from its arrival until the runtime has it. The median of the invocations.
    pub path: Count,
}

/// A step of the protocol that the program takes, as seen in what it sends and receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    EventNext,
    Response,
    Poll,
    Event,
    HandedOut,
}

impl Mark {
    fn sent(text: &[u8]) -> Option<Self> {
        let get = |path: &[u8]| text.strip_prefix(b"GET ").is_some_and(|it| it.starts_with(path));
        if get(b"/2020-01-01/extension/event/next") {
            Some(Self::EventNext)
        } else if get(b"/2018-06-01/runtime/invocation/next") {
            Some(Self::Poll)
        } else if is_event(text) {
            Some(Self::HandedOut)
        } else {
            None
        }
    }

    fn received(text: &[u8]) -> Option<Self> {
        if text.starts_with(b"POST /2018-06-01/runtime/invocation/") {
            Some(Self::Response)
        } else if is_event(text) {
            Some(Self::Event)
        } else {
            None
        }
    }
}

fn is_event(text: &[u8]) -> bool {
    const NAME: &[u8] = b"lambda-runtime-aws-request-id";
    text.starts_with(b"HTTP/1.1 200")
        && text.windows(NAME.len()).any(|it| it.eq_ignore_ascii_case(NAME))
}

/// Counts what lies on the path of each invocation.
#[derive(Debug, Default)]
struct Meter {
    start: Option<Count>,
    now: Count,
    /// A response has come whose event has not been handed out yet.
    open: bool,
    invocations: Vec<Count>,
}

impl Meter {
    /// Takes a mark; gives whether what follows counts.
    fn mark(&mut self, mark: Mark) -> bool {
        match mark {
            Mark::EventNext => {
                self.start.get_or_insert(self.now);
                false
            }
            Mark::Response => {
                (self.now, self.open) = (Count::default(), true);
                true
            }
            Mark::Poll => false,
            Mark::Event => self.open,
            Mark::HandedOut => {
                if std::mem::take(&mut self.open) {
                    self.invocations.push(self.now);
                }
                false
            }
        }
    }

    fn counted(mut self) -> Result<Counted> {
        self.invocations.sort_unstable_by_key(|count| count.instructions);
        let path = self.invocations.get(self.invocations.len() / 2).copied();
        let path = path.context("no invocation was seen from end to end")?;
        Ok(Counted { start: self.start.context("no event/next was seen")?, path })
    }
}

/// Counts an extension over `invocations` of `event`, as Lambda gives them.
///
/// # Errors
///
/// Where the machine lets nobody be traced (some containers), or is not `x86_64`.
pub fn extension(
    mock: &Mock,
    parked: &Path,
    program: &Path,
    event: &Arc<[u8]>,
    invocations: usize,
) -> Result<Counted> {
    traced(mock, parked, program, event, invocations, follow)
}

/// Where an extension's program goes from its start to its end, over `invocations` of `event`: the
/// address of each instruction, once, in the order in which they are first reached.
///
/// # Errors
///
/// As for [`extension`].
pub fn touched(
    mock: &Mock,
    parked: &Path,
    program: &Path,
    event: &Arc<[u8]>,
    invocations: usize,
) -> Result<Vec<u64>> {
    traced(mock, parked, program, event, invocations, |child| {
        let mut tracee = Tracee::of(child.id())?;
        let (mut seen, mut order) = (HashSet::new(), Vec::new());
        loop {
            match tracee.step()? {
                Stop::Instruction | Stop::Call { .. } => {
                    if seen.insert(tracee.at()) {
                        order.push(tracee.at());
                    }
                }
                // What begins is the program that is meant; the one before has made way for it.
                Stop::Exec => (seen, order) = Default::default(),
                Stop::Ended => return Ok(order),
            }
        }
    })
}

/// Runs an extension under control, as Lambda would, while `follow` steps through it.
fn traced<R>(
    mock: &Mock,
    parked: &Path,
    program: &Path,
    event: &Arc<[u8]>,
    invocations: usize,
    follow: impl FnOnce(&Child) -> Result<R>,
) -> Result<R> {
    let event = Arc::clone(event);
    mock.reset(Plan { event, hold: Duration::ZERO, as_lambda: true });
    let child = Launch::of(program).parked(parked, &Tracee::seize).start(mock.address())?;
    std::thread::scope(|scope| {
        let proxy = child.proxy();
        scope.spawn(move || {
            // What goes wrong here shows in what is counted: the program is let go in any case.
            let _ = mock.ready(LIMIT).map(|_| exchange(proxy, invocations));
            mock.go_idle();
            mock.shut_down();
        });
        follow(&child)
    })
}

/// Single steps are slow.
const LIMIT: Duration = Duration::from_mins(1);

fn exchange(proxy: std::net::SocketAddr, invocations: usize) -> std::io::Result<()> {
    let mut client = Client::connect(proxy)?;
    let mut id = client.next_event()?;
    for _ in 0..invocations {
        client.respond(&id, br#"{"ok":true}"#)?;
        id = client.next_event()?;
    }
    client.respond(&id, br#"{"ok":true}"#)?;
    client.poll()
}

/// Steps where it counts, and runs from call to call between.
fn follow(child: &Child) -> Result<Counted> {
    let mut meter = Meter::default();
    let mut tracee = Tracee::of(child.id())?;
    let mut counts = true;
    loop {
        let stop = if counts { tracee.step()? } else { tracee.call()? };
        match stop {
            Stop::Instruction => meter.now.instructions += 1,
            Stop::Call { sent, received } => {
                if counts {
                    meter.now.instructions += 1;
                    meter.now.calls += 1;
                }
                let sent = sent.and_then(|text| Mark::sent(&text));
                let received = received.and_then(|text| Mark::received(&text));
                if let Some(mark) = sent.or(received) {
                    // A call to `event/next` beside the path ends nothing that counts.
                    counts = meter.mark(mark) || counts && mark == Mark::EventNext && meter.open;
                }
            }
            Stop::Exec => {}
            Stop::Ended => return meter.counted().with_context(|| child.said()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_by_how_messages_begin() {
        let event = b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\n";
        assert_eq!(Mark::received(event), Some(Mark::Event));
        assert_eq!(Mark::sent(event), Some(Mark::HandedOut));
        assert_eq!(Mark::received(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"), None);
        let poll = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n";
        assert_eq!(Mark::sent(poll), Some(Mark::Poll));
        assert_eq!(Mark::received(poll), None, "the runtime's own poll");
        let response = b"POST /2018-06-01/runtime/invocation/1/response HTTP/1.1\r\n";
        assert_eq!((Mark::received(response), Mark::sent(response)), (Some(Mark::Response), None));
    }

    #[test]
    fn an_invocation_is_what_lies_between_its_marks() {
        let mut meter = Meter::default();
        let mut go = |instructions, mark| {
            meter.now.instructions += instructions;
            meter.mark(mark)
        };
        assert!(!go(100, Mark::EventNext), "the start is over");
        assert!(!go(0, Mark::Event), "the first event has no response before it");
        assert!(!go(9, Mark::HandedOut));
        assert!(go(0, Mark::Response));
        assert!(!go(20, Mark::Poll));
        assert!(go(0, Mark::Event));
        assert!(!go(4000, Mark::HandedOut));
        let counted = meter.counted().unwrap();
        assert_eq!(counted.start.instructions, 100);
        assert_eq!(counted.path.instructions, 4020);
    }
}
