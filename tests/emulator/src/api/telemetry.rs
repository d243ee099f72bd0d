//! The Telemetry API's subscription call, and the refusal of the Logs API that came before it.
use std::sync::Arc;

use http::StatusCode;

use super::Call;
use super::extensions::{identifier, unknown};
use super::render::{self, Refusal, Reply};
use crate::invocation::error_body;
use crate::settings::{Schema, Telemetry};
use crate::shared::Shared;
use crate::state::Doors;
use crate::telemetry::Subscription;

/// A subscription is a few hundred bytes.
const SUBSCRIPTION_BYTES_MAX: usize = 256 * 1024;

/// `PUT /2022-07-01/telemetry`
pub(crate) async fn subscribe(shared: &Arc<Shared>, call: Call) -> Result<Reply, Refusal> {
    let newest = match shared.settings.telemetry {
        Telemetry::Full => None,
        Telemetry::UpTo(schema) => Some(schema),
        Telemetry::NotSupported => return Ok(not_supported("Telemetry")),
    };
    let id = identifier(&call)?;
    let name = shared
        .update(|state| state.extension(&id).map(|extension| extension.name.clone()))
        .ok_or_else(|| unknown(&id))?;
    if shared.read(|state| state.doors == Doors::Closed) {
        let message = "Telemetry API subscription is closed";
        return Err(Refusal::forbidden("Telemetry.SubscriptionClosed", message));
    }
    let whole = call.read(SUBSCRIPTION_BYTES_MAX).await?;
    let oldest = shared.settings.is_managed().then_some(Schema::V20250129);
    let subscription = Subscription::parse(&whole.body, oldest, newest)
        .map_err(|message| Refusal::new(StatusCode::BAD_REQUEST, "ValidationError", message))?;
    let entered = shared.telemetry.subscribe(shared, &name, &subscription);
    // A subscription cannot be replaced: the first one goes on.
    let body = if entered { "\"OK\"" } else { "\"already subscribed\"" };
    Ok(render::json(StatusCode::OK, body))
}

/// `PUT /2020-08-15/logs`: replaced by the Telemetry API; answered as AWS's emulator answers.
pub(crate) fn logs_not_supported() -> Reply {
    not_supported("Logs")
}

/// 202 with an error in the body: an answer that no client should fail on.
fn not_supported(api: &str) -> Reply {
    let message = format!("{api} API is not supported");
    render::json(StatusCode::ACCEPTED, error_body(&format!("{api}.NotSupported"), &message))
}
