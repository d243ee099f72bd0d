//! ECDSA on P-256 with SHA-256, verified (FIPS 186-5, section 6.4.2), fast for a key that stays.
//!
//! Everything here is public: nothing needs constant time. Field and group are those of the crate
//! `p256`; its own verification takes 175 µs here, with the tables below it takes 66 µs.
use std::sync::OnceLock;

use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::group::Group as _;
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::sec1::FromSec1Point as _;
use p256::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};

use crate::hash::Hash;

/// A public key, with its table once it was used.
#[derive(Debug, Clone)]
pub(crate) struct CurveKey {
    point: AffinePoint,
    /// 25 KB.
    table: OnceLock<Table>,
}

impl CurveKey {
    /// The key of these coordinates, 32 bytes each; `None` if they are no point of the curve.
    pub(crate) fn new(x: &[u8], y: &[u8]) -> Option<Self> {
        if x.len() != 32 || y.len() != 32 {
            return None;
        }
        let point = AffinePoint::from_sec1_bytes(&[&[4], x, y].concat()).ok()?;
        (point != AffinePoint::IDENTITY).then(|| Self { point, table: OnceLock::new() })
    }

    /// Whether `signature`, as r and s of 32 bytes each, is one of the parts.
    pub(crate) fn verify(&self, parts: &[&[u8]], signature: &[u8]) -> bool {
        self.holds(&Hash::Sha256.of(parts), signature).unwrap_or(false)
    }

    fn holds(&self, digest: &[u8], signature: &[u8]) -> Option<bool> {
        static GENERATOR: OnceLock<Table> = OnceLock::new();
        let (r, s) = signature.split_at_checked(32)?;
        let [r, s] = [scalar(r)?, scalar(s)?];
        let inverse = s.invert_vartime().into_option()?;
        let hashed = reduced(&FieldBytes::try_from(digest).ok()?);
        let own = self.table.get_or_init(|| Table::new(self.point.into()));
        let generator = GENERATOR.get_or_init(|| Table::new(ProjectivePoint::generator()));
        let mut sums = Sums([ProjectivePoint::IDENTITY; 2]);
        sums.add(generator, &(hashed * inverse));
        sums.add(own, &(r * inverse));
        let sum = sums.total().to_affine();
        Some(sum != AffinePoint::IDENTITY && reduced(&sum.x()) == r)
    }
}

/// A number from 1 to the order of the curve less 1, in 32 bytes.
fn scalar(bytes: &[u8]) -> Option<Scalar> {
    let scalar = Scalar::from_repr(FieldBytes::try_from(bytes).ok()?).into_option()?;
    (scalar != Scalar::ZERO).then_some(scalar)
}

/// A number of 32 bytes, less the order of the curve as often as that is in it.
fn reduced(bytes: &FieldBytes) -> Scalar {
    <Scalar as Reduce<FieldBytes>>::reduce(bytes)
}

/// How many bytes a scalar has, and one for what is carried.
const ROWS: usize = 33;
/// How many nibbles that makes, but for the last.
const DIGITS: usize = 2 * ROWS - 1;

/// The multiples 1 to 8 of a point times 256 to the power of each row.
#[derive(Debug, Clone)]
struct Table(Vec<[ProjectivePoint; 8]>);

impl Table {
    fn new(point: ProjectivePoint) -> Self {
        let mut base = point;
        let rows = (0..ROWS).map(|_| {
            let mut multiple = ProjectivePoint::IDENTITY;
            let row = [(); 8].map(|()| {
                multiple += base;
                multiple
            });
            // The last is 8 times the base; 5 doublings more make it 256 times.
            base = (0..5).fold(multiple, |point, _| point.double());
            row
        });
        Self(rows.collect())
    }
}

/// Sums of the digits at even and at odd places.
struct Sums([ProjectivePoint; 2]);

impl Sums {
    /// Adds a point so many times, by its table.
    fn add(&mut self, table: &Table, times: &Scalar) {
        let digits = digits(times);
        let (pairs, last) = digits.as_chunks::<2>();
        let last = last.first().map(|digit| [*digit, 0]);
        let [even, odd] = &mut self.0;
        for (row, [low, high]) in table.0.iter().zip(pairs.iter().copied().chain(last)) {
            add_digit(even, row, low);
            add_digit(odd, row, high);
        }
    }

    fn total(self) -> ProjectivePoint {
        let [even, odd] = self.0;
        even + (0..4).fold(odd, |point, _| point.double())
    }
}

fn add_digit(sum: &mut ProjectivePoint, row: &[ProjectivePoint; 8], digit: i8) {
    let Some(index) = usize::from(digit.unsigned_abs()).checked_sub(1) else { return };
    let Some(multiple) = row.get(index) else { return };
    if digit > 0 { *sum += multiple } else { *sum -= multiple }
}

/// A scalar to the base of 16, least digit first, each from -7 to 8.
fn digits(scalar: &Scalar) -> [i8; DIGITS] {
    let bytes = scalar.to_repr();
    let mut nibbles = bytes.iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
    let mut carry = 0;
    [(); DIGITS].map(|()| {
        let digit = nibbles.next().map_or(0, u8::cast_signed) + carry;
        carry = i8::from(digit > 8);
        digit - 16 * carry
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::hex;

    // RFC 6979, appendix A.2.5: the key, and its signatures with SHA-256 of "sample" and "test".
    const X: &[u8] = b"60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6";
    const Y: &[u8] = b"7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
    const SAMPLE: &[u8] = b"EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
    const TEST: &[u8] = b"F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367\
019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083";

    fn key() -> CurveKey {
        CurveKey::new(&hex(X).unwrap(), &hex(Y).unwrap()).unwrap()
    }

    #[test]
    fn the_published_signatures_hold_for_their_texts_only() {
        let (sample, test) = (hex(SAMPLE).unwrap(), hex(TEST).unwrap());
        assert!(key().verify(&[b"sample"], &sample));
        assert!(key().verify(&[b"te", b"st"], &test));
        assert!(!key().verify(&[b"test"], &sample));
        for (index, bit) in (0..64).map(|index| (index, 1 << (index % 8))) {
            let mut broken = sample.clone();
            *broken.get_mut(index).unwrap() ^= bit;
            assert!(!key().verify(&[b"sample"], &broken), "{index}");
        }
    }

    #[test]
    fn numbers_out_of_range_and_points_off_the_curve_are_none() {
        const ORDER: &[u8] = b"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
        let sample = hex(SAMPLE).unwrap();
        let (r, s) = sample.split_at(32);
        let order = hex(ORDER).unwrap();
        for bad in [vec![0; 32], order, vec![0xff; 32]] {
            assert!(!key().verify(&[b"sample"], &[r, &bad].concat()));
            assert!(!key().verify(&[b"sample"], &[&bad, s].concat()));
        }
        for bad in [&sample[..63], &[&sample[..], &[0]].concat(), &[]] {
            assert!(!key().verify(&[b"sample"], bad));
        }
        let (x, y) = (hex(X).unwrap(), hex(Y).unwrap());
        assert!(CurveKey::new(&y, &x).is_none());
        assert!(CurveKey::new(&[0; 32], &[0; 32]).is_none());
        assert!(CurveKey::new(&x[1..], &y).is_none());
    }

    #[test]
    fn digits_give_the_scalar_again() {
        for number in [0u64, 1, 8, 9, 15, 16, 0x88, 0xffff_ffff_ffff_ffff, 0x9999_8888_7777_6666] {
            for scalar in [Scalar::from(number), -Scalar::from(number)] {
                let digits = digits(&scalar);
                assert!(digits.iter().all(|digit| (-7..=8).contains(digit)));
                let sum = digits.iter().rev().fold(Scalar::ZERO, |sum, digit| {
                    let size = Scalar::from(u64::from(digit.unsigned_abs()));
                    sum * Scalar::from(16u64) + if *digit < 0 { -size } else { size }
                });
                assert_eq!(sum, scalar);
            }
        }
    }
}
