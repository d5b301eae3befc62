//! Acting for somebody: a delegate, with their own certificate, has a relying party told that the person was verified.
//!
//! The session stays the delegate's in every respect; it only says, beside, for whom. Pages of one's own see the delegate,
//! and requests of relying parties go this way and no other.

use std::collections::BTreeMap;

use rules::{
    ConsentId, DelegationId, Purpose,
    delegation::{Act, in_force, may_act},
};
use store::{
    Authentication, Tx,
    authentication::{Certificate, ConsentRecord, GivenBy, Person},
};

use crate::{
    Error, Platform, Refusal, Session,
    code::{ByDelegate, Subject, Verified},
    judge::Judged,
    served::Served,
    session::{usable, usable_since},
};

/// What a relying party is told beside the result, never by whom: a contract signed by an agent is the principal's, and
/// whoever relies on it must know that an agent acted (Civil Code 162).
pub(crate) const DELEGATED: &str = "delegated";

impl Platform {
    /// From now on, in this browser, relying parties are answered for the person who gave this delegation.
    pub async fn act_for(&self, session: &Session, id: DelegationId) -> Result<Session, Error> {
        self.usable_certificate(session).await?;
        let record = self.delegation(id).await?;
        if record.delegation.delegate != session.person {
            return Err(Refusal::DelegationUnknown.into());
        }
        in_force(&record.delegation, self.now())?;
        Ok(Session { acting_for: Some(id), ..session.clone() })
    }

    /// In one's own name again.
    pub fn act_for_oneself(&self, session: &Session) -> Session {
        Session { acting_for: None, ..session.clone() }
    }

    /// What the delegate calls the person they act for now.
    pub async fn acting_for(&self, session: &Session) -> Result<Option<String>, Error> {
        let Some(id) = session.acting_for else { return Ok(None) };
        let held = self.delegations(session).await?.held;
        Ok(held.into_iter().find(|view| view.id == id && view.in_force).map(|view| view.called))
    }

    /// Approves what a relying party asks, in the name of the person who gave the delegation.
    pub(crate) async fn approve_for(
        &self,
        session: &Session,
        id: DelegationId,
        judged: &Judged,
    ) -> Result<Subject, Error> {
        let now = self.now();
        let delegation = self.delegation(id).await?.delegation;
        let person = delegation.person;
        if delegation.delegate != session.person {
            return Err(Refusal::DelegationUnknown.into());
        }
        let organisation = judged.by.organisation.clone();
        let act = if judged.attributes.is_empty() { Act::Authenticate } else { Act::TellAttribute };
        may_act(&delegation, act, judged.scene.scene, &organisation, now)?;
        let consent = ConsentRecord {
            id: ConsentId::make(now, &mut |bytes| self.world().fill(bytes)),
            person,
            purpose: Purpose::Release,
            client: judged.request.client_id.to_string(),
            scene: judged.scene.scene.as_str().to_owned(),
            attributes: judged.told(),
            notice: Purpose::Release.current(),
            given_at: now,
            withdrawn_at: None,
            given_by: GivenBy::Delegate,
        };
        judged.release(&consent)?;
        let (given, keys, delegate) = (consent.clone(), self.keys(), session.clone());
        let identifier = self
            .inner()
            .store
            .write("agree for another", async move |tx| {
                if !tx.hold_person(person).await? {
                    return Err(Error::from(rules::Refusal::DelegationOver));
                }
                let own = tx.certificate(delegate.certificate).await?;
                usable_since(&own.ok_or(Refusal::CertificateUnknown)?, delegate.signed_in_at, now)?;
                if tx.session_ended(&delegate.hash()).await? {
                    return Err(Refusal::NotSignedIn.into());
                }
                stands(tx, id, now).await?;
                let known = tx.app_identifier(person, &organisation).await?;
                let Some(Person::Enrolled { salt, .. }) = tx.person(person).await? else {
                    return Err(rules::Refusal::DelegationOver.into());
                };
                let identifier =
                    known.unwrap_or_else(|| keys.app_identifier(&salt, organisation.as_str()));
                tx.add_app_identifier(person, &organisation, &identifier).await?;
                tx.replace_consent(&consent).await?;
                Ok(identifier)
            })
            .await?;
        Ok(Subject {
            person: *person.bytes(),
            certificate: *session.certificate.bytes(),
            consent: *given.id.bytes(),
            identifier: identifier.as_str().to_owned(),
            scene: judged.scene.scene.as_str().to_owned(),
            attributes: BTreeMap::from([(DELEGATED.to_owned(), true)]),
            represented: false,
            session: Served::by(session, judged),
            by: Some(ByDelegate { delegation: *id.bytes(), delegate: *session.person.bytes() }),
            verified: Verified::default(),
            plain: None,
            standing: None,
        })
    }
}

/// Does the delegation stand, and may the person's own certificate be used? Locked means everything.
pub(crate) async fn stands(
    tx: &Tx<Authentication>,
    id: DelegationId,
    now: jiff::Timestamp,
) -> Result<(), Error> {
    let record = tx.delegation(id).await?.ok_or(rules::Refusal::DelegationOver)?;
    in_force(&record.delegation, now)?;
    let certificates = tx.certificates_of(record.delegation.person).await?;
    let held = |certificate: &Certificate| usable(certificate, now).is_ok();
    if certificates.iter().any(held) { Ok(()) } else { Err(rules::Refusal::DelegationOver.into()) }
}
