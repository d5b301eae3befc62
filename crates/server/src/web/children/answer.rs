//! A guardian's word: `POST /me/children/answer`, and `POST /me/children/lift` to take it back.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rules::OwnScenes;
use rules::approval::{Scenes, Term};
use serde::Deserialize;
use service::{Error, GuardianWord, Refusal, Session};

use super::card::refused;
use super::{Guardian, PURPOSE};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::scene_boxes::SceneBoxes;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Yes,
    No,
}

#[derive(Deserialize)]
pub(super) struct Said {
    ticket: String,
    guardianship: String,
    organisation: String,
    answer: Answer,
    days: Option<String>,
    #[serde(flatten)]
    scenes: SceneBoxes,
}

impl Said {
    fn word(&self, own: &OwnScenes) -> Result<GuardianWord, rules::Refusal> {
        match self.answer {
            Answer::No => Ok(GuardianWord::No),
            Answer::Yes => {
                let term: Term = self.days.as_deref().unwrap_or_default().parse()?;
                Ok(GuardianWord::Yes { scenes: Scenes::new(self.scenes.in_force(own))?, term })
            }
        }
    }
}

/// `POST /me/children/answer`
pub(super) async fn say(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(said): Fields<Said>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &said.ticket)?;
    done(&app, &page, &session, answered(&app, &session, &said).await).await
}

async fn answered(app: &App, session: &Session, said: &Said) -> Result<(), Error> {
    let guardianship = said.guardianship.parse().map_err(|_| Refusal::GuardianshipUnknown)?;
    let organisation = said.organisation.parse().map_err(|_| Refusal::OrganisationUnknown)?;
    let word = said.word(&app.platform().settings().own_scenes)?;
    app.platform().answer_child(session, guardianship, &organisation, word).await
}

#[derive(Deserialize)]
pub(super) struct Lifted {
    ticket: String,
    word: String,
}

/// `POST /me/children/lift`
pub(super) async fn lift(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(lifted): Fields<Lifted>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &lifted.ticket)?;
    let outcome = match lifted.word.parse() {
        Ok(word) => app.platform().lift_answer(&session, word).await,
        Err(_) => Err(Refusal::ApprovalUnknown.into()),
    };
    done(&app, &page, &session, outcome).await
}

/// Back to the page, or the page with the reason.
pub(super) async fn done(
    app: &App,
    page: &Page,
    session: &Session,
    outcome: Result<(), Error>,
) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(Redirect::to("/me/children").into_response()),
        Err(error) => refused(app, page, session, error.into()).await,
    }
}
