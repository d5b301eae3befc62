//! Work on both planes, done whole: no transaction spans them, so nothing that a caller does may end it half-way.

use std::future::Future;

use crate::Error;

/// Runs `work` to its end even if the caller goes away: a browser that hangs up, a request that takes too long.
pub(crate) async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work).await.map_err(|cause| Error::fault("working on both planes", cause))?
}
