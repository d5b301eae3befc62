//! `POST /token`: a client redeems a code.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use protocol::oauth::TokenResponse;

use super::form::FormText;
use super::problem::{OAuthProblem, Problem};
use crate::App;

/// `POST /token`
pub(crate) async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<FormText, Problem>,
) -> Result<Json<TokenResponse>, OAuthProblem> {
    let FormText(form) = form?;
    let authorization = text_of(&headers)?;
    Ok(Json(app.platform().redeem(authorization, &form).await?))
}

/// The text of the `Authorization` header.
pub(crate) fn text_of(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Problem::AUTHORIZATION),
        // RFC 9110 §5.3: "a sender MUST NOT generate multiple field lines with the same name in a
        // message".
        (Some(_), Some(_)) => Err(Problem::AUTHORIZATION),
    }
}
