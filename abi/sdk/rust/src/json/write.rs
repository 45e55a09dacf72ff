use super::{number, Json, MAX_DEPTH};
use crate::code::Code;
use crate::error::Error;

impl Json {
    /// The text of the value: members in the order of their names, no white space, each number in its shortest form.
    /// `invalid_argument` for a number that is not finite and for more levels than [`MAX_DEPTH`].
    pub fn to_text(&self) -> Result<String, Error> {
        let mut out = String::new();
        self.append(&mut out, MAX_DEPTH)?;
        Ok(out)
    }

    fn append(&self, out: &mut String, depth: usize) -> Result<(), Error> {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Int(int) => out.push_str(&int.to_string()),
            Json::Float(float) if float.is_finite() => number::write(*float, out),
            Json::Float(_) => return Err(Error::new(Code::InvalidArgument, "a number is not finite")),
            Json::String(text) => quote(text, out),
            Json::Array(items) => {
                let depth = deeper(depth)?;
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.append(out, depth)?;
                }
                out.push(']');
            }
            Json::Object(members) => {
                let depth = deeper(depth)?;
                out.push('{');
                for (i, (name, value)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    value.append(out, depth)?;
                }
                out.push('}');
            }
        }
        Ok(())
    }
}

fn deeper(depth: usize) -> Result<usize, Error> {
    depth.checked_sub(1).ok_or_else(|| Error::new(Code::InvalidArgument, "a value has too many levels"))
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                out.push_str(if control < '\u{10}' { "\\u000" } else { "\\u001" });
                out.push(char::from_digit(control as u32 % 16, 16).unwrap_or('0'));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod test {
    use super::*;
    use crate::object;

    fn text(value: Json) -> String {
        value.to_text().expect("it has a JSON form")
    }

    #[test]
    fn members_are_in_order_and_without_white_space() {
        let value = object! { "b": 1, "a": vec![Json::Null, Json::from(true), Json::from(false)], "A": object! {} };
        assert_eq!(text(value), r#"{"A":{},"a":[null,true,false],"b":1}"#);
    }

    #[test]
    fn only_what_must_be_is_escaped() {
        let value = Json::from("\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}é😀\u{2028}");
        assert_eq!(text(value), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}é😀\u{2028}\"");
    }

    #[test]
    fn numbers_have_their_shortest_form() {
        let cases: &[(f64, &str)] = &[
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1.5e-6, "0.0000015"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (-2.5e-9, "-2.5e-9"),
            (123456789012345680000.5, "1.2345678901234568e+20"),
            (9223372036854775808.0, "9.223372036854776e+18"),
            (-9223372036854775808.0, "-9223372036854775808"),
            (1e300, "1e+300"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (0.30000000000000004, "0.30000000000000004"),
            (1234.5678, "1234.5678"),
        ];
        for (number, want) in cases {
            assert_eq!(text(Json::Float(*number)), *want);
        }
        assert_eq!(text(Json::Int(i64::MIN)), "-9223372036854775808");
    }

    #[test]
    fn what_has_no_form_is_refused() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = Json::Array(vec![Json::Float(number)]).to_text().expect_err("not finite");
            assert_eq!(error.code, Code::InvalidArgument);
        }
        let nested = |levels| (0..levels).fold(Json::Int(1), |inner, _| Json::Array(vec![inner]));
        assert!(nested(MAX_DEPTH).to_text().is_ok());
        assert!(nested(MAX_DEPTH + 1).to_text().is_err());
    }
}
