//! For tests: authorities and certificates made by `rcgen`, in files as operators have them.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::RootCertStore;
use tempfile::TempDir;

use super::{CertificateFiles, authorities_in};

/// A moment at which what is certified here counts.
pub(crate) fn moment() -> Timestamp {
    "2026-11-22T04:00:00Z".parse().expect("a moment")
}

/// An authority of our own.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(crate) struct Paper {
    chain: String,
    key: String,
}

impl Paper {
    pub(crate) fn chain(&self) -> &str {
        &self.chain
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Nobody's but its own.
    pub(crate) fn self_signed(name: &str) -> Self {
        let key = key();
        let certificate = params(name, (2036, 1, 1)).self_signed(&key).expect("a certificate");
        Self { chain: certificate.pem(), key: key.serialize_pem() }
    }
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, "Test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, key()).expect("an authority"))
    }

    /// For a server or a client of that name, until long after [`moment`].
    pub(crate) fn certify(&self, name: &str) -> Paper {
        self.certify_until(name, (2036, 1, 1))
    }

    pub(crate) fn certify_until(&self, name: &str, until: (i32, u8, u8)) -> Paper {
        self.sign(params(name, until))
    }

    /// For a server, which shows it to clients and not the other way round.
    pub(crate) fn certify_server(&self, name: &str) -> Paper {
        let mut params = params(name, (2036, 1, 1));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Paper {
        let key = key();
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        Paper { chain: certificate.pem(), key: key.serialize_pem() }
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }
}

fn params(name: &str, (year, month, day): (i32, u8, u8)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(year, month, day);
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

/// A folder that goes away.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// Puts a certificate and its key there, in place of what had that name.
    pub(crate) fn write(&self, name: &str, paper: &Paper) -> CertificateFiles {
        let path = |end: &str| self.0.path().join(format!("{name}.{end}"));
        let files = CertificateFiles { certificate: path("crt"), key: path("key") };
        replace(&files.certificate, &paper.chain);
        replace(&files.key, &paper.key);
        files
    }

    /// Puts an authority's certificate there.
    pub(crate) fn authority(&self, authority: &Authority) -> PathBuf {
        let pem = authority.pem();
        let path = self.0.path().join(format!("{:x}.pem", fingerprint(&pem)));
        replace(&path, &pem);
        path
    }

    pub(crate) fn roots(&self, authority: &Authority) -> RootCertStore {
        authorities_in(&self.authority(authority)).expect("an authority")
    }
}

/// So that each authority has a file of its own.
fn fingerprint(pem: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};

    let mut hasher = DefaultHasher::new();
    pem.hash(&mut hasher);
    hasher.finish()
}

fn replace(path: &PathBuf, text: &str) {
    use std::io::Write;

    let beside = path.with_extension("new");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .expect("opened");
    file.write_all(text.as_bytes()).expect("written");
    fs::rename(beside, path).expect("renamed");
}
