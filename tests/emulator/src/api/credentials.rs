//! `GET /2021-04-23/credentials`: the keys of a `SnapStart` function, which no snapshot may hold.
use http::StatusCode;

use super::Call;
use super::render::{self, Reply};
use crate::clock;
use crate::shared::Shared;
use crate::vars;

/// How long the keys are said to last. Not documented by AWS.
const LIFE_MS: u64 = 6 * 3600 * 1000;

/// The keys, for who has the token of the environment's variables; 404 for everybody else
/// (LAMBDA.md 5.5).
pub(crate) fn keys(shared: &Shared, call: &Call) -> Reply {
    let token = call.header("authorization");
    if token.is_none() || token != shared.variables.credentials_token.as_deref() {
        return render::text(
            StatusCode::NOT_FOUND,
            "cannot get credentials for the provided token\n",
        );
    }
    let body = serde_json::json!({
        "AccessKeyId": vars::EXAMPLE_KEY_ID,
        "SecretAccessKey": vars::EXAMPLE_SECRET,
        "Token": vars::EXAMPLE_TOKEN,
        "Expiration": clock::rfc3339(clock::unix_ms() + LIFE_MS),
    });
    render::json(StatusCode::OK, body.to_string())
}
