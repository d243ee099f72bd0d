//! Concurrency, loops, signatures, runtimes and logs.
use super::Findings;
use super::rules::{CODE_SIGNING, CONCURRENCY_RESERVED, LOGS_RETENTION, RECURSION, RUNTIME_OLD};
use super::runtimes;
use crate::function::{Function, Package};
use crate::template::Resource;

/// Log groups.
pub(super) fn resource(found: &mut Findings<'_>, resource: Resource<'_>) {
    let keeps = resource.property(&["RetentionInDays"]).is_none();
    if resource.kind == "AWS::Logs::LogGroup" && keeps {
        let at = resource.member.key_span.start;
        found.add(LOGS_RETENTION, resource.id, at, "no `RetentionInDays`");
    }
}

/// What a function says of itself.
pub(super) fn function(found: &mut Findings<'_>, function: &Function<'_>) {
    let id = function.id();
    let at = function.resource.member.key_span.start;
    if function.get(&["ReservedConcurrentExecutions"]).is_none() {
        found.add(CONCURRENCY_RESERVED, id, at, "no `ReservedConcurrentExecutions`");
    }
    if let Some(recursion) = function.get(&["RecursiveLoop"])
        && recursion.text() == Some("Allow")
    {
        found.add(RECURSION, id, recursion.span.start, "`RecursiveLoop` is `Allow`");
    }
    if function.package() == Package::Zip && function.get(&["CodeSigningConfigArn"]).is_none() {
        found.add(CODE_SIGNING, id, at, "no `CodeSigningConfigArn`");
    }
    let ended = function.runtime().and_then(|runtime| runtimes::ended(&runtime, found.today));
    if let Some(ended) = ended {
        let at = function.get(&["Runtime"]).map_or(at, |node| node.span.start);
        found.add(RUNTIME_OLD, id, at, ended);
    }
    if function.get(&["LoggingConfig", "LogGroup"]).is_none() && !has_own_group(function) {
        found.add(LOGS_RETENTION, id, at, "Lambda makes its log group, which keeps lines for ever");
    }
}

/// Whether the template has the group that Lambda would make.
fn has_own_group(function: &Function<'_>) -> bool {
    function.template.resources().any(|resource| {
        let name = resource.property(&["LogGroupName"]);
        let fixed = function.value(&["FunctionName"]).map(|name| format!("/aws/lambda/{name}"));
        resource.kind == "AWS::Logs::LogGroup"
            && name.is_some_and(|name| {
                let text = name.in_words();
                fixed.as_deref() == name.text() && fixed.is_some()
                    || text.contains(&format!("/aws/lambda/${{{}}}", function.id()))
            })
    })
}
