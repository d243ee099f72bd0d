//! The Merkle tree of RFC 6962, section 2.1, kept as its frontier: O(log n) memory, one record
//! at a time.
use crate::hash::Hash;

/// Prefix of a leaf, so that a leaf cannot be taken for a node (RFC 6962, 2.1).
const LEAF: &[u8] = &[0x00];
/// Prefix of an inner node.
const NODE: &[u8] = &[0x01];

/// A growing Merkle tree, of which only the roots of its perfect subtrees are kept (a "compact
/// range"): subtree `i` holds `2^i` leaves and exists when bit `i` of the leaf count is set.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Roots of the perfect subtrees, the largest (left-most) first.
    peaks: Vec<Hash>,
    leaves: u64,
}

impl Tree {
    /// The hash of one leaf: SHA-256 of 0x00 and the leaf's bytes.
    pub fn leaf(data: &[u8]) -> Hash {
        Hash::of_parts(&[LEAF, data])
    }

    /// Adds a leaf. In a ledger a leaf's bytes are the 32 bytes of a record's hash.
    pub fn push(&mut self, data: &[u8]) {
        let mut node = Self::leaf(data);
        // Each trailing 1 in the count is a perfect subtree of the size of `node`: merge them.
        for _ in 0..self.leaves.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = parent(&left, &node);
            }
        }
        self.peaks.push(node);
        self.leaves = self.leaves.saturating_add(1);
    }

    /// How many leaves were added.
    pub const fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The root over all leaves; of no leaves, SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return Hash::of(b"");
        };
        peaks.fold(*last, |right, left| parent(left, &right))
    }
}

/// The hashes beside the way from a leaf to the root, from the leaf upwards: `PATH(m, D[n])` of RFC
/// 6962, 2.1.1. Leaves are given as in [`Tree::push`]; a leaf that is not there has no path.
pub fn path(leaves: &[Hash], leaf: usize) -> Vec<Hash> {
    let split = leaves.len().next_power_of_two() / 2;
    let Some((left, right)) = leaves.split_at_checked(split).filter(|_| leaves.len() > 1) else {
        return Vec::new();
    };
    let (mut below, beside) =
        if leaf < split { (path(left, leaf), right) } else { (path(right, leaf - split), left) };
    below.push(root_of(beside));
    below
}

/// The root that a leaf's hash and the hashes beside its way lead to (RFC 9162, 2.1.3.2); none where
/// their number does not fit.
pub fn root_of_path(leaf_hash: Hash, leaf: u64, leaves: u64, path: &[Hash]) -> Option<Hash> {
    let (mut at, mut last) = (leaf, leaves.checked_sub(1).filter(|last| leaf <= *last)?);
    let mut hash = leaf_hash;
    for beside in path {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            hash = parent(beside, &hash);
            while at.is_multiple_of(2) && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = parent(&hash, beside);
        }
        (at, last) = (at / 2, last / 2);
    }
    (last == 0).then_some(hash)
}

fn root_of(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for leaf in leaves {
        tree.push(leaf.as_bytes());
    }
    tree.root()
}

fn parent(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[NODE, left.as_bytes(), right.as_bytes()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition in RFC 6962, section 2.1, word for word: split at the largest power of two
    /// smaller than n.
    fn naive(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => Hash::of(b""),
            [only] => Tree::leaf(only),
            more => {
                let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
                parent(&naive(left), &naive(right))
            }
        }
    }

    fn root(leaves: &[Vec<u8>]) -> Hash {
        let mut tree = Tree::default();
        for leaf in leaves {
            tree.push(leaf);
        }
        tree.root()
    }

    /// The eight leaves and nine roots that Certificate Transparency implementations share as
    /// test vectors.
    #[test]
    fn known_vectors() {
        let leaves: Vec<Vec<u8>> = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        .map(|text| {
            let pairs = text.as_bytes().chunks(2);
            pairs
                .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect()
        })
        .to_vec();
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (count, expected) in roots.iter().enumerate() {
            assert_eq!(root(&leaves[..count]).to_string(), *expected, "{count} leaves");
        }
    }

    proptest! {
        #[test]
        fn every_path_leads_to_the_root(count in 1_usize..70, leaf in 0_usize..70) {
            let leaves: Vec<_> = (0..count).map(|number| Hash::of(&number.to_be_bytes())).collect();
            let leaf = leaf % count;
            let path = path(&leaves, leaf);
            let own = Tree::leaf(leaves[leaf].as_bytes());
            let root = Some(root_of(&leaves));
            let (at, all) = (leaf as u64, count as u64);
            prop_assert_eq!(root_of_path(own, at, all, &path), root);
            prop_assert_ne!(root_of_path(Hash::of(b"other"), at, all, &path), root);
            if count > 1 {
                prop_assert_ne!(root_of_path(own, (at + 1) % all, all, &path), root);
                prop_assert_eq!(root_of_path(own, at, all, &path[1..]), None);
            }
        }

        #[test]
        fn incremental_root_is_the_recursive_one(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..70),
        ) {
            prop_assert_eq!(root(&leaves), naive(&leaves));
        }
    }
}
