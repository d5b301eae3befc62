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
    if let Some(&beyond) = asked.iter().find(|&asked| !consent.attributes.contains(asked)) {
        return Err(Refusal::NotAgreed(beyond));
    }
    let mut attributes = asked.to_vec();
    attributes.sort_unstable();
    attributes.dedup();
    Ok(Release { attributes })
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::subsequence};

    use super::*;
    use crate::{age::AgeThreshold, mode::Mode, notice::NoticeVersion};

    const ADULT: Attribute = Attribute::AgeOver(AgeThreshold::Eighteen);
    const CHILD: Attribute = Attribute::AgeOver(AgeThreshold::Fourteen);

    fn registration(scene: Scene, asks: &[Attribute]) -> SceneRegistration {
        SceneRegistration {
            scene,
            purpose_zh: "测试".to_owned(),
            purpose_en: "Test".to_owned(),
            legal_basis: "contract".parse().unwrap(),
            asks: asks.to_vec(),
            other_methods: vec!["counter".to_owned()],
            mode: Mode::Certificate,
            access: crate::access::Access::Once,
            plain: None,
        }
    }

    fn agreed(scene: Scene, attributes: &[Attribute]) -> ReleaseConsent {
        let consent = Consent::recorded(Purpose::Release, Purpose::Release.current());
        ReleaseConsent { scene, attributes: attributes.to_vec(), consent }
    }

    #[test]
    fn the_result_alone_is_told_by_default() {
        let airline = registration(Scene::LogIn, &[]);
        let release = may_release(&airline, &[], &agreed(Scene::LogIn, &[])).unwrap();
        assert_eq!(release.attributes(), []);
    }

    #[test]
    fn only_what_was_registered_may_be_asked() {
        let shop = registration(Scene::CheckAge, &[ADULT]);
        assert_eq!(may_ask(&shop, &[ADULT]), Ok(()));
        assert_eq!(may_ask(&shop, &[ADULT, CHILD]), Err(Refusal::BeyondRegistration(CHILD)));
        // A registration beyond its scene would have been refused; should one stand, it gives nothing.
        let crept = registration(Scene::LogIn, &[ADULT]);
        assert_eq!(may_ask(&crept, &[ADULT]), Err(Refusal::BeyondScene(ADULT)));
    }

    #[test]
    fn only_what_was_agreed_is_told() {
        let shop = registration(Scene::CheckAge, &[ADULT, CHILD]);
        let consent = agreed(Scene::CheckAge, &[ADULT]);
        assert!(may_release(&shop, &[ADULT], &consent).is_ok());
        assert_eq!(may_release(&shop, &[ADULT, CHILD], &consent), Err(Refusal::NotAgreed(CHILD)));
        let elsewhere = agreed(Scene::LogIn, &[ADULT]);
        assert_eq!(may_release(&shop, &[ADULT], &elsewhere), Err(Refusal::SceneNotAgreed));
    }

    #[test]
    fn a_consent_to_something_else_or_to_an_old_notice_is_none() {
        let shop = registration(Scene::CheckAge, &[ADULT]);
        let with = |purpose, version| ReleaseConsent {
            consent: Consent::recorded(purpose, version),
            ..agreed(Scene::CheckAge, &[ADULT])
        };
        assert_eq!(
            may_release(&shop, &[ADULT], &with(Purpose::Enrolment, NoticeVersion(1))),
            Err(Refusal::ConsentMissing(Purpose::Release))
        );
        assert_eq!(
            may_release(&shop, &[ADULT], &with(Purpose::Release, NoticeVersion(0))),
            Err(Refusal::NoticeOutdated(Purpose::Release))
        );
    }

    proptest! {
        #[test]
        fn nothing_is_told_that_scene_registration_and_person_do_not_all_allow(
            scene in proptest::sample::select(Scene::ALL.to_vec()),
            registered in subsequence(Attribute::ALL.to_vec(), 0..=7),
            asked in subsequence(Attribute::ALL.to_vec(), 0..=7),
            agreed_to in subsequence(Attribute::ALL.to_vec(), 0..=7),
        ) {
            let twice: Vec<_> = asked.iter().chain(&asked).copied().collect();
            let verdict = may_release(&registration(scene, &registered), &twice, &agreed(scene, &agreed_to));
            let allowed =
                |a: &Attribute| scene.allows(*a) && registered.contains(a) && agreed_to.contains(a);
            match verdict {
                Ok(release) => prop_assert_eq!(release.attributes(), &asked),
                Err(_) => prop_assert!(!asked.iter().all(allowed)),
            }
        }
    }
}
