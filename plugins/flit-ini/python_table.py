"""Writes src/python_table/cases.rs: what Python's configparser makes of many texts.

Run with Python 3.11, whose rule for `]` in headers is the one that the plugin follows:

    python3.11 plugins/flit-ini/python_table.py
"""

import configparser
import io
import pathlib
import sys

TEXTS = """
[s]
a=1
---
[s]
a = 1
b : 2
C=3
---
[s]
key with  blanks = v
---
[s]
home-page:http://x:80/?a=b
---
[s]
a==b
---
[s]
a:=b
---
[s]
a=:b
---
[s]
a=
---
[s]
a =   
---
[s]
a="quoted"
b='single' ; no comment
---
[s]
a=back\\slash\\n
b=end\\
c=[x]
---
[s]
a=1 # kept
b=2 ; kept
---
# before
[s]
; comment
   # indented comment
a=1
---
[s]
a=one
# comment inside
  two
---
[s]
a=one
  # indented comment inside
  two
---
[s]
a=one

  two


  three

---
[s]
a=
  one
  two
---
[s]
a=

  one
---
[s]
a=one
two=2
 three=3
---
[s]
  a=1
  b=2
    more
  c=3
---
[s]
  a=1
b=2
 c
---
[s]
\ta=1
\t b
  c=2
---
[s]
a=1
  [t]
  b=2
---
[s]
a=1
[t]
b=2
---
 [s]
 a=1
---
[s]
  a=1
 [t]
 b=2
---
[s] trailing
a=1
---
[s]]
a=1
---
[s]x]y
a=1
---
[ s ]
a=1
---
[s"]
a=1
---
["s"]
a=1
---
[S]
a=1
[s]
a=2
---
[]
a=1
---
[
a=1
---
[s]
[x=1
---
[s]
[]=1
---
[s]
[x]=1
a=2
---
[a=b]
c=1
---
[a:b
---
a=1
---
a=1
[s]
---
[s]
nothing
---
[s]
nothing
more
---
[s]
a=1
nothing
---
[s]
=1
---
[s]
:1
---
[s]
  = 1
---
[s]
a=1
a=2
---
[s]
a=1
A=2
---
[s]
a=1
[s]
b=2
---
[DEFAULT]
a=1
[s]
b=2
---
[DEFAULT]
a=1
[s]
a=2
[t]
---
[s]
b=2
[DEFAULT]
a=1
---
[DEFAULT]
a=1
[s]
[DEFAULT]
b=2
---
[DEFAULT]
a=1
[DEFAULT]
a=2
---
[default]
a=1
[s]
b=1
---
[s]
a=1
b=%(a)s-%(a)s
---
[s]
a=1
b=%(A)s
---
[s]
a=100%%
b=%%(a)s
c=%%%%
---
[s]
a=50%
---
[s]
a=50% off
---
[s]
a=%(b)s
---
[s]
a=%(b
---
[s]
a=%(b)
b=1
---
[s]
a=%(b)d
b=1
---
[s]
a=%()s
---
[s]
a=%(a)s
---
[s]
a=%(b)s
b=%(a)s
---
[s]
a0=x
a1=%(a0)s
a2=%(a1)s
a3=%(a2)s
a4=%(a3)s
a5=%(a4)s
a6=%(a5)s
a7=%(a6)s
a8=%(a7)s
a9=%(a8)s
a10=%(a9)s
---
[s]
a0=x
a1=%(a0)s
a2=%(a1)s
a3=%(a2)s
a4=%(a3)s
a5=%(a4)s
a6=%(a5)s
a7=%(a6)s
a8=%(a7)s
a9=%(a8)s
a10=%(a9)s
a11=%(a10)s
---
[DEFAULT]
base=http://x
[s]
a=%(base)s/a
---
[DEFAULT]
a=%(b)s
b=default
[s]
b=own
---
[s]
a=x%(b)sy
b=
  1
  2
---
[s]
a (b)=1
c=%(a (b)s
---
[s]
a=1
b=%(a)s%(a)s%%%(a)s
---
[s]
ä=ö
Ü = ß
b=%(Ü)s
---
[s]
a=1
   
\t
b=2
---
[s]
a=x
 
 y
---
[s]
a=x
#
 y
b=z
---
[s]
# only comments
---
[s]
a=1
[t
---
[s]
a=1
 [t]
---
[s]
a=1

[t]
  
b=2
---
[s]
a=,
 = b
 : c
---
[s]
a=1
  b=2
  c=3
d=4
---
[x y]
a.b-c_d=1
"""

# Line ends, blanks that only Python takes for such, characters that mean something to other dialects.
MORE_TEXTS = [
    "",
    "\n\n",
    "# nothing",
    "[s]",
    "[s]\r\na=1\r\n  b\r\nc=2\r\n",
    "[s]\ra=1\r  b\r",
    "[s]\n\x1fa\x1f=\x1f1\x1f\n\x1c\x1db\n",
    "[s]\n\x0ba=1\n \x0cb\n",
    "[s]\n\xa0a=\xa01\n\xa0\xa0b\n\u3000\u3000c=1",
    "[s]\na=1\x0b2\x0c3\x852\u20283",
    "[s]\na=\x00\nb=x\ty",
    "[s]\n\u200ba=1",
    "[s]\na=$x ${y} `z` \\x41 \\\\ \\\"",
    "[s]\n\"a\"=1\n'b'=2\na\\=3",
    "[s]\nİ=1\nΣΑΣ=2",
    "\ufeff[s]\na=1",
    "[s]\na=1\n;[t]\nb=2\n  ;c",
    "[s]\na = 1\\\n b",
    "[s]\na=1\n\\\nb=2",
]


def outcome(text):
    """Reads a text as flit does and shows what can be seen of it; the name of the exception if there is one."""
    parser = configparser.ConfigParser()
    try:
        parser.read_file(io.StringIO(io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8").read()))
        shown = ""
        for section in parser.sections():
            shown += f"[{section}]\n"
            for key, value in sorted(parser[section].items()):
                value = value.replace("\\", "\\\\").replace("\n", "\\n")
                shown += f"{key}={value}\n"
        return shown
    except configparser.Error as error:
        return "!" + type(error).__name__


def literal(text):
    """Writes a Rust string literal on one line."""
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", '"': '\\"'}
    plain = lambda c: c.isprintable() and c != "\u200b"
    return '"' + "".join(short.get(c) or (c if plain(c) else f"\\u{{{ord(c):x}}}") for c in text) + '"'


def main():
    assert sys.version_info[:2] == (3, 11), "the table is that of Python 3.11"
    texts = TEXTS.strip("\n").split("\n---\n")
    lines = [f"    ({literal(text)}, {literal(outcome(text))}),\n" for text in texts + MORE_TEXTS]
    path = pathlib.Path(__file__).parent / "src" / "python_table" / "cases.rs"
    path.write_text(
        "//! What Python 3.11 makes of each text, written by `python_table.py`: do not edit.\n\n"
        "#[rustfmt::skip] // one case on each line\n"
        "pub(super) const CASES: &[(&str, &str)] = &[\n" + "".join(lines) + "];\n"
    )


if __name__ == "__main__":
    main()
