//! The sizes of the objects that S3 events tell of.
use serde::Deserialize;
use tollgate_event::{Classified, Item};

use super::hits::{Hit, Hits};
use crate::checks;
use crate::gate::Gate;

/// What is read of a record (Amazon S3 User Guide, "Event message structure").
#[derive(Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    /// In bytes. Events about deleted objects have none.
    size: Option<u64>,
}

/// Holds each object's size against the gate.
pub(super) fn inspect(event: &Classified, gate: &Gate, items: &[Item], hits: &mut Hits) {
    let Some(limit) = gate.keys.iter().filter_map(|rule| rule.max_bytes).min() else { return };
    for item in items {
        let json = event.raw().body().get(item.span.clone()).unwrap_or_default();
        // A record of another form is the envelope's fault.
        let size = serde_json::from_slice(json).ok().and_then(|it: Record| it.s3.object.size);
        if size.is_some_and(|size| size > limit) {
            let at = format!("{}/s3/object/size", item.pointer);
            let detail = format!("the limit is {limit} bytes");
            hits.add(Hit::new(checks::OBJECT_BYTES, Some(item.index), at, detail));
        }
    }
}
