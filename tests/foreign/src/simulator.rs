//! Hosts the crate `lambda-simulator`: its API on a port, a function and extensions that it starts,
//! and a port for callers, as other emulators have them.
//!
//! usage: simulator CALLERS_PORT API_PORT TIMEOUT_S FUNCTION [EXTENSION…]
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use lambda_simulator::Simulator;
use lambda_simulator::process::{ProcessConfig, ProcessRole};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Longer than any case lasts.
const LIMIT: Duration = Duration::from_secs(600);

struct Host {
    simulator: Simulator,
    extensions: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let mut word = || {
        words.next().ok_or("usage: simulator CALLERS_PORT API_PORT TIMEOUT_S FUNCTION [EXTENSION…]")
    };
    let (callers, api): (u16, u16) = (word()?.parse()?, word()?.parse()?);
    let timeout = Duration::from_secs(word()?.parse()?);
    let function = word()?;
    let simulator = Simulator::builder()
        .port(api)
        .function_name("function")
        .handler("handler")
        .invocation_timeout(timeout)
        .build()
        .await?;
    let start = |program: String, role| {
        simulator.spawn_process_with_config(ProcessConfig::new(program, role).inherit_stdio(false))
    };
    let mut processes = Vec::new();
    let extensions = words.len();
    for extension in words {
        processes.push(start(extension, ProcessRole::Extension)?);
    }
    processes.push(start(function, ProcessRole::Runtime)?);
    let listener = TcpListener::bind(("127.0.0.1", callers)).await?;
    let router = Router::new()
        .route("/2015-03-31/functions/function/invocations", post(invoke))
        .with_state(Arc::new(Host { simulator, extensions }));
    axum::serve(listener, router).await?;
    Ok(())
}

/// Hands an event in, and gives what the simulator knows of its end. It tells only extensions that
/// have registered: so they come first.
async fn invoke(State(host): State<Arc<Host>>, event: Bytes) -> Json<Value> {
    let Host { simulator, extensions } = host.as_ref();
    let registered = || async { simulator.extension_count().await >= *extensions };
    if let Err(error) = simulator.wait_for(registered, LIMIT).await {
        return Json(json!({ "simulator": error.to_string() }));
    }
    let event = match serde_json::from_slice(&event) {
        Ok(event) => event,
        Err(error) => return Json(json!({ "simulator": error.to_string() })),
    };
    let id = simulator.enqueue_payload(event).await;
    Json(match simulator.wait_for_invocation_complete(&id, LIMIT).await {
        Err(error) => json!({ "simulator": error.to_string() }),
        Ok(state) => match (state.response, state.error) {
            (Some(response), _) => response.payload,
            (None, Some(error)) => {
                json!({ "errorType": error.error_type, "errorMessage": error.error_message })
            }
            (None, None) => json!({ "simulator": format!("{:?}", state.status) }),
        },
    })
}
