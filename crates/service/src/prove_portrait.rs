//! The live portrait, or another way: face is never the only way.

use rules::{NoticeVersion, Purpose, consent::given};

use crate::{EnrolmentToken, Error, Platform, Refusal, Step, enrol::Stage};

/// What the person chose.
pub enum PortraitChoice {
    /// A portrait was taken, after separate consent.
    Taken {
        /// The notice agreed to, PIPL 29 and Face measures art. 6.
        consent: NoticeVersion,
        /// The live sample; dropped here, never stored.
        sample: Vec<u8>,
    },
    /// The chip's proof and a passcode instead; the certificate then carries no portrait mode.
    OtherWay,
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
        let Stage::Portrait { identity } = due.enrolment.stage.clone() else {
            return Err(Refusal::StepNotDue.into());
        };
        let portrait = match choice {
            PortraitChoice::OtherWay => false,
            PortraitChoice::Taken { consent, sample } => {
                let consent = given(Purpose::Portrait, consent)?;
                self.count_try(&due, MOST_TRIES).await?;
                let proved = identity
                    .identity()
                    .ok_or_else(|| Error::fault("enrolling", "a damaged identity record"))?;
                let sample = zeroize::Zeroizing::new(sample);
                match self.inner().outside.faces.compare(proved.document(), &sample).await {
                    Ok(true) => {}
                    Ok(false) => return Err(Refusal::PortraitNotMatched.into()),
                    Err(cause) => {
                        tracing::warn!(
                            error = &cause as &dyn std::error::Error,
                            "the face verifier does not answer"
                        );
                        return Err(Refusal::OutsideAway { party: "the face verifier" }.into());
                    }
                }
                due.enrolment
                    .consents
                    .push((consent.purpose().as_str().to_owned(), consent.version().0));
                true
            }
        };
        self.advance(due, Stage::Phone { identity, portrait }).await
    }
}
