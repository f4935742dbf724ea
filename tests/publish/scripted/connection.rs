//! One connection: requests are read, remembered, and met by what the script says.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use memchr::memmem;
use socket2::SockRef;

use super::step::{End, Says};
use super::{Answer, Form, Shared, State, Step, UPLOAD_PATH, index};

/// A request as it arrived.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with the query.
    pub(crate) path: String,
    /// The headers, their names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// As much of the body as was read.
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The body as a form, if it is a whole one.
    pub(crate) fn form(&self) -> Option<Form> {
        Form::parse(self.header("content-type")?, &self.body)
    }

    /// Whether the body has a file, told by its beginning: large ones take a while to read as a form.
    fn has_file(&self) -> bool {
        let beginning = &self.body[..self.body.len().min(1 << 20)];
        memmem::find(beginning, b"; filename=\"").is_some()
    }

    fn body_length(&self) -> usize {
        self.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)
    }
}

impl Shared {
    /// Serves a connection until one side ends it.
    pub(super) fn serve(&self, stream: TcpStream, address: SocketAddr) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        while let Some(mut request) = read_head(&mut reader)? {
            if self.is_head_alone(&request, &mut reader)? {
                return Ok(());
            }
            let step = self.state().next_step(&request.path);
            let length = request.body_length();
            let wanted = step.as_ref().and_then(|step| step.reads).unwrap_or(length).min(length);
            let read = read_body(&mut reader, &mut request.body, wanted, step.as_ref());
            self.state().requests.push(request.clone());
            if read? < wanted {
                return Ok(());
            }
            let step = step.unwrap_or_else(|| self.state().default_step(&request, address));
            let end = self.meet(&request, step, &mut reader)?;
            match end {
                End::KeepAlive => {}
                End::Close => return close(&reader.into_inner()),
                End::Reset => {
                    return SockRef::from(reader.get_ref()).set_linger(Some(Duration::ZERO));
                }
                End::Hold => {
                    // Until the client goes away, or for as long as the tests run.
                    reader.get_ref().set_read_timeout(None)?;
                    return if wanted < length {
                        hold()
                    } else {
                        reader.read_to_end(&mut vec![]).map(drop)
                    };
                }
            }
        }
        Ok(())
    }

    /// Whether nothing follows where a body is announced: a client that lost an answer may ask so, to hear a refusal that
    /// does not wait for the body. It is not counted as an upload, and no step is for it unless it is such a refusal.
    fn is_head_alone(
        &self,
        request: &Request,
        reader: &mut BufReader<TcpStream>,
    ) -> io::Result<bool> {
        let is_met_early = self.state().is_met_early(&request.path);
        Ok(request.body_length() > 0 && !is_met_early && reader.fill_buf()?.is_empty())
    }

    fn meet(
        &self,
        request: &Request,
        step: Step,
        reader: &mut BufReader<TcpStream>,
    ) -> io::Result<End> {
        if step.stores {
            self.state().store_upload(request);
        }
        if let Some(gate) = &step.gate {
            gate.pass();
        }
        match step.says {
            Says::Nothing => {}
            Says::Answer(answer) => reader.get_mut().write_all(&answer.bytes(&request.method))?,
            Says::Raw(bytes) => reader.get_mut().write_all(&bytes)?,
        }
        Ok(step.end)
    }
}

impl State {
    /// What an index does that has no script.
    fn default_step(&self, request: &Request, address: SocketAddr) -> Step {
        match request.path.as_str() {
            path if path.starts_with("/_/") => Step::answer(Answer::new("404 Not Found")),
            _ if request.method == "POST" && request.has_file() => Step::store(Answer::ok()),
            _ if request.method == "POST" => {
                Step::answer(Answer::refusal(400, "Upload payload does not have a file."))
            }
            path => Step::answer(index::page(self, path, request, address)),
        }
    }

    /// Keeps the file of an upload, as long as there is none of its name.
    fn store_upload(&mut self, request: &Request) {
        if let Some(file) = request.form().as_ref().map(Form::content) {
            self.stored.entry(file.file_name.clone()).or_insert_with(|| file.content.clone());
        }
    }
}

/// Reads a request up to its body; `None` if the client has no more of them.
fn read_head(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let mut request = Request { method, path: path_of(words.next()), ..Request::default() };
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) => {
                request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            None => return Ok(Some(request)),
        }
    }
}

/// The path that is asked for; a proxy is asked for whole URLs.
fn path_of(target: Option<&str>) -> String {
    let target = target.unwrap_or(UPLOAD_PATH);
    let rest = target.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
    rest.map_or_else(|| target.to_owned(), |(_, path)| format!("/{path}"))
}

/// Reads so many bytes of a body, and stops at a gate or rests on the way.
fn read_body(
    reader: &mut BufReader<TcpStream>,
    body: &mut Vec<u8>,
    wanted: usize,
    step: Option<&Step>,
) -> io::Result<usize> {
    if let Some((bytes, gate)) = step.and_then(|step| step.pause.as_ref()) {
        reader.take(*bytes as u64).read_to_end(body)?;
        gate.pass();
    }
    if let Some(rest) = step.and_then(|step| step.rest) {
        for _ in 0..100 {
            reader.take((wanted / 100) as u64).read_to_end(body)?;
            std::thread::park_timeout(rest);
        }
    }
    reader.take((wanted - body.len()) as u64).read_to_end(body)?;
    Ok(body.len())
}

/// Closes as servers do that want their answer to be read: they say that no more comes, and read for a while what does.
fn close(mut stream: &TcpStream) -> io::Result<()> {
    stream.shutdown(std::net::Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    io::copy(&mut stream, &mut io::sink()).map(drop)
}

/// Reads nothing for as long as the tests run; the thread ends with them.
fn hold() -> io::Result<()> {
    loop {
        std::thread::park();
    }
}
