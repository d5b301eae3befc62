//! What an enrolment costs while a nation enrols: generated persons are added a tenth at a time, and after each tenth
//! real ones enrol, chip and all.

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Options,
    enrol::enrol,
    fill::fill,
    town::{self, Town},
};

/// Times it is measured, the empty platform included.
const MEASURED: u32 = 11;
const CLIENTS: usize = 4;
/// A tenth of the nation enrols in one.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Where the picture goes.
const PICTURE: &str = "nation.svg";

/// The platform at one size.
struct Point {
    persons: u64,
    /// Server CPU of one enrolment.
    each: Duration,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let town = Town::found(None).await?;
    let mut travellers = town::travellers(&town.registry);
    let share = travellers.len() / (MEASURED as usize + 1);
    enrol(&town, travellers.split_off(travellers.len() - share), CLIENTS).await?;
    let tenth = options.persons / u64::from(MEASURED - 1);
    println!(
        "{:>10} {:>14} {:>12} {:>12} {:>14} {:>10}",
        "persons", "server CPU", "median", "p99", "a row's time", "bytes each"
    );
    let mut points: Vec<Point> = Vec::new();
    for number in 0..MEASURED {
        let (today, begun) = (Timestamp::now(), Instant::now());
        let persons = tenth * u64::from(number);
        if number > 0 {
            let from = today - DAY * i32::try_from(MEASURED - number)?;
            fill(&town.location(), persons - tenth..persons, from, from + DAY).await?;
        }
        let filled = begun.elapsed() / u32::try_from(tenth)?;
        let some = travellers.split_off(travellers.len() - share);
        let enrolled = enrol(&town, some, CLIENTS).await?;
        println!(
            "{persons:>10} {:>14.2?} {:>12.1?} {:>12.1?} {filled:>14.1?} {:>10}",
            enrolled.each(),
            enrolled.median,
            enrolled.p99,
            town.stored()? / persons.max(1),
        );
        points.push(Point { persons, each: enrolled.each() });
    }
    fs::write(PICTURE, picture(&points)?)?;
    println!("\n{PICTURE} shows it");
    Ok(())
}

/// A line over the number of persons, from zero milliseconds up.
#[expect(clippy::cast_precision_loss, reason = "a nation is far below 2^52")]
fn picture(points: &[Point]) -> Result<String> {
    let (width, height, left, bottom) = (640.0, 240.0, 56.0, 40.0);
    let most = points.iter().map(|point| point.persons).max().unwrap_or(1).max(1);
    let dearest = points.iter().map(|point| point.each).max().unwrap_or_default();
    let top = (dearest.as_secs_f64() * 1e3 * 1.25).ceil();
    let across = |persons: u64| left + (width - left - 24.0) * persons as f64 / most as f64;
    let up = |ms: f64| height - bottom - (height - bottom - 16.0) * ms / top;
    let line: Vec<String> = points
        .iter()
        .map(|point| {
            format!("{:.1},{:.1}", across(point.persons), up(point.each.as_secs_f64() * 1e3))
        })
        .collect();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Server CPU of one enrolment by persons enrolled</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for share in 0..=4 {
        let ms = top * f64::from(share) / 4.0;
        let y = up(ms);
        writeln!(
            svg,
            "<path d=\"M{left} {y:.1}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{ms:.1} ms</text>",
            width - 24.0,
            left - 6.0,
            y + 4.0
        )?;
    }
    for point in points.iter().step_by(2) {
        let x = across(point.persons);
        writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{} M</text>",
            height - bottom + 18.0,
            point.persons as f64 / 1e6
        )?;
    }
    writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#b3261e\" stroke-width=\"2\"/>\n</svg>",
        line.join(" ")
    )?;
    Ok(svg)
}
