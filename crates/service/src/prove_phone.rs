//! The phone number, proved by a code sent to it.

use formats::mac::same;
use jiff::SignedDuration;
use rules::{PersonId, PhoneNumber, guardian::contact, retention::PHONE_CODE_MINUTES};

use crate::{
    EnrolmentToken, Error, Message, Platform, Refusal, Step,
    enrol::{Stage, instant},
    prove_guardian::Act,
    vault,
};

/// Codes sent in one enrolment.
const MOST_SENT: u8 = 3;
/// Tries at one code: five in a million.
const MOST_TRIES: i64 = 5;

impl Platform {
    /// Sends a code; also again, to the same or another number, while the code is awaited.
    pub async fn send_phone_code(
        &self,
        token: &EnrolmentToken,
        phone: PhoneNumber,
    ) -> Result<Step, Error> {
        let due = self.due(token).await?;
        let (proved, portrait, sent) = match due.enrolment.stage.clone() {
            Stage::Phone { proved, portrait } => (proved, portrait, 0),
            Stage::PhoneCode { proved, portrait, sent, .. } => (proved, portrait, sent),
            _ => return Err(Refusal::StepNotDue.into()),
        };
        if sent >= MOST_SENT {
            return Err(Refusal::TriesExhausted.into());
        }
        if let Some(guardian) = due.enrolment.guardian.filter(|behind| behind.act == Act::Applies) {
            contact(&phone, &self.numbers_of([guardian.guardian()]).await?)?;
        }
        self.count_code_to(&phone).await?;
        let code = self.draw_code();
        let stage = Stage::PhoneCode {
            proved,
            portrait,
            phone: phone.as_str().to_owned(),
            code: code.clone(),
            sent: sent + 1,
            expires_at: (self.now() + SignedDuration::from_mins(PHONE_CODE_MINUTES.into()))
                .as_second(),
        };
        let step = self.advance(due, stage).await?;
        // Sent after the step is on disk: a code nobody remembers would be worse than one that never arrives.
        let message = Message::PhoneCode { code, minutes: PHONE_CODE_MINUTES };
        self.send_code(&phone, message).await.map(|()| step)
    }

    /// The numbers at which these persons are reached.
    pub(crate) async fn numbers_of(
        &self,
        persons: impl IntoIterator<Item = PersonId>,
    ) -> Result<Vec<PhoneNumber>, Error> {
        let (keys, mut numbers) = (self.keys(), Vec::new());
        for person in persons {
            let keys = &keys;
            let find =
                async move |tx: &store::Tx<store::Vault>| vault::phone_of(tx, keys, person).await;
            numbers.extend(self.inner().vault.read(find).await?);
        }
        Ok(numbers)
    }

    /// Hands a code to the carrier.
    pub(crate) async fn send_code(
        &self,
        phone: &PhoneNumber,
        message: Message,
    ) -> Result<(), Error> {
        self.inner().outside.messages.send(phone, message).await.map_err(|cause| {
            tracing::warn!(
                error = &cause as &dyn std::error::Error,
                "the message carrier does not answer"
            );
            Refusal::OutsideAway { party: "the message carrier" }.into()
        })
    }

    /// Takes the code back.
    pub async fn prove_phone(&self, token: &EnrolmentToken, answer: &str) -> Result<Step, Error> {
        let due = self.due(token).await?;
        let Stage::PhoneCode { proved, portrait, phone, code, expires_at, .. } =
            due.enrolment.stage.clone()
        else {
            return Err(Refusal::StepNotDue.into());
        };
        let in_time = self.now() < instant(expires_at)?;
        let right = in_time && same(code.as_bytes(), answer.trim().as_bytes());
        let next = Stage::Device { proved, portrait, phone };
        self.advance_if(right, due, MOST_TRIES, next).await?.ok_or(Refusal::PhoneCodeWrong.into())
    }

    /// Six digits, each of the million equally likely.
    pub(crate) fn draw_code(&self) -> String {
        const CODES: u32 = 1_000_000;
        const FAIR: u32 = u32::MAX - u32::MAX % CODES;
        loop {
            let drawn = u32::from_be_bytes(self.world().draw());
            if drawn < FAIR {
                return format!("{:06}", drawn % CODES);
            }
        }
    }
}
