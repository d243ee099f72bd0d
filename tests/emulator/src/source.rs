//! Sources that poll or push: queues, streams and asynchronous callers, with their retries.
mod input;
mod later;
mod queue;
mod shapes;
mod shard;
mod topic;
mod verdict;

pub use input::{Input, InputError, InputPath, InputTransformer};
pub use later::{DeadLetter, Fate, Later};
pub use queue::{DeadMessage, Message, Queue, QueueReport};
pub use shapes::{Notice, rule_arn, schedule_arn};
pub use shard::{Discarded, Shard, ShardKind, ShardRecord, ShardReport};
pub use topic::{AttributeError, Topic};

use crate::fleet::{Fleet, FleetError};
use crate::invocation::{Answer, Event, Invoked};

/// Invokes for a poller: being throttled is an outcome there, and no error.
async fn ask(fleet: &Fleet, event: Event) -> Result<Option<Invoked>, FleetError> {
    match fleet.invoke(event).await {
        Ok(invoked) => Ok(Some(invoked)),
        Err(error) if error.is_throttled() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the function reported for a batch; being throttled is a failure of all of it.
fn judge(invoked: Option<&Invoked>, reports: bool, known: &[String]) -> verdict::Verdict {
    let answer: Option<&Answer> = invoked.map(|invoked| &invoked.answer);
    answer.map_or(verdict::Verdict::Failed, |answer| verdict::of(answer, reports, known))
}
