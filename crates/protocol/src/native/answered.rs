//! What the browser carries back, in the names integrators know.

use super::{ResultCode, check};
use crate::oauth::error::ErrorCode;

/// The parameters of an answer, in this interface's names.
pub(crate) fn answered(
    parameters: &[(&'static str, String)],
    with_passcode: bool,
) -> Vec<(&'static str, String)> {
    let value = |name| parameters.iter().find(|(known, _)| *known == name).map(|(_, v)| v.as_str());
    let code = value("code");
    let result = match (code, value("error")) {
        (Some(_), _) => ResultCode::Success,
        (None, Some("access_denied")) => ResultCode::Cancelled,
        (None, Some(error)) => bad_parameter(error),
        (None, None) => ResultCode::Processing,
    };
    let description = value("error_description").unwrap_or("success");
    let mut fields =
        vec![("resultCode", result.as_str().to_owned()), ("resultDesc", description.to_owned())];
    fields.extend(value("state").map(|biz_seq| ("bizSeq", biz_seq.to_owned())));
    if let Some(code) = code {
        fields.push(("idCardAuthData", code.to_owned()));
        if with_passcode {
            fields.push(("certPwdData", check(code)));
        }
    }
    fields
}

fn bad_parameter(error: &str) -> ResultCode {
    let bad = [
        ErrorCode::InvalidRequest,
        ErrorCode::InvalidScope,
        ErrorCode::UnauthorizedClient,
        ErrorCode::InvalidClient,
    ];
    if bad.iter().any(|code| code.as_str() == error) {
        ResultCode::BadParameter
    } else {
        ResultCode::Processing
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::BIZ_SEQ;
    use super::*;

    #[test]
    fn an_answer_has_the_names_integrators_know() {
        let said = |parameters: &[(&'static str, &str)], with_passcode| {
            let parameters: Vec<_> =
                parameters.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            answered(&parameters, with_passcode)
        };
        let good = said(&[("code", "c0de"), ("state", BIZ_SEQ)], true);
        let names: Vec<_> = good.iter().map(|(name, _)| *name).collect();
        let all = ["resultCode", "resultDesc", "bizSeq", "idCardAuthData", "certPwdData"];
        assert_eq!(names, all);
        assert_eq!(good[0].1, "C0000000");
        assert_eq!(said(&[("code", "c0de")], false).len(), 3);
        for (error, code) in [
            ("access_denied", "C0412003"),
            ("invalid_scope", "C0401001"),
            ("unmet_authentication_requirements", "C0405001"),
            ("server_error", "C0405001"),
        ] {
            let bad = said(&[("error", error), ("error_description", "why")], true);
            assert_eq!(bad, [("resultCode", code.to_owned()), ("resultDesc", "why".to_owned())]);
        }
    }
}
