//! The list of cases: what is done, and what AWS documents to come of it.

use super::stage::{Setting, Stage};
use super::{extensions, managed, restore, runtime, telemetry};
use std::future::Future;
use std::pin::Pin;

/// The kinds of execution environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    OnDemand,
    Managed,
    SnapStart,
}

/// What a case does; gives what was seen, in one line.
pub(super) type Play = for<'a> fn(&'a mut Stage) -> Pin<Box<dyn Future<Output = String> + 'a>>;

/// One rule of Lambda and the way to see it.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The page of AWS's documentation, or the part of AWS's own emulator, that says so.
    pub(super) source: &'static str,
    pub(super) modes: &'static [Mode],
    pub(super) setting: Setting,
    pub(super) expected: &'static str,
    pub(super) play: Play,
}

/// Every case, in the order of the table.
pub(super) fn all() -> Vec<Case> {
    [runtime::cases(), extensions::cases(), telemetry::cases(), managed::cases(), restore::cases()]
        .into_iter()
        .flatten()
        .collect()
}

/// Everywhere.
pub(super) const ALL: &[Mode] = &[Mode::OnDemand, Mode::Managed, Mode::SnapStart];
/// Where one event at a time is handled.
pub(super) const CLASSIC: &[Mode] = &[Mode::OnDemand, Mode::SnapStart];
/// On-demand functions only.
pub(super) const ON_DEMAND: &[Mode] = &[Mode::OnDemand];
/// Managed Instances only.
pub(super) const MANAGED: &[Mode] = &[Mode::Managed];
/// `SnapStart` only.
pub(super) const SNAP_START: &[Mode] = &[Mode::SnapStart];

/// Makes a [`Play`] of an asynchronous function.
macro_rules! play {
    ($function:path) => {
        |stage| Box::pin($function(stage))
    };
}
pub(super) use play;
