//! A table of fixed size: what is seldom makes room for what is new.

/// Places that one name can stand in.
const WAYS: usize = 4;

/// What an entry weighs: of the places that a new name could take, the lightest is cleared.
pub(super) trait Weighed {
    /// How much it counts.
    fn weight(&self) -> u32;
}

/// At most `N` names with what is known of each. Memory is taken once and never grows.
#[derive(Debug)]
pub(super) struct Tally<const N: usize, T> {
    places: Box<[Place<T>]>,
    /// What an entry is written to where the table has no place at all.
    spare: Place<T>,
    round: u32,
}

#[derive(Debug, Default)]
struct Place<T> {
    /// 0 where nothing stands here.
    name: u64,
    /// The round in which it was last met.
    met: u32,
    value: T,
}

impl<const N: usize, T: Weighed + Default> Tally<N, T> {
    /// What all places take together.
    #[cfg(test)]
    pub(super) const BYTES: usize = N * size_of::<Place<T>>();

    pub(super) fn new() -> Self {
        let places = (0..N).map(|_| Place::default()).collect();
        Self { places, spare: Place::default(), round: 0 }
    }

    /// What is known of a name.
    pub(super) fn get(&self, name: u64) -> Option<&T> {
        let places = self.places.get(Self::start(name)..)?.iter().take(WAYS);
        places.into_iter().find(|place| place.name == name).map(|place| &place.value)
    }

    /// What is known of a name; nothing yet if it is new, and then the lightest of those that stand
    /// where it could, of equals the one that was not met for longest, is forgotten.
    pub(super) fn entry(&mut self, name: u64) -> &mut T {
        self.round = self.round.wrapping_add(1);
        let ways = self.places.iter_mut().skip(Self::start(name)).take(WAYS);
        let place = ways.min_by_key(|place| match place.name {
            known if known == name => (0, 0, 0),
            0 => (1, 0, 0),
            _ => (2, place.value.weight(), place.met),
        });
        let place = place.unwrap_or(&mut self.spare);
        if place.name != name {
            *place = Place { name, ..Place::default() };
        }
        place.met = self.round;
        &mut place.value
    }

    fn start(name: u64) -> usize {
        let groups = (N / WAYS).max(1) as u64;
        usize::try_from(name % groups).unwrap_or(0) * WAYS
    }
}
