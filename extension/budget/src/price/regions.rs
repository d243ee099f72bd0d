//! What Lambda charges in other Regions than us-east-1.
//!
//! Source: AWS's price file of Lambda for its calculator
//! (`calculator.aws/pricing/2.0/meteredUnitMaps/lambda/USD/current/lambda.json`), by a public copy
//! that was made after August 2024, when the youngest of these Regions was opened. Its figures of
//! us-east-1 are those of the Price List on 2026-09-19. Tiers, restores and provisioned concurrency
//! on arm64 are not in it.
use super::{Architecture, Rates};

/// When the table is known to hold.
pub(super) const DATE: &str = "2024-09";

/// One Region, in picodollars.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    region: &'static str,
    /// A GB-second in tier 1.
    x86: u32,
    arm: u32,
    /// A GB-second on provisioned concurrency, `x86_64`.
    provisioned: u32,
    request: u32,
    /// A GB-second of ephemeral storage.
    storage: u32,
}

const fn row(
    region: &'static str,
    x86: u32,
    arm: u32,
    provisioned: u32,
    request: u32,
    storage: u32,
) -> Row {
    Row { region, x86, arm, provisioned, request, storage }
}

static ROWS: [Row; 23] = [
    row("af-south-1", 22_100_000, 17_680_000, 12_900_000, 270_000, 40_400),
    row("ap-east-1", 22_920_000, 18_300_000, 13_335_800, 280_000, 40_700),
    row("ap-northeast-1", 16_666_700, 13_333_400, 12_561_500, 200_000, 37_000),
    row("ap-northeast-2", 16_666_700, 13_333_400, 11_959_200, 200_000, 35_200),
    row("ap-northeast-3", 16_666_700, 13_333_400, 12_561_500, 200_000, 37_000),
    row("ap-south-1", 16_666_700, 13_333_400, 10_496_600, 200_000, 35_200),
    row("ap-southeast-1", 16_666_700, 13_333_400, 12_131_300, 200_000, 37_000),
    row("ap-southeast-2", 16_666_700, 13_333_400, 12_217_300, 200_000, 37_000),
    row("ap-southeast-4", 16_666_700, 13_333_400, 12_217_300, 200_000, 37_000),
    row("ap-southeast-5", 15_000_000, 12_000_000, 10_918_100, 180_000, 33_300),
    row("ca-central-1", 16_666_700, 13_333_400, 10_840_700, 200_000, 34_000),
    row("eu-central-1", 16_666_700, 13_333_400, 11_701_100, 200_000, 36_700),
    row("eu-central-2", 18_333_400, 14_666_700, 12_871_200, 220_000, 44_100),
    row("eu-north-1", 16_666_700, 13_333_400, 10_324_500, 200_000, 32_300),
    row("eu-south-1", 19_517_200, 15_613_800, 11_382_700, 230_000, 35_700),
    row("eu-west-1", 16_666_700, 13_333_400, 10_840_700, 200_000, 34_000),
    row("eu-west-2", 16_666_700, 13_333_400, 11_270_900, 200_000, 35_800),
    row("eu-west-3", 16_666_700, 13_333_400, 11_356_900, 200_000, 35_800),
    row("me-south-1", 20_666_700, 16_533_400, 11_925_100, 250_000, 37_400),
    row("sa-east-1", 16_666_700, 13_333_400, 15_486_700, 200_000, 58_600),
    row("us-east-2", 16_666_700, 13_333_400, 9_722_200, 200_000, 30_900),
    row("us-west-1", 16_666_700, 13_333_400, 11_443_000, 200_000, 37_000),
    row("us-west-2", 16_666_700, 13_333_400, 9_722_200, 200_000, 30_900),
];

/// The row of a Region.
pub(super) fn find(region: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.region == region)
}

/// The dearest of each kind.
pub(super) fn dearest() -> Row {
    ROWS.iter().fold(row("", 0, 0, 0, 0, 0), |most, it| Row {
        region: "",
        x86: most.x86.max(it.x86),
        arm: most.arm.max(it.arm),
        provisioned: most.provisioned.max(it.provisioned),
        request: most.request.max(it.request),
        storage: most.storage.max(it.storage),
    })
}

impl Row {
    /// Its rates; `full` tells what a row does not.
    pub(super) fn rates(&self, architecture: Architecture, full: &Rates) -> Rates {
        let duration = match architecture {
            Architecture::X86 => self.x86,
            Architecture::Arm => self.arm,
        };
        let duration = u64::from(duration);
        let [tier_1, ..] = full.duration;
        Rates {
            duration: [duration; 3],
            provisioned: self.provisioned.into(),
            request: self.request.into(),
            storage: self.storage.into(),
            restore: (full.restore * duration.max(tier_1)).div_ceil(tier_1),
        }
    }
}

/// All Regions of the table.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.region)
}
