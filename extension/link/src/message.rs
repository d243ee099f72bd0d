//! The table of questions and answers: one row each.

use crate::failure::Failure;
use crate::{attest, budget, callback, copies, fetch, health, secret, sink};
use serde::{Deserialize, Serialize};

/// A question with its own type of answer.
pub trait Question: Sized {
    /// What a good answer holds.
    type Reply;

    /// The question as it crosses the link.
    fn into_ask(self) -> Ask;

    /// The reply as it crosses the link.
    fn answer(reply: Self::Reply) -> Answer;

    /// The reply that arrived; none where it belongs to another question.
    fn reply(answer: Answer) -> Option<Self::Reply>;
}

/// What comes back: an answer, or the courier's no.
pub type Outcome = Result<Answer, Failure>;

macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident: $ask:ty => $reply:ty,)*) => {
        /// Any question.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub enum Ask {
            $($(#[$doc])* $name($ask),)*
        }

        /// Any answer.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub enum Answer {
            $($(#[$doc])* $name($reply),)*
        }

        $(impl Question for $ask {
            type Reply = $reply;

            fn into_ask(self) -> Ask {
                Ask::$name(self)
            }

            fn answer(reply: $reply) -> Answer {
                Answer::$name(reply)
            }

            fn reply(answer: Answer) -> Option<$reply> {
                match answer {
                    Answer::$name(reply) => Some(reply),
                    _ => None,
                }
            }
        })*
    };
}

questions! {
    /// Is the courier alive?
    Ping: health::Ping => health::Pong,
    /// Ledger lines for a sink.
    Deliver: sink::Deliver => sink::Delivered,
    /// Copies of refused events.
    StoreCopy: copies::StoreCopy => copies::CopyStored,
    /// A custom resource's failure.
    FailResource: callback::FailResource => callback::Delivered,
    /// A denied object.
    DenyObject: callback::DenyObject => callback::Delivered,
    /// Secrets.
    ReadSecret: secret::ReadSecret => secret::SecretValue,
    /// Key sets and certificates.
    Fetch: fetch::Fetch => fetch::Fetched,
    /// An attestation by KMS.
    Attest: attest::Attest => attest::Attested,
    /// An errand to the tables of budgets and orders.
    AskStore: budget::AskStore => tollgate_budget::store::Reply,
    /// An id that is seen, all over the fleet.
    MarkSeen: budget::MarkSeen => budget::Marked,
    /// The public half of a key of KMS.
    ReadKey: attest::ReadKey => attest::KeyRead,
}
