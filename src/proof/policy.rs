//! The trust file of the journal (C2SP tlog-policy): which log, which witnesses, which quorum.
//!
//! In: `log.policy`, obtained out of band, and a checkpoint. Out: whether the checkpoint counts,
//! and since when. Never: one key counted twice, the log as its own witness, a quorum that is not
//! spelled out.

use std::{collections::HashMap, str::FromStr};

use super::{
    canon::{Checked, Flaw, decimal, ensure},
    note::{Checkpoint, KeyType, Note, NoteSignature, Vkey},
    sig::PublicKey,
};

/// A parsed `log.policy`.
#[derive(Debug, Clone)]
pub struct Policy {
    logs: Vec<Vkey>,
    witnesses: Vec<Vkey>,
    quorum: Quorum,
}

/// Whose cosignatures are enough.
#[derive(Debug, Clone)]
enum Quorum {
    /// `quorum none`.
    None,
    Witness(PublicKey),
    /// At least `k` of the members.
    Group(usize, Vec<Quorum>),
}

/// A checkpoint that the policy accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The quorum time in Unix seconds; none under `quorum none`: "not witnessed".
    pub quorum_time: Option<u64>,
}

impl Accepted {
    /// The quorum time in Unix ms; under `quorum none` it is the tick, given here.
    ///
    /// # Errors
    /// A time beyond what ms can say.
    pub fn quorum_ms(&self, tick: i64) -> Checked<i64> {
        let Some(seconds) = self.quorum_time else {
            return Ok(tick);
        };
        let ms = i64::try_from(seconds).ok().and_then(|s| s.checked_mul(1000));
        ms.ok_or_else(|| Flaw::new("the quorum time overflows"))
    }
}

impl Policy {
    /// The logs, at least one.
    #[must_use]
    pub fn logs(&self) -> &[Vkey] {
        &self.logs
    }

    /// The witnesses, whether the quorum needs them or not.
    #[must_use]
    pub fn witnesses(&self) -> &[Vkey] {
        &self.witnesses
    }

    /// False under `quorum none`: then every receipt, draw and page says "not witnessed".
    #[must_use]
    pub fn is_witnessed(&self) -> bool {
        !matches!(self.quorum, Quorum::None)
    }

    /// Checks a checkpoint: form, log signature, quorum. Lines of unknown keys are ignored; a wrong
    /// signature of a known key refuses the note.
    ///
    /// # Errors
    /// Not a checkpoint, another origin, no log signature, a wrong signature, no quorum.
    pub fn accept(&self, note: &Note) -> Checked<Accepted> {
        let checkpoint = Checkpoint::from_text(&note.text)?;
        let mut signed = false;
        for log in self.logs.iter().filter(|log| log.name() == checkpoint.origin) {
            for line in note.signatures.iter().filter(|line| log.made(line)) {
                log.verify(&note.text, line)?;
                signed = true;
            }
        }
        ensure(signed, "checkpoint: not signed by a log of the policy")?;
        let times = self.cosignatures(&note.text, &note.signatures)?;
        let quorum_time = match &self.quorum {
            Quorum::None => None,
            quorum @ (Quorum::Witness(_) | Quorum::Group(..)) => Some(
                quorum
                    .time(&times)
                    .ok_or_else(|| Flaw::new("checkpoint: no quorum of witnesses"))?,
            ),
        };
        Ok(Accepted {
            checkpoint,
            quorum_time,
        })
    }

    /// The latest time of each witness that cosigned.
    fn cosignatures(&self, text: &str, lines: &[NoteSignature]) -> Checked<HashMap<PublicKey, u64>> {
        let mut times = HashMap::new();
        for witness in &self.witnesses {
            for line in lines.iter().filter(|line| witness.made(line)) {
                let time = witness.verify(text, line)?;
                let latest = times.entry(*witness.key()).or_insert(time);
                *latest = time.max(*latest);
            }
        }
        Ok(times)
    }
}

impl Quorum {
    /// The largest t such that the cosignatures with time >= t still satisfy the quorum.
    fn time(&self, times: &HashMap<PublicKey, u64>) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Witness(key) => times.get(key).copied(),
            Self::Group(k, members) => {
                let mut reached: Vec<u64> = members.iter().filter_map(|m| m.time(times)).collect();
                reached.sort_unstable_by(|a, b| b.cmp(a));
                reached.get(k.checked_sub(1)?).copied()
            }
        }
    }
}

impl FromStr for Policy {
    type Err = Flaw;

    fn from_str(text: &str) -> Checked<Self> {
        let plain = text
            .bytes()
            .all(|b| b == b'\t' || b == b'\n' || (b >= 0x20 && b != 0x7f));
        ensure(plain, "policy: a control character")?;
        ensure(text.ends_with('\n'), "policy: the last line does not end in LF")?;
        let mut reader = Reader::default();
        for line in text.lines() {
            reader.line(line)?;
        }
        reader.finish()
    }
}

/// What the lines so far define. A name is taken out of `free` when a group uses it, so that no
/// witness counts in two ways.
#[derive(Default)]
struct Reader {
    logs: Vec<Vkey>,
    witnesses: Vec<Vkey>,
    free: HashMap<String, Quorum>,
    used: HashMap<String, Quorum>,
    quorum: Option<Quorum>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Checked<()> {
        let line = line.trim_matches([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let words: Vec<&str> = line.split([' ', '\t']).filter(|w| !w.is_empty()).collect();
        match words.as_slice() {
            ["log", key] | ["log", key, _] => {
                let log = vkey(key, KeyType::Ed25519)?;
                ensure(!holds(&self.logs, &log), "policy: two logs have one key")?;
                self.logs.push(log);
                Ok(())
            }
            ["witness", name, key] | ["witness", name, key, _] => {
                let witness = vkey(key, KeyType::Cosignature)?;
                ensure(
                    !holds(&self.witnesses, &witness),
                    "policy: two witnesses have one key",
                )?;
                self.define(name, Quorum::Witness(*witness.key()))?;
                self.witnesses.push(witness);
                Ok(())
            }
            ["group", name, threshold, members @ ..] => {
                let quorum = self.group(threshold, members)?;
                self.define(name, quorum)
            }
            ["quorum", name] => {
                ensure(self.quorum.is_none(), "policy: two quorums")?;
                let defined = self.free.get(*name).or_else(|| self.used.get(*name));
                self.quorum = match (*name, defined) {
                    ("none", _) => Some(Quorum::None),
                    (_, Some(quorum)) => Some(quorum.clone()),
                    (_, None) => return Err(Flaw::new(format!("policy: {name:?} is not defined"))),
                };
                Ok(())
            }
            _ => Err(Flaw::new(format!("policy: not understood: {line:?}"))),
        }
    }

    fn define(&mut self, name: &str, quorum: Quorum) -> Checked<()> {
        let new = name != "none" && !self.free.contains_key(name) && !self.used.contains_key(name);
        ensure(new, format_args!("policy: {name:?} is defined already"))?;
        self.free.insert(name.into(), quorum);
        Ok(())
    }

    fn group(&mut self, threshold: &str, names: &[&str]) -> Checked<Quorum> {
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            let (name, member) = self
                .free
                .remove_entry(*name)
                .ok_or_else(|| Flaw::new(format!("policy: {name:?} is not defined or in a group already")))?;
            members.push(member.clone());
            self.used.insert(name, member);
        }
        let k = match threshold {
            "all" => members.len(),
            "any" => 1,
            number => usize::try_from(decimal(number)?).map_err(|e| Flaw::new(e.to_string()))?,
        };
        ensure(
            (1..=members.len()).contains(&k),
            "policy: the threshold of a group is not 1 to the number of its members",
        )?;
        Ok(Quorum::Group(k, members))
    }

    fn finish(self) -> Checked<Policy> {
        ensure(!self.logs.is_empty(), "policy: no log")?;
        ensure(
            !self.logs.iter().any(|log| holds(&self.witnesses, log)),
            "policy: the log's key is a witness",
        )?;
        Ok(Policy {
            logs: self.logs,
            witnesses: self.witnesses,
            quorum: self.quorum.ok_or_else(|| Flaw::new("policy: no quorum"))?,
        })
    }
}

fn vkey(text: &str, kind: KeyType) -> Checked<Vkey> {
    let vkey: Vkey = text.parse()?;
    ensure(
        vkey.kind() == kind,
        format_args!("policy: {text:?} is a key of another type"),
    )?;
    Ok(vkey)
}

/// Whether a key is among these, under whatever name.
fn holds(vkeys: &[Vkey], vkey: &Vkey) -> bool {
    vkeys.iter().any(|v| v.key() == vkey.key())
}
