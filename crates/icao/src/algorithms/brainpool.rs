//! The curves of RFC 5639 for which nobody publishes a crate: 192, 224, 320 and 512 bits.
//!
//! Their numbers and nothing else. The arithmetic, in constant time, is that of `primefield` and `primeorder`, which also
//! carry the published `bp256` and `bp384` (decision 0007).

use primeorder::elliptic_curve::{
    bigint::{U192, U256, U384, U512},
    consts::{U24, U28, U40, U64},
};

use super::parameters::{
    BRAINPOOL_P192, BRAINPOOL_P224, BRAINPOOL_P320, BRAINPOOL_P512, Parameters,
};

/// Instantiates a curve. The two small numbers are no squares, modulo the prime and modulo the order.
macro_rules! curve {
    ($name:ident, $inside:ident, $parameters:expr, $uint:ty, $size:ty, $not_square:literal, $not_square_of_order:literal) => {
        pub(crate) use $inside::$name;

        mod $inside {
            use primefield::MontyFieldElement;
            use primeorder::{
                PrimeCurveParams,
                elliptic_curve::{
                    self, CurveArithmetic, FieldBytes, PrimeCurveArithmetic,
                    bigint::Odd,
                    ff::PrimeField,
                    ops::{BatchInvert, Reduce},
                    scalar::{FromUintUnchecked, IsHigh},
                    subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, CtOption},
                },
                mul_backend, point_arithmetic, wnaf,
            };

            use super::*;

            const NUMBERS: Parameters = $parameters;
            const PRIME: &str = NUMBERS.prime;
            const ORDER: &str = NUMBERS.order;

            primefield::monty_field_params! {
                name: FieldParams,
                modulus: PRIME,
                uint: $uint,
                byte_order: primefield::ByteOrder::BigEndian,
                multiplicative_generator: $not_square,
                doc: "The prime field of the curve."
            }
            primefield::monty_field_element! {
                name: FieldElement,
                params: FieldParams,
                uint: $uint,
                doc: "An element of the prime field."
            }
            primefield::monty_field_arithmetic! {
                name: FieldElement,
                params: FieldParams,
                uint: $uint
            }
            impl BatchInvert for FieldElement {}

            mod scalar {
                use super::*;

                primefield::monty_field_params! {
                    name: ScalarParams,
                    modulus: ORDER,
                    uint: $uint,
                    byte_order: primefield::ByteOrder::BigEndian,
                    multiplicative_generator: $not_square_of_order,
                    doc: "The field of scalars."
                }
                primefield::monty_field_element! {
                    name: Scalar,
                    params: ScalarParams,
                    uint: $uint,
                    doc: "A scalar."
                }
                primefield::monty_field_arithmetic! {
                    name: Scalar,
                    params: ScalarParams,
                    uint: $uint
                }
                impl Reduce<$uint> for Scalar {
                    fn reduce(number: &$uint) -> Self {
                        Self(MontyFieldElement::<ScalarParams, { <$uint>::LIMBS }>::reduce(number))
                    }
                }

                impl Reduce<FieldBytes<$name>> for Scalar {
                    fn reduce(bytes: &FieldBytes<$name>) -> Self {
                        let mut wide = [0; <$uint>::BYTES];
                        for (to, from) in wide.iter_mut().rev().zip(bytes.iter().rev()) {
                            *to = *from;
                        }
                        Self::reduce(&<$uint>::from_be_slice(&wide))
                    }
                }

                elliptic_curve::scalar_impls!($name, Scalar);
                wnaf::impl_wnaf_size_for_scalar!(Scalar);

                impl AsRef<Scalar> for Scalar {
                    fn as_ref(&self) -> &Scalar {
                        self
                    }
                }

                impl FromUintUnchecked for Scalar {
                    type Uint = $uint;

                    fn from_uint_unchecked(uint: Self::Uint) -> Self {
                        Self::from_uint_unchecked(uint)
                    }
                }

                impl IsHigh for Scalar {
                    fn is_high(&self) -> Choice {
                        const HALF: $uint =
                            Odd::<$uint>::from_be_hex(ORDER).as_ref().shr_vartime(1);
                        self.to_canonical().ct_gt(&HALF)
                    }
                }
            }
            use scalar::Scalar;

            #[doc = concat!(stringify!($name), ", of RFC 5639.")]
            #[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
            pub struct $name;

            impl elliptic_curve::Curve for $name {
                type FieldBytesSize = $size;
                type Uint = $uint;
                const ORDER: Odd<$uint> = Odd::<$uint>::from_be_hex(ORDER);
            }
            impl elliptic_curve::PrimeCurve for $name {}
            impl elliptic_curve::point::PointCompression for $name {
                const COMPRESS_POINTS: bool = false;
            }
            impl CurveArithmetic for $name {
                type AffinePoint = primeorder::AffinePoint<Self>;
                type ProjectivePoint = primeorder::ProjectivePoint<Self>;
                type Scalar = Scalar;
            }
            impl elliptic_curve::hazmat::FieldArithmetic for $name {
                type FieldElement = FieldElement;
            }
            impl PrimeCurveArithmetic for $name {
                type CurveGroup = primeorder::ProjectivePoint<Self>;
            }
            impl PrimeCurveParams for $name {
                type PointArithmetic = point_arithmetic::EquationAIsGeneric;
                type Backend = mul_backend::VariableOnly;
                const EQUATION_A: FieldElement = FieldElement::from_hex_vartime(NUMBERS.a);
                const EQUATION_B: FieldElement = FieldElement::from_hex_vartime(NUMBERS.b);
                const GENERATOR: (FieldElement, FieldElement) = (
                    FieldElement::from_hex_vartime(NUMBERS.base_x),
                    FieldElement::from_hex_vartime(NUMBERS.base_y),
                );
            }
            impl ecdsa::EcdsaCurve for $name {
                const NORMALIZE_S: bool = false;
            }
        }
    };
}

curve!(BrainpoolP192r1, p192, BRAINPOOL_P192, U192, U24, 3, 7);
curve!(BrainpoolP224r1, p224, BRAINPOOL_P224, U256, U28, 3, 3);
curve!(BrainpoolP320r1, p320, BRAINPOOL_P320, U384, U40, 5, 3);
curve!(BrainpoolP512r1, p512, BRAINPOOL_P512, U512, U64, 2, 7);
