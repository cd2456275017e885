//! A static file server for the built site, on this machine alone.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow, bail};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::run::say;

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

/// A server that is running.
pub(crate) struct Site {
    url: String,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// Serves the files in `root` under `base`.
    pub(crate) fn start(listener: TcpListener, root: PathBuf, base: Base) -> Result<Self> {
        let url = format!("http://{}{}", listener.local_addr()?, base.0);
        let server =
            Server::from_listener(listener, None).map_err(|error| anyhow!("cannot serve: {error}"))?;
        let server = Arc::new(server);
        let thread = {
            let server = Arc::clone(&server);
            thread::spawn(move || {
                for request in server.incoming_requests() {
                    // Each in a thread of its own: a browser that has asked for the code reads it only when its styles
                    // are there, and would wait for ever for those behind it.
                    let (root, base) = (root.clone(), base.clone());
                    thread::spawn(move || answer(request, &root, &base));
                }
            })
        };
        Ok(Self { url, server, thread: Some(thread) })
    }

    /// Where the page is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the process is interrupted.
    pub(crate) fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

fn answer(request: Request, root: &Path, base: &Base) {
    let sent = match route(request.method(), request.url(), root, base) {
        Route::File(path) => match File::open(&path) {
            Ok(file) => request.respond(
                Response::from_file(file)
                    .with_header(header("Content-Type", content_type(&path)))
                    // The browser asks again each time, so that a new build is seen at once.
                    .with_header(header("Cache-Control", "no-cache"))
                    .with_header(header("X-Content-Type-Options", "nosniff")),
            ),
            Err(_) => request.respond(Response::from_string("not found\n").with_status_code(404)),
        },
        Route::Redirect(to) => request.respond(Response::empty(308).with_header(header("Location", &to))),
        Route::NotFound => request.respond(Response::from_string("not found\n").with_status_code(404)),
        Route::NotAllowed => {
            request.respond(Response::from_string("only GET and HEAD\n").with_status_code(405))
        }
    };
    // A browser that goes away in the middle is no fault.
    if let Err(error) = sent
        && !matches!(error.kind(), std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset)
    {
        say(&format!("cannot answer a request: {error}"));
    }
}

#[derive(Debug, PartialEq)]
enum Route {
    File(PathBuf),
    Redirect(String),
    NotFound,
    NotAllowed,
}

/// What a request asks for. The names in `dist/` need no escapes, so none are decoded: an escaped `..` is only
/// the name of a file that does not exist.
fn route(method: &Method, url: &str, root: &Path, base: &Base) -> Route {
    if !matches!(method, Method::Get | Method::Head) {
        return Route::NotAllowed;
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let Some(inner) = path.strip_prefix(base.0.as_str()) else {
        let without_slash = base.0.trim_end_matches('/');
        return if path == without_slash || path == "/" {
            Route::Redirect(base.0.clone())
        } else {
            Route::NotFound
        };
    };
    let relative = Path::new(if inner.is_empty() { "index.html" } else { inner });
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Route::NotFound;
    }
    let file = root.join(relative);
    if file.is_file() { Route::File(file) } else { Route::NotFound }
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("yaml" | "yml") => "application/yaml",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[expect(clippy::expect_used, reason = "the names and values are plain ASCII, written here")]
fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("a header of plain ASCII")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    /// A site of one page and one module, served under `/some/path/`, with a secret beside its root.
    fn site(name: &str) -> (Site, PathBuf) {
        let dir = std::env::temp_dir().join(format!("netpol-xtask-{}-{name}", std::process::id()));
        fs::create_dir_all(dir.join("dist")).unwrap();
        fs::write(dir.join("secret.txt"), "secret").unwrap();
        fs::write(dir.join("dist/index.html"), "<title>page</title>").unwrap();
        fs::write(dir.join("dist/app.wasm"), "\0asm").unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let site = Site::start(listener, dir.join("dist"), "/some/path/".parse().unwrap()).unwrap();
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
        assert!(module.contains("Content-Type: application/wasm\r\n"), "{module}");
        assert!(get(&site, "/some/path").contains("Location: /some/path/\r\n"));
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

    #[test]
    fn a_base_is_a_plain_path() {
        let base = |text: &str| text.parse::<Base>().ok().map(|base| base.0);
        assert_eq!(base("/"), Some("/".to_owned()));
        assert_eq!(base("a/b"), Some("/a/b/".to_owned()));
        assert_eq!(base("/a/../b"), None);
        assert_eq!(base("/a b"), None);
    }
}
