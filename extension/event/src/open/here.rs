//! A value that is being opened: known from the outline, or next in a text that is walked through.
use crate::scan::Container;
use crate::value::Value;
use crate::walk::Walk;

/// A value. Whoever gets one passes all of it, or nothing.
pub(super) enum Here<'c, 'a> {
    /// Its bounds, and perhaps its children's, are known.
    Known(Value<'a>),
    /// A walk stands at it.
    Next(&'c mut Walk<'a>),
}

impl<'a> Here<'_, 'a> {
    /// Its first byte, which says what it is.
    pub(super) fn first(&self) -> Option<u8> {
        match self {
            Self::Known(value) => value.json().first().copied(),
            Self::Next(walk) => walk.first(),
        }
    }

    /// It, to be looked at more than once.
    pub(super) fn value(self) -> Value<'a> {
        match self {
            Self::Known(value) => value,
            Self::Next(walk) => Value::inside(walk.value()),
        }
    }

    /// Its bytes.
    pub(super) fn json(self) -> &'a [u8] {
        match self {
            Self::Known(value) => value.json(),
            Self::Next(walk) => walk.value(),
        }
    }

    /// Calls `visit` with each member of an object and its key as written.
    pub(super) fn members(self, mut visit: impl FnMut(&'a [u8], Here<'_, 'a>)) {
        let through = |walk: &mut Walk<'a>, visit: &mut dyn FnMut(&'a [u8], Here<'_, 'a>)| {
            if walk.step_into(Container::Object) {
                while let Some(key) = walk.member() {
                    pass(walk, |here| visit(key, here));
                }
            }
        };
        match self {
            Self::Known(value) => match value.outline() {
                Some(children) => children.for_each(|(key, child)| visit(key, Here::Known(child))),
                None => through(&mut Walk::at_value(value.json()), &mut visit),
            },
            Self::Next(walk) => through(walk, &mut visit),
        }
    }

    /// Calls `visit` with each element of an array and its index.
    pub(super) fn elements(self, mut visit: impl FnMut(u32, Here<'_, 'a>)) {
        let through = |walk: &mut Walk<'a>, visit: &mut dyn FnMut(u32, Here<'_, 'a>)| {
            let mut index = 0u32;
            if walk.step_into(Container::Array) {
                while walk.element() {
                    pass(walk, |here| visit(index, here));
                    index = index.saturating_add(1);
                }
            }
        };
        match self {
            Self::Known(value) => match value.outline() {
                Some(children) => {
                    (0..).zip(children).for_each(|(i, (_, child))| visit(i, Here::Known(child)));
                }
                None => through(&mut Walk::at_value(value.json()), &mut visit),
            },
            Self::Next(walk) => through(walk, &mut visit),
        }
    }
}

/// Hands a value on and passes it if that did not.
fn pass<'a>(walk: &mut Walk<'a>, visit: impl FnOnce(Here<'_, 'a>)) {
    let before = walk.at();
    visit(Here::Next(walk));
    if walk.at() == before {
        walk.value();
    }
}
