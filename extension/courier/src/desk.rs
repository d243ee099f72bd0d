//! The table of services: which function answers which question.

use tollgate_link::health::{Ping, Pong};
use tollgate_link::{Answer, Ask, Cause, Failure, Outcome, Question};

/// What the services share. One thread runs them all.
#[derive(Debug, Default)]
pub struct Desk {}

impl Desk {
    /// Answers one question.
    pub async fn answer(&self, ask: Ask) -> Outcome {
        match ask {
            Ask::Ping(it) => reply(it, async |Ping| Ok(Pong::default())).await,
            Ask::Deliver(it) => {
                reply(it, async |_| Err(Failure::new(Cause::Unconfigured, "no sinks yet"))).await
            }
        }
    }
}

/// Wraps what a service says of a question as what crosses the link.
async fn reply<Q: Question>(
    question: Q,
    service: impl AsyncFnOnce(Q) -> Result<Q::Reply, Failure>,
) -> Result<Answer, Failure> {
    service(question).await.map(Q::answer)
}
