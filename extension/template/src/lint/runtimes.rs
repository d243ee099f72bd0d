//! When AWS ends its support of each runtime, as dated data.
//!
//! From the tables "Supported runtimes" and "Deprecated runtimes" of the AWS Lambda Developer Guide, in the
//! machine-readable form in which cfn-lint 1.58.0 ships them (November 2026); a black-box test holds this
//! table against that file.

/// A runtime's dates, `YYYY-MM-DD`, so that they compare as texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runtime {
    /// Its identifier.
    pub name: &'static str,
    /// From then on it gets no more patches and no support.
    pub deprecated: &'static str,
    /// From then on functions on it cannot be updated.
    pub no_update: Option<&'static str>,
}

/// Every runtime, by name.
pub const RUNTIMES: &[Runtime] = &[
    runtime("dotnet10", "2028-11-14", Some("2029-01-15")),
    runtime("dotnet6", "2024-12-20", Some("2027-03-03")),
    runtime("dotnet8", "2026-11-10", Some("2027-03-03")),
    runtime("dotnet9", "2026-11-10", None),
    runtime("dotnetcore1.0", "2019-06-27", Some("2019-07-30")),
    runtime("dotnetcore2.0", "2019-05-30", Some("2019-05-30")),
    runtime("dotnetcore2.1", "2022-01-05", Some("2022-04-13")),
    runtime("dotnetcore3.1", "2023-04-03", Some("2023-05-03")),
    runtime("go1.x", "2024-01-08", Some("2027-03-03")),
    runtime("java11", "2027-06-30", Some("2027-08-31")),
    runtime("java17", "2027-06-30", Some("2027-08-31")),
    runtime("java21", "2029-06-30", Some("2029-08-31")),
    runtime("java25", "2029-06-30", Some("2029-08-31")),
    runtime("java8", "2024-01-08", Some("2027-03-03")),
    runtime("java8.al2", "2027-06-30", Some("2027-08-31")),
    runtime("nodejs", "2016-08-30", Some("2016-10-31")),
    runtime("nodejs10.x", "2021-07-30", Some("2022-02-14")),
    runtime("nodejs12.x", "2023-03-31", Some("2023-04-30")),
    runtime("nodejs14.x", "2023-12-04", Some("2027-03-03")),
    runtime("nodejs16.x", "2024-06-12", Some("2027-03-03")),
    runtime("nodejs18.x", "2025-09-01", Some("2027-03-03")),
    runtime("nodejs20.x", "2026-04-30", Some("2027-03-03")),
    runtime("nodejs22.x", "2027-04-30", Some("2027-07-01")),
    runtime("nodejs24.x", "2028-04-30", Some("2028-07-01")),
    runtime("nodejs4.3", "2020-03-05", Some("2020-03-05")),
    runtime("nodejs4.3-edge", "2020-03-05", Some("2019-04-30")),
    runtime("nodejs6.10", "2019-08-12", Some("2019-08-12")),
    runtime("nodejs8.10", "2020-03-06", Some("2020-03-06")),
    runtime("provided", "2024-01-08", Some("2027-03-03")),
    runtime("provided.al2", "2026-07-31", Some("2027-03-03")),
    runtime("provided.al2023", "2029-06-30", Some("2029-08-31")),
    runtime("python2.7", "2021-07-15", Some("2022-05-30")),
    runtime("python3.10", "2026-10-31", Some("2027-03-03")),
    runtime("python3.11", "2027-06-30", Some("2027-08-31")),
    runtime("python3.12", "2028-10-31", Some("2029-01-10")),
    runtime("python3.13", "2029-06-30", Some("2029-08-31")),
    runtime("python3.14", "2029-06-30", Some("2029-08-31")),
    runtime("python3.6", "2022-07-18", Some("2022-08-29")),
    runtime("python3.7", "2023-12-04", Some("2027-03-03")),
    runtime("python3.8", "2024-10-14", Some("2027-03-03")),
    runtime("python3.9", "2025-12-15", Some("2027-03-03")),
    runtime("ruby2.5", "2021-07-30", Some("2022-03-31")),
    runtime("ruby2.7", "2023-12-07", Some("2027-03-03")),
    runtime("ruby3.2", "2026-03-31", Some("2027-03-03")),
    runtime("ruby3.3", "2027-03-31", Some("2027-05-31")),
    runtime("ruby3.4", "2028-03-31", Some("2028-05-31")),
    runtime("ruby4.0", "2029-03-31", Some("2029-05-31")),
];

const fn runtime(
    name: &'static str,
    deprecated: &'static str,
    no_update: Option<&'static str>,
) -> Runtime {
    Runtime { name, deprecated, no_update }
}

/// What is so of a runtime whose support has ended on or before a day.
pub(super) fn ended(name: &str, today: &str) -> Option<String> {
    let runtime = RUNTIMES.iter().find(|runtime| runtime.name == name)?;
    if runtime.deprecated > today {
        return None;
    }
    let updates = runtime.no_update.map(|day| format!(", updates end {day}")).unwrap_or_default();
    Some(format!("`{name}`, deprecated since {}{updates}", runtime.deprecated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_ends_on_its_day_and_not_before() {
        assert_eq!(ended("python3.10", "2026-10-30"), None);
        let said = "`python3.10`, deprecated since 2026-10-31, updates end 2027-03-03";
        assert_eq!(ended("python3.10", "2026-10-31").as_deref(), Some(said));
        let without = "`dotnet9`, deprecated since 2026-11-10";
        assert_eq!(ended("dotnet9", "2026-11-23").as_deref(), Some(without));
        assert_eq!(ended("java8.al2", "2027-06-29"), None);
        assert_eq!(ended("of-tomorrow1.x", "2099-01-01"), None);
    }

    #[test]
    fn the_table_is_in_order_and_its_days_are_days() {
        assert!(RUNTIMES.is_sorted_by(|a, b| a.name < b.name));
        for runtime in RUNTIMES {
            for day in std::iter::once(runtime.deprecated).chain(runtime.no_update) {
                let form = day.bytes().map(|byte| if byte.is_ascii_digit() { b'9' } else { byte });
                assert!(form.eq(*b"9999-99-99"), "{runtime:?}");
            }
        }
    }
}
