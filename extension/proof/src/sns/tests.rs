//! Messages under a test authority's certificate.
use super::*;
use crate::proof::Lack;

const NOW_MS: u64 = 1_800_000_000_000;

fn peers() -> Value {
    let all: Value = serde_json::from_str(include_str!("../../tests/fixtures/peers.json")).unwrap();
    all["sns"].clone()
}

fn message(json: &Value) -> Message {
    Message::read(json.to_string().as_bytes()).unwrap()
}

fn certificates(peers: &Value, name: &str) -> Vec<Certificate> {
    Certificate::read_all(peers[name].as_str().unwrap()).unwrap()
}

#[test]
fn messages_of_both_versions_hold() {
    let peers = peers();
    let mut both = certificates(&peers, "other certificate");
    both.extend(certificates(&peers, "certificate"));
    for (name, method) in [
        ("version 1", "SHA1withRSA"),
        ("version 2", "SHA256withRSA"),
        ("subject", "SHA256withRSA"),
        ("no subject", "SHA256withRSA"),
        ("confirmation", "SHA256withRSA"),
    ] {
        let proof = message(&peers[name]).verify(&both, 300, NOW_MS + 1000).unwrap();
        assert_eq!((proof.kind, proof.method), ("sns", method), "{name}");
        assert_eq!(proof.issuer.as_deref(), Some("arn:aws:sns:eu-west-1:123456789012:orders"));
        assert_eq!(proof.made_ms, Some(NOW_MS));
        assert!(proof.id.is_some() && proof.key_id.is_some());
    }
}

#[test]
fn anything_else_is_refused() {
    let peers = peers();
    let good = certificates(&peers, "certificate");
    let lack = |json: &Value, certificates: &[Certificate], now_ms| {
        message(json).verify(certificates, 300, now_ms).unwrap_err().lack
    };
    let whole = &peers["subject"];
    for name in ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type", "Signature"] {
        let mut changed = whole.clone();
        changed[name] = format!("{}x", whole[name].as_str().unwrap()).into();
        assert_eq!(lack(&changed, &good, NOW_MS), Lack::Invalid, "{name}");
        changed.as_object_mut().unwrap().remove(name);
        let missing = if name == "Signature" { Lack::Missing } else { Lack::Invalid };
        assert_eq!(lack(&changed, &good, NOW_MS), missing, "{name}");
    }
    let mut other = peers["version 2"].clone();
    other["SignatureVersion"] = "1".into();
    assert_eq!(lack(&other, &good, NOW_MS), Lack::Invalid);
    assert_eq!(lack(&peers["version 3"], &good, NOW_MS), Lack::Invalid);
    assert_eq!(lack(whole, &certificates(&peers, "other certificate"), NOW_MS), Lack::Invalid);
    assert_eq!(lack(whole, &certificates(&peers, "old certificate"), NOW_MS), Lack::Expired);
    assert_eq!(lack(whole, &[], NOW_MS), Lack::Invalid);
    assert_eq!(lack(whole, &good, NOW_MS + 300_001), Lack::Expired);
    assert_eq!(lack(whole, &good, NOW_MS - 300_001), Lack::Invalid);
    assert!(Message::read(br#"{"Type":"a","Type":"b"}"#).is_none());
}

#[test]
fn certificates_come_from_hosts_of_sns_only() {
    let file = "SimpleNotificationService-0123456789abcdef.pem";
    for host in ["sns.eu-west-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn"] {
        assert!(is_certificate_url(&format!("https://{host}/{file}")), "{host}");
    }
    for url in [
        format!("http://sns.eu-west-1.amazonaws.com/{file}"),
        format!("https://sns.eu-west-1.amazonaws.com.example.com/{file}"),
        format!("https://sns.eu-west-1.amazonaws.com:444/{file}"),
        format!("https://example.com@sns.eu-west-1.amazonaws.com/{file}"),
        format!("https://example.com/sns.eu-west-1.amazonaws.com/{file}"),
        format!("https://sns.example.com/{file}"),
        format!("https://sns.a.b.eu-west-1.amazonaws.com/{file}"),
        format!("https://bucket.s3.eu-west-1.amazonaws.com/{file}"),
        format!("https://sns.eu-west-1.amazonaws.com/a/../{file}"),
        format!("https://sns.eu-west-1.amazonaws.com/{file}?a=b"),
        "https://sns.eu-west-1.amazonaws.com/.pem".to_owned(),
        "https://sns.eu-west-1.amazonaws.com/a.crt".to_owned(),
        format!("https://SNS.eu-west-1.amazonaws.com/{file}"),
        String::new(),
    ] {
        assert!(!is_certificate_url(&url), "{url}");
    }
}

#[test]
fn a_fetched_certificate_is_named_for_sns() {
    let peers = peers();
    assert!(is_of_sns(certificates(&peers, "certificate").first().unwrap()));
    assert!(!is_of_sns(certificates(&peers, "far certificate").first().unwrap()));
}

#[test]
fn timestamps_are_read_to_the_millisecond() {
    assert_eq!(moment("2012-05-02T00:54:06.655Z"), Some(1_335_920_046_655));
    assert_eq!(moment("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(moment("2000-02-29T23:59:59.9Z"), Some(951_868_799_900));
    for text in [
        "",
        "2012-05-02",
        "2012-05-02T00:54:06.655",
        "2012-13-02T00:54:06Z",
        "2012-05-02T00:54:06.Z",
    ] {
        assert_eq!(moment(text), None, "{text}");
    }
}

/// Whoever may publish to some topic writes lines of what is signed. Read otherwise, they are another
/// message, of another topic.
#[test]
fn security_lines_in_a_message_make_no_other_message_of_it() {
    let own = "arn:aws:sns:eu-west-1:123456789012:orders";
    let other = "arn:aws:sns:eu-west-1:111122223333:mine";
    let published = serde_json::json!({
        "Type": "Notification", "MessageId": "real", "Timestamp": "2027-01-15T08:00:01.000Z",
        "TopicArn": other, "SignatureVersion": "2", "Signature": "AAAA",
        "Message": format!("pay\nMessageId\nmade-up\nTimestamp\n2027-01-15T08:00:00.000Z\nTopicArn\n{own}"),
    });
    let mut forged = published.clone();
    forged["Message"] = "pay".into();
    forged["MessageId"] = "made-up".into();
    forged["Timestamp"] = "2027-01-15T08:00:00.000Z".into();
    forged["TopicArn"] =
        format!("{own}\nMessageId\nreal\nTimestamp\n2027-01-15T08:00:01.000Z\nTopicArn\n{other}")
            .into();
    assert_eq!(message(&forged).signed(), message(&published).signed());
    let peers = peers();
    let why = |json: &Value| {
        let message = message(json);
        message.verify(&certificates(&peers, "certificate"), 300, NOW_MS).unwrap_err().why
    };
    assert_eq!(why(&forged), "a field that is one line has a line break in it");
    // A message may have lines: its own signature is what does not hold here.
    assert_eq!(why(&published), "the signature does not hold under any certificate");
}
