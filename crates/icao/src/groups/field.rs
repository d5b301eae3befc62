//! Agreement in the multiplicative group of a prime field, as documents of before 2014 do it.

use std::fmt;

use crypto_bigint::{
    BoxedUint, Odd, Resize,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use formats::Secret;
use zeroize::Zeroizing;

use super::{BadKey, Draw, KeyPair, MOST_DRAWS};

/// The shortest prime of a chip's own key; what is below 2048 is flagged.
const LEAST_BITS: usize = 1024;

/// The longest, so that nobody makes us multiply for long.
const MOST_BITS: usize = 4096;

/// The shortest order. RFC 5114 §2.1: "1024-bit MODP Group with 160-bit Prime Order Subgroup".
const LEAST_ORDER_BITS: usize = 160;

/// A group: a prime, a generator, and what else is known. The numbers are public.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct Field {
    prime: Odd<BoxedUint>,
    generator: BoxedUint,
    /// The prime order of the generator, where it is told.
    order: Option<Odd<BoxedUint>>,
    /// How many bits a private key has, where that is told (PKCS #3 `privateValueLength`).
    private_bits: Option<u32>,
}

/// A private number, and the generator raised to it.
struct Pair {
    field: Field,
    private: Zeroizing<BoxedUint>,
    public: Vec<u8>,
}

impl Field {
    /// A group out of its numbers, big-endian, if they can be those of one.
    pub(super) fn new(
        prime: &[u8],
        generator: &[u8],
        order: Option<&[u8]>,
        private_bits: Option<u32>,
    ) -> Result<Self, BadKey> {
        let prime = odd(prime)?;
        let precision = prime.as_ref().bits_precision();
        let generator = number(generator, precision)?;
        let order = order.map(odd).transpose()?;
        let field = Self { prime, generator, order, private_bits };
        let fits = |bits: u32| {
            usize::try_from(bits).is_ok_and(|bits| (LEAST_ORDER_BITS..field.bits()).contains(&bits))
        };
        let orders = field.order.as_ref().map(|order| order.as_ref().bits_vartime());
        let exponents_fit = orders.is_none_or(fits) && private_bits.is_none_or(fits);
        let sound = (LEAST_BITS..=MOST_BITS).contains(&field.bits())
            && field.is_between(&field.generator)
            && exponents_fit;
        if sound { Ok(field) } else { Err(BadKey) }
    }

    /// How many bits the prime has.
    pub(super) fn bits(&self) -> usize {
        usize::try_from(self.prime.as_ref().bits_vartime()).unwrap_or(usize::MAX)
    }

    pub(super) fn has_order(&self) -> bool {
        self.order.is_some()
    }

    pub(super) fn draw(&self, draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey> {
        Ok(Box::new(self.pair(&self.generator, draw)?))
    }

    pub(super) fn pair_of(&self, private: &[u8]) -> Result<Box<dyn KeyPair>, BadKey> {
        let private = Zeroizing::new(number(private, self.private_bits())?);
        Ok(Box::new(self.pair_for(&self.generator, private)))
    }

    /// ICAO 9303-11 §4.4.3.3.2: "fg(x)=xa mod p, and a = (p-1)/q is the cofactor. Implementations MUST check that ĝ ≠ 1."
    pub(super) fn map(&self, random: &[u8], draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey> {
        let order = self.order.as_ref().ok_or(BadKey)?;
        let bits = u32::try_from(random.len() * 8).map_err(|_| BadKey)?;
        let random = Zeroizing::new(BoxedUint::from_be_slice(random, bits).map_err(|_| BadKey)?);
        let element = Zeroizing::new(random.rem(self.prime.as_nz_ref()));
        let before = self.prime.as_ref().wrapping_sub(BoxedUint::one());
        let (cofactor, rest) = before.div_rem_vartime(order.as_nz_ref());
        let generator = self.power(&element, &cofactor);
        if rest.is_zero().into() && self.is_between(&generator) {
            Ok(Box::new(self.pair(&generator, draw)?))
        } else {
            Err(BadKey)
        }
    }

    /// Draws a private key: below the order, or as long as the document says, or below the prime.
    fn pair(&self, generator: &BoxedUint, draw: Draw<'_>) -> Result<Pair, BadKey> {
        let bits = self.private_bits();
        let mut bytes =
            Zeroizing::new(vec![0; usize::try_from(bits.div_ceil(8)).map_err(|_| BadKey)?]);
        for _ in 0..MOST_DRAWS {
            draw(&mut bytes);
            if let Some(first) = bytes.first_mut() {
                *first &= u8::MAX >> (bits.div_ceil(8) * 8 - bits);
            }
            let private = Zeroizing::new(number(&bytes, bits)?);
            let below = self.order.as_ref().is_none_or(|order| *private < *order.as_ref());
            if below && bool::from(private.is_nonzero()) {
                return Ok(self.pair_for(generator, private));
            }
        }
        Err(BadKey)
    }

    /// How many bits a private key has: as many as a power of it takes time for.
    fn private_bits(&self) -> u32 {
        match (&self.order, self.private_bits) {
            (Some(order), _) => order.as_ref().bits_vartime(),
            (None, Some(bits)) => bits,
            (None, None) => self.prime.as_ref().bits_vartime() - 1,
        }
    }

    fn pair_for(&self, generator: &BoxedUint, private: Zeroizing<BoxedUint>) -> Pair {
        let public = self.bytes(&self.power(generator, &private));
        Pair { field: self.clone(), private, public }
    }

    /// In constant time for every base and exponent of a length.
    fn power(&self, base: &BoxedUint, exponent: &BoxedUint) -> BoxedUint {
        self.form(base).pow(exponent).retrieve()
    }

    fn form(&self, number: &BoxedUint) -> BoxedMontyForm {
        let parameters = BoxedMontyParams::new_vartime(self.prime.clone());
        let precision = self.prime.as_ref().bits_precision();
        BoxedMontyForm::new(number.clone().resize_unchecked(precision), &parameters)
    }

    /// 1 < number < prime - 1: neither of the two elements of the smallest subgroups.
    fn is_between(&self, number: &BoxedUint) -> bool {
        let last = self.prime.as_ref().wrapping_sub(BoxedUint::one());
        *number > BoxedUint::one() && *number < last
    }

    /// A number as long as the prime.
    fn bytes(&self, number: &BoxedUint) -> Vec<u8> {
        as_long(number, self.bits().div_ceil(8))
    }
}

impl Pair {
    /// The other's key raised to this private one.
    fn shared(&self, theirs: &[u8]) -> Result<BoxedUint, BadKey> {
        let field = &self.field;
        if theirs.len() > field.bits().div_ceil(8) || theirs == self.public {
            return Err(BadKey);
        }
        let theirs = number(theirs, field.prime.as_ref().bits_precision())?;
        // RFC 2631 §2.1.5: "Verify that y lies within the interval [2,p-1]", "Compute y^q mod p. If the result == 1, the key
        // is valid." p-1 itself, of order two, is left out where the order is not told.
        let ours = field.is_between(&theirs)
            && field
                .order
                .as_ref()
                .is_none_or(|order| field.power(&theirs, order.as_ref()) == BoxedUint::one());
        if !ours {
            return Err(BadKey);
        }
        let shared = field.power(&theirs, &self.private);
        if shared == BoxedUint::one() { Err(BadKey) } else { Ok(shared) }
    }
}

impl KeyPair for Pair {
    fn public(&self) -> &[u8] {
        &self.public
    }

    fn private(&self) -> Zeroizing<Vec<u8>> {
        let length = usize::try_from(self.field.private_bits().div_ceil(8)).unwrap_or_default();
        Zeroizing::new(as_long(&self.private, length))
    }

    fn agree(&self, theirs: &[u8]) -> Result<Secret<Vec<u8>>, BadKey> {
        let shared = Zeroizing::new(self.shared(theirs)?);
        Ok(Secret::new(self.field.bytes(&shared)))
    }

    fn map(&self, theirs: &[u8], nonce: &[u8], draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey> {
        let field = &self.field;
        let nonce = Zeroizing::new(number(nonce, field.prime.as_ref().bits_precision())?);
        let mapped = field.form(&field.generator).pow(&nonce) * field.form(&self.shared(theirs)?);
        let mapped = mapped.retrieve();
        if !field.is_between(&mapped) {
            return Err(BadKey);
        }
        Ok(Box::new(field.pair(&mapped, draw)?))
    }
}

fn number(bytes: &[u8], precision: u32) -> Result<BoxedUint, BadKey> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    BoxedUint::from_be_slice(bytes.get(zeros..).unwrap_or_default(), precision).map_err(|_| BadKey)
}

/// The lowest bytes of a number.
fn as_long(number: &BoxedUint, length: usize) -> Vec<u8> {
    let bytes = Zeroizing::new(number.to_be_bytes());
    let (zeros, from) = (length.saturating_sub(bytes.len()), bytes.len().saturating_sub(length));
    [vec![0; zeros].as_slice(), bytes.get(from..).unwrap_or_default()].concat()
}

/// An odd number: primes are, and the reduction asks for it.
fn odd(bytes: &[u8]) -> Result<Odd<BoxedUint>, BadKey> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = bytes.get(zeros..).unwrap_or_default();
    let bits = u32::try_from(bytes.len() * 8).map_err(|_| BadKey)?;
    if bytes.len() * 8 > MOST_BITS {
        return Err(BadKey);
    }
    Option::from(Odd::new(number(bytes, bits)?)).ok_or(BadKey)
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({} bits)", self.bits())
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair([secret])")
    }
}
