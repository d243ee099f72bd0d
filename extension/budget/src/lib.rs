//! How much it may cost: money, budgets, windows, callers, leases and orders. Pure.
//!
//! Nothing here does I/O, reads a clock or randomness, or unwinds: moments and random numbers are
//! handed in, what must be asked of a shared store is handed out as a [`store::Request`] and comes
//! back as a [`store::Reply`].
pub mod lease;
pub mod store;

mod amount;
mod books;
mod caller;
mod cost;
pub mod count;
mod id;
mod learn;
mod order;
mod plan;
mod price;
mod window;

pub use amount::{Amount, NotAnAmount, Unit};
pub use books::{BUDGETS_MOST, Billed, Books, Charge, Hold, Note, Place, Settlement, Stop, Use};
pub use caller::{CallerKey, NOBODY};
pub use cost::{Mode, Tariff, Usage, request_units};
pub use id::{CallerId, LeaseId, NotAnId};
pub use learn::Durations;
pub use order::{Does, ORDERS_KEY, ORDERS_MOST, Order, OrderBook, Subject, Whom};
pub use plan::{Over, Plan, Scope, Store};
pub use price::{Architecture, Basis, Rates};
pub use window::{NotAWindow, NotAZone, Span, Window, Zone};
