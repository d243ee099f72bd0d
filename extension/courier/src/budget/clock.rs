//! The service's clock, from the `Date` field of its answers.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef as Answer;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the service's last answer said of the time.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerClock(Arc<AtomicU64>);

impl ServerClock {
    /// Milliseconds since 1970, in whole seconds; none where no answer told it.
    pub(super) fn ms(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|ms| *ms > 0)
    }
}

#[dyn_dispatch_hint]
impl Intercept for ServerClock {
    fn name(&self) -> &'static str {
        "ServerClock"
    }

    fn read_before_deserialization(
        &self,
        answer: &Answer<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = answer.response().headers().get("date");
        let date = date.and_then(|text| DateTime::from_str(text, Format::HttpDate).ok());
        let ms = date.and_then(|date| u64::try_from(date.to_millis().ok()?).ok());
        if let Some(ms) = ms {
            self.0.store(ms, Ordering::Relaxed);
        }
        Ok(())
    }
}
