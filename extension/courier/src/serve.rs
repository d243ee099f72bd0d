//! The talk over the socket: questions in, answers out, in any order.

use crate::desk::Desk;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;
use tokio::task::spawn_local;
use tollgate_link::health::{Ping, Pong};
use tollgate_link::{Cause, Failure, Frames, Outcome, Question as _, ask_of, encode_outcome};

/// Outcomes that wait to be written.
#[derive(Debug, Default)]
struct Outbox {
    bytes: RefCell<Vec<u8>>,
    filled: Notify,
}

impl Outbox {
    fn put(&self, number: u64, outcome: &Outcome) {
        let mut bytes = self.bytes.borrow_mut();
        if let Err(error) = encode_outcome(number, outcome, &mut bytes) {
            let failure = Failure::new(Cause::Service, format!("the answer is {error}"));
            // A text this short always fits.
            let _ = encode_outcome(number, &Err(failure), &mut bytes);
        }
        self.filled.notify_one();
    }
}

/// Answers questions until the other side hangs up. Must run inside a [`tokio::task::LocalSet`].
pub async fn serve(line: UnixStream, desk: Rc<Desk>) -> io::Result<()> {
    let (from, to) = line.into_split();
    let outbox = Rc::new(Outbox::default());
    outbox.put(0, &Ok(Ping::answer(Pong::default())));
    tokio::select! {
        ended = read(from, &desk, &outbox) => ended,
        ended = write(to, &outbox) => ended,
    }
}

async fn read(mut from: OwnedReadHalf, desk: &Rc<Desk>, outbox: &Rc<Outbox>) -> io::Result<()> {
    let mut frames = Frames::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        frames.feed(buffer.get(..read).unwrap_or_default());
        while let Some((number, message)) = frames.next_frame().map_err(io::Error::other)? {
            let Ok(ask) = ask_of(message) else {
                outbox.put(number, &Err(Failure::new(Cause::Unknown, "an unknown question")));
                continue;
            };
            let (desk, outbox) = (Rc::clone(desk), Rc::clone(outbox));
            spawn_local(async move { outbox.put(number, &desk.answer(ask).await) });
        }
    }
}

async fn write(mut to: OwnedWriteHalf, outbox: &Outbox) -> io::Result<()> {
    loop {
        outbox.filled.notified().await;
        let bytes = outbox.bytes.take();
        to.write_all(&bytes).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_link::{Answer, encode_ask, outcome_of};

    /// Sends bytes, hangs up where `hang_up` says so, and gives back the outcomes that came.
    async fn talk(bytes: Vec<u8>, wanted: usize) -> Vec<(u64, Outcome)> {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let local = tokio::task::LocalSet::new();
        let served = local.run_until(async {
            let serving = spawn_local(serve(theirs, Rc::new(Desk::default())));
            let (mut from, mut to) = ours.into_split();
            to.write_all(&bytes).await.unwrap();
            let (mut frames, mut seen) = (Frames::default(), Vec::new());
            let mut buffer = [0; 1024];
            while seen.len() < wanted {
                let read = from.read(&mut buffer).await.unwrap();
                assert!(read > 0, "it hung up");
                frames.feed(&buffer[..read]);
                while let Some((number, message)) = frames.next_frame().unwrap() {
                    seen.push((number, outcome_of(message).unwrap()));
                }
            }
            drop((from, to));
            serving.await.unwrap().unwrap();
            seen
        });
        served.await
    }

    #[tokio::test]
    async fn it_greets_answers_and_ends_when_the_other_side_hangs_up() {
        let mut bytes = Vec::new();
        encode_ask(5, &Ping.into_ask(), &mut bytes).unwrap();
        let seen = talk(bytes, 2).await;
        let pong =
            |outcome: &Outcome| matches!(outcome, Ok(Answer::Ping(it)) if *it == Pong::default());
        assert_eq!(seen.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 5]);
        assert!(seen.iter().all(|(_, outcome)| pong(outcome)), "{seen:?}");
    }

    #[tokio::test]
    async fn an_unknown_question_gets_a_clear_no() {
        let mut bytes = vec![9, 0, 0, 0];
        bytes.extend_from_slice(&6_u64.to_le_bytes());
        bytes.push(0x7f);
        let seen = talk(bytes, 2).await;
        assert!(matches!(&seen[1], (6, Err(it)) if it.cause == Cause::Unknown), "{seen:?}");
    }
}
