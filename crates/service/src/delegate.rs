//! Delegations: offered by a person, accepted by another with their own certificate, confirmed by the person, and
//! revoked by either at once.

use formats::mac::same;
use jiff::{SignedDuration, Timestamp};
use rules::{
    Delegation, DelegationId, DelegationScope, FamiliarName, Mode, PersonId,
    delegation::{OFFER, may_accept, may_offer},
};
use serde::{Deserialize, Serialize};
use store::authentication::{DelegationRecord, Kind as EventKind, Person};

use crate::{Error, Platform, Refusal, Session, enrol::instant, references::Kind};

/// Tries at the number: three in a million.
const MOST_TRIES: i64 = 3;

/// What one person would let another do.
pub struct DelegationOffer {
    /// How far.
    pub scope: DelegationScope,
    /// For how long.
    pub lasts: SignedDuration,
    /// What the person calls the delegate.
    pub called: FamiliarName,
}

/// An offer as it travels from one screen to the other.
#[derive(Deserialize, Serialize)]
struct Offered {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    person: [u8; 16],
    scenes: Vec<String>,
    organisations: Vec<String>,
    called: String,
    expires_at: i64,
    open_until: i64,
}

/// What two people call each other, as it is sealed under the attribute key.
#[derive(Deserialize, Serialize)]
pub(crate) struct Names {
    pub(crate) person: String,
    pub(crate) delegate: String,
}

impl Platform {
    /// Offers somebody to act in one's stead: a text for their screen.
    pub async fn offer_delegation(
        &self,
        session: &Session,
        offer: DelegationOffer,
    ) -> Result<String, Error> {
        self.own_hands(session).await?;
        let born = self.born(session.person).await?;
        let lasts = offer.lasts.try_into().map_err(|_| rules::Refusal::DelegationTooLong)?;
        may_offer(&offer.scope, born, lasts, self.today())?;
        let now = self.now();
        let waits = SignedDuration::try_from(OFFER)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let id = DelegationId::make(now, &mut |bytes| self.world().fill(bytes));
        let offered = Offered {
            id: *id.bytes(),
            person: *session.person.bytes(),
            scenes: offer.scope.scenes.iter().map(|s| s.as_str().to_owned()).collect(),
            organisations: offer
                .scope
                .organisations
                .iter()
                .map(|o| o.as_str().to_owned())
                .collect(),
            called: offer.called.as_str().to_owned(),
            expires_at: (now + offer.lasts).as_second(),
            open_until: (now + waits).as_second(),
        };
        self.seal(Kind::DelegationOffer, b"", &offered)
    }

    /// What an offer says, for the page on which it is accepted.
    pub async fn offered_delegation(
        &self,
        session: &Session,
        offer: &str,
    ) -> Result<(DelegationScope, Timestamp), Error> {
        self.own_hands(session).await?;
        let offered = self.open_offer(offer)?;
        Ok((offered.scope()?, instant(offered.expires_at)?))
    }

    /// Accepts an offer with one's own certificate. It is in force once the person has typed the number shown.
    pub async fn accept_delegation(
        &self,
        session: &Session,
        offer: &str,
        called: &FamiliarName,
    ) -> Result<DelegationId, Error> {
        self.own_hands(session).await?;
        let offered = self.open_offer(offer)?;
        let (id, person) =
            (DelegationId::from_bytes(offered.id), PersonId::from_bytes(offered.person));
        let delegate = session.person;
        may_accept(person, delegate, self.born(delegate).await?, self.today())?;
        let names = Names { person: called.as_str().to_owned(), delegate: offered.called.clone() };
        let names =
            serde_json::to_vec(&names).map_err(|cause| Error::fault("writing names", cause))?;
        let now = self.now();
        let record = DelegationRecord {
            id,
            delegation: Delegation {
                person,
                delegate,
                scope: offered.scope()?,
                expires_at: instant(offered.expires_at)?,
                confirmed_at: None,
                revoked_at: None,
            },
            sealed_names: self
                .keys()
                .seal_attribute(self.world().draw(), id.bytes(), &names)
                .map_err(|cause| Error::fault("sealing names", cause))?,
            number: Some(self.draw_code()),
            offered_until: instant(offered.open_until)?,
            accepted_at: now,
        };
        self.inner()
            .store
            .write("accept delegation", async move |tx| {
                if !tx.hold_person(person).await? || !tx.hold_person(delegate).await? {
                    return Err(Refusal::DelegationUnknown.into());
                }
                if tx.add_delegation(&record).await? {
                    Ok(id)
                } else {
                    Err(Error::from(Refusal::DelegationUnknown))
                }
            })
            .await
    }

    /// Confirms what a delegate accepted: the number on their screen shows that it is them.
    pub async fn confirm_delegation(
        &self,
        session: &Session,
        id: DelegationId,
        number: &str,
    ) -> Result<(), Error> {
        self.own_hands(session).await?;
        let person = session.person;
        let record = self.delegation(id).await?;
        if record.delegation.person != person || record.delegation.confirmed_at.is_some() {
            return Err(Refusal::DelegationUnknown.into());
        }
        let count = async move |tx: &store::Tx<store::Authentication>| {
            tx.count_delegation_try(id, MOST_TRIES).await
        };
        if !self.inner().store.write("count a try at a number", count).await? {
            return Err(Refusal::TriesExhausted.into());
        }
        let shown = record.number.ok_or(Refusal::DelegationUnknown)?;
        if !same(shown.as_bytes(), number.trim().as_bytes()) {
            return Err(Refusal::DelegationNumberWrong.into());
        }
        let now = self.now();
        let delegate = record.delegation.delegate;
        let events =
            [person, delegate].map(|whose| self.event(whose, EventKind::DelegationGiven, now));
        self.inner()
            .store
            .write("confirm delegation", async move |tx| {
                if !tx.hold_person(person).await? || !tx.confirm_delegation(id, person, now).await?
                {
                    return Err(Error::from(Refusal::DelegationUnknown));
                }
                for event in &events {
                    tx.add_event(event).await?;
                }
                Ok(())
            })
            .await
    }

    /// Revokes a delegation, by the person or by the delegate; at once, also on a locked certificate.
    pub async fn revoke_delegation(
        &self,
        session: &Session,
        id: DelegationId,
    ) -> Result<(), Error> {
        let record = self.delegation(id).await?;
        let Delegation { person, delegate, .. } = record.delegation;
        let (by, now) = (session.person, self.now());
        if by != person && by != delegate {
            return Err(Refusal::DelegationUnknown.into());
        }
        let events =
            [person, delegate].map(|whose| self.event(whose, EventKind::DelegationRevoked, now));
        self.inner()
            .store
            .write("revoke delegation", async move |tx| {
                if !tx.revoke_delegation(id, by, now).await? {
                    return Err(Error::from(Refusal::DelegationUnknown));
                }
                for event in &events {
                    tx.add_event(event).await?;
                }
                Ok(())
            })
            .await
    }

    pub(crate) async fn delegation(&self, id: DelegationId) -> Result<DelegationRecord, Error> {
        let found = self.inner().store.read(async move |tx| tx.delegation(id).await).await?;
        found.ok_or_else(|| Refusal::DelegationUnknown.into())
    }

    /// Is it the person, with certificate and passcode, in their own name?
    async fn own_hands(&self, session: &Session) -> Result<(), Error> {
        if !session.mode().satisfies(Mode::CertificatePasscode) {
            return Err(Refusal::NotSignedIn.into());
        }
        if session.acting_for.is_some() {
            return Err(rules::Refusal::NotForAnother.into());
        }
        self.usable_certificate(session).await?;
        Ok(())
    }

    /// A person's date of birth, for the rules alone.
    async fn born(&self, person: PersonId) -> Result<jiff::civil::Date, Error> {
        let found = self.inner().store.read(async move |tx| tx.person(person).await).await?;
        let Some(Person::Enrolled { sealed_birth, .. }) = found else {
            return Err(Refusal::CertificateEnded.into());
        };
        let damaged = || Error::fault("reading a date of birth", "no key of ours opens it");
        let plain =
            self.keys().open_attribute(person.bytes(), &sealed_birth).ok_or_else(damaged)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| damaged())?;
        text.parse().map_err(|_| damaged())
    }

    fn open_offer(&self, offer: &str) -> Result<Offered, Error> {
        let offered: Offered =
            self.open(Kind::DelegationOffer, b"", offer).map_err(|_| Refusal::DelegationUnknown)?;
        if self.now() < instant(offered.open_until)? {
            Ok(offered)
        } else {
            Err(Refusal::DelegationUnknown.into())
        }
    }
}

impl Offered {
    fn scope(&self) -> Result<DelegationScope, Error> {
        let scenes: Result<_, _> = self.scenes.iter().map(|scene| scene.parse()).collect();
        let organisations: Result<_, _> =
            self.organisations.iter().map(|code| code.parse()).collect();
        Ok(DelegationScope {
            scenes: scenes.map_err(|cause: rules::scene::NotAScene| {
                Error::fault("reading an offer", cause)
            })?,
            organisations: organisations.map_err(
                |cause: rules::organisation_code::NotAnOrganisationCode| {
                    Error::fault("reading an offer", cause)
                },
            )?,
        })
    }
}
