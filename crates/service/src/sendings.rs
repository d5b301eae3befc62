//! How many codes go out: bounded for each number, whoever asks, and for each person who changes the phone.

use jiff::SignedDuration;
use rules::{
    PersonId, PhoneNumber,
    recovery::{CODES_A_NUMBER, CODES_A_PERSON, SENDING_WINDOW},
};

use crate::{Error, Platform, Refusal};

impl Platform {
    /// Counts a code about to be sent to this number.
    pub(crate) async fn count_code_to(&self, phone: &PhoneNumber) -> Result<(), Error> {
        let counter = self.keys().sending_counter(b"phone", phone.as_str().as_bytes());
        self.count_sending(counter, CODES_A_NUMBER).await
    }

    /// Counts a code about to be sent for this person.
    pub(crate) async fn count_code_of(&self, person: PersonId) -> Result<(), Error> {
        let counter = self.keys().sending_counter(b"person", person.bytes());
        self.count_sending(counter, CODES_A_PERSON).await
    }

    /// Counts something about to be sent; refused once `most` were within the hour.
    pub(crate) async fn count_sending(&self, counter: [u8; 32], most: u32) -> Result<(), Error> {
        let window = SignedDuration::try_from(SENDING_WINDOW)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let (now, expires_at) = (self.now(), self.now() + window);
        let count = async move |tx: &store::Tx<store::Vault>| {
            tx.count_sending(&counter, most, now, expires_at).await
        };
        if self.inner().vault.write("count a code sent", count).await? {
            Ok(())
        } else {
            Err(Refusal::CodesExhausted.into())
        }
    }
    /// Takes back what was counted for nothing.
    pub(crate) async fn uncount_sending(&self, counter: [u8; 32]) -> Result<(), Error> {
        let uncount = async move |tx: &store::Tx<store::Vault>| tx.uncount_sending(&counter).await;
        Ok(self.inner().vault.write("uncount a code", uncount).await?)
    }
}
