//! The open connections of the API server, so that they can be cut from outside.
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::AbortHandle;

use super::route::Route;

/// Whose connections are meant; told by the API that a connection's latest request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The Runtime API: the runtime, or a proxy that polls in its place.
    Runtime,
    /// The Extensions and Telemetry APIs.
    Extension,
}

/// The open connections by the client's port.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: Arc<Mutex<HashMap<u16, Connection>>>,
}

#[derive(Debug)]
struct Connection {
    task: AbortHandle,
    client: Option<Client>,
}

impl Client {
    pub(crate) fn of(route: &Route<'_>) -> Self {
        match route {
            Route::Register
            | Route::ExtensionNext
            | Route::ExtensionInitError
            | Route::ExtensionExitError
            | Route::Telemetry
            | Route::Logs => Self::Extension,
            _ => Self::Runtime,
        }
    }
}

impl Connections {
    /// Runs a connection; it is forgotten at its end.
    pub(crate) fn spawn(&self, port: u16, serving: impl Future<Output = ()> + Send + 'static) {
        let open = Arc::clone(&self.open);
        let mut table = lock(&self.open);
        let task = tokio::spawn(async move {
            serving.await;
            lock(&open).remove(&port);
        });
        table.insert(port, Connection { task: task.abort_handle(), client: None });
    }

    pub(crate) fn classify(&self, port: u16, client: Client) {
        if let Some(connection) = lock(&self.open).get_mut(&port) {
            connection.client = Some(client);
        }
    }

    /// Cuts all connections of one kind of client, or all there are. Gives their number.
    pub(crate) fn cut(&self, client: Option<Client>) -> usize {
        let mut open = lock(&self.open);
        let before = open.len();
        open.retain(|_, connection| {
            let meant = client.is_none() || connection.client == client;
            if meant {
                connection.task.abort();
            }
            !meant
        });
        before - open.len()
    }
}

fn lock(
    open: &Mutex<HashMap<u16, Connection>>,
) -> std::sync::MutexGuard<'_, HashMap<u16, Connection>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}
