//! `POST /enrolments`: the person was told and agreed; the enrolment begins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rules::NoticeVersion;
use serde::{Deserialize, Serialize};
use service::{ConsentsGiven, EnrolmentToken, Step};

use super::body::Body;
use super::step::Due;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    consents: Consents,
}

/// The versions of the notices that were read, each agreed to by an act of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consents {
    enrolment: u32,
    sensitive: u32,
}

#[derive(Serialize)]
pub(super) struct Begun {
    /// Sent back in `Authorization: Bearer` with every step.
    token: String,
    #[serde(flatten)]
    due: Due,
}

/// `POST /enrolments`
pub(super) async fn post(
    State(app): State<App>,
    Body(Begin { consents }): Body<Begin>,
) -> Result<(StatusCode, Json<Begun>), Problem> {
    let consents = ConsentsGiven {
        enrolment: NoticeVersion(consents.enrolment),
        sensitive: NoticeVersion(consents.sensitive),
    };
    let (token, step) = app.platform().begin_enrolment(consents).await?;
    Ok((StatusCode::CREATED, Json(Begun::new(&token, step))))
}

impl Begun {
    pub(super) fn new(token: &EnrolmentToken, step: Step) -> Self {
        Self { token: token.as_str().to_owned(), due: step.into() }
    }
}
