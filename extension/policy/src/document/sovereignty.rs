//! `sovereignty` as it is written.
use super::fields::{Fields, Reader};
use crate::sovereignty::Sovereignty;

/// Reads `sovereignty`.
pub(super) fn read(reader: &mut Reader<'_>, root: &Fields<'_, '_>) -> Option<Sovereignty> {
    root.field("sovereignty")?;
    let table = reader.table(root, "sovereignty");
    let partitions = table.field("sovereignty.partitions");
    Some(Sovereignty {
        regions: reader.texts(&table, "sovereignty.regions"),
        partitions: partitions.map(|field| reader.words_of(field)).unwrap_or_default(),
        run_in: reader.texts(&table, "sovereignty.run_in"),
    })
}
