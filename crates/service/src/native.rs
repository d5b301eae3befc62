//! The native interface over the same verbs: a call becomes an authorization request, what is forwarded a code.

use jiff::Timestamp;
use protocol::native::{self, CallType, Forwarded, NativeCall, ResultCode, Verified};
use protocol::oauth::{authorize::AuthorizeError, client_authentication::unknown_client};
use rules::Mode;
use store::{Authentication, Tx};

use crate::{
    Admission, Authorize, Error, Platform, Session, assertion::spent, authorize::Pending,
    events::to_the_minute,
};

impl Platform {
    /// A browser that an integration of the native interface sent, with the query it sent it with.
    pub async fn native_authenticate(
        &self,
        session: Option<&Session>,
        query: &str,
    ) -> Result<Authorize, Error> {
        let call = NativeCall::parse(query)?;
        let id = call.client_id().as_str();
        let Some(by) = self.registered(id).await? else {
            return Err(self.not_served(id, native::unknown_app()).await);
        };
        native::may_speak(&by.client)?;
        let (biz_seq, request) = match call.called() {
            Ok(called) => (Some(called.biz_seq.clone()), self.called(&by, &called).await?),
            Err(error) => (None, Err(AuthorizeError::Page(error))),
        };
        match request {
            Ok(request) => {
                let arrival = self.arriving(session);
                self.proceed(session, Pending { by, request, arrival, knock: None }).await
            }
            Err(AuthorizeError::Page(error)) => {
                let answer = native::refused(&by.client, self.issuer(), biz_seq.as_ref(), &error)?;
                Ok(Authorize::Back(self.answer(&by.client, answer)?))
            }
            Err(redirect) => self.outcome(Some(&by.client), redirect),
        }
    }

    async fn called(
        &self,
        by: &Admission,
        called: &native::Called,
    ) -> Result<Result<protocol::oauth::AuthorizationRequest, AuthorizeError>, Error> {
        if called.organisation != by.organisation.as_str() {
            return Ok(Err(AuthorizeError::Page(native::another_organisation())));
        }
        // Looked at early, so that nobody is asked for nothing; what counts is the unique key when it is redeemed.
        let once = called.biz_seq.once(&by.client.id);
        let used = async move |tx: &Tx<Authentication>| tx.native_spent(&once).await;
        if self.inner().store.read(used).await? {
            return Ok(Err(AuthorizeError::Page(native::used_before())));
        }
        let acr = mode(called.call_type).acr();
        Ok(called.request(&by.client, self.issuer(), acr, self.now()))
    }

    /// What a relying party's server forwards: the header if there was one, and the body.
    pub async fn native_verify(
        &self,
        authorization: Option<&str>,
        body: &[u8],
    ) -> Result<Verified, Error> {
        let now = self.now();
        let forwarded = Forwarded::parse(authorization, body)?;
        let id = forwarded.credentials.client_id().as_str();
        let Some(by) = self.registered(id).await? else {
            return Err(self.not_served(id, unknown_client()).await);
        };
        let client = forwarded.credentials.authenticate(&by.client, self.issuer(), now)?;
        if forwarded.organisation != by.organisation.as_str() {
            return Err(native::another_organisation().into());
        }
        let presented = forwarded.presented(&by.client)?;
        let once = forwarded.biz_seq.once(&by.client.id);
        let (grant, subject) =
            self.redeem_native(&client, &presented, spent(&client), once, now).await?;
        Ok(Verified {
            result_code: ResultCode::Success,
            result_desc: "success",
            biz_seq: forwarded.biz_seq.as_str().to_owned(),
            result: "passed",
            receipt: self.receipt(&by, &subject, &grant.acr, now)?,
            delegated: subject.by.is_some(),
            app_identifier: subject.identifier,
            mode: grant.acr,
            scene: subject.scene,
            time: written(now),
        })
    }
}

fn written(now: Timestamp) -> String {
    to_the_minute(now).to_string()
}

fn mode(call_type: CallType) -> Mode {
    match call_type {
        CallType::Certificate => Mode::Certificate,
        CallType::CertificatePasscode => Mode::CertificatePasscode,
        CallType::CertificatePortrait => Mode::CertificatePortrait,
        CallType::CertificatePasscodePortrait => Mode::CertificatePasscodePortrait,
    }
}
