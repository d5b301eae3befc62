//! A private PostgreSQL: its own data, a free port on loopback, gone when we are; durable as in production where its data stay.
//!
//! The engine is looked after by a small shell script that waits for the end of its input. However we end (a return, a
//! panic, Ctrl-C, `kill -9`), that input ends with us, and the script stops the engine and removes its data. If the engine
//! ends first, so does the script.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::tools::postgres_programs;

/// `$1` the programs, `$2` the folder, `$3` the port, `$4` whether the data stay.
const KEEPER: &str = r#"
    PATH="$1:$PATH"
    data="$2/data"
    [ -e "$data" ] || initdb -D "$data" --auth=trust --username=postgres --encoding=UTF8 --locale=C --no-sync >"$2/initdb.log" 2>&1 || exit
    # What goes with the engine survives no power cut, and need not wait for the disk; a killed engine finds all it acknowledged.
    sync=off
    [ "$4" = stay ] && sync=on
    exec 3<&0 </dev/null 2>/dev/null
    postgres -D "$data" -c listen_addresses=127.0.0.1 -c port="$3" -c unix_socket_directories= \
        -c fsync="$sync" -c synchronous_commit=on -c max_connections=400 -c recovery_init_sync_method=syncfs >>"$2/log" 2>&1 3<&- &
    engine=$!
    tries=0
    until pg_isready -q -h 127.0.0.1 -p "$3"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { kill -QUIT $engine; exit; }
        sleep 0.1
    done
    echo ready
    { cat <&3; kill -INT $engine; } >/dev/null &
    wait $engine
    [ "$4" = stay ] || rm -rf "$2"
"#;

/// What the cluster should be like.
#[derive(Default)]
pub(crate) struct Wish {
    /// Where its data stay; without it they go when the cluster goes.
    pub(crate) folder: Option<PathBuf>,
    /// Its port; without it one that is free.
    pub(crate) port: Option<u16>,
}

/// A running PostgreSQL.
pub(crate) struct Cluster {
    keeper: Child,
    port: u16,
}

impl Cluster {
    /// Starts it and waits until it answers.
    pub(crate) fn start(wish: &Wish) -> Result<Self> {
        let programs = postgres_programs().context("PostgreSQL is not installed")?;
        let port = wish.port.map_or_else(free_port, Ok)?;
        let folder = wish.folder.clone().unwrap_or_else(|| passing_folder(port));
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let owner = Owner::of_engine()?;
        owner.take(&folder)?;

        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(programs).arg(&folder).arg(port.to_string());
        keeper.arg(if wish.folder.is_some() { "stay" } else { "go" });
        // Its own process group: Ctrl-C is for us, and the engine is stopped in order.
        keeper.current_dir(&folder).process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        owner.become_by(&mut keeper);
        let mut keeper = keeper.spawn().context("cannot run sh")?;

        let mut said = String::new();
        if let Some(output) = &mut keeper.stdout {
            BufReader::new(output).read_line(&mut said)?;
        }
        let cluster = Self { keeper, port };
        if said.trim() == "ready" {
            return Ok(cluster);
        }
        let words = |name| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        bail!("PostgreSQL did not start:\n{}{}", words("initdb.log"), words("log"))
    }

    /// Its address, without a database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    /// Waits until somebody ends us, or the engine.
    pub(crate) fn wait(mut self) -> Result<()> {
        // `Child::wait` would close the input, hence end the keeper; its output ends when it does.
        if let Some(output) = &mut self.keeper.stdout {
            std::io::copy(output, &mut std::io::sink())?;
        }
        bail!("PostgreSQL ended by itself")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Closes the keeper's input, then waits for it to tidy up.
        let _ = self.keeper.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").context("no free port")?.local_addr()?.port())
}

fn passing_folder(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("yinzheng-postgres-{}-{port}", std::process::id()))
}

/// Whom the engine runs as: it refuses to be root, so root lends it Debian's `postgres` user.
enum Owner {
    Ourselves,
    Postgres { user: u32, group: u32 },
}

impl Owner {
    fn of_engine() -> Result<Self> {
        if crate::command::said("id", &["-u"]).is_none_or(|id| id != "0") {
            return Ok(Self::Ourselves);
        }
        let users = std::fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        users
            .lines()
            .find_map(|line| {
                let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
                let (user, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
                Some(Self::Postgres { user, group })
            })
            .context("PostgreSQL does not run as root, and there is no user `postgres`; what to do: useradd --system postgres")
    }

    fn take(&self, folder: &Path) -> Result<()> {
        match *self {
            Self::Ourselves => Ok(()),
            Self::Postgres { user, group } => chown(folder, Some(user), Some(group))
                .with_context(|| format!("cannot give away {}", folder.display())),
        }
    }

    fn become_by(&self, command: &mut Command) {
        if let Self::Postgres { user, group } = *self {
            command.uid(user).gid(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_and_leaves_nothing() {
        if postgres_programs().is_none() {
            return;
        }
        let cluster = Cluster::start(&Wish::default()).unwrap();
        let folder = passing_folder(cluster.port);
        assert!(folder.join("data").exists());
        assert!(std::net::TcpStream::connect(("127.0.0.1", cluster.port)).is_ok());
        drop(cluster);
        assert!(!folder.exists());
    }
}
