//! The server as another process: started, looked at through `/proc`, and ended with the driver.

use std::io::Result;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::instance::Stores;

/// Clock ticks of a second in `/proc`, the same on every Linux machine (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

/// A child that ends when this is dropped.
pub struct Server {
    child: Child,
    pub port: u16,
}

impl Server {
    /// The floor.
    pub async fn floor(folder: &Path) -> Result<Self> {
        let mut command = itself()?;
        command.arg("--probe").arg(folder.join("floor.sqlite"));
        Self::start(command, "--port").await
    }

    /// The program itself on SQLite; on PostgreSQL the same service, started from here.
    pub async fn minyi(folder: &Path, stores: &Stores) -> Result<Self> {
        match stores {
            Stores::Sqlite => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_minyi"));
                command.arg("serve").arg("--data").arg(folder);
                command.args(["--public-url", "http://localhost"]);
                Self::start(command, "--addr").await
            }
            Stores::Postgres { office, urn } => {
                let mut command = itself()?;
                command.arg("--serve").arg(folder).arg(office).arg(urn);
                Self::start(command, "--port").await
            }
        }
    }

    async fn start(mut command: Command, option: &str) -> Result<Self> {
        let port = free_port()?;
        let address = match option {
            "--addr" => format!("127.0.0.1:{port}"),
            _ => port.to_string(),
        };
        let child = command
            .args([option, &address])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self { child, port };
        let begun = Instant::now();
        while let Err(error) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await {
            if begun.elapsed() > Duration::from_mins(1) {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(server)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Seconds of processor time so far.
    pub fn cpu(&self) -> f64 {
        cpu(self.id())
    }

    /// Memory in use now and at its largest, in megabytes.
    pub fn memory(&self) -> (f64, f64) {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.id()));
        let text = text.unwrap_or_default();
        let kilobytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            number.unwrap_or(f64::NAN) / 1024.0
        };
        (kilobytes("VmRSS:"), kilobytes("VmHWM:"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Seconds of processor time that a process has used.
fn cpu(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS
}

/// Seconds of processor time of a PostgreSQL server and of its children, those that have ended too.
pub fn cpu_of_family(parent: u32) -> f64 {
    let living = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let living = living.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let children = living.filter(|id| {
        let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let after_name = text.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(parent.to_string().as_str())
    });
    children.map(cpu).sum::<f64>() + cpu(parent)
}

fn itself() -> Result<Command> {
    Ok(Command::new(std::env::current_exe()?))
}

fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}
