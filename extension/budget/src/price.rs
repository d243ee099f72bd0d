//! What Lambda charges: a dated table as data.
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

/// When the table below was current.
pub const PRICES_DATE: &str = "2026-09-19";
/// Where it is from.
pub const PRICES_SOURCE: &str = "AWS Price List API, offer AWSLambda, US East (N. Virginia)";
/// The Region it is of. Others cost the same or more: a policy says so with the key `prices`.
pub const PRICES_REGION: &str = "us-east-1";

const X86: Rates = Rates {
    duration: [16_666_700, 15_000_000, 13_333_400],
    provisioned: 9_722_200,
    request: 200_000,
    storage: 30_900,
    restore: 139_799_800,
};

const ARM: Rates =
    Rates { duration: [13_333_400, 12_000_100, 10_666_700], provisioned: 7_777_800, ..X86 };

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
    /// The rates of the table.
    pub const fn of(architecture: Architecture) -> Self {
        match architecture {
            Architecture::X86 => X86,
            Architecture::Arm => ARM,
        }
    }
}
