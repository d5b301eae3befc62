//! The town: the platform, its world, the parties outside, and everybody who lives there.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use formats::{Authorities, Cipher};
use jiff::{civil::Date, tz::TimeZone};
use protocol::issuance::wallet::KnownWallets;
use protocol::oauth::ClientMetadata;
use protocol::oidc::discovery::MutualTls;
use rules::{CoolDown, EventLifetime, OwnScenes, document_class::Chip};
use sandbox::{Clock, Person, PersonIndex, Population, RegistrySetup, Seed, authority::Authority};
use service::{
    Outside, Platform, Registering, Settings, World,
    keys::{KeyPurpose, KeyRecord, KeyRing, certify, first_keys, rotate},
};
use store::{Authentication, Database, Vault};

use crate::{
    Application, Census, HandWorld, Holder, Mailboxes, Phones, Resident, Switch, applications,
    faces::Faces,
    homes::{Homes, PLANES},
    outside,
};

/// The platform's issuer identifier.
pub const ISSUER: &str = "https://id.example";

/// Where clients show certificates.
pub const MUTUAL: &str = "https://id.example:8444";

/// When stories begin: noon in Shanghai.
pub(crate) const BEGINNING: &str = "2026-11-22T04:00:00Z";

/// A town. Cheap to clone; the clones are the same town.
#[derive(Clone)]
pub struct Town {
    /// The platform.
    pub platform: Platform,
    /// Its time and chance.
    pub world: Arc<HandWorld>,
    /// Everybody's phones.
    pub phones: Phones,
    /// What relying parties' servers were posted.
    pub mailboxes: Mailboxes,
    /// The line to the population registry.
    pub registry_line: Switch,
    /// The line to the message carrier.
    pub message_line: Switch,
    /// The line to the face verifier.
    pub face_line: Switch,
    /// The face verifier itself; cut, the operator has none.
    pub face_verifier: Switch,
    chip_portraits: Arc<AtomicBool>,
    pub(crate) registry: sandbox::Registry,
    news: outside::News,
    pub(crate) faces: sandbox::FaceVerifier,
    pub(crate) homes: Arc<Homes>,
    keys: Arc<Mutex<Vec<KeyRecord>>>,
    pub(crate) met: Arc<Mutex<HashSet<PersonIndex>>>,
    applications: Arc<[Application; 4]>,
}

impl Town {
    pub(crate) async fn found(homes: Arc<Homes>) -> Self {
        let beginning = BEGINNING.parse().expect("a moment");
        let world = Arc::new(HandWorld::new(beginning, "town"));
        let [authentication, vault] = PLANES.map(|plane| homes.location(plane));
        let authentication = Database::<Authentication>::open(&authentication).expect("opened");
        let vault = Database::<Vault>::open(&vault).expect("opened");

        let keys = first_keys(beginning, &mut |bytes| world.fill(bytes));
        let (registry, faces) = (registry(&world), sandbox::FaceVerifier::new(seed()));
        let (registry_line, phones) = (Switch::default(), Phones::default());
        let (face_line, face_verifier) = (Switch::default(), Switch::default());
        let chip_portraits = Arc::<AtomicBool>::default();
        let (news, mailboxes) = (outside::News::default(), Mailboxes::default());
        let outside = Outside {
            registry: Box::new(outside::Registry {
                sandbox: registry.clone(),
                news: news.clone(),
                line: registry_line.clone(),
            }),
            faces: Box::new(Faces {
                sandbox: faces.clone(),
                line: face_line.clone(),
                configured: face_verifier.clone(),
                portraits: chip_portraits.clone(),
            }),
            messages: Box::new(phones.clone()),
            relying_parties: Box::new(mailboxes.clone()),
        };
        let ring = KeyRing::try_from(keys.as_slice()).expect("first keys");
        let platform =
            Platform::new(authentication, vault, ring, outside, world.clone(), settings());
        for authority in registry.authorities() {
            platform.import_trust(authority).await.expect("the sandbox's own country");
        }
        Self {
            applications: Arc::new(applications::admit_all(&platform).await),
            message_line: phones.line.clone(),
            keys: Arc::new(Mutex::new(keys)),
            met: Arc::default(),
            platform,
            world,
            phones,
            mailboxes,
            registry_line,
            face_line,
            face_verifier,
            chip_portraits,
            registry,
            news,
            faces,
            homes,
        }
    }

    /// The same town after its platform was killed and started again: what lay in memory is gone.
    #[must_use]
    pub fn restarted(&self) -> Self {
        self.run_by(settings())
    }

    fn run_by(&self, settings: Settings) -> Self {
        let [authentication, vault] = PLANES.map(|plane| self.homes.location(plane));
        let authentication = Database::<Authentication>::open(&authentication).expect("opened");
        let vault = Database::<Vault>::open(&vault).expect("opened");
        let outside = Outside {
            registry: Box::new(outside::Registry {
                sandbox: self.registry.clone(),
                news: self.news.clone(),
                line: self.registry_line.clone(),
            }),
            faces: Box::new(Faces {
                sandbox: self.faces.clone(),
                line: self.face_line.clone(),
                configured: self.face_verifier.clone(),
                portraits: self.chip_portraits.clone(),
            }),
            messages: Box::new(self.phones.clone()),
            relying_parties: Box::new(self.mailboxes.clone()),
        };
        let ring = KeyRing::try_from(self.keys.lock().unwrap().as_slice()).expect("a ring");
        let world = self.world.clone();
        let platform = Platform::new(authentication, vault, ring, outside, world, settings);
        Self { platform, ..self.clone() }
    }

    /// The same town, whose operator has no authority that certifies clients, or no door for certificates at all.
    #[must_use]
    pub fn without_mutual_tls(&self, address: Option<&str>) -> Self {
        let mutual_tls = address.map(|address| MutualTls {
            address: address.parse().expect("an origin"),
            authorities: false,
        });
        self.run_by(Settings { mutual_tls, ..settings() })
    }

    /// The same town, where clients do not register themselves.
    #[must_use]
    pub fn admitting_only(&self) -> Self {
        self.run_by(Settings { registration: Registering::ByAdmission, ..settings() })
    }

    /// The same town, whose operator knows these wallets.
    #[must_use]
    pub fn knowing(&self, wallets: KnownWallets) -> Self {
        self.run_by(Settings { wallets, ..settings() })
    }

    /// The same town, which signs so many credentials in a second and no more.
    #[must_use]
    pub fn signing(&self, credentials_per_second: u32) -> Self {
        let credentials_per_second = credentials_per_second.try_into().expect("one at least");
        self.run_by(Settings { credentials_per_second, ..settings() })
    }

    /// The same town, whose operator was started again with these scenes of its own.
    #[must_use]
    pub fn declaring(&self, own_scenes: OwnScenes) -> Self {
        self.run_by(Settings { own_scenes, ..settings() })
    }

    /// What a kill between the two transactions of an issue leaves: the vault's part of the newest person, and nothing
    /// on the authentication plane.
    pub async fn lose_the_last_issue(&self) {
        let newest = "(SELECT person_id FROM persons ORDER BY person_id DESC LIMIT 1)";
        let devices = format!(
            "DELETE FROM devices WHERE certificate_id IN
                 (SELECT certificate_id FROM certificates WHERE person_id = {newest});"
        );
        let rest = ["certificates", "consents", "events", "persons"]
            .map(|table| format!("DELETE FROM {table} WHERE person_id = {newest};"));
        self.homes.run("authentication", &(devices + &rest.concat())).await;
    }

    /// What a kill between the two transactions of a re-issue leaves: the vault's part, and the authentication plane as
    /// if nothing had been.
    pub async fn lose_the_last_reissue(&self) {
        let newest =
            "(SELECT certificate_id FROM certificates ORDER BY certificate_id DESC LIMIT 1)";
        let undo = format!(
            "DELETE FROM lock_links;
             DELETE FROM events WHERE kind = 'reissued';
             DELETE FROM devices WHERE certificate_id = {newest};
             DELETE FROM certificates WHERE certificate_id = {newest};
             UPDATE certificates SET ended_at = NULL;
             UPDATE persons SET disclosure_from = NULL;"
        );
        self.homes.run("authentication", &undo).await;
    }

    /// Alters a plane's database past the program, as a thief of the machine could.
    pub async fn tamper(&self, plane: &str, statements: &str) {
        self.homes.run(plane, statements).await;
    }

    /// Today on the platform's calendar.
    pub fn today(&self) -> Date {
        rules::age::today(self.world.now(), &TimeZone::get("Asia/Shanghai").unwrap())
    }

    /// Reports a document lost.
    pub fn report_lost(&self, document: &rules::Document) {
        self.news.lost.lock().unwrap().push(document.clone());
    }

    /// Issues a document in place of another, or beside it: the register knows both as one person's.
    pub fn renew(&self, old: &rules::Document, new: &rules::Document) {
        self.news.renewed.lock().unwrap().push((new.clone(), old.clone()));
    }

    /// From now on the operator compares portraits out of chips with live faces.
    pub fn compares_chip_portraits(&self) {
        self.chip_portraits.store(true, Ordering::Relaxed);
    }

    /// From now on the register believes whatever a card says.
    pub fn registry_becomes_credulous(&self) {
        self.news.credulous.store(true, Ordering::Relaxed);
    }

    /// Somebody nobody met before, with a document in force, whom the wish fits.
    #[track_caller]
    pub fn whoever(&self, wish: impl Fn(&Person) -> bool) -> Resident {
        let sound = |p: &&Person| {
            !p.lost && p.identity.document().valid_on(self.today()).is_ok() && wish(p)
        };
        let mut met = self.met.lock().unwrap();
        let mut people = self.registry.population().people().iter().filter(sound);
        let person = people.find(|p| met.insert(p.index)).expect("somebody like that lives here");
        Resident::new(self.clone(), person.clone())
    }

    /// Anybody at all, their document sound or not, whom the wish fits.
    #[track_caller]
    pub fn anybody(&self, wish: impl Fn(&Person) -> bool) -> Resident {
        let person = self.registry.population().people().iter().find(|p| wish(p));
        Resident::new(self.clone(), person.expect("somebody like that lives here").clone())
    }

    /// Whether somebody has a guardian with a card in force.
    pub fn has_guardian(&self, person: &Person) -> bool {
        let today = self.today();
        let mut guardians = self.registry.population().guardians(person, today);
        guardians.any(|p| !p.lost && p.identity.document().valid_on(today).is_ok() && has_card(p))
    }

    /// Somebody of this age, with a card.
    #[track_caller]
    pub fn aged(&self, years: i16) -> Resident {
        let today = self.today();
        self.whoever(|p| p.age(today) == years && has_card(p))
    }

    /// Somebody between thirty and fifty, with a card.
    #[track_caller]
    pub fn adult(&self) -> Resident {
        let today = self.today();
        self.whoever(|p| (30..50).contains(&p.age(today)) && has_card(p))
    }

    /// Somebody of this age who has enrolled; for a minor, a guardian has as well.
    pub async fn enrolled(&self, years: i16) -> Holder {
        self.aged(years).enrol().await
    }

    /// The airline's web site: logs in and books tickets, proves itself by signature.
    pub fn airline(&self) -> Application {
        self.applications[0].clone()
    }

    /// The airline's phone application: the same organisation, proves itself by a secret.
    pub fn airline_app(&self) -> Application {
        self.applications[1].clone()
    }

    /// A shop that must know whether somebody is of age; proves itself by a secret.
    pub fn shop(&self) -> Application {
        self.applications[2].clone()
    }

    /// An insurer: keeps to FAPI 2.0.
    pub fn insurer(&self) -> Application {
        self.applications[3].clone()
    }

    /// Another application, of the organisation whose code ends with `number`, which registers this besides.
    pub async fn newcomer(
        &self,
        id: &'static str,
        number: &'static str,
        metadata: ClientMetadata,
    ) -> Application {
        applications::admit_newcomer(&self.platform, id, number, metadata).await
    }

    /// Rotates the key of a purpose and puts the new ring in force.
    pub fn rotate(&self, purpose: KeyPurpose) {
        self.rotate_to(purpose, None);
    }

    /// The same of a purpose that seals, which goes on with another cipher.
    pub fn rotate_to(&self, purpose: KeyPurpose, cipher: Option<Cipher>) {
        let mut keys = self.keys.lock().unwrap();
        let chance = &mut |bytes: &mut [u8]| self.world.fill(bytes);
        rotate(&mut keys, purpose, cipher, self.world.now(), chance).expect("it rotates");
        self.platform.replace_keys(KeyRing::try_from(keys.as_slice()).expect("a ring"));
    }

    /// Has the sandbox's authority certify the keys that wallets read, and says whom wallets are to trust for it.
    pub fn certify_keys(&self) -> Authorities {
        let today = self.platform.now().to_zoned(TimeZone::UTC).date();
        let authority = Authority::new(today).expect("an authority");
        let issuer = crate::ISSUER.parse().expect("an issuer");
        let mut keys = self.keys.lock().unwrap();
        let ring = self.platform.keys();
        for key in ring.certificate_keys().keys().iter().chain(ring.verifier_keys().keys()) {
            let pem = authority.certify(crate::ISSUER, key.verifying_key()).expect("certificates");
            certify(&mut keys, pem.as_bytes(), &issuer, self.platform.now()).expect("certified");
        }
        self.platform.replace_keys(KeyRing::try_from(keys.as_slice()).expect("a ring"));
        Authorities::from_pem(authority.pem().as_bytes()).expect("an authority")
    }

    /// The keys, as their home keeps them.
    pub fn key_records(&self) -> Vec<KeyRecord> {
        self.keys.lock().unwrap().clone()
    }

    /// Every row of both databases.
    pub async fn census(&self) -> Census {
        Census::take(&self.homes).await
    }

    /// Chance as text, for states, nonces and verifiers.
    pub fn chance(&self) -> String {
        formats::base64url::encode(&(&*self.world as &dyn World).draw::<32>())
    }

    /// The bytes of every database file; empty on PostgreSQL, whose files are the server's.
    pub fn database_files(&self) -> Vec<(String, Vec<u8>)> {
        let read =
            |path: std::path::PathBuf| (path.display().to_string(), std::fs::read(&path).unwrap());
        self.homes.files().into_iter().map(read).collect()
    }
}

/// Is what they have a card that the registry's verifier reads? Else it is a document with a chip.
pub fn has_card(person: &Person) -> bool {
    person.identity.document().class().chip() == Chip::State
}

fn settings() -> Settings {
    Settings {
        issuer: ISSUER.parse().expect("an issuer"),
        time_zone: TimeZone::get("Asia/Shanghai").expect("a time zone"),
        event_lifetime: EventLifetime::DEFAULT,
        cool_down: CoolDown::DEFAULT,
        foreign_passports: true,
        own_scenes: OwnScenes::default(),
        wallets: KnownWallets::default(),
        credentials_per_second: std::num::NonZeroU32::MAX,
        registration: Registering::ByThemselves,
        mutual_tls: Some(MutualTls {
            address: MUTUAL.parse().expect("an origin"),
            authorities: true,
        }),
    }
}

fn seed() -> Seed {
    Seed::from_words("town")
}

/// Ten thousand invented persons, invented once for all the towns of a process.
fn registry(world: &Arc<HandWorld>) -> sandbox::Registry {
    static PEOPLE: OnceLock<Arc<Population>> = OnceLock::new();
    let invent =
        || Population::invent(seed(), sandbox::ORDINARY_COUNT, jiff::civil::date(2026, 11, 22));
    let world = world.clone();
    sandbox::Registry::new(RegistrySetup {
        seed: seed(),
        population: PEOPLE.get_or_init(|| Arc::new(invent())).clone(),
        platform: ISSUER.parse().expect("a URL"),
        bearer_token: formats::Secret::new("in process, nobody asks".to_owned()),
        inbox: None,
        clock: Clock::new(move || world.now()),
    })
}
