//! Sessions end: every client they served is told.

use formats::{Secret, base64url};
use jiff::Timestamp;
use protocol::oidc::logout_token::{Events, LIFETIME, LogoutToken, TYP};
use rules::PersonId;
use store::{Authentication, Tx, authentication::ServedSession};

use crate::{Admission, Content, Error, Letter, Platform, deliveries::Delivery};

impl Platform {
    /// Ends these sessions at the clients they served and has the clients told. `but` is told nothing, and nothing is said
    /// in the file of `leaving`, who has none any more.
    pub(crate) async fn log_out(
        &self,
        tx: &Tx<Authentication>,
        served: &[ServedSession],
        but: Option<&str>,
        leaving: Option<PersonId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        for one in served {
            // Somebody else may be ending the same session.
            if !tx.end_served_session(one).await? || but == Some(one.client.as_str()) {
                continue;
            }
            let person = (Some(one.person) != leaving).then_some(one.person);
            let sid = Some(one.sid.clone());
            let delivery = Delivery::Logout { subject: one.identifier.clone(), sid };
            self.post(tx, (&one.client, person), &delivery, now).await?;
        }
        Ok(())
    }

    /// Ends every session a person is told of or signed in to, at every client.
    pub(crate) async fn log_out_everywhere(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
        leaving: Option<PersonId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut served = tx.served_of(person).await?;
        // Where the person acted for others, the row is theirs.
        for certificate in tx.certificates_of(person).await? {
            served.extend(tx.served_by_certificate(certificate.id).await?);
        }
        self.log_out(tx, &served, None, leaving, now).await
    }

    /// Ends every session of a person at one client; also those that are not remembered any more, where the client takes that.
    pub(crate) async fn log_out_at(
        &self,
        tx: &Tx<Authentication>,
        by: &Admission,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (client, metadata) = (by.client.id.as_str(), &by.client.metadata);
        let served = tx.served_at(person, client).await?;
        let any = metadata.backchannel_logout_uri.is_some()
            && !metadata.backchannel_logout_session_required;
        if !served.is_empty() || !any {
            return self.log_out(tx, &served, None, None, now).await;
        }
        let Some(known) = tx.app_identifier(person, &by.organisation).await? else { return Ok(()) };
        let delivery = Delivery::Logout { subject: known.as_str().to_owned(), sid: None };
        self.post(tx, (client, Some(person)), &delivery, now).await
    }

    /// The letter that says so, to the address for it; who is told through browsers alone gets none.
    ///
    /// Back-Channel Logout 1.0 §2.5: the token goes as the field `logout_token` of a form.
    pub(crate) fn logout_letter(
        &self,
        by: &Admission,
        subject: &str,
        sid: Option<&str>,
    ) -> Result<Option<Letter>, Error> {
        let Some(to) = &by.client.metadata.backchannel_logout_uri else { return Ok(None) };
        let now = self.now();
        let token = LogoutToken {
            iss: self.issuer().clone(),
            sub: subject.to_owned(),
            aud: by.client.id.clone(),
            iat: now,
            exp: now + LIFETIME,
            jti: base64url::encode(&self.world().draw::<16>()),
            events: Events::default(),
            sid: sid.map(str::to_owned),
        };
        let token = self
            .keys()
            .sign_token(TYP, &token)
            .map_err(|cause| Error::fault("signing a logout token", cause))?;
        Ok(Some(Letter {
            to: to.as_url().clone(),
            authorization: None,
            content: Content::Form { name: "logout_token", value: Secret::new(token) },
        }))
    }
}
