//! Country signing authorities and document signers, by `openssl ca`, whose dates can be chosen.

use std::{fs, path::Path};

use super::{Algorithm, der, openssl};

/// First and last moment of a certificate, as `openssl ca` takes them.
pub type Life = (&'static str, &'static str);

/// Long before and long after every story.
pub const IN_FORCE: Life = ("20200101000000Z", "20450101000000Z");

/// A country signing authority: a folder with key, certificate, and the list of what it issued.
pub struct Authority {
    folder: tempfile::TempDir,
    algorithm: Algorithm,
    country: String,
}

/// A document signer or master list signer: the authority's folder of files under its name.
pub struct Signer {
    folder: tempfile::TempDir,
    algorithm: Algorithm,
}

const CONFIGURATION: &str = "
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
policy = names
email_in_dn = no
[names]
countryName = supplied
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[signer]
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[list_signer]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,2.23.136.1.1.3
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[lists]
authorityKeyIdentifier = keyid:always
[req]
distinguished_name = empty
[empty]
";

impl Authority {
    /// A new authority with a self-signed certificate.
    pub fn found(country: &str, algorithm: Algorithm) -> Self {
        Self::found_for(country, algorithm, IN_FORCE)
    }

    /// The same with another life.
    pub fn found_for(country: &str, algorithm: Algorithm, life: Life) -> Self {
        let authority = Self::with_key(country, algorithm);
        let request = authority.request(&authority.name(), "authority.key");
        authority.sign(&request, "authority", "-selfsign -keyfile authority.key", life);
        authority
    }

    /// The same country's next authority: a new key, a self-signed certificate, and the link certificate under this key.
    pub fn successor(&self, algorithm: Algorithm) -> (Self, Vec<u8>) {
        let next = Self::found(&self.country, algorithm);
        let request = next.request(&next.name(), "authority.key");
        let link = self.sign_here(&request, "link", "authority", IN_FORCE);
        (next, link)
    }

    fn with_key(country: &str, algorithm: Algorithm) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("openssl.cnf"), CONFIGURATION).unwrap();
        fs::write(folder.path().join("index.txt"), "").unwrap();
        let authority = Self { folder, algorithm, country: country.to_owned() };
        authority.key("authority.key");
        authority
    }

    fn name(&self) -> String {
        format!("/C={}/O=Ministry of the Interior/CN=Country Signing Authority", self.country)
    }

    fn key(&self, file: &str) {
        openssl::run(self.path(), &format!("{} -out {file}", self.algorithm.new_key()), b"");
    }

    fn request(&self, name: &str, key: &str) -> Vec<u8> {
        let words = [
            "req",
            "-new",
            "-config",
            "openssl.cnf",
            "-utf8",
            "-subj",
            name,
            "-key",
            key,
            "-batch",
        ];
        let mut words = words.to_vec();
        let digest = format!("-{}", self.algorithm.digest());
        words.push(&digest);
        openssl::run_words(self.path(), &words, b"")
    }

    /// Signs a request under this authority's key; the certificate in DER, and in `<file>.pem`.
    fn sign_here(&self, request: &[u8], file: &str, section: &str, life: Life) -> Vec<u8> {
        fs::write(self.path().join(format!("{file}.csr")), request).unwrap();
        let digest = self.algorithm.digest();
        let padding = self.algorithm.padding("-sigopt");
        openssl::run(
            self.path(),
            &format!(
                "ca -config openssl.cnf -batch -notext -md {digest} {padding} -extensions {section} \
                 -startdate {} -enddate {} -in {file}.csr -out {file}.pem \
                 -cert authority.pem -keyfile authority.key",
                life.0, life.1
            ),
            b"",
        );
        self.der(file)
    }

    fn sign(&self, request: &[u8], file: &str, more: &str, life: Life) {
        fs::write(self.path().join(format!("{file}.csr")), request).unwrap();
        let digest = self.algorithm.digest();
        let padding = self.algorithm.padding("-sigopt");
        openssl::run(
            self.path(),
            &format!(
                "ca -config openssl.cnf -batch -notext -md {digest} {padding} -extensions authority \
                 -startdate {} -enddate {} -in {file}.csr -out {file}.pem {more}",
                life.0, life.1
            ),
            b"",
        );
    }

    /// A new document signer with this name and life.
    pub fn signer(&self, name: &str, life: Life) -> Signer {
        self.signer_as(name, "signer", life)
    }

    /// A new document signer whose certificate names another country than the authority's.
    pub fn signer_abroad(&self, country: &str) -> Signer {
        self.new_signer(&format!("/C={country}/O=Ministry/CN=Signer"), "signer", IN_FORCE)
    }

    /// A new signer of master lists.
    pub fn master_list_signer(&self) -> Signer {
        self.signer_as("Master List Signer", "list_signer", IN_FORCE)
    }

    fn signer_as(&self, name: &str, section: &str, life: Life) -> Signer {
        let name = format!("/C={}/O=Ministry of the Interior/CN={name}", self.country);
        self.new_signer(&name, section, life)
    }

    fn new_signer(&self, name: &str, section: &str, life: Life) -> Signer {
        self.key("signer.key");
        let request = self.request(name, "signer.key");
        self.sign_here(&request, "signer", section, life);
        let folder = tempfile::tempdir().unwrap();
        for file in ["signer.key", "signer.pem"] {
            fs::copy(self.path().join(file), folder.path().join(file)).unwrap();
        }
        fs::copy(self.path().join("authority.pem"), folder.path().join("authority.pem")).unwrap();
        Signer { folder, algorithm: self.algorithm }
    }

    /// Takes back a signer's certificate; the revocation list that says so, in DER.
    pub fn revoke(&self, signer: &Signer) -> Vec<u8> {
        fs::copy(signer.path().join("signer.pem"), self.path().join("revoked.pem")).unwrap();
        openssl::run(
            self.path(),
            "ca -config openssl.cnf -batch -revoke revoked.pem -cert authority.pem -keyfile authority.key -md sha256",
            b"",
        );
        self.revocation_list(("20260101000000Z", "20450101000000Z"))
    }

    /// The list of what was taken back so far, in DER.
    pub fn revocation_list(&self, life: Life) -> Vec<u8> {
        let digest = self.algorithm.digest();
        let padding = self.algorithm.padding("-sigopt");
        let pem = openssl::run(
            self.path(),
            &format!(
                "ca -config openssl.cnf -batch -gencrl -crlexts lists -md {digest} {padding} \
                 -crl_lastupdate {} -crl_nextupdate {} -cert authority.pem -keyfile authority.key",
                life.0, life.1
            ),
            b"",
        );
        openssl::run(self.path(), "crl -outform DER", &pem)
    }

    /// The certificate, in DER.
    pub fn certificate(&self) -> Vec<u8> {
        self.der("authority")
    }

    /// The certificate, as text.
    pub fn certificate_pem(&self) -> String {
        fs::read_to_string(self.path().join("authority.pem")).unwrap()
    }

    fn der(&self, file: &str) -> Vec<u8> {
        openssl::run(self.path(), &format!("x509 -in {file}.pem -outform DER"), b"")
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Signer {
    /// A signed message around the content, the signer's certificate inside.
    pub fn sign(&self, content: &[u8], content_type: &str, more: &str) -> Vec<u8> {
        let digest = self.algorithm.digest();
        let padding = self.algorithm.padding("-keyopt");
        openssl::run(
            self.path(),
            &format!(
                "cms -sign -binary -nodetach -nosmimecap -outform DER -econtent_type {content_type} -md {digest} \
                 -signer signer.pem -inkey signer.key {padding} {more}"
            ),
            content,
        )
    }

    /// A master list of these certificates, in DER.
    pub fn master_list(&self, certificates: &[Vec<u8>]) -> Vec<u8> {
        let mut listed: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
        listed.sort_unstable();
        let content = der::wrap(0x30, &[&der::small(0), &der::wrap(0x31, &listed)]);
        self.sign(&content, "2.23.136.1.1.2", "-certfile authority.pem")
    }

    /// The signer's certificate, in DER.
    pub fn certificate(&self) -> Vec<u8> {
        openssl::run(self.path(), "x509 -in signer.pem -outform DER", b"")
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}
