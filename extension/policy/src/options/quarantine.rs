//! Where copies of refused events are stored.

/// Where the copy of what was refused is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quarantine {
    /// One file an event in this directory, which is outside `/tmp`: that one is the function's.
    Directory {
        /// Its absolute path.
        path: String,
    },
    /// One message an event in this queue of SQS.
    Queue {
        /// Its URL.
        url: String,
    },
    /// One object an event in this bucket.
    Bucket(Bucket),
}

/// A place in Amazon S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// What keys begin with: empty, or ending in `/`.
    pub prefix: String,
}

impl Quarantine {
    /// Reads `file:/absolute/directory`, `s3:bucket/prefix` or
    /// `sqs:https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("file:") {
            return directory(path);
        }
        if let Some(url) = text.strip_prefix("sqs:") {
            return is_queue(url).then(|| Self::Queue { url: url.to_owned() });
        }
        Bucket::parse(text).map(Self::Bucket)
    }

    /// Whether copies go over the network.
    pub fn is_remote(&self) -> bool {
        !matches!(self, Self::Directory { .. })
    }
}

impl Bucket {
    /// Reads `s3:bucket` or `s3:bucket/prefix`.
    pub fn parse(text: &str) -> Option<Self> {
        let place = text.strip_prefix("s3:")?;
        let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
        let prefix = prefix.trim_end_matches('/');
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.=/".contains(&b);
        let steps = prefix.is_empty() || prefix.split('/').all(|it| !["", ".", ".."].contains(&it));
        let good = is_bucket(name) && prefix.bytes().all(is_plain) && steps && prefix.len() <= 512;
        let slash = if prefix.is_empty() { "" } else { "/" };
        good.then(|| Self { name: name.to_owned(), prefix: format!("{prefix}{slash}") })
    }
}

fn directory(path: &str) -> Option<Quarantine> {
    let path = path.trim_end_matches('/');
    let inside_tmp = path == "/tmp" || path.starts_with("/tmp/");
    let plain = path.starts_with('/') && !path.split('/').any(|part| part == "..");
    let good = plain && !inside_tmp && !path.contains('\0');
    good.then(|| Quarantine::Directory { path: path.to_owned() })
}

/// "Amazon S3 User Guide": general purpose bucket naming rules.
fn is_bucket(name: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = [name.bytes().next(), name.bytes().next_back()];
    (3..=63).contains(&name.len())
        && name.bytes().all(|b| is_word(b) || b == b'-' || b == b'.')
        && ends.into_iter().all(|b| b.is_some_and(is_word))
        && !name.contains("..")
}

/// "Amazon SQS Developer Guide": queue and message identifiers. The host is AWS's own: whoever may
/// set variables sends it elsewhere by `AWS_ENDPOINT_URL_SQS`.
fn is_queue(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://sqs.") else { return false };
    let mut parts = rest.split('/');
    let (Some(host), Some(account), Some(name), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Some((region, domain)) = host.split_once('.') else { return false };
    let is_label = |text: &str| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !text.is_empty() && text.bytes().all(fits)
    };
    let bare = name.strip_suffix(".fifo").unwrap_or(name);
    let named = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    is_label(region)
        && domain.split('.').count() >= 2
        && domain.split('.').all(is_label)
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && (1..=80).contains(&name.len())
        && !bare.is_empty()
        && bare.bytes().all(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_place_is_read() {
        let directory = Quarantine::parse("file:/mnt/refused/").unwrap();
        assert_eq!(directory, Quarantine::Directory { path: "/mnt/refused".to_owned() });
        for name in ["refused", "refused.fifo"] {
            let url = format!("https://sqs.eu-west-1.amazonaws.com/123456789012/{name}");
            let queue = Quarantine::parse(&format!("sqs:{url}")).unwrap();
            assert_eq!(queue, Quarantine::Queue { url });
        }
        assert!(
            Quarantine::parse("sqs:https://sqs.cn-north-1.amazonaws.com.cn/123456789012/a")
                .is_some()
        );
        for (text, prefix) in [
            ("s3:example-bucket", ""),
            ("s3:example-bucket/", ""),
            ("s3:example-bucket/refused", "refused/"),
            ("s3:example-bucket/a/b/", "a/b/"),
        ] {
            let bucket = Bucket { name: "example-bucket".to_owned(), prefix: prefix.to_owned() };
            assert_eq!(Quarantine::parse(text), Some(Quarantine::Bucket(bucket)), "{text}");
        }
    }

    #[test]
    fn security_no_other_place_is_taken() {
        for text in [
            "",
            "/mnt/refused",
            "file:refused",
            "file:/tmp/refused",
            "file:/mnt/../tmp",
            "sqs:http://sqs.eu-west-1.amazonaws.com/123456789012/a",
            "sqs:https://example.com/123456789012/a",
            "sqs:https://sqs.eu-west-1/123456789012/a",
            "sqs:https://sqs.eu-west-1.amazonaws.com:443/123456789012/a",
            "sqs:https://sqs.eu-west-1.amazonaws.com/1234/a",
            "sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/",
            "sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/.fifo",
            "sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/a?x=1",
            "sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/a/b",
            "s3:",
            "s3:ab",
            "s3:Example",
            "s3:example..bucket",
            "s3:example-bucket/../a",
            "s3:example-bucket//a",
            "s3:example-bucket/a?b",
            "s3://example-bucket/a",
        ] {
            assert_eq!(Quarantine::parse(text), None, "{text}");
        }
    }
}
