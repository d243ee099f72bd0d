//! Messages of Amazon SNS (Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS
//! messages"): versions 1 (SHA-1) and 2 (SHA-256), both with RSA.
use serde_json::{Map, Value};

use crate::certificate::Certificate;
use crate::encoding;
use crate::hash::Hash;
use crate::proof::{Proof, Unproved};
use crate::strict;
use crate::webhook::{near, past};

/// How old a message may be where nothing else is said, in seconds: what Lambda keeps an
/// asynchronous event for (AWS Lambda Developer Guide, "Configuring error handling settings for
/// asynchronous invocations").
pub const TOLERANCE_SECONDS_DEFAULT: u32 = 6 * 3600;

/// A message, as it stands in an event or in the body of another service's.
#[derive(Debug, Clone, Default)]
pub struct Message(Map<String, Value>);

impl Message {
    /// A message out of JSON: the object under `Sns`, or the body that SNS sends. `None` if it is
    /// no object, or if a member stands twice.
    pub fn read(json: &[u8]) -> Option<Self> {
        strict::object(json).map(Self)
    }

    /// Where its certificate is. Lambda and HTTP spell the member apart.
    pub fn certificate_url(&self) -> Option<&str> {
        self.text("SigningCertUrl").or_else(|| self.text("SigningCertURL"))
    }

    /// The topic that it says it came through.
    pub fn topic(&self) -> Option<&str> {
        self.text("TopicArn")
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// What is signed: names and values, each on a line of its own, in the order of their names.
    fn signed(&self) -> Option<String> {
        let subscribe = self.text("SubscribeUrl").or_else(|| self.text("SubscribeURL"));
        let pairs: &[(&str, Option<&str>)] = match self.text("Type")? {
            "Notification" => &[
                ("Message", Some(self.text("Message")?)),
                ("MessageId", Some(self.text("MessageId")?)),
                ("Subject", self.text("Subject")),
                ("Timestamp", Some(self.text("Timestamp")?)),
                ("TopicArn", Some(self.text("TopicArn")?)),
                ("Type", Some("Notification")),
            ],
            kind @ ("SubscriptionConfirmation" | "UnsubscribeConfirmation") => &[
                ("Message", Some(self.text("Message")?)),
                ("MessageId", Some(self.text("MessageId")?)),
                ("SubscribeURL", Some(subscribe?)),
                ("Timestamp", Some(self.text("Timestamp")?)),
                ("Token", Some(self.text("Token")?)),
                ("TopicArn", Some(self.text("TopicArn")?)),
                ("Type", Some(kind)),
            ],
            _ => return None,
        };
        let there = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
        Some(there.flat_map(|(name, value)| [*name, "\n", value, "\n"]).collect())
    }

    /// Whether one of its fields could be read as several: what is signed is lines, and whoever may
    /// publish to a topic of his own writes the lines of its message. All other fields are one line.
    fn has_lines_to_spare(&self) -> bool {
        let fields = self.0.iter().filter(|(name, _)| *name != "Message");
        fields.filter_map(|(_, value)| value.as_str()).any(|text| text.contains(['\n', '\r']))
    }

    /// Whether one of the certificates signed it, not long ago.
    pub fn verify(
        &self,
        certificates: &[Certificate],
        tolerance_seconds: u32,
        now_ms: u64,
    ) -> Result<Proof, Unproved> {
        let signature = self.text("Signature").ok_or(Unproved::missing("no signature"))?;
        let signature = encoding::base64(signature.as_bytes());
        let signature = signature.ok_or(Unproved::invalid("the signature is no base64"))?;
        let (method, hash) = match self.text("SignatureVersion") {
            Some("1") => ("SHA1withRSA", Hash::Sha1),
            Some("2") => ("SHA256withRSA", Hash::Sha256),
            _ => return Err(Unproved::invalid("the signature's version is not 1 or 2")),
        };
        if self.has_lines_to_spare() {
            return Err(Unproved::invalid("a field that is one line has a line break in it"));
        }
        let signed = self.signed().ok_or(Unproved::invalid("what is signed is not all there"))?;
        let made_by =
            |it: &&Certificate| it.key().verify_pkcs1(hash, &[signed.as_bytes()], &signature);
        let Some(certificate) = certificates.iter().find(made_by) else {
            return Err(Unproved::invalid("the signature does not hold under any certificate"));
        };
        if !certificate.is_valid_at(now_ms) {
            return Err(Unproved::expired("the certificate is not valid now"));
        }
        let made_ms = self.text("Timestamp").and_then(moment);
        let made_ms = made_ms.ok_or(Unproved::invalid("the timestamp is no time"))?;
        let tolerance_ms = u64::from(tolerance_seconds) * 1000;
        near(made_ms, now_ms, tolerance_ms)?;
        let id = self.text("MessageId").unwrap_or_default();
        let topic = self.topic().unwrap_or_default();
        Ok(Proof {
            kind: "sns",
            method,
            key_id: Some(certificate.fingerprint()),
            issuer: Some(topic.to_owned()),
            id: Some(Proof::told_by("sns", &[topic.as_bytes(), id.as_bytes()])),
            made_ms: Some(made_ms),
            ends_ms: Some(made_ms.saturating_add(tolerance_ms)),
            holds_ms: Some(past(made_ms, tolerance_ms)),
            ..Proof::default()
        })
    }
}

/// Whether a certificate may be fetched from here: a file of SNS's own host in some region, by
/// HTTPS, at its usual port, without anything that could make another host of it.
pub fn is_certificate_url(url: &str) -> bool {
    let Some((host, path)) = url.strip_prefix("https://").and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let region = host.strip_prefix("sns.").and_then(|rest| {
        rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn"))
    });
    let is_region = |text: &str| {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        text.contains('-') && text.split('-').all(word)
    };
    let is_file = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        text.bytes().all(plain) && !text.starts_with('.')
    };
    let file = path.strip_suffix(".pem");
    region.is_some_and(is_region) && file.is_some_and(|file| !file.is_empty() && is_file(file))
}

/// Whether a certificate that was fetched is SNS's: named for a host of it.
pub fn is_of_sns(certificate: &Certificate) -> bool {
    let is_host = |name: &String| {
        let inner = name.strip_suffix(".amazonaws.com");
        let inner = inner.or_else(|| name.strip_suffix(".amazonaws.com.cn"));
        inner.is_some_and(|inner| inner == "sns" || inner.starts_with("sns."))
    };
    certificate.names().iter().any(is_host)
}

/// `2012-05-02T00:54:06.655Z`, in milliseconds since the Unix epoch.
pub(crate) fn moment(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let numbers = |text: &str, mark| -> Option<Vec<u64>> {
        let number = |part: &str| {
            let digits = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| digits)
        };
        text.split(mark).map(number).collect()
    };
    let (date, time) = (numbers(date, '-')?, numbers(time, ':')?);
    let ([year, month @ 1..=12, day @ 1..=31], [hour @ 0..=23, minute @ 0..=59, second @ 0..=60]) =
        (date.as_slice(), time.as_slice())
    else {
        return None;
    };
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = fraction.bytes().chain(*b"000").take(3);
    let thousandths = thousandths.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let days = crate::certificate::days_from_epoch(*year, *month, *day)?;
    Some((days * 86_400 + hour * 3600 + minute * 60 + second) * 1000 + thousandths)
}

#[cfg(test)]
mod tests;
