//! What was used already, so that it is not used again: bounded memory of one environment.
use std::collections::HashMap;

/// The most ids that are kept. An id and what is known of it take about 64 bytes.
pub const IDS_MAX: usize = 8192;

/// Ids that were seen, each until it could not hold any longer by its own word.
#[derive(Debug, Default)]
pub struct Seen {
    ids: HashMap<[u8; 32], Known>,
    /// How many were dropped before their time, for want of room.
    forgotten: u64,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    state: State,
    ends_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// With the function now.
    Running,
    /// The function did not answer it with success.
    Failed,
    /// The function answered it with success.
    Used,
    /// Nobody could tell whether it was used elsewhere.
    Unknown,
}

/// What is known of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Nothing.
    First,
    /// It was here and came to nothing: its sender tries again.
    Retry,
    /// It was answered with success, or is with the function now.
    Used,
    /// Who would know whether it was used elsewhere could not be asked.
    Unknown,
}

impl Seen {
    /// What is known of an id at this moment.
    pub fn look(&self, id: &[u8; 32], now_ms: u64) -> Sight {
        match self.ids.get(id).filter(|known| known.ends_ms > now_ms).map(|known| known.state) {
            None => Sight::First,
            Some(State::Failed) => Sight::Retry,
            Some(State::Running | State::Used) => Sight::Used,
            Some(State::Unknown) => Sight::Unknown,
        }
    }

    /// An event with this id goes to the function; it cannot hold after `ends_ms`.
    pub fn begin(&mut self, id: [u8; 32], ends_ms: u64, now_ms: u64) {
        self.make_room(now_ms);
        self.ids.insert(id, Known { state: State::Running, ends_ms });
    }

    /// The function answered it, with success or not.
    pub fn end(&mut self, id: &[u8; 32], success: bool) {
        if let Some(known) = self.ids.get_mut(id) {
            known.state = if success { State::Used } else { State::Failed };
        }
    }

    /// Another environment has it.
    pub fn taken_elsewhere(&mut self, id: &[u8; 32]) {
        self.end(id, true);
    }

    /// Nobody could tell at this moment whether another environment has it.
    pub fn unknown(&mut self, id: &[u8; 32], now_ms: u64) {
        if let Some(known) = self.ids.get_mut(id) {
            *known = Known { state: State::Unknown, ends_ms: now_ms.saturating_add(1) };
        }
    }

    /// How many ids are kept.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// How many were dropped before their time, for want of room: so many could be used again.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Drops what cannot hold any longer; if that is nothing, the quarter that ends first.
    fn make_room(&mut self, now_ms: u64) {
        if self.ids.len() < IDS_MAX {
            return;
        }
        self.ids.retain(|_, known| known.ends_ms > now_ms);
        if self.ids.len() < IDS_MAX {
            return;
        }
        let mut ends: Vec<u64> = self.ids.values().map(|known| known.ends_ms).collect();
        let (_, quarter, _) = ends.select_nth_unstable(IDS_MAX / 4);
        let quarter = *quarter;
        let before = self.ids.len();
        self.ids.retain(|_, known| known.ends_ms > quarter);
        self.forgotten += (before - self.ids.len()) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> [u8; 32] {
        let mut id = [0; 32];
        id.first_chunk_mut().map(|first| *first = number.to_be_bytes()).unwrap();
        id
    }

    #[test]
    fn an_id_is_used_once_it_was_answered_with_success() {
        let mut seen = Seen::default();
        assert_eq!(seen.look(&id(1), 10), Sight::First);
        seen.begin(id(1), 100, 10);
        assert_eq!(seen.look(&id(1), 20), Sight::Used);
        seen.end(&id(1), false);
        assert_eq!(seen.look(&id(1), 20), Sight::Retry);
        seen.begin(id(1), 100, 20);
        seen.end(&id(1), true);
        assert_eq!(seen.look(&id(1), 99), Sight::Used);
        assert_eq!(seen.look(&id(1), 100), Sight::First);
        seen.end(&id(2), true);
        assert_eq!(seen.len(), 1);
        seen.begin(id(3), 100, 20);
        seen.unknown(&id(3), 20);
        assert_eq!((seen.look(&id(3), 20), seen.look(&id(3), 21)), (Sight::Unknown, Sight::First));
    }

    #[test]
    fn memory_is_bounded_and_what_ends_first_goes_first() {
        let mut seen = Seen::default();
        for number in 0..3 * IDS_MAX as u64 {
            seen.begin(id(number), 1_000_000 + number, 0);
            seen.end(&id(number), true);
            assert!(seen.len() <= IDS_MAX);
        }
        assert!(seen.forgotten() > 0);
        assert_eq!(seen.look(&id(3 * IDS_MAX as u64 - 1), 0), Sight::Used);
        assert_eq!(seen.look(&id(0), 0), Sight::First);
        let forgotten = seen.forgotten();
        seen.begin(id(u64::MAX), 3_000_000, 2_000_000);
        assert!(seen.len() <= IDS_MAX);
        assert!(seen.forgotten() >= forgotten);
    }
}
