//! Batches with a top-level `Records` array; its first record decides.
mod cloudfront;
mod codecommit;
mod dynamodb;
mod kinesis;
mod s3;
mod ses;
mod sns;
mod sqs;
mod window;

use super::Assertions;
use crate::value::Value;

pub(super) use sqs::message_ids;

/// What families look at in the first record. A record can be as large as the event, so that it is
/// looked at once for all of them.
pub(super) struct First<'a> {
    pub(super) source: Option<Value<'a>>,
    pub(super) arn: Option<Value<'a>>,
    pub(super) region: Option<Value<'a>>,
    pub(super) attributes: Option<Value<'a>>,
    pub(super) identity: Option<Value<'a>>,
    /// `invokeIdentityArn` or `userIdentityARN`.
    pub(super) identity_arn: Option<Value<'a>>,
    sns: Option<Value<'a>>,
    capital_source: Option<Value<'a>>,
    request: Option<Value<'a>>,
    s3: Option<Value<'a>>,
    ses: Option<Value<'a>>,
    cloudfront: Option<Value<'a>>,
}

/// Reads an event by the value of its `Records`.
pub(super) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let Some((first, total)) = root.get("Records")?.first_of() else {
        return window::recognise(root);
    };
    of_record(first, total)
}

/// The same by its first record, or by any of them what that one says.
pub(super) fn of_record(record: Value<'_>, total: u32) -> Option<Assertions> {
    let first = First::of(record);
    if first.is("aws:sqs") {
        return Some(sqs::read(total, &first));
    }
    if first.capital_source.is_some_and(|source| source.is("aws:sns")) {
        return Some(sns::read(total, first.sns));
    }
    if let Some(config) = first.cloudfront.and_then(|cf| cf.get("config")) {
        return Some(cloudfront::read(total, config, first.cloudfront));
    }
    match () {
        () if first.is("aws:s3") => Some(s3::read(total, &first)),
        () if first.is("aws:dynamodb") => Some(dynamodb::read(total, &first)),
        () if first.is("aws:kinesis") => Some(kinesis::read(total, &first)),
        () if first.is("aws:codecommit") => Some(codecommit::read(total, &first)),
        () if first.is("aws:ses") => Some(ses::read(total, first.ses)),
        () => None,
    }
}

impl<'a> First<'a> {
    pub(super) fn of(record: Value<'a>) -> Self {
        let [
            source,
            arn,
            region,
            attributes,
            identity,
            invoker,
            user,
            sns,
            capital,
            request,
            s3,
            ses,
            cf,
        ] = record.members([
            "eventSource",
            "eventSourceARN",
            "awsRegion",
            "attributes",
            "userIdentity",
            "invokeIdentityArn",
            "userIdentityARN",
            "Sns",
            "EventSource",
            "requestParameters",
            "s3",
            "ses",
            "cf",
        ]);
        Self {
            source,
            arn,
            region,
            attributes,
            identity,
            identity_arn: invoker.or(user),
            sns,
            capital_source: capital,
            request,
            s3,
            ses,
            cloudfront: cf,
        }
    }

    /// Whether its `eventSource` is this one.
    pub(super) fn is(&self, name: &str) -> bool {
        self.source.is_some_and(|source| source.is(name))
    }
}

pub(super) use dynamodb::read as read_dynamodb;
pub(super) use kinesis::read as read_kinesis;
pub(super) use sqs::read as read_sqs;
