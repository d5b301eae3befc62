//! An offer of credentials, as a link or a picture of one brings it (`OpenID4VCI` §4.1).

use std::str::FromStr;

use formats::{Secret, json};
use protocol::{
    issuance::{Configuration, offer::TX_CODE_LENGTH, pre_authorized::GRANT_TYPE},
    oauth::issuer::Issuer,
};
use serde::Deserialize;

/// What the link begins with.
const SCHEME: &str = "openid-credential-offer://";

/// Longest link looked at: ours take some seven hundred bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// An offer, not yet taken.
#[derive(Debug)]
pub struct Offer {
    issuer: Issuer,
    code: Secret<String>,
    forms: Vec<Configuration>,
}

/// The text is no offer that this wallet can take.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadOffer {
    /// No link of an offer, or one that is damaged.
    #[error("not the link of an offer")]
    Form,
    /// An offer that lies elsewhere: what it says is not in the link.
    #[error("the offer lies elsewhere")]
    Elsewhere,
    /// Nothing this wallet knows, or not by a code with a transaction code.
    #[error("nothing is offered that this wallet takes")]
    Nothing,
}

/// The transaction code is not of the form that was announced.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a transaction code of six digits")]
pub struct NotATxCode;

#[derive(Deserialize)]
struct Raw {
    credential_issuer: String,
    credential_configuration_ids: Vec<String>,
    grants: RawGrants,
}

#[derive(Deserialize)]
struct RawGrants {
    #[serde(rename = "urn:ietf:params:oauth:grant-type:pre-authorized_code")]
    pre_authorized: Option<RawGrant>,
}

#[derive(Deserialize)]
struct RawGrant {
    #[serde(rename = "pre-authorized_code")]
    code: String,
    tx_code: Option<RawTxCode>,
}

#[derive(Deserialize)]
struct RawTxCode {
    length: Option<usize>,
}

impl FromStr for Offer {
    type Err = BadOffer;

    fn from_str(link: &str) -> Result<Self, BadOffer> {
        if link.len() > MAX_LENGTH {
            return Err(BadOffer::Form);
        }
        let (_, query) = link
            .strip_prefix(SCHEME)
            .and_then(|rest| rest.split_once('?'))
            .ok_or(BadOffer::Form)?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let (Some((name, offer)), None) = (pairs.next(), pairs.next()) else {
            return Err(BadOffer::Form);
        };
        match &*name {
            "credential_offer" => {}
            "credential_offer_uri" => return Err(BadOffer::Elsewhere),
            _ => return Err(BadOffer::Form),
        }
        json::read::<Raw>(offer.as_bytes()).map_err(|_| BadOffer::Form)?.try_into()
    }
}

impl TryFrom<Raw> for Offer {
    type Error = BadOffer;

    fn try_from(raw: Raw) -> Result<Self, BadOffer> {
        let issuer = raw.credential_issuer.parse().map_err(|_| BadOffer::Form)?;
        let ids = raw.credential_configuration_ids.iter();
        let forms: Vec<_> = ids.filter_map(|id| Configuration::of_id(id)).collect();
        let grant = raw.grants.pre_authorized.ok_or(BadOffer::Nothing)?;
        let length = grant.tx_code.and_then(|tx_code| tx_code.length);
        if forms.is_empty() || length != Some(TX_CODE_LENGTH) {
            return Err(BadOffer::Nothing);
        }
        Ok(Self { issuer, code: Secret::new(grant.code), forms })
    }
}

impl Offer {
    /// Who offers: the wallet takes what its own platform offers, and nothing else.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// What is offered, as far as this wallet knows it.
    pub fn forms(&self) -> &[Configuration] {
        &self.forms
    }

    /// The form for the token endpoint, with what the person read beside the link.
    pub fn token_form(&self, tx_code: &str) -> Result<Secret<String>, NotATxCode> {
        if tx_code.len() != TX_CODE_LENGTH || !tx_code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotATxCode);
        }
        let pairs = [
            ("grant_type", GRANT_TYPE),
            ("pre-authorized_code", self.code.expose()),
            ("tx_code", tx_code),
        ];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Ok(Secret::new(form))
    }
}

#[cfg(test)]
mod tests {
    use protocol::issuance::{offer::CredentialOffer, pre_authorized::PresentedOffer};

    use super::*;

    #[test]
    fn what_a_platform_offers_is_read() {
        let issuer: Issuer = "https://id.example".parse().unwrap();
        let offer: Offer = CredentialOffer::new(issuer.clone(), "c+d/").link().parse().unwrap();
        assert_eq!(offer.issuer(), &issuer);
        assert_eq!(offer.forms(), Configuration::ALL);
        let form = offer.token_form("012345").unwrap();
        let taken = PresentedOffer::of_form(form.expose()).unwrap().unwrap();
        assert_eq!(
            (taken.code.expose().as_str(), taken.tx_code.expose().as_str()),
            ("c+d/", "012345")
        );
        for odd in ["01234", "0123456", "01234a", "１２"] {
            assert_eq!(offer.token_form(odd).err(), Some(NotATxCode), "{odd}");
        }
    }

    #[test]
    fn other_links_are_none() {
        let link = |offer: &str| {
            let offer: String = form_urlencoded::byte_serialize(offer.as_bytes()).collect();
            format!("openid-credential-offer://?credential_offer={offer}")
        };
        let good = CredentialOffer::new("https://id.example".parse().unwrap(), "c").link();
        for (text, why) in [
            (String::new(), BadOffer::Form),
            ("https://id.example/?credential_offer=%7B%7D".to_owned(), BadOffer::Form),
            (
                "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa".to_owned(),
                BadOffer::Elsewhere,
            ),
            (format!("{good}&more=1"), BadOffer::Form),
            (good.replace("https", "ftp"), BadOffer::Form),
            (good.replace("net-certificate", "other"), BadOffer::Nothing),
            (good.replace("tx_code", "tx_mode"), BadOffer::Nothing),
            (good.replace("pre-authorized_code%22%3A%7B", "other%22%3A%7B"), BadOffer::Nothing),
            (link("{}"), BadOffer::Form),
            (link(&"a".repeat(MAX_LENGTH)), BadOffer::Form),
        ] {
            assert_eq!(text.parse::<Offer>().err(), Some(why), "{text}");
        }
    }
}
