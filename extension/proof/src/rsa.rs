//! RSA signatures, verified (RFC 8017): PKCS #1 v1.5 and PSS.
//!
//! Everything here is public: nothing needs constant time. The arithmetic is `crypto-bigint`'s, in
//! two widths; the paddings are built and compared here.
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, Uint, Word};

use crate::hash::Hash;

/// The sizes of a modulus that are taken, in bits.
const BITS: std::ops::RangeInclusive<u32> = 2048..=4096;
/// Words of the two widths, in 64 bits each.
const NARROW: usize = 2048 / Word::BITS as usize;
const WIDE: usize = 4096 / Word::BITS as usize;
const WORD_BYTES: usize = Word::BITS as usize / 8;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RsaKey {
    /// Big-endian, without leading zeros.
    modulus: Vec<u8>,
    bits: u32,
    exponent: u32,
}

impl RsaKey {
    /// The key of this modulus and exponent, both big-endian: a modulus of 2,048 to 4,096 bits that
    /// is odd, an odd exponent from 3 to 2³² - 1.
    pub(crate) fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let modulus = without_zeros(modulus);
        let exponent = without_zeros(exponent);
        let number = exponent.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        let number = u32::try_from(number).ok().filter(|_| exponent.len() <= 4)?;
        let bits = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
        let bits = bits - modulus.first()?.leading_zeros();
        let odd = modulus.last().is_some_and(|last| last % 2 == 1);
        let fits = BITS.contains(&bits) && odd && number % 2 == 1 && number >= 3;
        fits.then(|| Self { modulus: modulus.to_vec(), bits, exponent: number })
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.2): the padded digest is built and compared whole.
    pub(crate) fn verify_pkcs1(&self, hash: Hash, parts: &[&[u8]], signature: &[u8]) -> bool {
        let digest = hash.of(parts);
        let info = digest_info(hash);
        let length = self.modulus.len();
        let Some(padding) = length.checked_sub(3 + info.len() + digest.len()) else { return false };
        let mut expected = vec![0, 1];
        expected.resize(2 + padding, 0xff);
        expected.push(0);
        expected.extend_from_slice(info);
        expected.extend_from_slice(&digest);
        self.open(signature).is_some_and(|message| message == expected)
    }

    /// RSASSA-PSS (RFC 8017, section 8.1.2) with MGF1 of the same hash and a salt of the digest's
    /// length, as RFC 7518 (section 3.5) fixes it.
    pub(crate) fn verify_pss(&self, hash: Hash, parts: &[&[u8]], signature: &[u8]) -> bool {
        let Some(opened) = self.open(signature) else { return false };
        // The message has one bit less than the modulus, and so sometimes one byte less.
        let unused = 8 * opened.len() as u64 - u64::from(self.bits - 1);
        let message = match opened.split_first() {
            Some((0, rest)) if unused == 8 => rest,
            Some(_) if unused < 8 => opened.as_slice(),
            _ => return false,
        };
        pss(hash, &hash.of(parts), message, u32::try_from(unused % 8).unwrap_or_default())
    }

    /// The signature to the power of the exponent, as long as the modulus.
    fn open(&self, signature: &[u8]) -> Option<Vec<u8>> {
        // Both have no more bytes than the modulus, so that they compare as numbers.
        if signature.len() != self.modulus.len() || signature >= self.modulus.as_slice() {
            return None;
        }
        if self.bits <= 2048 {
            self.power::<NARROW>(signature)
        } else {
            self.power::<WIDE>(signature)
        }
    }

    fn power<const WORDS: usize>(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let modulus = Odd::new(number::<WORDS>(&self.modulus)?).into_option()?;
        let parameters = FixedMontyParams::new_vartime(modulus);
        let base = FixedMontyForm::new(&number::<WORDS>(signature)?, &parameters);
        let mut power = base;
        for bit in (0..self.exponent.ilog2()).rev() {
            power = power.square();
            if self.exponent >> bit & 1 == 1 {
                power = power.mul(&base);
            }
        }
        let words = power.retrieve();
        let bytes: Vec<u8> =
            words.as_words().iter().rev().flat_map(|it| it.to_be_bytes()).collect();
        bytes.get(bytes.len().checked_sub(self.modulus.len())?..).map(<[u8]>::to_vec)
    }
}

/// The rest of a PSS message (RFC 8017, section 9.1.2, steps 3 to 14).
fn pss(hash: Hash, digest: &[u8], message: &[u8], unused_bits: u32) -> bool {
    let length = hash.bytes();
    let Some((0xbc, message)) = message.split_last() else { return false };
    let Some(masked) = message.len().checked_sub(length) else { return false };
    let Some((masked, told)) = message.split_at_checked(masked) else { return false };
    let first_mask = 0xff >> unused_bits;
    if masked.first().is_none_or(|first| first & !first_mask != 0) {
        return false;
    }
    let mut block: Vec<u8> =
        masked.iter().zip(mask(hash, told, masked.len())).map(|(byte, mask)| byte ^ mask).collect();
    if let Some(first) = block.first_mut() {
        *first &= first_mask;
    }
    let Some(padding) = block.len().checked_sub(length + 1) else { return false };
    let Some((padding, rest)) = block.split_at_checked(padding) else { return false };
    let Some((1, salt)) = rest.split_first() else { return false };
    padding.iter().all(|byte| *byte == 0) && hash.of(&[&[0; 8], digest, salt]) == told
}

/// MGF1 (RFC 8017, appendix B.2.1).
fn mask(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0u32..).map(|counter| hash.of(&[seed, &counter.to_be_bytes()]));
    blocks.flatten().take(length).collect()
}

/// What stands before a digest in a PKCS #1 v1.5 signature (RFC 8017, section 9.2, notes).
const fn digest_info(hash: Hash) -> &'static [u8] {
    const SHA1: &[u8] = &[0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14];
    const SHA256: &[u8] =
        &[0x30, 0x31, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];
    const SHA384: &[u8] =
        &[0x30, 0x41, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2, 5, 0, 4, 0x30];
    const SHA512: &[u8] =
        &[0x30, 0x51, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 0x40];
    match hash {
        Hash::Sha1 => SHA1,
        Hash::Sha256 => SHA256,
        Hash::Sha384 => SHA384,
        Hash::Sha512 => SHA512,
    }
}

/// A big-endian number that has at most so many words.
fn number<const WORDS: usize>(bytes: &[u8]) -> Option<Uint<WORDS>> {
    let mut words = [0 as Word; WORDS];
    for (index, chunk) in bytes.rchunks(WORD_BYTES).enumerate() {
        *words.get_mut(index)? = chunk.iter().fold(0, |sum, byte| sum << 8 | Word::from(*byte));
    }
    Some(Uint::from_words(words))
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
