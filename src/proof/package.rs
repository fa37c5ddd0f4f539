//! The `.bid` file (A.5): a submission with its key sets and ciphertexts, a ZIP in one byte form.
//!
//! In: a signed submission, packs of key sets and ciphertexts as streams, or a file. Out: the file,
//! or what is in it. Never: a second byte form of one package, a ciphertext held in memory or not
//! the one its head states, a member more or less, anything unpacked by a name from the file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::LazyLock;

use super::bid::{Part, Submit};
use super::canon::{Checked, Flaw, Object as _, Token, ensure};
use super::measure::{Meter, io_flaw, length};
use super::sig::{PublicKey, Sig};

const SUBMIT: &str = "submit.json";
const SIGNATURE: &str = "submit.sig.json";
/// The longest member that is read into memory, in bytes: all but the ciphertexts.
const SMALL: u64 = 64 << 20;

/// What a package holds besides the ciphertexts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The submission.
    pub submit: Submit,
    /// Its signature.
    pub sig: Sig,
    /// For every stage used, the bytes of its `keyset.pack/1`; whoever needs them checks them.
    pub packs: BTreeMap<Token, Vec<u8>>,
}

impl Package {
    /// Checks that it is signed and has exactly the packs of its stages; returns the signing key.
    ///
    /// # Errors
    /// A wrong signature, a pack too many or too few.
    pub fn check(&self) -> Checked<PublicKey> {
        ensure(
            self.packs.keys().eq(self.stages()),
            "package: not one pack for each stage used",
        )?;
        self.sig.verify(&self.submit.value()?)
    }

    fn stages(&self) -> BTreeSet<&Token> {
        self.submit.parts.iter().map(|part| &part.hd.0.stage).collect()
    }

    /// Writes the file; `ct` gives the ciphertext of a part.
    ///
    /// # Errors
    /// A package that [`Package::check`] refuses, a ciphertext that is not the one stated, 4 GiB or
    /// more in all, a failure of input or output.
    pub fn write<R: Read>(
        &self,
        out: impl Write + Seek,
        mut ct: impl FnMut(&Part) -> io::Result<R>,
    ) -> Checked<()> {
        self.check()?;
        let mut zip = Writer::new(out)?;
        zip.member(SUBMIT.into(), self.submit.bytes()?.as_slice())?;
        zip.member(SIGNATURE.into(), self.sig.bytes()?.as_slice())?;
        for (stage, pack) in &self.packs {
            zip.member(pack_name(stage), pack.as_slice())?;
        }
        for part in &self.submit.parts {
            let mut meter = Meter::new(ct(part).map_err(io_flaw)?);
            zip.member(part_name(part), &mut meter)?;
            fits(part, &meter)?;
        }
        zip.finish()
    }

    /// Reads a file in one pass. `ct` gets every part with its ciphertext and may leave some of it
    /// unread; what it made of them counts only if the whole result is a success.
    ///
    /// # Errors
    /// Any other byte form, a package that [`Package::check`] refuses, a ciphertext that is not the
    /// one stated, a failure of input or output.
    pub fn read(
        input: impl Read,
        mut ct: impl FnMut(&Part, &mut dyn Read) -> io::Result<()>,
    ) -> Checked<Self> {
        let mut zip = Reader::new(input);
        let mut package = Self {
            submit: Submit::from_bytes(&zip.small(SUBMIT.into())?)?,
            sig: Sig::from_bytes(&zip.small(SIGNATURE.into())?)?,
            packs: BTreeMap::new(),
        };
        let stages: Vec<Token> = package.stages().into_iter().cloned().collect();
        for stage in stages {
            let pack = zip.small(pack_name(&stage))?;
            package.packs.insert(stage, pack);
        }
        for part in &package.submit.parts {
            zip.member(part_name(part), |bytes| {
                let mut meter = Meter::new(bytes);
                ct(part, &mut meter).map_err(io_flaw)?;
                io::copy(&mut meter, &mut io::sink()).map_err(io_flaw)?;
                fits(part, &meter)
            })?;
        }
        zip.finish()?;
        package.check()?;
        Ok(package)
    }
}

fn pack_name(stage: &Token) -> String {
    format!("{stage}.keyset")
}

fn part_name(part: &Part) -> String {
    format!("parts/{}.age", part.hd.0.part)
}

fn fits<T>(part: &Part, meter: &Meter<T>) -> Checked<()> {
    let hd = &part.hd.0;
    ensure(
        meter.measures().fit(hd),
        format_args!("package: not the ciphertext of part {}", hd.part),
    )
}

/// A member as the headers state it.
struct Member {
    name: String,
    crc: u32,
    len: u32,
    offset: u32,
}

impl Member {
    /// The fields that both headers share: version needed, flags, method, time, date, CRC, sizes,
    /// length of the name, no extra field.
    fn common(&self) -> Checked<Vec<u8>> {
        let name = u16::try_from(self.name.len()).map_err(|_| large())?;
        let mut bytes = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        bytes.extend(self.crc.to_le_bytes());
        bytes.extend(self.len.to_le_bytes());
        bytes.extend(self.len.to_le_bytes());
        bytes.extend(name.to_le_bytes());
        bytes.extend([0; 2]);
        Ok(bytes)
    }

    fn local_header(&self) -> Checked<Vec<u8>> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(self.common()?);
        bytes.extend(self.name.as_bytes());
        Ok(bytes)
    }

    fn central_header(&self) -> Checked<Vec<u8>> {
        let mut bytes = b"PK\x01\x02\x14\x00".to_vec();
        bytes.extend(self.common()?);
        // comment, disk, internal and external attributes
        bytes.extend([0; 10]);
        bytes.extend(self.offset.to_le_bytes());
        bytes.extend(self.name.as_bytes());
        Ok(bytes)
    }
}

/// Everything behind the last member.
fn directory(members: &[Member], offset: u64) -> Checked<Vec<u8>> {
    let mut bytes = Vec::new();
    for member in members {
        bytes.extend(member.central_header()?);
    }
    let count = u16::try_from(members.len()).map_err(|_| large())?;
    let len = u32::try_from(bytes.len()).map_err(|_| large())?;
    let offset = u32::try_from(offset).map_err(|_| large())?;
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(len.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend([0; 2]);
    Ok(bytes)
}

fn large() -> Flaw {
    Flaw::new("package: 4 GiB or more, or too many members")
}

struct Writer<W> {
    out: W,
    start: u64,
    at: u64,
    members: Vec<Member>,
}

impl<W: Write + Seek> Writer<W> {
    fn new(mut out: W) -> Checked<Self> {
        let start = out.stream_position().map_err(io_flaw)?;
        Ok(Self {
            out,
            start,
            at: 0,
            members: Vec::new(),
        })
    }

    fn member(&mut self, name: String, input: impl Read) -> Checked<()> {
        let mut member = Member {
            name,
            crc: 0,
            len: 0,
            offset: u32::try_from(self.at).map_err(|_| large())?,
        };
        let header = length(&member.local_header()?)?;
        let data = self.at.saturating_add(header);
        self.seek(data)?;
        let mut input = Crc::new(input);
        let len = io::copy(&mut input, &mut self.out).map_err(io_flaw)?;
        (member.crc, member.len) = (input.value(), u32::try_from(len).map_err(|_| large())?);
        self.seek(self.at)?;
        self.out.write_all(&member.local_header()?).map_err(io_flaw)?;
        self.at = data.saturating_add(len);
        self.seek(self.at)?;
        self.members.push(member);
        Ok(())
    }

    fn seek(&mut self, at: u64) -> Checked<()> {
        let to = SeekFrom::Start(self.start.saturating_add(at));
        self.out.seek(to).map(|_| ()).map_err(io_flaw)
    }

    fn finish(mut self) -> Checked<()> {
        let directory = directory(&self.members, self.at)?;
        self.out.write_all(&directory).map_err(io_flaw)?;
        self.out.flush().map_err(io_flaw)
    }
}

struct Reader<R> {
    input: R,
    at: u64,
    members: Vec<Member>,
}

impl<R: Read> Reader<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            at: 0,
            members: Vec::new(),
        }
    }

    /// The member that has to come next, with whatever CRC and length its header states.
    fn member(&mut self, name: String, each: impl FnOnce(&mut dyn Read) -> Checked<()>) -> Checked<()> {
        let other = Flaw::new(format!("package: the next member is not {name} in the one form"));
        let mut member = Member {
            name,
            crc: 0,
            len: 0,
            offset: u32::try_from(self.at).map_err(|_| large())?,
        };
        let mut header = member.local_header()?;
        self.input.read_exact(&mut header).map_err(io_flaw)?;
        member.crc = number(&header, 14)?;
        member.len = number(&header, 18)?;
        ensure(member.local_header()? == header, other.0)?;
        let mut bytes = Crc::new((&mut self.input).take(u64::from(member.len)));
        each(&mut bytes)?;
        let (crc, rest) = (bytes.value(), bytes.inner.limit());
        ensure(
            crc == member.crc && rest == 0,
            format_args!("package: {} is cut or changed", member.name),
        )?;
        self.at = self.at.saturating_add(length(&header)?);
        self.at = self.at.saturating_add(u64::from(member.len));
        self.members.push(member);
        Ok(())
    }

    fn small(&mut self, name: String) -> Checked<Vec<u8>> {
        let mut kept = Vec::new();
        self.member(name, |bytes| {
            let read = bytes.take(SMALL).read_to_end(&mut kept);
            read.map(|_| ()).map_err(io_flaw)
        })?;
        Ok(kept)
    }

    fn finish(mut self) -> Checked<()> {
        let expected = directory(&self.members, self.at)?;
        let mut found = Vec::new();
        let limit = length(&expected)?.saturating_add(1);
        (&mut self.input)
            .take(limit)
            .read_to_end(&mut found)
            .map_err(io_flaw)?;
        ensure(found == expected, "package: another directory")
    }
}

fn number(header: &[u8], at: usize) -> Checked<u32> {
    let bytes = header.get(at..).and_then(|rest| rest.first_chunk::<4>());
    bytes
        .map(|bytes| u32::from_le_bytes(*bytes))
        .ok_or_else(|| Flaw::new("package: cut"))
}

/// A reader that takes the CRC-32 of what passes.
struct Crc<R> {
    inner: R,
    state: u32,
}

/// CRC-32 of ZIP, reflected, polynomial 0xEDB88320.
static CRC_TABLE: LazyLock<[u32; 256]> = LazyLock::new(|| {
    let mut byte = 0_u32;
    std::array::from_fn(|_| {
        let entry = (0..8).fold(byte, |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)));
        byte += 1;
        entry
    })
});

impl<R> Crc<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            state: u32::MAX,
        }
    }

    fn value(&self) -> u32 {
        !self.state
    }
}

impl<R: Read> Read for Crc<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let table = &*CRC_TABLE;
        for byte in buffer.iter().take(n) {
            let [low, ..] = self.state.to_le_bytes();
            let entry = table.get(usize::from(low ^ byte)).copied().unwrap_or_default();
            self.state = (self.state >> 8) ^ entry;
        }
        Ok(n)
    }
}
