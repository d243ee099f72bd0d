//! Panics and poisoned items that tests plant. Nothing of it is compiled but for tests and under
//! the feature `plant`.
#[cfg(any(test, feature = "plant"))]
use std::cell::{Cell, RefCell};

use crate::stage::{Case, Stage};

#[cfg(any(test, feature = "plant"))]
thread_local! {
    static PLANTED: Cell<Option<Stage>> = const { Cell::new(None) };
    static POISON: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on every event that this thread decides panics in `stage`; none ends that.
#[cfg(any(test, feature = "plant"))]
pub fn panic_in(stage: Option<Stage>) {
    PLANTED.set(stage);
}

/// From now on the check `limits.string_bytes` fires in the validate stage on every item that
/// holds these bytes, and on an event without items that does; none ends that.
#[cfg(any(test, feature = "plant"))]
pub fn poison_with(word: Option<&str>) {
    POISON.set(word.map(str::to_owned));
}

/// A place where a panic can be planted.
#[cfg(any(test, feature = "plant"))]
pub(crate) fn point(stage: Stage) {
    assert!(PLANTED.get() != Some(stage), "planted in `{}`", stage.as_str());
}

/// Fires on poisoned items.
#[cfg(any(test, feature = "plant"))]
pub(crate) fn poison(case: &mut Case<'_>) {
    let Some(word) = POISON.with_borrow(Option::clone) else { return };
    let holds = |bytes: &[u8]| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    let event = case.event();
    let (body, batch) = (event.raw().body(), event.batch());
    let is_batch = !batch.is_empty();
    let whole = !is_batch && holds(body);
    let poisoned = |item: &tollgate_event::Item| holds(body.get(item.span.clone()).unwrap_or(&[]));
    let items: Vec<_> = batch.into_iter().filter(poisoned).collect();
    let (id, detail) = (tollgate_event::limits::STRING_BYTES, || "planted".to_owned());
    for item in items {
        case.fire_as(id, None, Some(item.index), item.pointer, detail());
    }
    if whole {
        case.fire(id, String::new(), detail());
    }
}

/// A place where a panic can be planted.
#[cfg(not(any(test, feature = "plant")))]
pub(crate) const fn point(_: Stage) {}

/// A place where items can be poisoned.
#[cfg(not(any(test, feature = "plant")))]
pub(crate) const fn poison(_: &mut Case<'_>) {}
