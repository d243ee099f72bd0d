//! What all services of AWS share: region, endpoints, credentials, and the courier's HTTP client.

mod client;
mod credentials;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::fmt::Debug;
use tollgate_link::{Cause, Failure};

/// The configuration of all clients of the SDK. Region and endpoints come from the environment
/// (`AWS_REGION`, `AWS_ENDPOINT_URL`), as the SDK's own tools read them. The SDK does not retry:
/// whoever asks knows whether a second attempt is harmless.
pub(crate) async fn config(http: reqwest::Client) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(crate::outside::CONNECT)
        .operation_timeout(crate::outside::REQUEST)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(client::Through::new(http.clone()))
        .credentials_provider(credentials::Provider::new(http))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .load()
        .await
}

/// What a call says that took longer than it may.
pub(crate) const LATE: &str = "no answer in time";

/// The configuration for a region other than the function's own, where one is named.
pub(crate) fn in_region(config: &SdkConfig, region: Option<&str>) -> SdkConfig {
    match region {
        Some(region) => config.to_builder().region(Region::new(region.to_owned())).build(),
        None => config.clone(),
    }
}

/// What an error of the SDK means to whoever asked. The service's code and message are told;
/// they name resources and never hold payload.
pub(crate) fn failure<E, R>(error: &SdkError<E, R>) -> Failure
where
    E: ProvideErrorMetadata + Debug,
    R: Debug,
{
    let SdkError::ServiceError(service) = error else {
        return unanswered(error);
    };
    let code = service.err().code().unwrap_or("unknown error");
    let message = service.err().message().unwrap_or_default();
    Failure::new(cause(code), format!("{code}: {message}"))
}

fn unanswered<E, R>(error: &SdkError<E, R>) -> Failure {
    match error {
        SdkError::TimeoutError(_) => Failure::new(Cause::Unreachable, LATE),
        SdkError::DispatchFailure(failure) => {
            let source = failure.as_connector_error().map(ToString::to_string);
            let detail = source.unwrap_or_else(|| "the request could not be sent".to_owned());
            Failure::new(Cause::Unreachable, detail)
        }
        SdkError::ConstructionFailure(_) => {
            Failure::new(Cause::Unconfigured, "no region, no credentials or no valid request")
        }
        _ => Failure::new(Cause::Service, "an answer that is none of this service"),
    }
}

/// Causes by the codes that all services share ("Common error types"), and by the endings
/// that their own codes have in common.
fn cause(code: &str) -> Cause {
    match code {
        "ConditionalCheckFailedException" => Cause::Condition,
        "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "InternalFailure"
        | "InternalServerError"
        | "InternalServiceError"
        | "DependencyTimeoutException"
        | "KMSInternalException" => Cause::Service,
        _ if code.contains("Throttl")
            || code.contains("LimitExceeded")
            || code.contains("ThroughputExceeded")
            || code == "RequestThrottled"
            || code == "SlowDown"
            || code == "TooManyRequestsException" =>
        {
            Cause::Throttled
        }
        _ => Cause::Refused,
    }
}

/// A configuration for tests: everything at one address, with credentials that open nothing.
#[cfg(test)]
pub(crate) fn at(url: &str) -> SdkConfig {
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    let http = crate::outside::client().unwrap();
    let credentials = Credentials::new("testing", "testing", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(url)
        .http_client(client::Through::new(http))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .build()
}
