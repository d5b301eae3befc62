//! The live portrait, or another way: face is never the only way.

use formats::{Secret, mac::same, mac::sha256};
use rules::{NoticeVersion, Purpose, consent::given};

use crate::{
    EnrolmentToken, Error, LIVE_IMAGE_MAX, Platform, Reference, Refusal, Step, Verdict,
    enrol::Stage, portrait_reference::ReferenceRecord,
};

/// What the person chose.
pub enum PortraitChoice {
    /// A portrait was taken, after separate consent.
    Taken(PortraitTaken),
    /// The document's proof and a passcode instead; the certificate then carries no portrait mode.
    OtherWay,
}

/// A live image, with the consent it was taken under. It is compared, overwritten and forgotten.
pub struct PortraitTaken {
    /// The notice agreed to before the image was taken, PIPL 29 and Face measures art. 6.
    pub consent: NoticeVersion,
    /// The live image.
    pub live: Secret<Vec<u8>>,
    /// Where the document has a chip: its DG2 again, as it was read. The platform kept its hash only.
    pub dg2: Option<Secret<Vec<u8>>>,
}

/// Portraits compared in one enrolment.
const MOST_TRIES: i64 = 5;

impl Platform {
    /// Takes the portrait step.
    ///
    /// Face measures art. 10: "face is never the only way".
    pub async fn prove_portrait(
        &self,
        token: &EnrolmentToken,
        choice: PortraitChoice,
    ) -> Result<Step, Error> {
        let mut due = self.due(token).await?;
        let Stage::Portrait { proved } = due.enrolment.stage.clone() else {
            return Err(Refusal::StepNotDue.into());
        };
        let portrait = match choice {
            PortraitChoice::OtherWay => None,
            PortraitChoice::Taken(sent) => {
                let consent = self.look_at(&sent)?;
                self.count_try(&due, MOST_TRIES).await?;
                let reference =
                    ReferenceRecord::new(proved.identity()?.document().number(), proved.dg2);
                self.compare_faces(&reference, &sent).await?;
                let consented = (consent.purpose().as_str().to_owned(), consent.version().0);
                due.enrolment.consents.push(consented);
                Some(reference)
            }
        };
        self.advance(due, Stage::Phone { proved, portrait }).await
    }

    /// Whether this enrolment's document can be held against the portrait that the register keeps of its bearer. A chip's
    /// own portrait takes a client that read the chip and still has its DG2; a browser has not.
    pub async fn register_portrait_is_compared(
        &self,
        token: &EnrolmentToken,
    ) -> Result<bool, Error> {
        let due = self.due(token).await?;
        let Stage::Portrait { proved } = &due.enrolment.stage else { return Ok(false) };
        Ok(proved.dg2.is_none() && self.inner().outside.faces.comparable().documents)
    }

    /// Holds a live face against what the certificate's owner is known by; refused unless it is the same person's.
    pub(crate) async fn compare_faces(
        &self,
        record: &ReferenceRecord,
        taken: &PortraitTaken,
    ) -> Result<(), Error> {
        let document;
        let reference = match record {
            ReferenceRecord::Document { .. } => {
                document = record.document().ok_or(Refusal::PortraitReferenceInvalid)?;
                Reference::Document(&document)
            }
            ReferenceRecord::Chip { dg2 } => {
                let sent = taken.dg2.as_ref().ok_or(Refusal::DocumentPortraitUnusable)?;
                if !same(&sha256(sent.expose()), dg2) {
                    return Err(Refusal::PortraitReferenceInvalid.into());
                }
                let portrait = icao::lds::portrait(sent.expose())
                    .map_err(|_| Refusal::DocumentPortraitUnusable)?;
                Reference::Portrait(portrait.bytes)
            }
        };
        let faces = &self.inner().outside.faces;
        match faces.compare(reference, &taken.live).await?.verdict {
            Verdict::Matches => Ok(()),
            Verdict::Differs => Err(Refusal::PortraitNotMatched.into()),
        }
    }

    /// What is cheap to refuse, before anything is counted, opened or decoded.
    pub(crate) fn look_at(&self, taken: &PortraitTaken) -> Result<rules::Consent, Error> {
        if !self.takes_portraits() {
            return Err(Refusal::PortraitNotTaken.into());
        }
        let consent = given(Purpose::Portrait, taken.consent)?;
        if taken.live.expose().len() > LIVE_IMAGE_MAX {
            return Err(Refusal::PortraitTooLarge.into());
        }
        Ok(consent)
    }
}
