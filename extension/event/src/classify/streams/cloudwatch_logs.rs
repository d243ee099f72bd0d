//! CloudWatch Logs (Amazon CloudWatch Logs User Guide, "Subscription filters with AWS Lambda").
use crate::classify::{Assertions, name};
use crate::open::gzip_beginning;
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;
use crate::walk::Walk;

/// How much of the data is decoded, and how much of what it inflates to is read. Owner and log
/// group stand first; a log group's name has at most 512 characters.
const COMPRESSED_BYTES: usize = 1024;
const INFLATED_BYTES: usize = 1024;

/// Reads an event with `awslogs`. Who sent it stands inside the compressed data, of which only the
/// beginning is opened.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let data = root.at(&["awslogs", "data"])?;
    let beginning = beginning(data.json());
    let (owner, group) = sender(&beginning);
    let source = Source { account: name(owner), ..Source::default() };
    let caller =
        Caller::with_id("service", name(group).or_else(|| Some("logs.amazonaws.com".to_owned())));
    Some(Assertions::new(Trigger::CloudWatchLogs, source, caller))
}

/// What the data begins with; nothing if it cannot be read.
fn beginning(data: &[u8]) -> Vec<u8> {
    let digits = data.strip_prefix(b"\"").and_then(|data| data.strip_suffix(b"\""));
    let digits = digits.unwrap_or_default();
    gzip_beginning(digits.get(..COMPRESSED_BYTES).unwrap_or(digits), INFLATED_BYTES)
}

/// The owner and the log group in the beginning of a JSON object that may be cut anywhere.
fn sender(json: &[u8]) -> (Option<Value<'_>>, Option<Value<'_>>) {
    let (mut owner, mut group) = (None, None);
    let mut walk = Walk::new(json);
    let mut more = walk.peek() == Some(b'{') && walk.enter();
    while more {
        match (walk.key(), walk.value()) {
            (b"owner", value) if value.len() > 1 => owner = Some(Value::inside(value)),
            (b"logGroup", value) if value.len() > 1 => group = Some(Value::inside(value)),
            _ => {}
        }
        more = walk.more() && (owner.is_none() || group.is_none());
    }
    (owner, group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_beginning_gives_what_is_whole() {
        let json = br#"{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"a"}"#;
        for end in 0..json.len() {
            let (owner, group) = sender(json.get(..end).unwrap());
            let owner = name(owner);
            assert!(owner.is_none() || owner.as_deref() == Some("123456789012"), "{end}");
            assert!(name(group).is_none_or(|group| group == "a"), "{end}");
        }
        let (owner, group) = sender(json);
        assert_eq!((name(owner), name(group)), (Some("123456789012".into()), Some("a".into())));
    }

    proptest! {
        #[test]
        fn any_data_ends(data in prop::collection::vec(any::<u8>(), 0..2000)) {
            let _beginning = beginning(&data);
            let _sender = sender(&data);
        }
    }
}
