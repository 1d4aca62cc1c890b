//! A file's bytes, and what of them was not flushed yet.

/// A file. What a flush has made safe is not kept a second time: it is what is there now, with the changes since taken
/// back, and only a power cut asks for it.
#[derive(Default)]
pub struct File {
    /// Whether the name itself is on the disk.
    named: bool,
    now: Vec<u8>,
    /// Changes since the last flush, oldest first.
    pending: Vec<Pending>,
    /// The bytes that those changes replaced, one after the other.
    replaced: Vec<u8>,
}

/// A change that can be taken back.
struct Pending {
    /// The file's length before it.
    len: usize,
    kind: Kind,
    /// How many bytes it replaced.
    replaced: usize,
}

enum Kind {
    /// So many bytes were written there.
    Write(usize, usize),
    /// It was made so long.
    Cut(usize),
}

/// A change, as it may survive a power cut.
pub enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl File {
    /// All of it flushed, the name, too.
    pub fn flushed(now: Vec<u8>) -> Self {
        Self {
            named: true,
            now,
            ..Self::default()
        }
    }

    pub fn is_named(&self) -> bool {
        self.named
    }

    /// What whoever reads it sees.
    pub fn bytes(&self) -> &[u8] {
        &self.now
    }

    pub fn write(&mut self, at: usize, bytes: &[u8]) {
        let (len, end) = (self.now.len(), at + bytes.len());
        let old = &self.now[at.min(len)..end.min(len)];
        self.replaced.extend_from_slice(old);
        self.pending.push(Pending {
            len,
            kind: Kind::Write(at, bytes.len()),
            replaced: old.len(),
        });
        if at > len {
            self.now.resize(at, 0);
        }
        let over = self.now.len().min(end) - at;
        self.now[at..at + over].copy_from_slice(&bytes[..over]);
        self.now.extend_from_slice(&bytes[over..]);
    }

    pub fn cut(&mut self, to: usize) {
        let len = self.now.len();
        let old = &self.now[to.min(len)..];
        self.replaced.extend_from_slice(old);
        self.pending.push(Pending {
            len,
            kind: Kind::Cut(to),
            replaced: old.len(),
        });
        self.now.resize(to, 0);
    }

    /// What is there now is safe; answers whether the name was new.
    pub fn flush(&mut self) -> bool {
        self.pending.clear();
        self.replaced.clear();
        !std::mem::replace(&mut self.named, true)
    }

    /// What survives whatever happens, and the changes since, oldest first.
    pub fn take_apart(mut self) -> (Vec<u8>, Vec<Change>) {
        let mut changes = Vec::new();
        while let Some(Pending { len, kind, replaced }) = self.pending.pop() {
            let old = self.replaced.split_off(self.replaced.len() - replaced);
            match kind {
                Kind::Write(at, count) => {
                    changes.push(Change::Write(at, self.now[at..at + count].to_vec()));
                    self.now[at..at + replaced].copy_from_slice(&old);
                    self.now.truncate(len);
                }
                Kind::Cut(to) => {
                    changes.push(Change::Cut(to));
                    self.now.truncate(len);
                    self.now.extend_from_slice(&old);
                }
            }
        }
        changes.reverse();
        (self.now, changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken apart is what was flushed, and the changes lead from it to what was there.
    #[test]
    fn changes_are_taken_back_and_lead_to_where_they_did() {
        let mut file = File::default();
        assert!(!file.is_named());
        file.write(2, b"cdef");
        assert!(file.flush(), "the name is new");
        assert!(!file.flush());
        let steps: [&dyn Fn(&mut File); 7] = [
            &|file| file.write(4, b"EFGH"),
            &|file| file.cut(3),
            &|file| file.write(6, b"g"),
            &|file| file.write(0, b"ab"),
            &|file| file.cut(9),
            &|file| file.write(9, b""),
            &|file| file.write(20, b""),
        ];
        steps.iter().for_each(|step| step(&mut file));
        let now = file.bytes().to_vec();
        assert_eq!(now, [b"abc\0\0\0g".as_slice(), &[0; 13]].concat());
        let (kept, changes) = file.take_apart();
        assert_eq!(kept, b"\0\0cdef");
        let mut again = File::flushed(kept);
        for change in changes {
            match change {
                Change::Write(at, bytes) => again.write(at, &bytes),
                Change::Cut(to) => again.cut(to),
            }
        }
        assert_eq!(again.bytes(), now);
    }
}
