//! Whom an order denies, as the command line names it.
use tollgate_budget::{CallerKey, Whom};

/// Whose events.
#[derive(Debug, clap::Args)]
pub(in crate::command) struct Target {
    /// Events of the function of this name
    #[arg(long, value_name = "NAME", value_parser = function)]
    function: Option<String>,
    /// Events of every function whose policy names this fleet
    #[arg(long, value_name = "NAME", value_parser = fleet)]
    fleet: Option<String>,
    /// Events from the source of this ARN; one `*` at the end stands for any text
    #[arg(long, value_name = "ARN", value_parser = source)]
    source: Option<String>,
    /// Events of this caller: `source_ip=`, `principal=`, `api_key=`, `tenant=`, `jwt:<claim>=` or
    /// `at:/<place>=` and its value; IPv6 by its first 64 bits
    #[arg(long, value_name = "KEY=VALUE", value_parser = caller)]
    caller: Option<String>,
    /// Every event of every function that reads the table
    #[arg(long)]
    all: bool,
}

impl Target {
    /// Whom it is; none where the command line names nobody.
    pub(in crate::command) fn whom(&self) -> Option<Whom> {
        let Self { function, fleet, source, caller, all } = self;
        let function = function.clone().map(Whom::Function);
        let fleet = || fleet.clone().map(Whom::Fleet);
        let source = || source.clone().map(Whom::Source);
        let caller = || caller.clone().map(Whom::Caller);
        function.or_else(fleet).or_else(source).or_else(caller).or_else(|| all.then_some(Whom::All))
    }
}

/// A name as Lambda allows it (AWS Lambda API Reference, `CreateFunction`).
pub(in crate::command) fn function(text: &str) -> Result<String, String> {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(is_name);
    fits.then(|| text.to_owned()).ok_or_else(|| "expected a function's name, no ARN".to_owned())
}

fn fleet(text: &str) -> Result<String, String> {
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(is_name);
    let wanted = "expected at most 64 lower-case letters, digits, `-` and `_`";
    fits.then(|| text.to_owned()).ok_or_else(|| wanted.to_owned())
}

fn source(text: &str) -> Result<String, String> {
    let start = text.strip_suffix('*').unwrap_or(text);
    let fits = start.starts_with("arn:")
        && !start.contains('*')
        && text.len() <= 2048
        && text.bytes().all(|b| b.is_ascii_graphic());
    let wanted = "expected an ARN, in which one `*` may stand at the end";
    fits.then(|| text.to_owned()).ok_or_else(|| wanted.to_owned())
}

/// A key of callers and its value.
pub(in crate::command) fn caller(text: &str) -> Result<String, String> {
    let fits = text.split_once('=').is_some_and(|(key, value)| {
        let is_value = !value.is_empty() && !value.chars().any(char::is_control);
        is_value && value.len() <= 2048 && CallerKey::parse(key).is_some()
    });
    let wanted = "expected `source_ip`, `principal`, `api_key`, `tenant`, `jwt:<claim>` or \
                  `at:/<place>`, `=` and a value";
    fits.then(|| text.to_owned()).ok_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_nobody_is_refused() {
        for text in ["source_ip=2001:db8::1", "jwt:sub=a=b", "tenant=one", "at:/body/account=1"] {
            assert_eq!(caller(text).as_deref(), Ok(text));
        }
        for text in ["", "source_ip", "source_ip=", "ip=203.0.113.7", "jwt:=a", "tenant=a\nb"] {
            assert!(caller(text).is_err(), "{text}");
        }
        assert!(source("arn:aws:sqs:eu-west-1:123456789012:*").is_ok());
        for text in ["orders", "arn:aws:sqs:*:orders", "arn:**", "*"] {
            assert!(source(text).is_err(), "{text}");
        }
        assert!(function("orders").is_ok() && fleet("shop").is_ok());
        assert!(function("arn:aws:lambda:x").is_err() && fleet("Shop").is_err());
    }
}
