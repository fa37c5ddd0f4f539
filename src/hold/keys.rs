//! Where a duty's secrets lie: its signing key, its custodian's box, and one identity per stage.
//!
//! In: a directory and a passphrase. Out: the secrets, one at a time, when they are used. Never: a
//! secret on disk without its passphrase; a file replaced; an identity kept in one copy where two
//! directories are given. Every file is made by `age -p` or can be opened with `age -d`.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use age::{
    Decryptor, Encryptor, Recipient, scrypt,
    secrecy::{ExposeSecret as _, SecretString},
};
use zeroize::Zeroizing;

use super::{Outcome, Trouble};
use crate::{
    proof::{
        canary::{self, CanaryAnswer},
        canon::{Hash, Object as _},
        envelope::Identity,
        sig::SecretKey,
    },
    secrets::{replace_private, write_private},
};

/// Where secrets lie.
pub trait Keys: Send {
    /// The key the duty signs with.
    fn signer(&self) -> &SecretKey;
    /// The box in which a custodian gets its shares, if the duty has one.
    fn inbox(&self) -> Option<&Identity>;
    /// Keeps a text under a name; refuses a name that is taken.
    fn save(&mut self, name: &str, text: &str) -> Outcome<()>;
    /// The text under a name, read anew.
    fn load(&self, name: &str) -> Outcome<Zeroizing<String>>;
    /// Answers a canary from the saved file, not from memory.
    fn answer(&self, name: &str, key: Hash, ciphertext: &[u8]) -> Outcome<CanaryAnswer> {
        let identity = Identity::parse(&self.load(name)?)?;
        Ok(canary::answer(&identity, key, ciphertext)?)
    }
}

/// How many bits of work a guess of the passphrase costs, as `age -p` chooses on a small machine.
pub const WORK: u8 = 16;
/// More is a trap for the reader.
const WORK_MAX: u8 = 22;

/// Wraps a text as `age -p` does.
pub fn wrap(text: &str, passphrase: &SecretString, work: u8) -> Outcome<Vec<u8>> {
    let mut to = scrypt::Recipient::new(passphrase.clone());
    to.set_work_factor(work);
    let to: &dyn Recipient = &to;
    let sealer = Encryptor::with_recipients(std::iter::once(to)).map_err(Trouble::new)?;
    let mut out = Vec::new();
    let mut sealed = sealer.wrap_output(&mut out).map_err(Trouble::new)?;
    sealed.write_all(text.as_bytes())?;
    sealed.finish()?;
    Ok(out)
}

/// Opens what [`wrap`] or `age -p` made.
pub fn unwrap(sealed: &[u8], passphrase: &SecretString) -> Outcome<Zeroizing<String>> {
    let mut identity = scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(WORK_MAX);
    let identity: &dyn age::Identity = &identity;
    let opened = Decryptor::new(sealed).and_then(|sealed| sealed.decrypt(std::iter::once(identity)));
    let mut text = Zeroizing::new(String::new());
    let damaged = |why: &dyn std::fmt::Display| {
        Trouble::new(format!("the passphrase is wrong, or the file is damaged ({why})"))
    };
    let mut opened = opened.map_err(|e| damaged(&e))?;
    opened.read_to_string(&mut text).map_err(|e| damaged(&e))?;
    Ok(text)
}

/// Secrets in wrapped files, in one directory or two.
pub struct FileKeys {
    dirs: Vec<PathBuf>,
    passphrase: SecretString,
    work: u8,
    signer: SecretKey,
    inbox: Option<Identity>,
}

/// The file of the signing key: one line `TIANPING-KEY-1...`.
pub const SIGNER: &str = "duty";
/// The file of the box: one line `AGE-SECRET-KEY-1...`.
pub const INBOX: &str = "box";

fn file(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.age"))
}

impl FileKeys {
    /// Makes the signing key and the box of a new duty in empty directories.
    pub fn create(
        dirs: &[PathBuf],
        passphrase: &SecretString,
        work: u8,
        (seed, inbox): (&[u8; 32], &Identity),
    ) -> Outcome<()> {
        for dir in dirs {
            fs::create_dir_all(dir)?;
            let key = SecretKey::from_seed(seed).to_text()?;
            write_wrapped(&file(dir, SIGNER), &key, passphrase, work)?;
            write_wrapped(&file(dir, INBOX), &inbox.to_text()?, passphrase, work)?;
        }
        Ok(())
    }

    /// Opens the directories of a duty; what is saved from now on costs `work` bits a guess.
    pub fn open(dirs: Vec<PathBuf>, passphrase: SecretString, work: u8) -> Outcome<Self> {
        let first = dirs.first().ok_or_else(|| Trouble::new("no key directory"))?;
        let signer = read_wrapped(&file(first, SIGNER), &passphrase)?;
        let inbox = file(first, INBOX);
        let inbox = inbox
            .exists()
            .then(|| read_wrapped(&inbox, &passphrase))
            .transpose()?;
        let inbox = inbox.map(|text| Identity::parse(text.trim())).transpose()?;
        Ok(Self {
            signer: SecretKey::from_text(signer.trim())?,
            inbox,
            dirs,
            passphrase,
            work,
        })
    }
}

/// Every wrapped file of a directory, opened: name and text.
fn opened(dir: &Path, passphrase: &SecretString) -> Outcome<Vec<(String, Zeroizing<String>)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "age") {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
            all.push((name.unwrap_or_default(), read_wrapped(&path, passphrase)?));
        }
    }
    if all.is_empty() {
        return Err(Trouble::new(format!("{}: no keys", dir.display())));
    }
    Ok(all)
}

/// Copies every secret of a directory into another one, under the passphrase of a deputy; what is
/// there already stays. How many there are.
pub fn copy(from: &Path, own: &SecretString, to: &Path, deputy: &SecretString, work: u8) -> Outcome<usize> {
    let all = opened(from, own)?;
    fs::create_dir_all(to)?;
    for (name, text) in &all {
        let path = file(to, name);
        if !path.exists() {
            write_wrapped(&path, text, deputy, work)?;
        }
    }
    Ok(all.len())
}

/// Wraps every secret of the directories anew: from now on only the other passphrase opens them. All
/// are opened before the first is replaced. How many there are.
pub fn rewrap(dirs: &[PathBuf], own: &SecretString, other: &SecretString, work: u8) -> Outcome<usize> {
    let mut all = Vec::new();
    for dir in dirs {
        for (name, text) in opened(dir, own)? {
            all.push((file(dir, &name), text));
        }
    }
    for (path, text) in &all {
        replace_private(path, &wrap(text, other, work)?)
            .map_err(|fault| Trouble::new(format!("{}: {}", path.display(), fault.cause)))?;
    }
    Ok(all.len())
}

fn write_wrapped(path: &Path, text: &str, passphrase: &SecretString, work: u8) -> Outcome<()> {
    write_private(path, &wrap(text, passphrase, work)?)
        .map_err(|fault| Trouble::new(format!("{}: {}", path.display(), fault.cause)))
}

fn read_wrapped(path: &Path, passphrase: &SecretString) -> Outcome<Zeroizing<String>> {
    let sealed = fs::read(path).map_err(|e| Trouble::new(format!("{}: {e}", path.display())))?;
    unwrap(&sealed, passphrase).map_err(|e| Trouble::new(format!("{}: {e}", path.display())))
}

impl Keys for FileKeys {
    fn signer(&self) -> &SecretKey {
        &self.signer
    }

    fn inbox(&self) -> Option<&Identity> {
        self.inbox.as_ref()
    }

    fn save(&mut self, name: &str, text: &str) -> Outcome<()> {
        for dir in &self.dirs {
            write_wrapped(&file(dir, name), text, &self.passphrase, self.work)?;
        }
        Ok(())
    }

    fn load(&self, name: &str) -> Outcome<Zeroizing<String>> {
        let mut trouble = Trouble::new("no key directory");
        for dir in &self.dirs {
            match read_wrapped(&file(dir, name), &self.passphrase) {
                Ok(text) => return Ok(Zeroizing::new(text.trim().to_owned())),
                Err(e) => trouble = e,
            }
        }
        Err(trouble)
    }

    /// In a fresh process: what this one remembers cannot help it.
    fn answer(&self, name: &str, key: Hash, ciphertext: &[u8]) -> Outcome<CanaryAnswer> {
        let dir = self
            .dirs
            .first()
            .ok_or_else(|| Trouble::new("no key directory"))?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["hold", "answer-canary", "--key", &key.to_hex(), "--file"])
            .arg(file(dir, name))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut input = child
            .stdin
            .take()
            .ok_or_else(|| Trouble::new("no pipe to the fresh process"))?;
        // one line of passphrase, then the ciphertext; neither is ever an argument
        input.write_all(self.passphrase.expose_secret().as_bytes())?;
        input.write_all(b"\n")?;
        input.write_all(ciphertext)?;
        drop(input);
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(Trouble::new("the fresh process could not open the canary"));
        }
        Ok(CanaryAnswer::from_bytes(output.stdout.trim_ascii_end())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_files_open_with_their_passphrase_only_and_are_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
        let word = SecretString::from("correct horse");
        let sealed = wrap("text", &word, 2).unwrap();
        assert_eq!(unwrap(&sealed, &word).unwrap().as_str(), "text");
        assert!(unwrap(&sealed, &SecretString::from("wrong")).is_err());
        for dir in [&a, &b] {
            fs::create_dir_all(dir).unwrap();
            write_wrapped(
                &file(dir, SIGNER),
                &SecretKey::from_seed(&[7; 32]).to_text().unwrap(),
                &word,
                2,
            )
            .unwrap();
        }
        let mut keys = FileKeys::open(vec![a.clone(), b], word, 2).unwrap();
        keys.save("x", "secret").unwrap();
        assert!(keys.save("x", "other").is_err());
        fs::remove_file(file(&a, "x")).unwrap();
        assert_eq!(
            keys.load("x").unwrap().as_str(),
            "secret",
            "the second copy serves"
        );
        assert!(keys.inbox().is_none());
    }

    #[test]
    fn a_deputy_has_a_passphrase_of_its_own_and_after_a_hand_over_only_the_new_one_opens() {
        let dir = tempfile::tempdir().unwrap();
        let [own, to] = ["own", "to"].map(|name| dir.path().join(name));
        let word = |text: &str| SecretString::from(text);
        fs::create_dir_all(&own).unwrap();
        write_wrapped(&file(&own, "x"), "secret", &word("first"), 2).unwrap();
        assert_eq!(copy(&own, &word("first"), &to, &word("deputy"), 2).unwrap(), 1);
        assert_eq!(
            read_wrapped(&file(&to, "x"), &word("deputy")).unwrap().as_str(),
            "secret"
        );
        assert!(rewrap(std::slice::from_ref(&own), &word("wrong"), &word("next"), 2).is_err());
        assert_eq!(
            rewrap(std::slice::from_ref(&own), &word("first"), &word("next"), 2).unwrap(),
            1
        );
        assert!(read_wrapped(&file(&own, "x"), &word("first")).is_err());
        assert_eq!(
            read_wrapped(&file(&own, "x"), &word("next")).unwrap().as_str(),
            "secret"
        );
    }
}
