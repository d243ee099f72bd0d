//! Copies of refused events: stored in a queue or a bucket before anybody is told that they were
//! handled (`on_refuse: quarantine`).

use crate::Blob;
use serde::{Deserialize, Serialize};

/// Store this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCopy {
    /// Where.
    pub place: Place,
    /// The name of the copy: letters, digits, `-` and `.`. The same event has the same name, so
    /// that a second try replaces the first one where the place can do that.
    pub name: String,
    /// The copy: one JSON document.
    pub document: Blob,
}

/// Where copies go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// A queue of SQS; and where what is larger than a message may be goes, if anywhere.
    Queue {
        /// The URL of the queue.
        url: String,
        /// The bucket for large copies. The queue then gets a message that names the object.
        large: Option<Bucket>,
    },
    /// A bucket of S3.
    Bucket(Bucket),
}

/// A place in S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// What the keys begin with; empty, or ending in `/`.
    pub prefix: String,
}

/// It is stored: the service said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyStored {
    /// What the service calls it: the message's id, or the object's key.
    pub id: String,
}
