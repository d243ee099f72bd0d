//! Chains that a key of KMS vouches for: their certificates become trusted keys.
use std::borrow::Cow;

use super::roots::Roots;
use super::store::{Claims, Store};
use crate::hash::hex;
use crate::record::Certificate;

/// Anyone who can write to a log can write certificates and `open` records: so many of each are
/// tried for a chain, the first ones. A chain has one of each.
const TRIED_MAX: usize = 16;

/// The roots, with the first key of every chain trusted that holds a good certificate. What a trust
/// root says of a chain itself stands.
pub(super) fn with_certified<'r>(store: &Store, roots: &'r Roots) -> Cow<'r, Roots> {
    if roots.attestors.is_empty() {
        return Cow::Borrowed(roots);
    }
    let mut trust = roots.trust.clone().unwrap_or_default();
    for (id, claims) in &store.chains {
        let certified: Vec<_> = certified_keys(roots, id, claims).collect();
        if !certified.is_empty() {
            trust.chains.entry(*id).or_insert(certified);
        }
    }
    Cow::Owned(Roots { trust: Some(trust), ..roots.clone() })
}

fn certified_keys<'s>(
    roots: &'s Roots,
    id: &'s [u8; 16],
    claims: &'s Claims,
) -> impl Iterator<Item = [u8; 32]> + 's {
    let keys = claims.opens().map(|(_, _, opened)| opened.public_key).take(TRIED_MAX);
    keys.filter(move |key| {
        let message = Certificate::message(&hex(id), &hex(key));
        claims.certificates().take(TRIED_MAX).any(|signature| {
            roots.attestors.iter().any(|attestor| attestor.verifies(message.as_bytes(), signature))
        })
    })
}
