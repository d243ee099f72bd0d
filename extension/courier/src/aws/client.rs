//! The SDK's requests go through the courier's one HTTP client.

use crate::outside::{self, ANSWER_BYTES_MAX};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use std::error::Error;

/// The client, as the SDK sees it.
#[derive(Debug, Clone)]
pub(super) struct Through {
    http: reqwest::Client,
}

impl Through {
    pub(super) fn new(http: reqwest::Client) -> Self {
        Self { http }
    }
}

impl HttpClient for Through {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Through {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.http.clone();
        HttpConnectorFuture::new(async move { send(&http, request).await })
    }
}

async fn send(
    http: &reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let (parts, body) = request.try_into_http1x().map_err(user)?.into_parts();
    // Every request that is made here is in memory.
    let body = body.bytes().map(<[u8]>::to_vec).ok_or_else(|| user("a streamed request"))?;
    let request = http.request(parts.method, parts.uri.to_string()).headers(parts.headers);
    let mut response = request.body(body).send().await.map_err(|error| {
        let timeout = error.is_timeout();
        let failure = outside::failure(error);
        if timeout {
            ConnectorError::timeout(failure.into())
        } else {
            ConnectorError::io(failure.into())
        }
    })?;
    let status = StatusCode::try_from(response.status().as_u16()).map_err(user)?;
    let headers = std::mem::take(response.headers_mut());
    let bytes = outside::body(response, ANSWER_BYTES_MAX)
        .await
        .map_err(|failure| ConnectorError::io(failure.into()))?;
    let mut answer = HttpResponse::new(status, SdkBody::from(bytes));
    for (name, value) in &headers {
        if let Ok(value) = value.to_str() {
            answer.headers_mut().append(name.as_str().to_owned(), value.to_owned());
        }
    }
    Ok(answer)
}

fn user(error: impl Into<Box<dyn Error + Send + Sync>>) -> ConnectorError {
    ConnectorError::user(error.into())
}
