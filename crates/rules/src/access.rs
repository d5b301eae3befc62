//! For how long a relying party may ask about somebody: once, or again without the person, until that ends.

use std::{str::FromStr, time::Duration};

use crate::{capacity::Capacity, retention, scene::SceneRegistration};

/// How long an agreement lets a relying party ask.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Access {
    /// Now, and not again.
    #[default]
    Once,
    /// Again without the person, until it is taken back or ends by itself.
    Standing,
}

impl Access {
    /// Its name in registrations.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Standing => "standing",
        }
    }
}

/// No access has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an access: once or standing")]
pub struct NotAnAccess;

impl FromStr for Access {
    type Err = NotAnAccess;

    fn from_str(name: &str) -> Result<Self, NotAnAccess> {
        [Self::Once, Self::Standing]
            .into_iter()
            .find(|access| access.as_str() == name)
            .ok_or(NotAnAccess)
    }
}

/// Standing access ends by itself so long after the person agreed.
pub const LONGEST: Duration = retention::STANDING_ACCESS;

/// And so long after its last use.
pub const UNUSED: Duration = retention::STANDING_ACCESS_UNUSED;

/// What may be agreed to here by somebody of this capacity.
///
/// Measures art. 8: the least that serves. Only a scene that goes on and was registered so has standing access. Art. 4
/// and 5: a minor's every use is a guardian's matter, so a minor gives none.
pub fn may_stand(registration: &SceneRegistration, capacity: Capacity) -> Access {
    if registration.scene.allows_standing_access() && capacity == Capacity::Adult {
        registration.access
    } else {
        Access::Once
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mode::Mode, scene::Scene};

    fn registered(scene: Scene, access: Access) -> SceneRegistration {
        SceneRegistration {
            scene,
            purpose_zh: "测试".to_owned(),
            purpose_en: "Test".to_owned(),
            legal_basis: "contract".parse().unwrap(),
            asks: Vec::new(),
            other_methods: vec!["counter".to_owned()],
            mode: Mode::Certificate,
            access,
            plain: None,
        }
    }

    #[test]
    fn stands_only_where_scene_registration_and_age_all_allow() {
        let standing = registered(Scene::ManageMembership, Access::Standing);
        assert_eq!(may_stand(&standing, Capacity::Adult), Access::Standing);
        for minor in [Capacity::Supervised, Capacity::Represented] {
            assert_eq!(may_stand(&standing, minor), Access::Once);
        }
        let once = registered(Scene::ManageMembership, Access::Once);
        assert_eq!(may_stand(&once, Capacity::Adult), Access::Once);
        let crept = registered(Scene::CheckAge, Access::Standing);
        assert_eq!(may_stand(&crept, Capacity::Adult), Access::Once);
    }

    #[test]
    fn disuse_ends_it_before_its_term() {
        assert!(UNUSED < LONGEST);
    }
}
