//! The least extension on the crate `lambda-extension`: it registers, takes its events and does nothing else.
use lambda_extension::{Error, Extension, LambdaEvent, NextEvent, service_fn};

/// Takes each event; on SHUTDOWN it leaves, as an extension must.
async fn on_event(event: LambdaEvent) -> Result<(), Error> {
    match event.next {
        NextEvent::Invoke(_) => Ok(()),
        NextEvent::Shutdown(_) => leave(),
    }
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Extension::new().with_events_processor(service_fn(on_event)).run())
}

#[expect(clippy::exit, reason = "the crate asks for events again after SHUTDOWN and never returns")]
fn leave() -> ! {
    std::process::exit(0)
}
