//! The person's own part at a counter: on a screen turned to them, they choose the passcode, and the certificate is
//! issued. It lives on no device yet: a sheet, a passkey or a delegate comes next, in the person's own session.

use formats::Secret;
use jiff::Timestamp;
use rules::{CertificateId, Factor, Factors, Mode, NetNumber, Passcode, PersonId, Proofing};
use store::{
    Vault,
    authentication::{Certificate, Event, Kind, State},
    vault::ApplicationRow,
};

use crate::{
    CERTIFICATE_LIFETIME, Error, Platform, Refusal, Session,
    counter::Application,
    issue::Given,
    recognise::Recognised,
    reissue::Reissue,
    vault::{self, VaultRecord},
    whole::whole,
};

/// Passcodes hashed for one application.
const MOST_TRIES: i64 = 10;

/// What begins the place of an event at a counter; no client has such an id.
pub(crate) const OFFICE: &str = "office:";

/// What the person receives at a counter.
#[derive(Debug)]
pub struct IssuedAtCounter {
    /// The net number, for life.
    pub net_number: NetNumber,
    /// The person is signed in on the screen that was turned to them, to have a sheet printed or a passkey bound.
    pub session: Session,
}

impl Platform {
    /// Whether an application waits for its person here.
    pub async fn is_handed_over(&self, handed_over: &str) -> Result<(), Error> {
        self.handed_over(handed_over).await.map(drop)
    }

    /// Sets the passcode and issues the certificate. However often it is sent: once.
    pub async fn complete_at_counter(
        &self,
        handed_over: &str,
        passcode: Passcode,
    ) -> Result<IssuedAtCounter, Error> {
        let (row, application) = self.handed_over(handed_over).await?;
        let id = row.id;
        let count =
            async move |tx: &store::Tx<Vault>| tx.count_application_try(id, MOST_TRIES).await;
        if !self.inner().vault.write("count a try", count).await? {
            return Err(Refusal::TriesExhausted.into());
        }
        let verifier = Secret::new(self.passcode_verifier(passcode).await?);
        let platform = self.clone();
        whole(async move { platform.issue_at_counter(row, application, verifier).await }).await
    }

    /// Writes both planes, the vault first, as at every issue.
    async fn issue_at_counter(
        &self,
        row: ApplicationRow,
        application: Application,
        passcode_verifier: Secret<String>,
    ) -> Result<IssuedAtCounter, Error> {
        let identity = application
            .identity
            .identity()
            .ok_or_else(|| Error::fault("enrolling", "a damaged identity"))?;
        let (office, consents) = (application.office.clone(), application.consents.clone());
        let now = self.now();
        let reissue = self.prepare_reissue(now);
        let person = self.keep_from_counter(row, application, reissue.clone(), now).await?;
        let certificate = Certificate {
            id: CertificateId::make(now, &mut |bytes| self.world().fill(bytes)),
            person,
            mode: Mode::CertificatePasscode,
            proofing: Proofing::Counter,
            passcode_verifier: passcode_verifier.expose().clone(),
            attempts: rules::Attempts::default(),
            issued_at: now,
            expires_at: now + CERTIFICATE_LIFETIME,
            unlocked_at: None,
            state: State::Active,
        };
        let at_office =
            |kind| Event { client: format!("{OFFICE}{office}"), ..self.event(person, kind, now) };
        let events = [Kind::CounterEntered, Kind::CounterConfirmed, Kind::Issued].map(at_office);
        let (born, events) = (identity.born(), events.to_vec());
        let given = Given { consents, guardian: None };
        let net_number = self.remember(&certificate, None, born, given, events, reissue).await?;
        // The passcode was chosen here and now, under the eyes of two officers who saw the person.
        let factors = Factors::of(&[Factor::Passcode]);
        Ok(IssuedAtCounter {
            net_number,
            session: self.new_session(person, certificate.id, factors),
        })
    }

    /// The vault's part, in one transaction with the end of the application.
    async fn keep_from_counter(
        &self,
        row: ApplicationRow,
        application: Application,
        reissue: Reissue,
        now: Timestamp,
    ) -> Result<PersonId, Error> {
        let (keys, inner) = (self.keys(), self.shared());
        let damaged = || Error::fault("enrolling", "a damaged application");
        let identity = application.identity.identity().ok_or_else(damaged)?;
        let register = application.register.as_deref().map(str::parse).transpose();
        let recognised = Recognised {
            document: identity.document().number().clone(),
            register: register.map_err(|_| damaged())?,
        };
        let record = VaultRecord {
            identity: application.identity.clone(),
            phone: application.phone.clone(),
        };
        self.inner()
            .vault
            .write("keep identity from a counter", async move |tx| {
                if !tx.end_application(row.id, row.step).await? {
                    return Err(Refusal::ApplicationUnknown.into());
                }
                let world = &*inner.world;
                vault::keep(tx, &keys, world, &recognised, &record, &reissue, now).await
            })
            .await
    }
}
