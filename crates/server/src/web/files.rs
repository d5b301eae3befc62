//! `GET /static/{file}`: what pages load, compiled in.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::problem::Problem;

/// Long enough for one visit; short enough that a new version is seen the same day.
const CACHE: &str = "public, max-age=600";

/// `GET /static/{file}`
pub(crate) async fn serve(file: Result<Path<String>, PathRejection>) -> Result<Response, Problem> {
    let Path(file) = file.map_err(|_| Problem::NOT_FOUND)?;
    let (kind, content) = find(&file).ok_or(Problem::NOT_FOUND)?;
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, CACHE)], content).into_response())
}

fn find(file: &str) -> Option<(&'static str, &'static str)> {
    Some(match file {
        "style.css" => ("text/css; charset=utf-8", include_str!("../../static/style.css")),
        "device.js" => ("text/javascript; charset=utf-8", include_str!("../../static/device.js")),
        "passkey.js" => ("text/javascript; charset=utf-8", include_str!("../../static/passkey.js")),
        "back.js" => ("text/javascript; charset=utf-8", include_str!("../../static/back.js")),
        "code.js" => ("text/javascript; charset=utf-8", include_str!("../../static/code.js")),
        "portrait.js" => {
            ("text/javascript; charset=utf-8", include_str!("../../static/portrait.js"))
        }
        "other_device.js" => {
            ("text/javascript; charset=utf-8", include_str!("../../static/other_device.js"))
        }
        "qr.js" => ("text/javascript; charset=utf-8", include_str!("../../static/qr.js")),
        "sheet.js" => ("text/javascript; charset=utf-8", include_str!("../../static/sheet.js")),
        "sheet_code.js" => {
            ("text/javascript; charset=utf-8", include_str!("../../static/sheet_code.js"))
        }
        "signed_out.js" => {
            ("text/javascript; charset=utf-8", include_str!("../../static/signed_out.js"))
        }
        "seal.svg" => ("image/svg+xml", include_str!("../../static/seal.svg")),
        "guilloche.svg" => ("image/svg+xml", include_str!("../../static/guilloche.svg")),
        "tick.svg" => ("image/svg+xml", include_str!("../../static/tick.svg")),
        "cross.svg" => ("image/svg+xml", include_str!("../../static/cross.svg")),
        _ => return None,
    })
}
