//! Small looks at bytes: none of them can fail, none goes further than it says.

/// How far words are followed: longer ones mean nothing to any family.
const WORD: usize = 64;

/// The byte at `at`; NUL outside.
#[inline]
pub(crate) fn at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The byte before `at`; NUL at the start.
#[inline]
pub(crate) fn before(bytes: &[u8], at: usize) -> u8 {
    at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(0)
}

/// What begins at `from`; empty outside.
#[inline]
pub(crate) fn from(bytes: &[u8], from: usize) -> &[u8] {
    bytes.get(from..).unwrap_or_default()
}

/// What lies between; empty where that is nothing, cut where it is too long.
#[inline]
pub(crate) fn between(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    bytes.get(from..to.min(bytes.len())).unwrap_or_default()
}

/// Where `byte` is next, not before `start`.
#[inline]
pub(crate) fn find(bytes: &[u8], byte: u8, start: usize) -> Option<usize> {
    memchr::memchr(byte, bytes.get(start..)?).map(|place| place + start)
}

/// Where `words` are next, not before `start`.
// A searcher is long code: one copy of it will do.
#[inline(never)]
pub(crate) fn find_words(bytes: &[u8], words: &[u8], start: usize) -> Option<usize> {
    memchr::memmem::find(bytes.get(start..)?, words).map(|place| place + start)
}

/// Whether `words` are anywhere.
#[inline]
pub(crate) fn contains(bytes: &[u8], words: &[u8]) -> bool {
    find_words(bytes, words, 0).is_some()
}

/// Whether one of these is anywhere.
#[inline(never)]
pub(crate) fn contains_any(bytes: &[u8], any: &[&[u8]]) -> bool {
    any.iter().any(|words| contains(bytes, words))
}

/// Whether it begins with one of these.
#[inline(never)]
pub(crate) fn begins_any(bytes: &[u8], any: &[&[u8]]) -> bool {
    any.iter().any(|words| bytes.starts_with(words))
}

/// The first place that is no blank or control character, not before `start`.
#[inline]
pub(crate) fn skip_blank(bytes: &[u8], start: usize) -> usize {
    start + from(bytes, start).iter().take_while(|byte| **byte <= b' ').count()
}

/// The same from the end of `..end` backwards: where the blanks before `end` begin.
#[inline]
pub(crate) fn skip_blank_back(bytes: &[u8], end: usize) -> usize {
    let head = between(bytes, 0, end);
    head.len() - head.iter().rev().take(WORD).take_while(|byte| **byte <= b' ').count()
}

/// Without blanks and control characters around it.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    let bytes = from(bytes, skip_blank(bytes, 0));
    let blanks = bytes.iter().rev().take_while(|byte| **byte <= b' ').count();
    between(bytes, 0, bytes.len() - blanks)
}

/// Whether a byte can be in a word of a program.
#[inline]
pub(crate) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

/// The word of a program that begins at `start`.
pub(crate) fn word_at(bytes: &[u8], start: usize) -> &[u8] {
    let rest = from(bytes, start);
    let length = rest.iter().take(WORD).take_while(|byte| is_word(**byte)).count();
    between(rest, 0, length)
}

/// The word of a program that ends at `end`.
pub(crate) fn word_before(bytes: &[u8], end: usize) -> &[u8] {
    let head = between(bytes, 0, end);
    let length = head.iter().rev().take(WORD).take_while(|byte| is_word(**byte)).count();
    from(head, head.len() - length)
}

/// The places of `byte`.
pub(crate) fn places(bytes: &[u8], byte: u8) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(byte, bytes)
}

/// The places of `words`.
#[inline(never)]
pub(crate) fn places_of<'a>(bytes: &'a [u8], words: &'a [u8]) -> memchr::memmem::FindIter<'a, 'a> {
    memchr::memmem::find_iter(bytes, words)
}

/// Words of at least four bytes that are found in one pass, however many they are.
pub(crate) struct Lexicon<W> {
    /// In the order of their bytes.
    words: Vec<W>,
    /// The first four bytes of each.
    keys: Vec<u32>,
    /// A bit for each place that the first four bytes of a word are mapped to.
    heads: [u64; HEADS],
}

/// Words of the filter before the search; 16384 bits.
const HEADS: usize = 256;

impl<W: AsRef<[u8]>> Lexicon<W> {
    /// Puts the words in order; those that are too short are left out.
    pub(crate) fn new(mut words: Vec<W>) -> Self {
        words.retain(|word| word.as_ref().len() >= 4);
        tollgate_order::sort_by(&mut words, |one, next| one.as_ref().cmp(next.as_ref()));
        let heads_of = words.iter().filter_map(|word| word.as_ref().first_chunk::<4>());
        let keys: Vec<u32> = heads_of.map(|head| u32::from_be_bytes(*head)).collect();
        let mut heads = [0; HEADS];
        for key in &keys {
            let (slot, bit) = slot(*key);
            if let Some(bits) = heads.get_mut(slot) {
                *bits |= bit;
            }
        }
        Self { words, keys, heads }
    }

    /// Whether a word may begin with these bytes.
    #[inline]
    fn may_begin(&self, key: u32) -> bool {
        let (slot, bit) = slot(key);
        self.heads.get(slot).is_some_and(|bits| bits & bit != 0)
    }

    /// The words that `bytes` has at `place`.
    #[inline]
    pub(crate) fn at(&self, bytes: &[u8], place: usize) -> impl Iterator<Item = &W> {
        let rest = from(bytes, place);
        let key = rest.first_chunk().map(|head| u32::from_be_bytes(*head));
        let key = key.filter(|key| self.may_begin(*key));
        let first =
            key.map_or(self.words.len(), |key| self.keys.partition_point(|earlier| *earlier < key));
        let keys = self.keys.get(first..).unwrap_or_default().iter();
        keys.zip(from_nth(&self.words, first))
            .take_while(move |(same, _)| Some(**same) == key)
            .map(|(_, word)| word)
            .filter(move |word| rest.starts_with(word.as_ref()))
    }

    /// The words and their places, wherever they are.
    pub(crate) fn scan(&self, bytes: &[u8]) -> impl Iterator<Item = (usize, &W)> {
        let heads = bytes.windows(4).enumerate().filter(|(_, head)| {
            head.first_chunk().is_some_and(|head| self.may_begin(u32::from_be_bytes(*head)))
        });
        heads.flat_map(move |(place, _)| self.at(bytes, place).map(move |word| (place, word)))
    }

    /// The words and their places: where a word of a program begins, or a sign stands.
    pub(crate) fn find(&self, bytes: &[u8]) -> impl Iterator<Item = (usize, &W)> {
        (0..bytes.len())
            .filter(move |place| !is_word(before(bytes, *place)) || !is_word(at(bytes, *place)))
            .flat_map(move |place| self.at(bytes, place).map(move |word| (place, word)))
    }

    /// Whether one of the words is there.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.find(bytes).next().is_some()
    }

    /// How many words there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }
}

fn from_nth<W>(words: &[W], first: usize) -> impl Iterator<Item = &W> {
    words.get(first..).unwrap_or_default().iter()
}

/// Where the filter has its bit for a head.
#[inline]
const fn slot(key: u32) -> (usize, u64) {
    let mixed = key.wrapping_mul(0x9e37_79b1) >> 18;
    ((mixed >> 6) as usize, 1 << (mixed & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_outside_give_nothing() {
        assert_eq!(at(b"ab", 2), 0);
        assert_eq!(before(b"ab", 0), 0);
        assert_eq!(from(b"ab", 3), b"");
        assert_eq!(between(b"ab", 1, 9), b"b");
        assert_eq!(between(b"ab", 2, 1), b"");
        assert_eq!(find(b"ab", b'b', 7), None);
    }

    #[test]
    fn words_end_where_they_end() {
        assert_eq!(word_at(b"a.alert(1)", 2), b"alert");
        assert_eq!(word_before(b"a.alert(1)", 7), b"alert");
        assert_eq!(word_before(b"", 0), b"");
        assert_eq!(trim(b" \t a b\n"), b"a b");
        assert_eq!(skip_blank_back(b"ab  =", 4), 2);
    }
}
