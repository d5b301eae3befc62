//! Going back to the relying party without signing in: whoever will not show a face is not held here.

use protocol::oauth::response::Delivery;

use crate::{Error, Platform, agree::DECLINED, code::Said, references::Kind};

impl Platform {
    /// Declines the request a sign-in page belongs to; where to go next.
    ///
    /// Measures art. 6 and 7, Face measures art. 10: the relying party learns "declined" and offers another way. Nobody
    /// is known yet, so nothing is written; only a request of another device hears it where its answers are kept.
    pub async fn decline_sign_in(&self, ticket: &str) -> Result<Delivery, Error> {
        let pending = self.unseal(Kind::SignIn, b"", ticket).await?;
        let said = Said::Refused(DECLINED);
        match &pending.knock {
            Some(knock) => self.answer_unseen(knock, &said).await,
            None => self.answer_with(&pending.by.client, &pending.request, &said),
        }
    }
}
