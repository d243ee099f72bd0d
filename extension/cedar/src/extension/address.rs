//! `ipaddr`: an address, or a network of addresses.
use core::fmt;
use core::net::IpAddr;

/// An address with the length of its network's prefix; a single address has the whole length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The longest text: eight groups of four digits, and a prefix.
    const BYTES_MAX: usize = 43;

    /// One address.
    pub const fn single(address: IpAddr) -> Self {
        Self { address, prefix: bits(&address) }
    }

    /// Reads `10.0.0.1`, `10.0.0.0/8`, `::1` or `ffee::/64`. An IPv4 address inside an IPv6 address
    /// is not read.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > Self::BYTES_MAX || text.contains(':') && text.contains('.') {
            return None;
        }
        match text.split_once('/') {
            None => text.parse().ok().map(Self::single),
            Some((address, prefix)) => {
                let address: IpAddr = address.parse().ok()?;
                let digits = prefix.bytes().all(|byte| byte.is_ascii_digit());
                let plain = prefix == "0" || !prefix.starts_with('0');
                let prefix = prefix.parse().ok().filter(|_| digits && plain)?;
                (prefix <= bits(&address)).then_some(Self { address, prefix })
            }
        }
    }

    /// Whether it is of IP version 4.
    pub(crate) fn is_ipv4(self) -> bool {
        self.address.is_ipv4()
    }

    /// Whether all of it is in `127.0.0.0/8` or is `::1`.
    pub(crate) fn is_loopback(self) -> bool {
        self.address.is_loopback() && self.prefix >= if self.is_ipv4() { 8 } else { 128 }
    }

    /// Whether all of it is in `224.0.0.0/4` or `ff00::/8`.
    pub(crate) fn is_multicast(self) -> bool {
        self.address.is_multicast() && self.prefix >= if self.is_ipv4() { 4 } else { 8 }
    }

    /// Whether all of it is in the other.
    pub(crate) fn is_in(self, other: Self) -> bool {
        if self.is_ipv4() != other.is_ipv4() {
            return false;
        }
        let ((first, last), (other_first, other_last)) = (self.ends(), other.ends());
        other_first <= first && last <= other_last
    }

    /// Its first and last address as numbers.
    fn ends(self) -> (u128, u128) {
        let (number, bits) = match self.address {
            IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let free = bits - u32::from(self.prefix).min(bits);
        let hosts = 1_u128.checked_shl(free).map_or(u128::MAX, |size| size - 1);
        (number & !hosts, number | hosts)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

const fn bits(address: &IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}
