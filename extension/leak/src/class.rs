//! The classes of what must not get out, and sets of them.

/// A class of secret or personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// An AWS access key id, outside the credential scope of a signed URL ("AWS Identity and Access
    /// Management User Guide: IAM identifiers").
    AwsAccessKey,
    /// Forty characters of base64 that look as random as an AWS secret access key does.
    AwsSecretKey,
    /// A private key in PEM (RFC 7468, RFC 4716 and `OpenSSH`'s own).
    PrivateKey,
    /// An access token whose prefix its issuer publishes: source hosting, chat, payment, mail, packages.
    Token,
    /// A JSON Web Token (RFC 7519).
    Jwt,
    /// A payment card number: issuer range, length and Luhn digit agree (ISO/IEC 7812-1).
    Card,
    /// A bank account number: country, length and check digits agree (ISO 13616-1).
    Iban,
    /// A secret of this environment, byte for byte or in base64.
    Environment,
    /// A mail address.
    Email,
    /// A telephone number with its country code, or as North America writes them.
    Phone,
    /// A national identity number whose check digits agree or whose form is unmistakable.
    NationalId,
    /// A long string without words that looks random.
    Random,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 12] = [
        Self::AwsAccessKey,
        Self::AwsSecretKey,
        Self::PrivateKey,
        Self::Token,
        Self::Jwt,
        Self::Card,
        Self::Iban,
        Self::Environment,
        Self::Email,
        Self::Phone,
        Self::NationalId,
        Self::Random,
    ];

    /// Its name in records and in masked values.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsAccessKey => "aws-access-key",
            Self::AwsSecretKey => "aws-secret-key",
            Self::PrivateKey => "private-key",
            Self::Token => "token",
            Self::Jwt => "jwt",
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Environment => "environment",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::NationalId => "national-id",
            Self::Random => "random",
        }
    }

    /// The check that fires when a reply holds it; none for what only records are masked for.
    pub const fn check(self) -> Option<&'static str> {
        Some(match self {
            Self::AwsAccessKey | Self::AwsSecretKey => "leak.aws_key",
            Self::PrivateKey => "leak.private_key",
            Self::Token => "leak.token",
            Self::Jwt => "leak.jwt",
            Self::Card => "leak.card",
            Self::Iban => "leak.iban",
            Self::Environment => "leak.environment",
            Self::Email | Self::Phone | Self::NationalId | Self::Random => return None,
        })
    }
}

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classes(u16);

impl Classes {
    /// No class.
    pub const NONE: Self = Self(0);

    /// What a reply is searched for unless the policy says otherwise: everything that has a check
    /// but tokens that functions hand out by design (JSON Web Tokens) and bank accounts.
    pub const REPLY: Self = Self::NONE
        .with(Class::AwsAccessKey)
        .with(Class::AwsSecretKey)
        .with(Class::PrivateKey)
        .with(Class::Token)
        .with(Class::Card)
        .with(Class::Environment);

    /// Every class that a reply can be searched for.
    pub const ALL: Self = Self::REPLY.with(Class::Jwt).with(Class::Iban);

    /// This set and one more class.
    #[must_use]
    pub const fn with(self, class: Class) -> Self {
        Self(self.0 | 1 << class as u16)
    }

    /// Whether the class is in it.
    pub const fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u16) != 0
    }
}
