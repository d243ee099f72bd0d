//! Events that do no harm.
use std::fmt::Write as _;

/// The first half has the marks that any prose has.
const SENTENCES: [&str; 8] = [
    "The order was shipped on Monday and should arrive by the end of the week, weather permitting.",
    "We select a supplier where prices are low, and update the record or create a new one.",
    "\"It's fine,\" Mrs O'Brien said (she prefers mornings), but the invoice isn't paid yet.",
    "Please call the customer before the engineer's visit - thank you! Is 50% due, or all of it?",
    "It was the best of rooms -- quiet, bright and near the sea -- and we'd stay there again.",
    "See https://example.com/help/orders?id=42&lang=en for what to do when a parcel is lost.",
    "R&D paid; \"never again,\" she wrote, \"will I order 3 = 2 + 1 items from a shop without a return.\"",
    "Order #1042: two tables, four chairs, a lamp... and a free cushion for each of them.",
];

/// An API Gateway request of about 1 KB.
pub(crate) fn request() -> String {
    r#"{"version":"2.0","routeKey":"POST /orders","rawPath":"/orders","rawQueryString":"page=2&sort=date","headers":{"content-type":"application/json","host":"f6g7h8i9j0.execute-api.eu-west-1.amazonaws.com","user-agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36","accept":"text/html,application/json;q=0.9,*/*;q=0.8","cookie":"session=8f14e45fceea167a; theme=dark","x-forwarded-for":"203.0.113.9"},"requestContext":{"accountId":"123456789012","apiId":"f6g7h8i9j0","domainName":"f6g7h8i9j0.execute-api.eu-west-1.amazonaws.com","http":{"method":"POST","path":"/orders","protocol":"HTTP/1.1","sourceIp":"203.0.113.9","userAgent":"example-client/1.0"},"requestId":"JKJaXmPLvHcESHA=","routeKey":"POST /orders","stage":"$default","time":"12/Mar/2026:19:03:58 +0000","timeEpoch":1773342238123},"body":"{\"sku\":\"A-100\",\"quantity\":2,\"note\":\"gift wrap, please\",\"email\":\"ana@example.com\"}","isBase64Encoded":false}"#.to_owned()
}

/// Events of about so many bytes, by what is in them.
pub(crate) fn events(bytes: usize) -> Vec<(&'static str, String)> {
    vec![
        ("prose", prose(bytes, SENTENCES.get(..4).unwrap_or(&SENTENCES))),
        ("prose of many marks", prose(bytes, &SENTENCES)),
        ("plain prose", format!("{{\"text\":\"{}\"}}", plain(bytes))),
        ("typographic prose", typographic(bytes)),
        (
            "russian prose",
            format!(
                "{{\"text\":\"{}\"}}",
                "Съешь же ещё этих мягких булок, да выпей чаю. ".repeat(bytes / 84)
            ),
        ),
        (
            "japanese prose",
            format!("{{\"text\":\"{}\"}}", "吾輩は猫である。名前はまだ無い。".repeat(bytes / 48)),
        ),
        ("arabic prose", arabic(bytes)),
        ("orders", orders(bytes)),
        ("source code", code(bytes)),
        ("log lines", log(bytes)),
        ("records", records(bytes)),
        ("contacts", contacts(bytes)),
        ("base64", format!("{{\"data\":\"{}==\"}}", base64(bytes))),
        ("nested JSON", nested(bytes)),
        ("queue messages", queue(bytes)),
    ]
}

fn escaped(text: &str) -> String {
    text.replace('"', "\\\"")
}

/// Paragraphs of sentences in one string.
fn prose(bytes: usize, sentences: &[&str]) -> String {
    let mut text = String::from("{\"text\":\"");
    for (number, sentence) in sentences.iter().cycle().enumerate() {
        if text.len() >= bytes {
            break;
        }
        text += &escaped(sentence);
        text += if number % 4 == 3 { "\\n" } else { " " };
    }
    text + "\"}"
}

/// Prose without any mark but commas and full stops.
fn plain(bytes: usize) -> String {
    "The order was shipped on Monday, and should arrive by the end of the week. We wait. "
        .repeat(bytes / 84)
}

fn typographic(bytes: usize) -> String {
    prose(bytes, SENTENCES.get(..4).unwrap_or(&SENTENCES))
        .replace('\'', "’")
        .replace("--", "—")
        .replace("\\\"", "”")
}

fn arabic(bytes: usize) -> String {
    let sentence = "وصلت الطلبية يوم الاثنين، وسنرسل الفاتورة غدا. ";
    format!("{{\"text\":\"{}\"}}", sentence.repeat(bytes / sentence.len()))
}

/// What `tests/bench` sends: notes of 2,000 bytes, each with some of everything.
fn orders(bytes: usize) -> String {
    let text = "Parcel for the side door, ring twice; café délivré \\\"fragile\\\" 12.50 EUR, \
                ref 2026-11-23/0042, call +44 20 7946 0000. ";
    let note = format!("{{\"id\":1042,\"note\":\"{}\"}}", text.repeat(2_000 / text.len()));
    format!("{{\"orders\":[{}]}}", vec![note.as_str(); bytes / note.len()].join(","))
}

/// Source code in one string.
fn code(bytes: usize) -> String {
    let lines = r#"/// The next item, if any.\nfn next(&mut self) -> Option<Item> {\n    let item = self.items.get(self.at)?;\n    self.at += 1;\n    if item.name == \"end\" && !self.done { return None; }\n    Some(item.clone())\n}\n\n"#;
    format!("{{\"file\":\"{}\"}}", lines.repeat(bytes / lines.len()))
}

/// A log of a server, a line a message.
fn log(bytes: usize) -> String {
    let line = r#"{"timestamp":1773342238123,"message":"2026-03-12T19:03:58.123Z INFO [worker-7] order.service - order=1042 state=paid took 31 ms (queue 4 ms), retry in 5s"}"#;
    format!("{{\"logEvents\":[{}]}}", vec![line; bytes / line.len()].join(","))
}

fn records(bytes: usize) -> String {
    let mut text = String::from("{\"rows\":[");
    for id in 0.. {
        if text.len() >= bytes {
            break;
        }
        let _ = write!(
            text,
            r#"{{"id":{id},"name":"widget {id}","price":19.99,"tags":["a","b"],"stock":true,"at":"2026-03-12T19:03:58Z","note":null}},"#
        );
    }
    text + "{}]}"
}

fn contacts(bytes: usize) -> String {
    let mut text = String::from("{\"people\":[");
    for id in 0.. {
        if text.len() >= bytes {
            break;
        }
        let _ = write!(
            text,
            r#"{{"id":"8f14e45f-ceea-467a-9f63-{id:012}","name":"Ana O'Neil","email":"ana.{id}@example.com","phone":"+44 20 7946 0958","web":"https://example.com/u/{id}","address":"1 Example Street, Flat #2\nExample Town"}},"#
        );
    }
    text + "{}]}"
}

fn base64(bytes: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 1u64;
    let mut letter = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(*ALPHABET.get((state >> 58) as usize).unwrap_or(&b'A'))
    };
    (0..bytes / 4 * 4 - 2).map(|_| letter()).collect()
}

fn nested(bytes: usize) -> String {
    let line = r#"{\"sku\":\"A-100\",\"quantity\":2,\"note\":\"gift wrap, please\"},"#;
    format!("{{\"detail\":\"[{}{{}}]\"}}", line.repeat(bytes / line.len()))
}

fn queue(bytes: usize) -> String {
    let message = r#"{"messageId":"059f36b4-87a3-44ab-83d2-661975970001","receiptHandle":"AQEBexample","body":"{\"order\":42,\"state\":\"paid\"}","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1773342238123","SenderId":"AIDAEXAMPLEID"},"messageAttributes":{},"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:orders","awsRegion":"eu-west-1"}"#;
    format!("{{\"Records\":[{}]}}", vec![message; bytes / message.len()].join(","))
}
