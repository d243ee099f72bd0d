//! Counting over a window: for one subject, and for a great many callers in bounded memory.
mod meter;
mod sketch;
mod slices;
mod table;

pub use meter::Meter;
pub use slices::Cut;
pub(crate) use table::Cell;
pub use table::Table;
