//! Where AWS's services are.

/// The services that are called without the SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// Amazon S3.
    S3,
    /// S3 Object Lambda.
    S3ObjectLambda,
    /// Simple Queue Service.
    Sqs,
    /// Systems Manager, for its Parameter Store.
    Ssm,
}

impl Service {
    /// Its name in hosts and in signatures ("AWS General Reference": service endpoints).
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::S3ObjectLambda => "s3-object-lambda",
            Self::Sqs => "sqs",
            Self::Ssm => "ssm",
        }
    }

    /// Its host in a region.
    pub(crate) fn host(self, region: &str) -> String {
        format!("{}.{region}.{}", self.as_str(), domain(region))
    }

    /// The endpoint that the environment names for it: `AWS_ENDPOINT_URL_<SERVICE>`, else the
    /// general one (`AWS_ENDPOINT_URL`, as the SDK read it), unless
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true` ("AWS SDKs and Tools Reference Guide":
    /// service-specific endpoints). Object Lambda goes by S3's.
    pub(super) fn named(self, general: Option<&str>) -> Option<String> {
        self.named_in(general, variable)
    }

    fn named_in(
        self,
        general: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        let ignored = variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        if ignored.is_some_and(|it| it.eq_ignore_ascii_case("true")) {
            return None;
        }
        let own = match self {
            Self::S3 | Self::S3ObjectLambda => "AWS_ENDPOINT_URL_S3",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
            Self::Ssm => "AWS_ENDPOINT_URL_SSM",
        };
        let url = variable(own).or_else(|| general.map(str::to_owned))?;
        Some(url.trim_end_matches('/').to_owned())
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The domain of a region's partition (AWS SDKs, `partitions.json`).
fn domain(region: &str) -> &'static str {
    const DOMAINS: [(&str, &str); 6] = [
        ("cn-", "amazonaws.com.cn"),
        ("eusc-", "amazonaws.eu"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("us-iso-", "c2s.ic.gov"),
    ];
    let found = DOMAINS.iter().find(|(start, _)| region.starts_with(start));
    found.map_or("amazonaws.com", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_those_of_the_regions_partition() {
        for (region, host) in [
            ("eu-west-1", "sqs.eu-west-1.amazonaws.com"),
            ("cn-north-1", "sqs.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "sqs.us-gov-west-1.amazonaws.com"),
            ("us-iso-east-1", "sqs.us-iso-east-1.c2s.ic.gov"),
            ("us-isob-east-1", "sqs.us-isob-east-1.sc2s.sgov.gov"),
            ("eusc-de-east-1", "sqs.eusc-de-east-1.amazonaws.eu"),
        ] {
            assert_eq!(Service::Sqs.host(region), host);
        }
    }

    #[test]
    fn a_services_own_endpoint_goes_before_the_general_one() {
        let named = |service: Service, pairs: &[(&str, &str)]| {
            service.named_in(Some("http://127.0.0.1:1/"), |name| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let own = ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:2");
        let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        assert_eq!(named(Service::Sqs, &[own]).as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(named(Service::Ssm, &[own]).as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(named(Service::Sqs, &[own, ignored]), None);
        assert_eq!(Service::S3.named_in(None, |_| None), None);
    }
}
