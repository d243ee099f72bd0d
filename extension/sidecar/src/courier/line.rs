//! The talk with one courier: questions out, answers in, and an eye on whether it lives.

use super::{Courier, Unavailable};
use std::io;
use std::pin::pin;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::time::{Instant, sleep};
use tollgate_link::health::{Ping, Pong};
use tollgate_link::{
    Answer, Frames, LINK_VERSION, LinkError, Question as _, encode_ask, outcome_of,
};

/// How often a courier that owes an answer is looked at. A freeze of the environment, however
/// long, counts as one look: time that did not run is no silence.
const LOOK: Duration = Duration::from_millis(500);

/// Looks in a row without a sign of life after which it is taken to hang: five seconds of running time.
/// It answers a ping at once even while a service keeps it waiting.
const SILENT_LOOKS_MAX: u32 = 10;

/// The number of pings: no question ever gets that far.
const PING: u64 = u64::MAX;

/// How a talk ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum End {
    /// It closed its end: the process has ended or is about to.
    #[error("it ended")]
    Closed,
    /// It gave no sign of life.
    #[error("it gave no sign of life")]
    Hung,
    /// What it said cannot be read.
    #[error("it sent {0}")]
    Garbled(#[from] LinkError),
    /// It speaks another version of the language: it is not of this layer.
    #[error("it speaks version {0} of the link, not {LINK_VERSION}")]
    Version(u32),
    /// The socket.
    #[error("its socket: {0}")]
    Io(#[from] io::Error),
    /// We want no more of it.
    #[error("it was stopped")]
    Stopped,
}

/// What is known of a courier's life.
#[derive(Debug, Default)]
pub(super) struct Life {
    frames: Frames,
    heard: bool,
    silent_looks: u32,
    /// Answers it gave.
    pub(super) answers: u64,
}

impl Life {
    /// Talks until the end.
    pub(super) async fn talk(&mut self, courier: &Courier, line: &UnixStream) -> End {
        let mut look = pin!(sleep(LOOK));
        loop {
            let has_outgoing = !courier.outgoing.borrow().is_empty();
            let step = tokio::select! {
                ready = line.readable() => ready.map_err(End::from).and_then(|()| self.read(courier, line)),
                ready = line.writable(), if has_outgoing => {
                    ready.and_then(|()| write(courier, line)).map_err(End::from)
                }
                () = courier.asked.notified(), if !has_outgoing => Ok(()),
                () = courier.stop.notified() => Err(End::Stopped),
                () = &mut look => {
                    look.as_mut().reset(Instant::now() + LOOK);
                    self.look(courier)
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    fn read(&mut self, courier: &Courier, line: &UnixStream) -> Result<(), End> {
        let mut buffer = [0; 16 * 1024];
        let read = match line.try_read(&mut buffer) {
            Ok(0) => return Err(End::Closed),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.frames.feed(buffer.get(..read).unwrap_or_default());
        while let Some((number, message)) = self.frames.next_frame()? {
            self.heard = true;
            let outcome = outcome_of(message)?;
            match (number, outcome) {
                (0 | PING, Ok(Answer::Ping(Pong { version }))) if version != LINK_VERSION => {
                    return Err(End::Version(version));
                }
                (0 | PING, _) => {}
                (number, outcome) => {
                    self.answers += 1;
                    courier.settle(number, outcome.map_err(Unavailable::from));
                }
            }
        }
        Ok(())
    }

    /// Looks after a courier that owes an answer; one that owes none is left in peace.
    fn look(&mut self, courier: &Courier) -> Result<(), End> {
        if courier.open.borrow().is_empty() || std::mem::take(&mut self.heard) {
            self.silent_looks = 0;
            return Ok(());
        }
        self.silent_looks += 1;
        if self.silent_looks >= SILENT_LOOKS_MAX {
            return Err(End::Hung);
        }
        Ok(encode_ask(PING, &Ping.into_ask(), &mut courier.outgoing.borrow_mut())?)
    }
}

fn write(courier: &Courier, line: &UnixStream) -> io::Result<()> {
    let mut outgoing = courier.outgoing.borrow_mut();
    match line.try_write(&outgoing) {
        Ok(written) => {
            outgoing.drain(..written);
            if outgoing.is_empty() {
                outgoing.shrink_to(64 * 1024);
            }
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(error),
    }
}
