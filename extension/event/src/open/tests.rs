//! Each trigger's contents, envelopes in envelopes, the caps, and any bytes at all.
mod caps;
mod envelopes;
mod http;
mod properties;
mod triggers;

use bytes::Bytes;

use super::*;

/// An event, as it came.
fn classified(json: impl Into<Vec<u8>>) -> Classified {
    let raw = RawEvent::new(Invocation::default(), Bytes::from(json.into()));
    classify(decode(raw, &Limits::default()))
}

/// Each content as `[item] part(name) media @pointer ^level: bytes`, without what it has not.
fn shown(content: &Content<'_>) -> String {
    let item = content.item.map_or(String::new(), |item| format!("[{item}] "));
    let name = content.name.map_or(String::new(), |name| format!("({name})"));
    let level = if content.level == 0 { String::new() } else { format!(" ^{}", content.level) };
    let media = if content.media == Media::Text { "" } else { content.media.as_str() };
    let media = if media.is_empty() { String::new() } else { format!(" {media}") };
    let bytes = String::from_utf8_lossy(content.bytes);
    format!("{item}{}{name}{media} {}{level}: {bytes}", content.part, content.pointer)
}

/// What opening gives, and what it finds wrong.
fn opened_with(json: impl Into<Vec<u8>>, caps: &Caps) -> (Vec<String>, Vec<String>) {
    let event = classified(json);
    let mut contents = Vec::new();
    let faults = open(&event, caps, &mut |content| contents.push(shown(content)));
    let faults = faults.iter().map(|f| format!("{} {}: {}", f.check, f.at, f.detail)).collect();
    (contents, faults)
}

#[track_caller]
fn check(json: &str, expected: &[&str]) {
    let (contents, faults) = opened_with(json, &Caps::default());
    assert_eq!(contents, expected, "{json}");
    assert_eq!(faults, [""; 0], "{json}");
}

/// Text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    base64::encode(bytes)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let deflated = miniz_oxide::deflate::compress_to_vec(bytes, 6);
    let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    [&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], &deflated[..], &[0; 4], &size].concat()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(bytes, 6)
}

/// Each content names the item that its place lies in; gives how many items have contents.
fn check_items(event: &Classified) -> usize {
    let items = event.batch();
    let mut seen = std::collections::BTreeSet::new();
    let _faults = open(event, &Caps::default(), &mut |content| {
        let at = content.pointer.to_string();
        let holds: Vec<_> = items.iter().filter(|item| item.holds(&at)).collect();
        match content.item.and_then(|index| items.get(index as usize)) {
            Some(item) => assert!(holds.contains(&item), "{at}"),
            None => assert_eq!(holds, Vec::<&crate::Item>::new(), "{at}"),
        }
        seen.extend(content.item);
    });
    seen.len()
}
