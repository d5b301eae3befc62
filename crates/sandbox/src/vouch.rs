//! `POST /vouch`: the platform asks whether a document is somebody's of this name and date of birth.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::HeaderMap;
use jiff::civil::Date;
use rules::{DocumentClass, DocumentNumber};
use serde::Deserialize;

use crate::page::Problem;
use crate::prove::{MALFORMED, NOT_LET_IN, bearer};
use crate::registry::{Registration, Registry};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VouchRequest {
    document_class: String,
    number: String,
    name: String,
    born: Date,
}

pub(crate) async fn vouch(
    State(registry): State<Registry>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Registration>, Problem> {
    if !bearer(&headers).is_some_and(|token| registry.knows_token(token)) {
        return Err(NOT_LET_IN);
    }
    let request: VouchRequest = serde_json::from_slice(&body).map_err(|_| MALFORMED)?;
    let class: DocumentClass = request.document_class.parse().map_err(|_| MALFORMED)?;
    let number = DocumentNumber::new(class, &request.number).map_err(|_| MALFORMED)?;
    Ok(Json(registry.vouch(class, number.as_str(), &request.name, request.born)?))
}
