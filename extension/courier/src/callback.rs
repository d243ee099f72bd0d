//! Tells services of refusals that they do not read in the function's answer.

use crate::outside;
use crate::signed::{Call, Service, Signed};
use bytes::Bytes;
use reqwest::Url;
use tollgate_link::callback::{Delivered, DenyObject, FailResource};
use tollgate_link::{Cause, Failure};

/// PUTs the document of a failed custom resource. The address is signed for a body without a type
/// ("Custom resource response objects": the request has no `Content-Type`).
///
/// Where the environment names another endpoint for S3, it goes there under the host of the
/// address. Whoever asks has pinned that host already; it is looked at here once more, because the
/// address comes out of an event.
pub(crate) async fn fail_resource(
    aws: Signed<'_>,
    ask: FailResource,
) -> Result<Delivered, Failure> {
    let what = "the custom resource's address";
    let no = || Failure::new(Cause::Refused, format!("{what}: not CloudFormation's"));
    let url = Url::parse(&ask.url).map_err(|_| no())?;
    let host = url.host_str().filter(|_| url.scheme() == "https").ok_or_else(no)?;
    if !host.starts_with("cloudformation-custom-resource-response-") || url.port().is_some() {
        return Err(no());
    }
    let base = aws.base(Service::S3, || host.to_owned());
    let query = url.query().map(|it| format!("?{it}")).unwrap_or_default();
    let request = aws.http().put(format!("{base}{}{query}", url.path()));
    let request = request.header("host", host).body(ask.body);
    let response = request.send().await.map_err(outside::failure)?;
    match response.status().as_u16() {
        200..300 => Ok(Delivered),
        status @ (429 | 500..) => {
            Err(Failure::new(Cause::Service, format!("{what}: status {status}")))
        }
        status => Err(Failure::new(Cause::Refused, format!("{what}: status {status}"))),
    }
}

/// Answers a request for an object ("Amazon S3 API Reference", `WriteGetObjectResponse`).
pub(crate) async fn deny_object(aws: Signed<'_>, ask: DenyObject) -> Result<Delivered, Failure> {
    let label = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if ask.route.is_empty() || ask.route.len() > 63 || !ask.route.bytes().all(label) {
        return Err(Failure::new(Cause::Refused, "s3-object-lambda: the route is no host's label"));
    }
    let region = aws.region()?;
    let service = Service::S3ObjectLambda;
    let base = aws.base(service, || format!("{}.{}", ask.route, service.host(region)));
    let call = Call {
        service,
        region,
        method: "POST",
        url: format!("{base}/WriteGetObjectResponse"),
        headers: vec![
            ("x-amz-request-route", ask.route),
            ("x-amz-request-token", ask.token),
            ("x-amz-fwd-status", ask.status.to_string()),
            ("x-amz-fwd-error-code", ask.code),
            ("x-amz-fwd-error-message", ask.message),
        ],
        body: Bytes::new(),
    };
    let reply = aws.call(call).await?;
    match reply.status {
        200..300 => Ok(Delivered),
        status => Err(Failure::new(Cause::Refused, format!("s3-object-lambda: status {status}"))),
    }
}
