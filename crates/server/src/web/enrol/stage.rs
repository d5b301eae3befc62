//! The steps as the person counts them, for the line at the top of each page.

/// A step of the line; a guardian's document belongs to the document, the code to the phone.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Stage {
    Notice,
    Document,
    Portrait,
    Phone,
    Device,
    Issued,
}

impl Stage {
    pub(super) const ALL: [Self; 6] =
        [Self::Notice, Self::Document, Self::Portrait, Self::Phone, Self::Device, Self::Issued];

    /// The text that names it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Notice => "enrol-step-notice",
            Self::Document => "enrol-step-document",
            Self::Portrait => "enrol-step-portrait",
            Self::Phone => "enrol-step-phone",
            Self::Device => "enrol-step-device",
            Self::Issued => "enrol-step-issued",
        }
    }
}
