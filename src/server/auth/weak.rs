//! Passwords that guessers try first. The lists of guesses that go round are made of well-known words, rows of keys, runs
//! of digits, years, repetitions and the user's name; so all of these are taken out, in every spelling, and what is left
//! must be something of its user's own. There is no list of whole passwords to grow old.

use super::policy;
use unicode_normalization::UnicodeNormalization;

/// Words that count for nothing, without marks: what people take everywhere, what they take here, what this program and
/// its offices are called.
const WORDS: &str = "password passwort passw pass admin administrator root user guest login welcome letmein changeme \
    default secret master access system server test demo iloveyou love lovely forever dragon monkey shadow sunshine \
    princess prince angel flower football baseball basketball superman batman spiderman pokemon starwars michael jordan \
    charlie jessica ashley daniel thomas freedom whatever trustno hello computer internet samsung iphone google facebook \
    youtube windows microsoft killer cheese summer winter spring autumn monday friday sunday thisis liverpool chelsea \
    arsenal manchester barcelona \
    matkhau matma bimat dangnhap taikhoan xinchao camon anhyeuem emyeuanh yeuem yeuanh anhnhoem conyeu tinhyeu giadinh \
    hanhphuc mevabe bome khongbiet khongco khongquen mottrieu vietnam hanoi saigon hochiminh tphcm danang haiphong cantho \
    nguyen tran pham hoang huynh linh huong tuan hung dung minh zalo viettel vinaphone mobifone \
    hailong phieu danhgia quantri quantrivien hethong maychu district uyban ubnd nhandan congan motcua hanhchinh dichvu \
    trungtam canbo chuyenvien lanhdao chutich thanhtra phuong huyen tinh thanhpho quay";

/// Keys as they lie beside each other, and the alphabet.
const ROWS: &str = "1234567890 qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn7ujm qazwsxedcrfvtgbyhnujm \
    abcdefghijklmnopqrstuvwxyz";

/// Shortest part of a row, a run or a name that is known for one, in characters.
const PART: usize = 3;

/// Whether too little of its own is left of a password of this user.
pub(super) fn is_common(password: &str, user: &str) -> bool {
    let text = plain(password);
    let mut words: Vec<Vec<char>> = WORDS.split_whitespace().map(|word| word.chars().collect()).collect();
    let names = user.split(|c: char| !c.is_alphanumeric()).map(plain);
    words.extend(names.chain([plain(user)]).filter(|name| name.len() >= PART));
    let rows: Vec<Vec<char>> = ROWS
        .split_whitespace()
        .flat_map(|row| [row.chars().collect(), row.chars().rev().collect()])
        .collect();
    let (mut rest, mut own) = (once(&text), 0);
    while let [_, behind @ ..] = rest {
        let known = words.iter().filter(|word| begins(rest, word)).map(Vec::len);
        let known = known.chain(rows.iter().map(|row| along(rest, row)));
        match known.chain([run(rest), year(rest)]).max().unwrap_or(0) {
            0 => (rest, own) = (behind, own + 1),
            length => rest = rest.get(length..).unwrap_or_default(),
        }
    }
    own < policy::PASSWORD_OWN
}

/// Lower-case, without marks, spaces and most signs: "Mật khẩu@1" as "matkhau@1".
fn plain(text: &str) -> Vec<char> {
    let lower = text.to_lowercase().replace('đ', "d");
    let letters = lower.nfd().filter(|c| c.is_alphanumeric() || "@$!".contains(*c));
    letters.collect()
}

/// What is repeated, if the whole text is a repetition.
fn once(text: &[char]) -> &[char] {
    let period = (1..text.len()).find(|period| text.iter().zip(text.iter().skip(*period)).all(|(a, b)| a == b));
    text.get(..period.unwrap_or(text.len())).unwrap_or(text)
}

/// Whether the text begins with a word, also where digits and signs stand for letters that look like them.
fn begins(text: &[char], word: &[char]) -> bool {
    let same = |seen: char, meant: char| {
        seen == meant
            || matches!(
                (seen, meant),
                ('0', 'o') | ('1' | '!', 'i' | 'l') | ('3', 'e') | ('4' | '@', 'a') | ('5' | '$', 's') | ('7', 't')
            )
    };
    text.len() >= word.len() && text.iter().zip(word).all(|(seen, meant)| same(*seen, *meant))
}

/// How far the text goes along a row, from anywhere in it.
fn along(text: &[char], row: &[char]) -> usize {
    let far = |from| {
        text.iter()
            .zip(row.iter().skip(from))
            .take_while(|(a, b)| a == b)
            .count()
    };
    let furthest = (0..row.len()).map(far).max().unwrap_or(0);
    if furthest < PART { 0 } else { furthest }
}

/// How often the first character is repeated.
fn run(text: &[char]) -> usize {
    let length = text.iter().take_while(|c| Some(*c) == text.first()).count();
    if length < PART { 0 } else { length }
}

/// The length of a year, if the text begins with one.
fn year(text: &[char]) -> usize {
    match text {
        ['1', '9', a, b, ..] | ['2', '0', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit() => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_guessers_try_first_is_refused_in_every_spelling() {
        for password in [
            "password1234",
            "P@ssw0rd2026",
            "Passw0rd!!!!",
            "passwordpassword",
            "administrator",
            "Admin@123456",
            "qwertyuiop12",
            "1qaz2wsx3edc",
            "123456789012",
            "0987654321098",
            "aaaaaaaaaaaa",
            "abababababab",
            "abcdefghijkl",
            "iloveyou1234",
            "letmein123456",
            "football12345",
            "trustno1trustno1",
            "hello12345678",
            "matkhau12345",
            "Mật khẩu 2026",
            "Anh yêu em 1990",
            "Hài lòng 2026!",
            "quantri@2026",
            "xinchao123456",
            "hanoi hanoi hanoi",
            "vietnam123456",
            "lan.huong1990",
            "LanHuong-2026",
            "nguyenlan19900101",
        ] {
            assert!(is_common(password, "lan.huong"), "{password}");
        }
    }

    #[test]
    fn a_sentence_of_ones_own_is_not() {
        for password in [
            "mot cau de nho",
            "Quầy số 1 mở cửa",
            "sáng nay trời mưa to",
            "correct horse battery staple",
            "con mèo nhà bên hay ngủ",
            "7K2M-QX9T-4V8B-N3HD",
            "bánh mì chả cá Nha Trang",
        ] {
            assert!(!is_common(password, "lan.huong"), "{password}");
        }
    }
}
