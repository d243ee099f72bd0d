//! Puts lists in order, with little code for each kind of list.
//!
//! The sort of the standard library is written out for each type and each comparison, in 3 to 9 KB: forty of
//! them were 0.2 MB of a program whose size is part of its start. Here places are sorted, by one piece of code
//! for all, and elements are moved once, at the end. It takes about twice as long: what sorts much at a time,
//! for every event, stays with the standard library.
//!
//! All sorts are stable. A comparison that contradicts itself leaves the elements in some order.
use std::cmp::Ordering;

/// Sorts by the order of the elements themselves.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// Sorts by a key of each element, which is asked for in each comparison.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |one, other| key(one).cmp(&key(other)));
}

/// Sorts by a comparison.
pub fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order = order(list.len(), &|one, other| match (list.get(one), list.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    arrange(&mut order, &mut |one, other| list.swap(one, other));
}

/// Which element comes to each place: runs of 1, 2, 4, … places are merged.
fn order(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut from: Vec<usize> = (0..length).collect();
    let mut to = Vec::with_capacity(length);
    let mut run = 1;
    while run < length {
        for pair in from.chunks(2 * run) {
            let (one, other) = pair.split_at_checked(run).unwrap_or((pair, &[]));
            merge(one, other, compare, &mut to);
        }
        std::mem::swap(&mut from, &mut to);
        to.clear();
        run *= 2;
    }
    from
}

fn merge(
    mut one: &[usize],
    mut other: &[usize],
    compare: &dyn Fn(usize, usize) -> Ordering,
    to: &mut Vec<usize>,
) {
    while let ([first, ones @ ..], [second, others @ ..]) = (one, other) {
        // Of equal ones, the one that was before.
        if compare(*second, *first) == Ordering::Less {
            to.push(*second);
            other = others;
        } else {
            to.push(*first);
            one = ones;
        }
    }
    to.extend_from_slice(one);
    to.extend_from_slice(other);
}

/// Brings elements to their places, one cycle of places after the other; what is done names itself.
fn arrange(order: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        while let Some(place) = order.get_mut(at) {
            let from = std::mem::replace(place, at);
            if from == start || from == at {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_of_one_and_none_stay() {
        sort::<u8>(&mut []);
        let mut one = [7];
        sort(&mut one);
        assert_eq!(one, [7]);
    }

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(list: Vec<u16>) {
            let (mut ours, mut theirs) = (list.clone(), list);
            sort(&mut ours);
            theirs.sort_unstable();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn equal_elements_keep_their_order(keys: Vec<u8>) {
            let list: Vec<(u8, usize)> = keys.iter().map(|key| key % 5).zip(0..).collect();
            let (mut ours, mut theirs) = (list.clone(), list);
            sort_by_key(&mut ours, |element| element.0);
            theirs.sort_by_key(|element| element.0);
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn a_comparison_that_contradicts_itself_loses_nothing(list: Vec<u8>, seed: u8) {
            let (mut ours, mut theirs) = (list.clone(), list);
            sort_by(&mut ours, |one, other| (one ^ seed).wrapping_mul(other | 1).cmp(one));
            ours.sort_unstable();
            theirs.sort_unstable();
            prop_assert_eq!(ours, theirs);
        }
    }
}
