//! Guardians at work: applying for a child, showing the own card, answering.

use rules::{
    GuardianshipId, Scene,
    approval::{Scenes, Term},
};
use service::{
    ApplicationAnswer, ApplicationSeen, Authorize, Child, Error, GuardianNeeded, GuardianWord,
};

use crate::{Application, Ask, Enrolment, Holder, Resident, arrived, resident::READ};

impl Holder {
    /// Begins to apply on behalf of a child.
    pub async fn apply_for(&self, child: &Resident) -> Result<Enrolment, Error> {
        let (token, step) = self.platform().begin_enrolment_for_child(&self.session, READ).await?;
        // A child under fourteen is reached at the guardian's phone.
        let child = child.with_phone(self.resident.phone().clone());
        Ok(Enrolment::new(child, token, step).with_guardian(self.resident.clone()))
    }

    /// Applies on behalf of a child, from beginning to end.
    pub async fn enrol_child(&self, child: &Resident) -> Result<Holder, Error> {
        self.apply_for(child).await?.finish().await
    }

    /// Shows the own card, with which the registry says whose guardian this is; how many children.
    pub async fn confirm_children(&self) -> Result<usize, Error> {
        let challenge = self.platform().guardian_card_challenge(&self.session)?;
        let card = self.resident.card(&challenge);
        self.platform().confirm_children(&self.session, &challenge, card).await
    }

    /// The children behind whom this person stands.
    pub async fn children(&self) -> Vec<Child> {
        self.platform().children(&self.session).await.expect("the page opens").children
    }

    /// The one guardianship of this person.
    pub async fn guardianship(&self) -> GuardianshipId {
        let [child] = &self.children().await[..] else { panic!("one child") };
        child.guardianship
    }

    /// Says yes to an application's organisation in these scenes, for so long.
    pub async fn approve(
        &self,
        application: &Application,
        scenes: &[Scene],
        term: Term,
    ) -> Result<(), Error> {
        let scenes = Scenes::new(scenes.iter().copied()).expect("a scene");
        self.answer_about(application, GuardianWord::Yes { scenes, term }).await
    }

    /// Says no to an application's organisation.
    pub async fn refuse(&self, application: &Application) -> Result<(), Error> {
        self.answer_about(application, GuardianWord::No).await
    }

    async fn answer_about(
        &self,
        application: &Application,
        word: GuardianWord,
    ) -> Result<(), Error> {
        let guardianship = self.guardianship().await;
        let organisation = application.organisation();
        self.platform().answer_child(&self.session, guardianship, &organisation, word).await
    }

    /// Takes the one word back that this guardian said.
    pub async fn lift(&self) -> Result<(), Error> {
        let children = self.children().await;
        let own = children.iter().flat_map(|child| &child.words).find_map(|said| said.own);
        self.platform().lift_answer(&self.session, own.expect("an own word")).await
    }

    /// What a child meets who asks where no guardian has said yes.
    pub async fn guardian_needed(&self, ask: &Ask) -> GuardianNeeded {
        match self.platform().authorize(Some(&self.session), &ask.query()).await {
            Ok(Authorize::GuardianNeeded(needed)) => *needed,
            other => panic!("no guardian is needed: {other:?}"),
        }
    }

    /// Asks the guardians.
    pub async fn ask_guardian(&self, needed: &GuardianNeeded) -> Result<url::Url, Error> {
        let delivery = self.platform().ask_guardian(&self.session, &needed.asked.ticket).await?;
        Ok(arrived(&delivery))
    }

    /// Opens the link of an application and shows the own card.
    pub async fn see_application(&self, link: &str) -> Result<ApplicationSeen, Error> {
        let challenge = self.platform().guardian_card_challenge(&self.session)?;
        let card = self.resident.card(&challenge);
        self.platform().see_application(&self.session, link, &challenge, card).await
    }

    /// Answers an application that was seen.
    pub async fn answer_application(
        &self,
        seen: &ApplicationSeen,
        answer: ApplicationAnswer,
    ) -> Result<(), Error> {
        self.platform().answer_application(&self.session, &seen.ticket, answer).await
    }
}
