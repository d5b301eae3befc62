//! Documents made by a country of the story's own, and a holder who adds one to their record.

use rules::{Document, NoticeVersion};
use service::{Error, MyDocument, Step};

use crate::{
    Enrolment, Holder, Resident,
    country::{Bearer, Country, Passport, Proof},
};

impl Holder {
    /// Begins to add a document, signed in as the session is.
    pub async fn begin_adding(&self, replaces: Option<&str>) -> Result<Enrolment, Error> {
        let (platform, consent) = (&self.town.platform, NoticeVersion(1));
        let (token, step) =
            platform.begin_adding_document(&self.session, consent, replaces).await?;
        Ok(Enrolment::new(self.resident.clone(), token, step))
    }

    /// Adds a document of their own that has a chip.
    pub async fn add_by_chip(&self, document: &Document) -> Result<(), Error> {
        let added = self.begin_adding(None).await?.by_chip(document).await?;
        assert_eq!(added.step, Step::Added);
        Ok(())
    }

    /// Adds a passport; in place of the document that this handle names.
    pub async fn add(&self, passport: &Passport, replaces: Option<&str>) -> Result<(), Error> {
        let added = self.begin_adding(replaces).await?.shows(passport).await?;
        assert_eq!(added.step, Step::Added);
        Ok(())
    }

    /// What they are recognised by, as their page shows it.
    pub async fn documents(&self) -> Vec<MyDocument> {
        self.town.platform.my_documents(&self.session).await.expect("their own")
    }
}

impl Resident {
    /// This person as a state writes them into a passport with this number.
    #[must_use]
    pub fn bearer(&self, number: &str) -> Bearer {
        let born = self.person.identity.born().strftime("%y%m%d").to_string();
        Bearer { number: number.to_owned(), born, ..Bearer::anna() }
    }

    /// A passport for this person.
    #[must_use]
    pub fn passport(&self, country: &Country, number: &str) -> Passport {
        country.passport(&self.bearer(number), Proof::ActiveEcdsa("P-256"))
    }
}

impl Enrolment {
    /// Shows a passport, and has its chip answer.
    pub async fn shows(mut self, passport: &Passport) -> Result<Self, Error> {
        let platform = &self.resident.town.platform;
        let read = platform.prove_document(&self.token, passport.files()).await?;
        let Step::Chip { question } = read else { panic!("a chip is asked") };
        self.step = platform.prove_chip(&self.token, &passport.answer(&question)).await?;
        self.other_way = true;
        Ok(self)
    }
}
