//! What a relying party may be told (Measures art. 8: minimal provision).

use crate::{
    attribute::Attribute,
    consent::{self, Consent},
    notice::Purpose,
    refusal::Refusal,
    scene::{Scene, SceneRegistration},
};

/// What a person agreed to tell one organisation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReleaseConsent {
    /// In this scene and no other.
    pub scene: Scene,
    /// These, and nothing else.
    pub attributes: Vec<Attribute>,
    /// To this text; its purpose is [`Purpose::Release`].
    pub consent: Consent,
}

/// What will be told beside the result. [`may_release`] is the only maker.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Release {
    attributes: Vec<Attribute>,
}

impl Release {
    /// The attributes to answer, each once; empty: the result only.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }
}

/// May this organisation ask this of anybody?
///
/// Measures art. 8: only what its scene justifies and its registration names.
pub fn may_ask(registration: &SceneRegistration, asked: &[Attribute]) -> Result<(), Refusal> {
    for &attribute in asked {
        if !registration.scene.allows(attribute) {
            return Err(Refusal::BeyondScene(attribute));
        }
        if !registration.asks.contains(&attribute) {
            return Err(Refusal::BeyondRegistration(attribute));
        }
    }
    Ok(())
}

/// May this be told, now that the person agreed to that?
///
/// Measures art. 8, PIPL 23: the result only, unless the person separately agreed to more; and then
/// exactly that much, in exactly that scene.
pub fn may_release(
    registration: &SceneRegistration,
    asked: &[Attribute],
    consent: &ReleaseConsent,
) -> Result<Release, Refusal> {
    may_ask(registration, asked)?;
    consent::require(&[consent.consent], Purpose::Release)?;
    if consent.scene != registration.scene {
        return Err(Refusal::SceneNotAgreed);
    }
    if let Some(&beyond) = asked
        .iter()
        .find(|&asked| !consent.attributes.contains(asked))
    {
        return Err(Refusal::NotAgreed(beyond));
    }
    let mut attributes = asked.to_vec();
    attributes.sort_unstable();
    attributes.dedup();
    Ok(Release { attributes })
}
