//! Scenes: why identity is asked, and the most each reason justifies.

use std::str::FromStr;

use crate::{
    access::Access, age::AgeThreshold, attribute::Attribute, mode::Mode, own_scene::OwnScene,
    plain, plain::PlainTerms, refusal::Refusal,
};

/// Why a relying party asks.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Scene {
    /// Opening an account.
    Register,
    /// Coming back to it.
    LogIn,
    /// Getting back in.
    RecoverPassword,
    /// Changing the phone number of an account.
    ChangePhone,
    /// Managing a membership.
    ManageMembership,
    /// Booking a ticket that is issued to a person.
    BookTicket,
    /// Being old enough.
    CheckAge,
    /// Taking out insurance.
    Insure,
    /// One the operator declares.
    Own(OwnScene),
}

/// No scene can have this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such scene, nor a name for one")]
pub struct NotAScene;

impl Scene {
    /// Every scene of the law's own; an operator may declare more.
    pub const ALL: [Self; 8] = [
        Self::Register,
        Self::LogIn,
        Self::RecoverPassword,
        Self::ChangePhone,
        Self::ManageMembership,
        Self::BookTicket,
        Self::CheckAge,
        Self::Insure,
    ];

    /// Its name in scopes, claims and records.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Own(own) => own.as_str(),
            Self::Register => "register",
            Self::LogIn => "log_in",
            Self::RecoverPassword => "recover_password",
            Self::ChangePhone => "change_phone",
            Self::ManageMembership => "manage_membership",
            Self::BookTicket => "book_ticket",
            Self::CheckAge => "check_age",
            Self::Insure => "insure",
        }
    }

    /// May this be asked for this reason at all, whatever the organisation registered?
    pub fn allows(self, attribute: Attribute) -> bool {
        let threshold = match attribute {
            Attribute::AgeOver(threshold) => threshold,
            // Who opens an account for a minor, sells by age or insures has to know of the guardian's consent
            // (Law on the Protection of Minors, Insurance Law); nobody else has.
            Attribute::Minor | Attribute::GuardianAgreed => {
                return match self {
                    Self::Own(own) => own.allows(attribute),
                    _ => matches!(self, Self::Register | Self::CheckAge | Self::Insure),
                };
            }
        };
        match self {
            Self::CheckAge => true,
            Self::Own(own) => own.allows(attribute),
            // Minors' accounts are kept apart from the start.
            Self::Register => matches!(threshold, AgeThreshold::Fourteen | AgeThreshold::Eighteen),
            // Children's fares end at fourteen.
            Self::BookTicket => matches!(threshold, AgeThreshold::Fourteen),
            Self::Insure => matches!(
                threshold,
                AgeThreshold::Eighteen | AgeThreshold::Sixty | AgeThreshold::SixtyFive
            ),
            Self::LogIn | Self::RecoverPassword | Self::ChangePhone | Self::ManageMembership => {
                false
            }
        }
    }
}

impl Scene {
    /// May a relying party go on asking in this scene without the person? Only where what it began goes on: an account,
    /// a membership, a policy. A ticket is booked once, and an age checked once.
    pub fn allows_standing_access(self) -> bool {
        match self {
            Self::Own(own) => own.allows_standing_access(),
            Self::LogIn | Self::ManageMembership | Self::Insure => true,
            Self::Register
            | Self::RecoverPassword
            | Self::ChangePhone
            | Self::BookTicket
            | Self::CheckAge => false,
        }
    }

    /// Is it one of the law's own, or of the operator's today?
    pub fn is_declared(&self) -> bool {
        match self {
            Self::Own(own) => own.is_declared(),
            _ => true,
        }
    }
}

impl FromStr for Scene {
    type Err = NotAScene;

    fn from_str(name: &str) -> Result<Self, NotAScene> {
        match Self::ALL.into_iter().find(|scene| scene.as_str() == name) {
            Some(scene) => Ok(scene),
            None => name.parse().map(Self::Own),
        }
    }
}

/// The law or contract an organisation relies on when it asks, in its own words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LegalBasis(String);

impl LegalBasis {
    /// As registered, to be shown to the person.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LegalBasis {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text.trim() {
            "" => Err(Refusal::LegalBasisMissing),
            named => Ok(Self(named.to_owned())),
        }
    }
}

/// What an organisation registered for one of its scenes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SceneRegistration {
    /// Why it asks.
    pub scene: Scene,
    /// The purpose as the person reads it, in Chinese.
    pub purpose_zh: String,
    /// The same in English.
    pub purpose_en: String,
    /// On what ground.
    pub legal_basis: LegalBasis,
    /// What it may ask beside the result.
    pub asks: Vec<Attribute>,
    /// How else a person can be verified there.
    pub other_methods: Vec<String>,
    /// The mode it wants.
    pub mode: Mode,
    /// Whether it goes on asking without the person.
    pub access: Access,
    /// On which law it asks for plain identity, if it does.
    pub plain: Option<PlainTerms>,
}

/// Does a method, in the organisation's own words, consist in a face? Words are all there is to judge by; whoever
/// circumscribes it is judged when persons complain.
fn is_a_face(method: &str) -> bool {
    const FACES: [&str; 9] =
        ["人脸", "刷脸", "脸部", "面部", "面容", "face", "facial", "portrait", "selfie"];
    const BEING_THERE: [&str; 2] = ["face to face", "face-to-face"];
    let mut said = method.to_lowercase();
    for words in BEING_THERE {
        said = said.replace(words, "");
    }
    FACES.into_iter().any(|word| said.contains(word))
}

/// May an organisation connect with this scene?
///
/// Face measures art. 10: "face is never the only way", so a method that is a face again is no other one.
/// Measures art. 6: use is voluntary and other lawful methods remain, so at least one is declared;
/// Face measures art. 10: above all where the mode has a portrait.
/// Measures art. 8: no more is asked than the scene justifies.
pub fn admit(registration: &SceneRegistration) -> Result<(), Refusal> {
    let blank = |text: &String| text.trim().is_empty();
    if !registration.scene.is_declared() {
        return Err(Refusal::SceneNotDeclared);
    }
    if blank(&registration.purpose_zh) || blank(&registration.purpose_en) {
        return Err(Refusal::PurposeMissing);
    }
    if registration.other_methods.iter().all(blank) {
        return Err(Refusal::OtherMethodsMissing);
    }
    if registration.access == Access::Standing && !registration.scene.allows_standing_access() {
        return Err(Refusal::StandingBeyondScene);
    }
    if registration.other_methods.iter().filter(|text| !blank(text)).all(|text| is_a_face(text)) {
        return Err(Refusal::OnlyFaceRemains);
    }
    plain::admit(registration.scene, registration.plain.as_ref())?;
    match registration.asks.iter().find(|&&asked| !registration.scene.allows(asked)) {
        Some(&asked) => Err(Refusal::BeyondScene(asked)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> SceneRegistration {
        SceneRegistration {
            scene: Scene::CheckAge,
            purpose_zh: "购买年龄受限商品".to_owned(),
            purpose_en: "Buying age-restricted goods".to_owned(),
            legal_basis: "未成年人保护法第五十九条".parse().unwrap(),
            asks: vec![Attribute::AgeOver(AgeThreshold::Eighteen)],
            other_methods: vec!["Document shown at the counter".to_owned()],
            mode: Mode::CertificatePasscode,
            access: Access::Once,
            plain: None,
        }
    }

    #[test]
    fn is_found_by_its_name() {
        for scene in Scene::ALL {
            assert_eq!(scene.as_str().parse(), Ok(scene));
        }
        assert_eq!("Log-in".parse::<Scene>(), Err(NotAScene));
    }

    #[test]
    fn another_way_must_remain() {
        assert_eq!(admit(&shop()), Ok(()));
        for other_methods in [vec![], vec!["  ".to_owned()]] {
            let closed = SceneRegistration { other_methods, ..shop() };
            assert_eq!(admit(&closed), Err(Refusal::OtherMethodsMissing));
        }
    }

    #[test]
    fn a_face_is_no_other_way() {
        let with = |methods: &[&str]| {
            let other_methods = methods.iter().map(|method| (*method).to_owned()).collect();
            admit(&SceneRegistration { other_methods, ..shop() })
        };
        for only in [
            &["刷脸验证"][..],
            &["Face scan at the gate"],
            &["人脸识别", "Facial recognition in the app"],
            &["A selfie with the document", " "],
        ] {
            assert_eq!(with(only), Err(Refusal::OnlyFaceRemains), "{only:?}");
        }
        for open in [
            &["刷脸验证", "柜台出示证件"][..],
            &["Face to face at the counter"],
            &["Face-to-face with an officer", "Facial recognition"],
            &["Phone and password"],
        ] {
            assert_eq!(with(open), Ok(()), "{open:?}");
        }
    }

    #[test]
    fn purpose_and_legal_basis_are_named() {
        assert_eq!(" ".parse::<LegalBasis>(), Err(Refusal::LegalBasisMissing));
        let mute = SceneRegistration { purpose_en: String::new(), ..shop() };
        assert_eq!(admit(&mute), Err(Refusal::PurposeMissing));
    }

    #[test]
    fn no_scene_asks_more_than_it_justifies() {
        for scene in Scene::ALL {
            for attribute in Attribute::ALL {
                let registration = SceneRegistration { scene, asks: vec![attribute], ..shop() };
                let verdict = if scene.allows(attribute) {
                    Ok(())
                } else {
                    Err(Refusal::BeyondScene(attribute))
                };
                assert_eq!(admit(&registration), verdict);
            }
        }
        for scene in Scene::ALL {
            let standing =
                SceneRegistration { scene, asks: Vec::new(), access: Access::Standing, ..shop() };
            let verdict = if scene.allows_standing_access() {
                Ok(())
            } else {
                Err(Refusal::StandingBeyondScene)
            };
            assert_eq!(admit(&standing), verdict);
        }
        assert!(!Scene::LogIn.allows(Attribute::AgeOver(AgeThreshold::Eighteen)));
        assert!(Scene::Register.allows(Attribute::GuardianAgreed));
        assert!(!Scene::LogIn.allows(Attribute::GuardianAgreed));
        assert!(Scene::CheckAge.allows(Attribute::AgeOver(AgeThreshold::Eighteen)));
    }
}
