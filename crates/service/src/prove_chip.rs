//! A document with an ICAO 9303 chip: its files are the ones its state signed, then its chip answers, then the registry
//! says whose it is.

use std::collections::BTreeMap;

use formats::mac::sha256;
use icao::{
    Bytes, ChipAnswer, ChipChallenge, ChipFiles, ChipQuestion, DataGroup, GenuineFiles, passive,
};
use rules::{Document, PlainIdentity, RegisterNumber, travel_document};
use serde::{Deserialize, Serialize};

use crate::{
    EnrolmentToken, Error, Platform, Refusal, RegistryError, Step,
    enrol::{Due, Stage},
    prove_document::{MOST_TRIES, refused},
    proved::{Proofing, Proved},
};

/// What is kept between our question and the chip's answer: enough to verify the files again, and of the portrait no more
/// than its hash.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChipRecord {
    sod: Bytes,
    groups: BTreeMap<u8, Bytes>,
    dg2: Option<[u8; 32]>,
    challenge: ChipChallenge,
    pub(crate) question: ChipQuestion,
}

/// The groups that are read again: the zone and the keys.
const KEPT: [DataGroup; 3] = [DataGroup::MRZ, DataGroup::SECURITY_INFOS, DataGroup::ACTIVE_KEY];

impl Platform {
    /// Takes the files; the chip is asked to prove that it is the one they were written to.
    pub(crate) async fn read_chip(&self, due: Due, files: ChipFiles) -> Result<Step, Error> {
        let dg2 = files.group(DataGroup::PORTRAIT).map(sha256);
        let (sod, groups) = (Bytes(files.sod().to_vec()), kept(&files));
        let genuine = self.genuine(files).await?;
        // What will not be taken is refused before the chip is read again.
        self.holder(&genuine)?;
        let (challenge, question) =
            genuine.challenge(&mut |bytes| self.world().fill(bytes)).map_err(Refusal::from)?;
        let record = Box::new(ChipRecord { sod, groups, dg2, challenge, question });
        self.advance(due, Stage::Chip { record }).await
    }

    /// The chip's answer.
    pub async fn prove_chip(
        &self,
        token: &EnrolmentToken,
        answer: &ChipAnswer,
    ) -> Result<Step, Error> {
        let due = self.due(token).await?;
        let Stage::Chip { record } = due.enrolment.stage.clone() else {
            return Err(Refusal::StepNotDue.into());
        };
        self.count_try(&due, MOST_TRIES).await?;
        let genuine = self.genuine(record.files()?).await?;
        genuine.verify_answer(&record.challenge, answer).map_err(Refusal::from)?;
        let identity = self.holder(&genuine)?;
        let register = match self.register_number_of(identity.document()).await {
            Err(away @ Error::Refused(Refusal::OutsideAway { .. })) => {
                self.forgive_try(&due).await?;
                return Err(away);
            }
            known => known?,
        };
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
        let born = mrz.born().ok_or(Refusal::BirthDateUnknown)?;
        let number = travel_document::number_of(class, mrz.issuer(), mrz.number());
        let document = Document::new(class, &number, Some(mrz.expires()))
            .map_err(|_| Refusal::DocumentNotAccepted)?;
        // ICAO 9303-3 §4.6: of a person with one name, the zone has a primary identifier only.
        let name = format!("{} {}", mrz.primary(), mrz.secondary());
        let name = name.parse().map_err(|_| Refusal::DocumentNotAccepted)?;
        Ok(PlainIdentity::new(name, document, born).map_err(|_| Refusal::DocumentNotAccepted)?)
    }

    /// What the registry calls the holder; none where it keeps no documents of this class.
    pub(crate) async fn register_number_of(
        &self,
        document: &Document,
    ) -> Result<Option<RegisterNumber>, Error> {
        match self.inner().outside.registry.look_up(document).await {
            Ok(registration) => Ok(Some(registration.register)),
            Err(RegistryError::Unknown) if !document.class().is_registered() => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }
}

impl ChipRecord {
    fn files(&self) -> Result<ChipFiles, Error> {
        let groups = self.groups.iter().map(|(number, file)| (*number, file.0.clone()));
        ChipFiles::new(self.sod.0.clone(), groups.collect())
            .map_err(|cause| Error::fault("enrolling", cause))
    }
}

fn kept(files: &ChipFiles) -> BTreeMap<u8, Bytes> {
    let file = |group: DataGroup| Some((group.number(), Bytes(files.group(group)?.to_vec())));
    KEPT.into_iter().filter_map(file).collect()
}
