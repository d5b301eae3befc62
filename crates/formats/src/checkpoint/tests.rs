use proptest::prelude::*;

use super::*;
use crate::note::LONGEST;

const ORIGIN: &str = "log.example/one";

fn key_of(origin: &str, seed: u8) -> LogKey {
    LogKey::new(
        origin.parse().unwrap(),
        Ed25519Key::from_seed(&[seed; 32]),
        MlDsa44Key::from_seed(&[seed; 32]),
    )
}

fn judge(note: &str) -> Result<Signed, BadCheckpoint> {
    key_of(ORIGIN, 7).public().verify(note.as_bytes()).map(Verified::into_inner)
}

fn signed() -> String {
    key_of(ORIGIN, 7).sign(20_852_163, [9; 32], 1_700_000_000)
}

/// The lines of a note: three of text, the empty one, two signatures.
fn lines(note: &str) -> [&str; 6] {
    note.lines().collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn a_checkpoint_is_read_as_it_was_signed() {
    let note = signed();
    let [origin, size, root, empty, ed25519, ml_dsa] = lines(&note);
    assert_eq!((origin, size, empty), (ORIGIN, "20852163", ""));
    assert_eq!(root, BASE64.encode(&[9; 32]));
    let signature = |line: &str| {
        let text = line.strip_prefix("\u{2014} log.example/one ").unwrap();
        BASE64.decode(text.as_bytes()).unwrap()
    };
    assert_eq!(signature(ed25519).len(), 4 + 64);
    assert_eq!(signature(ml_dsa).len(), 4 + 8 + 2420);
    let read = judge(&note).unwrap();
    assert_eq!((read.checkpoint.size, read.checkpoint.root), (20_852_163, [9; 32]));
    assert_eq!((read.checkpoint.origin.as_str(), read.time), (ORIGIN, 1_700_000_000));
}

/// C2SP signed-note §Format's example: a text with an empty line in it, of which the last empty line is the end.
#[test]
fn a_published_note_is_taken_apart() {
    let text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
    let line = "\u{2014} quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let note = format!("{text}\n{line}");
    assert_eq!(UnverifiedNote::parse(note.as_bytes()).unwrap().text(), text);
    assert_eq!(judge(&note), Err(BadCheckpoint::Text));
}

/// The message by hand, as C2SP tlog-cosignature §ML-DSA-44 signed message lays it out.
#[test]
fn ml_dsa_signs_the_published_structure() {
    let checkpoint =
        Checkpoint { origin: "a.example/b".parse().unwrap(), size: 258, root: [5; 32] };
    let mut expected = b"subtree/v1\n\0\x0ba.example/b".to_vec();
    expected.extend([0, 0, 0, 0, 0, 0, 1, 0]);
    expected.extend(b"\x0ba.example/b");
    expected.extend([0; 8]);
    expected.extend([0, 0, 0, 0, 0, 0, 1, 2]);
    expected.extend([5; 32]);
    assert_eq!(checkpoint.message(256), expected);
}

#[test]
fn an_empty_log_has_one_root() {
    let key = key_of(ORIGIN, 7);
    let empty = key.sign(0, sha256(b""), 1);
    assert!(empty.contains("\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"));
    assert_eq!(judge(&empty).unwrap().checkpoint.size, 0);
    assert_eq!(judge(&key.sign(0, [9; 32], 1)), Err(BadCheckpoint::Text));
}

/// Signed by the log's own Ed25519 key, so that nothing but the form can be the reason.
#[test]
fn a_text_has_one_form() {
    let root = BASE64.encode(&[9; 32]);
    let texts = [
        format!("{ORIGIN}\n017\n{root}\n"),
        format!("{ORIGIN}\n+17\n{root}\n"),
        format!("{ORIGIN}\n-17\n{root}\n"),
        format!("{ORIGIN}\n 17\n{root}\n"),
        format!("{ORIGIN}\n00\n{root}\n"),
        format!("{ORIGIN}\n\n{root}\n"),
        format!("{ORIGIN}\n18446744073709551616\n{root}\n"),
        format!("{ORIGIN}\n17\n{root}\nmore\n"),
        format!("{ORIGIN}\n17\n\n{root}\n"),
        format!("{ORIGIN}\n17\n"),
        format!("\n17\n{root}\n"),
        format!("{ORIGIN} \n17\n{root}\n"),
        format!("a+b\n17\n{root}\n"),
        format!("{}\n17\n{root}\n", "a".repeat(256)),
        format!("{ORIGIN}\n17\n{}\n", BASE64.encode(&[9; 31])),
        format!("{ORIGIN}\n17\n{}\n", BASE64.encode(&[9; 33])),
        format!("{ORIGIN}\n17\n{}\n", root.trim_end_matches('=')),
        format!("{ORIGIN}\n17\n{}\n", root.replace("k=", "l=")),
        String::new(),
    ];
    let key = key_of(ORIGIN, 7);
    let LogKeys { origin, ed25519_id, ml_dsa_id, .. } = key.public();
    for text in texts {
        let one = key.ed25519.sign(text.as_bytes());
        let note =
            note::write(&text, &[(origin, *ed25519_id, &one), (origin, *ml_dsa_id, &[1; 2428])]);
        let outcome = judge(&note).unwrap_err();
        assert!(
            matches!(outcome, BadCheckpoint::Text | BadCheckpoint::Note(_)),
            "{text:?}: {outcome}"
        );
    }
}

#[test]
fn what_is_cut_off_or_put_on_is_refused() {
    let note = signed();
    for end in (0..note.len()).filter(|end| note.is_char_boundary(*end)) {
        assert!(judge(&note[..end]).is_err(), "{end}");
    }
    for more in [
        "\n",
        " ",
        "more",
        "\u{2014} x\n",
        "\u{2014} x y\n",
        "\u{2014}  AAAAAAA=\n",
        "\u{2014} x AAAA\n",
    ] {
        assert!(judge(&format!("{note}{more}")).is_err(), "{more:?}");
    }
    assert!(judge(&note.replace('\n', "\r\n")).is_err());
    assert_eq!(judge(&"a".repeat(LONGEST + 1)), Err(BadNote::Long.into()));
    assert_eq!(
        key_of(ORIGIN, 7).public().verify(&[0xff; 9]).unwrap_err(),
        BadNote::Characters.into()
    );
}

#[test]
fn both_signatures_are_of_this_log_and_hold() {
    let note = signed();
    let [origin, size, root, _, ed25519, ml_dsa] = lines(&note);
    let with =
        |lines: &[&str]| judge(&format!("{origin}\n{size}\n{root}\n\n{}\n", lines.join("\n")));
    assert!(with(&[ed25519, ml_dsa]).is_ok());
    assert!(with(&[ml_dsa, ed25519]).is_ok());
    for missing in [&[ed25519][..], &[ml_dsa], &[ed25519, ed25519], &[ed25519, ml_dsa, ml_dsa]] {
        assert_eq!(with(missing), Err(BadCheckpoint::Signatures));
    }
    // Of another key of the same name; of another checkpoint of the same log.
    let strange = key_of(ORIGIN, 8).sign(20_852_163, [9; 32], 1_700_000_000);
    let later = key_of(ORIGIN, 7).sign(20_852_164, [9; 32], 1_700_000_000);
    for (other, reason) in [(strange, BadCheckpoint::Signatures), (later, BadCheckpoint::Wrong)] {
        let [.., other_ed25519, other_ml_dsa] = lines(&other);
        assert_eq!(with(&[ed25519, other_ml_dsa]), Err(reason));
        assert_eq!(with(&[other_ed25519, ml_dsa]), Err(reason));
    }
    // A key's identifier is no proof of it.
    let LogKeys { origin: name, ed25519_id, ml_dsa_id, .. } = key_of(ORIGIN, 7).public;
    let forged = format!("{origin}\n{size}\n{root}\n");
    let forged = |classical: &[u8], timed: &[u8]| {
        judge(&note::write(&forged, &[(&name, ed25519_id, classical), (&name, ml_dsa_id, timed)]))
    };
    assert_eq!(forged(&[1; 64], &[1; 2428]), Err(BadCheckpoint::Wrong));
    assert_eq!(forged(&[1; 2428], &[1; 64]), Err(BadCheckpoint::Wrong));
    assert_eq!(forged(&[1; 1], &[1; 1]), Err(BadCheckpoint::Wrong));
}

#[test]
fn another_log_is_another_log() {
    let other = key_of("log.example/two", 7).sign(17, [9; 32], 1);
    assert_eq!(judge(&other), Err(BadCheckpoint::Origin));
    let renamed = other.replacen("log.example/two", ORIGIN, 1);
    assert_eq!(judge(&renamed), Err(BadCheckpoint::Signatures));
    assert_eq!(judge(&other.replace("log.example/two", ORIGIN)), Err(BadCheckpoint::Signatures));
}

/// C2SP signed-note §Signatures: "Verifiers MUST ignore signatures from unknown keys".
#[test]
fn sixteen_signatures_of_witnesses_are_not_in_the_way() {
    let mut note = signed();
    for witness in 0..16 {
        let line = BASE64.encode(&[witness; 5000]);
        note = format!("{note}\u{2014} witness.example/{witness} {line}\n");
    }
    assert!(judge(&note).is_ok());
}

#[test]
fn names_have_no_spaces() {
    assert!("例子.example".parse::<KeyName>().is_ok());
    assert!("a".repeat(255).parse::<KeyName>().is_ok());
    for odd in ["", " ", "a b", "a\u{3000}b", "a\u{a0}b", "a+b", "a\nb", "a\u{85}", "\0"] {
        assert_eq!(odd.parse::<KeyName>(), Err(note::BadName), "{odd:?}");
    }
}

proptest! {
    #[test]
    fn every_checkpoint_is_read_again(size: u64, root: [u8; 32], time in 0..=LATEST) {
        let root = if size == 0 { sha256(b"") } else { root };
        let read = judge(&key_of(ORIGIN, 7).sign(size, root, time)).unwrap();
        prop_assert_eq!((read.checkpoint.size, read.checkpoint.root, read.time), (size, root, time));
    }

    #[test]
    fn no_bit_may_change(place: prop::sample::Index, bit in 0..8_u8) {
        let mut note = signed().into_bytes();
        let place = place.index(note.len());
        note[place] ^= 1 << bit;
        prop_assert!(key_of(ORIGIN, 7).public().verify(&note).is_err(), "{}", place);
    }

    #[test]
    fn bytes_of_chance_are_no_checkpoint(bytes: Vec<u8>, text: String) {
        let keys = key_of(ORIGIN, 7);
        prop_assert!(keys.public().verify(&bytes).is_err());
        prop_assert!(keys.public().verify(text.as_bytes()).is_err());
    }
}
