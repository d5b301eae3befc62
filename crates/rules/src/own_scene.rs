//! Scenes of the operator's own: named, titled and bounded once, by declaration; a registration has no more than that.
//!
//! The Measures name no list of scenes (art. 5: wherever law has identity registered or verified). So the operator may declare
//! more, and answers for each; what the law forbids in every scene stays forbidden in these (`scene::admit`).

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use crate::{
    access::Access,
    attribute::Attribute,
    scene::{LegalBasis, NotAScene, Scene, SceneRegistration},
};

/// Longest name of a scene.
const LONGEST_NAME: usize = 32;

/// Longest title, in characters: it stands in a table on a phone.
const LONGEST_TITLE: usize = 40;

/// Scenes an operator declares at most: guardians and delegates choose among them on one page.
pub const MOST: usize = 24;

/// A scene's name: a lower-case letter, then lower-case letters, digits and underscores; zeros fill the rest.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Name([u8; LONGEST_NAME]);

impl Name {
    fn as_str(&self) -> &str {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(LONGEST_NAME);
        self.0.get(..length).and_then(|name| str::from_utf8(name).ok()).unwrap_or_default()
    }
}

impl FromStr for Name {
    type Err = NotAScene;

    fn from_str(text: &str) -> Result<Self, NotAScene> {
        let fits = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        if !text.starts_with(|first: char| first.is_ascii_lowercase())
            || !text.as_bytes().iter().all(fits)
        {
            return Err(NotAScene);
        }
        let mut name = [0; LONGEST_NAME];
        name.get_mut(..text.len()).ok_or(NotAScene)?.copy_from_slice(text.as_bytes());
        Ok(Self(name))
    }
}

/// A scene of the operator's own. Read from a record it is a name and justifies nothing; only [`OwnScenes::in_force`] gives
/// it the bounds it was declared with. Two are the same if their names are.
#[derive(Clone, Copy)]
pub struct OwnScene {
    name: Name,
    bounds: Option<SceneBounds>,
}

/// The most that a registration of an own scene may have; nothing, unless it is declared.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct SceneBounds {
    asks: [bool; Attribute::ALL.len()],
    access: Access,
    delegable: bool,
    plain: bool,
}

impl OwnScene {
    /// Its name in scopes, claims and records.
    pub fn as_str(&self) -> &str {
        self.name.as_str()
    }

    /// Was it declared, when it was looked at last?
    pub fn is_declared(&self) -> bool {
        self.bounds.is_some()
    }

    pub(crate) fn allows(&self, attribute: Attribute) -> bool {
        let mut asks = Attribute::ALL.into_iter().zip(self.bounds.unwrap_or_default().asks);
        asks.any(|(asked, declared)| declared && asked == attribute)
    }

    pub(crate) fn allows_standing_access(&self) -> bool {
        self.bounds.unwrap_or_default().access == Access::Standing
    }

    pub(crate) fn allows_plain_identity(&self) -> bool {
        self.bounds.unwrap_or_default().plain
    }

    pub(crate) fn is_delegable(&self) -> bool {
        self.bounds.unwrap_or_default().delegable
    }
}

impl FromStr for OwnScene {
    type Err = NotAScene;

    fn from_str(name: &str) -> Result<Self, NotAScene> {
        if Scene::ALL.iter().any(|scene| scene.as_str() == name) {
            return Err(NotAScene);
        }
        Ok(Self { name: name.parse()?, bounds: None })
    }
}

impl PartialEq for OwnScene {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for OwnScene {}

impl Hash for OwnScene {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Ord for OwnScene {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }
}

impl PartialOrd for OwnScene {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for OwnScene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnScene").field(&self.as_str()).finish()
    }
}

/// What an operator says of a scene of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SceneDeclaration {
    scene: OwnScene,
    title_zh: String,
    title_en: String,
}

/// What a scene of one's own may have at most, as it is declared.
#[derive(Clone, Debug, Default)]
pub struct DeclaredBounds<'a> {
    /// What may be asked beside the result.
    pub asks: &'a [Attribute],
    /// Whether a relying party may go on asking without the person.
    pub access: Access,
    /// Whether somebody may act for another in it.
    pub delegable: bool,
    /// The law that has plain identity kept for this reason; none: it is never told.
    pub plain_law: Option<&'a str>,
}

/// Why a declaration cannot stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotADeclaration {
    /// Not a name, or one of the law's own.
    #[error(
        "`name`: a lower-case letter, then lower-case letters, digits and underscores, at most {LONGEST_NAME}; and no scene \
         that is there already"
    )]
    Name,
    /// A title that says nothing, or too much.
    #[error("`title_zh` and `title_en`: one line of 1 to {LONGEST_TITLE} characters each")]
    Title,
    /// Plain identity without a law.
    #[error("`plain_law`: name the law that has identity kept for this reason, or leave it out")]
    PlainLaw,
    /// The name stands twice.
    #[error("the name stands twice")]
    Twice,
    /// Too many.
    #[error("at most {MOST} are declared")]
    TooMany,
}

impl SceneDeclaration {
    /// A declaration; the titles in Chinese and in English, as people read them.
    ///
    /// Measures art. 10: whoever is asked is told for what, so a scene has a title in both languages. Art. 8: plain identity
    /// only where a law has it kept, so the law is named.
    pub fn new(
        name: &str,
        [title_zh, title_en]: [&str; 2],
        bounds: &DeclaredBounds<'_>,
    ) -> Result<Self, NotADeclaration> {
        let OwnScene { name, .. } = name.parse().map_err(|_| NotADeclaration::Name)?;
        let law = bounds.plain_law.map(str::parse::<LegalBasis>).transpose();
        let bounds = SceneBounds {
            asks: Attribute::ALL.map(|attribute| bounds.asks.contains(&attribute)),
            access: bounds.access,
            delegable: bounds.delegable,
            plain: law.map_err(|_| NotADeclaration::PlainLaw)?.is_some(),
        };
        Ok(Self {
            scene: OwnScene { name, bounds: Some(bounds) },
            title_zh: title(title_zh)?,
            title_en: title(title_en)?,
        })
    }

    /// The scene, with its bounds.
    pub fn scene(&self) -> Scene {
        Scene::Own(self.scene)
    }

    /// What it is called in Chinese.
    pub fn title_zh(&self) -> &str {
        &self.title_zh
    }

    /// What it is called in English.
    pub fn title_en(&self) -> &str {
        &self.title_en
    }
}

fn title(text: &str) -> Result<String, NotADeclaration> {
    let text = text.trim();
    let fits = (1..=LONGEST_TITLE).contains(&text.chars().count());
    if fits && !text.contains(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(NotADeclaration::Title)
    }
}

/// Every scene an operator declares.
#[derive(Clone, Debug, Default)]
pub struct OwnScenes(Vec<SceneDeclaration>);

impl OwnScenes {
    /// These, each once.
    pub fn new(declared: Vec<SceneDeclaration>) -> Result<Self, NotADeclaration> {
        if declared.len() > MOST {
            return Err(NotADeclaration::TooMany);
        }
        let mut names: Vec<_> = declared.iter().map(|one| one.scene).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() == declared.len() { Ok(Self(declared)) } else { Err(NotADeclaration::Twice) }
    }

    /// Every scene there is: the law's, then the operator's.
    pub fn known(&self) -> impl Iterator<Item = Scene> {
        Scene::ALL.into_iter().chain(self.0.iter().map(SceneDeclaration::scene))
    }

    /// The scene as it is in force today; none if the operator declares it no more.
    pub fn in_force(&self, scene: Scene) -> Option<Scene> {
        self.known().find(|known| *known == scene)
    }

    /// What was declared of the scene with this name.
    pub fn declaration(&self, name: &str) -> Option<&SceneDeclaration> {
        self.0.iter().find(|one| one.scene.as_str() == name)
    }

    /// A registration as far as today's declarations let it: of a scene declared no more the name is left, and of one
    /// declared more narrowly than when it was admitted that much.
    pub fn bound(&self, registration: SceneRegistration) -> SceneRegistration {
        let Some(scene) = self.in_force(registration.scene) else { return registration };
        let stands = scene.allows_standing_access();
        SceneRegistration {
            scene,
            access: if stands { registration.access } else { Access::Once },
            plain: registration.plain.filter(|_| scene.allows_plain_identity()),
            ..registration
        }
    }
}

#[cfg(test)]
mod tests;
