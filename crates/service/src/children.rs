//! What a guardian sees of the children behind whom they stand: where they were, never what they did there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use rules::{
    ApprovalId, Capacity, GuardianshipId, OrganisationCode, PersonId, Scene,
    age::years,
    approval::{Word, confirmed},
    capacity::capacity,
};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{GuardianApproval, Guardianship, Kind, Person},
};

use crate::{
    Error, OverviewReport, Platform, Session,
    guardians::{Reach, with_passcode},
    overview::reported,
    references,
};

/// The guardian's page.
#[derive(Clone, Debug, Default)]
pub struct Children {
    /// Each child behind whom the signed-in person stands.
    pub children: Vec<Child>,
    /// Names of the organisations on the page, in Chinese and in English.
    pub names: BTreeMap<OrganisationCode, (String, String)>,
}

/// A child, as its guardian sees it.
#[derive(Clone, Debug)]
pub struct Child {
    /// The guardianship, for acting on it.
    pub guardianship: GuardianshipId,
    /// The child's net number, masked: what tells twins apart.
    pub masked: String,
    /// In completed years.
    pub age: i16,
    /// Whether it still needs a word.
    pub capacity: Capacity,
    /// Since when the platform knows.
    pub since: Timestamp,
    /// When it was last confirmed.
    pub confirmed_at: Timestamp,
    /// Whether it has to be confirmed before anything counts.
    pub unconfirmed: bool,
    /// What the child asks, newest first.
    pub requests: Vec<ChildRequest>,
    /// What was said and stands, by this guardian and by others.
    pub words: Vec<SaidWord>,
    /// Where the child used it, and on which day, newest first. From fourteen on, that is the young person's own.
    pub used: Vec<ChildUse>,
}

/// A question of a child.
#[derive(Clone, Debug)]
pub struct ChildRequest {
    /// About whom.
    pub organisation: OrganisationCode,
    /// At which of its clients.
    pub client: String,
    /// In which scene.
    pub scene: Scene,
    /// What the client registered, to choose from.
    pub scenes: Vec<Scene>,
    /// When.
    pub asked_at: Timestamp,
}

/// A word that stands.
#[derive(Clone, Debug)]
pub struct SaidWord {
    /// To take it back, if it is the reader's own.
    pub own: Option<ApprovalId>,
    /// About whom.
    pub organisation: OrganisationCode,
    /// What.
    pub word: Word,
    /// When.
    pub said_at: Timestamp,
}

/// A use: where and on which day, and nothing else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChildUse {
    /// The day, on the platform's calendar.
    pub day: Date,
    /// Where.
    pub organisation: OrganisationCode,
    /// What a report names it by: the last one there on that day.
    pub name: String,
    /// Whether this guardian reported it, and what was found.
    pub report: OverviewReport,
}

/// A use of a child's, as it is sealed into its name for a guardian.
#[derive(Deserialize, Serialize)]
pub(crate) struct NamedUse {
    #[serde(with = "formats::base64url::text")]
    pub(crate) guardianship: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    pub(crate) event: [u8; 16],
}

/// Events looked through for the list of uses.
const LOOKED_THROUGH: u32 = 1_000;
/// Uses shown.
const SHOWN: usize = 50;

impl Platform {
    /// The children of the signed-in guardian. Also on a locked certificate.
    pub async fn children(&self, session: &Session) -> Result<Children, Error> {
        with_passcode(session)?;
        let now = self.now();
        let mut seen = self
            .inner()
            .store
            .read(async move |tx| {
                self.reaches(tx, session, Reach::TakeBack, now).await?;
                let mut seen = Children::default();
                for guardianship in tx.guardianships_of_guardian(session.person).await? {
                    if guardianship.ended_at.is_none()
                        && let Some(child) = self.child(tx, &guardianship).await?
                    {
                        seen.children.push(child);
                    }
                }
                seen.names = organisation_names(tx, named(&seen.children)).await?;
                Ok::<_, Error>(seen)
            })
            .await?;
        for request in seen.children.iter_mut().flat_map(|child| &mut child.requests) {
            if let Some(by) = self.registered(&request.client).await? {
                let offered = by.scenes.iter().map(|one| one.scene);
                request.scenes = offered.filter(Scene::is_declared).collect();
            }
        }
        Ok(seen)
    }

    async fn child(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
    ) -> Result<Option<Child>, Error> {
        let (person, now, today) = (guardianship.child, self.now(), self.today());
        let Some(Person::Enrolled { net_number, sealed_birth, .. }) = tx.person(person).await?
        else {
            return Ok(None);
        };
        let born = self.born_from(person, &sealed_birth)?;
        let capacity = capacity(born, today);
        let represented = capacity == Capacity::Represented;
        let words = tx.guardian_approvals_of_child(person).await?;
        Ok(Some(Child {
            guardianship: guardianship.id,
            masked: net_number.masked(),
            age: years(born, today),
            capacity,
            since: guardianship.since,
            confirmed_at: guardianship.confirmed_at,
            unconfirmed: !confirmed(guardianship.confirmed_at, now),
            requests: if represented { requests(tx, person).await? } else { Vec::new() },
            words: if represented {
                standing(words, Some(guardianship.guardian), now)
            } else {
                Vec::new()
            },
            used: if represented { self.uses(tx, guardianship).await? } else { Vec::new() },
        }))
    }

    async fn uses(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
    ) -> Result<Vec<ChildUse>, Error> {
        let mut uses = BTreeMap::new();
        // Newest first, so that the last of a day stands for it.
        let events = tx.events_of(guardianship.child, LOOKED_THROUGH).await?;
        for event in events.iter().filter(|event| event.kind == Kind::Authenticated) {
            if let Some(client) = tx.client(&event.client).await? {
                let day = rules::age::today(event.at, &self.settings().time_zone);
                uses.entry((day, client.organisation)).or_insert(event);
            }
        }
        let reports = tx.reports_of(guardianship.guardian).await?;
        let shown = uses.into_iter().rev().take(SHOWN);
        shown
            .map(|((day, organisation), event)| {
                let named =
                    NamedUse { guardianship: *guardianship.id.bytes(), event: *event.id.bytes() };
                let name =
                    self.seal(references::Kind::ChildUse, guardianship.guardian.bytes(), &named)?;
                Ok(ChildUse { day, organisation, name, report: reported(event, &reports) })
            })
            .collect()
    }
}

async fn requests(
    tx: &Tx<Authentication>,
    child: PersonId,
) -> Result<Vec<ChildRequest>, store::Error> {
    let asked = tx.guardian_requests_of(child).await?;
    let open = asked.into_iter().filter(|request| request.answered_at.is_none());
    Ok(open
        .map(|request| ChildRequest {
            organisation: request.organisation,
            client: request.client,
            scene: request.scene,
            scenes: vec![request.scene],
            asked_at: request.asked_at,
        })
        .collect())
}

/// The organisations on the page, each once.
fn named(children: &[Child]) -> BTreeSet<OrganisationCode> {
    let mut named = BTreeSet::new();
    for child in children {
        named.extend(child.requests.iter().map(|request| request.organisation.clone()));
        named.extend(child.words.iter().map(|said| said.organisation.clone()));
        named.extend(child.used.iter().map(|used| used.organisation.clone()));
    }
    named
}

/// The names of these organisations.
pub(crate) async fn organisation_names(
    tx: &Tx<Authentication>,
    organisations: BTreeSet<OrganisationCode>,
) -> Result<BTreeMap<OrganisationCode, (String, String)>, Error> {
    let mut names = BTreeMap::new();
    for organisation in organisations {
        if let Some(party) = tx.relying_party(&organisation).await? {
            names.insert(organisation, (party.name_zh, party.name_en));
        }
    }
    Ok(names)
}

/// The words that stand; `reader`'s own can be taken back.
pub(crate) fn standing(
    words: Vec<GuardianApproval>,
    reader: Option<PersonId>,
    now: Timestamp,
) -> Vec<SaidWord> {
    let stands = |said: &GuardianApproval| {
        let over = matches!(said.word, Word::Yes { until, .. } if until <= now);
        said.ended_at.is_none() && !over
    };
    let shown = |said: GuardianApproval| SaidWord {
        own: (reader == Some(said.guardian)).then_some(said.id),
        organisation: said.organisation,
        word: said.word,
        said_at: said.said_at,
    };
    words.into_iter().filter(stands).map(shown).collect()
}
