//! An officer of a service counter, with an authenticator in the pocket.

use rules::{
    ApplicationId, Document, DocumentNumber, GuardianshipPaper, Inspection, NoticeVersion,
    OfficerId, PlainIdentity,
};
use service::{
    ConsentsGiven, CounterEntry, CounterOutcome, Error, GuardianBeside, GuardianshipEntry,
    IssuedAtCounter, OfficerSession, PasscodeSet,
};

use crate::{Authenticator, Holder, Resident, Town};

/// Somebody who works at a counter.
#[derive(Clone)]
pub struct Officer {
    town: Town,
    /// The officer.
    pub id: OfficerId,
    /// Their authenticator.
    pub authenticator: Authenticator,
    /// Their session.
    pub session: OfficerSession,
    /// Whoever the officer is at home.
    pub person: Box<Holder>,
}

impl Town {
    /// An officer of this office, enrolled, invited, joined and signed in.
    pub async fn officer(&self, name: &str, office: &str) -> Officer {
        let mut person = Box::pin(self.adult().enrol()).await;
        person.sign_in_with_passcode().await.expect("signed in");
        let (id, authenticator) = self.joined(&person, name, office).await.expect("joined");
        self.at_work(id, authenticator, person).await
    }

    /// Invites this person to an office; the authenticator they join with.
    pub async fn joined(
        &self,
        person: &Holder,
        name: &str,
        office: &str,
    ) -> Result<(OfficerId, Authenticator), Error> {
        let invited = self.platform.invite_officer(name, office).await?;
        let (_, question) = self.platform.invited_officer(&invited.invitation).await?;
        let mut authenticator = Authenticator::new();
        let answer = authenticator.make(&question);
        let (link, state, key) = (&invited.invitation, &question.state, "key".parse());
        let key = key.expect("a name");
        self.platform.join_as_officer(&person.session, link, state, &answer, key).await?;
        Ok((invited.id, authenticator))
    }

    async fn at_work(
        &self,
        id: OfficerId,
        mut authenticator: Authenticator,
        person: Holder,
    ) -> Officer {
        let question = self.platform.ask_officer().expect("a question");
        let answer = authenticator.answer(&question);
        let session = self.platform.sign_in_officer(&question.state, &answer).await;
        let session = session.expect("signed in");
        Officer { town: self.clone(), id, authenticator, session, person: Box::new(person) }
    }

    /// Two officers of one office.
    pub async fn counter(&self) -> [Officer; 2] {
        // Boxed: an officer is a person who enrolled, and stories are full of them.
        let [chen, zhao] =
            ["Chen", "Zhao"].map(|name| Box::pin(self.officer(name, "Riverside Hall")));
        [chen.await, zhao.await]
    }
}

/// What an officer types of a resident's document.
pub fn entry(resident: &Resident) -> CounterEntry {
    let identity = &resident.person.identity;
    let document = identity.document();
    let read = Document::new(document.class(), document.number().as_str(), document.valid_until());
    let name = resident.person.name.written.parse().expect("a name");
    CounterEntry {
        identity: PlainIdentity::new(name, read.expect("a document"), identity.born())
            .expect("an identity"),
        phone: None,
        inspection: Inspection::Original,
        consents: ConsentsGiven { enrolment: NoticeVersion(1), sensitive: NoticeVersion(1) },
        guardian: None,
    }
}

/// The same, with this guardian beside, who shows this paper.
pub fn entry_beside(
    resident: &Resident,
    guardian: &Resident,
    paper: GuardianshipPaper,
) -> CounterEntry {
    let beside = GuardianBeside { document: number(guardian), paper };
    CounterEntry { guardian: Some(beside), ..entry(resident) }
}

/// The number of the document somebody enrolls with.
pub fn number(resident: &Resident) -> DocumentNumber {
    let document = resident.person.identity.document();
    DocumentNumber::new(document.class(), document.number().as_str()).expect("a number")
}

impl Officer {
    /// Enters a resident's application, and signs it.
    pub async fn enter(&mut self, resident: &Resident) -> Result<ApplicationId, Error> {
        self.enter_this(entry(resident)).await
    }

    /// Enters this, and signs it.
    pub async fn enter_this(&mut self, entry: CounterEntry) -> Result<ApplicationId, Error> {
        let platform = self.town.platform.clone();
        let draft = platform.draft_application(&self.session, entry).await?;
        let question = &draft.view.question;
        let answer = self.authenticator.answer(question);
        platform.enter_application(&self.session, &draft.sealed, &question.state, &answer).await
    }

    /// Enters a guardianship to be confirmed or ended, and signs it.
    pub async fn enter_guardianship(
        &mut self,
        entry: GuardianshipEntry,
    ) -> Result<ApplicationId, Error> {
        let platform = self.town.platform.clone();
        let draft = platform.draft_guardianship(&self.session, entry).await?;
        let question = &draft.view.question;
        let answer = self.authenticator.answer(question);
        platform.enter_application(&self.session, &draft.sealed, &question.state, &answer).await
    }

    /// Confirms what a colleague entered; what the person's screen is handed.
    pub async fn confirm(&mut self, id: ApplicationId) -> Result<String, Error> {
        match self.decide(id).await? {
            CounterOutcome::HandedOver(handed_over) => Ok(handed_over),
            CounterOutcome::Done => panic!("nobody's screen is needed"),
        }
    }

    /// Confirms what a colleague entered.
    pub async fn decide(&mut self, id: ApplicationId) -> Result<CounterOutcome, Error> {
        let platform = self.town.platform.clone();
        let view = platform.application_to_confirm(&self.session, id).await?;
        let answer = self.authenticator.answer(&view.question);
        platform.confirm_application(&self.session, id, &view.question.state, &answer).await
    }
}

impl Resident {
    /// Goes to a counter without a phone, and chooses a passcode there.
    pub async fn enrol_at(&self, [enters, confirms]: &mut [Officer; 2]) -> IssuedAtCounter {
        let id = enters.enter(self).await.expect("entered");
        let handed_over = confirms.confirm(id).await.expect("confirmed");
        let issued = self.town.platform.complete_at_counter(&handed_over, passcode()).await;
        issued.expect("issued")
    }
}

/// Has two officers confirm or end a guardianship.
pub async fn change_guardianship(
    [enters, confirms]: &mut [Officer; 2],
    entry: GuardianshipEntry,
) -> Result<(), Error> {
    let id = enters.enter_guardianship(entry).await?;
    confirms.decide(id).await.map(drop)
}

/// What everybody chooses at a counter.
pub fn passcode() -> PasscodeSet {
    "20481357".parse().expect("a passcode")
}
