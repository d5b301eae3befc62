//! A nation's worth of rows: persons who enrolled and never come, of the same shape and size as those who do, spread
//! over the same range of keys.

use std::sync::Arc;

use anyhow::Result;
use formats::mac::sha256;
use jiff::Timestamp;
use rules::{
    AppIdentifier, CertificateId, ConsentId, DocumentClass, EventId, Mode, NetNumber,
    NoticeVersion, PersonId, Purpose,
};
use store::{
    Authentication, Database, Error, Location, Tx, Vault,
    authentication::{Certificate, ConsentRecord, Device, Event, GivenBy, Kind, State},
    vault::{Entry, EntryKind, SealedIdentity},
};

/// Persons added by one transaction of each plane.
///
/// Most keys are random. Table by table in the order of such a key, a page is changed once for all persons on it; person by
/// person it would be read and written for each.
const AT_ONCE: u64 = 250_000;

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
        let some: Arc<Vec<Drawn>> = Arc::new(some.map(|number| crowd.draw(number)).collect());
        let also = Arc::clone(&some);
        tokio::try_join!(
            vault.write("fill the vault", async move |tx| fill_vault(tx, &also).await),
            authentication.write("fill", async move |tx| fill_authentication(tx, &some).await),
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

    fn draw(self, number: u64) -> Drawn {
        let (at, mut chance) = (self.moment(number), chance(number));
        Drawn {
            at,
            person: PersonId::make(at, &mut chance),
            certificate: CertificateId::make(at, &mut chance),
            number: NetNumber::draw(&mut chance),
            blind_index: bytes(&mut chance),
            device: bytes(&mut chance),
            identifier: bytes(&mut chance),
            seed: bytes(&mut chance),
        }
    }
}

/// What is drawn of one person beforehand: everything rows are ordered by.
struct Drawn {
    at: Timestamp,
    person: PersonId,
    certificate: CertificateId,
    number: NetNumber,
    blind_index: [u8; 32],
    device: [u8; 32],
    identifier: [u8; 20],
    /// For whatever else stands in the rows.
    seed: [u8; 8],
}

impl Drawn {
    fn chance(&self) -> impl FnMut(&mut [u8]) {
        chance(u64::from_be_bytes(self.seed))
    }
}

fn bytes<const N: usize>(chance: &mut impl FnMut(&mut [u8])) -> [u8; N] {
    let mut drawn = [0; N];
    chance(&mut drawn);
    drawn
}

/// The same persons in the order of a key.
fn ordered<K: Ord>(people: &[Drawn], key: impl Fn(&Drawn) -> K) -> Vec<&Drawn> {
    let mut ordered: Vec<&Drawn> = people.iter().collect();
    ordered.sort_by_key(|drawn| key(drawn));
    ordered
}

async fn fill_vault(tx: &Tx<Vault>, people: &[Drawn]) -> Result<(), Error> {
    for one in ordered(people, |one| one.blind_index) {
        let kind = EntryKind::Document(DocumentClass::ResidentIdentityCard);
        let document = Entry { blind_index: one.blind_index, kind };
        tx.add_entry(&document, one.person, one.at).await?;
    }
    for one in people {
        let mut chance = one.chance();
        let (wrapped, sealed) = (bytes::<68>(&mut chance), bytes::<260>(&mut chance).to_vec());
        tx.add_data_key(one.person, &wrapped, one.at).await?;
        tx.put_identity(one.person, &SealedIdentity { sealed, form: 1 }, one.at).await?;
    }
    Ok(())
}

async fn fill_authentication(tx: &Tx<Authentication>, people: &[Drawn]) -> Result<(), Error> {
    let organisation = "91110000MA00000152".parse().map_err(|_| Error::Closed)?;
    for one in ordered(people, |one| one.number.as_str().to_owned()) {
        // 32^10 numbers: ten million persons draw the same one once in twenty runs, and this one fails.
        if !tx.take_net_number(&one.number, one.at).await? {
            return Err(Error::Closed);
        }
    }
    for one in people {
        let mut chance = one.chance();
        let (salt, birth) = (bytes::<32>(&mut chance), bytes::<46>(&mut chance));
        tx.add_person(one.person, &one.number, &salt, &birth, one.at).await?;
        tx.add_certificate(&certificate(one)).await?;
        for consent in consents(one, &mut chance) {
            tx.add_consent(&consent).await?;
        }
        for event in events(one, &mut chance) {
            tx.add_event(&event).await?;
        }
    }
    for one in ordered(people, |one| one.device) {
        tx.bind_device(&device(one)).await?;
    }
    for one in ordered(people, |one| one.identifier) {
        let identifier = AppIdentifier::from_bytes(one.identifier);
        tx.add_app_identifier(one.person, &organisation, &identifier).await?;
    }
    Ok(())
}

fn certificate(one: &Drawn) -> Certificate {
    Certificate {
        id: one.certificate,
        person: one.person,
        mode: Mode::CertificatePasscode,
        proofing: rules::Proofing::RegistryCard,
        passcode_verifier: "$argon2id-hmac-sha256$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            .into(),
        attempts: rules::Attempts::default(),
        issued_at: one.at,
        expires_at: one.at + jiff::SignedDuration::from_hours(24 * 365 * 3),
        unlocked_at: None,
        state: State::Active,
    }
}

fn device(one: &Drawn) -> Device {
    let coordinate = "A".repeat(43);
    Device {
        id: one.device,
        certificate: one.certificate,
        public_key: format!(
            "{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{coordinate}\",\"y\":\"{coordinate}\"}}"
        ),
        bound_at: one.at,
    }
}

fn consents(one: &Drawn, chance: &mut impl FnMut(&mut [u8])) -> [ConsentRecord; 3] {
    [Purpose::Enrolment, Purpose::SensitiveInformation, Purpose::Release].map(|purpose| {
        let release = purpose == Purpose::Release;
        ConsentRecord {
            id: ConsentId::make(one.at, chance),
            person: one.person,
            purpose,
            client: if release { "bench".into() } else { String::new() },
            scene: if release { "log_in".into() } else { String::new() },
            attributes: String::new(),
            notice: NoticeVersion(1),
            given_at: one.at,
            withdrawn_at: None,
            given_by: GivenBy::Person,
        }
    })
}

fn events(one: &Drawn, chance: &mut impl FnMut(&mut [u8])) -> [Event; 2] {
    [(Kind::Issued, ""), (Kind::Authenticated, "bench")].map(|(kind, client)| Event {
        id: EventId::make(one.at, chance),
        person: one.person,
        kind,
        client: client.into(),
        scene: if client.is_empty() { String::new() } else { "log_in".into() },
        mode: String::new(),
        passed: true,
        at: one.at,
    })
}
