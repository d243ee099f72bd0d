//! Messages of a topic: to a function, and to a queue in front of one.
//!
//! (SNS developer guide, "Amazon SNS message attributes" and "Amazon SNS raw message delivery".)
use serde_json::{Map, Value, json};

use super::queue::Message;
use super::shapes;
use crate::clock;

/// A topic whose messages go to a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// `RawMessageDelivery`: the queue gets the message itself, with its attributes as the queue's own.
    pub raw: bool,
}

/// An attribute that a message cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the attribute `{0}` must be a text, a number, or a list of texts, numbers, true, false and null"
)]
pub struct AttributeError(String);

/// Attributes of a raw message: a queue takes no more.
const RAW_ATTRIBUTES_MAX: usize = 10;

impl Topic {
    /// What the queue gets of a message; `None` if it cannot be delivered: raw messages have at most
    /// ten attributes.
    pub fn message(&self, text: &str, attributes: &Map<String, Value>) -> Option<Message> {
        if self.raw {
            let fits = attributes.len() <= RAW_ATTRIBUTES_MAX;
            return fits.then(|| Message::new(text).attributes(attributes.clone()));
        }
        let mut envelope = notification(&self.name, None, text, clock::unix_ms());
        let said = of_a_topic(attributes);
        if let Some(members) = envelope.as_object_mut() {
            // To queues these are spelt so, and what is not there is not written.
            for (from, to) in
                [("SigningCertUrl", "SigningCertURL"), ("UnsubscribeUrl", "UnsubscribeURL")]
            {
                if let Some(url) = members.remove(from) {
                    members.insert(to.to_owned(), url);
                }
            }
            members.remove("Subject");
            if !attributes.is_empty() {
                members.insert("MessageAttributes".to_owned(), said);
            }
        }
        Some(Message::new(envelope.to_string()))
    }

    /// Whether a message can have these attributes.
    ///
    /// # Errors
    ///
    /// Names the first that it cannot have.
    pub fn check(attributes: &Map<String, Value>) -> Result<(), AttributeError> {
        let plain = |value: &Value| !value.is_array() && !value.is_object();
        let fits = |value: &Value| match value {
            Value::String(text) => !text.is_empty(),
            Value::Number(_) => true,
            Value::Array(elements) => elements.iter().all(plain),
            Value::Null | Value::Bool(_) | Value::Object(_) => false,
        };
        match attributes.iter().find(|(_, value)| !fits(value)) {
            Some((name, _)) => Err(AttributeError(name.clone())),
            None => Ok(()),
        }
    }
}

/// The event that a function gets of a message.
pub(super) fn record(
    topic: &str,
    subject: Option<&str>,
    message: &str,
    attributes: &Map<String, Value>,
    now: u64,
) -> Value {
    let mut notification = notification(topic, subject, message, now);
    if let Some(members) = notification.as_object_mut() {
        members.insert("MessageAttributes".to_owned(), of_a_topic(attributes));
    }
    let arn = shapes::topic_arn(topic);
    json!({ "Records": [{
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": format!("{arn}:0b6941c3-f04d-4d3e-a66d-b1df00e1e381"),
        "Sns": notification,
    }] })
}

fn notification(topic: &str, subject: Option<&str>, message: &str, now: u64) -> Value {
    let arn = shapes::topic_arn(topic);
    let host = format!("https://sns.{}.amazonaws.com", shapes::region());
    json!({
        "Type": "Notification",
        "MessageId": clock::uuid(),
        "TopicArn": arn,
        "Subject": subject,
        "Message": message,
        "Timestamp": clock::rfc3339(now),
        "SignatureVersion": "1",
        // Nothing here holds a key of the service: whoever verifies will refuse.
        "Signature": "RXhhbXBsZVNpZ25hdHVyZQ==",
        "SigningCertUrl": format!("{host}/SimpleNotificationService-example.pem"),
        "UnsubscribeUrl": format!("{host}/?Action=Unsubscribe&SubscriptionArn={arn}"),
    })
}

/// The kind of an attribute and its text.
fn typed(value: &Value) -> (&'static str, String) {
    match value {
        Value::String(text) => ("String", text.clone()),
        Value::Number(number) => ("Number", number.to_string()),
        other => ("String.Array", other.to_string()),
    }
}

fn of_a_topic(attributes: &Map<String, Value>) -> Value {
    let each = attributes.iter().map(|(name, value)| {
        let (kind, text) = typed(value);
        (name.clone(), json!({ "Type": kind, "Value": text }))
    });
    Value::Object(each.collect())
}

/// Attributes as a queue's message has them.
pub(super) fn of_a_queue(attributes: &Map<String, Value>) -> Value {
    let each = attributes.iter().map(|(name, value)| {
        let (kind, text) = typed(value);
        let said = json!({
            "stringValue": text,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": kind,
        });
        (name.clone(), said)
    });
    Value::Object(each.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes() -> Map<String, Value> {
        let value = json!({ "store": "north", "price": 9.5, "kinds": ["a", "b"] });
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_queue_gets_the_notification_or_the_message_itself() {
        let topic = Topic { name: "orders".to_owned(), raw: false };
        let wrapped = topic.message("hello", &attributes()).unwrap();
        let body: Value = serde_json::from_str(&wrapped.body).unwrap();
        assert_eq!((&body["Type"], &body["Message"]), (&json!("Notification"), &json!("hello")));
        assert_eq!(body["MessageAttributes"]["price"], json!({ "Type": "Number", "Value": "9.5" }));
        assert!(body["SigningCertURL"].is_string() && body.get("Subject").is_none(), "{body}");
        assert!(wrapped.attributes.is_empty());
        let topic = Topic { raw: true, ..topic };
        let raw = topic.message("hello", &attributes()).unwrap();
        assert_eq!((raw.body.as_str(), &raw.attributes), ("hello", &attributes()));
        let said = of_a_queue(&raw.attributes);
        assert_eq!(said["kinds"]["stringValue"], r#"["a","b"]"#);
        assert_eq!(said["kinds"]["dataType"], "String.Array");
    }

    #[test]
    fn a_raw_message_has_no_more_attributes_than_a_queue_takes() {
        let many: Map<String, Value> = (0..11).map(|n| (format!("a{n}"), json!(n))).collect();
        let topic = Topic { name: "orders".to_owned(), raw: true };
        assert_eq!(topic.message("hello", &many), None);
        assert!(Topic { raw: false, ..topic }.message("hello", &many).is_some());
    }

    #[test]
    fn an_attribute_is_a_text_a_number_or_a_list() {
        assert_eq!(Topic::check(&attributes()), Ok(()));
        for odd in [json!({}), json!(true), json!(null), json!(""), json!([[]])] {
            let map: Map<String, Value> = [("odd".to_owned(), odd)].into_iter().collect();
            let said = Topic::check(&map).unwrap_err().to_string();
            assert!(said.starts_with("the attribute `odd` must be a text"), "{said}");
        }
    }
}
