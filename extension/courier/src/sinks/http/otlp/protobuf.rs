//! The few forms of protobuf's wire format that OTLP logs need ("Encoding", protobuf.dev).

use super::{Partial, clip};

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED32: u64 = 5;

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    fn key(&mut self, field: u64, wire: u64) {
        push_varint(&mut self.bytes, field << 3 | wire);
    }

    pub(super) fn varint(&mut self, field: u64, value: u64) -> &mut Self {
        self.key(field, VARINT);
        push_varint(&mut self.bytes, value);
        self
    }

    pub(super) fn fixed64(&mut self, field: u64, value: u64) -> &mut Self {
        self.key(field, FIXED64);
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    pub(super) fn bytes(&mut self, field: u64, value: &[u8]) -> &mut Self {
        self.key(field, LENGTH);
        push_varint(&mut self.bytes, value.len() as u64);
        self.bytes.extend_from_slice(value);
        self
    }

    pub(super) fn text(&mut self, field: u64, value: &str) -> &mut Self {
        self.bytes(field, value.as_bytes())
    }

    pub(super) fn message(&mut self, field: u64, value: &Self) -> &mut Self {
        self.bytes(field, &value.bytes)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while let low @ 0x80.. = value {
        bytes.push(low.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

/// One field of a message that is being read.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn read_field<'a>(bytes: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let key = read_varint(bytes)?;
    let value = match key & 7 {
        VARINT => Value::Number(read_varint(bytes)?),
        LENGTH => {
            let length = usize::try_from(read_varint(bytes)?).ok()?;
            let (value, rest) = bytes.split_at_checked(length)?;
            *bytes = rest;
            Value::Bytes(value)
        }
        wire @ (FIXED64 | FIXED32) => {
            let (value, rest) = bytes.split_at_checked(if wire == FIXED64 { 8 } else { 4 })?;
            *bytes = rest;
            Value::Bytes(value)
        }
        _ => return None,
    };
    Some((key >> 3, value))
}

/// `ExportLogsServiceResponse`: its field 1 holds the rejected records (1) and a message (2).
pub(super) fn partial(mut answer: &[u8]) -> Option<Partial> {
    let mut partial = Partial::default();
    while !answer.is_empty() {
        let (1, Value::Bytes(mut success)) = read_field(&mut answer)? else { continue };
        while !success.is_empty() {
            match read_field(&mut success)? {
                (1, Value::Number(rejected)) => {
                    partial.rejected = u32::try_from(rejected).unwrap_or(u32::MAX);
                }
                (2, Value::Bytes(text)) => {
                    partial.note = clip(String::from_utf8_lossy(text).into_owned());
                }
                _ => {}
            }
        }
    }
    Some(partial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_known_bytes() {
        // The examples of protobuf's own page: 150 in field 1, "testing" in field 2.
        let mut message = Message::default();
        message.varint(1, 150).text(2, "testing").fixed64(3, 1);
        let expected = b"\x08\x96\x01\x12\x07testing\x19\x01\0\0\0\0\0\0\0";
        assert_eq!(message.into_bytes(), expected);
        let mut bytes = Vec::new();
        push_varint(&mut bytes, u64::MAX);
        assert_eq!(bytes.len(), 10);
        assert_eq!(read_varint(&mut bytes.as_slice()), Some(u64::MAX));
    }
}
