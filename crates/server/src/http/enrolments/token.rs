//! The enrolment's token in `Authorization` (RFC 6750 §2.1): only the wallet that began it has it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use protocol::oauth::bearer;
use service::{EnrolmentToken, Step};

use crate::App;
use crate::http::problem::BearerProblem;
use crate::http::token::text_of;

/// The enrolment this wallet is in, known and not lapsed. It stands before the body in every handler, so that nobody
/// has a large body read without having begun.
pub(super) struct InFlight {
    pub(super) token: EnrolmentToken,
    /// What was due when the request came.
    pub(super) due: Step,
}

impl FromRequestParts<App> for InFlight {
    type Rejection = BearerProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, BearerProblem> {
        let bearer::Presented { token, .. } = bearer::token(text_of(&parts.headers)?)?;
        let token = EnrolmentToken::from(token.to_owned());
        let due = app.platform().enrolment(&token).await?;
        Ok(Self { token, due })
    }
}
