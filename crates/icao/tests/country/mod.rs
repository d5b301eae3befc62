//! Invented countries that sign travel documents: authority, document signer, passports, chips.
//!
//! Everything is signed by the OpenSSL command line, nothing by code of ours: what the verifier accepts, somebody else made.
//! The chips answer with OpenSSL too.

#![allow(
    dead_code,
    clippy::missing_panics_doc,
    unused_imports,
    reason = "each story uses its own part of a country; what cannot go on is a test that has failed"
)]

mod algorithm;
mod authority;
mod bearer;
mod chip;
mod der;
mod openssl;
mod passport;
mod secure_chip;

pub use algorithm::Algorithm;
pub use authority::{Authority, IN_FORCE, Life, Signer};
pub use bearer::{Bearer, Booklet};
pub use chip::{Chip, Field, Proof};
pub use passport::Passport;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
};

/// A country with one authority and one document signer, in force from 2020 to 2045.
pub struct Country {
    /// Its signing authority.
    pub authority: Authority,
    signer: authority::Signer,
    algorithm: Algorithm,
}

impl Country {
    /// Utopia, signing in this algorithm; founded once a process.
    pub fn found(algorithm: Algorithm) -> Arc<Self> {
        Self::found_in("UT", algorithm)
    }

    /// The country with these two letters, signing in this algorithm; founded once a process.
    pub fn found_in(letters: &'static str, algorithm: Algorithm) -> Arc<Self> {
        type Founded = Mutex<HashMap<(&'static str, Algorithm), Arc<Country>>>;
        static FOUNDED: OnceLock<Founded> = OnceLock::new();
        let mut founded = FOUNDED.get_or_init(Mutex::default).lock().unwrap();
        founded
            .entry((letters, algorithm))
            .or_insert_with(|| Arc::new(Self::new(letters, algorithm)))
            .clone()
    }

    /// A country of one's own, to spoil as one likes.
    pub fn new(letters: &str, algorithm: Algorithm) -> Self {
        let authority = Authority::found(letters, algorithm);
        let signer = authority.signer("Document Signer 1", authority::IN_FORCE);
        Self { authority, signer, algorithm }
    }

    /// The authority's certificate, in DER: what `yinzheng trust import` takes.
    pub fn certificate(&self) -> Vec<u8> {
        self.authority.certificate()
    }

    /// Issues a document.
    pub fn passport(&self, bearer: &Bearer, proof: Proof) -> Passport {
        self.passport_by(&self.signer, bearer, proof)
    }

    /// Issues a document under another document signer.
    pub fn passport_by(
        &self,
        signer: &authority::Signer,
        bearer: &Bearer,
        proof: Proof,
    ) -> Passport {
        Passport::issue(signer, self.algorithm, bearer, proof)
    }

    /// The document signer.
    pub fn signer(&self) -> &authority::Signer {
        &self.signer
    }
}
