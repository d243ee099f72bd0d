//! The policy in force, and the wait for it: events are held until it has been compiled.

use std::cell::OnceCell;
use std::rc::Rc;
use tokio::sync::Notify;
use tollgate_policy::Policy;

/// Holds the policy once it is compiled.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    policy: OnceCell<Rc<Policy>>,
    ready: Notify,
}

impl Gate {
    /// Puts the policy in force; the first one stays.
    pub(crate) fn open(&self, policy: Policy) {
        drop(self.policy.set(Rc::new(policy)));
        self.ready.notify_waiters();
    }

    /// The policy, where it is compiled.
    pub(crate) fn compiled(&self) -> Option<Rc<Policy>> {
        self.policy.get().map(Rc::clone)
    }

    /// The policy, waiting for it where it is not compiled yet.
    pub(crate) async fn policy(&self) -> Rc<Policy> {
        loop {
            let ready = self.ready.notified();
            if let Some(policy) = self.policy.get() {
                return Rc::clone(policy);
            }
            ready.await;
        }
    }
}
