//! Panics that tests plant in a stage. Nothing of it is compiled but for tests and under
//! the feature `plant`.
#[cfg(any(test, feature = "plant"))]
use std::cell::Cell;

use crate::stage::Stage;

#[cfg(any(test, feature = "plant"))]
thread_local! {
    static PLANTED: Cell<Option<Stage>> = const { Cell::new(None) };
}

/// From now on every event that this thread decides panics in `stage`; none ends that.
#[cfg(any(test, feature = "plant"))]
pub fn panic_in(stage: Option<Stage>) {
    PLANTED.set(stage);
}

/// A place where a panic can be planted.
#[cfg(any(test, feature = "plant"))]
pub(crate) fn point(stage: Stage) {
    assert!(PLANTED.get() != Some(stage), "planted in `{}`", stage.as_str());
}

/// A place where a panic can be planted.
#[cfg(not(any(test, feature = "plant")))]
pub(crate) const fn point(_: Stage) {}
