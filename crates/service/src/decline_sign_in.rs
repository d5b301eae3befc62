//! Going back to the relying party without signing in: whoever will not show a face is not held here.

use protocol::oauth::{error::ErrorCode, response::Delivery};

use crate::{Error, Platform, references::Kind};

impl Platform {
    /// Declines the request a sign-in page belongs to; where to go next.
    ///
    /// Measures art. 6 and 7, Face measures art. 10: the relying party learns "declined" and offers another way. Nobody
    /// is known yet, so nothing is written.
    pub async fn decline_sign_in(&self, ticket: &str) -> Result<Delivery, Error> {
        let (by, request, _) = self.unseal(Kind::SignIn, b"", ticket).await?;
        let declined = ErrorCode::AccessDenied
            .because("declined", "the person declined; offer another method");
        self.answer(&by.client, request.return_to().with_error(self.issuer(), &declined))
    }
}
