//! Whether the guardians' word still stands behind what was allowed before: a code on its way, standing access.

use protocol::oauth::error::{ErrorCode, OAuthError};
use rules::{OrganisationCode, PersonId};
use store::{Authentication, Tx, authentication::Person};

use crate::{Error, Platform};

pub(crate) const GUARDIANS_WORD_OVER: OAuthError = ErrorCode::InvalidGrant
    .because("guardian_approval_over", "no guardian's approval stands for this any more");

impl Platform {
    /// Measures art. 5: under fourteen, use needs a guardian's consent, which has an end. An approval that ended after
    /// a code was made, or standing access given, has both worth nothing.
    pub(crate) async fn guardians_word_stands(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
        record: Option<&Person>,
        (organisation, scene): (&OrganisationCode, &str),
    ) -> Result<bool, Error> {
        let Some(Person::Enrolled { sealed_birth, .. }) = record else { return Ok(false) };
        let scene = scene.parse().map_err(|cause| Error::fault("reading a scene", cause))?;
        match self.may_use_at(tx, person, sealed_birth, (organisation, scene)).await {
            Ok(_) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(fault) => Err(fault),
        }
    }
}
