//! Files as one ZIP archive, stored as they are: for taking a work along.
//!
//! The form is that of [APPNOTE 6.3.10](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), sections 4.3.7 to
//! 4.3.16. What compresses and encrypts is left to libraries, which the page would have to load.

/// The day that the archive says its files are of: 1980-01-01, the earliest there is. Nothing here reads a clock.
const DAY: u16 = 0b0000_0000_0010_0001;

/// Names are in UTF-8 (4.4.4, bit 11).
const UTF8: u16 = 1 << 11;

/// The version that is needed to read it: 2.0 (4.4.3).
const VERSION: u16 = 20;

/// The files with these names and texts as an archive. Names that are not there twice are the caller's business.
#[must_use]
pub fn zip<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let (mut archive, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (name, text) in files {
        let offset = archive.len();
        let name = within(name);
        let common = common(&name, text);
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(name.as_bytes());
        archive.extend(text.as_bytes());

        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(long(offset));
        directory.extend(name.as_bytes());
        count = count.saturating_add(1);
    }
    let (start, length) = (archive.len(), directory.len());
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].as_flattened());
    archive.extend([long(length), long(start)].as_flattened());
    archive.extend([0, 0]);
    archive
}

/// What a file's own header and its entry in the directory have in common.
fn common(name: &str, text: &str) -> Vec<u8> {
    let name_length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    let mut header = Vec::new();
    // Stored (method 0), at midnight.
    for number in [VERSION, UTF8, 0, 0, DAY] {
        header.extend(number.to_le_bytes());
    }
    header.extend(crc32(text.as_bytes()).to_le_bytes());
    header.extend([long(text.len()), long(text.len())].as_flattened());
    header.extend([name_length.to_le_bytes(), [0, 0]].as_flattened());
    header
}

/// A name that leads nowhere but into the folder that the archive is unpacked in.
fn within(name: &str) -> String {
    let parts = name.split(['/', '\\', ':']).filter(|part| !matches!(part.trim(), "" | "." | ".."));
    let name = parts.collect::<Vec<_>>().join("/");
    if name.is_empty() { "file".to_owned() } else { name }
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// The checksum of ISO 3309, as ZIP has it (4.4.7).
fn crc32(bytes: &[u8]) -> u32 {
    let rest = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    !rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_everybody_has() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for (name, kept) in [
            ("policies.yaml", "policies.yaml"),
            ("team a/db.yaml", "team a/db.yaml"),
            ("../../.ssh/authorized_keys", ".ssh/authorized_keys"),
            ("/etc/passwd", "etc/passwd"),
            ("C:\\boot.ini", "C/boot.ini"),
            ("..", "file"),
        ] {
            assert_eq!(within(name), kept);
        }
    }

    #[test]
    fn the_directory_at_the_end_leads_to_each_file() {
        let files = [("cluster.yaml", "kind: Pod\n"), ("größe.yaml", ""), ("policies.yaml", "# ü\n")];
        let archive = zip(files);
        let number = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
        let short = |at: usize| usize::from(u16::from_le_bytes(archive[at..at + 2].try_into().unwrap()));
        let end = archive.len() - 22;
        assert_eq!(&archive[end..end + 4], b"PK\x05\x06");
        assert_eq!((short(end + 8), short(end + 10), number(end + 12) + number(end + 16)), (3, 3, end));
        let mut entry = number(end + 16);
        for (name, text) in files {
            assert_eq!(&archive[entry..entry + 4], b"PK\x01\x02");
            assert_eq!(&archive[entry + 46..entry + 46 + name.len()], name.as_bytes());
            let at = number(entry + 42);
            assert_eq!(&archive[at..at + 4], b"PK\x03\x04");
            assert_eq!(archive[at + 4..at + 30], archive[entry + 6..entry + 32], "both headers say the same");
            assert_eq!((number(at + 14), short(at + 26)), (crc32(text.as_bytes()) as usize, name.len()));
            let start = at + 30 + name.len();
            assert_eq!(&archive[start..start + number(at + 18)], text.as_bytes());
            entry += 46 + name.len();
        }
        assert_eq!(entry, end);
    }
}
