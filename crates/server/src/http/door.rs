//! The one door every request passes: what is cheap to refuse is refused first, and every answer is
//! protected, counted and logged on its way out. One layer, so that the way in is short.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::limits::{self, Audience, Peer};
use super::problem::Problem;
use super::{headers, ticket};
use crate::App;
use crate::world::stopwatch;

/// What the log calls a path that no route has.
const UNMATCHED: &str = "(none)";

/// Lets a request in, and its answer out.
pub(crate) async fn pass(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = stopwatch();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    // Browsers that navigate get a page instead of a problem document; they say so with `Accept`.
    let reader = wants_page(request.headers()).then(|| request.headers().clone());

    let mut response = match refusal(&app, route, &request) {
        Some(problem) => problem.into_response(),
        None => tokio::time::timeout(limits::REQUEST_MAX, next.run(request))
            .await
            .unwrap_or_else(|_| Problem::TIMEOUT.into_response()),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && response.extensions().get::<Problem>().is_none()
    {
        response = in_place_of(response, Problem::METHOD.into_response());
    }
    if let Some(reader) = reader
        && let Some(problem) = response.extensions_mut().remove::<Problem>()
    {
        response = in_place_of(response, crate::web::problem(&app, &reader, &problem));
    }
    headers::protect(&mut response, app.is_https());
    let took = began.elapsed();
    app.measured().count(route, response.status(), took);
    log(&method, route, response.status(), took);
    response
}

/// What is cheap to refuse. Whatever is redirected after that is by 303, axum's `Redirect::to`:
/// FAPI 2.0 Security Profile §5.3.2.2: "shall not use the HTTP 307 status code when redirecting a request that contains user
/// credentials".
fn refusal(app: &App, route: &str, request: &Request) -> Option<Problem> {
    let (headers, audience) = (request.headers(), Audience::of(route));
    let peer = request.extensions().get::<Peer>().copied();
    if let Err(wait) = app.limiter().count(audience, peer, headers) {
        return Some(Problem::too_many(wait));
    }
    if limits::announces_too_much(route, headers) {
        return Some(Problem::BODY_TOO_LARGE);
    }
    // OIDC Core §3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST
    // methods defined in RFC 7231 at the Authorization Endpoint." A relying party's page posts
    // there; what it posts is checked as what it would link to. RP-Initiated Logout 1.0 §2 wants both methods too.
    let may_cross = audience == Audience::Client || matches!(route, "/authorize" | "/end-session");
    (!may_cross
        && ticket::is_foreign(request.method(), headers, |origin| app.may_send_forms(origin)))
    .then_some(Problem::CROSS_SITE)
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// `new` with what `old` said beside its body.
fn in_place_of(old: Response, mut new: Response) -> Response {
    let (mut parts, _) = old.into_parts();
    for own in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        parts.headers.remove(own);
    }
    new.headers_mut().extend(parts.headers);
    new
}

/// One line a request, without query, address or person.
fn log(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(target: "access", method = method.as_str(), route, status = status.as_u16(), micros, "answered");
}
