//! Reads log groups of CloudWatch and public keys of KMS, for the command: with the credentials of
//! whoever runs it.

use crate::attest;
use crate::aws;
use crate::desk::Desk;
use crate::operator::configured;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::{Builder, retry::RetryConfig};
use tollgate_link::attest::ReadKey;
use tollgate_link::{Blob, Failure};

/// How often a page is asked for that is throttled or fails: an account may ask five to ten times a
/// second ("CloudWatch Logs quotas", `FilterLogEvents`).
const ATTEMPTS_MAX: u32 = 10;

/// What is read of a log group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extract {
    /// The group's name or ARN.
    pub group: String,
    /// Its Region; none: the one that `AWS_REGION` names.
    pub region: Option<String>,
    /// Only what was logged at or after this moment: milliseconds since the Unix epoch.
    pub from_ms: Option<i64>,
    /// Only what was logged before this moment.
    pub to_ms: Option<i64>,
    /// Only streams whose names begin like this.
    pub streams: Option<String>,
    /// Only events that this filter pattern matches ("Filter pattern syntax").
    pub filter: Option<String>,
}

/// Hands every event to `take` with the name of its stream, those of one stream in their order.
///
/// # Errors
///
/// When there are no credentials, or the service refuses: then some events may have been handed out.
pub async fn read(extract: &Extract, take: &mut dyn FnMut(&str, &str)) -> Result<(), Failure> {
    let desk = Desk::default();
    let config = configured(&desk, extract.region.as_deref()).await?;
    let client = Client::new(&aws::in_region(config, extract.region.as_deref()));
    let mut next: Option<String> = None;
    loop {
        let by_arn = extract.group.starts_with("arn:");
        let group = extract.group.trim_end_matches(":*").to_owned();
        let asking = client
            .filter_log_events()
            .set_log_group_identifier(by_arn.then(|| group.clone()))
            .set_log_group_name((!by_arn).then_some(group))
            .set_start_time(extract.from_ms)
            .set_end_time(extract.to_ms)
            .set_log_stream_name_prefix(extract.streams.clone())
            .set_filter_pattern(extract.filter.clone())
            .set_next_token(next.take())
            .customize()
            .config_override(
                Builder::new()
                    .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX)),
            );
        let page = asking.send().await.map_err(|error| aws::failure(&error))?;
        for event in page.events() {
            let stream = event.log_stream_name().unwrap_or_default();
            take(stream, event.message().unwrap_or_default());
        }
        match page.next_token {
            Some(token) => next = Some(token),
            None => return Ok(()),
        }
    }
}

/// The public half of a key of KMS, as DER: by its id, ARN or alias. An ARN names its Region itself.
///
/// # Errors
///
/// When there are no credentials or no Region, or KMS refuses.
pub async fn public_key(key: &str) -> Result<Vec<u8>, Failure> {
    let region = key.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2));
    let desk = Desk::default();
    let config = configured(&desk, region).await?;
    let ask = ReadKey { key: key.to_owned() };
    let Blob(der) = attest::read_key(&aws::in_region(config, region), ask).await?.public_key;
    Ok(der)
}
