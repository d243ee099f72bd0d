//! Copies of what was refused, to be stored before its source is told that it was handled.
use bytes::Bytes;
use tollgate_event::{Item, RawEvent};

/// What must be stored before anything of this event is acknowledged (`on_refuse: quarantine`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// The refused items, in the event's order; the whole event where it has none.
    pub items: Vec<ItemCopy>,
}

/// One item to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemCopy {
    /// Its place in the batch; none for the whole event.
    pub index: Option<u32>,
    /// What its source calls it.
    pub id: Option<String>,
    /// The id of the check that refused it.
    pub check: &'static str,
    /// Its bytes, as they stand in the event. Shared with the event, not copied.
    pub bytes: Bytes,
}

impl Copies {
    /// The whole event.
    pub(crate) fn whole(event: &RawEvent, check: &'static str) -> Self {
        let bytes = body(event);
        Self { items: vec![ItemCopy { index: None, id: None, check, bytes }] }
    }

    /// These items of a batch, each with the check that refused it; none if an item's bytes are
    /// not where it says.
    pub(crate) fn of<'a>(
        event: &RawEvent,
        items: impl Iterator<Item = (&'a Item, &'static str)>,
    ) -> Option<Self> {
        let body = body(event);
        let copy = |(item, check): (&Item, _)| {
            body.get(item.span.clone())?;
            let bytes = body.slice(item.span.clone());
            Some(ItemCopy { index: Some(item.index), id: item.id.clone(), check, bytes })
        };
        Some(Self { items: items.map(copy).collect::<Option<_>>()? })
    }
}

fn body(event: &RawEvent) -> Bytes {
    event.clone().into_parts().0
}
