//! Keys and paddings; signatures of other libraries are in the tests of tokens and messages.
use super::*;
use crate::certificate::Certificate;

fn key() -> RsaKey {
    let peers: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/fixtures/peers.json")).unwrap();
    let pem = peers["sns"]["certificate"].as_str().unwrap();
    Certificate::read_all(pem).unwrap().first().unwrap().key().clone()
}

#[test]
fn keys_out_of_bounds_are_none() {
    let modulus = |bytes: usize, first: u8, last: u8| {
        let mut modulus = vec![first];
        modulus.resize(bytes, 0xab);
        *modulus.last_mut().unwrap() = last;
        modulus
    };
    let key = |modulus: &[u8], exponent: &[u8]| RsaKey::new(modulus, exponent);
    assert!(key(&modulus(256, 0x80, 1), &[1, 0, 1]).is_some());
    assert!(key(&modulus(257, 0, 1), &[0, 1, 0, 1]).is_some());
    assert!(key(&[&[0], modulus(256, 0x80, 1).as_slice()].concat(), &[3]).is_some());
    assert!(key(&modulus(512, 0xff, 1), &[0xff, 0xff, 0xff, 0xff]).is_some());
    assert!(key(&modulus(256, 0x7f, 1), &[1, 0, 1]).is_none());
    assert!(key(&modulus(256, 0x80, 2), &[1, 0, 1]).is_none());
    assert!(key(&modulus(513, 1, 1), &[1, 0, 1]).is_none());
    for exponent in [&[][..], &[0], &[1], &[2], &[4], &[1, 0, 0, 0, 1], &[0; 3]] {
        assert!(key(&modulus(256, 0x80, 1), exponent).is_none(), "{exponent:?}");
    }
    assert!(key(&[], &[3]).is_none());
}

#[test]
fn signatures_of_no_length_or_no_number_are_refused() {
    let key = key();
    let parts: [&[u8]; 1] = [b"text"];
    for signature in
        [vec![], vec![0; 255], vec![0; 256], vec![1; 257], vec![0xff; 256], key.modulus.clone()]
    {
        for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
            assert!(!key.verify_pkcs1(hash, &parts, &signature));
            assert!(!key.verify_pss(hash, &parts, &signature));
        }
    }
}

#[test]
fn a_pss_message_is_held_byte_by_byte() {
    // Built here by the definition; a real one stands or falls with each of its parts.
    let hash = Hash::Sha256;
    let (digest, salt) = (hash.of(&[b"text"]), [7; 32]);
    let told = hash.of(&[&[0; 8], &digest, &salt]);
    let build = |unused_bits: u32, one: u8, fill: u8| {
        let mut block = vec![fill; 256 - 32 - 1 - 33];
        block.push(one);
        block.extend(salt);
        let mut message: Vec<u8> = block
            .iter()
            .zip(mask(hash, &told, block.len()))
            .map(|(byte, mask)| byte ^ mask)
            .collect();
        *message.first_mut().unwrap() &= 0xff >> unused_bits;
        message.extend(&told);
        message.push(0xbc);
        message
    };
    let message = build(1, 1, 0);
    assert!(pss(hash, &digest, &message, 1));
    assert!(pss(hash, &digest, &build(7, 1, 0), 7));
    assert!(!pss(hash, &digest, &build(1, 2, 0), 1));
    assert!(!pss(hash, &digest, &build(1, 1, 1), 1));
    assert!(!pss(hash, &hash.of(&[b"other"]), &message, 1));
    for index in [0, 100, 222, 254, 255] {
        let mut broken = message.clone();
        *broken.get_mut(index).unwrap() ^= 0x80;
        assert!(!pss(hash, &digest, &broken, 1), "{index}");
    }
    for length in [0, 1, 32, 33, 65] {
        assert!(!pss(hash, &digest, message.get(..length).unwrap(), 1));
    }
}
