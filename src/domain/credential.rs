//! What people are let in by and reached at: login, password, phone, mail; and one line of text.
//!
//! In: text that a form or a file gave. Out: the text as it is kept, or the refusal at its field.
//! Never: a password or a phone number in a refusal.

use super::refusal::{
    Lawful, Reason, Refusal,
    account::{EMAIL, LINE, LOGIN_FORM, PASSWORD_WEAK, PHONE},
    require,
};

/// The least length of a password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// The greatest: more would only cost time to hash.
const PASSWORD_MAX: usize = 200;
/// The greatest length of a name or an address, in characters.
pub const NAME_MAX: usize = 100;

fn refused(reason: &'static Reason, field: &str) -> Refusal {
    Refusal::new(reason).at(field)
}

/// One line of 1 to `max` characters, without control characters, trimmed.
///
/// # Errors
/// `field.line`.
pub fn line(text: &str, field: &str, max: usize) -> Lawful<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= max;
    require(fits && !text.chars().any(char::is_control), || {
        refused(&LINE, field).fact("field", field).fact("max", max)
    })?;
    Ok(text.to_owned())
}

/// A name to sign in with: 3 to 32 of `a-z 0-9 . _ -`, beginning with a letter or digit; capitals
/// are taken for small letters.
///
/// # Errors
/// `account.login_form`.
pub fn login(text: &str, field: &str) -> Lawful<String> {
    let login = text.trim().to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let begins = login.bytes().next().is_some_and(plain);
    let goes_on = login.bytes().all(|b| plain(b) || matches!(b, b'.' | b'_' | b'-'));
    require(begins && goes_on && (3..=32).contains(&login.len()), || {
        refused(&LOGIN_FORM, field)
    })?;
    Ok(login)
}

/// A password worth the name: long enough, of five characters or more that differ, without the login.
///
/// # Errors
/// `account.password_weak`.
pub fn password(text: &str, login: &str, field: &str) -> Lawful<()> {
    let length = text.chars().count();
    let mut different: Vec<char> = text.chars().collect();
    different.sort_unstable();
    different.dedup();
    let names_itself = !login.is_empty() && text.to_lowercase().contains(login);
    let good = (PASSWORD_MIN..=PASSWORD_MAX).contains(&length) && different.len() >= 5 && !names_itself;
    require(good, || refused(&PASSWORD_WEAK, field).fact("min", PASSWORD_MIN))
}

/// A phone number: 7 to 20 digits, with `+`, `-` and spaces between, which are dropped but the plus.
///
/// # Errors
/// `account.phone`.
pub fn phone(text: &str, field: &str) -> Lawful<String> {
    let phone: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = phone.strip_prefix('+').unwrap_or(&phone);
    let sound = digits.bytes().all(|b| b.is_ascii_digit()) && (7..=20).contains(&digits.len());
    require(sound, || refused(&PHONE, field))?;
    Ok(phone)
}

/// An address of mail: one `@`, a dot in the host, no spaces, 100 characters at most.
///
/// # Errors
/// `account.email`.
pub fn email(text: &str, field: &str) -> Lawful<String> {
    let email = text.trim();
    let sound = email.split_once('@').is_some_and(|(name, host)| {
        let inner = host.split('.').all(|part| !part.is_empty()) && host.contains('.');
        !name.is_empty() && !host.contains('@') && inner
    });
    let clean = email
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b',' | b'"'));
    require(sound && clean && email.len() <= NAME_MAX, || {
        refused(&EMAIL, field)
    })?;
    Ok(email.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: PartialEq + std::fmt::Debug>(given: Lawful<T>, expected: Result<T, &str>) {
        assert_eq!(given.map_err(|refusal| refusal.reason.code), expected);
    }

    #[test]
    fn lines() {
        check(line("  甲公司 ", "name", 3), Ok("甲公司".into()));
        for bad in ["", "  ", "甲乙丙丁", "a\nb"] {
            check(line(bad, "name", 3), Err("field.line"));
        }
    }

    #[test]
    fn logins() {
        check(login(" Zhang.San ", "login"), Ok("zhang.san".into()));
        for bad in ["", "ab", "张三丰", ".abc", "a b c", &"a".repeat(33)] {
            check(login(bad, "login"), Err("account.login_form"));
        }
    }

    #[test]
    fn passwords() {
        check(password("correct horse", "me", "new_password"), Ok(()));
        for bad in [
            "",
            "123456789",
            "aaaaaaaaaaaa",
            "xx-zhangsan-9",
            &"ab3de".repeat(41),
        ] {
            check(
                password(bad, "zhangsan", "new_password"),
                Err("account.password_weak"),
            );
        }
    }

    #[test]
    fn phones_and_mail() {
        check(phone("+86 138-0013-8000", "phone"), Ok("+8613800138000".into()));
        for bad in ["", "12", "138001380a0", "1".repeat(21).as_str()] {
            check(phone(bad, "phone"), Err("account.phone"));
        }
        check(email(" a@b.cn ", "email"), Ok("a@b.cn".into()));
        for bad in ["", "a", "a@b", "a@@b.cn", "a@.cn", "a b@c.cn", "甲@b.cn"] {
            check(email(bad, "email"), Err("account.email"));
        }
    }
}
