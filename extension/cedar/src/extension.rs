//! The extension types: `decimal`, `ipaddr`, `datetime` and `duration`.
mod address;
mod decimal;
mod time;

pub use address::Network;
pub(crate) use decimal::parse as parse_decimal;
pub(crate) use time::{parse_datetime, parse_duration, to_date, to_time};

/// Writes the functions and their names once.
macro_rules! functions {
    ($($style:ident { $($variant:ident $name:literal,)* })*) => {
        /// A function or method of an extension.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Function {
            $($($variant,)*)*
        }

        impl Function {
            /// Each with its name, and whether it is called as a method.
            const ALL: &'static [(&'static str, bool, Self)] =
                &[$($(($name, functions!(@$style), Self::$variant),)*)*];
        }
    };
    (@functions) => { false };
    (@methods) => { true };
}

functions! {
    functions {
        Decimal "decimal",
        Ip "ip",
        Datetime "datetime",
        Duration "duration",
    }
    methods {
        LessThan "lessThan",
        LessThanOrEqual "lessThanOrEqual",
        GreaterThan "greaterThan",
        GreaterThanOrEqual "greaterThanOrEqual",
        IsIpv4 "isIpv4",
        IsIpv6 "isIpv6",
        IsLoopback "isLoopback",
        IsMulticast "isMulticast",
        IsInRange "isInRange",
        Offset "offset",
        DurationSince "durationSince",
        ToDate "toDate",
        ToTime "toTime",
        ToMilliseconds "toMilliseconds",
        ToSeconds "toSeconds",
        ToMinutes "toMinutes",
        ToHours "toHours",
        ToDays "toDays",
    }
}

impl Function {
    /// The function of this name.
    pub(crate) fn free(name: &str) -> Option<Self> {
        Self::find(name, false)
    }

    /// The method of this name.
    pub(crate) fn method(name: &str) -> Option<Self> {
        Self::find(name, true)
    }

    fn find(name: &str, method: bool) -> Option<Self> {
        let found = Self::ALL.iter().find(|known| known.0 == name && known.1 == method);
        found.map(|(_, _, function)| *function)
    }
}
