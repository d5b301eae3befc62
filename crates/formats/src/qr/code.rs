//! The code: a certificate, what is shown of it, and the moment, signed by its holder and written for a QR code.

use std::convert::Infallible;

use crate::{
    BadSignature, Jwk, SigningKey, Suite, UnverifiedSign1, Verified, VerifyingKey, base45,
    cbor::{Value, Writer},
    cose_sign1::{self, Header},
    signature::SIGNATURE_LENGTH,
};

use super::{
    certificate::{Certificate, Days, StatusReference, Terms, UnverifiedCertificate},
    commitments::{self, Opening, Seed},
    moment::{self, Challenge, DRIFT, Moment},
    statement::{Statement, Statements, Subject},
};

/// What stands before every code, so that a reader knows what it scanned.
pub const PREFIX: &str = "YZ1:";

/// Longest code in bytes: four statements.
pub const MAX_LENGTH: usize = 600;

/// Most statements one code shows. More than a few and the others would be as good as told.
const MOST: usize = 4;

/// What is signed along, so that no other message of the same key passes for a code.
const KIND: &[u8] = b"yinzheng qr code 1";

/// Makes a code, as the text of a QR code. Nothing, if the key is not the certificate's, or too much is to be shown.
pub fn show(
    certificate: &Certificate,
    key: &SigningKey,
    opened: (Statements, &Seed),
    subjects: &[Subject],
    moment: Moment,
) -> Option<String> {
    if *key.verifying_key() != certificate.terms().holder {
        return None;
    }
    let by = |message: &[u8]| Ok::<_, Infallible>(key.sign(message));
    let Ok(shown) = show_by(certificate, by, opened, subjects, moment);
    shown
}

/// The same by the certificate's key where that is elsewhere and may refuse.
pub fn show_by<E>(
    certificate: &Certificate,
    by: impl FnOnce(&[u8]) -> Result<[u8; SIGNATURE_LENGTH], E>,
    opened: (Statements, &Seed),
    subjects: &[Subject],
    moment: Moment,
) -> Result<Option<String>, E> {
    let suite = certificate.terms().holder.suite();
    let Some(payload) = payload(suite, certificate, opened, subjects, moment) else {
        return Ok(None);
    };
    let code = cose_sign1::sign_by(suite, by, Header::default(), KIND, &payload)?;
    Ok(Some(format!("{PREFIX}{}", base45::encode(&code))))
}

fn payload(
    suite: Suite,
    certificate: &Certificate,
    (statements, seed): (Statements, &Seed),
    subjects: &[Subject],
    moment: Moment,
) -> Option<Vec<u8>> {
    if subjects.len() > MOST {
        return None;
    }
    let mut payload = Writer::new().array(3).raw(certificate.bytes());
    payload = match moment {
        Moment::Window(number) => payload.int(i64::try_from(number).ok()?),
        Moment::Challenge(Challenge(bytes)) => payload.bytes(&bytes),
    };
    payload = payload.array(subjects.len());
    for &subject in subjects {
        let opening = commitments::open(suite, statements, seed, subject);
        payload = payload
            .array(4)
            .int(subject.number().into())
            .int(opening.statement.value.into())
            .bytes(&opening.salt)
            .bytes(&opening.path);
    }
    Some(payload.done())
}

/// Why a text is no code.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadCode {
    /// Something else was scanned.
    #[error("not a code of this kind")]
    Another,
    /// It begins like one, and is damaged or too long.
    #[error("the code is damaged")]
    Damaged,
}

/// Why a code is refused. All but the first two are of codes whose signatures hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// No key that the reader mirrors may have signed it: another platform's, or the mirror is old.
    #[error("the issuer is not known")]
    UnknownIssuer,
    /// A signature or a commitment does not hold.
    #[error("the code is forged")]
    Forged,
    /// The certificate's days have not begun.
    #[error("the certificate is not good yet")]
    NotYet,
    /// The certificate's days are over.
    #[error("the certificate has expired")]
    Expired,
    /// The code was made too long ago: an old picture, or a phone whose clock is slow.
    #[error("the code was made {0} windows ago")]
    TooOld(u64),
    /// The code is of a time to come: a clock is wrong, the phone's or the reader's.
    #[error("the code is {0} windows ahead")]
    Ahead(u64),
    /// It answers another question, or none, or was made for any reader though this one asked.
    #[error("the code answers another question")]
    AnotherQuestion,
}

/// A code of good form. Nothing in it is known to be true.
#[derive(Clone, Debug)]
pub struct UnverifiedCode(Vec<u8>);

/// What a code showed. Whether the certificate still stands is the status list's to say.
#[derive(Clone, Debug)]
pub struct Shown {
    statements: Vec<Statement>,
    terms: Terms,
    moment: Moment,
}

impl Shown {
    /// What was stated, and nothing more.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// When the certificate is good.
    pub fn days(&self) -> Days {
        self.terms.days
    }

    /// Where the certificate's end would be told.
    pub fn status(&self) -> StatusReference {
        self.terms.status
    }

    /// For when it was made.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The key of this one certificate.
    pub fn holder(&self) -> &VerifyingKey {
        &self.terms.holder
    }
}

impl UnverifiedCode {
    /// Looks at the form of what was scanned.
    pub fn parse(text: &str) -> Result<Self, BadCode> {
        let code = text.strip_prefix(PREFIX).ok_or(BadCode::Another)?;
        if code.len() > MAX_LENGTH.div_ceil(2) * 3 {
            return Err(BadCode::Damaged);
        }
        let code = Self(base45::decode(code).map_err(|_| BadCode::Damaged)?);
        Parts::read(&code.0).ok_or(BadCode::Damaged)?;
        Ok(code)
    }

    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// Checks everything that can be checked without a status list.
    ///
    /// `now` is Unix time. With a question only its answer counts; without one only the half minute.
    pub fn verify(
        &self,
        issuers: &[Jwk],
        question: Option<Challenge>,
        now: i64,
    ) -> Result<Verified<Shown>, Refusal> {
        let parts = Parts::read(&self.0).ok_or(Refusal::Forged)?;
        if !parts.certificate.has_issuer(issuers) {
            return Err(Refusal::UnknownIssuer);
        }
        // Signatures before times: of what is forged, nothing is worth telling.
        let terms = parts.check(issuers).map_err(|_| Refusal::Forged)?;
        let today = moment::day(now);
        if today < terms.days.from {
            return Err(Refusal::NotYet);
        }
        if today > terms.days.until {
            return Err(Refusal::Expired);
        }
        match (parts.moment, question) {
            (Moment::Challenge(answered), Some(asked)) if answered == asked => {}
            (Moment::Window(made), None) => {
                let window = moment::window(now);
                if made > window + DRIFT {
                    return Err(Refusal::Ahead(made - window));
                }
                if made + DRIFT < window {
                    return Err(Refusal::TooOld(window - made));
                }
            }
            _ => return Err(Refusal::AnotherQuestion),
        }
        let statements = parts.shown.iter().map(|opening| opening.statement).collect();
        let moment = parts.moment;
        Ok(Verified::new(Shown { statements, terms, moment }))
    }
}

struct Parts<'a> {
    message: UnverifiedSign1<'a>,
    certificate: UnverifiedCertificate<'a>,
    moment: Moment,
    shown: Vec<Opening>,
}

impl<'a> Parts<'a> {
    fn read(code: &'a [u8]) -> Option<Self> {
        let message = UnverifiedSign1::parse(code, MAX_LENGTH).ok()?;
        // One code has one text: no tag, no hint, nothing that is not signed.
        if code.first() != Some(&0x84) || message.unverified_header() != Header::default() {
            return None;
        }
        let payload = message.unverified_payload();
        let rest = payload.strip_prefix(&[0x83])?;
        let (_, after) = Value::read_first(rest).ok()?;
        let certificate = rest.get(..rest.len() - after.len())?;
        let (moment, after) = Value::read_first(after).ok()?;
        let moment = match moment {
            Value::Int(number) => Moment::Window(u64::try_from(number).ok()?),
            Value::Bytes(bytes) => Moment::Challenge(Challenge(bytes.try_into().ok()?)),
            _ => return None,
        };
        let Value::Array(shown) = Value::read(after).ok()? else { return None };
        if shown.len() > MOST {
            return None;
        }
        let shown: Vec<_> = shown.iter().map(opening).collect::<Option<_>>()?;
        let twice = |(place, opening): (usize, &Opening)| {
            let subject = opening.statement.subject;
            shown.iter().skip(place + 1).any(|other| other.statement.subject == subject)
        };
        if shown.iter().enumerate().any(twice) {
            return None;
        }
        let certificate = UnverifiedCertificate::parse(certificate)?;
        Some(Self { message, certificate, moment, shown })
    }

    /// Both signatures and every commitment.
    fn check(&self, issuers: &[Jwk]) -> Result<Terms, BadSignature> {
        let terms = self.certificate.verify(issuers)?;
        self.message.verify(&terms.holder, KIND)?;
        if !self.shown.iter().all(|opening| self.certificate.commits_to(opening)) {
            return Err(BadSignature::Claims);
        }
        Ok(terms.into_inner())
    }
}

fn opening(value: &Value<'_>) -> Option<Opening> {
    let Value::Array(parts) = value else { return None };
    let [Value::Int(subject), Value::Int(value), Value::Bytes(salt), Value::Bytes(path)] =
        parts.as_slice()
    else {
        return None;
    };
    let subject = Subject::of_number(u8::try_from(*subject).ok()?)?;
    Some(Opening {
        statement: Statement { subject, value: u8::try_from(*value).ok()? },
        salt: (*salt).try_into().ok()?,
        path: (*path).try_into().ok()?,
    })
}
