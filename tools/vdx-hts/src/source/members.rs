//! gzip of any number of members (RFC 1952, section 2.2), and of the zeros that tapes and block devices leave behind the
//! last one, which gzip(1) passes over, too.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use super::Raw;

/// The decoded bytes of all members, one behind the other.
pub(super) struct Members {
    at: At,
}

enum At {
    Member(Box<GzDecoder<Raw>>),
    /// Behind a member.
    Between(Raw),
    End,
}

impl Members {
    pub(super) fn new(raw: Raw) -> Self {
        Self { at: At::Member(Box::new(GzDecoder::new(raw))) }
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.at = match std::mem::replace(&mut self.at, At::End) {
                At::Member(mut member) => {
                    let read = member.read(buffer);
                    // At its end the checksum was found right.
                    if !matches!(read, Ok(0)) || buffer.is_empty() {
                        self.at = At::Member(member);
                        return read;
                    }
                    At::Between(member.into_inner())
                }
                At::Between(mut raw) => match skip_zeros(&mut raw) {
                    Ok(true) => At::Member(Box::new(GzDecoder::new(raw))),
                    Ok(false) => At::End,
                    Err(error) => {
                        self.at = At::Between(raw);
                        return Err(error);
                    }
                },
                At::End => return Ok(0),
            };
        }
    }
}

/// Passes over zeros; `false` where nothing else follows.
fn skip_zeros(raw: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let bytes = raw.fill_buf()?;
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let (all, more) = (bytes.len(), zeros < bytes.len());
        raw.consume(zeros);
        if more || all == 0 {
            return Ok(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use vdx_testkit::gzip;

    use super::*;

    fn read(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        Members::new(BufReader::with_capacity(7, Box::new(Cursor::new(bytes)))).read_to_end(&mut text).map(|_| text)
    }

    fn member(text: &[u8]) -> Vec<u8> {
        gzip(text, text.len().max(1))
    }

    #[test]
    fn members_and_zeros_behind_them_are_read_and_other_bytes_are_not() {
        let two = [member(b"one\n"), member(b""), member(b"two\n")].concat();
        assert_eq!(read(two.clone()).unwrap(), b"one\ntwo\n");
        assert_eq!(read([two.clone(), vec![0; 1000]].concat()).unwrap(), b"one\ntwo\n");
        assert_eq!(read([member(b"one\n"), vec![0; 9], member(b"two\n")].concat()).unwrap(), b"one\ntwo\n");
        assert!(read([two.clone(), b"\0\0x".to_vec()].concat()).is_err());
        assert!(read(two[..two.len() - 3].to_vec()).is_err());
    }
}
