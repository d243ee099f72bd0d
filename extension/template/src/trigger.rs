//! What invokes a function, as far as a template says.
use std::sync::Arc;

use crate::function::Function;
use crate::node::Node;

/// What the kind of a trigger asks of its setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Lambda polls a queue: SQS, Amazon MQ.
    Queue,
    /// Lambda polls a stream: Kinesis, DynamoDB, Kafka, DocumentDB.
    Stream,
    /// A service invokes and waits for the answer: HTTP, authorizers, Cognito.
    Synchronous,
    /// A service hands an event over and does not wait: S3, SNS, EventBridge.
    Asynchronous,
}

/// One trigger of a function.
#[derive(Debug, Clone)]
pub struct Trigger<'t> {
    /// Its name in a policy, such as `sqs`.
    pub name: &'static str,
    /// What it asks of its setting.
    pub service: Service,
    /// Its logical id, of the event or of the resource.
    pub id: &'t str,
    /// Where it stands in the text.
    pub at: usize,
    /// Its properties.
    pub properties: Option<&'t Arc<Node>>,
    /// Where its events come from: an ARN or a reference.
    pub source: Option<&'t Arc<Node>>,
}

impl<'t> Trigger<'t> {
    /// A property, by its path.
    pub fn property(&self, path: &[&str]) -> Option<&'t Arc<Node>> {
        self.properties?.at(path)
    }

    /// Whether Lambda reads which items failed out of the answer.
    pub fn reports_item_failures(&self) -> bool {
        let types = self.property(&["FunctionResponseTypes"]).map(|list| list.elements());
        types.unwrap_or_default().iter().any(|one| one.text() == Some("ReportBatchItemFailures"))
    }

    /// The method and path of an HTTP trigger.
    pub fn route(&self) -> Option<String> {
        let path = self.property(&["Path"])?.text()?;
        let method = self.property(&["Method"]).and_then(|method| method.text()).unwrap_or("ANY");
        Some(format!("{} {path}", method.to_ascii_uppercase()))
    }
}

/// The triggers of SAM's events: type, name in a policy, kind, and the property that names the source
/// (AWS SAM Developer Guide, "`EventSource`").
const EVENTS: &[(&str, &str, Service, &str)] = &[
    ("AlexaSkill", "alexa", Service::Synchronous, "SkillId"),
    ("Api", "api-gateway-v1", Service::Synchronous, "RestApiId"),
    ("CloudWatchEvent", "eventbridge", Service::Asynchronous, "EventBusName"),
    ("CloudWatchLogs", "cloudwatch-logs", Service::Asynchronous, "LogGroupName"),
    ("CodeCommit", "codecommit", Service::Asynchronous, "RepositoryName"),
    ("Cognito", "cognito-user-pool", Service::Synchronous, "UserPool"),
    ("DocumentDB", "documentdb", Service::Stream, "Cluster"),
    ("DynamoDB", "dynamodb", Service::Stream, "Stream"),
    ("EventBridgeRule", "eventbridge", Service::Asynchronous, "EventBusName"),
    ("HttpApi", "api-gateway-v2", Service::Synchronous, "ApiId"),
    ("IoTRule", "direct", Service::Asynchronous, "Sql"),
    ("Kinesis", "kinesis", Service::Stream, "Stream"),
    ("MQ", "active-mq", Service::Queue, "Broker"),
    ("MSK", "msk", Service::Stream, "Stream"),
    ("S3", "s3", Service::Asynchronous, "Bucket"),
    ("SNS", "sns", Service::Asynchronous, "Topic"),
    ("SQS", "sqs", Service::Queue, "Queue"),
    ("Schedule", "eventbridge", Service::Asynchronous, "EventBusName"),
    ("ScheduleV2", "scheduler", Service::Asynchronous, "GroupName"),
    ("SelfManagedKafka", "kafka", Service::Stream, "KafkaBootstrapServers"),
];

/// All triggers of a function: SAM's events, mappings, permissions and URLs.
pub(crate) fn of<'t>(function: &Function<'t>) -> Vec<Trigger<'t>> {
    let mut found = Vec::new();
    for event in function.get(&["Events"]).map(|events| events.members()).unwrap_or_default() {
        let kind = event.value.get("Type").and_then(|kind| kind.text()).unwrap_or_default();
        let Some((_, name, service, source)) = EVENTS.iter().find(|(known, ..)| *known == kind)
        else {
            continue;
        };
        let properties = event.value.get("Properties");
        let source = properties.and_then(|properties| properties.get(source));
        let at = event.key_span.start;
        found.push(Trigger { name, service: *service, id: &event.key, at, properties, source });
    }
    if let Some(url) = function.get(&["FunctionUrlConfig"]) {
        found.push(url_of("FunctionUrlConfig", url.span.start, Some(url)));
    }
    for resource in function.template.resources() {
        let names = |property: &str| {
            resource.property(&[property]).is_some_and(|node| function.is_named_by(node))
        };
        let properties = resource.member.value.get("Properties");
        let at = resource.member.key_span.start;
        match resource.kind {
            "AWS::Lambda::EventSourceMapping" if names("FunctionName") => {
                found.push(mapping(resource.id, at, properties));
            }
            "AWS::Scheduler::Schedule"
                if resource
                    .property(&["Target", "Arn"])
                    .is_some_and(|node| function.is_named_by(node)) =>
            {
                let (name, service) = ("scheduler", Service::Asynchronous);
                found.push(Trigger {
                    name,
                    service,
                    id: resource.id,
                    at,
                    properties,
                    source: None,
                });
            }
            "AWS::Lambda::Url" if names("TargetFunctionArn") => {
                found.push(url_of(resource.id, at, properties));
            }
            "AWS::Lambda::Permission" if names("FunctionName") => {
                found.extend(permitted(resource.id, at, properties));
            }
            _ => {}
        }
    }
    found
}

fn url_of<'t>(id: &'t str, at: usize, properties: Option<&'t Arc<Node>>) -> Trigger<'t> {
    let service = Service::Synchronous;
    Trigger { name: "function-url", service, id, at, properties, source: None }
}

/// A mapping says by its properties and by the service in its ARN what it polls.
fn mapping<'t>(id: &'t str, at: usize, properties: Option<&'t Arc<Node>>) -> Trigger<'t> {
    let get = |name: &str| properties.and_then(|properties| properties.get(name));
    let source = get("EventSourceArn");
    let arn = source.map(|arn| arn.in_words()).unwrap_or_default();
    let (name, service) = if get("SelfManagedEventSource").is_some() {
        ("kafka", Service::Stream)
    } else if get("AmazonManagedKafkaEventSourceConfig").is_some() || arn.contains(":kafka:") {
        ("msk", Service::Stream)
    } else if get("DocumentDBEventSourceConfig").is_some() {
        ("documentdb", Service::Stream)
    } else if get("Queues").is_some() || arn.contains(":mq:") {
        ("active-mq", Service::Queue)
    } else if arn.contains("StreamArn") || arn.contains(":dynamodb:") {
        ("dynamodb", Service::Stream)
    } else if get("StartingPosition").is_some() {
        ("kinesis", Service::Stream)
    } else {
        ("sqs", Service::Queue)
    };
    Trigger { name, service, id, at, properties, source }
}

/// The services that a resource policy lets in.
const PRINCIPALS: &[(&str, &str, Service)] = &[
    ("apigateway", "api-gateway-v1", Service::Synchronous),
    ("cognito-idp", "cognito-user-pool", Service::Synchronous),
    ("elasticloadbalancing", "alb", Service::Synchronous),
    ("events", "eventbridge", Service::Asynchronous),
    ("iot", "direct", Service::Asynchronous),
    ("lex", "lex", Service::Synchronous),
    ("logs", "cloudwatch-logs", Service::Asynchronous),
    ("s3", "s3", Service::Asynchronous),
    ("scheduler", "scheduler", Service::Asynchronous),
    ("sns", "sns", Service::Asynchronous),
    ("vpc-lattice", "lattice-v2", Service::Synchronous),
];

fn permitted<'t>(id: &'t str, at: usize, properties: Option<&'t Arc<Node>>) -> Option<Trigger<'t>> {
    let principal = properties?.get("Principal")?.text()?;
    let name = principal.split('.').next()?;
    let (_, name, service) = PRINCIPALS.iter().find(|(known, ..)| *known == name)?;
    let source = properties?.get("SourceArn");
    Some(Trigger { name, service: *service, id, at, properties, source })
}

/// The names of all triggers, for a test that holds them against those of events.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let mapped = ["msk", "documentdb", "active-mq", "dynamodb", "kinesis", "sqs", "function-url"];
    let events = EVENTS.iter().map(|(_, name, ..)| *name);
    events.chain(PRINCIPALS.iter().map(|(_, name, _)| *name)).chain(mapped)
}
