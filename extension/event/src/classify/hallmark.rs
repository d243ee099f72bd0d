//! The members of an event's root by which families of triggers are told.
use super::{Assertions, alarm, callback, eventbridge, http, pollers, records, streams};
use crate::value::Value;

/// A family of triggers.
pub(super) struct Family {
    /// The member that its events have.
    pub(super) mark: Mark,
    /// Reads an event that has it.
    pub(super) read: fn(Value<'_>) -> Option<Assertions>,
    /// Whether an event that has the member can be of no later family.
    pub(super) is_last: bool,
}

/// A member by which a family is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Durable,
    Records,
    EventSource,
    MethodArn,
    RouteArn,
    RequestContext,
    RawPath,
    DetailType,
    AlarmData,
    AwsLogs,
    Batch,
    UserRequest,
    Tasks,
    TriggerSource,
    Dataset,
    LogicalResource,
    ConfigRule,
    CodePipeline,
    LifecycleHook,
    Rotation,
    SessionState,
    CurrentIntent,
    Details,
    ActionGroup,
    Info,
    Operation,
    AuthorizationToken,
    ProtocolData,
    DeviceEvent,
    Click,
    Request,
    ConnectionId,
    RequestPayload,
    StateMachine,
}

/// Every family, in the order in which they are asked.
pub(super) const FAMILIES: [Family; 34] = [
    only(Mark::Durable, callback::durable),
    first(Mark::Records, records::recognise),
    only(Mark::EventSource, pollers::recognise),
    first(Mark::MethodArn, http::authorizer),
    first(Mark::RouteArn, http::authorizer),
    first(Mark::RequestContext, http::recognise),
    first(Mark::RawPath, http::lattice_v1),
    first(Mark::DetailType, eventbridge::recognise),
    first(Mark::AlarmData, alarm::recognise),
    first(Mark::AwsLogs, streams::cloudwatch_logs),
    first(Mark::Batch, streams::transform),
    first(Mark::UserRequest, streams::s3_object_lambda),
    first(Mark::Tasks, streams::s3_batch),
    first(Mark::TriggerSource, callback::cognito_user_pool),
    first(Mark::Dataset, callback::cognito_sync),
    first(Mark::LogicalResource, callback::custom_resource),
    first(Mark::ConfigRule, callback::config_rule),
    first(Mark::CodePipeline, callback::codepipeline),
    first(Mark::LifecycleHook, callback::codedeploy),
    first(Mark::Rotation, callback::secrets_rotation),
    first(Mark::SessionState, callback::lex),
    first(Mark::CurrentIntent, callback::lex_v1),
    first(Mark::Details, callback::connect),
    first(Mark::ActionGroup, callback::bedrock_agent),
    first(Mark::Info, callback::appsync),
    first(Mark::Operation, callback::appsync_template),
    first(Mark::AuthorizationToken, callback::appsync_authorizer),
    first(Mark::ProtocolData, callback::iot_authorizer),
    first(Mark::DeviceEvent, callback::one_click),
    first(Mark::Click, callback::iot_button),
    first(Mark::Request, callback::alexa),
    first(Mark::ConnectionId, callback::client_vpn),
    first(Mark::RequestPayload, callback::lambda_destination),
    first(Mark::StateMachine, callback::step_functions),
];

/// The hallmarks that an event has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Present(u64);

/// Looks at the keys of an event's root once.
pub(super) fn of(root: Value<'_>) -> Present {
    let mut present = Present::default();
    root.each_key(|key| {
        if let Some(mark) = mark(key) {
            present.0 |= 1 << mark as u8;
        }
    });
    present
}

impl Present {
    pub(super) const fn has(self, mark: Mark) -> bool {
        self.0 >> mark as u8 & 1 != 0
    }
}

const fn first(mark: Mark, read: fn(Value<'_>) -> Option<Assertions>) -> Family {
    Family { mark, read, is_last: false }
}

const fn only(mark: Mark, read: fn(Value<'_>) -> Option<Assertions>) -> Family {
    Family { mark, read, is_last: true }
}

fn mark(key: &[u8]) -> Option<Mark> {
    Some(match key {
        b"DurableExecutionArn" => Mark::Durable,
        b"Records" => Mark::Records,
        b"eventSource" => Mark::EventSource,
        b"methodArn" => Mark::MethodArn,
        b"routeArn" => Mark::RouteArn,
        b"requestContext" => Mark::RequestContext,
        b"raw_path" => Mark::RawPath,
        b"detail-type" => Mark::DetailType,
        b"alarmData" => Mark::AlarmData,
        b"awslogs" => Mark::AwsLogs,
        b"records" => Mark::Batch,
        b"userRequest" => Mark::UserRequest,
        b"tasks" => Mark::Tasks,
        b"triggerSource" => Mark::TriggerSource,
        b"datasetName" => Mark::Dataset,
        b"LogicalResourceId" => Mark::LogicalResource,
        b"configRuleArn" => Mark::ConfigRule,
        b"CodePipeline.job" => Mark::CodePipeline,
        b"LifecycleEventHookExecutionId" => Mark::LifecycleHook,
        b"ClientRequestToken" => Mark::Rotation,
        b"sessionState" => Mark::SessionState,
        b"currentIntent" => Mark::CurrentIntent,
        b"Details" => Mark::Details,
        b"actionGroup" => Mark::ActionGroup,
        b"info" => Mark::Info,
        b"operation" => Mark::Operation,
        b"authorizationToken" => Mark::AuthorizationToken,
        b"protocolData" => Mark::ProtocolData,
        b"deviceEvent" => Mark::DeviceEvent,
        b"clickType" => Mark::Click,
        b"request" => Mark::Request,
        b"connection-id" => Mark::ConnectionId,
        b"requestPayload" => Mark::RequestPayload,
        b"StateMachine" => Mark::StateMachine,
        _ => return None,
    })
}
