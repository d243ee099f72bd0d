//! The caps hold to the byte; what is promised and broken is a fault.
use super::*;

fn firehose(data: &[&str]) -> String {
    let records: Vec<_> = data
        .iter()
        .enumerate()
        .map(|(i, data)| format!(r#"{{"recordId":"{i}","data":{}}}"#, quoted(data)))
        .collect();
    format!(
        r#"{{"invocationId":"i","deliveryStreamArn":"arn:aws:firehose:eu-west-1:123456789012:deliverystream/d","region":"eu-west-1","records":[{}]}}"#,
        records.join(",")
    )
}

#[test]
fn base64_counts_to_the_byte() {
    let event = firehose(&[&base64(&[b'a'; 100]), &base64(&[b'b'; 50])]);
    let caps = |inflated_bytes| Caps { inflated_bytes, ..Caps::default() };
    let (contents, faults) = opened_with(event.clone(), &caps(150));
    assert_eq!((contents.len(), faults.len()), (2, 0));
    let (contents, faults) = opened_with(event.clone(), &caps(149));
    assert_eq!(contents.len(), 1);
    assert_eq!(faults, ["limits.inflated_bytes /records/1/data: more than 149 bytes"]);
    // What fits after something that did not is still opened.
    let (contents, faults) = opened_with(event, &caps(50));
    assert_eq!(contents, [format!("[1] data /records/1/data: {}", "b".repeat(50))]);
    assert_eq!(faults, ["limits.inflated_bytes /records/0/data: more than 50 bytes"]);
}

#[test]
fn steps_end_and_what_lies_beyond_is_not_given() {
    let caps = Caps { steps: 400, ..Caps::default() };
    // Members that no table knows.
    let members: Vec<_> = (0..100).map(|i| format!(r#""key{i}":"value""#)).collect();
    let event =
        format!(r#"{{"detail-type":"x","source":"s","detail":{{}},{}}}"#, members.join(","));
    let (contents, faults) = opened_with(event.clone(), &caps);
    assert!(contents.len() <= 10, "{}", contents.len());
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("limits.scan "), "{faults:?}");
    assert_eq!(opened_with(event, &Caps::default()).1, [""; 0]);
    // A payload that is gone over for what it is; every item that is cut off says so.
    let dense = gzip(format!("[{}1]", "1,".repeat(1_000)).as_bytes());
    let event = firehose(&[&base64(b"{}"), &base64(&dense), &base64(b"{}")]);
    let (contents, faults) = opened_with(event.clone(), &caps);
    assert_eq!(contents, ["[0] data json /records/0/data: {}"]);
    let expected =
        [1, 2].map(|item| format!("limits.scan /records/{item}/data: more than 400 steps"));
    assert_eq!(faults, expected);
    let (contents, faults) = opened_with(event, &Caps::default());
    assert_eq!((contents.len(), faults.len()), (3, 0));
}

#[test]
fn inflating_counts_to_the_byte() {
    for pack in [gzip, zlib] {
        let packed = pack(&vec![b'x'; 100_000]);
        let event = firehose(&[&base64(&packed)]);
        let exactly = 100_000 + packed.len() as u64;
        let caps = Caps { inflated_bytes: exactly, ..Caps::default() };
        let (contents, faults) = opened_with(event.clone(), &caps);
        assert_eq!(contents, [format!("[0] data /records/0/data: {}", "x".repeat(100_000))]);
        assert_eq!(faults, [""; 0]);
        let caps = Caps { inflated_bytes: exactly - 1, ..Caps::default() };
        let (contents, faults) = opened_with(event, &caps);
        assert_eq!(contents, [format!("[0] data /records/0/data: {}", "x".repeat(99_999))]);
        let limit = exactly - 1;
        let expected = format!("limits.inflated_bytes /records/0/data: more than {limit} bytes");
        assert_eq!(faults, [expected]);
    }
}

#[test]
fn a_bomb_in_a_bomb_stays_within_the_caps() {
    // Zeros of 6 GB in effect: 6 MB packed a thousandfold, packed again.
    let zeros = gzip(&vec![0; 6_000_000]);
    let many = zeros.repeat(1000);
    let event = firehose(&[&base64(&gzip(&many))]);
    let parsed = classified(event);
    let mut bytes = 0;
    let caps = Caps::default();
    let faults = open(&parsed, &caps, &mut |content| bytes += content.bytes.len() as u64);
    assert!(bytes <= caps.inflated_bytes);
    assert_eq!(faults.first().map(|fault| fault.check), Some(INFLATED_BYTES));
}

#[test]
fn packed_data_in_packed_data_counts_as_nesting() {
    let pack = |times: usize| (0..times).fold(b"core".to_vec(), |data, _| gzip(&data));
    let (contents, faults) = opened_with(firehose(&[&base64(&pack(7))]), &Caps::default());
    assert_eq!(contents, ["[0] data /records/0/data ^6: core"]);
    assert_eq!(faults, [""; 0]);
    let (contents, faults) = opened_with(firehose(&[&base64(&pack(8))]), &Caps::default());
    assert_eq!(contents.len(), 1);
    assert!(contents[0].starts_with("[0] data binary /records/0/data ^6: "));
    assert_eq!(faults, ["limits.nesting /records/0/data: more than 6 envelopes in one another"]);
}

#[test]
fn envelopes_nest_as_deep_as_they_may() {
    let nested = |levels: usize| {
        (0..levels).fold("core".to_owned(), |inner, _| {
            format!(
                r#"{{"detail-type":"t","source":"s","detail":{}}}"#,
                if inner == "core" { "{\"core\":1}".to_owned() } else { inner }
            )
        })
    };
    let (contents, faults) = opened_with(nested(7), &Caps::default());
    assert!(contents.contains(&format!("detail json {} ^6: {{\"core\":1}}", "/detail".repeat(7))));
    assert_eq!(faults, [""; 0]);
    let (contents, faults) = opened_with(nested(8), &Caps::default());
    assert!(contents.last().unwrap().ends_with("\"detail\":{\"core\":1}}"));
    let at = "/detail".repeat(7);
    assert_eq!(faults, [format!("limits.nesting {at}: more than 6 envelopes in one another")]);
    let (_, faults) = opened_with(nested(100), &Caps::default());
    assert_eq!(faults.len(), 1);
}

#[test]
fn promises_that_are_broken_are_faults_of_their_item() {
    let event = firehose(&["b@d", &base64(b"good"), "Zg=", "worse"]);
    let (contents, faults) = opened_with(event, &Caps::default());
    assert_eq!(
        contents,
        [
            "[0] data /records/0/data: b@d",
            "[1] data /records/1/data: good",
            "[2] data /records/2/data: Zg=",
            "[3] data /records/3/data: worse",
        ]
    );
    assert_eq!(
        faults,
        [
            "schema.envelope /records/0/data: base64",
            "schema.envelope /records/2/data: base64",
            "schema.envelope /records/3/data: base64",
        ]
    );
    let logs = |data: &str| format!(r#"{{"awslogs":{{"data":{}}}}}"#, quoted(data));
    for (data, detail) in [
        (base64(b"plain"), "gzip"),
        (base64(&gzip(b"plain")), "JSON in gzip"),
        (base64(&gzip(b"{}")[..15]), "gzip"),
        ("!".to_owned(), "base64"),
    ] {
        let (_, faults) = opened_with(logs(&data), &Caps::default());
        assert_eq!(faults.first(), Some(&format!("schema.envelope /awslogs/data: {detail}")));
    }
}

#[test]
fn packed_data_that_nobody_promised_may_be_broken() {
    let whole = gzip(&[b'x'; 5000]);
    let cut = whole.get(..whole.len() - 6).unwrap();
    let (contents, faults) = opened_with(firehose(&[&base64(cut)]), &Caps::default());
    assert_eq!(contents, [format!("[0] data /records/0/data: {}", "x".repeat(5000))]);
    assert_eq!(faults, [""; 0]);
    // Zlib's first bytes by chance.
    let (contents, faults) = opened_with(firehose(&[&base64(b"x\x9cnot zlib")]), &Caps::default());
    assert_eq!(contents.len(), 1);
    assert!(contents[0].contains("not zlib"), "{contents:?}");
    assert_eq!(faults, [""; 0]);
}

#[test]
fn members_of_a_gzip_file_are_put_together() {
    let two = [gzip(b"one, "), gzip(b"two")].concat();
    let (contents, _) = opened_with(firehose(&[&base64(&two)]), &Caps::default());
    assert_eq!(contents, ["[0] data /records/0/data: one, two"]);
}

#[test]
fn more_items_than_any_service_sends_belong_to_no_item() {
    let data: Vec<&str> = vec!["!"; 10_003];
    let event = classified(firehose(&data));
    assert_eq!(event.batch(), []);
    assert_eq!(event.without(&[0]), None);
    let mut without_item = 0;
    let faults = open(&event, &Caps::default(), &mut |content| {
        without_item += u32::from(content.item.is_none());
    });
    assert_eq!(without_item, 3);
    assert_eq!(faults.len(), 10_001);
}
