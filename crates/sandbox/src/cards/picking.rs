//! Picking a person: by age group and by name, a page at a time.

use serde::Deserialize;

use super::tile::{CardState, Tile, card_state};
use crate::people::{Person, Population};
use crate::registry::Registry;

/// A group that a newcomer may look for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Group {
    #[default]
    Adults,
    Teens,
    Children,
    Seniors,
    Families,
    Abroad,
    Refused,
}

impl Group {
    pub(crate) const ALL: [Self; 7] = [
        Self::Adults,
        Self::Teens,
        Self::Seniors,
        Self::Families,
        Self::Children,
        Self::Abroad,
        Self::Refused,
    ];

    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Adults => "adults",
            Self::Teens => "teens",
            Self::Children => "children",
            Self::Seniors => "seniors",
            Self::Families => "families",
            Self::Abroad => "abroad",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Adults => ("成年人 18–59", "Adults 18–59"),
            Self::Teens => ("少年 14–17", "Teenagers 14–17"),
            Self::Children => ("儿童 0–13", "Children 0–13"),
            Self::Seniors => ("长者 60+", "Seniors 60+"),
            Self::Families => ("有孩子的家长", "Parents"),
            Self::Abroad => ("其他证件", "Other documents"),
            Self::Refused => ("证件过期或挂失", "Expired or lost"),
        }
    }

    fn holds(self, person: &Person, registry: &Registry) -> bool {
        let today = registry.today();
        let age = person.age(today);
        let in_force = card_state(person, today) == CardState::InForce;
        match self {
            Self::Refused => !in_force,
            Self::Adults => in_force && (18..60).contains(&age),
            Self::Teens => in_force && (14..18).contains(&age),
            Self::Children => in_force && age < 14,
            Self::Seniors => in_force && age >= 60,
            Self::Families => {
                in_force && registry.population().wards(person, today).next().is_some()
            }
            Self::Abroad => {
                in_force
                    && person.identity.document().class()
                        != rules::DocumentClass::ResidentIdentityCard
            }
        }
    }
}

/// What the page was asked to show.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) group: Group,
    #[serde(default)]
    pub(crate) q: String,
    #[serde(default)]
    pub(crate) page: usize,
}

/// A tab, and where it leads.
pub(crate) struct Tab {
    pub(crate) tag: &'static str,
    pub(crate) words: (&'static str, &'static str),
    pub(crate) here: bool,
    pub(crate) link: String,
}

/// What there is to pick from.
pub(crate) struct Picking {
    pub(crate) tabs: Vec<Tab>,
    pub(crate) q: String,
    pub(crate) group: &'static str,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// Parameters of the page that go along with every choice.
    pub(crate) along: Vec<(String, String)>,
}

const ON_A_PAGE: usize = 24;

impl Picking {
    /// The tiles asked for. `along` is repeated in every link and form; so that it reaches the device that asked.
    pub(crate) fn new(asked: &Asked, along: Vec<(String, String)>, registry: &Registry) -> Self {
        let found = |person: &&Person| {
            if asked.q.is_empty() {
                asked.group.holds(person, registry)
            } else {
                matches(person, &asked.q)
            }
        };
        let start = asked.page.saturating_mul(ON_A_PAGE);
        let people: &Population = registry.population();
        let mut found = people.people().iter().filter(found).skip(start);
        let tiles: Vec<_> =
            found.by_ref().take(ON_A_PAGE).map(|person| Tile::of(person, registry)).collect();
        let link = |group: Group, q: &str, page: usize| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&along).append_pair("group", group.tag());
            if !q.is_empty() {
                query.append_pair("q", q);
            }
            if page > 0 {
                query.append_pair("page", &page.to_string());
            }
            format!("?{}", query.finish())
        };
        let tab = |group: Group| Tab {
            tag: group.tag(),
            words: group.words(),
            here: asked.q.is_empty() && group == asked.group,
            link: link(group, "", 0),
        };
        Self {
            tabs: Group::ALL.into_iter().map(tab).collect(),
            q: asked.q.clone(),
            group: asked.group.tag(),
            previous: asked.page.checked_sub(1).map(|page| link(asked.group, &asked.q, page)),
            next: found.next().map(|_| link(asked.group, &asked.q, asked.page + 1)),
            tiles,
            along,
        }
    }

    /// Where picking this person leads to: back to the device that asked, or else to the person's own page.
    pub(crate) fn link_of(&self, tile: &Tile) -> String {
        if self.along.is_empty() {
            return format!("/people/{}", tile.index);
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.along).append_pair("person", &tile.index.to_string());
        format!("?{}", query.finish())
    }
}

/// Finds by index, by characters, or by pinyin in small letters and without its space.
fn matches(person: &Person, q: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(' ', "");
    let q = plain(q);
    person.index.to_string() == q
        || plain(&person.name.written).contains(&q)
        || plain(&person.name.read).contains(&q)
}
