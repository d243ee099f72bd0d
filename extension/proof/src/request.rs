//! An HTTP request as its sender signed it.
use crate::proof::Unproved;

/// What a front end hands on of a request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Its method.
    pub method: &'a str,
    /// The URL that the sender used, as far as it is known: `https://host/path?query`.
    pub url: &'a str,
    /// Its headers, decoded, in any case and any order.
    pub headers: &'a [(String, String)],
    /// Its body as it was sent: out of base64 where the front end put it in.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The value of a header. `None` if it is not there; an error if it is there twice, also in
    /// another case: then a front end and this may each see another.
    pub fn header(&self, name: &str) -> Result<Option<&'a str>, Unproved> {
        let mut values = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let first = values.next().map(|(_, value)| value.as_str());
        match values.next() {
            None => Ok(first),
            Some(_) => Err(Unproved::invalid("a header that is needed stands twice")),
        }
    }

    /// The value of a header that must be there.
    pub(crate) fn needs(&self, name: &str, missing: &'static str) -> Result<&'a str, Unproved> {
        self.header(name)?.ok_or(Unproved::missing(missing))
    }
}
