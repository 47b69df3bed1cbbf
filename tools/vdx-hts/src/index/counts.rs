//! Whether an index holds as much as it says. Whoever reads one makes room for what its counts say first: a flipped bit would
//! be gigabytes, and "no memory" for what is damage.

use std::io::{self, BufRead, ErrorKind, Read};

/// Walks over the unpacked bytes of a `.tbi` or `.csi` (the tabix and CSI specifications), keeping none of them. What begins
/// as neither is left to be refused by its reader.
///
/// # Errors
/// A count is negative or of more than there is.
pub(super) fn check(mut index: impl BufRead) -> io::Result<()> {
    let mut magic = [0; 4];
    index.read_exact(&mut magic)?;
    let is_csi = match &magic {
        b"TBI\x01" => false,
        b"CSI\x01" => true,
        _ => return Ok(()),
    };
    let contigs = if is_csi {
        skip(&mut index, 8)?;
        let aux = count(&mut index)?;
        // None, or the header of a tabix index.
        if aux > 0 {
            skip(&mut index, 24)?;
            let len = count(&mut index)?;
            if len + 28 != aux {
                let message = format!("{len} bytes of names in a header of {aux}");
                return Err(io::Error::new(ErrorKind::InvalidData, message));
            }
            skip(&mut index, len)?;
        }
        count(&mut index)?
    } else {
        let contigs = count(&mut index)?;
        skip(&mut index, 24)?;
        let len = count(&mut index)?;
        skip(&mut index, len)?;
        contigs
    };
    for _ in 0..contigs {
        for _ in 0..count(&mut index)? {
            // The number of the bin; in CSI the offset of its first record, too.
            skip(&mut index, if is_csi { 12 } else { 4 })?;
            let chunks = count(&mut index)?;
            skip(&mut index, 16 * chunks)?;
        }
        if !is_csi {
            let windows = count(&mut index)?;
            skip(&mut index, 8 * windows)?;
        }
    }
    Ok(())
}

fn count(index: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 4];
    index.read_exact(&mut bytes)?;
    let count = i32::from_le_bytes(bytes);
    u64::try_from(count).map_err(|_| io::Error::new(ErrorKind::InvalidData, format!("a count of {count}")))
}

fn skip(index: &mut impl BufRead, mut bytes: u64) -> io::Result<()> {
    while bytes > 0 {
        let there = index.fill_buf()?.len();
        if there == 0 {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "it ends before what its counts say"));
        }
        let now = there.min(usize::try_from(bytes).unwrap_or(there));
        index.consume(now);
        bytes -= now as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of one contig with one bin of one chunk; in a tabix index a window, too.
    fn index(magic: &[u8], contigs: i32, bins: i32, chunks: i32, windows: i32) -> Vec<u8> {
        let word = |number: i32| number.to_le_bytes();
        let mut bytes = magic.to_vec();
        if magic == b"CSI\x01" {
            bytes.extend([word(14), word(5), word(30)].concat());
            bytes.extend([[0; 4], [0; 4], [0; 4], [0; 4], [0; 4], [0; 4], word(2)].concat());
            bytes.extend(b"1\0");
            bytes.extend([word(contigs), word(bins), word(4681), [0; 4], [0; 4], word(chunks)].concat());
            bytes.extend([0; 16]);
        } else {
            bytes.extend([word(contigs), [0; 4], [0; 4], [0; 4], [0; 4], [0; 4], [0; 4], word(2)].concat());
            bytes.extend(b"1\0");
            bytes.extend([word(bins), word(4681), word(chunks)].concat());
            bytes.extend([0; 16]);
            bytes.extend(word(windows));
            bytes.extend([0; 8]);
        }
        bytes
    }

    #[test]
    fn an_index_has_what_it_counts() {
        for magic in [b"TBI\x01", b"CSI\x01"] {
            check(&index(magic, 1, 1, 1, 1)[..]).unwrap();
            let wrong =
                [(2, 1, 1, 1), (1, 9, 1, 1), (1, 1, 9, 1), (i32::MAX, 1, 1, 1), (1, i32::MAX, 1, 1), (1, 1, -1, 1)];
            for (contigs, bins, chunks, windows) in wrong {
                assert!(check(&index(magic, contigs, bins, chunks, windows)[..]).is_err(), "{contigs} {bins} {chunks}");
            }
        }
        assert!(check(&index(b"TBI\x01", 1, 1, 1, i32::MAX)[..]).is_err());
        check(&b"something else"[..]).unwrap();
        let mut names = index(b"CSI\x01", 1, 1, 1, 1);
        names[40] = 9;
        assert!(check(&names[..]).unwrap_err().to_string().contains("9 bytes of names"));
    }
}
