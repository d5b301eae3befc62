//! Wrong tries in a row, as passcodes and dynamic codes keep them: two columns, and a guard on the first.

use jiff::Timestamp;
use rules::{Attempts, CertificateId};

use crate::{
    Error,
    value::{Row, Value},
};

/// The next two columns of a row, `failed_tries` and `retry_at`.
pub(super) fn attempts(row: &mut Row) -> Result<Attempts, Error> {
    Ok(Attempts {
        failed: row.int("failed_tries")?.try_into().map_err(|_| row.corrupt("failed_tries"))?,
        retry_at: row.optional_instant("retry_at")?,
    })
}

/// What a guarded update takes: the new two, whose they are, and the count it must still find.
pub(super) fn recorded<'a>(
    id: &'a CertificateId,
    before: &Attempts,
    after: &Attempts,
) -> [Value<'a>; 4] {
    [
        Value::Int(after.failed.into()),
        after.retry_at.map(Timestamp::as_second).into(),
        Value::Bytes(id.bytes()),
        Value::Int(before.failed.into()),
    ]
}
