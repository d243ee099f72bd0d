//! What the black-box tests share: the guarded function, its runtime, and its ledger.

pub(crate) mod guarded;
pub(crate) mod lambda;
pub(crate) mod ledger;
pub(crate) mod places;
pub(crate) mod raw;
pub(crate) mod receiver;
pub(crate) mod runtime;
pub(crate) mod stand;
