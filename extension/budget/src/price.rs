//! What Lambda charges: dated tables as data.
mod regions;

use serde::{Deserialize, Serialize};

/// Rates of one Region and architecture, in picodollars (10⁻¹² US dollars), before tax, credits
/// and the free tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rates {
    /// One GB-second, by tier of the account's monthly use; the first is the dearest.
    pub duration: [u64; 3],
    /// One GB-second on provisioned concurrency, when used.
    pub provisioned: u64,
    /// One request.
    pub request: u64,
    /// One GB-second of ephemeral storage above 512 MB.
    pub storage: u64,
    /// One GB of memory restored from a snapshot (`SnapStart` but for Java).
    pub restore: u64,
}

/// The processor a function runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// `x86_64`.
    X86,
    /// `arm64`.
    Arm,
}

/// Whose prices hold in a Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The table of us-east-1, which has every figure.
    Full,
    /// The table of Regions. What it does not tell is taken at what it tells that is dearest: tiers
    /// 2 and 3 as tier 1, provisioned concurrency on arm64 as on `x86_64`, a restore as in us-east-1,
    /// raised as duration is.
    Regional,
    /// No table has the Region: the dearest of each kind in the table of Regions.
    Dearest,
}

const US_EAST_1: &str = "us-east-1";

// AWS Price List API, offer AWSLambda, US East (N. Virginia), read on 2026-09-19.
const X86: Rates = Rates {
    duration: [16_666_700, 15_000_000, 13_333_400],
    provisioned: 9_722_200,
    request: 200_000,
    storage: 30_900,
    restore: 139_799_800,
};

const ARM: Rates =
    Rates { duration: [13_333_400, 12_000_100, 10_666_700], provisioned: 7_777_800, ..X86 };

impl Basis {
    /// What holds in a Region.
    pub fn of(region: &str) -> Self {
        match region {
            US_EAST_1 => Self::Full,
            _ if regions::find(region).is_some() => Self::Regional,
            _ => Self::Dearest,
        }
    }

    /// Its name in records: the date of the table, or `dearest`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "2026-09-19",
            Self::Regional => regions::DATE,
            Self::Dearest => "dearest",
        }
    }
}

impl Architecture {
    /// Its name in Lambda's words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
        }
    }

    /// Told by its name; anything else is the dearer one.
    pub fn of(name: &str) -> Self {
        if name == Self::Arm.as_str() { Self::Arm } else { Self::X86 }
    }
}

impl Rates {
    /// The rates of a Region, and whose they are; none is a Region that no table has.
    pub fn of(region: Option<&str>, architecture: Architecture) -> (Self, Basis) {
        let region = region.unwrap_or_default();
        let basis = Basis::of(region);
        let full = match architecture {
            Architecture::X86 => X86,
            Architecture::Arm => ARM,
        };
        let rates = match regions::find(region) {
            _ if basis == Basis::Full => full,
            Some(row) => row.rates(architecture, &full),
            None => regions::dearest().rates(architecture, &full),
        };
        (rates, basis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(region: &str, architecture: Architecture) -> (Rates, Basis) {
        Rates::of(Some(region), architecture)
    }

    #[test]
    fn both_tables_agree_where_both_tell() {
        for architecture in [Architecture::X86, Architecture::Arm] {
            let (full, basis) = at("us-east-1", architecture);
            assert_eq!((basis, basis.as_str()), (Basis::Full, "2026-09-19"));
            let (other, basis) = at("us-east-2", architecture);
            assert_eq!(basis, Basis::Regional);
            assert_eq!(full.duration[0], other.duration[0]);
            let rest = |it: &Rates| (it.request, it.storage, it.restore);
            assert_eq!(rest(&full), rest(&other));
        }
    }

    #[test]
    fn regions_have_their_own_prices_and_what_is_not_told_is_not_cheaper() {
        let (milan, basis) = at("eu-south-1", Architecture::X86);
        assert_eq!(basis, Basis::Regional);
        assert_eq!((milan.duration, milan.request), ([19_517_200; 3], 230_000));
        assert_eq!((milan.provisioned, milan.storage), (11_382_700, 35_700));
        let (milan, _) = at("eu-south-1", Architecture::Arm);
        assert_eq!((milan.duration[0], milan.provisioned), (15_613_800, 11_382_700));
        assert!(milan.restore > X86.restore, "{}", milan.restore);
    }

    #[test]
    fn no_region_of_a_table_is_dearer_than_one_of_none() {
        for architecture in [Architecture::X86, Architecture::Arm] {
            let (most, basis) = at("xx-north-9", architecture);
            assert_eq!((basis, basis.as_str()), (Basis::Dearest, "dearest"));
            assert_eq!(Rates::of(None, architecture), (most, basis));
            for region in regions::names().chain([US_EAST_1]) {
                let (rates, basis) = at(region, architecture);
                assert_ne!(basis, Basis::Dearest, "{region}");
                let most_of = |of: fn(&Rates) -> u64| assert!(of(&rates) <= of(&most), "{region}");
                most_of(|it| it.duration[0]);
                most_of(|it| it.provisioned);
                most_of(|it| it.request);
                most_of(|it| it.storage);
                most_of(|it| it.restore);
            }
        }
    }
}
