//! A certificate of ours that can be renewed while we run: whoever renews it puts new files in place of the old.

use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::{CertificateFiles, TlsFileError, Validity, provider};
use crate::followed::{Followed, Version};

/// The certificate in force, and where the next one will lie.
#[derive(Debug)]
pub(crate) struct OwnCertificate {
    files: CertificateFiles,
    name: Option<ServerName<'static>>,
    provider: Arc<CryptoProvider>,
    in_force: RwLock<Arc<CertifiedKey>>,
    seen: Mutex<[Version; 2]>,
}

impl OwnCertificate {
    /// Reads the files. What we show at our own door must be for the `name` it stands under.
    pub(crate) fn load(
        files: &CertificateFiles,
        name: Option<ServerName<'static>>,
    ) -> Result<Self, TlsFileError> {
        let provider = provider();
        // Before reading: a change in between is then seen again, not missed.
        let seen = versions(files);
        let read = read(files, name.as_ref(), &provider)?;
        Ok(Self {
            files: files.clone(),
            name,
            provider,
            in_force: RwLock::new(Arc::new(read)),
            seen: Mutex::new(seen),
        })
    }

    fn renew(&self, now: Timestamp) -> Result<(), TlsFileError> {
        let read = read(&self.files, self.name.as_ref(), &self.provider)?;
        let path = &self.files.certificate;
        let validity = read.cert.first().and_then(Validity::of);
        match validity {
            Some(validity) if validity.holds(now) => {}
            // An expired one in place of one that may still hold would be a step back.
            Some(validity) => {
                let sentence = validity.sentence(now);
                return Err(TlsFileError::NotNow { path: path.clone(), sentence });
            }
            None => return Err(TlsFileError::NotCertificates(path.clone())),
        }
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        Ok(())
    }

    /// From when until when the one in force counts.
    pub(crate) fn validity(&self) -> Option<Validity> {
        self.current().cert.first().and_then(Validity::of)
    }

    fn current(&self) -> Arc<CertifiedKey> {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for OwnCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl ResolvesClientCert for OwnCertificate {
    fn resolve(
        &self,
        _authorities: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl Followed for OwnCertificate {
    fn path(&self) -> &Path {
        &self.files.certificate
    }

    fn look(&self, now: Timestamp) -> Option<Result<(), Box<dyn Error>>> {
        let seen = versions(&self.files);
        let before =
            std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), seen);
        (before != seen).then(|| Ok(self.renew(now)?))
    }
}

fn versions(files: &CertificateFiles) -> [Version; 2] {
    [&files.certificate, &files.key].map(|path| Version::of(path))
}

fn read(
    files: &CertificateFiles,
    name: Option<&ServerName<'static>>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TlsFileError> {
    let read = files.read(provider)?;
    let not_one = || TlsFileError::NotCertificates(files.certificate.clone());
    let first = read.end_entity_cert().map_err(|_| not_one())?;
    let parsed = ParsedCertificate::try_from(first).map_err(|_| not_one())?;
    if let Some(name) = name
        && verify_server_name(&parsed, name).is_err()
    {
        let (path, name) = (files.certificate.clone(), name.to_str().into_owned());
        return Err(TlsFileError::WrongName { path, name });
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::super::papers::{Authority, Folder, moment};
    use super::*;
    use crate::chain;

    fn load(files: &CertificateFiles) -> Result<OwnCertificate, TlsFileError> {
        OwnCertificate::load(files, ServerName::try_from("id.example").ok())
    }

    #[test]
    fn a_renewed_certificate_comes_into_force_and_a_bad_one_does_not() {
        let (folder, authority) = (Folder::new(), Authority::new());
        let files = folder.write("own", &authority.certify("id.example"));
        let own = load(&files).expect("loaded");
        let first = own.current();
        assert!(own.look(moment()).is_none(), "nothing changed");

        for (what, bad) in [
            ("another's name", authority.certify("other.example")),
            ("expired", authority.certify_until("id.example", (2020, 1, 1))),
        ] {
            folder.write("own", &bad);
            assert!(own.look(moment()).is_some_and(|renewed| renewed.is_err()), "{what}");
            assert!(own.look(moment()).is_none(), "said once");
            assert!(Arc::ptr_eq(&first, &own.current()), "{what}");
        }
        // Certificate first, key a moment later, as renewal scripts do.
        let next = authority.certify("id.example");
        std::fs::write(&files.certificate, next.chain()).expect("written");
        let refused = own.look(moment()).expect("seen").expect_err("refused");
        assert!(matches!(refused.downcast_ref(), Some(TlsFileError::Mismatch(_))));
        folder.write("own", &next);
        assert!(matches!(own.look(moment()), Some(Ok(()))));
        assert!(!Arc::ptr_eq(&first, &own.current()));
        std::fs::remove_file(&files.key).expect("removed");
        assert!(own.look(moment()).is_some_and(|renewed| renewed.is_err()), "a file that is gone");
    }

    #[test]
    fn what_cannot_be_shown_is_refused_with_the_reason() {
        use std::os::unix::fs::PermissionsExt;

        let (folder, authority) = (Folder::new(), Authority::new());
        let files = folder.write("own", &authority.certify("id.example"));
        let refused = |files: &CertificateFiles| load(files).expect_err("refused");
        let stranger = folder.write("stranger", &authority.certify("id.example"));

        let mixed = CertificateFiles { key: stranger.key, ..files.clone() };
        assert!(matches!(refused(&mixed), TlsFileError::Mismatch(_)));
        let swapped = CertificateFiles { certificate: files.key.clone(), key: files.key.clone() };
        assert!(matches!(refused(&swapped), TlsFileError::NotCertificates(_)));
        let other = folder.write("other", &authority.certify("other.example"));
        assert!(matches!(refused(&other), TlsFileError::WrongName { .. }));
        assert!(OwnCertificate::load(&other, None).is_ok(), "no name is asked of a client");
        let gone = CertificateFiles { key: "/none".into(), ..files.clone() };
        assert!(matches!(refused(&gone), TlsFileError::Key(_)));
        std::fs::set_permissions(&files.key, std::fs::Permissions::from_mode(0o640)).expect("set");
        let open = chain::line(&refused(&files));
        assert!(open.contains("may be read by others") && open.contains("chmod 600"), "{open}");
        std::fs::write(&other.key, "no key").expect("written");
        assert!(matches!(refused(&other), TlsFileError::NotAKey(_)));
    }
}
