//! Whether the runtime is there: its connections to the proxy, and the moment it vanishes.

use crate::proxy::polls::Counted;
use std::cell::Cell;
use std::rc::Rc;
use tokio::sync::Notify;

/// Counts the runtime's connections and tells when the last one is gone.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    connections: Rc<Cell<usize>>,
    arrived: Notify,
    vanished: Notify,
}

impl Presence {
    /// Counts a connection until the guard is dropped.
    pub(crate) fn connected(&self) -> Counted {
        self.arrived.notify_one();
        Counted::new(&self.connections)
    }

    /// Waits for a connection.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// Looks at the connections after one has ended.
    pub(crate) fn changed(&self) {
        if self.connections.get() == 0 {
            self.vanished.notify_waiters();
        }
    }

    /// Waits until no connection is left: the runtime was killed, or its client closes
    /// connections between calls. Either way nobody waits for us.
    pub(crate) async fn vanished(&self) {
        loop {
            let vanished = self.vanished.notified();
            if self.connections.get() == 0 {
                return;
            }
            vanished.await;
        }
    }
}
