//! A document with an ICAO 9303 chip: its files are the ones its state signed, then its chip answers, then the registry
//! says whose it is.

use formats::mac::sha256;
use icao::{ChipAnswer, ChipChallenge, ChipFiles, ChipQuestion, DataGroup, GenuineFiles, passive};
use rules::{Document, PlainIdentity, travel_document};
use serde::{Deserialize, Serialize};

use crate::{
    EnrolmentToken, Error, Platform, Refusal, RegisteredPerson, Registration, RegistryError, Step,
    enrol::{Due, Stage},
    identity_record::IdentityRecord,
    prove_document::{MOST_TRIES, refused},
    proved::{Proofing, Proved},
};

/// What is kept between our question and the chip's answer, sealed: whose the genuine files said the document is, which of
/// its keys must answer what, and of the portrait no more than its hash.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChipRecord {
    dg2: Option<[u8; 32]>,
    identity: IdentityRecord,
    challenge: ChipChallenge,
    pub(crate) question: ChipQuestion,
}

impl Platform {
    /// Takes the files; the chip is asked to prove that it is the one they were written to.
    pub(crate) async fn read_chip(&self, due: Due, files: ChipFiles) -> Result<Step, Error> {
        due.may_try(MOST_TRIES)?;
        let record = self.ask_chip(files).await;
        let record = self.count_if_refused(&due, MOST_TRIES, record).await?;
        self.advance(due, Stage::Chip { record }).await
    }

    /// What is kept of genuine files until their chip has answered.
    pub(crate) async fn ask_chip(&self, files: ChipFiles) -> Result<Box<ChipRecord>, Error> {
        let dg2 = files.group(DataGroup::PORTRAIT).map(sha256);
        let genuine = self.genuine(files).await?;
        // What will not be taken is refused before the chip is read again.
        let identity = IdentityRecord::from(&self.holder(&genuine)?);
        let (challenge, question) =
            genuine.challenge(&mut |bytes| self.world().fill(bytes)).map_err(Refusal::from)?;
        Ok(Box::new(ChipRecord { dg2, identity, challenge, question }))
    }

    /// The chip's answer: the applicant's own, or the guardian's.
    pub async fn prove_chip(
        &self,
        token: &EnrolmentToken,
        answer: &ChipAnswer,
    ) -> Result<Step, Error> {
        let due = self.due(token).await?;
        let (record, minor) = match due.enrolment.stage.clone() {
            Stage::Chip { record } => (record, None),
            Stage::GuardianChip { record, proved } => (record, Some(proved)),
            _ => return Err(Refusal::StepNotDue.into()),
        };
        due.may_try(MOST_TRIES)?;
        let answered = record.challenge.verify(answer).map_err(|no| Refusal::from(no).into());
        self.count_if_refused(&due, MOST_TRIES, answered).await?;
        let identity = record.identity.identity();
        let identity = identity.ok_or_else(|| Error::fault("enrolling", "a damaged identity"))?;
        let registration = self.registration_of(identity.document()).await;
        let registration = self.count_if_refused(&due, MOST_TRIES, registration).await?;
        if let Some(minor) = minor {
            // Whose guardian somebody is, the registry alone says.
            let Registration { register, wards, .. } =
                registration.ok_or(Refusal::DocumentUnknown)?;
            let claimant = RegisteredPerson { identity, register, wards };
            return self.guardian_proved(due, minor, &claimant).await;
        }
        let register = registration.map(|registration| registration.register);
        let mut proved = Proved::new(&identity, register.as_ref(), Proofing::Chip);
        proved.dg2 = record.dg2;
        self.proved_document(due, proved).await
    }

    async fn genuine(&self, files: ChipFiles) -> Result<GenuineFiles, Error> {
        let now = self.now().to_zoned(self.settings().time_zone.clone());
        let trust = self.trust().await?;
        Ok(passive::verify(files, &trust, &now).map_err(Refusal::from)?)
    }

    /// Who a genuine document says its holder is.
    fn holder(&self, genuine: &GenuineFiles) -> Result<PlainIdentity, Error> {
        let mrz = genuine.mrz();
        let class = travel_document::class_of(mrz.document_code(), mrz.issuer())
            .filter(|class| class.is_registered() || self.settings().foreign_passports)
            .ok_or(Refusal::DocumentNotAccepted)?;
        let born = genuine.born().ok_or(Refusal::BirthDateUnknown)?;
        let number = travel_document::number_of(class, mrz.issuer(), mrz.number());
        let document = Document::new(class, &number, Some(mrz.expires()))
            .map_err(|_| Refusal::DocumentNotAccepted)?;
        // A name in national characters is the name; what the zone has is written in other letters.
        let national = genuine.details().name.as_ref();
        let national = national.and_then(|name| travel_document::written_name(name).parse().ok());
        let name = match national {
            Some(name) => name,
            // ICAO 9303-3 §4.6: of a person with one name, the zone has a primary identifier only.
            None => format!("{} {}", mrz.primary(), mrz.secondary())
                .parse()
                .map_err(|_| Refusal::DocumentNotAccepted)?,
        };
        Ok(PlainIdentity::new(name, document, born).map_err(|_| Refusal::DocumentNotAccepted)?)
    }

    /// What the registry says of the holder; none where it keeps no documents of this class.
    async fn registration_of(&self, document: &Document) -> Result<Option<Registration>, Error> {
        match self.inner().outside.registry.look_up(document).await {
            Ok(registration) => Ok(Some(registration)),
            Err(RegistryError::Unknown) if !document.class().is_registered() => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }
}
