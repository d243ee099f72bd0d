//! Gzip (RFC 1952) and zlib (RFC 1950), with a bound on what comes out.
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// The two containers of a deflate stream that are told by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zlib,
}

/// Why nothing, or not all, was inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is broken or cut; what came before that is in the buffer.
    Broken,
    /// It gives more bytes than it may; the buffer is full.
    TooMuch,
}

/// How much room there is first, and at least: most documents are smaller than four times this.
const ROOM_MIN: usize = 4096;

/// Tells by the first bytes how data is packed, if it is. One in a thousand of random data is taken
/// for zlib.
pub(super) fn packing(data: &[u8]) -> Option<Packing> {
    match data {
        [0x1F, 0x8B, 8, ..] => Some(Packing::Gzip),
        // Deflate, a window of 32 KiB or less, no dictionary, and a header check that holds.
        [method, flags, _, ..]
            if method & 0x0F == 8
                && method >> 4 <= 7
                && flags & 0x20 == 0
                && (u32::from(*method) << 8 | u32::from(*flags)).is_multiple_of(31) =>
        {
            Some(Packing::Zlib)
        }
        _ => None,
    }
}

/// Inflates into an empty buffer, at most `bytes_max` bytes. The members of a gzip file are put
/// together, and what follows the last one is ignored, as common readers do. Sizes are checked;
/// checksums are left to the function, which cannot be harmed by what it cannot read.
pub(super) fn inflate_into(
    packing: Packing,
    data: &[u8],
    bytes_max: usize,
    buffer: &mut Vec<u8>,
) -> Result<(), Trouble> {
    match packing {
        Packing::Zlib => {
            let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
                | inflate_flags::TINFL_FLAG_IGNORE_ADLER32;
            stream(data, flags, bytes_max, buffer).map(drop)
        }
        Packing::Gzip => {
            let mut rest = data;
            loop {
                rest = gzip_member(rest, bytes_max, buffer)?;
                if !rest.starts_with(&[0x1F, 0x8B]) {
                    return Ok(());
                }
            }
        }
    }
}

/// Inflates one member; gives what follows it.
fn gzip_member<'a>(
    data: &'a [u8],
    bytes_max: usize,
    buffer: &mut Vec<u8>,
) -> Result<&'a [u8], Trouble> {
    let before = buffer.len();
    let deflated = after_gzip_header(data).ok_or(Trouble::Broken)?;
    let rest = stream(deflated, 0, bytes_max, buffer)?;
    let (_checksum, rest) = rest.split_at_checked(4).ok_or(Trouble::Broken)?;
    let (size, rest) = rest.split_first_chunk::<4>().ok_or(Trouble::Broken)?;
    let inflated = buffer.len() - before;
    let fits = u32::try_from(inflated).is_ok_and(|inflated| inflated == u32::from_le_bytes(*size));
    if fits { Ok(rest) } else { Err(Trouble::Broken) }
}

/// RFC 1952, section 2.3: the fixed part, then extra field, name, comment and header checksum.
fn after_gzip_header(data: &[u8]) -> Option<&[u8]> {
    let (&[0x1F, 0x8B, 8, flags, _, _, _, _, _, _], mut rest) = data.split_first_chunk::<10>()?
    else {
        return None;
    };
    if flags & 4 != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [8, 16] {
        if flags & text != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & 2 != 0 { rest.get(2..) } else { Some(rest) }
}

/// Inflates one deflate stream to the end of the buffer; gives what follows it.
fn stream<'a>(
    data: &'a [u8],
    flags: u32,
    bytes_max: usize,
    buffer: &mut Vec<u8>,
) -> Result<&'a [u8], Trouble> {
    let flags = flags | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = DecompressorOxide::new();
    let (mut rest, begin) = (data, buffer.len());
    let mut written = 0;
    loop {
        let room = written + (written + 3 * rest.len()).max(ROOM_MIN);
        buffer.resize(bytes_max.min(begin + room), 0);
        let out = buffer.get_mut(begin..).unwrap_or_default();
        let is_full = begin + out.len() == bytes_max;
        let (status, read, wrote) = decompress(&mut state, rest, out, written, flags);
        rest = rest.get(read..).unwrap_or_default();
        written += wrote;
        match status {
            TINFLStatus::Done => {
                buffer.truncate(begin + written);
                return Ok(rest);
            }
            TINFLStatus::HasMoreOutput if !is_full => {}
            other => {
                buffer.truncate(begin + written);
                let is_bomb = other == TINFLStatus::HasMoreOutput;
                return Err(if is_bomb { Trouble::TooMuch } else { Trouble::Broken });
            }
        }
    }
}
