//! `GET /status/{list}`: a status list, as a file that anybody may keep for two minutes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::App;

/// How long a list may be kept: as its `ttl` says. RFC 9111 §5.2.2.1.
const CACHING: &str = "public, max-age=120";

/// A token in JWT format (draft-ietf-oauth-status-list-20 §8.2): what is given to whoever asks for nothing else.
const JWT: &str = "application/statuslist+jwt";

/// A token in CWT format.
const CWT: &str = "application/statuslist+cwt";

/// `GET /status/{list}`
///
/// draft-ietf-oauth-status-list-20 §8.1: "The HTTP endpoint SHOULD support the use of Cross-Origin Resource Sharing (CORS)".
pub(crate) async fn show(
    State(app): State<App>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // One list has one address: `07` and `+7` are none.
    let number = list.parse::<u32>().ok().filter(|number| number.to_string() == list);
    let number = number.ok_or(Problem::NOT_FOUND)?;
    let list = app.platform().status_list(number).await?;
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let in_cbor = accepted.is_some_and(|accepted| accepted.trim() == CWT);
    let said = |kind| {
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, CACHING),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            // RFC 9110 §12.5.5: a cache must not give one form to whoever asks for the other.
            (header::VARY, "accept"),
        ]
    };
    Ok(if in_cbor {
        (said(CWT), list.cwt().to_vec()).into_response()
    } else {
        (said(JWT), list.jwt().to_owned()).into_response()
    })
}
