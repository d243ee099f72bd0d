//! Records on their way out: one file a kind of sink.

mod cloudwatch;
mod http;
mod record;

use crate::desk::Desk;
use tollgate_link::Failure;
use tollgate_link::sink::{Deliver, Delivered, SinkSpec};

/// What sinks keep between batches.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    cloudwatch: cloudwatch::Clients,
}

/// Carries a batch to its sink.
pub(crate) async fn deliver(desk: &Desk, batch: &Deliver) -> Result<Delivered, Failure> {
    match &batch.sink {
        SinkSpec::CloudWatch(to) => cloudwatch::deliver(desk, to, &batch.lines).await,
        SinkSpec::Http(to) => http::deliver(desk, to, &batch.lines).await,
    }
}
