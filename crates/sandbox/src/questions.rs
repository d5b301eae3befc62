//! `POST /look-up` and `POST /vouch`: the platform asks whose a document is that proved itself to the platform, and whether
//! one is somebody's of this name and date of birth.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::HeaderMap;
use jiff::civil::Date;
use rules::{DocumentClass, DocumentNumber};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::page::Problem;
use crate::prove::{MALFORMED, NOT_LET_IN, bearer};
use crate::registration::Registration;
use crate::registry::Registry;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookUp {
    document_class: String,
    number: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vouch {
    document_class: String,
    number: String,
    name: String,
    born: Date,
}

pub(crate) async fn look_up(
    State(registry): State<Registry>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Registration>, Problem> {
    let asked: LookUp = asked(&registry, &headers, &body)?;
    let (class, number) = document(&asked.document_class, &asked.number)?;
    Ok(Json(registry.look_up(class, number.as_str())?))
}

pub(crate) async fn vouch(
    State(registry): State<Registry>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Registration>, Problem> {
    let asked: Vouch = asked(&registry, &headers, &body)?;
    let (class, number) = document(&asked.document_class, &asked.number)?;
    Ok(Json(registry.vouch(class, number.as_str(), &asked.name, asked.born)?))
}

/// What the platform asks, if it is the platform.
fn asked<T: DeserializeOwned>(
    registry: &Registry,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<T, Problem> {
    if !bearer(headers).is_some_and(|token| registry.knows_token(token)) {
        return Err(NOT_LET_IN);
    }
    serde_json::from_slice(body).map_err(|_| MALFORMED)
}

fn document(class: &str, number: &str) -> Result<(DocumentClass, DocumentNumber), Problem> {
    let class = class.parse().map_err(|_| MALFORMED)?;
    Ok((class, DocumentNumber::new(class, number).map_err(|_| MALFORMED)?))
}
