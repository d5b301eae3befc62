//! `GET /reader`: a simulated card reader, where the browser's person holds the card to it.
//!
//! The platform sends the browser here with a challenge; one plain form sends card and answer back to it.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use rules::Document;
use serde::Deserialize;
use url::Url;

use super::last_person;
use super::picking::{Asked, Picking};
use super::tile::{CardState, Tile, class_words};
use crate::language::Frame;
use crate::page::{Policy, show, show_with};
use crate::people::PersonIndex;
use crate::registry::Registry;
use crate::travel::has_chip;

/// What the platform asks the reader for. What it does not know of goes back with the form, unread.
#[derive(Debug, Deserialize)]
pub(crate) struct Reading {
    #[serde(default)]
    challenge: String,
    /// What a chip shall answer.
    #[serde(default)]
    question: String,
    /// Whether the files of chips are taken, too.
    #[serde(default)]
    chips: String,
    #[serde(flatten)]
    pub(crate) errand: Errand,
}

/// Where a simulated device shall send what it saw, and for whom.
#[derive(Debug, Deserialize)]
pub(crate) struct Errand {
    #[serde(default)]
    to: String,
    enrolment: Option<String>,
    ticket: Option<String>,
    person: Option<String>,
    group: Option<super::picking::Group>,
    #[serde(default)]
    q: String,
    page: Option<String>,
}

impl Errand {
    /// The address, if it is the platform's: a card must not answer to just anybody.
    pub(crate) fn allowed_address(&self, registry: &Registry) -> Option<Url> {
        let to = Url::parse(&self.to).ok()?;
        let home = registry.setup().platform.origin();
        (home.is_tuple() && to.origin() == home && to.username().is_empty()).then_some(to)
    }

    /// What goes back with the form.
    pub(crate) fn passed_through(&self) -> Vec<(String, String)> {
        let parts = [("enrolment", &self.enrolment), ("ticket", &self.ticket)];
        parts
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
            .collect()
    }

    /// Has the visitor begun to look for somebody else?
    pub(crate) fn picks_anew(&self) -> bool {
        self.group.is_some() || !self.q.is_empty()
    }

    /// The person already picked.
    pub(crate) fn person(&self, registry: &Registry) -> Option<Tile> {
        let index: PersonIndex = self.person.as_deref()?.parse().ok()?;
        Some(Tile::of(registry.population().person(index)?, registry))
    }

    /// The people to pick from, the errand repeated in every link.
    pub(crate) fn picking(&self, more: &[(&str, &str)], registry: &Registry) -> Picking {
        let mut along = self.passed_through();
        along.push(("to".to_owned(), self.to.clone()));
        along.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let asked = Asked {
            group: self.group.unwrap_or_default(),
            q: self.q.clone(),
            page: self.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or_default(),
        };
        Picking::new(&asked, along, registry)
    }
}

#[derive(Template)]
#[template(path = "registry/reader.html")]
struct ReaderPage {
    frame: Frame,
    to: String,
    along: Vec<(String, String)>,
    person: Tile,
    held: Vec<Held>,
    again: String,
}

/// A document held to the reader, and what goes back.
struct Held {
    words: (&'static str, &'static str),
    number: String,
    fields: Vec<(&'static str, String)>,
}

/// A page to pick a person on, before a simulated device.
#[derive(Template)]
#[template(path = "registry/pick.html")]
pub(crate) struct PickPage {
    pub(crate) frame: Frame,
    pub(crate) picking: Picking,
    pub(crate) title: (&'static str, &'static str),
    pub(crate) last: Vec<Tile>,
}

/// A page that says the device was asked something it does not do.
#[derive(Template)]
#[template(path = "registry/refused.html")]
pub(crate) struct RefusedPage {
    pub(crate) frame: Frame,
    pub(crate) platform: String,
}

pub(crate) async fn reader(
    State(registry): State<Registry>,
    frame: Frame,
    headers: HeaderMap,
    Query(reading): Query<Reading>,
) -> Response {
    let (errand, asked) =
        (&reading.errand, !reading.challenge.is_empty() || !reading.question.is_empty());
    let Some(to) = errand.allowed_address(&registry).filter(|_| asked) else {
        return refuse(frame, &registry);
    };
    let more = [
        ("challenge", reading.challenge.as_str()),
        ("question", &reading.question),
        ("chips", &reading.chips),
    ];
    let more: Vec<_> = more.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let picking = errand.picking(&more, &registry);
    let held = errand.person(&registry).map(|person| (reading.held(&person, &registry), person));
    let Some((held, person)) = held.filter(|(held, _)| !held.is_empty()) else {
        let title = ("这是谁的证件？", "Whose card is it?");
        let last = last_person::with_family(&headers, &registry);
        return show(&PickPage { frame, picking, title, last }, &Policy::home_only());
    };
    let again = picking.tabs.into_iter().next().map(|tab| tab.link).unwrap_or_default();
    let index = person.index.into();
    let page =
        ReaderPage { frame, to: to.into(), along: errand.passed_through(), person, held, again };
    let mut response = show(&page, &Policy::with_forms_to(&registry.setup().platform));
    last_person::remember(&mut response, index);
    response
}

impl Reading {
    /// What this person can hold to the reader.
    fn held(&self, person: &Tile, registry: &Registry) -> Vec<Held> {
        let index = person.index.into();
        let Some(holder) = registry.population().person(index) else { return Vec::new() };
        let chips = !self.chips.is_empty() || !self.question.is_empty();
        holder
            .documents()
            .filter_map(|document| {
                let fields = if chips && has_chip(document.class()) {
                    self.chip(index, document, registry)?
                } else {
                    self.card(index, document == holder.identity.document(), registry)?
                };
                let (words, number) =
                    (class_words(document.class()), document.number().as_str().to_owned());
                Some(Held { words, number, fields })
            })
            .collect()
    }

    fn chip(
        &self,
        index: PersonIndex,
        document: &Document,
        registry: &Registry,
    ) -> Option<Vec<(&'static str, String)>> {
        if self.question.is_empty() {
            let files = serde_json::to_string(&registry.read_chip(index, document)?).ok()?;
            return Some(vec![("chip", files)]);
        }
        let question = serde_json::from_str(&self.question).ok()?;
        let answer = registry.ask_chip(document, &question)?;
        Some(vec![("response", answer.response.into())])
    }

    fn card(
        &self,
        index: PersonIndex,
        is_first: bool,
        registry: &Registry,
    ) -> Option<Vec<(&'static str, String)>> {
        if !is_first || self.challenge.is_empty() {
            return None;
        }
        let held = registry.hold_card(index, &self.challenge, registry.audience())?;
        Some(vec![("card", held.card), ("answer", held.answer)])
    }
}

pub(crate) fn refuse(frame: Frame, registry: &Registry) -> Response {
    let page = RefusedPage { frame, platform: registry.setup().platform.to_string() };
    show_with(StatusCode::BAD_REQUEST, &page, &Policy::home_only())
}
