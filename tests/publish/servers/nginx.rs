//! nginx over a directory: a static index as it is served in the world.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{Server, installed};

/// An nginx that serves the files of one directory and knows nothing of Python.
#[derive(Debug)]
pub(crate) struct Nginx {
    server: Server,
}

impl Nginx {
    /// Serves the directory at the root of its URL.
    pub(crate) fn serving(root: &Path) -> Self {
        Self::configured(|port| {
            format!("server {{ listen 127.0.0.1:{port}; root \"{}\"; }}", root.display())
        })
    }

    /// Serves what the given part of a configuration says for a port: what stands in the block `http`.
    pub(crate) fn configured(site: impl Fn(u16) -> String) -> Self {
        let server = Server::start(TempDir::new().unwrap(), |port, directory| {
            fs_err::write(directory.join("nginx.conf"), configuration(&site(port))).unwrap();
            let mut command = Command::new(&installed().nginx);
            command.arg("-p").arg(directory).args(["-c", "nginx.conf", "-e", "stderr"]);
            command
        });
        Self { server }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The root of what is served.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address())
    }
}

/// The shortest configuration that serves a site and writes nowhere but into its own directory.
fn configuration(site: &str) -> String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path temporary_{kind};\n"))
        .concat();
    // One process that stays what it was started as: whoever runs the tests can read the directory.
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}    \
         types {{\n        text/html html;\n    }}\n    default_type application/octet-stream;\n    {site}\n}}\n"
    )
}
