//! Streams and data transformation.
mod cloudwatch_logs;
mod firehose;
mod s3_batch;
mod s3_object_lambda;

pub(super) use cloudwatch_logs::recognise as cloudwatch_logs;
pub(super) use firehose::recognise as transform;
pub(super) use s3_batch::recognise as s3_batch;
pub(super) use s3_object_lambda::recognise as s3_object_lambda;
