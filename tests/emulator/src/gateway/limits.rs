//! How much each service takes and gives back.
use super::Door;

/// No service takes more than this.
pub(super) const READ_BYTES_MAX: usize = 11 * 1024 * 1024;
/// What a load balancer takes, and gives back.
pub(super) const ALB_BYTES_MAX: usize = 1024 * 1024;

/// The largest body of a request. The event that is made of it has Lambda's own limit besides.
pub(super) fn body_bytes_max(door: Door) -> usize {
    match door {
        Door::FunctionUrl => 6 * 1024 * 1024,
        Door::HttpApi | Door::RestApi => 10 * 1024 * 1024,
        Door::Alb | Door::AlbMultiValue => ALB_BYTES_MAX,
    }
}
