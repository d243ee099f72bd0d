//! Resident memory of an extension: at ready, and the peak after the largest event and response.
use crate::child::Child;
use crate::client::Client;
use crate::events::LARGEST_BYTES;
use crate::machine::{Memory, memory};
use crate::mock::{Mock, Plan};
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(10);

/// Memory before and after the largest event.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// After the first `event/next`.
    pub ready: Memory,
    /// After three 6 MiB events were answered with responses as large.
    pub after: Memory,
}

/// Measures an extension.
pub fn extension(mock: &Mock, program: &Path, event: &Arc<[u8]>) -> Result<Figures> {
    mock.reset(Plan { event: Arc::clone(event), ..Plan::default() });
    let child = Child::start(program, mock.address())?;
    mock.ready(LIMIT).with_context(|| format!("no start: {}", child.said()))?;
    // What runs beside the first event/next settles within a fraction of this.
    std::thread::sleep(Duration::from_millis(50));
    let ready = memory(child.id())?;
    exchange(&child)?;
    Ok(Figures { ready, after: memory(child.id())? })
}

/// What an extension holds at ready; for one that relays nothing there is no more to measure.
pub fn extension_at_ready(mock: &Mock, program: &Path) -> Result<Memory> {
    mock.reset(Plan::default());
    let child = Child::start(program, mock.address())?;
    mock.ready(LIMIT).with_context(|| format!("no start: {}", child.said()))?;
    memory(child.id())
}

/// Measures a relay that is no extension.
pub fn relay(mock: &Mock, program: &Path, event: &Arc<[u8]>) -> Result<Figures> {
    mock.reset(Plan { event: Arc::clone(event), ..Plan::default() });
    let mut child = Child::start(program, mock.address())?;
    child.listening()?;
    let ready = memory(child.id())?;
    exchange(&child)?;
    Ok(Figures { ready, after: memory(child.id())? })
}

fn exchange(child: &Child) -> Result<()> {
    let mut client = Client::connect(child.proxy())?;
    let response = vec![b'1'; LARGEST_BYTES];
    for _ in 0..3 {
        let id = client.next_event()?;
        client.respond(&id, &response)?;
    }
    Ok(())
}
