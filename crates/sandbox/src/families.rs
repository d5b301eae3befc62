//! Invented households: who lives together, how old they are, and whose guardians the grown-ups are.
//!
//! Civil Code of the PRC art. 27: "父母是未成年子女的监护人。" (Parents are the guardians of their minor children.)

use crate::dice::Dice;
use crate::names::{Sex, Written, surname};

/// Where someone stands in the household.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Father or mother of the children here, or living alone or as a couple.
    Grown,
    /// Child of the grown-ups here, of whatever age.
    Child,
    /// Father or mother of one of the grown-ups here.
    Grandparent,
}

/// Someone not yet named or numbered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) role: Role,
    pub(crate) surname: Written,
    pub(crate) sex: Sex,
    /// Whole years on the day the sandbox is invented for.
    pub(crate) age: i16,
}

/// One household; grown-ups come first.
pub(crate) fn household(dice: &mut Dice) -> Vec<Member> {
    match dice.weighted(HOUSEHOLDS, Shape::Alone) {
        Shape::Alone => vec![grown(dice, 18, 70)],
        Shape::Couple => couple(dice, 23, 62),
        Shape::Old => old(dice),
        Shape::Parents => parents(dice),
        Shape::OneParent => one_parent(dice),
        Shape::ThreeGenerations => three_generations(dice),
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Alone,
    Couple,
    Old,
    Parents,
    OneParent,
    ThreeGenerations,
}

/// Percent of households; chosen so that about a fifth of all persons are under eighteen and a fifth over sixty.
const HOUSEHOLDS: &[(u32, Shape)] = &[
    (16, Shape::Alone),
    (12, Shape::Couple),
    (22, Shape::Old),
    (32, Shape::Parents),
    (6, Shape::OneParent),
    (12, Shape::ThreeGenerations),
];

/// The youngest parent: the sandbox invents no teenage mothers.
const YOUNGEST_PARENT: i16 = 21;
/// The oldest age at which an invented parent got a child.
const OLDEST_PARENT: i16 = 44;
/// Children older than this have moved out.
const OLDEST_CHILD_AT_HOME: i16 = 27;

fn someone(dice: &mut Dice) -> Sex {
    if dice.chance(50) { Sex::Female } else { Sex::Male }
}

fn grown(dice: &mut Dice, least: i16, most: i16) -> Member {
    Member {
        role: Role::Grown,
        surname: surname(dice),
        sex: someone(dice),
        age: dice.between(least, most),
    }
}

fn couple(dice: &mut Dice, least: i16, most: i16) -> Vec<Member> {
    let wife = Member { sex: Sex::Female, ..grown(dice, least, most) };
    let age = (wife.age + dice.between(-2, 5)).clamp(least, most);
    let husband = Member { sex: Sex::Male, age, ..grown(dice, least, most) };
    vec![husband, wife]
}

/// One or two old people; fewer and fewer towards a hundred.
fn old(dice: &mut Dice) -> Vec<Member> {
    let most = dice.weighted(&[(50, 74), (34, 84), (13, 94), (3, 100)], 74);
    if dice.chance(65) { couple(dice, 60, most) } else { vec![grown(dice, 60, most)] }
}

fn parents(dice: &mut Dice) -> Vec<Member> {
    let mut family = couple(dice, 24, 50);
    let count = dice.weighted(&[(52, 1), (40, 2), (8, 3)], 1);
    add_children(&mut family, count, dice);
    family
}

fn one_parent(dice: &mut Dice) -> Vec<Member> {
    let mut family = vec![grown(dice, 25, 50)];
    let count = dice.weighted(&[(80, 1), (20, 2)], 1);
    add_children(&mut family, count, dice);
    family
}

fn three_generations(dice: &mut Dice) -> Vec<Member> {
    let mut family = parents(dice);
    let father = family.iter().find(|member| member.sex == Sex::Male).copied();
    for mut elder in couple(dice, 52, 78) {
        elder.role = Role::Grandparent;
        if let Some(father) = father {
            elder.age = (father.age + dice.between(YOUNGEST_PARENT, 30)).min(100);
            if elder.sex == Sex::Male {
                elder.surname = father.surname;
            }
        }
        family.push(elder);
    }
    family
}

/// Children take the surname of the first grown-up and are as old as their parents' ages allow.
fn add_children(family: &mut Vec<Member>, count: u32, dice: &mut Dice) {
    let Some(first) = family.first().copied() else { return };
    let youngest = family.iter().map(|parent| parent.age).min().unwrap_or(first.age);
    let eldest = family.iter().map(|parent| parent.age).max().unwrap_or(first.age);
    let most = (youngest - YOUNGEST_PARENT).clamp(0, OLDEST_CHILD_AT_HOME);
    let least = (eldest - OLDEST_PARENT).clamp(0, most);
    for _ in 0..count {
        let child = Member {
            role: Role::Child,
            surname: first.surname,
            sex: someone(dice),
            age: dice.between(least, most),
        };
        family.push(child);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Seed;

    #[test]
    fn no_child_lives_without_a_parent_old_enough() {
        let mut dice = Seed::from_words("households").dice("test");
        for _ in 0..5_000 {
            let family = household(&mut dice);
            let parents: Vec<_> = family.iter().filter(|m| m.role == Role::Grown).collect();
            assert!(!parents.is_empty() && parents.iter().all(|p| p.age >= 18));
            for child in family.iter().filter(|m| m.role == Role::Child) {
                assert!(parents.iter().all(|p| p.age - child.age >= YOUNGEST_PARENT), "{family:?}");
            }
        }
    }

    #[test]
    fn ages_stay_between_nought_and_a_hundred() {
        let mut dice = Seed::from_words("ages").dice("test");
        assert!((0..5_000).flat_map(|_| household(&mut dice)).all(|m| (0..=100).contains(&m.age)));
    }
}
