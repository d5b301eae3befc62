//! Responses of a chip under secure messaging: as they come, and with the right code, so that what is behind it is reached.
#![no_main]

use icao::secure_messaging::{Channel, Cipher, Command, Keys, Response};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Response::parse(bytes);
    for (cipher, block) in [(Cipher::TripleDes, 8), (Cipher::Aes128, 16), (Cipher::Aes256, 16)] {
        for header in [[0x00, 0xb0, 0x00, 0x00], [0x00, 0xb1, 0x00, 0x00]] {
            let open = |response: &[u8]| {
                let command = Command::new(header).expecting(256).unwrap();
                let channel = Channel::new(Keys::derive(cipher, b"a shared secret"));
                channel.protect(&command).unwrap().1.open(response).map(drop)
            };
            let _ = open(bytes);
            let Some((objects, status)) = bytes.split_last_chunk::<2>() else { continue };
            // The code over the counter (two, for a response) and the objects.
            let mut text = vec![0; block];
            text[block - 1] = 2;
            text.extend_from_slice(objects);
            text.push(0x80);
            text.resize(text.len().next_multiple_of(block), 0);
            let code = Keys::derive(cipher, b"a shared secret").mac(&text);
            let _ = open(&[objects, &[0x8e, 0x08], &code, status].concat());
        }
    }
});
