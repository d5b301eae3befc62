//! Nobody is an officer in a matter of their own: an officer is an enrolled person, and known as one.

use rules::{DocumentNumber, Refusal};
use store::authentication::Officer;

use super::Matter;
use crate::{Error, Platform};

impl Platform {
    /// Refused if the officer is one of those whom the matter concerns: the applicant, the guardian, the child.
    pub(super) async fn not_their_own(
        &self,
        officer: &Officer,
        matter: &Matter,
    ) -> Result<(), Error> {
        for document in concerned(matter)? {
            if let Some(person) = self.person_with(&document).await?
                && officer.person_index == Some(self.keys().officer_index(person))
            {
                return Err(Refusal::OfficersOwnMatter.into());
            }
        }
        Ok(())
    }
}

fn concerned(matter: &Matter) -> Result<Vec<DocumentNumber>, Error> {
    Ok(match matter {
        Matter::Enrolment(applying) => {
            let identity = applying.identity.identity().ok_or_else(super::damaged)?;
            let own = identity.document().number().clone();
            let guardian = applying.guardian()?.map(|beside| beside.document);
            [Some(own), guardian].into_iter().flatten().collect()
        }
        Matter::Guardianship(changing) => {
            let entry = changing.entry()?;
            vec![entry.guardian, entry.child]
        }
    })
}
