// Writing a JSON document and reading it back, with a small parser of its own.
include!("../guest.rs");

use std::collections::BTreeMap;

#[derive(Clone)]
enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

fn write(v: &Json, out: &mut String) {
    match v {
        Json::Null => out.push_str("null"),
        Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Json::Number(n) => out.push_str(&n.to_string()),
        Json::Text(s) => {
            out.push('"');
            for c in s.chars() {
                match c {
                    '"' => out.push_str("\\\""),
                    '\\' => out.push_str("\\\\"),
                    c => out.push(c),
                }
            }
            out.push('"');
        }
        Json::List(l) => {
            out.push('[');
            for (i, v) in l.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(v, out);
            }
            out.push(']');
        }
        Json::Object(o) => {
            out.push('{');
            for (i, (k, v)) in o.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(&Json::Text(k.clone()), out);
                out.push(':');
                write(v, out);
            }
            out.push('}');
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Json {
        match self.bytes[self.at] {
            b'n' => self.word(4, Json::Null),
            b't' => self.word(4, Json::Bool(true)),
            b'f' => self.word(5, Json::Bool(false)),
            b'"' => Json::Text(self.text()),
            b'[' => {
                let mut list = Vec::new();
                self.at += 1;
                while self.bytes[self.at] != b']' {
                    if self.bytes[self.at] == b',' {
                        self.at += 1;
                    }
                    list.push(self.value());
                }
                self.at += 1;
                Json::List(list)
            }
            b'{' => {
                let mut object = BTreeMap::new();
                self.at += 1;
                while self.bytes[self.at] != b'}' {
                    if self.bytes[self.at] == b',' {
                        self.at += 1;
                    }
                    let key = self.text();
                    self.at += 1;
                    object.insert(key, self.value());
                }
                self.at += 1;
                Json::Object(object)
            }
            _ => {
                let from = self.at;
                while !matches!(self.bytes[self.at], b',' | b']' | b'}') {
                    self.at += 1;
                }
                Json::Number(std::str::from_utf8(&self.bytes[from..self.at]).unwrap().parse().unwrap())
            }
        }
    }

    fn word(&mut self, n: usize, v: Json) -> Json {
        self.at += n;
        v
    }

    fn text(&mut self) -> String {
        let mut out = Vec::new();
        self.at += 1;
        while self.bytes[self.at] != b'"' {
            if self.bytes[self.at] == b'\\' {
                self.at += 1;
            }
            out.push(self.bytes[self.at]);
            self.at += 1;
        }
        self.at += 1;
        String::from_utf8(out).unwrap()
    }
}

#[no_mangle]
pub extern "C" fn run(p: *const u8, length: u32) -> u64 {
    let mut items = Vec::new();
    for i in 0..50 {
        let mut o = BTreeMap::new();
        o.insert("id".to_string(), Json::Number(f64::from(i)));
        o.insert("name".to_string(), Json::Text(format!("item \"{}\"", i)));
        o.insert("price".to_string(), Json::Number(f64::from(i) * 1.25));
        o.insert("tags".to_string(), Json::List(vec![Json::Text("new".to_string()), Json::Bool(i % 2 == 0), Json::Null]));
        items.push(Json::Object(o));
    }
    let mut doc = Json::List(items);
    let mut total = 0;
    for _ in 0..input(p, length) {
        let mut text = String::new();
        write(&doc, &mut text);
        total += text.len() as u64;
        doc = Reader { bytes: text.as_bytes(), at: 0 }.value();
    }
    answer(total)
}
