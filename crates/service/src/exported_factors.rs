//! What else a certificate is used with, as the person's own file has it: passkeys, and the dynamic code without its key.

use formats::base64url;
use rules::CertificateId;
use serde::Serialize;
use store::{
    Authentication, Tx,
    authentication::{DynamicCodeRecord, Passkey, PasskeyOwner},
};

#[derive(Serialize)]
pub(crate) struct ExportedFactors {
    passkeys: Vec<ExportedPasskey>,
    dynamic_code: Option<ExportedCode>,
}

#[derive(Serialize)]
struct ExportedPasskey {
    name: String,
    credential_id: String,
    user_handle: String,
    public_key: String,
    sign_count: u32,
    synced: bool,
    method: String,
    added_at: String,
    used_on: Option<String>,
}

#[derive(Serialize)]
struct ExportedCode {
    given_at: String,
    last_step: i64,
    failed_tries: u32,
    retry_at: Option<String>,
}

impl ExportedFactors {
    pub(crate) async fn of(
        tx: &Tx<Authentication>,
        certificate: CertificateId,
    ) -> Result<Self, store::Error> {
        let passkeys = tx.passkeys_of(&PasskeyOwner::Certificate(certificate)).await?;
        let code = tx.dynamic_code(certificate).await?;
        Ok(Self {
            passkeys: passkeys.into_iter().map(ExportedPasskey::from).collect(),
            dynamic_code: code.map(ExportedCode::from),
        })
    }
}

impl From<Passkey> for ExportedPasskey {
    fn from(passkey: Passkey) -> Self {
        Self {
            name: passkey.name.as_str().to_owned(),
            credential_id: base64url::encode(&passkey.id),
            user_handle: base64url::encode(&passkey.user_handle),
            public_key: base64url::encode(&passkey.public_key),
            sign_count: passkey.sign_count,
            synced: passkey.synced,
            method: passkey.method,
            added_at: passkey.added_at.to_string(),
            used_on: passkey.used_on.map(|at| at.to_string()),
        }
    }
}

impl From<DynamicCodeRecord> for ExportedCode {
    fn from(code: DynamicCodeRecord) -> Self {
        Self {
            given_at: code.given_at.to_string(),
            last_step: code.last_step,
            failed_tries: code.attempts.failed,
            retry_at: code.attempts.retry_at.map(|at| at.to_string()),
        }
    }
}
