//! What an invocation costs, in whole picodollars, rounded up.
use serde::{Deserialize, Serialize};

use crate::amount::{Amount, Unit};
use crate::price::Rates;

/// How a function is billed; the same for every invocation of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// The rates of its Region and architecture.
    pub rates: Rates,
    /// The tier of the account's monthly use, from 1 to 3.
    pub tier: u8,
    /// Configured memory in MB.
    pub memory_mb: u32,
    /// Configured ephemeral storage in MB; 512 are free.
    pub storage_mb: u32,
    /// What is charged beside requests.
    pub mode: Mode,
}

/// What is charged beside requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Duration.
    OnDemand,
    /// Duration at the rate of provisioned concurrency.
    Provisioned,
    /// Duration, and each restore.
    SnapStart,
    /// Instances by the hour, which no invocation adds to.
    ManagedInstances,
}

/// What one invocation uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Billed time in milliseconds, the init phase included where it is billed with it.
    pub billed_ms: u64,
    /// Requests it counts as: see [`request_units`].
    pub requests: u32,
    /// Whether a snapshot was restored for it.
    pub restored: bool,
    /// Bytes of its event.
    pub bytes: u64,
}

/// Megabytes in the GB that is charged.
const GB_MB: u128 = 1024;
const SECOND_MS: u128 = 1000;
/// Storage that costs nothing, in MB (AWS Lambda pricing, "Ephemeral storage").
const FREE_STORAGE_MB: u32 = 512;
/// An asynchronous request counts once for the first 256 KB and once for each 64 KB after (AWS
/// Lambda pricing, "Requests").
const ASYNC_FIRST_BYTES: u64 = 256 * 1024;
const ASYNC_NEXT_BYTES: u64 = 64 * 1024;

/// The requests that an event of so many bytes counts as.
pub fn request_units(bytes: u64, asynchronous: bool) -> u32 {
    let beyond = bytes.saturating_sub(ASYNC_FIRST_BYTES).div_ceil(ASYNC_NEXT_BYTES);
    if asynchronous { u32::try_from(1 + beyond).unwrap_or(u32::MAX) } else { 1 }
}

impl Tariff {
    /// Memory times time, in megabyte-milliseconds.
    pub fn gb_seconds(&self, usage: &Usage) -> Amount {
        Amount(u128::from(self.memory_mb).saturating_mul(u128::from(usage.billed_ms)))
    }

    /// The price in picodollars. Each part is rounded up to a whole one.
    pub fn price(&self, usage: &Usage) -> Amount {
        let rates = &self.rates;
        let requests = u128::from(rates.request) * u128::from(usage.requests);
        let per_gb_second = match self.mode {
            Mode::ManagedInstances => return Amount(requests),
            Mode::Provisioned => rates.provisioned,
            Mode::OnDemand | Mode::SnapStart => {
                let tier = usize::from(self.tier.saturating_sub(1));
                rates.duration.get(tier).copied().unwrap_or(rates.duration[0])
            }
        };
        let ms = u128::from(usage.billed_ms);
        let part = |mb: u32, rate: u64| {
            let product = u128::from(mb).saturating_mul(ms).saturating_mul(u128::from(rate));
            product.div_ceil(GB_MB * SECOND_MS)
        };
        let storage_mb = self.storage_mb.saturating_sub(FREE_STORAGE_MB);
        let restore = if usage.restored && self.mode == Mode::SnapStart {
            (u128::from(self.memory_mb) * u128::from(rates.restore)).div_ceil(GB_MB)
        } else {
            0
        };
        let parts = [part(self.memory_mb, per_gb_second), part(storage_mb, rates.storage), restore];
        Amount(parts.into_iter().fold(requests, u128::saturating_add))
    }

    /// What it takes from a budget of this unit before anything else is known of it.
    pub fn charge(&self, unit: Unit, usage: &Usage) -> Amount {
        match unit {
            Unit::Invocations => Amount::ONE,
            Unit::GbSeconds => self.gb_seconds(usage),
            Unit::Usd => self.price(usage),
            Unit::Bytes => Amount(u128::from(usage.bytes)),
            Unit::Errors | Unit::Refusals => Amount::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::Architecture;

    fn tariff(memory_mb: u32, architecture: Architecture) -> Tariff {
        let (rates, _) = Rates::of(Some("us-east-1"), architecture);
        Tariff { rates, tier: 1, memory_mb, storage_mb: 512, mode: Mode::OnDemand }
    }

    fn ms(billed_ms: u64) -> Usage {
        Usage { billed_ms, ..Usage::default() }
    }

    #[test]
    fn the_least_invocation_is_not_free() {
        // 0.0000166667 / 8 / 1000 dollars.
        assert_eq!(tariff(128, Architecture::X86).price(&ms(1)), Amount(2_084));
        assert_eq!(tariff(128, Architecture::Arm).price(&ms(1)), Amount(1_667));
        assert_eq!(tariff(128, Architecture::X86).gb_seconds(&ms(1)), Amount(128));
    }

    #[test]
    fn a_million_requests_of_a_second_cost_what_the_price_list_says() {
        let usage = Usage { billed_ms: 1000, requests: 1, ..Usage::default() };
        let one = tariff(1024, Architecture::X86).price(&usage);
        assert_eq!(one, Amount(16_666_700 + 200_000));
        assert_eq!(Unit::Usd.show(Amount(one.0 * 1_000_000)), "16.8667");
    }

    #[test]
    fn storage_tiers_and_restores_add_up() {
        let mut tariff = tariff(1024, Architecture::X86);
        tariff.storage_mb = 512 + 1024;
        assert_eq!(tariff.price(&ms(1000)), Amount(16_666_700 + 30_900));
        tariff.tier = 3;
        assert_eq!(tariff.price(&ms(1000)), Amount(13_333_400 + 30_900));
        tariff.mode = Mode::SnapStart;
        let restored = Usage { restored: true, ..ms(0) };
        assert_eq!(tariff.price(&restored), Amount(139_799_800));
        tariff.mode = Mode::ManagedInstances;
        let one = Usage { requests: 1, ..ms(60_000) };
        assert_eq!(tariff.price(&one), Amount(200_000));
    }

    #[test]
    fn the_largest_numbers_there_can_be_do_not_overflow() {
        let mut tariff = tariff(u32::MAX, Architecture::X86);
        tariff.storage_mb = u32::MAX;
        let usage = Usage { billed_ms: u64::MAX, requests: u32::MAX, restored: true, bytes: 0 };
        assert!(tariff.price(&usage) > Amount::ZERO);
    }

    #[test]
    fn only_asynchronous_requests_count_more_than_once() {
        let kib = 1024;
        assert_eq!(request_units(1024 * kib, false), 1);
        assert_eq!(request_units(0, true), 1);
        assert_eq!(request_units(256 * kib, true), 1);
        assert_eq!(request_units(256 * kib + 1, true), 2);
        assert_eq!(request_units(1024 * kib, true), 13);
    }
}
