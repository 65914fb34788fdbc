//! A browser as far as HTTP goes: one kept connection, one request at a time, the cookie of whoever signed in.

use std::io::{Error, ErrorKind, Read, Result};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A kept connection.
pub struct Connection {
    stream: TcpStream,
    port: u16,
    /// `Cookie: …` with its end of line, or nothing: residents have none.
    cookie: String,
    sent: Vec<u8>,
    got: Vec<u8>,
}

/// An answer; its body is still packed.
pub struct Reply<'a> {
    pub status: u16,
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Connection {
    pub async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            port,
            cookie: String::new(),
            sent: Vec::with_capacity(1024),
            got: Vec::with_capacity(32 * 1024),
        })
    }

    /// Sends this cookie from now on.
    pub fn keep(&mut self, cookie: &str) {
        self.cookie = format!("Cookie: {cookie}\r\n");
    }

    pub async fn get(&mut self, path: &str) -> Result<Reply<'_>> {
        let (port, cookie) = (self.port, &self.cookie);
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip, deflate\r\n\
             Accept-Language: zh-CN,zh;q=0.9\r\n{cookie}\r\n"
        );
        self.ask(&head, "").await
    }

    pub async fn post(&mut self, path: &str, form: &str) -> Result<Reply<'_>> {
        let (port, length, cookie) = (self.port, form.len(), &self.cookie);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip, deflate\r\n\
             Accept-Language: zh-CN,zh;q=0.9\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n{cookie}\r\n"
        );
        self.ask(&head, form).await
    }

    async fn ask(&mut self, head: &str, body: &str) -> Result<Reply<'_>> {
        self.sent.clear();
        self.sent.extend_from_slice(head.as_bytes());
        self.sent.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.sent).await?;
        self.got.clear();
        let head = loop {
            if let Some(at) = find(&self.got, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let end = match field(&self.got[..head], "content-length") {
            Some(length) => head + length.parse::<usize>().map_err(|_| broken())?,
            None => 0,
        };
        // Without a length the body comes in chunks, and an empty one ends it.
        while if end > 0 {
            self.got.len() < end
        } else {
            !self.got.ends_with(b"\r\n0\r\n\r\n")
        } {
            self.more().await?;
        }
        let status = self.got.get(9..12).and_then(|s| str::from_utf8(s).ok());
        Ok(Reply {
            status: status.and_then(|s| s.parse().ok()).ok_or_else(broken)?,
            head: &self.got[..head],
            body: &self.got[head..],
        })
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.got).await? == 0 {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the server hung up"));
        }
        Ok(())
    }
}

impl Reply<'_> {
    /// The value of a header field, whose name is given in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        field(self.head, name)
    }

    /// The document, unpacked; chunks are not put together.
    pub fn text(&self) -> Result<String> {
        let mut text = String::new();
        if field(self.head, "content-encoding").is_some() {
            Read::read_to_string(&mut flate2::read::GzDecoder::new(self.body), &mut text)?;
        } else {
            text.push_str(&String::from_utf8_lossy(self.body));
        }
        Ok(text)
    }
}

/// The value of a header field, whose name servers write in lower case.
fn field<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let at = find(head, format!("\r\n{name}: ").as_bytes())? + name.len() + 4;
    let rest = &head[at..];
    str::from_utf8(&rest[..find(rest, b"\r\n")?]).ok()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|w| w == wanted)
}

fn broken() -> Error {
    Error::new(ErrorKind::InvalidData, "no HTTP answer")
}
