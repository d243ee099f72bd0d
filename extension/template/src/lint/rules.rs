//! The rules: stable ids, what each means, how to fix it, and where AWS says so.
use std::fmt::Write as _;

use super::runtimes::{RUNTIMES, Runtime};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to have.
    Low,
    /// It limits what an attack or a mistake can do.
    Medium,
    /// It is open, or events are lost.
    High,
}

impl Severity {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id, which never changes.
    pub id: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong when it fires.
    pub what: &'static str,
    /// How to put it right.
    pub fix: &'static str,
    /// Where AWS documents it.
    pub reference: &'static str,
}

macro_rules! rules {
    ($($name:ident $id:literal $severity:ident $what:literal $fix:literal $page:literal)*) => {
        $(
            pub(super) const $name: &Rule = &Rule {
                id: $id,
                severity: Severity::$severity,
                what: $what,
                fix: $fix,
                reference: concat!("https://docs.aws.amazon.com/", $page),
            };
        )*

        /// All rules, in the order of their ids.
        pub const RULES: &[&Rule] = &[$($name),*];
    };
}

rules! {
    CODE_SIGNING "code.signing" Low
        "code signing is not enforced"
        "Set `CodeSigningConfigArn` to a configuration whose `UntrustedArtifactOnDeployment` is `Enforce`."
        "lambda/latest/dg/configuration-codesigning.html"
    CONCURRENCY_RESERVED "concurrency.reserved" Medium
        "no reserved concurrency: the function can use up the account's"
        "Set `ReservedConcurrentExecutions`."
        "lambda/latest/dg/configuration-concurrency.html"
    IAM_ACTION "iam.wildcard-action" High
        "a role may do everything, or everything of a service"
        "Name the actions that the function uses."
        "IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
    IAM_RESOURCE "iam.wildcard-resource" Medium
        "a role may act on every resource"
        "Name the resources that the function uses."
        "IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
    INVOKE_PRINCIPAL "invoke.any-principal" High
        "a resource policy lets everybody invoke"
        "Name the principal; for a service also `SourceArn` and `SourceAccount`."
        "lambda/latest/dg/access-control-resource-based.html"
    INVOKE_DIRECT "invoke.direct-open" High
        "the policy says `direct_invoke: closed`, but the template lets others invoke"
        "Remove the permission, bind it to a source, or take the claim out of the policy."
        "lambda/latest/dg/access-control-resource-based.html"
    INVOKE_SOURCE "invoke.no-source" High
        "a resource policy lets a service invoke for any account"
        "Set `SourceArn`, and `SourceAccount` where the ARN names no account (S3)."
        "lambda/latest/dg/permissions-function-services.html"
    LOGS_RETENTION "logs.retention" Low
        "a log group keeps its lines for ever, or Lambda makes one that does"
        "Give the function an `AWS::Logs::LogGroup` with `RetentionInDays` in `LoggingConfig`."
        "lambda/latest/dg/monitoring-cloudwatchlogs.html"
    MAPPING_DLQ "mapping.dead-letter-queue" Medium
        "a queue without a dead-letter queue: refused messages come again until they expire"
        "Set `RedrivePolicy` on the queue."
        "lambda/latest/dg/services-sqs-configure.html"
    MAPPING_DESTINATION "mapping.failure-destination" Medium
        "records of a stream that were given up leave no trace"
        "Set `DestinationConfig: { OnFailure: … }` on the mapping."
        "lambda/latest/dg/kinesis-on-failure-destination.html"
    MAPPING_FAILURES "mapping.item-failures" Medium
        "a mapping that does not read item failures: one bad item sends the whole batch back"
        "Set `FunctionResponseTypes: [ReportBatchItemFailures]` on the mapping."
        "lambda/latest/dg/services-sqs-errorhandling.html"
    MAPPING_CONCURRENCY "mapping.maximum-concurrency" Medium
        "a queue can take all of the function's concurrency"
        "Set `ScalingConfig: { MaximumConcurrency: … }` on the mapping."
        "lambda/latest/dg/services-sqs-scaling.html"
    MAPPING_REPORT "mapping.report-item-ignored" High
        "the policy reports refused items, but the mapping does not read them: they would be deleted"
        "Set `FunctionResponseTypes: [ReportBatchItemFailures]`, or another `on_refuse`."
        "lambda/latest/dg/services-sqs-errorhandling.html"
    MAPPING_RETRIES "mapping.retry-limit" Medium
        "a stream's bad record is retried until it expires and holds its shard up"
        "Set `MaximumRetryAttempts` and `MaximumRecordAgeInSeconds` on the mapping."
        "lambda/latest/dg/services-kinesis-parameters.html"
    RECURSION "recursion.allowed" Medium
        "Lambda may not stop a loop of this function"
        "Set `RecursiveLoop: Terminate`, or take the property out."
        "lambda/latest/dg/invocation-recursion.html"
    RUNTIME_OLD "runtime.deprecated" High
        "the runtime gets no security updates any more, or soon not"
        "Move to a runtime that is supported."
        "lambda/latest/dg/lambda-runtimes.html"
    SECRET "secret.in-variable" High
        "a variable looks like a secret in plain text"
        "Keep it in Secrets Manager or Parameter Store and name its ARN instead."
        "lambda/latest/dg/configuration-envvars.html"
    URL_OPEN "url.no-auth" High
        "a function URL that anybody may call"
        "Set `AuthType: AWS_IAM`, or prove callers in the function's policy and accept this finding in the baseline."
        "lambda/latest/dg/urls-auth.html"
}

/// The page that documents the rules.
pub fn reference() -> String {
    let mut page = "# Rules of `tollgate lint`\n\nGenerated from the code; do not edit.\n\n\
                    | rule | severity | what | fix | reference |\n| --- | --- | --- | --- | --- |\n"
        .to_owned();
    for Rule { id, severity, what, fix, reference } in RULES {
        let severity = severity.as_str();
        // Writing to a text does not fail.
        _ = writeln!(page, "| `{id}` | {severity} | {what} | {fix} | [AWS]({reference}) |");
    }
    page.push_str(
        "\n## Runtimes\n\n`runtime.deprecated` holds a runtime against this table on the day it runs. Source: \
         the tables of supported and of deprecated runtimes in the AWS Lambda Developer Guide, as cfn-lint 1.58.0 \
         ships them (November 2026); a test holds this table against that file.\n\n\
         | runtime | deprecated | updates end |\n| --- | --- | --- |\n",
    );
    for Runtime { name, deprecated, no_update } in RUNTIMES {
        _ = writeln!(page, "| `{name}` | {deprecated} | {} |", no_update.unwrap_or("-"));
    }
    page
}
