//! A nation's worth of rows: persons who enrolled and never come, of the same shape and size as those who do, spread
//! over the same range of keys.

use anyhow::Result;
use formats::mac::sha256;
use jiff::Timestamp;
use rules::{
    AppIdentifier, CertificateId, ConsentId, DocumentClass, EventId, Mode, NetNumber,
    NoticeVersion, PersonId, Purpose,
};
use store::{
    Authentication, Database, Error, Location, Tx, Vault,
    authentication::{Certificate, ConsentRecord, Device, Event, Kind, State},
    vault::{Entry, EntryKind, SealedIdentity},
};

/// Persons added by one transaction.
const AT_ONCE: u64 = 10_000;

/// Chance that is the same in every run: SHA-256 over a counter.
fn chance(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut block = 0_u64;
    move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            block += 1;
            let drawn = sha256(&[seed.to_be_bytes(), block.to_be_bytes()].concat());
            for (byte, drawn) in chunk.iter_mut().zip(drawn) {
                *byte = drawn;
            }
        }
    }
}

/// Adds the persons of these numbers, enrolled at moments between `from` and `to`. A number is one person in all calls.
pub(crate) async fn fill(
    location: &Location,
    persons: std::ops::Range<u64>,
    from: Timestamp,
    to: Timestamp,
) -> Result<()> {
    let authentication = Database::<Authentication>::open(location)?;
    let vault = Database::<Vault>::open(location)?;
    let crowd = Crowd { first: persons.start, persons: persons.end - persons.start, from, to };
    for first in persons.clone().step_by(AT_ONCE.try_into()?) {
        let some = first..persons.end.min(first + AT_ONCE);
        let also = some.clone();
        tokio::try_join!(
            vault
                .write("fill the vault", async move |tx| fill_vault(tx, also.clone(), crowd).await),
            authentication.write("fill", async move |tx| fill_authentication(
                tx,
                some.clone(),
                crowd
            )
            .await),
        )?;
    }
    Ok(())
}

/// The people of one call, spread evenly over the time in which those who log in enrolled.
#[derive(Clone, Copy)]
struct Crowd {
    first: u64,
    persons: u64,
    from: Timestamp,
    to: Timestamp,
}

impl Crowd {
    fn moment(self, person: u64) -> Timestamp {
        let span =
            u64::try_from(self.to.as_millisecond() - self.from.as_millisecond()).unwrap_or(0);
        let offset = (span * (person - self.first) / self.persons.max(1)).cast_signed();
        Timestamp::from_millisecond(self.from.as_millisecond() + offset).unwrap_or(self.from)
    }
}

async fn fill_vault(
    tx: &Tx<Vault>,
    seeds: std::ops::Range<u64>,
    crowd: Crowd,
) -> Result<(), Error> {
    for seed in seeds {
        let (at, mut chance) = (crowd.moment(seed), chance(seed));
        let person = PersonId::make(at, &mut chance);
        let (mut index, mut wrapped, mut sealed) = ([0; 32], [0; 68], vec![0; 260]);
        chance(&mut index);
        chance(&mut wrapped);
        chance(&mut sealed);
        let kind = EntryKind::Document(DocumentClass::ResidentIdentityCard);
        let document = Entry { blind_index: index, kind };
        tx.add_entry(&document, person, at).await?;
        tx.add_data_key(person, &wrapped, at).await?;
        tx.put_identity(person, &SealedIdentity { sealed, form: 1 }, at).await?;
    }
    Ok(())
}

async fn fill_authentication(
    tx: &Tx<Authentication>,
    seeds: std::ops::Range<u64>,
    crowd: Crowd,
) -> Result<(), Error> {
    let organisation = "91110000MA00000152".parse().map_err(|_| Error::Closed)?;
    for seed in seeds {
        let (at, mut chance) = (crowd.moment(seed), chance(seed));
        let person = PersonId::make(at, &mut chance);
        let (mut salt, mut birth, mut device, mut identifier) =
            ([0; 32], [0; 46], [0; 32], [0; 20]);
        chance(&mut salt);
        chance(&mut birth);
        chance(&mut device);
        chance(&mut identifier);
        let number = NetNumber::draw(&mut chance);
        if !tx.take_net_number(&number, at).await? {
            continue;
        }
        tx.add_person(person, &number, &salt, &birth, at).await?;
        let certificate = Certificate {
            id: CertificateId::make(at, &mut chance),
            person,
            mode: Mode::CertificatePasscode,
            proofing: rules::Proofing::RegistryCard,
            passcode_verifier: "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                .into(),
            attempts: rules::Attempts::default(),
            issued_at: at,
            expires_at: at + jiff::SignedDuration::from_hours(24 * 365 * 3),
            unlocked_at: None,
            state: State::Active,
        };
        tx.add_certificate(&certificate).await?;
        let public_key = format!(
            "{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{0}\",\"y\":\"{0}\"}}",
            "A".repeat(43)
        );
        tx.bind_device(&Device {
            id: device,
            certificate: certificate.id,
            public_key,
            bound_at: at,
        })
        .await?;
        for purpose in [Purpose::Enrolment, Purpose::SensitiveInformation, Purpose::Release] {
            let release = purpose == Purpose::Release;
            let consent = ConsentRecord {
                id: ConsentId::make(at, &mut chance),
                person,
                purpose,
                client: if release { "bench".into() } else { String::new() },
                scene: if release { "log_in".into() } else { String::new() },
                attributes: String::new(),
                notice: NoticeVersion(1),
                given_at: at,
                withdrawn_at: None,
                given_by: store::authentication::GivenBy::Person,
            };
            tx.add_consent(&consent).await?;
        }
        tx.add_app_identifier(person, &organisation, &AppIdentifier::from_bytes(identifier))
            .await?;
        for (kind, client) in [(Kind::Issued, ""), (Kind::Authenticated, "bench")] {
            tx.add_event(&Event {
                id: EventId::make(at, &mut chance),
                person,
                kind,
                client: client.into(),
                scene: if client.is_empty() { String::new() } else { "log_in".into() },
                mode: String::new(),
                passed: true,
                at,
            })
            .await?;
        }
    }
    Ok(())
}
