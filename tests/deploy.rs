//! What `deploy/` ships, started as processes without containers: the unit of one node, and three nodes over a
//! primary with its standby behind nginx.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use tempfile::TempDir;

use crate::support::cluster::{Cluster, FIRST, SECOND};
use crate::support::instance::PASSWORD;
use crate::support::node::{Node, Setup, Site};
use crate::support::residents::{Fate, Resident, reconcile};

const START: Duration = Duration::from_secs(30);

fn shipped(name: &str) -> String {
    let path = format!("{}/deploy/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).unwrap()
}

/// Words of the first line that begins so.
fn words(text: &str, key: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(key));
    let line = line.unwrap_or_else(|| panic!("no {key}"));
    line.split_whitespace().map(str::to_owned).collect()
}

/// Everything that is started by a shipped file is a command that this version knows.
#[test]
fn every_shipped_command_is_one_of_this_version() {
    let mut tried = 0;
    for (file, key) in [
        ("minyi.service", "ExecStart="),
        ("minyi@.service", "ExecStart="),
        ("minyi-office.service", "ExecStart="),
        ("minyi-urn.service", "ExecStart="),
        ("compose.yaml", "command:"),
        ("compose.cluster.yaml", "command:"),
    ] {
        let words = words(&shipped(file), key);
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| *word != "/usr/local/bin/minyi")
            .collect();
        // An option that is not known is refused before help is given.
        let asked = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args(words)
            .arg("--help")
            .output()
            .unwrap();
        assert!(
            asked.status.success(),
            "{file}: {}",
            String::from_utf8_lossy(&asked.stderr)
        );
        tried += 1;
    }
    assert_eq!(tried, 6);
    // Variables that are set somewhere are read somewhere.
    let help = ["serve", "init"].map(|command| {
        let help = Command::new(env!("CARGO_BIN_EXE_minyi"))
            .args([command, "--help"])
            .output();
        String::from_utf8(help.unwrap().stdout).unwrap()
    });
    let help = help.concat();
    for file in [
        "minyi.env",
        "office.env",
        "urn.env",
        "compose.yaml",
        "compose.cluster.yaml",
    ] {
        let text = shipped(file);
        for name in text.split(|c: char| !(c.is_ascii_uppercase() || c == '_')) {
            if name.starts_with("MINYI_") {
                assert!(help.contains(name), "{file}: nobody reads {name}");
            }
        }
    }
}

/// The one node of `minyi.service`: its command with its variables, in a folder of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_unit_of_one_node_serves() {
    let site = Site::sqlite(300).await;
    let address = format!("127.0.0.1:{}", free_ports()[0]);
    let running = unit(
        "minyi.service",
        "minyi.env",
        &[
            ("/var/lib/minyi", site.data.to_str().unwrap()),
            ("127.0.0.1:8081", &address),
        ],
    );
    let client = crate::support::residents::client();
    let url = format!("http://{address}");
    wait_for(&client, &format!("{url}/s/crash/140321")).await;
    let mut residents = Resident::all(&site);
    residents.truncate(20);
    for resident in &mut residents {
        resident.open(&client, &url).await.unwrap();
        assert_eq!(resident.send(&client, &url).await.unwrap().status, 200);
    }
    drop(running);
    assert_eq!(reconcile(&site, &residents).await.pool, 20);
}

/// The two programs of a divided service, each with its command, variables and folder.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_units_of_two_programs_serve() {
    let site = Site::apart(300).await;
    let [office, urn] = free_ports().map(|port| format!("127.0.0.1:{port}"));
    let folder = site.urn_data.as_ref().unwrap();
    let _office = unit(
        "minyi-office.service",
        "office.env",
        &[
            ("/var/lib/minyi-office", site.data.to_str().unwrap()),
            ("127.0.0.1:8081", &office),
        ],
    );
    let _urn = unit(
        "minyi-urn.service",
        "urn.env",
        &[
            ("/var/lib/minyi-urn", folder.to_str().unwrap()),
            ("127.0.0.1:8082", &urn),
        ],
    );
    let client = crate::support::residents::client();
    wait_for(&client, &format!("http://{office}/s/crash/140321")).await;
    wait_for(&client, &format!("http://{urn}/log/crash/checkpoint")).await;
    let foreign = client.get(format!("http://{urn}/s/crash/140321")).send();
    assert_eq!(foreign.await.unwrap().status().as_u16(), 404);
    let page = client.get(format!("http://{office}/s/crash/140321")).send();
    let text = page.await.unwrap().text().await.unwrap();
    assert!(text.contains("data-urn=\"https://urn.minyi.example/urn/crash"));
}

/// The command of a shipped unit with its shipped variables, at places of a test.
fn unit(file: &str, variables: &str, places: &[(&str, &str)]) -> Running {
    let mut command = words(&shipped(file), "ExecStart=");
    for word in &mut command {
        *word = word.replace("/usr/local/bin/minyi", env!("CARGO_BIN_EXE_minyi"));
        for (shipped, here) in places {
            *word = word.replace(shipped, here);
        }
    }
    let mut process = Command::new(&command[0]);
    process.args(&command[1..]);
    for line in shipped(variables)
        .lines()
        .filter(|line| line.starts_with("MINYI_"))
    {
        let (name, value) = line.split_once('=').unwrap();
        process.env(name, value);
    }
    let started = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Running(started.unwrap())
}

/// Two ports that nobody listens on.
fn free_ports() -> [u16; 2] {
    let free = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    free.map(|socket| socket.local_addr().unwrap().port())
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.0.wait();
    }
}

async fn wait_for(client: &Client, url: &str) {
    let begun = Instant::now();
    loop {
        let answer = client.get(url).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        assert!(begun.elapsed() < START, "nobody answers at {url}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A certificate for localhost, made for this test.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let done = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output()
        .expect("openssl is installed");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    (cert, key)
}

/// nginx with the shipped file in front of these nodes, on one port with TLS and on one without.
fn proxy(folder: &Path, [secure, plain]: [u16; 2], nodes: &[Node]) -> Running {
    let (cert, key) = certificate(folder);
    let mut text = shipped("nginx.conf")
        .replace("/etc/minyi/cert.pem", cert.to_str().unwrap())
        .replace("/etc/minyi/key.pem", key.to_str().unwrap())
        .replace("/run/minyi-nginx.pid", folder.join("pid").to_str().unwrap())
        .replace("/var/log/nginx", folder.to_str().unwrap())
        .replace(
            "listen 443 ssl;",
            &format!("listen 127.0.0.1:{secure} ssl;\n        listen 127.0.0.1:{plain};"),
        )
        .replace("server_name minyi.example", "server_name localhost");
    for (place, node) in nodes.iter().enumerate() {
        let address = node.site.strip_prefix("http://").unwrap();
        text = text.replace(&format!("127.0.0.1:808{}", place + 1), address);
    }
    // Files of its own, in a folder that only this user may enter.
    let own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {};", folder.join(name).display()));
    text = text.replace("http {", &format!("http {{\n{}", own.join("\n")));
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if is_root {
        text = format!("user root;\n{text}");
    }
    let file = folder.join("nginx.conf");
    fs::write(&file, text).unwrap();
    let started = Command::new("nginx")
        .arg("-p")
        .arg(folder)
        .args(["-g", "daemon off;", "-c"])
        .arg(&file)
        .stdin(Stdio::null())
        .spawn();
    Running(started.expect("nginx is installed"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_over_a_primary_and_its_standby_serve_behind_the_proxy() {
    let cluster = Cluster::start();
    // As the containers do it: one database by the image, the rest by the shipped script, then a new start.
    cluster.psql(FIRST, "CREATE DATABASE minyi_office");
    let script = format!("{}/deploy/postgres-init.sh", env!("CARGO_MANIFEST_DIR"));
    cluster.script(FIRST, Path::new(&script));
    cluster.kill(FIRST);
    cluster.run(FIRST);
    let named = words(&shipped("compose.cluster.yaml"), "sh -c \"[ -s").join(" ");
    assert!(named.contains("application_name=standby"), "{named}");
    cluster.add_standby_named("standby");
    let folder = TempDir::new().unwrap();
    let source = |store: &str| cluster.source(&[FIRST, SECOND], &format!("minyi_{store}"));
    let site = Site::on(source("office"), source("urn"), folder, 400).await;
    let ports = free_ports();
    let public = format!("https://localhost:{}", ports[0]);
    let front = format!("http://127.0.0.1:{}", ports[1]);
    let mut machines = Vec::new();
    let mut nodes = Vec::new();
    for _ in 0..3 {
        // A copy of the keys and nothing else, as on a machine of its own.
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let copied = Command::new("cp")
            .arg("-a")
            .arg(site.data.join("keys"))
            .arg(&data)
            .status();
        assert!(copied.unwrap().success());
        let machine = site.elsewhere(folder, source("office"), source("urn"));
        let setup = Setup {
            arguments: vec![
                "--public-url".into(),
                public.clone().into(),
                "--trusted-proxy".into(),
                "127.0.0.1".into(),
            ],
            ..Setup::default()
        };
        nodes.push(Node::start_with(&machine, &setup).await);
        machines.push(machine);
    }
    let place = TempDir::new().unwrap();
    let running = proxy(place.path(), ports, &nodes);
    let client = Client::builder()
        .redirect(Policy::none())
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    wait_for(&client, &format!("{front}/s/crash/140321")).await;
    let greeted = Command::new("openssl")
        .args([
            "s_client",
            "-brief",
            "-verify_return_error",
            "-verify_hostname",
            "localhost",
        ])
        .args(["-connect", &format!("127.0.0.1:{}", ports[0]), "-CAfile"])
        .arg(place.path().join("cert.pem"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&greeted.stderr).into_owned();
    assert!(
        greeted.status.success() && said.contains("TLSv1.3"),
        "{said}"
    );

    let mut residents = Resident::all(&site);
    let never = residents.split_off(120);
    for resident in &mut residents[..60] {
        resident.open(&client, &front).await.unwrap();
        assert_eq!(resident.send(&client, &front).await.unwrap().status, 200);
    }
    // Staff sign in: Origin and Host came through, and a form of another site did not.
    let sign_in = |origin: String| {
        client
            .post(format!("{front}/account/sign-in"))
            .header(HOST, format!("localhost:{}", ports[0]))
            .header(ORIGIN, origin)
            .form(&[("name", "ada"), ("password", PASSWORD)])
            .send()
    };
    let stranger = sign_in("https://elsewhere.example".to_owned())
        .await
        .unwrap();
    assert_eq!(stranger.status(), 403);
    let welcome = sign_in(public.clone()).await.unwrap();
    assert!(welcome.status().is_redirection(), "{}", welcome.status());
    assert!(welcome.headers().contains_key(LOCATION));
    let cookie = welcome.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let desk = client
        .get(format!("{front}/organize"))
        .header(COOKIE, cookie);
    assert!(desk.send().await.unwrap().status().is_success());

    // A node is gone, then the primary: residents go on.
    nodes.remove(0).kill();
    for resident in &mut residents[60..90] {
        resident.open(&client, &front).await.unwrap();
        assert_eq!(resident.send(&client, &front).await.unwrap().status, 200);
    }
    cluster.kill(FIRST);
    cluster.promote();
    let begun = Instant::now();
    for resident in &mut residents[90..] {
        while !matches!(resident.fate, Fate::Acknowledged(_)) {
            assert!(begun.elapsed() < START, "nobody is served");
            if resident.body.is_none() {
                resident.open(&client, &front).await.unwrap();
            } else {
                resident.send(&client, &front).await.unwrap();
            }
        }
    }
    drop((running, nodes, machines));
    let all: Vec<Resident> = residents.into_iter().chain(never).collect();
    assert_eq!(reconcile(&site, &all).await.acknowledged, 120);
    let logged = fs::read_to_string(place.path().join("minyi-access.log")).unwrap();
    assert!(logged.contains(" /organize "), "staff pages are: {logged}");
    let errors = fs::read_to_string(place.path().join("minyi-error.log")).unwrap();
    for text in [&logged, &errors] {
        assert!(
            !text.contains("/s/") && !text.contains("127.0.0.1"),
            "{text}"
        );
    }
}
