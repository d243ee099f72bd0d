//! The function's credentials: from the environment, or, with SnapStart, from the sandbox's
//! endpoint.
//!
//! With SnapStart the environment holds no keys but `AWS_CONTAINER_CREDENTIALS_FULL_URI` and
//! `AWS_CONTAINER_AUTHORIZATION_TOKEN` ("Lambda SnapStart", credentials). The SDK asks such an address only
//! where it is loopback or one of ECS; the sandbox's is neither for certain, so the request is ours.

use crate::outside;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as Providing;
use aws_credential_types::provider::{ProvideCredentials, Result};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::Deserialize;
use std::time::SystemTime;

/// Largest answer of the endpoint, in bytes.
const BYTES_MAX: usize = 16 * 1024;

const NAME: &str = "Tollgate";

/// Gives the credentials that are in force now.
#[derive(Debug)]
pub(super) struct Provider {
    http: reqwest::Client,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key_id: String,
    secret_access_key: String,
    token: String,
    expiration: String,
}

impl Provider {
    pub(super) fn new(http: reqwest::Client) -> Self {
        Self { http }
    }

    async fn provide(&self) -> Result {
        match variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            Some(uri) => self.fetch(&uri).await,
            None => from_environment(),
        }
    }

    async fn fetch(&self, uri: &str) -> Result {
        let mut request = self.http.get(uri);
        if let Some(token) = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            request = request.header("authorization", token);
        }
        let response = request.send().await.map_err(|error| failed(outside::failure(error)))?;
        if !response.status().is_success() {
            return Err(failed(format!("the endpoint answered {}", response.status().as_u16())));
        }
        let body = outside::body(response, BYTES_MAX).await.map_err(failed)?;
        // The parser's own message could repeat a part of a key.
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| failed("the endpoint's answer is no JSON"))?;
        let until = DateTime::from_str(&answer.expiration, Format::DateTime).map_err(failed)?;
        let until = SystemTime::try_from(until).map_err(failed)?;
        let (id, secret, token) = (answer.access_key_id, answer.secret_access_key, answer.token);
        Ok(Credentials::new(id, secret, Some(token), Some(until), NAME))
    }
}

fn from_environment() -> Result {
    let missing = |name: &str| CredentialsError::not_loaded(format!("`{name}` is not set"));
    let need = |name: &str| variable(name).ok_or_else(|| missing(name));
    let (id, secret) = (need("AWS_ACCESS_KEY_ID")?, need("AWS_SECRET_ACCESS_KEY")?);
    Ok(Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, NAME))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CredentialsError {
    CredentialsError::provider_error(error)
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        Providing::new(self.provide())
    }
}
