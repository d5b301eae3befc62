//! What an officer entered is checked, and the officer asked for a passkey over exactly that.

use rules::{
    DocumentNumber, Guardian, PersonId, Purpose,
    consent::{given, require},
    counter::{RegistryVerdict, may_enter},
    guardian::{self, Claimant},
};
use store::{Authentication, Tx, authentication::Person};

use super::{
    Application, Applying, Beside, Changing, CounterEntry, DocumentRecord, Draft, GuardianBeside,
    GuardianshipAct, GuardianshipEntry, Matter,
};
use crate::{
    Error, OfficerSession, Platform, Refusal, RegistryError, identity_record::IdentityRecord,
    references::Kind,
};

impl Platform {
    /// Checks what an officer entered, and asks for their passkey over exactly that.
    ///
    /// Measures art. 4, 10–11 and PIPL 29, 31: the notices are read aloud, each agreed to by itself, to the guardian for
    /// a child under fourteen.
    pub async fn draft_application(
        &self,
        session: &OfficerSession,
        entry: CounterEntry,
    ) -> Result<Draft, Error> {
        let consents = [
            given(Purpose::Enrolment, entry.consents.enrolment)?,
            given(Purpose::SensitiveInformation, entry.consents.sensitive)?,
        ];
        for purpose in [Purpose::Enrolment, Purpose::SensitiveInformation] {
            require(&consents, purpose)?;
        }
        // The officer first: nobody else has the registry asked.
        self.officer_at_work(session).await?;
        let register = self.vouched(&entry).await?;
        if let Some(guardian) = &entry.guardian {
            self.may_stand_beside(guardian, entry.identity.document().number()).await?;
        }
        let applying = Applying {
            identity: IdentityRecord::from(&entry.identity),
            register,
            phone: entry.phone.map_or_else(String::new, |phone| phone.as_str().to_owned()),
            inspection: entry.inspection.as_str().to_owned(),
            consents: consents
                .iter()
                .map(|c| (c.purpose().as_str().to_owned(), c.version().0))
                .collect(),
            guardian: entry.guardian.map(|beside| Beside {
                document: DocumentRecord::from(&beside.document),
                paper: beside.paper.as_str().to_owned(),
            }),
        };
        self.drafted(session, Matter::Enrolment(Box::new(applying))).await
    }

    /// Checks a guardianship that is to be confirmed or ended, and asks for the officer's passkey over exactly that.
    pub async fn draft_guardianship(
        &self,
        session: &OfficerSession,
        entry: GuardianshipEntry,
    ) -> Result<Draft, Error> {
        self.officer_at_work(session).await?;
        self.may_change(&entry).await?;
        let changing = Changing {
            act: entry.act,
            guardian: DocumentRecord::from(&entry.guardian),
            child: DocumentRecord::from(&entry.child),
            paper: entry.paper.as_str().to_owned(),
        };
        self.drafted(session, Matter::Guardianship(changing)).await
    }

    async fn drafted(&self, session: &OfficerSession, matter: Matter) -> Result<Draft, Error> {
        let officer = self.officer_at_work(session).await?;
        self.not_their_own(&officer, &matter).await?;
        let application = Application { matter, office: officer.office, salt: self.world().draw() };
        let sealed = self.seal(Kind::CounterDraft, &session.id, &application)?;
        Ok(Draft { view: self.view(&application, super::signing::ENTER)?, sealed })
    }

    /// What the registry calls the person, if it keeps the document; refused unless the evidence suffices.
    async fn vouched(&self, entry: &CounterEntry) -> Result<Option<String>, Error> {
        let document = entry.identity.document();
        let (verdict, register) = if document.class().is_registered() {
            match self.inner().outside.registry.vouch(&entry.identity).await {
                Ok(known) => (RegistryVerdict::Agrees, Some(known.register.as_str().to_owned())),
                Err(RegistryError::Differs) => (RegistryVerdict::Differs, None),
                Err(error) => return Err(crate::prove_document::refused(error)),
            }
        } else {
            (RegistryVerdict::NotKept, None)
        };
        let guardian = entry.guardian.as_ref().map_or(Guardian::None, |_| Guardian::Approved);
        let (born, today) = (entry.identity.born(), self.today());
        may_enter(document, born, verdict, entry.inspection, guardian, today)?;
        Ok(register)
    }

    /// May this guardian stand beside this minor? Of age, with a certificate in force, on a paper that shows it.
    pub(crate) async fn may_stand_beside(
        &self,
        beside: &GuardianBeside,
        minor: &DocumentNumber,
    ) -> Result<PersonId, Error> {
        beside.paper.confirms()?;
        let person = self.person_with(&beside.document).await?;
        let person = person.ok_or(rules::Refusal::GuardianUncertified)?;
        let claimed = async |tx: &Tx<Authentication>| {
            let Some(Person::Enrolled { sealed_birth, .. }) = tx.person(person).await? else {
                return Err(Error::from(rules::Refusal::GuardianUncertified));
            };
            let claimant = Claimant {
                born: self.born_from(person, &sealed_birth)?,
                certificate: self.certificate_held(tx, person).await?,
                wards: std::slice::from_ref(minor),
            };
            Ok(guardian::approve(claimant, minor, self.today())?)
        };
        self.inner().store.read(claimed).await?;
        Ok(person)
    }

    /// May a guardianship be changed like that? Asked again by whoever does it, inside the transaction.
    async fn may_change(&self, entry: &GuardianshipEntry) -> Result<(), Error> {
        match entry.act {
            GuardianshipAct::Confirm => {
                let beside =
                    GuardianBeside { document: entry.guardian.clone(), paper: entry.paper };
                self.may_stand_beside(&beside, &entry.child).await?;
                self.both(&entry.guardian, &entry.child).await?;
            }
            GuardianshipAct::End => {
                entry.paper.ends()?;
                self.guardianship_between(&entry.guardian, &entry.child).await?;
            }
        }
        Ok(())
    }

    /// Is a guardianship in force between two persons?
    async fn guardianship_between(
        &self,
        guardian: &DocumentNumber,
        child: &DocumentNumber,
    ) -> Result<(), Error> {
        let (guardian, child) = self.both(guardian, child).await?;
        let known =
            self.inner().store.read(async move |tx| tx.guardianships_of_child(child).await).await?;
        if known.iter().any(|one| one.guardian == guardian && one.ended_at.is_none()) {
            Ok(())
        } else {
            Err(Refusal::GuardianshipUnknown.into())
        }
    }
}
