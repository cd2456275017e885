//! A static file server for the built site, on this machine alone.

use std::net::TcpListener;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::response::Redirect;
use axum::routing::get;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The path under which the site stands: begins and ends with a slash.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Base(String);

impl FromStr for Base {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let inner = text.trim_matches('/');
        let plain = |part: &str| {
            let ordinary = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
            !part.is_empty() && !part.starts_with('.') && part.chars().all(ordinary)
        };
        if inner.is_empty() {
            return Ok(Self("/".to_owned()));
        }
        if !inner.split('/').all(plain) {
            bail!("`{text}` is not a plain path such as `/some/path/`");
        }
        Ok(Self(format!("/{inner}/")))
    }
}

/// A server that is running, until it is dropped.
pub(crate) struct Site {
    url: String,
    runtime: Runtime,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Site {
    /// Serves the files in `root` under `base`.
    ///
    /// # Errors
    ///
    /// Where the system gives no threads or takes the listener back.
    pub(crate) fn start(listener: TcpListener, root: &Path, base: &Base) -> Result<Self> {
        let url = format!("http://{}{}", listener.local_addr()?, base.0);
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_io().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let serving = runtime.spawn(axum::serve(listener, routes(root, base)).into_future());
        Ok(Self { url, runtime, serving })
    }

    /// Where the page is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the process is interrupted.
    ///
    /// # Errors
    ///
    /// Where the server stops by itself.
    pub(crate) fn wait(self) -> Result<()> {
        self.runtime.block_on(self.serving)?.context("the server stopped")
    }
}

/// The files in `root` under `base`, and the way there from the root and from the base without its slash.
fn routes(root: &Path, base: &Base) -> Router {
    // Where a file has its compressed self beside it, that is sent.
    let files = ServeDir::new(root).precompressed_br();
    let without_slash = base.0.trim_end_matches('/');
    let site = if without_slash.is_empty() {
        Router::new().fallback_service(files)
    } else {
        let to_base = |base: String| get(|| async move { Redirect::permanent(&base) });
        Router::new()
            .route("/", to_base(base.0.clone()))
            .route(without_slash, to_base(base.0.clone()))
            .nest_service(&base.0, files)
    };
    // The browser asks again each time, so that a new build is found at once.
    let fresh = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let as_said =
        SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    site.layer(fresh).layer(as_said)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::path::PathBuf;
    use std::sync::{Arc, Barrier};
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// A site of one page and one module, served under `/some/path/`, with a secret beside its root.
    fn site(name: &str) -> (Site, PathBuf) {
        let dir = std::env::temp_dir().join(format!("netpol-xtask-{}-{name}", std::process::id()));
        fs::create_dir_all(dir.join("dist")).unwrap();
        fs::write(dir.join("secret.txt"), "secret").unwrap();
        fs::write(dir.join("dist/index.html"), "<title>page</title>").unwrap();
        fs::write(dir.join("dist/app.wasm"), "\0asm").unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let site = Site::start(listener, &dir.join("dist"), &"/some/path/".parse().unwrap()).unwrap();
        (site, dir)
    }

    fn get(site: &Site, path: &str) -> String {
        let host = site.url().strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn serves_the_page_and_its_module_under_the_base() {
        let (site, dir) = site("serves");
        let page = get(&site, "/some/path/");
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<title>page</title>"), "{page}");
        let module = get(&site, "/some/path/app.wasm?v=1");
        assert!(module.contains("content-type: application/wasm\r\n"), "{module}");
        assert!(module.contains("cache-control: no-cache\r\n"), "{module}");
        assert!(get(&site, "/some/path").contains("location: /some/path/\r\n"));
        assert!(get(&site, "/").contains("location: /some/path/\r\n"));
        assert!(get(&site, "/app.wasm").starts_with("HTTP/1.1 404"));
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn nothing_outside_the_root_can_be_had() {
        let (site, dir) = site("traversal");
        for path in
            ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "./../secret.txt", "/etc/passwd"]
        {
            let answer = get(&site, &format!("/some/path/{path}"));
            assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        }
        fs::remove_dir_all(dir).unwrap();
    }

    /// A browser opens several connections at once and keeps them: none may wait for another to be closed.
    #[test]
    fn every_connection_of_a_burst_is_answered_while_the_others_stay_open() {
        let (site, dir) = site("burst");
        let host = site.url().strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
        for _ in 0..20 {
            let together = Arc::new(Barrier::new(12));
            let connections: Vec<_> = (0..12)
                .map(|_| {
                    let (host, together) = (host.clone(), Arc::clone(&together));
                    thread::spawn(move || {
                        let mut stream = TcpStream::connect(&host).unwrap();
                        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                        together.wait();
                        write!(stream, "GET /some/path/ HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
                        let mut start = [0; 12];
                        stream.read_exact(&mut start).map(|()| (start, stream))
                    })
                })
                .collect();
            let answers: Vec<_> = connections.into_iter().map(|one| one.join().unwrap()).collect();
            for answer in &answers {
                let (start, _open) = answer.as_ref().expect("an answer before the time-out");
                assert_eq!(start, b"HTTP/1.1 200");
            }
        }
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_base_is_a_plain_path() {
        let base = |text: &str| text.parse::<Base>().ok().map(|base| base.0);
        assert_eq!(base("/"), Some("/".to_owned()));
        assert_eq!(base("a/b"), Some("/a/b/".to_owned()));
        assert_eq!(base("/a/../b"), None);
        assert_eq!(base("/a b"), None);
    }
}
