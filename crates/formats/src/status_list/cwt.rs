//! The same list signed as a CWT (draft-ietf-oauth-status-list-20 §5.2), for readers that speak CBOR: a third shorter.

use jiff::Timestamp;

use super::{
    BadStatusList, Bits, StatusList,
    token::{BadToken, MAX_LENGTH, Said, StatusToken},
};
use crate::{
    BadSignature, SigningKey, Verified, VerifyingKey,
    cbor::{Value, Writer},
    cose_sign1::{self, BadSign1, Header, UnverifiedSign1},
};

/// draft-ietf-oauth-status-list-20 §5.2: "The type of the CWT MUST be application/statuslist+cwt".
pub const TYPE: &str = "application/statuslist+cwt";

/// draft-ietf-oauth-status-list-20 §5.2: "The COSE message MUST either be the tagged `COSE_Sign1_Tagged` (18) or `COSE_Mac0_Tagged`
/// (17)".
const TAG: u8 = 0xd2;

/// Nothing is signed along that is not in the message.
const NO_EXTERNAL_DATA: &[u8] = b"";

/// Claims by their numbers (RFC 8392 §4, draft-ietf-oauth-status-list-20 §5.2).
const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const STATUS_LIST: i64 = 65_533;
const TTL: i64 = 65_534;

impl StatusToken {
    /// Signs it as a CWT.
    pub fn sign_cwt(&self, key: &SigningKey, kid: &[u8]) -> Vec<u8> {
        let list = Writer::new()
            .map(2)
            .text("lst")
            .bytes(&self.list.compressed())
            .text("bits")
            .int(self.list.bits().count().into())
            .done();
        let claims = Writer::new()
            .map(5)
            .int(SUB)
            .text(&self.uri)
            .int(EXP)
            .int(self.expires_at.as_second())
            .int(IAT)
            .int(self.issued_at.as_second())
            .int(STATUS_LIST)
            .raw(&list)
            .int(TTL)
            .int(self.time_to_live.as_secs())
            .done();
        let header = Header { kid: Some(kid), typ: Some(TYPE) };
        let mut token = vec![TAG];
        token.extend(cose_sign1::sign(key, header, NO_EXTERNAL_DATA, &claims));
        token
    }
}

/// Such bytes of good form. Nothing they say is known to be true.
#[derive(Clone, Debug)]
pub struct UnverifiedStatusCwt<'a>(UnverifiedSign1<'a>);

impl<'a> UnverifiedStatusCwt<'a> {
    /// Looks at the form.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BadToken> {
        if bytes.first() != Some(&TAG) {
            return Err(BadToken::Cose(BadSign1::Form));
        }
        let message = UnverifiedSign1::parse(bytes, MAX_LENGTH).map_err(BadToken::Cose)?;
        if message.unverified_header().typ != Some(TYPE) {
            return Err(BadToken::Cose(BadSign1::Header));
        }
        Ok(Self(message))
    }

    /// Which of its keys the issuer says it signed with.
    pub fn unverified_kid(&self) -> Option<&'a [u8]> {
        self.0.unverified_header().kid
    }

    /// Checks it as the token of the list at `uri`, now.
    pub fn verify(
        &self,
        issuer: &VerifyingKey,
        uri: &str,
        now: Timestamp,
    ) -> Result<Verified<StatusToken>, BadToken> {
        let payload = self.0.verify(issuer, NO_EXTERNAL_DATA).map_err(BadToken::Signature)?;
        let form = BadToken::Signature(BadSignature::Claims);
        let claims = Value::read(&payload).map_err(|_| form)?;
        let (said, bits, compressed) = read(&claims).ok_or(form)?;
        let (issued_at, expires_at, time_to_live) = said.checked(uri, now)?;
        let bits = Bits::of(bits).ok_or(BadStatusList::Bits)?;
        let list = StatusList::decompress(bits, compressed)?;
        let uri = uri.to_owned();
        Ok(Verified::new(StatusToken { uri, issued_at, expires_at, time_to_live, list }))
    }
}

fn read<'a>(claims: &Value<'a>) -> Option<(Said<'a>, u64, &'a [u8])> {
    let number = |name| claims.numbered(name).and_then(Value::int);
    let Value::Text(sub) = *claims.numbered(SUB)? else { return None };
    let ttl = match claims.numbered(TTL) {
        None => None,
        Some(ttl) => Some(ttl.int()?),
    };
    let list = claims.numbered(STATUS_LIST)?;
    let bits = u64::try_from(list.named("bits")?.int()?).ok()?;
    let said = Said { sub, iat: number(IAT)?, exp: number(EXP)?, ttl };
    Some((said, bits, list.named("lst")?.bytes()?))
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use jiff::SignedDuration;
    use serde_json::{from_value, json};

    use super::*;
    use crate::Jwk;

    const URI: &str = "https://example.com/statuslists/1";
    const NOW: Timestamp = Timestamp::constant(1_686_920_200, 0);

    /// draft-ietf-oauth-status-list-20 §5.2; the key is that of the draft's own generator (`src/util.py`).
    #[test]
    fn example_of_the_draft() {
        let bytes = HEXLOWER
            .decode(
                concat!(
                    "d2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b63",
                    "7774a1044231325850a502782168747470733a2f2f6578616d706c652e636f6d2f73",
                    "74617475736c697374732f31061a648c5bea041a8898dfea19fffe19a8c019fffda2",
                    "646269747301636c73744a78dadbb918000217015d584093fa4d01032b18c35e2fe1",
                    "101b77fd6cc9440022caa4694450c4e4e9feab4e99d1fa6d9772ce2bf3a12e0323de",
                    "d7c982c5e101a5e67f0cbc1e2b6f57ce99c279",
                )
                .as_bytes(),
            )
            .unwrap();
        let key: Jwk = from_value(json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "12",
            "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
            "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
        }))
        .unwrap();
        let token = UnverifiedStatusCwt::parse(&bytes).unwrap();
        assert_eq!(token.unverified_kid(), Some(&b"12"[..]));
        let token = token.verify(key.verifying_key(), URI, NOW).unwrap();
        assert_eq!(token.time_to_live, SignedDuration::from_secs(43_200));
        assert_eq!((token.list.status(0), token.list.status(1)), (Some(1), Some(0)));
        assert!(UnverifiedStatusCwt::parse(&bytes[1..]).is_err(), "without its tag");
    }

    #[test]
    fn what_was_signed_is_read_back_by_its_reader_in_its_time() {
        let key = SigningKey::generate();
        let token = StatusToken {
            uri: URI.to_owned(),
            issued_at: NOW,
            expires_at: NOW + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking([3, 700_000]),
        };
        let bytes = token.sign_cwt(&key, b"key-1");
        let read = |uri: &str, now| {
            let unverified = UnverifiedStatusCwt::parse(&bytes).unwrap();
            unverified.verify(key.verifying_key(), uri, now).map(Verified::into_inner)
        };
        assert_eq!(read(URI, NOW), Ok(token.clone()));
        assert_eq!(read("https://example.com/statuslists/2", NOW), Err(BadToken::List));
        let later = NOW + SignedDuration::from_mins(15);
        assert_eq!(read(URI, later), Err(BadToken::Time));
        assert!(bytes.len() < token.sign(&key, "key-1").len());
        let stranger = SigningKey::generate();
        let unverified = UnverifiedStatusCwt::parse(&bytes).unwrap();
        assert!(unverified.verify(stranger.verifying_key(), URI, NOW).is_err());
    }

    #[test]
    fn any_byte_changed_is_refused() {
        let key = SigningKey::generate();
        let token = StatusToken {
            uri: URI.to_owned(),
            issued_at: NOW,
            expires_at: NOW + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking([]),
        };
        let sound = token.sign_cwt(&key, b"key-1");
        for place in 0..sound.len() {
            let mut bytes = sound.clone();
            bytes[place] ^= 1;
            let read = UnverifiedStatusCwt::parse(&bytes)
                .and_then(|read| read.verify(key.verifying_key(), URI, NOW));
            assert!(read.is_err(), "{place}");
        }
    }
}
