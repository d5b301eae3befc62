//! The seven classes of legal identity document the Measures accept, and the one an operator may add.

use std::str::FromStr;

/// A kind of legal identity document.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DocumentClass {
    /// 居民身份证
    ResidentIdentityCard,
    /// 港澳居民居住证
    HongKongMacaoResidencePermit,
    /// 台湾居民居住证
    TaiwanResidencePermit,
    /// 港澳居民来往内地通行证
    HongKongMacaoTravelPermit,
    /// 台湾居民来往大陆通行证
    TaiwanTravelPermit,
    /// 外国人永久居留身份证
    PermanentResidenceCard,
    /// 定居国外的中国公民的普通护照
    OrdinaryPassport,
    /// 外国护照: of another state, where the operator takes it
    ForeignPassport,
}

/// No class of document has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such class of document")]
pub struct NotADocumentClass;

impl DocumentClass {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::ResidentIdentityCard,
        Self::HongKongMacaoResidencePermit,
        Self::TaiwanResidencePermit,
        Self::HongKongMacaoTravelPermit,
        Self::TaiwanTravelPermit,
        Self::PermanentResidenceCard,
        Self::OrdinaryPassport,
        Self::ForeignPassport,
    ];

    /// The classes the Measures name, whose documents the population registry keeps.
    pub const REGISTERED: [Self; 7] = [
        Self::ResidentIdentityCard,
        Self::HongKongMacaoResidencePermit,
        Self::TaiwanResidencePermit,
        Self::HongKongMacaoTravelPermit,
        Self::TaiwanTravelPermit,
        Self::PermanentResidenceCard,
        Self::OrdinaryPassport,
    ];

    /// Its name on the wire and in the blind index: never change one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResidentIdentityCard => "resident_identity_card",
            Self::HongKongMacaoResidencePermit => "hong_kong_macao_residence_permit",
            Self::TaiwanResidencePermit => "taiwan_residence_permit",
            Self::HongKongMacaoTravelPermit => "hong_kong_macao_travel_permit",
            Self::TaiwanTravelPermit => "taiwan_travel_permit",
            Self::PermanentResidenceCard => "permanent_residence_card",
            Self::OrdinaryPassport => "ordinary_passport",
            Self::ForeignPassport => "foreign_passport",
        }
    }

    /// Does the population registry keep documents of this class? Then its word decides, at a counter too.
    pub const fn is_registered(self) -> bool {
        match self {
            Self::ResidentIdentityCard
            | Self::HongKongMacaoResidencePermit
            | Self::TaiwanResidencePermit
            | Self::HongKongMacaoTravelPermit
            | Self::TaiwanTravelPermit
            | Self::PermanentResidenceCard
            | Self::OrdinaryPassport => true,
            Self::ForeignPassport => false,
        }
    }
}

impl DocumentClass {
    /// Who reads its chip.
    ///
    /// The content of identity cards, residence permits and the foreigner's permanent residence card is for the state's
    /// own verifier. National Immigration Administration, on the 2017 edition of the last: its chip "can be read with the
    /// readers of the second-generation resident identity card".
    pub const fn chip(self) -> Chip {
        match self {
            Self::ResidentIdentityCard
            | Self::HongKongMacaoResidencePermit
            | Self::TaiwanResidencePermit
            | Self::PermanentResidenceCard => Chip::State,
            Self::HongKongMacaoTravelPermit
            | Self::TaiwanTravelPermit
            | Self::OrdinaryPassport
            | Self::ForeignPassport => Chip::Icao,
        }
    }
}

/// What kind of chip documents of a class have.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Chip {
    /// One that only the population registry's verifier reads.
    State,
    /// One of ICAO 9303, which anybody can verify; the registry's card interface vouches for none.
    Icao,
}

impl FromStr for DocumentClass {
    type Err = NotADocumentClass;

    fn from_str(name: &str) -> Result<Self, NotADocumentClass> {
        Self::ALL.into_iter().find(|class| class.as_str() == name).ok_or(NotADocumentClass)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_keeps_what_the_measures_name() {
        let registered = DocumentClass::ALL.into_iter().filter(|class| class.is_registered());
        assert!(registered.eq(DocumentClass::REGISTERED));
    }

    #[test]
    fn a_card_of_the_state_is_registered() {
        let cards = DocumentClass::ALL.into_iter().filter(|class| class.chip() == Chip::State);
        assert!(cards.clone().all(DocumentClass::is_registered));
        assert_eq!(cards.count(), 4);
    }

    #[test]
    fn is_found_by_its_name() {
        for class in DocumentClass::ALL {
            assert_eq!(class.as_str().parse(), Ok(class));
        }
        assert_eq!("driving_licence".parse::<DocumentClass>(), Err(NotADocumentClass));
    }
}
