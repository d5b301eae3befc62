//! The airline's invented timetable.

/// A flight one may book.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Flight {
    pub(super) number: &'static str,
    pub(super) from: (&'static str, &'static str),
    pub(super) to: (&'static str, &'static str),
    pub(super) departs: &'static str,
    pub(super) arrives: &'static str,
    pub(super) yuan: u16,
}

impl Flight {
    /// The flight of this number.
    pub(super) fn of(number: &str) -> Option<&'static Self> {
        FLIGHTS.iter().find(|flight| flight.number == number)
    }
}

/// Everything that flies.
pub(super) const FLIGHTS: &[Flight] = &[
    Flight {
        number: "YQ1207",
        from: ("北京", "Beijing"),
        to: ("昆明", "Kunming"),
        departs: "07:35",
        arrives: "11:20",
        yuan: 980,
    },
    Flight {
        number: "YQ2318",
        from: ("上海", "Shanghai"),
        to: ("乌鲁木齐", "Urumqi"),
        departs: "09:10",
        arrives: "14:55",
        yuan: 1_460,
    },
    Flight {
        number: "YQ3026",
        from: ("广州", "Guangzhou"),
        to: ("哈尔滨", "Harbin"),
        departs: "13:40",
        arrives: "18:05",
        yuan: 1_290,
    },
    Flight {
        number: "YQ4511",
        from: ("成都", "Chengdu"),
        to: ("拉萨", "Lhasa"),
        departs: "16:25",
        arrives: "18:50",
        yuan: 1_120,
    },
];
