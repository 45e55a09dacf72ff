use super::{number, Json, MAX_DEPTH};
use crate::code::Code;
use crate::error::Error;
use std::collections::BTreeMap;

impl Json {
    /// Reads one JSON text, strictly: no member twice, nothing after it, no more levels than [`MAX_DEPTH`], valid UTF-8
    /// without lone surrogates, whole numbers that fit an `i64` and others that fit a binary64. Anything else is
    /// `invalid_argument`, with the `offset` of the byte at which it was seen.
    pub fn parse(text: &[u8]) -> Result<Json, Error> {
        let mut parser = match std::str::from_utf8(text) {
            Ok(text) => Parser { text, at: 0 },
            Err(fault) => return Err(refuse("invalid UTF-8", fault.valid_up_to())),
        };
        let value = parser.value(MAX_DEPTH)?;
        match parser.look() {
            None => Ok(value),
            Some(_) => Err(parser.fault("something follows the value")),
        }
    }
}

fn refuse(why: &str, offset: usize) -> Error {
    Error::new(Code::InvalidArgument, format!("no strict JSON: {}", why)).with("offset", offset as i64)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn fault(&self, why: &str) -> Error {
        refuse(why, self.at)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space.
    fn look(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Passes over that byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let is = self.byte() == Some(byte);
        self.at += is as usize;
        is
    }

    fn value(&mut self, depth: usize) -> Result<Json, Error> {
        match self.look() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => Err(self.fault("no value")),
            None => Err(self.fault("it ends too early")),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Error> {
        if !self.rest().starts_with(word) {
            return Err(self.fault("no value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn deeper(&self, depth: usize) -> Result<usize, Error> {
        depth.checked_sub(1).ok_or_else(|| self.fault("too many levels"))
    }

    fn object(&mut self, depth: usize) -> Result<Json, Error> {
        let depth = self.deeper(depth)?;
        self.at += 1;
        let mut members = BTreeMap::new();
        if self.look() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            if self.look() != Some(b'"') {
                return Err(self.fault("no name of a member"));
            }
            let start = self.at;
            let name = self.string()?;
            if self.look() != Some(b':') {
                return Err(self.fault("no colon"));
            }
            self.at += 1;
            let value = self.value(depth)?;
            if members.insert(name, value).is_some() {
                return Err(refuse("a member stands there twice", start));
            }
            if self.end(b'}')? {
                return Ok(Json::Object(members));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, Error> {
        let depth = self.deeper(depth)?;
        self.at += 1;
        let mut items = Vec::new();
        if self.look() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.end(b']')? {
                return Ok(Json::Array(items));
            }
        }
    }

    /// Passes over a comma, or over the end of an object or list, and says whether it was the end.
    fn end(&mut self, closing: u8) -> Result<bool, Error> {
        self.look();
        let ends = self.take(closing);
        if ends || self.take(b',') {
            return Ok(ends);
        }
        Err(self.fault("no comma and no end"))
    }

    fn digits(&mut self) -> Result<(), Error> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.fault("no digit"));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Json, Error> {
        let start = self.at;
        let mut plain = true;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            plain = false;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            plain = false;
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        number::parse(text, plain).ok_or_else(|| refuse("a number does not fit", start))
    }

    fn string(&mut self) -> Result<String, Error> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.byte(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(self.text.get(start..self.at).unwrap_or(""));
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.fault("a control character in a text")),
                None => return Err(self.fault("it ends too early")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Error> {
        self.at += 1;
        let c = match self.byte() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.fault("an unknown escape")),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, Error> {
        let mut unit = self.hex()?;
        if (0xd800..0xdc00).contains(&unit) && self.take(b'\\') && self.take(b'u') {
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            }
        }
        char::from_u32(unit).ok_or_else(|| self.fault("a lone surrogate"))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| self.fault("no hexadecimal digit"))?;
            self.at += 1;
        }
        Ok(unit)
    }
}

#[cfg(test)]
mod test {
    use super::*;

    fn reprint(text: &str) -> String {
        Json::parse(text.as_bytes()).expect(text).to_text().expect(text)
    }

    #[test]
    fn reading_and_writing_gives_the_one_form() {
        let cases = [
            (
                r#"{ "b":1.0, "a":[1e3,-0.0,true,null], "é":"\u00e9\u0007\/\t\"", "A":{}, "\ud83d\ude00":9007199254740993 }"#,
                "{\"A\":{},\"a\":[1000,0,true,null],\"b\":1,\"é\":\"é\\u0007/\\t\\\"\",\"😀\":9007199254740993}",
            ),
            (" [ ] ", "[]"),
            ("\t{\r\n}", "{}"),
            ("-0", "0"),
            ("1E-7", "1e-7"),
            ("123456789012345680000.5", "1.2345678901234568e+20"),
            ("9223372036854775808.0", "9.223372036854776e+18"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("0.1e1", "1"),
            (r#""\u0000""#, r#""\u0000""#),
            (r#""\ud834\udd1e""#, "\"𝄞\""),
        ];
        for (text, want) in cases {
            assert_eq!(reprint(text), want);
        }
    }

    #[test]
    fn what_is_not_strict_is_refused_where_it_stands() {
        let cases: &[(&str, i64)] = &[
            ("", 0),
            (" ", 1),
            ("{", 1),
            ("[1", 2),
            ("[1,]", 3),
            ("{\"a\":1,}", 7),
            ("{\"a\" 1}", 5),
            ("{a:1}", 1),
            ("{\"a\":1,\"a\":2}", 7),
            ("{\"a\":1,\"\\u0061\":2}", 7),
            ("1 2", 2),
            ("01", 1),
            ("1.", 2),
            (".5", 0),
            ("+1", 0),
            ("-", 1),
            ("1e", 2),
            ("1e400", 0),
            ("9223372036854775808", 0),
            ("-9223372036854775809", 0),
            ("NaN", 0),
            ("tru", 0),
            ("nul", 0),
            ("\"a", 2),
            ("\"\n\"", 1),
            ("\"\\x\"", 2),
            ("\"\\u12g4\"", 5),
            ("\"\\ud800\"", 7),
            ("\"\\ud800\\u0041\"", 13),
            ("\"\\udc00\"", 7),
            ("'a'", 0),
            ("\u{feff}1", 0),
            ("[1] // note", 4),
        ];
        for (text, offset) in cases {
            let error = Json::parse(text.as_bytes()).expect_err(text);
            assert_eq!(error.code, Code::InvalidArgument, "{}", text);
            assert_eq!(error.details.get("offset"), Some(&Json::Int(*offset)), "{}: {}", text, error);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        for bytes in [&b"\"\xff\""[..], b"\"\xc0\xaf\"", b"\"\xed\xa0\x80\""] {
            assert!(Json::parse(bytes).is_err());
        }
    }

    #[test]
    fn levels_are_counted() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Json::parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(Json::parse(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(Json::parse("[".repeat(1_000_000).as_bytes()).is_err());
    }

    // Every number that is written reads back as the same value: a walk over bit patterns far apart.
    #[test]
    fn numbers_read_back() {
        let mut bits: u64 = 0x9e37_79b9_7f4a_7c15;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = f64::from_bits(bits);
            if number.is_finite() {
                let value = Json::from(number);
                assert_eq!(Json::parse(value.to_text().unwrap().as_bytes()), Ok(value));
            }
        }
    }
}
