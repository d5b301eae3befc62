//! Sessions end, and the servers of relying parties are told: each in its own words, once, however many processes run.

use formats::UnverifiedJws;
use protocol::oauth::ClientMetadata;
use serde_json::{Map, Value, json};
use yinzheng_testkit::{Application, Cell, Holder, Posted, Told, Town, refusal, stories};

stories!(
    a_lock_ends_sessions_and_each_party_is_told_in_its_own_words,
    who_registered_nothing_is_neither_named_a_session_nor_remembered,
    whatever_ends_a_certificate_ends_its_sessions,
    withdrawing_ends_the_session_there_and_nowhere_else,
    a_stolen_refresh_token_ends_every_session_at_the_client,
    who_does_not_answer_is_asked_later_and_keeps_nobody_waiting,
    two_processes_deliver_once,
    a_letter_is_sealed_and_stands_in_the_persons_file,
    what_nobody_takes_in_a_day_is_given_up,
);

const MUSEUM: &str = "https://museum.example/logout";
const THEATRE: &str = "https://theatre.example/logout?stage=2";

fn told_at(uri: &str) -> ClientMetadata {
    ClientMetadata {
        backchannel_logout_uri: Some(uri.parse().unwrap()),
        backchannel_logout_session_required: true,
        ..ClientMetadata::default()
    }
}

async fn museum(town: &Town) -> Application {
    town.newcomer("museum", "77", told_at(MUSEUM)).await
}

async fn theatre(town: &Town) -> Application {
    town.newcomer("theatre", "88", told_at(THEATRE)).await
}

async fn log_in(town: &Town, holder: &mut Holder, application: &Application) -> Told {
    town.redeem(&holder.agree_to(application).await).await.unwrap()
}

/// The claims of a logout token, verified as a relying party would.
fn read(town: &Town, posted: &Posted) -> Map<String, Value> {
    let jws = UnverifiedJws::parse(&posted.content, 4096).unwrap();
    assert_eq!(jws.unverified_header().typ.as_deref(), Some("logout+jwt"));
    town.verified(&posted.content)
}

async fn a_lock_ends_sessions_and_each_party_is_told_in_its_own_words(town: Town) {
    let (museum, theatre) = (museum(&town).await, theatre(&town).await);
    let mut li = town.enrolled(34).await;
    let at_museum = log_in(&town, &mut li, &museum).await;
    log_in(&town, &mut li, &museum).await;
    let at_theatre = log_in(&town, &mut li, &theatre).await;
    assert_eq!(town.census().await.count("served_sessions"), 2);
    assert_ne!(at_museum.id_token["sid"], at_theatre.id_token["sid"]);

    li.lock().await.unwrap();
    assert_eq!(town.census().await.count("served_sessions"), 0);
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 2);
    for (to, client, told) in [(MUSEUM, "museum", &at_museum), (THEATRE, "theatre", &at_theatre)] {
        let posted = town.mailboxes.at(to);
        assert_eq!(posted.len(), 1, "{to}");
        let token = read(&town, &posted[0]);
        let now = town.platform.now().as_second();
        assert_eq!(token["iss"], "https://id.example");
        assert_eq!(token["aud"], client);
        assert_eq!(token["sub"], told.sub());
        assert_eq!(token["sid"], told.id_token["sid"]);
        assert_eq!((&token["iat"], &token["exp"]), (&json!(now), &json!(now + 120)));
        let events = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
        assert_eq!(token["events"], events);
        assert!(token["jti"].as_str().unwrap().len() >= 20 && !token.contains_key("nonce"));
    }
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    assert_eq!(town.census().await.count("deliveries"), 0);
}

async fn who_registered_nothing_is_neither_named_a_session_nor_remembered(town: Town) {
    let mut li = town.enrolled(34).await;
    for application in [town.airline(), town.shop()] {
        let told = log_in(&town, &mut li, &application).await;
        assert!(!told.id_token.contains_key("sid"));
    }
    let bye = "https://cinema.example/bye".parse().unwrap();
    let metadata =
        ClientMetadata { post_logout_redirect_uris: vec![bye], ..ClientMetadata::default() };
    let cinema = town.newcomer("cinema", "99", metadata).await;
    assert!(log_in(&town, &mut li, &cinema).await.id_token.contains_key("sid"));
    assert_eq!(town.census().await.count("served_sessions"), 0);
    li.lock().await.unwrap();
    assert_eq!(town.census().await.count("deliveries"), 0);
}

async fn whatever_ends_a_certificate_ends_its_sessions(town: Town) {
    let museum = museum(&town).await;
    let mut li = town.enrolled(34).await;
    let told = log_in(&town, &mut li, &museum).await;
    let mut anew = li.resident.enrol().await;
    town.platform.deliver_letters().await.unwrap();
    let posted = town.mailboxes.at(MUSEUM);
    assert_eq!(read(&town, &posted[0])["sid"], told.id_token["sid"]);

    town.world.pass(8 * 24 * 60 * 60);
    anew.sign_in().await.unwrap();
    let again = log_in(&town, &mut anew, &museum).await;
    anew.cancel().await.unwrap();
    let census = town.census().await;
    assert_eq!((census.count("served_sessions"), census.count("deliveries")), (0, 1));
    let row = &census.rows("deliveries")[0];
    assert!(row.iter().any(|cell| matches!(cell, Cell::Null)), "nobody's any more");
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    let token = read(&town, &town.mailboxes.at(MUSEUM)[1]);
    assert_eq!((&token["sub"], &token["sid"]), (&json!(again.sub()), &again.id_token["sid"]));
}

async fn withdrawing_ends_the_session_there_and_nowhere_else(town: Town) {
    let (museum, theatre) = (museum(&town).await, theatre(&town).await);
    let mut li = town.enrolled(34).await;
    log_in(&town, &mut li, &museum).await;
    log_in(&town, &mut li, &theatre).await;
    let overview = town.platform.overview(&li.session).await.unwrap();
    let consents = &overview.consents;
    let there = consents.iter().find(|consent| consent.client_en == "museum");
    town.platform.withdraw(&li.session, there.unwrap().id).await.unwrap();
    town.platform.deliver_letters().await.unwrap();
    assert_eq!((town.mailboxes.at(MUSEUM).len(), town.mailboxes.at(THEATRE).len()), (1, 0));
    assert_eq!(town.census().await.count("served_sessions"), 1);
}

async fn a_stolen_refresh_token_ends_every_session_at_the_client(town: Town) {
    let lenient = ClientMetadata { backchannel_logout_session_required: false, ..told_at(MUSEUM) };
    let museum = town.newcomer("museum", "77", lenient).await;
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&museum).with("scope", "openid scene:insure offline_access");
    let first = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
    town.refresh(&museum, &first.refresh_token()).await.unwrap();
    town.world.pass(61);
    let stolen = town.refresh(&museum, &first.refresh_token()).await;
    assert_eq!(refusal(stolen), "refresh_token_reused");
    town.platform.deliver_letters().await.unwrap();
    let token = read(&town, &town.mailboxes.at(MUSEUM)[0]);
    assert_eq!((&token["sub"], &token["sid"]), (&json!(first.sub()), &first.id_token["sid"]));

    // The session is over, the access goes on: then all of the person's sessions are meant.
    let first = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
    town.refresh(&museum, &first.refresh_token()).await.unwrap();
    town.world.pass(9 * 60 * 60);
    town.platform.purge().await.unwrap();
    let stolen = town.refresh(&museum, &first.refresh_token()).await;
    assert_eq!(refusal(stolen), "refresh_token_reused");
    town.platform.deliver_letters().await.unwrap();
    let token = read(&town, &town.mailboxes.at(MUSEUM)[1]);
    assert_eq!(token["sub"], first.sub());
    assert!(!token.contains_key("sid"));
}

async fn who_does_not_answer_is_asked_later_and_keeps_nobody_waiting(town: Town) {
    let (museum, theatre) = (museum(&town).await, theatre(&town).await);
    town.mailboxes.dies(MUSEUM);
    for years in [34, 35, 36] {
        let mut holder = town.enrolled(years).await;
        log_in(&town, &mut holder, &museum).await;
        log_in(&town, &mut holder, &theatre).await;
        holder.lock().await.unwrap();
    }
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 3);
    assert_eq!(town.mailboxes.at(THEATRE).len(), 3);
    assert_eq!(town.platform.clients_waiting().await.unwrap(), Vec::<String>::new());
    // Half a minute, then a minute: the waits grow, and everything for the museum waits together.
    town.world.pass(30);
    assert_eq!(town.platform.clients_waiting().await.unwrap(), ["museum"]);
    town.platform.deliver_letters().await.unwrap();
    town.world.pass(30);
    assert_eq!(town.platform.clients_waiting().await.unwrap(), Vec::<String>::new());
    town.mailboxes.revives(MUSEUM);
    town.world.pass(60);
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 3);
    let now = town.platform.now().as_second();
    for posted in town.mailboxes.at(MUSEUM) {
        // Signed when it is sent, not when it was written.
        assert_eq!(read(&town, &posted)["iat"], now);
    }

    // A refusal would be repeated: the letter goes.
    town.mailboxes.refuses(MUSEUM);
    let mut holder = town.enrolled(37).await;
    log_in(&town, &mut holder, &museum).await;
    holder.lock().await.unwrap();
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    assert_eq!(town.census().await.count("deliveries"), 0);
}

async fn two_processes_deliver_once(town: Town) {
    let museum = museum(&town).await;
    for years in 34..42 {
        let mut holder = town.enrolled(years).await;
        log_in(&town, &mut holder, &museum).await;
        holder.lock().await.unwrap();
    }
    let processes = [town.clone(), town.restarted(), town.restarted()];
    let under_way: Vec<_> = processes
        .into_iter()
        .map(|one| tokio::spawn(async move { one.platform.deliver_to("museum").await.unwrap() }))
        .collect();
    let mut taken = 0;
    for one in under_way {
        taken += one.await.unwrap();
    }
    assert_eq!((taken, town.mailboxes.at(MUSEUM).len()), (8, 8));
    let mut subjects: Vec<_> =
        town.mailboxes.at(MUSEUM).iter().map(|one| read(&town, one)["sub"].to_string()).collect();
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 8);
}

async fn a_letter_is_sealed_and_stands_in_the_persons_file(town: Town) {
    let (museum, theatre) = (museum(&town).await, theatre(&town).await);
    let mut li = town.enrolled(34).await;
    log_in(&town, &mut li, &theatre).await;
    let told = log_in(&town, &mut li, &museum).await;
    let there = town.platform.overview(&li.session).await.unwrap().consents;
    let there = there.iter().find(|consent| consent.client_en == "museum").unwrap();
    town.platform.withdraw(&li.session, there.id).await.unwrap();

    let census = town.census().await;
    let sealed = census.rows("deliveries").iter().flatten().any(|cell| match cell {
        Cell::Bytes(bytes) => bytes.windows(told.sub().len()).any(|w| w == told.sub().as_bytes()),
        Cell::Text(text) => text.contains(told.sub()),
        Cell::Int(_) | Cell::Null => false,
    });
    assert!(!sealed, "the row says to whom, and not of whom");
    let file = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(file["letters"][0]["client"], "museum");
    assert_eq!(file["letters"][0]["kind"], "logout");
    assert_eq!(file["sessions_at"][0]["client"], "theatre");
    assert_eq!(file["sessions_at"].as_array().unwrap().len(), 1);
}

async fn what_nobody_takes_in_a_day_is_given_up(town: Town) {
    let museum = museum(&town).await;
    town.mailboxes.dies(MUSEUM);
    let mut li = town.enrolled(34).await;
    log_in(&town, &mut li, &museum).await;
    li.lock().await.unwrap();
    town.platform.deliver_letters().await.unwrap();
    town.mailboxes.revives(MUSEUM);
    town.world.pass(24 * 60 * 60);
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("deliveries"), 0);
}
