//! The person's own part at a counter: on a screen turned to them, they choose the passcode, and the certificate is
//! issued. It lives on no device yet: a sheet, a passkey or a delegate comes next, in the person's own session.

use formats::Secret;
use jiff::Timestamp;
use rules::{
    Capacity, CertificateId, Factor, Factors, Mode, NetNumber, PersonId, PlainIdentity, Proofing,
    capacity::capacity,
};
use store::{
    Vault,
    authentication::{Certificate, Event, Kind, State},
    vault::ApplicationRow,
};

use crate::{
    CERTIFICATE_LIFETIME, Error, PasscodeSet, Platform, Refusal, Session,
    counter::Applying,
    guardians::Ground,
    issue::Given,
    prove_guardian::{Act, Behind},
    recognise::Recognised,
    reissue::Reissue,
    vault::{self, VaultRecord},
    whole::whole,
};

/// Passcodes stretched for one application.
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

    /// Sets the passcode and issues the certificate. However often it is sent: once. For a child under fourteen the
    /// guardian chooses.
    pub async fn complete_at_counter(
        &self,
        handed_over: &str,
        passcode: PasscodeSet,
    ) -> Result<IssuedAtCounter, Error> {
        let (row, applying) = self.handed_over(handed_over).await?;
        let id = row.id;
        let count =
            async move |tx: &store::Tx<Vault>| tx.count_application_try(id, MOST_TRIES).await;
        if !self.inner().vault.write("count a try", count).await? {
            return Err(Refusal::TriesExhausted.into());
        }
        let verifier = Secret::new(self.passcode_verifier(passcode).await?);
        let platform = self.clone();
        whole(async move { platform.issue_at_counter(row, applying, verifier).await }).await
    }

    /// Writes both planes, the vault first, as at every issue.
    async fn issue_at_counter(
        &self,
        row: ApplicationRow,
        applying: Box<Applying>,
        passcode_verifier: Secret<String>,
    ) -> Result<IssuedAtCounter, Error> {
        let identity = applying
            .identity
            .identity()
            .ok_or_else(|| Error::fault("enrolling", "a damaged identity"))?;
        let given = self.given_at_counter(&applying, &identity, &row.office).await?;
        let (born, office) = (identity.born(), row.office.clone());
        let now = self.now();
        let reissue = self.prepare_reissue(now);
        let contact = given.guardian.filter(|behind| behind.act == Act::Applies);
        let contact = contact.map(|behind| behind.guardian());
        let person = self.keep_from_counter(row, applying, contact, reissue.clone(), now).await?;
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
        let events = events.to_vec();
        let net_number = self.remember(&certificate, None, born, given, events, reissue).await?;
        // The passcode was chosen here and now, under the eyes of two officers who saw the person.
        let factors = Factors::of(&[Factor::Passcode]);
        Ok(IssuedAtCounter {
            net_number,
            session: self.new_session(person, certificate.id, factors),
        })
    }

    /// Who consented, and who stands beside a minor. The guardian's certificate is looked at again.
    async fn given_at_counter(
        &self,
        applying: &Applying,
        identity: &PlainIdentity,
        office: &str,
    ) -> Result<Given, Error> {
        let consents = applying.consents.clone();
        let Some(beside) = applying.guardian()? else {
            return Ok(Given { consents, guardian: None, ground: Ground::Registry });
        };
        let guardian = self.may_stand_beside(&beside, identity.document().number()).await?;
        let act = match capacity(identity.born(), self.today()) {
            Capacity::Represented => Act::Applies,
            Capacity::Supervised | Capacity::Adult => Act::Approves,
        };
        let ground = Ground::Counter { paper: beside.paper, office: office.to_owned() };
        Ok(Given { consents, guardian: Some(Behind::new(guardian, act)), ground })
    }

    /// The vault's part, in one transaction with the end of the application. A child under fourteen is reached at the
    /// guardian's number.
    async fn keep_from_counter(
        &self,
        row: ApplicationRow,
        applying: Box<Applying>,
        contact: Option<PersonId>,
        reissue: Reissue,
        now: Timestamp,
    ) -> Result<PersonId, Error> {
        let (keys, inner) = (self.keys(), self.shared());
        let damaged = || Error::fault("enrolling", "a damaged application");
        let identity = applying.identity.identity().ok_or_else(damaged)?;
        let register = applying.register.as_deref().map(str::parse).transpose();
        let recognised = Recognised {
            document: identity.document().number().clone(),
            register: register.map_err(|_| damaged())?,
        };
        self.inner()
            .vault
            .write("keep identity from a counter", async move |tx| {
                if !tx.end_application(row.id, row.step).await? {
                    return Err(Refusal::ApplicationUnknown.into());
                }
                let phone = match contact {
                    Some(guardian) => vault::phone_of(tx, &keys, guardian)
                        .await?
                        .map_or_else(String::new, |phone| phone.as_str().to_owned()),
                    None => applying.phone.clone(),
                };
                let record = VaultRecord { identity: applying.identity.clone(), phone };
                let world = &*inner.world;
                vault::keep(tx, &keys, world, &recognised, &record, &reissue, now).await
            })
            .await
    }
}
