//! The part of a person's file that another person is on the other side of: said from this side, the other unnamed.

use jiff::Timestamp;
use rules::{GuardianshipPaper, PersonId, approval::Word};
use serde::Serialize;
use store::{
    Authentication, Tx,
    authentication::{GuardianApproval, GuardianRequest, Guardianship},
};

/// Guardianships, what was said on them, what was asked.
#[derive(Serialize)]
pub(crate) struct ExportedGuardians {
    guardianships: Vec<ExportedGuardianship>,
    guardian_approvals: Vec<ExportedApproval>,
    guardian_requests: Vec<ExportedRequest>,
}

#[derive(Serialize)]
struct ExportedGuardianship {
    id: String,
    side: &'static str,
    confirmed_by: &'static str,
    /// The class of the paper that officers saw.
    paper: Option<&'static str>,
    since: String,
    confirmed_at: String,
    ended_at: Option<String>,
    ended_by_paper: Option<&'static str>,
}

#[derive(Serialize)]
struct ExportedApproval {
    guardianship: String,
    side: &'static str,
    organisation: String,
    word: &'static str,
    scenes: Option<String>,
    until: Option<String>,
    said_at: String,
    ended_at: Option<String>,
}

#[derive(Serialize)]
struct ExportedRequest {
    organisation: String,
    client: String,
    scene: String,
    asked_at: String,
    answered_at: Option<String>,
}

/// What is kept of this person as guardian and as child.
pub(crate) async fn exported(
    tx: &Tx<Authentication>,
    person: PersonId,
) -> Result<ExportedGuardians, store::Error> {
    let mut guardianships = tx.guardianships_of_guardian(person).await?;
    guardianships.extend(tx.guardianships_of_child(person).await?);
    let mut approvals = tx.guardian_approvals_by(person).await?;
    approvals.extend(tx.guardian_approvals_of_child(person).await?);
    let requests = tx.guardian_requests_of(person).await?;
    Ok(ExportedGuardians {
        guardianships: guardianships.iter().map(|one| guardianship(one, person)).collect(),
        guardian_approvals: approvals.iter().map(|said| approval(said, person)).collect(),
        guardian_requests: requests.iter().map(request).collect(),
    })
}

fn side(guardian: PersonId, reader: PersonId) -> &'static str {
    if guardian == reader { "guardian" } else { "child" }
}

fn guardianship(one: &Guardianship, reader: PersonId) -> ExportedGuardianship {
    ExportedGuardianship {
        id: one.id.to_string(),
        side: side(one.guardian, reader),
        confirmed_by: one.confirmed_by.as_str(),
        paper: one.paper.map(GuardianshipPaper::as_str),
        since: one.since.to_string(),
        confirmed_at: one.confirmed_at.to_string(),
        ended_at: written(one.ended_at),
        ended_by_paper: one.end_paper.map(GuardianshipPaper::as_str),
    }
}

fn approval(said: &GuardianApproval, reader: PersonId) -> ExportedApproval {
    let (word, scenes, until) = match &said.word {
        Word::Yes { scenes, until } => ("yes", Some(scenes.text()), Some(until.to_string())),
        Word::No => ("no", None, None),
    };
    ExportedApproval {
        guardianship: said.guardianship.to_string(),
        side: side(said.guardian, reader),
        organisation: said.organisation.as_str().to_owned(),
        word,
        scenes,
        until,
        said_at: said.said_at.to_string(),
        ended_at: written(said.ended_at),
    }
}

fn request(asked: &GuardianRequest) -> ExportedRequest {
    ExportedRequest {
        organisation: asked.organisation.as_str().to_owned(),
        client: asked.client.clone(),
        scene: asked.scene.as_str().to_owned(),
        asked_at: asked.asked_at.to_string(),
        answered_at: written(asked.answered_at),
    }
}

fn written(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}
