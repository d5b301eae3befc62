//! Logging in: the first time a page to approve, from then on one click; and who one is where.

use yinzheng_testkit::{Page, Town, stories};

stories!(
    the_second_login_takes_no_page,
    another_organisation_knows_somebody_else,
    two_applications_of_one_organisation_know_the_same_person,
);

async fn the_second_login_takes_no_page(town: Town) {
    let mut li = town.enrolled(34).await;
    let first = li.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(first.pages, [Page::Approve]);
    let first = town.redeem(&first.code()).await.unwrap();

    town.world.pass(3600);
    let second = li.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(second.pages, []);
    assert_eq!(town.redeem(&second.code()).await.unwrap().sub(), first.sub());
}

async fn another_organisation_knows_somebody_else(town: Town) {
    let (mut li, mut wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let mut subs = Vec::new();
    for application in [town.airline(), town.shop()] {
        for person in [&mut li, &mut wang] {
            let code = person.agree_to(&application).await;
            subs.push(town.redeem(&code).await.unwrap().sub().to_owned());
        }
    }
    subs.sort();
    subs.dedup();
    assert_eq!(subs.len(), 4, "every person is somebody else at every organisation");
    for sub in subs {
        assert!(sub.len() == 32 && !sub.contains(li.net_number.as_str()));
    }
}

async fn two_applications_of_one_organisation_know_the_same_person(town: Town) {
    let mut li = town.enrolled(34).await;
    let on_the_web = li.agree_to(&town.airline()).await;
    let in_the_app = li.go(&town.ask(&town.airline_app())).await.unwrap();
    assert_eq!(in_the_app.pages, [Page::Approve], "consent is given to each application");
    let on_the_web = town.redeem(&on_the_web).await.unwrap();
    let in_the_app = town.redeem(&in_the_app.code()).await.unwrap();
    assert_eq!(on_the_web.sub(), in_the_app.sub());
}
