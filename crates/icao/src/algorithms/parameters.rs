//! The numbers of the curves: SEC 2 version 2 and RFC 5639, as hexadecimal text of the field's length.

use super::Curve;

/// What explicit parameters must say, to the last bit, to be this curve.
pub(super) struct Parameters {
    pub(super) curve: Curve,
    /// Its object identifier, in DER without tag.
    pub(super) name: &'static [u8],
    pub(super) prime: &'static str,
    pub(super) a: &'static str,
    pub(super) b: &'static str,
    pub(super) base_x: &'static str,
    pub(super) base_y: &'static str,
    pub(super) order: &'static str,
}

pub(super) const CURVES: &[Parameters] = &[
    Parameters {
        curve: Curve::P224,
        name: &[0x2b, 0x81, 0x04, 0x00, 0x21],
        prime: "ffffffffffffffffffffffffffffffff000000000000000000000001",
        a: "fffffffffffffffffffffffffffffffefffffffffffffffffffffffe",
        b: "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
        base_x: "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
        base_y: "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
        order: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
    },
    Parameters {
        curve: Curve::P256,
        name: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        a: "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
        b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        base_x: "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        base_y: "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    },
    Parameters {
        curve: Curve::P384,
        name: &[0x2b, 0x81, 0x04, 0x00, 0x22],
        prime: concat!(
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeff",
            "ffffff0000000000000000ffffffff"
        ),
        a: concat!(
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeff",
            "ffffff0000000000000000fffffffc"
        ),
        b: concat!(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac6",
            "56398d8a2ed19d2a85c8edd3ec2aef"
        ),
        base_x: concat!(
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a3855",
            "02f25dbf55296c3a545e3872760ab7"
        ),
        base_y: concat!(
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a",
            "60b1ce1d7e819d7a431d7c90ea0e5f"
        ),
        order: concat!(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf58",
            "1a0db248b0a77aecec196accc52973"
        ),
    },
    Parameters {
        curve: Curve::P521,
        name: &[0x2b, 0x81, 0x04, 0x00, 0x23],
        prime: concat!(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        ),
        a: concat!(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc"
        ),
        b: concat!(
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109",
            "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"
        ),
        base_x: concat!(
            "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d",
            "baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66"
        ),
        base_y: concat!(
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66",
            "2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650"
        ),
        order: concat!(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
        ),
    },
    Parameters {
        curve: Curve::BrainpoolP256,
        name: &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07],
        prime: "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377",
        a: "7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
        b: "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
        base_x: "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262",
        base_y: "547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
        order: "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7",
    },
    Parameters {
        curve: Curve::BrainpoolP384,
        name: &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0b],
        prime: concat!(
            "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123ac",
            "d3a729901d1a71874700133107ec53"
        ),
        a: concat!(
            "7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8a",
            "a5814a503ad4eb04a8c7dd22ce2826"
        ),
        b: concat!(
            "04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57c",
            "b4390295dbc9943ab78696fa504c11"
        ),
        base_x: concat!(
            "1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e8",
            "26e03436d646aaef87b2e247d4af1e"
        ),
        base_y: concat!(
            "8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e",
            "4646217791811142820341263c5315"
        ),
        order: concat!(
            "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf",
            "3ab6af6b7fc3103b883202e9046565"
        ),
    },
];
