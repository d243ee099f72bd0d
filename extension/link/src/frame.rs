//! Frames: a length, a number, a message.

use crate::message::{Ask, Outcome};
use serde::{Serialize, de::DeserializeOwned};

/// Largest frame without its length, in bytes: the largest event that the extension reads (twice
/// the 6 MB of "Lambda quotas") and room for what goes with it.
pub const FRAME_BYTES_MAX: usize = 14 * 1024 * 1024;

const LENGTH_BYTES: usize = 4;
const NUMBER_BYTES: usize = 8;

/// Why a frame cannot be written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is larger than [`FRAME_BYTES_MAX`], or too short for its number.
    #[error("a frame of {0} bytes")]
    Length(usize),
    /// Its message is none that this side knows.
    #[error("an unknown message")]
    Unknown,
}

/// Appends a question to `out`. On an error nothing is appended.
pub fn encode_ask(number: u64, ask: &Ask, out: &mut Vec<u8>) -> Result<(), LinkError> {
    encode(number, ask, out)
}

/// Appends what came of a question to `out`. On an error nothing is appended.
pub fn encode_outcome(number: u64, outcome: &Outcome, out: &mut Vec<u8>) -> Result<(), LinkError> {
    encode(number, outcome, out)
}

/// Reads the message of a frame that came to the courier.
pub fn ask_of(message: &[u8]) -> Result<Ask, LinkError> {
    decode(message)
}

/// Reads the message of a frame that came from the courier.
pub fn outcome_of(message: &[u8]) -> Result<Outcome, LinkError> {
    decode(message)
}

fn encode(number: u64, message: &impl Serialize, out: &mut Vec<u8>) -> Result<(), LinkError> {
    let message = postcard::to_allocvec(message).map_err(|_| LinkError::Unknown)?;
    let length = NUMBER_BYTES.saturating_add(message.len());
    let field = u32::try_from(length).ok().filter(|_| length <= FRAME_BYTES_MAX);
    let field = field.ok_or(LinkError::Length(length))?;
    out.reserve(LENGTH_BYTES.saturating_add(length));
    out.extend_from_slice(&field.to_le_bytes());
    out.extend_from_slice(&number.to_le_bytes());
    out.extend_from_slice(&message);
    Ok(())
}

fn decode<T: DeserializeOwned>(message: &[u8]) -> Result<T, LinkError> {
    match postcard::take_from_bytes(message) {
        Ok((message, [])) => Ok(message),
        _ => Err(LinkError::Unknown),
    }
}

/// Takes frames out of bytes as they arrive.
#[derive(Debug, Default)]
pub struct Frames {
    arrived: Vec<u8>,
    /// Bytes at the start that were given out already.
    taken: usize,
}

impl Frames {
    /// Adds bytes that arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.taken == self.arrived.len() {
            self.arrived.clear();
            self.taken = 0;
            // What one large message needed is given back.
            self.arrived.shrink_to(64 * 1024);
        }
        self.arrived.extend_from_slice(bytes);
    }

    /// The next whole frame: its number, and its message for [`ask_of`] or [`outcome_of`]. After an
    /// error nothing that follows can be read.
    pub fn next_frame(&mut self) -> Result<Option<(u64, &[u8])>, LinkError> {
        let waiting = self.arrived.get(self.taken..).unwrap_or_default();
        let Some((length, rest)) = waiting.split_first_chunk::<LENGTH_BYTES>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if !(NUMBER_BYTES..=FRAME_BYTES_MAX).contains(&length) {
            return Err(LinkError::Length(length));
        }
        let Some(frame) = rest.get(..length) else { return Ok(None) };
        let Some((number, message)) = frame.split_first_chunk::<NUMBER_BYTES>() else {
            return Err(LinkError::Length(length));
        };
        self.taken = self.taken.saturating_add(LENGTH_BYTES).saturating_add(length);
        Ok(Some((u64::from_le_bytes(*number), message)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Cause, Failure};
    use crate::health::{Ping, Pong};
    use crate::message::{Answer, Question as _};

    #[test]
    fn questions_and_outcomes_come_back_however_they_are_cut() {
        let mut bytes = Vec::new();
        encode_ask(7, &Ping.into_ask(), &mut bytes).unwrap();
        encode_outcome(7, &Ok(Ping::answer(Pong::default())), &mut bytes).unwrap();
        let failure = Failure::new(Cause::Throttled, "slow down");
        encode_outcome(u64::MAX, &Err(failure.clone()), &mut bytes).unwrap();
        for step in 1..bytes.len() {
            let (mut frames, mut seen) = (Frames::default(), Vec::new());
            for part in bytes.chunks(step) {
                frames.feed(part);
                while let Some((number, message)) = frames.next_frame().unwrap() {
                    seen.push((number, message.to_vec()));
                }
            }
            assert_eq!(
                seen.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
                [7, 7, u64::MAX]
            );
            assert!(matches!(ask_of(&seen[0].1), Ok(Ask::Ping(Ping))));
            assert!(matches!(outcome_of(&seen[1].1), Ok(Ok(Answer::Ping(_)))));
            assert_eq!(outcome_of(&seen[2].1).unwrap().unwrap_err(), failure);
        }
    }

    #[test]
    fn an_unknown_message_is_an_error_and_the_next_one_is_read() {
        let mut bytes = vec![9, 0, 0, 0];
        bytes.extend_from_slice(&3_u64.to_le_bytes());
        bytes.push(0x7f);
        encode_ask(4, &Ping.into_ask(), &mut bytes).unwrap();
        let mut frames = Frames::default();
        frames.feed(&bytes);
        let (number, message) = frames.next_frame().unwrap().unwrap();
        assert_eq!((number, ask_of(message).unwrap_err()), (3, LinkError::Unknown));
        let (number, message) = frames.next_frame().unwrap().unwrap();
        assert_eq!(number, 4);
        assert!(ask_of(message).is_ok());
        assert!(ask_of(&[0, 0]).is_err(), "bytes behind the message");
    }

    #[test]
    fn security_a_length_beyond_the_bounds_ends_the_reading() {
        for length in [0, 7, FRAME_BYTES_MAX + 1, u32::MAX as usize] {
            let mut frames = Frames::default();
            frames.feed(&u32::try_from(length).unwrap().to_le_bytes());
            assert_eq!(frames.next_frame().unwrap_err(), LinkError::Length(length));
        }
    }

    proptest::proptest! {
        /// Whatever arrives, reading gives frames or an error.
        #[test]
        fn never_fails(parts: Vec<Vec<u8>>) {
            let mut frames = Frames::default();
            for part in parts {
                frames.feed(&part);
                while let Ok(Some((_, message))) = frames.next_frame() {
                    let message = message.to_vec();
                    drop(ask_of(&message));
                    drop(outcome_of(&message));
                }
            }
        }
    }
}
