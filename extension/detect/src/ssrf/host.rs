//! Hosts: numbers in every notation that some resolver reads, and names that stand for numbers.
use crate::bytes::{at, begins_any, between, contains, contains_any, from};
use crate::finding::Match;

/// What a host reaches.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    kind: Kind,
    /// A metadata service of a cloud.
    pub metadata: bool,
    /// Written as nobody does who has nothing to hide.
    pub disguised: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Loopback,
    Private,
    Internal,
    Rebinding,
    Public,
}

impl Reach {
    /// A name that somebody uses for an address, and not a number.
    pub(super) const fn named(self) -> bool {
        matches!(self.kind, Kind::Internal | Kind::Rebinding | Kind::Loopback) && !self.disguised
    }

    const fn new(kind: Kind) -> Self {
        Self { kind, metadata: false, disguised: false }
    }

    pub(super) const fn found(self) -> Match {
        match (self.metadata, self.disguised, self.kind) {
            (true, true, _) => Match::high("disguised-metadata"),
            (true, ..) => Match::high("metadata-address"),
            (_, true, Kind::Public) => Match::medium("numeric-host"),
            (_, true, _) => Match::high("disguised-address"),
            (.., Kind::Loopback) => Match::high("loopback-address"),
            (.., Kind::Private) => Match::high("private-address"),
            (.., Kind::Internal) => Match::medium("internal-name"),
            (.., Kind::Rebinding) => Match::high("rebinding-name"),
            (.., Kind::Public) => Match::low("numeric-address"),
        }
    }
}

/// Judges a host with its port; nothing for one that everybody reaches.
pub(super) fn judge(host: &[u8]) -> Option<Reach> {
    if host.is_empty() || host.len() > 253 {
        return None;
    }
    if host.first() == Some(&b'[') {
        let end = memchr::memchr(b']', host).unwrap_or(host.len());
        return six(between(host, 1, end)).or_else(|| name(between(host, 1, end)));
    }
    if memchr::memchr_iter(b':', host).count() > 1 {
        return six(host);
    }
    let end = memchr::memchr(b':', host).unwrap_or(host.len());
    let folded = fold(between(host, 0, end));
    let disguised = folded.len() != end;
    let bare = folded.strip_suffix(b".").unwrap_or(&folded);
    let reach = numbers(bare).or_else(|| name(bare));
    match reach {
        Some(reach) => Some(Reach { disguised: disguised || reach.disguised, ..reach }),
        None => enclosed(between(host, 0, end))
            .then_some(Reach { disguised: true, ..Reach::new(Kind::Public) }),
    }
}

/// Digits and letters in circles, brackets and with full stops: U+2460 to U+24FF.
fn enclosed(host: &[u8]) -> bool {
    host.windows(2).any(|pair| {
        pair[..] == *b"\xe2\x91" || pair[..] == *b"\xe2\x92" || pair[..] == *b"\xe2\x93"
    })
}

/// A host with what resolvers fold into ASCII folded: enclosed digits and letters, and the dots
/// of other scripts.
fn fold(host: &[u8]) -> Vec<u8> {
    let Ok(host) = std::str::from_utf8(host) else { return host.to_vec() };
    let mut folded = Vec::with_capacity(host.len());
    for letter in host.chars() {
        let code = u32::from(letter);
        match code {
            0x2460..=0x2468 => folded.push(digit(code - 0x2460 + 1)),
            0x2469..=0x2473 => {
                let number = code - 0x2460 + 1;
                folded.extend([digit(number / 10), digit(number % 10)]);
            }
            0x2474..=0x247c => folded.push(digit(code - 0x2474 + 1)),
            0x2488..=0x2490 => folded.extend([digit(code - 0x2488 + 1), b'.']),
            0x249c..=0x24b5 => folded.push(small(code - 0x249c)),
            0x24b6..=0x24cf => folded.push(small(code - 0x24b6)),
            0x24d0..=0x24e9 => folded.push(small(code - 0x24d0)),
            0x24ea => folded.push(b'0'),
            0xff10..=0xff19 => folded.push(digit(code - 0xff10)),
            0x1d7ce..=0x1d7ff => folded.push(digit((code - 0x1d7ce) % 10)),
            0x1d400..=0x1d6a3 => folded.push(small((code - 0x1d400) % 26)),
            0xff21..=0xff3a => folded.push(small(code - 0xff21)),
            0xff41..=0xff5a => folded.push(small(code - 0xff41)),
            0x3002 | 0xff0e | 0xff61 | 0x2024 => folded.push(b'.'),
            0xad | 0x200b..=0x200d | 0x2060 | 0xfeff => {}
            _ => folded.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    folded
}

fn digit(number: u32) -> u8 {
    b"0123456789".get(number as usize).copied().unwrap_or(b'0')
}

fn small(number: u32) -> u8 {
    b"abcdefghijklmnopqrstuvwxyz".get(number as usize).copied().unwrap_or(b'a')
}

/// One to four numbers in any base, as `inet_aton` reads them; too large ones wrap around.
fn numbers(host: &[u8]) -> Option<Reach> {
    let mut values = [0_u64; 4];
    let mut count = 0;
    let mut plain = true;
    for part in host.split(|byte| *byte == b'.') {
        let (value, decimal) = number(part)?;
        plain &= decimal;
        *values.get_mut(count)? = value;
        count += 1;
    }
    plain &= count == 4;
    let last = count.checked_sub(1)?;
    let mut address = values.get(last).copied()?;
    let wraps =
        address > 0xffff_ffff >> (8 * last) || values.iter().take(last).any(|value| *value > 255);
    plain &= !wraps;
    address &= 0xffff_ffff >> (8 * last);
    for (place, value) in values.iter().take(last).enumerate() {
        address |= (value & 0xff) << (24 - 8 * place);
    }
    let reach = four(u32::try_from(address & 0xffff_ffff).ok()?);
    match reach {
        Some(reach) => Some(Reach { disguised: !plain, ..reach }),
        // A public address in a writing of its own still hides something, but 1.2.3 is a version.
        None => (!plain && (count == 1 || count == 4) && host.len() > 4)
            .then_some(Reach { disguised: true, ..Reach::new(Kind::Public) }),
    }
}

/// A number in decimal, octal or hexadecimal, and whether it is plain decimal.
fn number(part: &[u8]) -> Option<(u64, bool)> {
    let (digits, base) = match part {
        [b'0', b'x', rest @ ..] if !rest.is_empty() => (rest, 16),
        [b'0', b'o', rest @ ..] | [b'o' | b'q' | b'0', rest @ ..] if !rest.is_empty() => (rest, 8),
        _ => (part, 10),
    };
    if digits.is_empty() || digits.len() > 40 {
        return None;
    }
    let read = |base: u32| {
        digits.iter().try_fold(0_u64, |value, byte| {
            let digit = (*byte as char).to_digit(base)?;
            Some(
                value.wrapping_mul(u64::from(base)).wrapping_add(u64::from(digit))
                    & 0xffff_ffff_ffff,
            )
        })
    };
    // `127.0.0.08` is octal to some, and decimal to those who see that it cannot be.
    let value = read(base).or_else(|| if base == 8 { read(10) } else { None })?;
    Some((value, base == 10))
}

/// Whether an address is one that only a server reaches.
fn four(address: u32) -> Option<Reach> {
    let [a, b, c, d] = address.to_be_bytes();
    let metadata = matches!(
        (a, b, c, d),
        (169, 254, 169, 123 | 250 | 253 | 254)
            | (169, 254, 170, 2 | 23)
            | (100, 100, 100, 200)
            | (192, 0, 0, 192)
            | (168, 63, 129, 16)
    );
    let kind = match (a, b) {
        (127, _) => Kind::Loopback,
        _ if address == 0 => Kind::Loopback,
        (10, _) | (172, 16..=31) | (192, 168) | (169, 254) | (100, 64..=127) | (198, 18 | 19) => {
            Kind::Private
        }
        _ if metadata || address == u32::MAX || (a, b, c) == (192, 0, 0) => Kind::Private,
        _ => return None,
    };
    Some(Reach { metadata, ..Reach::new(kind) })
}

/// An IPv6 address, with or without a zone.
fn six(host: &[u8]) -> Option<Reach> {
    let zone = memchr::memchr(b'%', host).unwrap_or(host.len());
    let text = std::str::from_utf8(between(host, 0, zone)).ok()?;
    let address: core::net::Ipv6Addr = text.trim_end_matches(']').parse().ok()?;
    let [first, second, third, _, _, _, high, low] = address.segments();
    let low = u32::from(high) << 16 | u32::from(low);
    let front = u128::from(address) >> 32;
    let disguise = |reach: Reach| Reach { disguised: true, ..reach };
    // Compatible, mapped and translated forms of the older addresses.
    if front == 0 && low > 1 || front == 0xffff || front == 0xffff_0000 {
        return four(low).map(disguise);
    }
    match (first, second) {
        (0x64, 0xff9b) => return four(low).map(disguise),
        (0x2002, _) => return four(u32::from(second) << 16 | u32::from(third)).map(disguise),
        (0x2001, 0) => return four(!low).map(disguise),
        (0xfd00, 0xec2) => {
            return Some(Reach { metadata: true, ..Reach::new(Kind::Private) });
        }
        _ => {}
    }
    if address.is_loopback() || address.is_unspecified() {
        return Some(Reach::new(Kind::Loopback));
    }
    let private = matches!(first & 0xffc0, 0xfe80 | 0xfec0) || first & 0xfe00 == 0xfc00;
    private.then_some(Reach::new(Kind::Private))
}

/// Names for this machine, for machines next to it, and for any number at all.
fn name(host: &[u8]) -> Option<Reach> {
    if is_metadata(host) {
        return Some(Reach { metadata: true, ..Reach::new(Kind::Internal) });
    }
    let suffix = |ends: &[&[u8]]| ends.iter().any(|end| host.ends_with(end));
    if matches!(
        host,
        b"localhost"
            | b"localhost4"
            | b"localhost6"
            | b"ipv6-localhost"
            | b"ip6-localhost"
            | b"ip6-loopback"
            | b"broadcasthost"
            | b"loopback"
    ) || suffix(&[
        b".localhost",
        b".localdomain",
        b".localdomain4",
        b".localdomain6",
        b"localhost.localdomain",
    ]) {
        return Some(Reach::new(Kind::Loopback));
    }
    if suffix(REBINDING) || REBINDING_WHOLE.contains(&host) || embedded(host) {
        return Some(Reach::new(Kind::Rebinding));
    }
    let internal =
        suffix(&[
            b".internal",
            b".svc.cluster.local",
            b".svc",
            b".cluster.local",
            b".local",
            b".intranet",
            b".intra",
            b".corp",
            b".lan",
            b".home.arpa",
            b".consul",
        ]) || matches!(host, b"kubernetes" | b"kubernetes.default" | b"consul" | b"intranet");
    internal.then_some(Reach::new(Kind::Internal))
}

fn is_metadata(host: &[u8]) -> bool {
    matches!(
        host,
        b"metadata"
            | b"instance-data"
            | b"rancher-metadata"
            | b"metadata.google.internal"
            | b"metadata.goog"
            | b"metadata.azure.com"
            | b"metadata.azure.internal"
            | b"instance-data.ec2.internal"
            | b"metadata.tencentyun.com"
            | b"metadata.packet.net"
            | b"metadata.platformequinix.com"
            | b"metadata.nicronian.com"
            | b"metadata.hetzner.cloud"
            | b"metadata.oraclecloud.com"
            | b"metadata.digitalocean.com"
            | b"169.254.169.254.localhost"
            | b"alibabacloud.metadata"
    ) || host.starts_with(b"metadata.google.")
        || host.starts_with(b"instance-data.")
}

/// Domains whose names answer with the number that they contain, or with this machine's.
const REBINDING: &[&[u8]] = &[
    b".nip.io",
    b".sslip.io",
    b".xip.io",
    b".localtest.me",
    b".lvh.me",
    b".vcap.me",
    b".rbndr.us",
    b".1u.ms",
    b".lacolhost.com",
    b".rebind.network",
    b".lvh.network",
    b".127-0-0-1.org.uk",
    b".ip6.name",
    b".fuf.me",
    b".fbi.com.local",
    b".yoogle.com.local",
    b".oastify.localhost",
    b".traefik.me",
    b".readme.localhost",
    b".burpcollaborator.net",
    b".r87.me",
    b".dnsbin.localhost",
    b".local.lambda.run",
    b".nonexistent.localhost",
    b".lock.cmpxchg8b.com",
    b".ssrf.localdomain.pw",
    b".localdomain.pw",
    b".me.localtest",
    b".localhost.direct",
    b".local.gd",
    b".backname.io",
    b".rebinder.net",
    b".whonow.localhost",
    b".d.rebind.it",
    b".bc.googleusercontent.com.nip",
    b".interact.sh",
    b".oast.fun",
    b".oast.me",
    b".oast.pro",
    b".oast.live",
    b".oast.site",
    b".oast.online",
    b".oastify.com",
    b".dnslog.cn",
    b".ceye.io",
    b".requestrepo.com",
    b".canarytokens.com",
];

const REBINDING_WHOLE: &[&[u8]] = &[
    b"localtest.me",
    b"lvh.me",
    b"vcap.me",
    b"lacolhost.com",
    b"localhost.direct",
    b"local.gd",
    b"bugbounty.dod.network",
    b"spoofed.burpcollaborator.net",
    b"mail.ebc.apple.com",
    b"fuf.me",
    b"1ynrnhl.xip.io",
    b"ssrf.localdomain.pw",
    b"localdomain.pw",
    b"127-0-0-1.org.uk",
];

/// A private number among the labels of a name: `127.0.0.1.example.com`, `10-0-0-1.example.com`.
fn embedded(host: &[u8]) -> bool {
    if !contains_any(
        host,
        &[
            b"127.0.0.1.",
            b"127-0-0-1",
            b"169.254.169.254",
            b"169-254-169-254",
            b"a9fea9fe",
            b"7f000001",
        ],
    ) {
        return false;
    }
    at(host, 0) != b'-'
        && (begins_any(host, &[b"127", b"169", b"7f", b"a9"]) || contains(from(host, 1), b"1"))
}
