//! The sandbox the parties meet in: one of this process, or one given.
//!
//! Never: a platform that is no sandbox.

use std::{net::TcpListener, path::Path, sync::mpsc, thread::JoinHandle};

use super::door::{Done, Door, Trouble, at};
use crate::{app::App, cli::serve, clock::Clock, config::Config, domain::time::Instant, entropy::Entropy};

/// A sandbox and the way in.
pub struct Sandbox {
    /// Its front door.
    pub door: Door,
    /// The token that casts its people.
    pub token: String,
    /// Its insides, where it is our own: for verifying its tables.
    pub app: Option<App>,
    /// The thread of our own; it ends when the process is told to.
    pub thread: Option<JoinHandle<()>>,
}

/// Starts a sandbox in a directory on a thread of its own, its clock at an instant: the front door is
/// open when this returns.
pub fn own(dir: &Path, listener: TcpListener, at: Instant) -> Done<Sandbox> {
    let address = listener.local_addr().map_err(Trouble::broken)?;
    let url = format!("http://{address}");
    let config = Config::sandbox(dir, &url);
    let (tell, told) = mpsc::channel();
    let serve = move || {
        let system = match serve::system() {
            Ok(system) => system,
            Err(error) => return drop(tell.send(Err(error.to_string()))),
        };
        system.block_on(async move {
            match App::start(config, Clock::sandbox(at), Entropy::system()).await {
                Ok(app) => {
                    let _ = tell.send(Ok(app.clone()));
                    if let Err(error) = serve::run(app, listener).await {
                        tracing::error!(%error, "the sandbox ended");
                    }
                }
                Err(error) => drop(tell.send(Err(serve::sentence(&error)))),
            }
        });
    };
    let thread = std::thread::Builder::new()
        .name("sandbox".into())
        .spawn(serve)
        .map_err(Trouble::broken)?;
    let app = told.recv().map_err(Trouble::broken)?.map_err(Trouble::Broken)?;
    Ok(Sandbox {
        door: Door::new(&url),
        token: app.cast_token(),
        app: Some(app),
        thread: Some(thread),
    })
}

/// A platform elsewhere, which must be a sandbox.
pub fn given(url: &str, token: &str) -> Done<Sandbox> {
    let door = Door::new(url);
    let clock = door.get("/clock", "")?;
    if at(&clock, "/sandbox").as_bool() != Some(true) {
        return Err(Trouble::broken(format!(
            "{url} is no sandbox: nothing is rehearsed there"
        )));
    }
    Ok(Sandbox {
        door,
        token: token.to_owned(),
        app: None,
        thread: None,
    })
}
