//! What a front end says of a request: mostly its own words, but for those of the client or of
//! whoever vouches for it.
use super::Request;
use crate::open::content::Part;
use crate::open::here::Here;
use crate::open::opener::Opener;
use crate::open::place::Pointer;

impl Request<'_> {
    pub(super) fn open_context(&self, opener: &mut Opener<'_>) {
        let Some((key, context)) = self.context else { return };
        let place = Pointer::ROOT.key(key);
        if !context.is_object() {
            return opener.around(key, context.json(), &place);
        }
        Here::Known(context).members(|key, here| {
            let place = place.key(key);
            match key {
                b"authorizer" => opener.json(Part::Claims, None, here.json(), &place),
                b"http" | b"identity" | b"authentication" => self.open_client(opener, here, &place),
                b"path" => self.open_path(opener, here.json(), &place),
                b"httpMethod" => self.open_method(opener, here.json(), &place),
                // The reason that a WebSocket client gave.
                b"disconnectReason" => opener.text(Part::Message, None, here.json(), &place),
                _ => {}
            }
        });
    }

    /// `http`, `identity` or `authentication`: the client's own address, name, and certificate.
    fn open_client(&self, opener: &mut Opener<'_>, here: Here<'_, '_>, place: &Pointer<'_>) {
        if here.first() != Some(b'{') {
            return;
        }
        here.members(|key, here| {
            let place = place.key(key);
            match key {
                b"userAgent" => {
                    let json = here.json();
                    if Some(json) != self.user_agent {
                        opener.text(Part::OtherHeader, Some("user-agent"), json, &place);
                    }
                }
                b"path" => self.open_path(opener, here.json(), &place),
                b"method" => self.open_method(opener, here.json(), &place),
                b"clientCert" if here.first() == Some(b'{') => here.members(|key, here| {
                    if let b"subjectDN" | b"issuerDN" = key {
                        opener.text(Part::Claims, None, here.json(), &place.key(key));
                    }
                }),
                b"principal" | b"sessionName" | b"x509SubjectCn" | b"x509IssuerOu"
                | b"x509SanDns" | b"x509SanUri" | b"x509SanNameCn" => {
                    opener.text(Part::Claims, None, here.json(), &place);
                }
                _ => {}
            }
        });
    }

    fn open_method(&self, opener: &mut Opener<'_>, json: &[u8], place: &Pointer<'_>) {
        if self.method.is_none_or(|(_, method)| method.json() != json) {
            opener.text(Part::Method, None, json, place);
        }
    }

    /// The path as the front end has it, which may begin with a stage.
    fn open_path(&self, opener: &mut Opener<'_>, json: &[u8], place: &Pointer<'_>) {
        if self.path.is_none_or(|(_, path)| path.json() != json) {
            opener.text(Part::Path, None, json, place);
        }
    }
}
