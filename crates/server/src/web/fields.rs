//! What comes with a page: the fields of its form, and of its query.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::App;
use crate::http::form::is_form;
use crate::http::problem::Problem;

/// A form as its type; refused in our own words if it is not one, or holds a field twice.
#[derive(Debug)]
pub(crate) struct Fields<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Fields<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            return Err(Problem::BODY_KIND);
        }
        match Form::from_request(request, app).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::BODY_TOO_LARGE)
            }
            Err(_) => Err(Problem::BODY_UNREADABLE),
        }
    }
}

/// A query as its type; refused likewise.
#[derive(Debug)]
pub(crate) struct InQuery<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for InQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let read = Query::try_from_uri(&parts.uri);
        read.map(|Query(asked)| Self(asked)).map_err(|_| Problem::QUERY_UNREADABLE)
    }
}
