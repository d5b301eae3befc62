//! An officer of a service counter, with an authenticator in the pocket.

use rules::{
    ApplicationId, Document, Inspection, NoticeVersion, OfficerId, Passcode, PlainIdentity,
};
use service::{ConsentsGiven, CounterEntry, Error, IssuedAtCounter, OfficerSession};

use crate::{Authenticator, Resident, Town};

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
}

impl Town {
    /// An officer of this office, invited, joined and signed in.
    pub async fn officer(&self, name: &str, office: &str) -> Officer {
        let invited = self.platform.invite_officer(name, office).await.expect("invited");
        let (_, question) =
            self.platform.invited_officer(&invited.invitation).await.expect("an invitation");
        let mut authenticator = Authenticator::new();
        let answer = authenticator.make(&question);
        let named = "key".parse().expect("a name");
        let joined =
            self.platform.join_as_officer(&invited.invitation, &question.state, &answer, named);
        joined.await.expect("joined");
        let question = self.platform.ask_officer().expect("a question");
        let answer = authenticator.answer(&question);
        let session = self.platform.sign_in_officer(&question.state, &answer).await;
        Officer {
            town: self.clone(),
            id: invited.id,
            authenticator,
            session: session.expect("signed in"),
        }
    }

    /// Two officers of one office.
    pub async fn counter(&self) -> [Officer; 2] {
        [self.officer("Chen", "Riverside Hall").await, self.officer("Zhao", "Riverside Hall").await]
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
    }
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

    /// Confirms what a colleague entered; what the person's screen is handed.
    pub async fn confirm(&mut self, id: ApplicationId) -> Result<String, Error> {
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

/// What everybody chooses at a counter.
pub fn passcode() -> Passcode {
    "20481357".parse().expect("a passcode")
}
