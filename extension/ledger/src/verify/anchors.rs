//! Anchors as they are kept: lists of our own, and rows of the budget table as DynamoDB hands them out.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::roots::{Anchor, RootsError, hex_text, json};
use crate::hash::Hash;

/// Where DynamoDB's answers, exports and streams hold items: `Scan` and `Query` in `Items`,
/// `GetItem` and exports in `Item`, stream records in `dynamodb` and there in `NewImage`, and what
/// Lambda is handed of a stream in `Records`.
const WITHIN: [&str; 5] = ["Items", "Item", "Records", "dynamodb", "NewImage"];

impl Anchor {
    /// Reads a list of `{"chain", "seq", "head"}`, as a JSON array or one object a line. Other
    /// fields are passed over. Rows of the budget table are read too, in every form in which
    /// DynamoDB hands them out as JSON; rows without an anchor are passed over.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, an entry is wrong, or there is no anchor in it.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, RootsError> {
        let entries = match serde_json::from_str(text) {
            Ok(Value::Array(entries)) => entries,
            Ok(entry) => vec![entry],
            _ => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(json)
                .collect::<Result<_, _>>()?,
        };
        let mut anchors = Vec::new();
        for (position, entry) in entries.iter().enumerate() {
            gather(entry, &mut anchors)
                .map_err(|why| RootsError::Entry { entry: position + 1, why })?;
        }
        if anchors.is_empty() {
            return Err(RootsError::NoAnchor);
        }
        Ok(anchors)
    }

    fn listed(entry: &Value) -> Result<Self, &'static str> {
        let field = |name| entry.get(name).unwrap_or(&Value::Null);
        Ok(Self {
            chain: hex_text(field("chain")).ok_or("`chain` must be 32 lower-case hex digits")?,
            seq: field("seq").as_u64().ok_or("`seq` must be a number")?,
            head: hex_text(field("head"))
                .map(Hash::new)
                .ok_or("`head` must be 64 lower-case hex digits")?,
        })
    }

    /// A row whose attributes carry their types: extension/docs/leases.md names them.
    fn row(item: &Value) -> Result<Self, &'static str> {
        let typed = |name: &str, kind: &str| {
            item.get(name).and_then(|attribute| attribute.get(kind)).unwrap_or(&Value::Null)
        };
        let seq = typed("anchorSeq", "N").as_str().and_then(|digits| digits.parse().ok());
        let head = typed("anchorHead", "B").as_str().and_then(|text| STANDARD.decode(text).ok());
        Ok(Self {
            chain: hex_text(typed("anchorChain", "S"))
                .ok_or("`anchorChain` must be an S of 32 lower-case hex digits")?,
            seq: seq.ok_or("`anchorSeq` must be an N")?,
            head: head
                .and_then(|bytes| bytes.try_into().ok())
                .map(Hash::new)
                .ok_or("`anchorHead` must be a B of 32 bytes in base64")?,
        })
    }
}

/// Takes the anchors out of one entry: out of all rows that it holds, or of the entry itself.
fn gather(entry: &Value, anchors: &mut Vec<Anchor>) -> Result<(), &'static str> {
    let mut stack = vec![entry];
    while let Some(value) = stack.pop() {
        if let Value::Array(list) = value {
            stack.extend(list.iter().rev());
            continue;
        }
        let inner = WITHIN.iter().find_map(|name| value.get(name));
        match inner {
            Some(inner) => stack.push(inner),
            None if value.get("anchorChain").is_some() => anchors.push(Anchor::row(value)?),
            // A row of another kind, or of an environment that had no ledger yet.
            None if is_row(value) => {}
            None => anchors.push(Anchor::listed(value)?),
        }
    }
    Ok(())
}

/// Whether each attribute of an object is an object with its type alone, as in a row; what a stream
/// record says beside a row has no `chain` either.
fn is_row(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        !object.contains_key("chain") && object.values().any(Value::is_object)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAIN: &str = "00112233445566778899aabbccddeeff";
    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn row(seq: u64) -> String {
        let head = STANDARD.encode([7; 32]);
        format!(
            r#"{{"id": {{"S": "budget#a"}}, "anchorChain": {{"S": "{CHAIN}"}},
                "anchorSeq": {{"N": "{seq}"}}, "anchorHead": {{"B": "{head}"}}}}"#
        )
    }

    #[test]
    fn anchors_are_read_as_array_and_as_lines() {
        let one = format!(r#"{{"chain":"{CHAIN}","seq":7,"head":"{KEY}","leased":1}}"#);
        let array = Anchor::parse_all(&format!("[{one},{one}]")).unwrap();
        assert_eq!(array, Anchor::parse_all(&format!("{one}\n\n{one}\n")).unwrap());
        assert_eq!((array.len(), array[0].seq), (2, 7));
        let error = Anchor::parse_all(&one.replace(":7", ":-7")).unwrap_err();
        assert_eq!(error.to_string(), "entry 1: `seq` must be a number");
    }

    #[test]
    fn rows_are_read_as_dynamodb_hands_them_out() {
        let bare = r#"{"id": {"S": "orders"}, "expires": {"N": "7"}}"#;
        let (seven, nine) = (row(7), row(9));
        let flat = |text: &str| text.replace('\n', "");
        for text in [
            format!(r#"{{"Items": [{seven}, {bare}, {nine}], "Count": 3}}"#),
            format!("{}\n{}\n", flat(&seven), flat(&nine)),
            format!("{{\"Item\":{}}}\n{{\"Item\":{}}}\n", flat(&seven), flat(&nine)),
            format!(
                r#"{{"Records": [{{"eventName": "MODIFY", "dynamodb": {{"NewImage": {seven}}}}},
                    {{"eventName": "REMOVE", "dynamodb": {{"Keys": {{"id": {{"S": "a"}}}}}}}},
                    {{"dynamodb": {{"NewImage": {nine}}}}}]}}"#
            ),
        ] {
            let anchors = Anchor::parse_all(&text).unwrap();
            let seqs: Vec<_> = anchors.iter().map(|anchor| anchor.seq).collect();
            assert_eq!(seqs, [7, 9], "{text}");
            assert_eq!(anchors[0].head, Hash::new([7; 32]));
        }
        assert_eq!(Anchor::parse_all(bare), Err(RootsError::NoAnchor));
        let error = Anchor::parse_all(&seven.replace(r#""N""#, r#""S""#)).unwrap_err();
        assert_eq!(error.to_string(), "entry 1: `anchorSeq` must be an N");
    }
}
