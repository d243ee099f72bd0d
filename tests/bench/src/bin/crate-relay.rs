//! The least relay on the crate `aws-lambda-runtime-proxy`: everything is passed through.
//!
//! Usage: `crate-relay PORT`, with `AWS_LAMBDA_RUNTIME_API` naming the upstream.
use aws_lambda_runtime_proxy::MockLambdaRuntimeApiServer;
use std::io::{Error, Result};

fn main() -> Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let port = port.ok_or_else(|| Error::other("usage: crate-relay PORT"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        MockLambdaRuntimeApiServer::bind(port).await?.passthrough().await;
        Ok(())
    })
}
