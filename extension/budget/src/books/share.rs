//! Whom an event is counted for: one caller, or those of its items, each with a share of what it costs.
use super::Books;
use crate::amount::{Amount, Unit};
use crate::caller::CallerKey;
use crate::cost::{Tariff, Usage};
use crate::id::CallerId;

/// What an event may cost, and whom it is counted for.
#[derive(Debug, Clone)]
pub struct Charge {
    pub(super) usage: Usage,
    /// In the lines' order; a budget of callers has one for each of them.
    pub(super) posts: Vec<Post>,
    /// The bytes of each item, by its index; none where the event is one.
    weights: Vec<u64>,
    /// Those of all of them.
    whole: u64,
}

/// What one budget counts of an event.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) line: usize,
    pub(super) caller: CallerId,
    /// The caller's items; none: the whole event.
    pub(super) items: Vec<u32>,
    pub(super) share: Share,
    /// Whether it has no room, and that is dealt with.
    pub(super) waived: bool,
}

/// So many bytes of an event's items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    part: u64,
    whole: u64,
}

impl Charge {
    /// What it may use at most.
    pub const fn usage(&self) -> Usage {
        self.usage
    }

    /// The event goes on without some of its items: what it costs is shared by the others.
    pub fn without(&mut self, is_out: impl Fn(u32) -> bool) {
        for (index, weight) in (0u32..).zip(&mut self.weights) {
            if is_out(index) {
                *weight = 0;
            }
        }
        self.whole = self.weights.iter().sum();
        let Self { posts, weights, whole, .. } = self;
        posts.retain_mut(|post| {
            if post.items.is_empty() {
                return true;
            }
            post.items.retain(|index| !is_out(*index));
            post.share = Share::of(&post.items, weights, *whole);
            !post.items.is_empty()
        });
    }

    /// How many refusals of these items a post counts, and what part of the event they are; where
    /// none are named it is the whole event that was refused.
    pub(super) fn refused_of(&self, post: &Post, items: &[u32]) -> (u128, Share) {
        if items.is_empty() {
            return (1, post.share);
        }
        // Both are in order.
        let own: Vec<u32> = match post.items.as_slice() {
            [] => items.to_vec(),
            own => own.iter().copied().filter(|it| items.binary_search(it).is_ok()).collect(),
        };
        (own.len() as u128, Share::of(&own, &self.weights, self.whole))
    }
}

impl Share {
    const ALL: Self = Self { part: 1, whole: 1 };

    fn of(items: &[u32], weights: &[u64], whole: u64) -> Self {
        let weight = |index: &u32| weights.get(usize::try_from(*index).ok()?).copied();
        Self { part: items.iter().filter_map(weight).sum(), whole }
    }

    /// What of an invocation's use falls to it, rounded up: an invocation counts for everybody who
    /// has a part in it.
    pub(super) fn charge(self, tariff: &Tariff, unit: Unit, usage: &Usage) -> Amount {
        let amount = tariff.charge(unit, usage);
        if unit == Unit::Invocations || self.part == self.whole {
            return amount;
        }
        let parts = amount.0.saturating_mul(self.part.into());
        Amount(parts.div_ceil(u128::from(self.whole.max(1))))
    }
}

impl Books {
    /// What an event may cost, and whom it is counted for. `key` gives a caller's value under a
    /// key, and none for who has none: all of them count as one.
    pub fn charge(
        &self,
        usage: Usage,
        mut key: impl FnMut(&CallerKey) -> Option<String>,
    ) -> Charge {
        self.charge_items(usage, Vec::new(), |wanted, _| key(wanted))
    }

    /// The same of a batch whose items have callers of their own; `weights` are the items' bytes.
    pub fn charge_items(
        &self,
        usage: Usage,
        weights: Vec<u64>,
        mut key: impl FnMut(&CallerKey, u32) -> Option<String>,
    ) -> Charge {
        let mut posts: Vec<Post> = Vec::with_capacity(self.lines.len());
        let mut known: Option<(&CallerKey, core::ops::Range<usize>)> = None;
        let alias = self.aliases.current();
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| line.is_for(alias)) {
            let Some(wanted) = line.plan.scope.caller() else {
                posts.push(Post::of(index, CallerId(0)));
                continue;
            };
            let start = posts.len();
            match &known {
                Some((key, same)) if *key == wanted => {
                    posts.extend_from_within(same.clone());
                    posts.iter_mut().skip(start).for_each(|post| post.line = index);
                }
                _ => by_caller(&mut posts, index, &weights, wanted, &mut key),
            }
            known = Some((wanted, start..posts.len()));
        }
        let whole = weights.iter().sum();
        Charge { usage, posts, weights, whole }
    }
}

impl Post {
    const fn of(line: usize, caller: CallerId) -> Self {
        Self { line, caller, items: Vec::new(), share: Share::ALL, waived: false }
    }
}

/// One post for each caller who has an item in the batch.
fn by_caller(
    posts: &mut Vec<Post>,
    line: usize,
    weights: &[u64],
    wanted: &CallerKey,
    key: &mut impl FnMut(&CallerKey, u32) -> Option<String>,
) {
    let start = posts.len();
    if weights.is_empty() {
        posts.push(Post::of(line, wanted.caller(key(wanted, 0).as_deref())));
        return;
    }
    let mut callers = Vec::with_capacity(weights.len());
    let mut last: Option<(Option<String>, CallerId)> = None;
    for (index, _) in (0u32..).zip(weights) {
        let value = key(wanted, index);
        let caller = match last.take() {
            Some((known, caller)) if known == value => caller,
            _ => wanted.caller(value.as_deref()),
        };
        callers.push((caller, index));
        last = Some((value, caller));
    }
    tollgate_order::sort_by_key(&mut callers, |(caller, index)| (*caller, *index));
    for (caller, index) in callers {
        let is_same = posts.len() > start && posts.last().is_some_and(|it| it.caller == caller);
        if !is_same {
            posts.push(Post::of(line, caller));
        }
        if let Some(post) = posts.last_mut() {
            post.items.push(index);
        }
    }
    let whole = weights.iter().sum();
    for post in posts.iter_mut().skip(start) {
        post.share = Share::of(&post.items, weights, whole);
    }
}
