//! An enrolment in flight, step by step or to the end.

use std::str::FromStr;

use formats::Salt;
use rules::{Document, passcode::NotAPasscode};
use sandbox::Match;
use service::{EnrolmentToken, Error, PasscodeSet, PortraitChoice, Step};
use wallet::{SoftwareKey, Wallet};

use crate::{Holder, Resident, has_card};

/// What everybody in town chooses.
const PASSCODE: &str = "20481357";

/// An enrolment begun by a resident.
#[derive(Clone)]
pub struct Enrolment {
    /// Who enrols.
    pub resident: Resident,
    /// What the browser holds.
    pub token: EnrolmentToken,
    /// What comes next.
    pub step: Step,
    /// Whether no portrait is taken. The camera in town knows faces by cards only, not by chips.
    pub(crate) other_way: bool,
    /// Whether the passcode is typed, as into a page; else the phone stretches it.
    types: bool,
    /// Whose card is read beside a minor's.
    guardian: Option<Resident>,
}

impl Enrolment {
    pub(crate) fn new(resident: Resident, token: EnrolmentToken, step: Step) -> Self {
        Self { resident, token, step, guardian: None, other_way: false, types: false }
    }

    /// The same with this guardian.
    #[must_use]
    pub fn with_guardian(self, guardian: Resident) -> Self {
        Self { guardian: Some(guardian), ..self }
    }

    /// The platform it is with.
    pub fn resident_platform(&self) -> &service::Platform {
        &self.resident.town.platform
    }

    /// The same without a portrait: another way is chosen.
    #[must_use]
    pub fn without_portrait(self) -> Self {
        Self { other_way: true, ..self }
    }

    /// The same with the passcode typed into a page.
    #[must_use]
    pub fn typing(self) -> Self {
        Self { types: true, ..self }
    }

    /// The challenge of the present step.
    #[track_caller]
    pub fn challenge(&self) -> &str {
        match &self.step {
            Step::Document { challenge }
            | Step::Guardian { challenge }
            | Step::OwnCard { challenge }
            | Step::Waiting { challenge, .. }
            | Step::Device { challenge } => challenge,
            other => panic!("no challenge at {other:?}"),
        }
    }

    /// Takes honest steps until one of this kind is due.
    pub async fn until(mut self, due: fn(&Step) -> bool) -> Self {
        while !due(&self.step) {
            self.next().await.expect("an honest step");
        }
        self
    }

    /// Takes honest steps until the device is to be bound.
    pub async fn until_device(self) -> Self {
        self.until(|step| matches!(step, Step::Device { .. })).await
    }

    /// Takes the step that is due, honestly. The last one is [`Self::finish`].
    pub async fn next(&mut self) -> Result<(), Error> {
        // Boxed: it is long, and stories are full of it.
        Box::pin(self.take_next()).await
    }

    async fn take_next(&mut self) -> Result<(), Error> {
        let (town, token) = (&self.resident.town, &self.token);
        let (platform, resident) = (&town.platform, &self.resident);
        self.step = match &self.step {
            Step::Document { challenge } if has_card(&resident.person) => {
                platform.prove_document(token, resident.card(challenge)).await?
            }
            Step::Document { .. } => {
                self.other_way = true;
                let files = resident.files(resident.chip_document());
                platform.prove_document(token, files).await?
            }
            Step::Chip { question } => {
                let answer = resident.chip_answer(resident.chip_document(), question);
                platform.prove_chip(token, &answer).await?
            }
            Step::Guardian { challenge }
            | Step::OwnCard { challenge }
            | Step::Waiting { challenge, .. } => {
                let guardian = self.guardian.clone().unwrap_or_else(|| resident.guardian());
                platform.prove_guardian(token, guardian.card(challenge)).await?
            }
            Step::Portrait if self.other_way => {
                platform.prove_portrait(token, PortraitChoice::OtherWay).await?
            }
            Step::Portrait => {
                platform.prove_portrait(token, resident.portrait(Match::Same)).await?
            }
            Step::Phone => platform.send_phone_code(token, resident.phone().clone()).await?,
            Step::PhoneCode { .. } => platform.prove_phone(token, &self.code()).await?,
            Step::Declined => panic!("the guardian declined"),
            Step::Holder { .. } => panic!("whose record it is, the holder shows"),
            Step::Added => panic!("nothing more is due"),
            Step::Device { .. } => panic!("the last step is to finish"),
        };
        Ok(())
    }

    /// Shows a document with a chip, and has the chip answer.
    pub async fn by_chip(mut self, document: &Document) -> Result<Self, Error> {
        let (platform, files) = (&self.resident.town.platform, self.resident.files(document));
        self.step = platform.prove_document(&self.token, files).await?;
        let Step::Chip { question } = &self.step else { panic!("a chip is asked") };
        let answer = self.resident.chip_answer(document, question);
        self.step = platform.prove_chip(&self.token, &answer).await?;
        self.other_way = true;
        Ok(self)
    }

    /// The code the phone received.
    #[track_caller]
    pub fn code(&self) -> String {
        self.resident.town.phones.last_code(self.resident.phone()).expect("a message came")
    }

    /// Takes what is left of the way, with a new phone.
    pub fn finish(self) -> impl Future<Output = Result<Holder, Error>> + Send {
        self.finish_with(SoftwareKey::generate())
    }

    /// Takes what is left of the way, with this device key.
    pub fn finish_with(
        self,
        key: SoftwareKey,
    ) -> impl Future<Output = Result<Holder, Error>> + Send {
        // Boxed: it is long, and stories are full of it.
        Box::pin(self.take_the_rest(key))
    }

    async fn take_the_rest(self, key: SoftwareKey) -> Result<Holder, Error> {
        let Self { resident, token, step, types, .. } = self.until_device().await;
        let Step::Device { challenge } = step else { unreachable!("until the device step") };
        let town = resident.town.clone();
        let mut wallet = Wallet::new(town.platform.issuer().clone(), key);
        let proof = wallet.bind(&challenge, town.platform.now()).expect("the phone signs");
        let set = if types {
            passcode(PASSCODE)
        } else {
            let salt = Salt::new(town.platform.world().draw());
            let stretched = wallet.set_passcode(&passcode(PASSCODE), salt);
            PasscodeSet::Stretched { salt, stretched }
        };
        let issued = town.platform.issue(&token, set, &proof).await?;
        let keys = town.platform.keys().certificate_keys();
        wallet.receive(&issued.certificate, &keys).expect("a certificate for this phone");
        Ok(Holder {
            net_number: issued.net_number,
            session: issued.session,
            portrait_reference: issued.portrait_reference,
            tells_plain: true,
            passcode: PASSCODE.to_owned(),
            resident,
            wallet,
            town,
        })
    }
}

/// Eight digits as a passcode, typed or not yet.
#[track_caller]
pub(crate) fn passcode<P: FromStr<Err = NotAPasscode>>(digits: &str) -> P {
    digits.parse().expect("a passcode")
}
