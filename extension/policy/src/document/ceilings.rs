//! Ceilings as they are written, and which of them make sense together.
use super::fields::{Fields, Reader};
use crate::options::AfterTime;
use crate::problem::At;

/// What a document says of ceilings, for the whole policy or for a source.
#[derive(Debug, Default)]
pub(crate) struct WrittenCeilings<'a> {
    /// In milliseconds.
    pub(crate) time: Option<At<'a, u64>>,
    /// In milliseconds.
    pub(crate) reserve: Option<At<'a, u64>>,
    pub(crate) after_time: Option<At<'a, AfterTime>>,
    pub(crate) response_bytes: Option<At<'a, u64>>,
    pub(crate) items: Option<At<'a, u32>>,
    pub(crate) retries: Option<At<'a, u32>>,
    pub(crate) hops: Option<At<'a, u32>>,
    /// In percent.
    pub(crate) memory: Option<At<'a, u32>>,
    /// Of the whole policy only.
    pub(crate) processes: Option<At<'a, u32>>,
    /// Of the whole policy only.
    pub(crate) descriptors: Option<At<'a, u32>>,
}

/// Reads the table at `path`: `ceilings` or `sources[].ceilings`.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    of: &Fields<'a, '_>,
    path: &str,
) -> WrittenCeilings<'a> {
    let table = reader.table(of, path);
    let key = |name: &str| format!("{path}.{name}");
    let written = WrittenCeilings {
        time: reader.duration(&table, &key("time")),
        reserve: reader.duration(&table, &key("reserve")),
        after_time: reader.word(&table, &key("after_time")),
        response_bytes: reader.size(&table, &key("response_bytes")),
        items: reader.count(&table, &key("items")),
        retries: reader.count(&table, &key("retries")),
        hops: reader.count(&table, &key("hops")),
        memory: reader.percent(&table, &key("memory")),
        processes: reader.count(&table, &key("processes")),
        descriptors: reader.count(&table, &key("descriptors")),
    };
    require_room(reader, &table, &key("reserve"), &written);
    written
}

/// A reserve as long as the time would leave the function none.
fn require_room(
    reader: &mut Reader<'_>,
    table: &Fields<'_, '_>,
    path: &str,
    written: &WrittenCeilings<'_>,
) {
    let (Some(time), Some(reserve)) = (&written.time, &written.reserve) else { return };
    if let Some(field) = table.field(path).filter(|_| reserve.value >= time.value) {
        let message = format!("{} ms leave nothing of {} ms", reserve.value, time.value);
        reader.complain(reserve.place, &field.shown, message);
    }
}
