//! The money of one environment: its books, and the orders it knows.
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tollgate_budget::{
    Amount, Architecture, Billed, Books, Hold, Mode, Note, OrderBook, Place, Rates, Settlement,
    Tariff,
};

use super::{Bill, Desk, Ended, Ending, Here, Notice, Weight};
use crate::policy::Policy;

/// What a grant owes its budgets.
#[derive(Debug)]
pub(crate) struct Owed {
    hold: Hold,
    name: u64,
}

/// How an invocation was settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// What it cost by our own clock, in picodollars; none where no budget is kept.
    pub cost: Option<Amount>,
}

/// What an invocation cost: foreseen, measured and billed, in picodollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priced {
    /// What was set aside.
    pub reserved: Amount,
    /// What it was settled for, by our own clock.
    pub settled: Amount,
    /// What Lambda charges.
    pub billed: Amount,
    /// The price table: its date, `policy`, or `dearest` where no table has the Region.
    pub prices: &'static str,
}

/// The price table's name where the policy has prices of its own.
const OWN_PRICES: &str = "policy";
/// Longer than any invocation and its init phase.
const BILLED_MS_MOST: f64 = 3_600_000.0;

impl Owed {
    pub(crate) fn new(hold: Hold, request_id: &str) -> Self {
        Self { hold, name: name(request_id) }
    }

    pub(super) fn into_hold(self) -> Hold {
        self.hold
    }
}

impl Desk {
    /// Opens the books of this policy, unless they are open or it keeps none.
    pub fn open_books(&mut self, policy: &Policy) {
        let spending = &policy.spending;
        if self.books.is_none() && spending.is_kept() {
            let function = self.here.function.as_str();
            let place = Place { function, alias: "", seed: self.seed };
            let (tariff, prices) = tariff(&self.here, policy);
            self.prices = prices;
            let mut books = Books::new(spending.budgets.clone(), tariff, &place);
            books.foresee(policy.ceilings(None).time_ms.unwrap_or(TIMEOUT_MS));
            self.books = Some(books);
        }
        if self.orders.is_none() && spending.tables.orders.is_some() {
            self.orders = Some(OrderBook::new(spending.orders.refresh_ms));
        }
    }

    /// The event in hand is for the alias or version that this ARN names after the function, as
    /// its caller did; without one it is for the function's own version.
    pub fn turn_to(&mut self, function_arn: &str) {
        if let Some(books) = &mut self.books {
            let named = function_arn.split(':').nth(7).filter(|name| !name.is_empty());
            books.turn_to(named.unwrap_or(&self.here.version));
        }
    }

    /// The books, once they are open.
    pub fn books(&mut self) -> Option<&mut Books> {
        self.books.as_mut()
    }

    /// The orders, where the policy names a table of them.
    pub fn orders(&mut self) -> Option<&mut OrderBook> {
        self.orders.as_mut()
    }

    pub(super) fn settle_books(&mut self, owed: Owed, ending: &Ending) -> Option<Amount> {
        let books = self.books.as_mut()?;
        let failed = ending.outcome != Ended::Success;
        let Owed { hold, name } = owed;
        let settlement = Settlement { measured_ms: ending.duration_ms, failed, name };
        let cost = books.settle(hold, settlement, ending.at_ms);
        self.note_books();
        Some(cost)
    }

    pub(super) fn bill_books(&mut self, bill: &Bill<'_>) -> Option<Priced> {
        let books = self.books.as_mut()?;
        let init_ms = bill.init_ms.map_or(0, whole_ms);
        let billed =
            books.bill(name(bill.request_id), whole_ms(bill.billed_ms?), init_ms, bill.at_ms);
        self.note_books();
        let Billed { reserved, settled, billed, .. } = billed?;
        Some(Priced { reserved, settled, billed, prices: self.prices })
    }

    /// What the books have to say becomes notices.
    pub(crate) fn note_books(&mut self) {
        let notes = self.books.as_mut().map(Books::take_notes).unwrap_or_default();
        for note in notes {
            self.notice(notice(note));
        }
    }
}

fn notice(note: Note) -> Notice {
    let (id, weight, detail) = match note {
        Note::Reached { budget, percent } => {
            let weight = if percent >= 100 { Weight::Medium } else { Weight::Low };
            ("budget.threshold", weight, format!("`{budget}` is used to {percent}%"))
        }
        Note::Over { budget } => {
            ("budget.over", Weight::Medium, format!("`{budget}` had no room, and it passed"))
        }
        Note::Uncovered { budget, why } => {
            let why = match why {
                tollgate_budget::lease::Why::First => "the environment's first event",
                tollgate_budget::lease::Why::StoreError => "the store cannot be asked",
            };
            let weight = Weight::Informational;
            ("budget.uncovered", weight, format!("no lease of `{budget}` covers it: {why}"))
        }
    };
    Notice { id, weight, request_id: None, detail }
}

/// How the function is billed, and the name of the price table in force.
fn tariff(here: &Here, policy: &Policy) -> (Tariff, &'static str) {
    let prices = &policy.spending.prices;
    let architecture = Architecture::of(here.architecture);
    let (rates, basis) = Rates::of(here.region.as_deref(), architecture);
    let tariff = Tariff {
        rates: prices.over(rates),
        tier: prices.tier.and_then(|tier| u8::try_from(tier).ok()).unwrap_or(1),
        memory_mb: here.memory_mb.unwrap_or(MEMORY_MB),
        storage_mb: prices.storage_mb.unwrap_or(512),
        mode: match here.initialization {
            "provisioned-concurrency" => Mode::Provisioned,
            "snap-start" => Mode::SnapStart,
            "lambda-managed-instances" => Mode::ManagedInstances,
            _ => Mode::OnDemand,
        },
    };
    (tariff, if prices.is_own() { OWN_PRICES } else { basis.as_str() })
}

/// The timeout of a function that has no other (AWS Lambda Developer Guide, "Configure Lambda
/// function timeout"), for the first lease; the first event tells its own.
const TIMEOUT_MS: u64 = 3_000;

/// The memory of a function that does not say (AWS Lambda Developer Guide, "Configure Lambda
/// function memory": the default).
const MEMORY_MB: u32 = 128;

/// A request's name in the books.
fn name(request_id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    request_id.hash(&mut hasher);
    hasher.finish()
}

/// Whole milliseconds, rounded up; what is no number or too much to be true counts as much as can
/// be.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what an hour has"
)]
fn whole_ms(ms: f64) -> u64 {
    ms.ceil().clamp(0.0, BILLED_MS_MOST) as u64
}
