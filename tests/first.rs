//! The first administrator by a link that is good once, and passwords that somebody else made.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use minyi::service::accounts::first::{FirstError, LIFE};
use minyi::service::accounts::own::OwnError;
use minyi::service::accounts::{Accounts, SignInError};
use minyi::storage::office::audit;
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Instant};

use crate::support::instance::{self, Instance, PASSWORD, Visitor, account, location, read};
use crate::support::{Stores, on_both};

const NOW: Instant = Instant::from_micros(1_795_000_000_000_000);

async fn actions(accounts: &Stores) -> Vec<String> {
    let mut tx = accounts.office.0.begin_read("audit").await.unwrap();
    let entries = audit::list(&mut tx.conn(), None, 100).await.unwrap();
    entries
        .into_iter()
        .map(|entry| format!("{} {} {}", entry.actor, entry.action, entry.detail))
        .collect()
}

async fn claim(accounts: &Accounts, secret: &str, name: &str) -> Result<(), FirstError> {
    let done = accounts.claim_first(secret, name, PASSWORD.to_owned());
    done.await.map(drop)
}

on_both! {
    async fn a_link_makes_one_administrator_and_is_gone(stores) {
        let accounts = Accounts::new(stores.office.clone(), Clock::at(NOW));
        let secret = accounts.offer_first().await.unwrap().unwrap();
        let text = secret.reveal();
        assert_eq!(text.len(), 32, "128 bits");
        for wrong in ["", "00", &"0".repeat(32)] {
            let refused = claim(&accounts, wrong, "root").await;
            assert!(matches!(refused, Err(FirstError::Refused)), "{refused:?}");
        }
        // What is mended costs nothing of the link.
        assert!(matches!(claim(&accounts, text, "a b").await, Err(FirstError::Create(_))));
        let weak = accounts.claim_first(text, "root", "short".to_owned()).await;
        assert!(matches!(weak, Err(FirstError::Create(_))));
        let spaced = format!(" {} {} ", text[..16].to_uppercase(), &text[16..]);
        let done = accounts.claim_first(&spaced, "Root", PASSWORD.to_owned()).await.unwrap();
        assert_eq!((done.account.name.as_str(), done.account.role), ("root", Role::Administrator));
        assert!(accounts.holder(&done.token).await.unwrap().is_some_and(|holder| !holder.password_due));
        assert!(matches!(claim(&accounts, text, "eve").await, Err(FirstError::Over)));
        assert!(accounts.offer_first().await.unwrap().is_none(), "there is an account");
        let said = actions(&stores).await;
        assert!(said.contains(&r#"console offer_first_account {"hours":24}"#.to_owned()), "{said:?}");
        let made = r#"root create_account {"role":"administrator","by":"first link"}"#;
        assert!(said.contains(&made.to_owned()), "{said:?}");
        assert!(!said.join("\n").contains(text));
    }

    async fn a_link_ends_with_its_day_with_the_next_start_and_with_any_account(stores) {
        let clock = Clock::at(NOW);
        let accounts = Accounts::new(stores.office.clone(), clock.clone());
        let first = accounts.offer_first().await.unwrap().unwrap();
        let second = accounts.offer_first().await.unwrap().unwrap();
        assert!(matches!(claim(&accounts, first.reveal(), "root").await, Err(FirstError::Refused)));
        clock.set(NOW.plus(LIFE));
        assert!(matches!(claim(&accounts, second.reveal(), "root").await, Err(FirstError::Refused)));
        let third = accounts.offer_first().await.unwrap().unwrap();
        accounts.create("ada", Role::Organizer, PASSWORD.to_owned()).await.unwrap();
        assert!(matches!(claim(&accounts, third.reveal(), "root").await, Err(FirstError::Over)));
        assert_eq!(accounts.list().await.unwrap().len(), 1);
    }

    async fn many_who_use_it_at_once_make_one_administrator(stores) {
        // Two nodes that start together: one link is left.
        let nodes = [
            Accounts::new(stores.office.clone(), Clock::at(NOW)),
            Accounts::new(stores.office.clone(), Clock::at(NOW)),
        ];
        let (one, other) = tokio::join!(nodes[0].offer_first(), nodes[1].offer_first());
        let secrets = [one.unwrap().unwrap(), other.unwrap().unwrap()];
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..12 {
            let (accounts, secret) = (nodes[n % 2].clone(), secrets[n / 2 % 2].clone());
            tries.spawn(async move { claim(&accounts, secret.reveal(), &format!("root-{n}")).await });
        }
        let done = tries.join_all().await;
        let made = done.iter().filter(|result| result.is_ok()).count();
        assert_eq!(made, 1, "{done:?}");
        assert_eq!(nodes[0].list().await.unwrap().len(), 1);
        let internal = |result: &&Result<(), FirstError>| matches!(result, Err(FirstError::Internal(_)));
        assert_eq!(done.iter().filter(internal).count(), 0, "{done:?}");
    }

    async fn a_password_of_somebody_else_is_changed_before_anything(stores) {
        let accounts = Accounts::new(stores.office.clone(), Clock::at(NOW));
        let root = accounts.create("root", Role::Administrator, PASSWORD.to_owned()).await.unwrap();
        let (fay, given) = accounts.make(&root, "fay", Role::Auditor).await.unwrap();
        let command = accounts.identify("fay", given.clone()).await;
        assert!(matches!(command, Err(SignInError::PasswordDue)), "{command:?}");
        let begun = accounts.sign_in("fay", given.clone(), "", None).await.unwrap();
        let elsewhere = accounts.sign_in("fay", given.clone(), "", None).await.unwrap();
        assert!(accounts.holder(&begun.token).await.unwrap().unwrap().password_due);
        let choose = async |text: &str| accounts.choose_password(&fay, &begun.token, text.to_owned()).await;
        assert!(matches!(choose(&given).await, Err(OwnError::Same)));
        assert!(matches!(choose("short").await, Err(OwnError::Unfit(_))));
        choose("four words of mine").await.unwrap();
        assert!(!accounts.holder(&begun.token).await.unwrap().unwrap().password_due);
        assert_eq!(accounts.holder(&elsewhere.token).await.unwrap(), None);
        assert!(matches!(choose("four words of yours").await, Err(OwnError::Changed)), "once");
        assert!(accounts.sign_in("fay", given, "", None).await.is_err());
        accounts.identify("fay", "four words of mine".to_owned()).await.unwrap();
        let said = actions(&stores).await;
        for entry in [
            r#"root create_account {"role":"auditor","password_due":true}"#,
            "fay choose_password null",
        ] {
            assert!(said.contains(&entry.to_owned()), "{entry} in {said:?}");
        }
    }
}

#[tokio::test]
async fn the_page_of_the_link_is_there_while_nobody_has_an_account() {
    let (app, _folder) = instance::open("2026-11-25T10:00").await;
    let site = instance::serve(&app).await;
    let visitor = Visitor::at(&site);
    let secret = app.accounts.offer_first().await.unwrap().unwrap();
    assert!(
        visitor
            .page("/welcome")
            .await
            .main()
            .contains("no account yet")
    );
    let form = |secret: &'static str, again: &'static str| {
        [
            ("secret", secret),
            ("name", "root"),
            ("chosen", PASSWORD),
            ("again", again),
        ]
    };
    for (wrong, said) in [
        (form("0", PASSWORD), "not good, or no longer"),
        (form("0", "another one"), "not the same"),
    ] {
        let (status, page) = read(visitor.post("/welcome", &wrong).await).await;
        assert_eq!(status, 422);
        assert!(page.main().contains(said), "{}", page.main());
        assert_eq!(page.values("#name", "value"), ["root"]);
        assert_eq!(page.values("#secret", "value"), ["0"]);
        assert!(page.values("[type=password]", "value").is_empty());
    }
    let right = [
        ("secret", secret.reveal()),
        ("name", "root"),
        ("chosen", PASSWORD),
        ("again", PASSWORD),
    ];
    // Another site's page cannot send it.
    let foreign = visitor
        .client
        .post(visitor.url("/welcome"))
        .header("sec-fetch-site", "cross-site");
    assert_eq!(foreign.form(&right).send().await.unwrap().status(), 403);
    let done = visitor.post("/welcome", &right).await;
    assert_eq!(location(&done), "/account?lang=en");
    assert!(
        visitor
            .page("/account")
            .await
            .main()
            .contains("administrator")
    );
    assert_eq!(visitor.get("/welcome").await.status(), 404);
    assert_eq!(visitor.post("/welcome", &right).await.status(), 404);
}

#[tokio::test]
async fn every_page_leads_to_the_choice_of_a_password() {
    let instance = Instance::empty().await;
    account(&instance.app, "root", Role::Administrator).await;
    let root = instance.person("root").await;
    let make = [("what", "make"), ("name", "fay"), ("role", "evaluator")];
    let (_, page) = read(root.post("/accounts", &make).await).await;
    let given = page.texts(".next code").concat();
    let fay = instance.visitor();
    let sign_in = [("name", "fay"), ("password", given.as_str())];
    assert_eq!(fay.post("/account/sign-in", &sign_in).await.status(), 303);
    let choice = "/account/new-password?lang=en";
    for place in [
        "/organize",
        "/account",
        "/data",
        "/audit",
        "/design",
        "/organize/2026q4/live",
    ] {
        assert_eq!(location(&fay.get(place).await), choice, "{place}");
    }
    let everywhere = fay.post("/account", &[("what", "everywhere")]).await;
    assert_eq!(location(&everywhere), choice);
    let form = |chosen: &'static str, again: &'static str| [("chosen", chosen), ("again", again)];
    for (wrong, said) in [
        (form("one", "other"), "not the same"),
        (form("short", "short"), "fewer than 12"),
    ] {
        let (status, page) = read(fay.post("/account/new-password", &wrong).await).await;
        assert_eq!(status, 422);
        assert!(page.main().contains(said), "{}", page.main());
    }
    let same = [("chosen", given.as_str()), ("again", given.as_str())];
    let (status, page) = read(fay.post("/account/new-password", &same).await).await;
    assert!(status == 422 && page.main().contains("you were given"));
    let good = form("four words of mine", "four words of mine");
    let done = fay.post("/account/new-password", &good).await;
    assert_eq!(location(&done), "/account?lang=en&done=password");
    assert_eq!(fay.get("/organize").await.status(), 200);
    assert_eq!(
        location(&fay.get("/account/new-password").await),
        "/account?lang=en"
    );
}

/// Ends with its test.
struct Program(std::process::Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_started_program_keeps_the_link_out_of_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minyi"));
        command
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .env("MINYI_LOG", "trace");
        command
    };
    assert!(
        run(&["init", "--data", data])
            .output()
            .unwrap()
            .status
            .success()
    );
    let address = crate::front::free_address();
    let site = format!("http://{}", address.replace("127.0.0.1", "localhost"));
    let serve = [
        "serve",
        "--data",
        data,
        "--addr",
        &address,
        "--public-url",
        &site,
    ];
    let mut program = Program(run(&serve).stderr(Stdio::piped()).spawn().unwrap());
    let lines = BufReader::new(program.0.stderr.take().unwrap()).lines();
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        lines
            .map_while(Result::ok)
            .for_each(|line| drop(send.send(line)));
    });
    let mut said = String::new();
    while !said.contains("first administrator is made is in") {
        said += &receive
            .recv_timeout(Duration::from_secs(60))
            .expect("it names a file");
    }
    let file = folder.path().join("first-administrator.txt");
    let link = std::fs::read_to_string(&file).unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "for its owner only");
    let (place, secret) = link.trim().split_once('#').unwrap();
    assert_eq!(place, format!("{site}/welcome"));
    let visitor = Visitor::at(&site);
    let form = [
        ("secret", secret),
        ("name", "root"),
        ("chosen", PASSWORD),
        ("again", PASSWORD),
    ];
    let done = visitor.post("/welcome", &form).await;
    assert_eq!(location(&done), "/account?lang=en");
    drop(program);
    said.extend(receive.iter());
    assert!(said.contains("request") && !said.contains(secret), "{said}");
    // The next start has nothing to offer and takes the file away.
    let address = crate::front::free_address();
    let again = [
        "serve",
        "--data",
        data,
        "--addr",
        &address,
        "--public-url",
        &site,
    ];
    let mut program = Program(run(&again).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(program.0.stderr.take().unwrap()).lines();
    while tokio::net::TcpStream::connect(&address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let reached = reqwest::get(format!("http://{address}/welcome"))
        .await
        .unwrap();
    assert_eq!(reached.status(), 404);
    assert!(!file.exists());
    drop(program);
    assert!(!lines.any(|line| line.unwrap_or_default().contains("first administrator")));
}
