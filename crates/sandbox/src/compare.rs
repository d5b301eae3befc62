//! `POST /compare`: the platform has a face sample compared with a document's portrait.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use formats::base64url;
use rules::{DocumentClass, DocumentNumber};
use serde::{Deserialize, Serialize};

use crate::page::Problem;
use crate::portrait::Verdict;
use crate::prove::{MALFORMED, NOT_LET_IN, bearer};
use crate::registry::Registry;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompareRequest {
    document_class: String,
    number: String,
    /// base64url
    sample: String,
}

#[derive(Serialize)]
pub(crate) struct Compared {
    matches: bool,
}

pub(crate) async fn compare(
    State(registry): State<Registry>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Compared>, Problem> {
    if !bearer(&headers).is_some_and(|token| registry.knows_token(token)) {
        return Err(NOT_LET_IN);
    }
    let request: CompareRequest = serde_json::from_slice(&body).map_err(|_| MALFORMED)?;
    let class: DocumentClass = request.document_class.parse().map_err(|_| MALFORMED)?;
    let document = DocumentNumber::new(class, &request.number).map_err(|_| MALFORMED)?;
    let sample = base64url::decode(&request.sample).map_err(|_| MALFORMED)?;
    // A simulated face is known by its holder's first document, whichever was proved.
    let holder = registry.population().holder(class, document.as_str());
    let document = holder.map_or(&document, |holder| holder.identity.document().number());
    let verdict = registry.faces().verify(&sample, document).map_err(|_| NOT_A_SAMPLE)?;
    Ok(Json(Compared { matches: verdict == Verdict::Matches }))
}

const NOT_A_SAMPLE: Problem = Problem {
    status: StatusCode::UNPROCESSABLE_ENTITY,
    code: "not_a_sample",
    title: "The sample is none of the sandbox's",
};
