//! `/counter/enter`: an officer types what the document says, looks at it once more, and signs it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::{
    Document, DocumentClass, GuardianshipPaper, Inspection, NoticeVersion, PhoneNumber,
    PlainIdentity, Purpose,
};
use serde::Deserialize;
use service::{ConsentsGiven, CounterEntry, Draft, GuardianBeside, OfficerSession, Refusal};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::PURPOSE;
use super::guardianship::document;
use super::review::review;
use crate::App;
use crate::http::officer_cookie::AtWork;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "counter/enter.html")]
struct Enter<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    typed: &'a Typed,
    classes: [DocumentClass; DocumentClass::ALL.len()],
    inspections: [Inspection; 2],
    papers: [GuardianshipPaper; 4],
    enrolment: NoticeVersion,
    sensitive: NoticeVersion,
}

/// What an officer typed. Empty where nothing was.
#[derive(Default, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Typed {
    ticket: String,
    class: String,
    number: String,
    name: String,
    born: String,
    #[serde(default)]
    valid_until: String,
    inspection: String,
    #[serde(default)]
    phone: String,
    /// Of the guardian beside a minor; no number: nobody stands there.
    #[serde(default)]
    guardian_class: String,
    #[serde(default)]
    guardian_number: String,
    #[serde(default)]
    paper: String,
    /// The versions of the notices that were agreed to; 0 where one was not.
    #[serde(default)]
    enrolment: u32,
    #[serde(default)]
    sensitive: u32,
}

/// `GET /counter/enter`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
) -> Result<Response, Problem> {
    app.platform().officer_at_work(&session).await?;
    Ok(draw(&page, &Typed::default(), None))
}

fn draw(page: &Page, typed: &Typed, trouble: Option<Trouble>) -> Response {
    page.show(&Enter {
        page,
        trouble,
        typed,
        classes: DocumentClass::ALL,
        inspections: Inspection::ALL,
        papers: GuardianshipPaper::ALL,
        enrolment: Purpose::Enrolment.current(),
        sensitive: Purpose::SensitiveInformation.current(),
    })
}

/// `POST /counter/enter`
pub(super) async fn check(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
    Fields(typed): Fields<Typed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &typed.ticket)?;
    let drafted = draft(&app, &session, &typed).await;
    review(&page, drafted, "/counter/enter", |trouble| draw(&page, &typed, Some(trouble)))
}

async fn draft(
    app: &App,
    session: &OfficerSession,
    typed: &Typed,
) -> Result<Draft, service::Error> {
    let entry = CounterEntry {
        identity: identity(typed).ok_or(Refusal::EntryMalformed)?,
        phone: (!typed.phone.trim().is_empty())
            .then(|| typed.phone.parse::<PhoneNumber>())
            .transpose()
            .map_err(rules::Refusal::from)?,
        inspection: typed.inspection.parse().map_err(|_| Refusal::EntryMalformed)?,
        guardian: beside(typed)?,
        consents: ConsentsGiven {
            enrolment: agreed(typed.enrolment, Purpose::Enrolment)?,
            sensitive: agreed(typed.sensitive, Purpose::SensitiveInformation)?,
        },
    };
    app.platform().draft_application(session, entry).await
}

/// The guardian beside a minor. No number, nobody; what is chosen beside it must be one of the choices all the same.
fn beside(typed: &Typed) -> Result<Option<GuardianBeside>, Refusal> {
    let malformed = Refusal::EntryMalformed;
    let chosen = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let class = chosen(&typed.guardian_class).map(|class| class.parse::<DocumentClass>());
    let paper = chosen(&typed.paper).map(|paper| paper.parse::<GuardianshipPaper>());
    let (Ok(_), Ok(paper)) = (class.transpose(), paper.transpose()) else {
        return Err(malformed);
    };
    if typed.guardian_number.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(GuardianBeside {
        document: document(&typed.guardian_class, &typed.guardian_number)?,
        paper: paper.ok_or(malformed)?,
    }))
}

/// A box that was not ticked is a consent that is missing, not an old one.
fn agreed(version: u32, purpose: Purpose) -> Result<NoticeVersion, rules::Refusal> {
    match version {
        0 => Err(rules::Refusal::ConsentMissing(purpose)),
        version => Ok(NoticeVersion(version)),
    }
}

fn identity(typed: &Typed) -> Option<PlainIdentity> {
    let valid_until = match typed.valid_until.trim() {
        "" => None,
        day => Some(day.parse().ok()?),
    };
    let class = typed.class.parse().ok()?;
    let document = Document::new(class, &typed.number, valid_until).ok()?;
    PlainIdentity::new(typed.name.trim().parse().ok()?, document, typed.born.parse().ok()?).ok()
}
