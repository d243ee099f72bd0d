//! Tokens that say whose they are: prefixes that their issuers publish so that they can be found.
use super::Reach;
use crate::class::Class;

/// A published form: prefix, what follows, and how much of it there is at least.
struct Form {
    prefix: &'static [u8],
    alphabet: Alphabet,
    /// Characters after the prefix.
    bytes_min: usize,
}

#[derive(Clone, Copy)]
enum Alphabet {
    Letters,
    Base64Url,
    Hex,
    /// Base64url and dots.
    Dotted,
}

const fn form(prefix: &'static [u8], alphabet: Alphabet, bytes_min: usize) -> Form {
    Form { prefix, alphabet, bytes_min }
}

/// By prefix; the issuer's documentation names each.
const FORMS: [Form; 34] = [
    // GitHub: "Behind GitHub's new authentication token formats".
    form(b"ghp_", Alphabet::Letters, 36),
    form(b"gho_", Alphabet::Letters, 36),
    form(b"ghu_", Alphabet::Letters, 36),
    form(b"ghs_", Alphabet::Letters, 36),
    form(b"ghr_", Alphabet::Letters, 36),
    form(b"github_pat_", Alphabet::Base64Url, 60),
    // GitLab: "Token overview: token prefixes".
    form(b"glpat-", Alphabet::Base64Url, 20),
    form(b"gldt-", Alphabet::Base64Url, 20),
    form(b"glrt-", Alphabet::Base64Url, 20),
    // Slack: "Token types".
    form(b"xoxb-", Alphabet::Base64Url, 20),
    form(b"xoxp-", Alphabet::Base64Url, 20),
    form(b"xoxa-", Alphabet::Base64Url, 20),
    form(b"xoxr-", Alphabet::Base64Url, 20),
    form(b"xoxs-", Alphabet::Base64Url, 20),
    form(b"xapp-", Alphabet::Base64Url, 20),
    // Stripe: "API keys"; webhook signing secrets too.
    form(b"sk_live_", Alphabet::Letters, 16),
    form(b"sk_test_", Alphabet::Letters, 16),
    form(b"rk_live_", Alphabet::Letters, 16),
    form(b"rk_test_", Alphabet::Letters, 16),
    form(b"whsec_", Alphabet::Letters, 24),
    // Google: "API keys overview"; OAuth access tokens.
    form(b"AIza", Alphabet::Base64Url, 35),
    form(b"ya29.", Alphabet::Base64Url, 20),
    form(b"GOCSPX-", Alphabet::Base64Url, 28),
    // npm: "About access tokens"; PyPI: "API tokens" (a macaroon for its own host).
    form(b"npm_", Alphabet::Letters, 36),
    form(b"pypi-AgEIcHlwaS5vcmc", Alphabet::Base64Url, 50),
    // SendGrid: `SG.` and two parts.
    form(b"SG.", Alphabet::Dotted, 60),
    // DigitalOcean: "Personal access tokens".
    form(b"dop_v1_", Alphabet::Hex, 64),
    form(b"doo_v1_", Alphabet::Hex, 64),
    // Shopify: "Access tokens".
    form(b"shpat_", Alphabet::Hex, 32),
    form(b"shpss_", Alphabet::Hex, 32),
    // Model providers.
    form(b"sk-ant-", Alphabet::Base64Url, 40),
    form(b"sk-proj-", Alphabet::Base64Url, 40),
    form(b"hf_", Alphabet::Letters, 34),
    // HashiCorp Vault: "Tokens".
    form(b"hvs.", Alphabet::Base64Url, 24),
];

/// First bytes of all prefixes, so that most words are passed over at once.
#[expect(clippy::indexing_slicing, reason = "a constant: it is made when this is compiled")]
const STARTS: [bool; 256] = {
    let mut starts = [false; 256];
    let mut at = 0;
    while at < FORMS.len() {
        starts[FORMS[at].prefix[0] as usize] = true;
        at += 1;
    }
    starts
};

/// Whether a token can begin with this byte.
pub(super) fn may_start(byte: u8) -> bool {
    STARTS.get(usize::from(byte)).copied().unwrap_or_default()
}

pub(super) fn token(ahead: &[u8]) -> Option<(Class, Reach)> {
    if !may_start(*ahead.first()?) {
        return None;
    }
    let second = ahead.get(1);
    FORMS.iter().filter(|form| form.prefix.get(1) == second).find_map(|form| {
        let rest = ahead.strip_prefix(form.prefix)?;
        let needed = rest.get(..form.bytes_min)?;
        let whole = needed.iter().all(|byte| form.alphabet.has(*byte));
        // The run of a token may end in the full stop of a sentence; that is no harm.
        whole.then_some((Class::Token, Reach::Run))
    })
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Letters => byte.is_ascii_alphanumeric(),
            Self::Base64Url => super::is_base64url(byte),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Dotted => super::is_base64url(byte) || byte == b'.',
        }
    }
}
