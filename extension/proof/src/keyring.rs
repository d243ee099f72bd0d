//! The keys at hand: what policy names, once somebody has read or fetched it.
//!
//! The ring reads nothing itself: it says what it needs ([`Keyring::take_wanted`]) and takes what it
//! is handed ([`Keyring::supply`]). A key set that cannot be read anew stays as it was.
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::certificate::Certificate;
use crate::context::{ContextKeys, SigningKey};
use crate::jwt::{KeySet, NoKeys};
use crate::proof::{Lack, Unproved};
use crate::secret::Secret;
use crate::sns;
use crate::webhook::Scheme;

/// How old what was fetched becomes before it is asked for again, in milliseconds, where its host
/// does not say how long it may be used.
pub const REFRESH_MS: u64 = 15 * 60 * 1000;
/// How soon the same thing is asked for again at most, in milliseconds: unknown key ids cost their
/// sender nothing.
pub const ASK_AGAIN_MS: u64 = 60 * 1000;
/// The longest that a host's word for how long it may be used is taken for, in milliseconds: keys
/// that were withdrawn must end some time.
pub const FRESH_MS_MAX: u64 = 6 * 3600 * 1000;
/// How soon what never came is asked for again after the first failure, in milliseconds; each
/// further one doubles it, up to [`ASK_AGAIN_MS`].
pub const RETRY_MS: u64 = 1000;
/// The most certificates that are fetched by the word of a message.
const FETCHED_MAX: usize = 16;

/// Something that policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Where it is.
    pub origin: Origin,
    /// What it is.
    pub form: Form,
}

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In this environment variable.
    Environment(String),
    /// In a file.
    File {
        /// The document that names it: a relative path starts beside it.
        document: String,
        /// Its path.
        path: String,
    },
    /// In AWS Secrets Manager, under this name or ARN.
    Secret(String),
    /// In a parameter of AWS Systems Manager, of this name or ARN.
    Parameter(String),
    /// At this URL, by HTTPS.
    Url(String),
}

/// What a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A secret of this scheme.
    Webhook(Scheme),
    /// Public keys of an issuer.
    Jwks,
    /// Certificates in PEM.
    Certificates,
    /// Keys that contexts are checked with.
    Contexts,
    /// The key that contexts are signed with.
    Signing,
}

#[derive(Debug)]
enum Material {
    Secret(Secret),
    Jwks(KeySet),
    Certificates(Vec<Certificate>),
    Contexts(ContextKeys),
    Signing(SigningKey),
}

#[derive(Debug)]
struct Slot {
    need: Need,
    /// What is at hand, or why nothing is.
    held: Result<Material, &'static str>,
    supplied_ms: Option<u64>,
    /// How long it is used before it is asked for again.
    fresh_ms: u64,
    asked_ms: Option<u64>,
    /// It was asked for, and nobody has said yet what came of it.
    asking: bool,
    /// How often in a row it did not come.
    failures: u32,
    /// Somebody needs it anew.
    missed: bool,
}

/// The keys of one environment. Secrets in it are wiped when it is dropped.
#[derive(Debug, Default)]
pub struct Keyring {
    slots: Vec<Slot>,
    fetched: BTreeMap<String, Slot>,
}

/// Which of the things on a ring is meant: what stands there, or a certificate by its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// What stands at this place of the needs.
    Need(usize, Need),
    /// The certificate at this URL, which is one of SNS's own.
    Certificate(String),
}

const YET_TO_COME: &str = "it has not been read yet";

impl Need {
    /// Whether it can only be fetched.
    pub const fn is_remote(&self) -> bool {
        matches!(self.origin, Origin::Secret(_) | Origin::Parameter(_) | Origin::Url(_))
    }

    fn slot(self) -> Slot {
        Slot {
            need: self,
            held: Err(YET_TO_COME),
            supplied_ms: None,
            fresh_ms: REFRESH_MS,
            asked_ms: None,
            asking: false,
            failures: 0,
            missed: false,
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<Material, &'static str> {
        let text = || std::str::from_utf8(bytes).map_err(|_| "it is no text in UTF-8");
        match &self.form {
            Form::Webhook(scheme) => {
                let secret = scheme.secret(bytes).map(Material::Secret);
                secret.ok_or("it is no secret of 1 to 4,096 bytes in this scheme's form")
            }
            Form::Jwks => KeySet::read(bytes).map(Material::Jwks).map_err(NoKeys::as_str),
            Form::Certificates => Certificate::read_all(text()?)
                .map(Material::Certificates)
                .ok_or("these are no certificates with RSA keys in PEM"),
            Form::Contexts => ContextKeys::read(bytes)
                .map(Material::Contexts)
                .ok_or("this is no list of keys for contexts"),
            Form::Signing => SigningKey::read(bytes)
                .map(Material::Signing)
                .ok_or("this is no key that contexts are signed with"),
        }
    }
}

impl Keyring {
    /// A ring for these needs, with nothing on it yet.
    pub fn new(needs: &[Need]) -> Self {
        let slots = needs.iter().map(|need| need.clone().slot()).collect();
        Self { slots, fetched: BTreeMap::new() }
    }

    /// Takes what stands at this place of the needs. What cannot be read leaves what was there; then
    /// the error says why, in words that hold nothing of it.
    pub fn supply(
        &mut self,
        index: usize,
        bytes: &Zeroizing<Vec<u8>>,
        now_ms: u64,
    ) -> Result<(), &'static str> {
        let slot = self.slots.get_mut(index).ok_or("no such key")?;
        let read = slot.need.read(bytes);
        slot.take(read, now_ms)
    }

    /// For how many seconds what stands at this place may be used, by its host's own word: between
    /// [`ASK_AGAIN_MS`] and [`FRESH_MS_MAX`]. Older, it is used while it is fetched anew.
    pub fn keep_fresh(&mut self, index: usize, seconds: Option<u32>) {
        if let Some(slot) = self.slots.get_mut(index) {
            let told = seconds.map(|it| (u64::from(it) * 1000).clamp(ASK_AGAIN_MS, FRESH_MS_MAX));
            slot.fresh_ms = told.unwrap_or(REFRESH_MS);
        }
    }

    /// It could not be read or fetched: what was there stays.
    pub fn fail(&mut self, index: usize, why: &'static str) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.fail(why);
        }
    }

    /// The same of the certificate at this URL.
    pub fn fail_certificate(&mut self, url: &str, why: &'static str) {
        if let Some(slot) = self.fetched.get_mut(url) {
            slot.fail(why);
        }
    }

    /// Takes the certificate that was fetched from this URL.
    pub fn supply_certificate(
        &mut self,
        url: &str,
        pem: &[u8],
        now_ms: u64,
    ) -> Result<(), &'static str> {
        let slot = self.fetched.get_mut(url).ok_or("nobody asked for it")?;
        let read = slot.need.read(pem).and_then(|read| match read {
            Material::Certificates(all) if all.iter().all(sns::is_of_sns) => {
                Ok(Material::Certificates(all))
            }
            _ => Err("the certificate is not one of SNS"),
        });
        slot.take(read, now_ms)
    }

    /// Why the key at this place of the needs is not at hand, if it is not.
    pub fn problem(&self, index: usize) -> Option<&'static str> {
        self.slots.get(index).and_then(|slot| slot.held.as_ref().err()).copied()
    }

    /// Whether something that must be fetched is not at hand.
    pub fn lacks_remote(&self) -> bool {
        self.slots.iter().any(|slot| slot.need.is_remote() && slot.held.is_err())
    }

    /// Whether what stands at this place must be fetched, never was, and is being asked for.
    pub fn awaits(&self, index: usize) -> bool {
        self.slots.get(index).is_some_and(|slot| slot.need.is_remote() && slot.is_awaited())
    }

    /// The same of a certificate that a message names; from now on it is wanted.
    pub fn awaits_certificate(&mut self, url: &str) -> bool {
        let at_hand = self.certificate_at(url).is_ok();
        !at_hand && self.fetched.get(url).is_some_and(Slot::is_awaited)
    }

    /// What has to be fetched now; each is given once, and again when it is old, was missed or did
    /// not come, but not more often than every [`ASK_AGAIN_MS`] (what was never there: after
    /// [`RETRY_MS`] and more).
    pub fn take_wanted(&mut self, now_ms: u64) -> Vec<Wanted> {
        let slots = self.slots.iter_mut().enumerate();
        let slots = slots.filter(|(_, slot)| slot.need.is_remote());
        let mut wanted: Vec<Wanted> = slots
            .filter_map(|(i, slot)| slot.ask(now_ms).then(|| Wanted::Need(i, slot.need.clone())))
            .collect();
        let fetched =
            self.fetched.iter_mut().filter_map(|(url, slot)| slot.ask(now_ms).then_some(url));
        wanted.extend(fetched.cloned().map(Wanted::Certificate));
        wanted
    }

    /// The secrets at these places. Those that are missing are left out unless all are.
    pub fn secrets(&mut self, indexes: &[usize]) -> Result<Vec<Secret>, Unproved> {
        let held = indexes.iter().filter_map(|index| self.slots.get(*index));
        let secrets: Vec<Secret> = held
            .filter_map(|slot| match &slot.held {
                Ok(Material::Secret(secret)) => Some(secret.clone()),
                _ => None,
            })
            .collect();
        if secrets.is_empty() {
            Err(Unproved::unavailable("the secret is not at hand"))
        } else {
            Ok(secrets)
        }
    }

    /// The key set at this place.
    pub fn jwks(&self, index: usize) -> Result<&KeySet, Unproved> {
        match self.slots.get(index).map(|slot| &slot.held) {
            Some(Ok(Material::Jwks(keys))) => Ok(keys),
            _ => Err(Unproved::unavailable("the issuer's keys are not at hand")),
        }
    }

    /// The keys for contexts at this place.
    pub fn contexts(&self, index: usize) -> Result<&ContextKeys, Unproved> {
        match self.slots.get(index).map(|slot| &slot.held) {
            Some(Ok(Material::Contexts(keys))) => Ok(keys),
            _ => Err(Unproved::unavailable("the keys for contexts are not at hand")),
        }
    }

    /// The key that contexts are signed with.
    pub fn signing(&self, index: usize) -> Option<&SigningKey> {
        match self.slots.get(index).map(|slot| &slot.held) {
            Some(Ok(Material::Signing(key))) => Some(key),
            _ => None,
        }
    }

    /// The certificates at this place.
    pub fn certificates(&self, index: usize) -> Result<&[Certificate], Unproved> {
        match self.slots.get(index).map(|slot| &slot.held) {
            Some(Ok(Material::Certificates(all))) => Ok(all),
            _ => Err(Unproved::unavailable("the certificates are not at hand")),
        }
    }

    /// The certificate that a message names. Not at hand, it will be wanted; a host that is not one
    /// of SNS's is refused.
    pub fn certificate_at(&mut self, url: &str) -> Result<&[Certificate], Unproved> {
        if !sns::is_certificate_url(url) {
            return Err(Unproved::invalid("the certificate is not at a host of SNS"));
        }
        if !self.fetched.contains_key(url) && self.fetched.len() >= FETCHED_MAX {
            self.fetched.retain(|_, slot| slot.held.is_ok() || slot.asking);
            if self.fetched.len() >= FETCHED_MAX {
                return Err(Unproved::unavailable("there are too many certificates"));
            }
        }
        let slot = self.fetched.entry(url.to_owned()).or_insert_with(|| {
            Need { origin: Origin::Url(url.to_owned()), form: Form::Certificates }.slot()
        });
        match &slot.held {
            Ok(Material::Certificates(all)) => Ok(all),
            _ => Err(Unproved::unavailable("the certificate is yet to be fetched")),
        }
    }

    /// Somebody met a key id that is not in what is at hand here.
    pub fn missed(&mut self, index: usize, unproved: &Unproved) {
        if let Some(slot) = self.slots.get_mut(index)
            && unproved.lack == Lack::UnknownKey
        {
            slot.missed = true;
        }
    }
}

impl Slot {
    fn take(
        &mut self,
        read: Result<Material, &'static str>,
        now_ms: u64,
    ) -> Result<(), &'static str> {
        match read {
            Ok(material) => {
                self.held = Ok(material);
                self.supplied_ms = Some(now_ms);
                self.asking = false;
                self.failures = 0;
                self.missed = false;
                Ok(())
            }
            Err(why) => {
                self.fail(why);
                Err(why)
            }
        }
    }

    fn fail(&mut self, why: &'static str) {
        self.asking = false;
        self.failures = self.failures.saturating_add(1);
        if self.held.is_err() {
            self.held = Err(why);
        }
    }

    fn is_awaited(&self) -> bool {
        self.held.is_err() && (self.asking || self.asked_ms.is_none())
    }

    /// How long after it was asked for it may be asked for again.
    fn wait_ms(&self) -> u64 {
        match self.failures.checked_sub(1) {
            Some(doublings) if self.held.is_err() && !self.asking => {
                (RETRY_MS << doublings.min(16)).min(ASK_AGAIN_MS)
            }
            _ => ASK_AGAIN_MS,
        }
    }

    /// Whether it has to be asked for now; then it is noted that it was.
    fn ask(&mut self, now_ms: u64) -> bool {
        let past = |since: Option<u64>, wait| {
            since.is_none_or(|since| now_ms.saturating_sub(since) >= wait)
        };
        let due = self.missed || self.held.is_err() || past(self.supplied_ms, self.fresh_ms);
        let ask = due && past(self.asked_ms, self.wait_ms());
        if ask {
            self.asking = true;
            self.asked_ms = Some(now_ms);
        }
        ask
    }
}

#[cfg(test)]
mod tests;
