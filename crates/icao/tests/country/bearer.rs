//! Who a document is issued to, and the zone that says so.

/// What kind of document it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Booklet {
    /// A passport book, TD3.
    Passport,
    /// A card or permit, TD1.
    Card,
}

/// An invented person as a document names them.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Book or card.
    pub booklet: Booklet,
    /// `P`, `I`, `C`, …
    pub document_code: String,
    /// Three letters of the issuing state.
    pub issuer: String,
    /// At most nine letters and digits.
    pub number: String,
    /// Surname, in letters and blanks.
    pub primary: String,
    /// Given names.
    pub secondary: String,
    /// Three letters.
    pub nationality: String,
    /// `YYMMDD`.
    pub born: String,
    /// `M`, `F` or `<`.
    pub sex: char,
    /// `YYMMDD`.
    pub expires: String,
    /// The encoded portrait.
    pub portrait: Vec<u8>,
    /// DG11, whole, if the document has one.
    pub details: Option<Vec<u8>>,
}

/// A JPEG of nothing: start, end, and a comment between.
const NOTHING: &[u8] = b"\xff\xd8\xff\xfe\x00\x10nobody's face\x00\xff\xd9";

impl Bearer {
    /// Anna Maria Eriksson of Utopia, whose passport ends in 2031.
    pub fn anna() -> Self {
        Self {
            booklet: Booklet::Passport,
            document_code: "P".to_owned(),
            issuer: "UTO".to_owned(),
            number: "L898902C3".to_owned(),
            primary: "ERIKSSON".to_owned(),
            secondary: "ANNA MARIA".to_owned(),
            nationality: "UTO".to_owned(),
            born: "740812".to_owned(),
            sex: 'F',
            expires: "310415".to_owned(),
            portrait: NOTHING.to_vec(),
            details: None,
        }
    }

    /// The machine readable zone, its lines one after another.
    pub fn zone(&self) -> String {
        let field = |text: &str, length: usize| {
            assert!(text.len() <= length, "{text} is longer than {length}");
            format!("{:<<length$}", text.replace(' ', "<"))
        };
        let names = format!("{}<<{}", self.primary, self.secondary);
        let (code, issuer) = (field(&self.document_code, 2), field(&self.issuer, 3));
        let nationality = field(&self.nationality, 3);
        let number = checked(&field(&self.number, 9));
        let (born, expires) = (checked(&self.born), checked(&self.expires));
        match self.booklet {
            Booklet::Passport => {
                let optional = format!("{}<", "<".repeat(14));
                let digit = check(&format!("{number}{born}{expires}{optional}"));
                let names = field(&names, 39);
                format!(
                    "{code}{issuer}{names}{number}{nationality}{born}{}{expires}{optional}{digit}",
                    self.sex
                )
            }
            Booklet::Card => {
                let (first, second) = ("<".repeat(15), "<".repeat(11));
                let digit = check(&format!("{number}{first}{born}{expires}{second}"));
                let names = field(&names, 30);
                format!(
                    "{code}{issuer}{number}{first}{born}{}{expires}{nationality}{second}{digit}{names}",
                    self.sex
                )
            }
        }
    }
}

fn checked(field: &str) -> String {
    format!("{field}{}", check(field))
}

/// Written down a second time, so that maker and reader cannot be wrong together unnoticed.
fn check(field: &str) -> u32 {
    let value = |c: char| match c {
        '<' => 0,
        c => c.to_digit(36).unwrap(),
    };
    field.chars().enumerate().map(|(at, c)| value(c) * [7, 3, 1][at % 3]).sum::<u32>() % 10
}
