//! The net number is drawn, the net certificate issued and bound to the device.

use formats::{Jwk, base64url};
use jiff::{SignedDuration, Timestamp, civil::Date};
use rules::{CertificateId, ConsentId, Factor, Factors, Mode, NetNumber, NoticeVersion, PersonId};
use serde::Serialize;
use store::{
    Authentication, Tx,
    authentication::{
        Certificate, ConsentRecord, Device, Event, GivenBy, Kind, PasskeyOwner, Person, State,
    },
};

use crate::{
    EnrolmentToken, Error, PasscodeSet, Platform, Refusal, Session,
    device_proof::{Confirmation, DeviceProof},
    enrol::{Due, Stage},
    guardians::Ground,
    portrait_reference::ReferenceRecord,
    prove_guardian::{Act, Behind},
    proved::Proved,
    recognise::Recognised,
    reissue::Reissue,
    vault::{self, VaultRecord},
    whole::whole,
};

/// How long a net certificate is good for: about as long as a device is kept.
pub const CERTIFICATE_LIFETIME: SignedDuration = SignedDuration::from_hours(3 * 365 * 24);

/// Passcodes stretched for one enrolment.
const MOST_TRIES: i64 = 10;

/// A device that was just bound has proved its key, and its person has just set the passcode.
const PROVED_AT_ISSUE: Factors = Factors::of(&[Factor::DeviceKey, Factor::Passcode]);

/// The `typ` of a net certificate.
const TYP: &str = "net-certificate+jwt";

/// What the person receives.
#[derive(Debug)]
pub struct Issued {
    /// The net number, for life.
    pub net_number: NetNumber,
    /// The certificate's id.
    pub certificate_id: CertificateId,
    /// The certificate: a compact JWS that names the device's key and nobody.
    pub certificate: String,
    /// What the device keeps to have its holder's face compared later; none without a portrait at enrolment.
    pub portrait_reference: Option<String>,
    /// The person is signed in on the device that was just bound.
    pub session: Session,
}

/// What a net certificate says. The net number is not in it: it leaves the platform only towards its person.
#[derive(Serialize)]
struct CertificateClaims<'a> {
    iss: &'a str,
    jti: String,
    /// Days, not seconds: a precise time would tell certificates apart.
    iat: i64,
    exp: i64,
    acr: &'static str,
    cnf: Confirmation,
}

/// Who is to receive a certificate, with all that was proved.
struct Applicant {
    proved: Proved,
    portrait: Option<ReferenceRecord>,
    phone: String,
}

/// What was consented to, and by whom if not by the person alone.
pub(crate) struct Given {
    pub(crate) consents: Vec<(String, u32)>,
    pub(crate) guardian: Option<Behind>,
    /// Who said that this is the guardian.
    pub(crate) ground: Ground,
}

impl Platform {
    /// Takes the last step: a passcode is set, the device bound, the certificate issued.
    pub async fn issue(
        &self,
        token: &EnrolmentToken,
        passcode: PasscodeSet,
        device_proof: &str,
    ) -> Result<Issued, Error> {
        let due = self.due(token).await?;
        let Stage::Device { proved, portrait, phone } = due.enrolment.stage.clone() else {
            return Err(Refusal::StepNotDue.into());
        };
        let applicant = Applicant { proved, portrait, phone };
        let key = DeviceProof::parse(device_proof)?
            .verify_new_key(&due.enrolment.challenge, self.issuer())?;
        let device = base64url::decode_array(&key.thumbprint())
            .map_err(|cause| Error::fault("reading a thumbprint", cause))?;
        if self.inner().store.read(async move |tx| tx.device_is_bound(&device).await).await? {
            return Err(Refusal::DeviceTaken.into());
        }
        if let PasscodeSet::Typed(_) = passcode {
            // Each try costs us the stretching of a passcode, and one enrolment needs few.
            self.count_try(&due, MOST_TRIES).await?;
        }
        let passcode_verifier = self.passcode_verifier(passcode).await?;
        let platform = self.clone();
        whole(
            async move { platform.issue_to(due, applicant, passcode_verifier, device, key).await },
        )
        .await
    }

    /// Writes both planes, the vault first.
    async fn issue_to(
        &self,
        due: Due,
        applicant: Applicant,
        passcode_verifier: String,
        device: [u8; 32],
        key: Jwk,
    ) -> Result<Issued, Error> {
        let born = applicant.proved.identity()?.born();
        let portrait = applicant.portrait.clone();
        let proofing = applicant.proved.by.into();
        let consents = due.enrolment.consents.clone();
        let guardian = due.enrolment.guardian;
        let now = self.now();
        let reissue = self.prepare_reissue(now);
        let person = self.keep_in_vault(due, applicant, reissue.clone(), now).await?;
        let certificate = Certificate {
            id: CertificateId::make(now, &mut |bytes| self.world().fill(bytes)),
            person,
            mode: if portrait.is_some() {
                Mode::CertificatePasscodePortrait
            } else {
                Mode::CertificatePasscode
            },
            proofing,
            passcode_verifier,
            attempts: rules::Attempts::default(),
            issued_at: now,
            expires_at: now + CERTIFICATE_LIFETIME,
            unlocked_at: None,
            state: State::Active,
        };
        let device = Device {
            id: device,
            certificate: certificate.id,
            public_key: serde_json::to_string(&key)
                .map_err(|cause| Error::fault("writing a key", cause))?,
            bound_at: now,
        };
        let given = Given { consents, guardian, ground: Ground::Registry };
        let events = vec![self.event(person, Kind::Issued, now)];
        let net_number =
            self.remember(&certificate, Some(device), born, given, events, reissue).await?;
        Ok(Issued {
            net_number,
            certificate_id: certificate.id,
            certificate: self.signed(&certificate, key)?,
            portrait_reference: portrait
                .map(|record| self.seal_portrait_reference(certificate.id, &record))
                .transpose()?,
            session: self.new_session(person, certificate.id, PROVED_AT_ISSUE),
        })
    }

    /// The vault's part, in one transaction with the end of the enrolment: nothing is issued twice for one enrolment.
    async fn keep_in_vault(
        &self,
        due: Due,
        Applicant { proved, phone, .. }: Applicant,
        reissue: Reissue,
        now: Timestamp,
    ) -> Result<PersonId, Error> {
        let (keys, inner) = (self.keys(), self.shared());
        let recognised = Recognised {
            document: proved.identity()?.document().number().clone(),
            register: proved.register()?,
        };
        let record = VaultRecord { identity: proved.identity.clone(), phone };
        self.inner()
            .vault
            .write("keep identity", async move |tx| {
                if !tx.end_enrolment(&due.row.id, due.row.step).await? {
                    return Err(Refusal::StepNotDue.into());
                }
                let world = &*inner.world;
                vault::keep(tx, &keys, world, &recognised, &record, &reissue, now).await
            })
            .await
    }

    /// The authentication plane's part. Whoever enrols again keeps the net number; the older certificate ends. One issued
    /// at a counter has no device: it lives on paper, or on a passkey.
    pub(crate) async fn remember(
        &self,
        certificate: &Certificate,
        device: Option<Device>,
        born: Date,
        given: Given,
        events: Vec<Event>,
        reissue: Reissue,
    ) -> Result<NetNumber, Error> {
        let (platform, certificate) = (self.clone(), certificate.clone());
        let now = certificate.issued_at;
        self.inner()
            .store
            .write("issue certificate", async move |tx| {
                let net_number = platform.number_of(tx, certificate.person, born, now).await?;
                // Two issues at once would each end only the certificates it sees, and leave both of their own.
                if !tx.hold_person(certificate.person).await? {
                    return Err(Refusal::EnrolmentUnknown.into());
                }
                let kind = reissue.begin_cool_down(tx, certificate.person, now).await?;
                if let Some(behind) = given.guardian {
                    let child = certificate.person;
                    platform.record_guardian(tx, &behind, child, &given.ground, now).await?;
                }
                tx.end_certificates_of(certificate.person, now).await?;
                tx.end_standing_access_of_person(certificate.person).await?;
                platform.log_out_everywhere(tx, certificate.person, None, now).await?;
                forget_factors(tx, certificate.person).await?;
                tx.add_certificate(&certificate).await?;
                if let Some(device) = &device
                    && !tx.bind_device(device).await?
                {
                    return Err(Refusal::DeviceTaken.into());
                }
                for (purpose, version) in &given.consents {
                    tx.replace_consent(&platform.enrolment_consent(
                        certificate.person,
                        purpose,
                        *version,
                        given_by(given.guardian),
                        now,
                    )?)
                    .await?;
                }
                for event in &events {
                    let kind = if event.kind == Kind::Issued { kind } else { event.kind };
                    tx.add_event(&Event { kind, ..event.clone() }).await?;
                }
                Ok(net_number)
            })
            .await
    }

    /// The person's net number: the one for life, or one drawn now.
    async fn number_of(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
        born: Date,
        now: Timestamp,
    ) -> Result<NetNumber, Error> {
        if let Some(Person::Enrolled { net_number, .. }) = tx.person(person).await? {
            return Ok(net_number);
        }
        let mut drawn = NetNumber::draw(&mut |bytes| self.world().fill(bytes));
        while !tx.take_net_number(&drawn, now).await? {
            drawn = NetNumber::draw(&mut |bytes| self.world().fill(bytes));
        }
        let sealed_birth = self
            .keys()
            .seal_attribute(self.world().draw(), person.bytes(), born.to_string().as_bytes())
            .map_err(|cause| Error::fault("sealing a date of birth", cause))?;
        if tx.add_person(person, &drawn, &self.world().draw(), &sealed_birth, now).await? {
            return Ok(drawn);
        }
        // Another enrolment of the same person was faster; its number is the one.
        match tx.person(person).await? {
            Some(Person::Enrolled { net_number, .. }) => Ok(net_number),
            _ => Err(Refusal::EnrolmentUnknown.into()),
        }
    }

    pub(crate) fn enrolment_consent(
        &self,
        person: PersonId,
        purpose: &str,
        version: u32,
        given_by: GivenBy,
        now: Timestamp,
    ) -> Result<ConsentRecord, Error> {
        Ok(ConsentRecord {
            id: ConsentId::make(now, &mut |bytes| self.world().fill(bytes)),
            person,
            purpose: purpose.parse().map_err(|cause| Error::fault("reading a purpose", cause))?,
            client: String::new(),
            scene: String::new(),
            attributes: String::new(),
            notice: NoticeVersion(version),
            given_at: now,
            withdrawn_at: None,
            given_by,
        })
    }

    fn signed(&self, certificate: &Certificate, key: Jwk) -> Result<String, Error> {
        const DAY: i64 = 24 * 60 * 60;
        let day = |at: Timestamp| at.as_second().div_euclid(DAY) * DAY;
        let claims = CertificateClaims {
            iss: self.issuer().as_str(),
            jti: certificate.id.to_string(),
            iat: day(certificate.issued_at),
            exp: day(certificate.expires_at),
            acr: certificate.mode.acr(),
            cnf: Confirmation { jwk: key },
        };
        self.keys()
            .sign_certificate(TYP, &claims)
            .map_err(|cause| Error::fault("signing a certificate", cause))
    }
}

/// What else spoke for certificates that have ended: passkeys and code keys are of no use any more.
async fn forget_factors(tx: &Tx<Authentication>, person: PersonId) -> Result<(), store::Error> {
    for ended in tx.certificates_of(person).await? {
        tx.forget_passkeys_of(&PasskeyOwner::Certificate(ended.id)).await?;
        tx.forget_dynamic_code_of(ended.id).await?;
    }
    Ok(())
}

/// PIPL 31: for a child under fourteen the guardian consents, and the record says so.
fn given_by(guardian: Option<Behind>) -> GivenBy {
    match guardian {
        Some(behind) if behind.act == Act::Applies => GivenBy::Guardian,
        _ => GivenBy::Person,
    }
}
