"""Consistent pseudonyms for host names, domains, people, addresses and serial numbers.

A text keeps its shape: a name has as many labels as before and the same domain as the names that
shared it, an address is one of the documentation ranges (RFC 5737, RFC 3849), a serial number has
as many digits. Whoever holds the mapping can read the original; nobody else can.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, get_args

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from .host_names import Name, folded, generic, named, shaped
from .stand_in_addresses import documentation_address, meaningless
from .stand_in_numbers import number_like, spellings

Kind = Literal["names", "addresses", "serials"]
Table = Literal["hosts", "domains", "phrases", "users", "addresses", "serials"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TABLES: tuple[Table, ...] = get_args(Table)

SHORTEST_SERIAL = 8
"""Hexadecimal digits from which a number tells whose it is; `01` does not."""
_REMEMBERED = 1 << 16  # tokens whose rewriting is kept; logs say the same over and over
_MARK = b"\0"
_RUN = re.compile(rb"(/?[\w\x80-\xff*:.@+\[\]-]{4,})")
"""What may hold a name or an address; most runs have been seen before."""

_TELLING = re.compile(rb"[.:@]|^/|SEP|CSF")
"""What is in a run that may hold one. Any other is text, and was looked at as such."""

_TIME = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.+Z-]+|\d\d:\d\d:\d\d[.,\d]*:?")
_DEVICE = rb"(?:SEP|CSF)[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}"
_LETTER = rb"[\w\x80-\xff*-]"
_TOKEN = re.compile(
    rb"(?P<user>(?<![\w.+%@-])[A-Za-z0-9][\w.+-]{0,63})@(?=[\w*-]{1,63}\.|\[?\d)"
    rb"|(?P<device>(?<![\w:-])(?:" + _DEVICE + rb")(?![\w:-]))"
    rb"|(?P<six>(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:]))"
    rb"|(?P<dotted>(?<![\w.*\x80-\xff-])" + _LETTER + rb"{1,63}(?:\." + _LETTER + rb"{1,63}){1,30})"
)
_GOES_ON = re.compile(rb"[\w\x80-\xff-]*\.[\w\x80-\xff]")
_BEGAN = re.compile(rb"[.@][\w\x80-\xff*-]*\Z")
_JOINS = re.compile(rb"[\w\x80-\xff*.@-]")
_PATH = re.compile(rb"[A-Za-z0-9+_-]{16,2000}")
_SERIAL = re.compile(
    rb"(?P<label>serial[ _-]?(?:number|no)?\b[\"']?(?:</?[\w:]{1,40}>|[ \t:=\"'>]){1,8})"
    rb"(?P<value>[0-9A-Za-z]{6,80})(?![\w.])",
    re.IGNORECASE,
)
_ROLES = frozenset(
    ("admin", "administrator", "root", "system", "serviceproxy", "serviceserver", "clusterdb")
)
"""Users that every Expressway has."""


_ROLES_OF_UC = ("ec", "ms")
"""Ends of names by which Unified CM tells its ECDSA and its multi-server certificates."""

_TOKEN_OF_CALL = re.compile(r"[0-9a-f-]{16,}", re.IGNORECASE)
_MOST = 100_000
"""Pseudonyms of one table. Whatever a hostile log names beyond them shares the last one."""


class Pseudonyms:
    """The pseudonyms of one case. What is to be found everywhere has to be made known first.

    `kinds` are what is replaced. `kept` are phrases that everybody knows, lower case. `mapping`
    holds pseudonyms that were given before, as `mapping()` gives them.
    """

    def __init__(
        self,
        kinds: Collection[Kind],
        kept: Collection[str] = (),
        mapping: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.kinds = frozenset(kinds)
        self._kept = frozenset(kept)
        before = mapping or {}
        self._tables: dict[Table, dict[str, str]] = {t: dict(before.get(t, {})) for t in TABLES}
        self._taken = {t: set(table.values()) for t, table in self._tables.items()}
        self._literals: dict[bytes, tuple[str, bool]] = {}
        self._rewritten: dict[bytes, bytes] = {}
        self._forms: dict[bytes, bytes] = {}
        for phrase in self._tables["phrases"]:
            self.know_phrase(phrase, "Name")
        self.know_names((*self._tables["domains"], *self._tables["hosts"]))

    def mapping(self) -> dict[str, dict[str, str]]:
        """Pseudonyms by original, in the tables hosts, domains, phrases, users, and so on."""
        return {table: dict(sorted(found.items())) for table, found in self._tables.items()}

    def know_names(self, names: Iterable[str]) -> None:
        """Make host names and domains known, so that each is found in any text."""
        if "names" not in self.kinds:
            return
        for text in sorted({folded(name) for name in names if name}):
            name = named(text, self._tables["domains"], known=True)
            if name is None:
                self._know_label(text)
                continue
            self._domain(name.domain)
            self._literal(text, self.name(text), anywhere=True)
            brand = name.domain.partition(".")[0]
            if len(brand) > 3 and not generic(brand):
                self._literal(brand, self._domain(name.domain).partition(".")[0], anywhere=True)
            for label in name.labels:
                self._know_label(label)

    def know_domain(self, domain: str) -> None:
        """Make a domain known that may be of one label, such as `lab`."""
        text = folded(domain)
        if text and "." not in text and "names" in self.kinds:
            self._domain(text)
        else:
            self.know_names([text])

    def know_phrase(self, phrase: str, word: str) -> None:
        """Make a text of a certificate's subject known: a person's, a firm's or a CA's name.

        `word` says what it is and begins its pseudonym. A single plain word is replaced only
        where it is the value of something, since it may stand anywhere as itself.
        """
        if len(phrase) < 3 or phrase.lower() in self._kept or "names" not in self.kinds:
            return
        marked = f"temporary {word}" if "temporary" in phrase.lower() else word
        alias = self._numbered("phrases", " ".join(phrase.lower().split()), f"{marked} {{}}")
        anywhere = not phrase.isalpha()
        for spelt in dict.fromkeys((phrase, re.sub(r'([,+"\\<>;])', r"\\\1", phrase))):
            self._literal(spelt, alias, anywhere=anywhere)
        self._literal(phrase.replace(" ", "_"), alias.replace(" ", "_"), anywhere=anywhere)

    def know_user(self, user: str) -> None:
        """Make the name of an account known; it is replaced where it is a value."""
        if "names" in self.kinds and user.lower() not in _ROLES and len(user) > 1:
            self._literal(user, self._user(user), anywhere=False)

    def know_serial(self, digits: str, alias: str | None = None) -> None:
        """Make a serial number, a fingerprint or a key identifier (hexadecimal) known."""
        if "serials" not in self.kinds or len(digits) < SHORTEST_SERIAL:
            return
        if alias is not None:
            self._tables["serials"][digits] = alias
        alias = self.serial(digits)
        for old, new in zip(spellings(digits), spellings(alias), strict=True):
            self._literal(old, new, anywhere=True)

    def know_addresses(self, addresses: Iterable[str]) -> None:
        """Give addresses their pseudonyms in order, whatever order the files stand in."""
        for address in sorted(set(addresses)):
            self.address(address)

    def name(self, text: str) -> str:
        """The pseudonym of a host name or domain; the text itself where it names nobody."""
        if "names" not in self.kinds:
            return text
        name = named(text, self._tables["domains"])
        if name is None:
            label = folded(text)
            known = label in self._tables["hosts"] or label in self._tables["domains"]
            return self._label(text) if known and "." not in text else text
        return self._renamed(name)

    def address(self, text: str) -> str:
        """The pseudonym of an IP address; the text itself where it is none, or means a kind."""
        if "addresses" not in self.kinds:
            return text
        table = self._tables["addresses"]
        key = text.lower()
        if key not in table:
            if meaningless(text):
                return text
            number = len(table)
            if number >= _MOST:
                return documentation_address(key, number)
            while (alias := documentation_address(key, number)) in self._taken["addresses"]:
                number += 1
            table[key] = alias
            self._taken["addresses"].add(alias)
        return table[key]

    def serial(self, text: str) -> str:
        """The pseudonym of a serial number: as many digits, beginning alike."""
        if "serials" not in self.kinds or len(text) < SHORTEST_SERIAL:
            return text
        table = self._tables["serials"]
        if text not in table:
            alias = number_like(text, len(table))
            if len(table) >= _MOST:
                return alias
            table[text] = alias
        return table[text]

    def text(self, text: str) -> str:
        """The text with everything replaced that is of the kinds asked for."""
        data = text.encode("utf-8", "surrogatepass")
        return self.rewritten(data).decode("utf-8", "surrogatepass")

    def value(self, text: str) -> str:
        """The text as it is where it is all of something's value, such as a firm's name."""
        return self.text(f"={text}")[1:]

    def rewritten(self, data: bytes) -> bytes:
        """The same for text in UTF-8, or in anything like ASCII."""
        if not self.kinds:
            return data
        if "serials" in self.kinds and b"serial" in data.lower():
            data = _SERIAL.sub(self._labelled, data)
        between: list[bytes] = []
        aliases: list[bytes] = []
        end = 0
        for begin, stop, alias in self._found(data, inside_names=False):
            between.append(data[end:begin])
            aliases.append(alias)
            end = stop
        between.append(data[end:])
        # All at once, since most pieces are short; a mark that is in the text would tell no piece.
        if _MARK not in data:
            between = self._runs(_MARK.join(between)).split(_MARK)
        else:
            between = [self._runs(piece) for piece in between]
        pieces = [b""] * (len(between) + len(aliases))
        pieces[::2], pieces[1::2] = between, aliases
        return b"".join(pieces)

    def _runs(self, data: bytes) -> bytes:
        """Text between known literals, rewritten run by run."""
        parts = _RUN.split(data)
        known = self._rewritten
        if len(known) >= _REMEMBERED:
            known.clear()
        for run in dict.fromkeys(parts[1::2]):  # in their order, by which names are numbered
            if run not in known:
                known[run] = self._run(run)
        parts[1::2] = map(known.__getitem__, parts[1::2])
        return b"".join(parts)

    def _run(self, run: bytes) -> bytes:
        if not _TELLING.search(run) or _TIME.fullmatch(run):
            return run
        if run.startswith(b"/"):
            return b"/" + (self._path(run[1:]) if _PATH.fullmatch(run, 1) else self._run(run[1:]))
        pieces: list[bytes] = []
        end = 0
        for token in _TOKEN.finditer(run):
            pieces += self._plain(run[end : token.start()]), self._token(token)
            end = token.end()
        return b"".join((*pieces, self._plain(run[end:])))

    def _token(self, match: re.Match[bytes]) -> bytes:
        token = match[0]
        text = token.decode("utf-8", "surrogateescape")
        match match.lastgroup:
            case "user":
                return self._user(text[:-1]).encode() + b"@"
            case "device" if "addresses" in self.kinds:
                return self._device(text).encode()
            case "six":
                return self.address(text).encode()
            case "dotted":
                changed = self.address(text)
                if changed == text:
                    changed = self.name(text)
                if changed != text:
                    return changed.encode("utf-8", "surrogateescape")
        return self._plain(token)

    def _path(self, token: bytes) -> bytes:
        """What an MRA request's path begins with: `domain/https/host/port` in Base64."""
        try:
            plain = base64.b64decode(token + b"=" * (-len(token) % 4), b"-_", validate=True)
        except binascii.Error:
            return self._plain(token)
        if b"/http" not in plain or not plain.isascii():
            return self._plain(token)
        renamed = base64.b64encode(self.rewritten(plain), b"-_")
        return renamed if len(token) % 4 == 0 else renamed.rstrip(b"=")

    def _user(self, text: str) -> str:
        if "names" not in self.kinds or text.lower() in _ROLES or _TOKEN_OF_CALL.fullmatch(text):
            return text
        return self._numbered("users", text.lower(), "user-{}")

    def _device(self, text: str) -> str:
        """A MAC address, or a device's name made of one: a locally administered address."""
        plain = re.sub(r"[:-]|^(?:SEP|CSF)", "", text).lower()
        found = self._numbered("addresses", plain, "02005e{:06x}")
        digits = found if text[-1].islower() else found.upper()
        if text[:3] in ("SEP", "CSF"):
            return text[:3] + digits
        return text[2].join(re.findall("..", digits))

    def _labelled(self, match: re.Match[bytes]) -> bytes:
        value = match["value"].decode()
        if not any(char.isdigit() for char in value) or value.lower().encode() in self._literals:
            return match[0]
        return match["label"] + self.serial(value).encode()

    def _plain(self, data: bytes) -> bytes:
        """Text between names, in which known literals may stand."""
        pieces: list[bytes] = []
        end = 0
        for begin, stop, alias in self._found(data, inside_names=True):
            pieces += data[end:begin], alias
            end = stop
        pieces.append(data[end:])
        return b"".join(pieces)

    def _found(self, data: bytes, *, inside_names: bool) -> Iterator[tuple[int, int, bytes]]:
        """Known literals: where they begin and end, and their pseudonyms."""
        search = self._search
        lowered = data.lower()
        for _, begin, stop in search.find_matches_as_indexes(lowered) if search else ():
            first, last = data[max(0, begin - 1) : begin], data[stop : stop + 1]
            if first.isalnum() or last.isalnum():
                continue
            alias, anywhere = self._literals[lowered[begin:stop]]
            # A label of a longer name is looked at together with that.
            if not inside_names and (
                (_JOINS.match(last) and _GOES_ON.match(data, stop, stop + 64))
                or (_JOINS.match(first) and _BEGAN.search(data, max(0, begin - 64), begin))
            ):
                continue
            if not anywhere and not data[max(0, begin - 8) : begin].rstrip().endswith((b"=", b'"')):
                continue
            yield begin, stop, self._written(data[begin:stop], alias)

    def _written(self, old: bytes, alias: str) -> bytes:
        """The pseudonym of a known literal in the form in which that stands in the text."""
        if old not in self._forms:
            if len(self._forms) >= _REMEMBERED:
                self._forms.clear()
            text = old.decode("utf-8", "replace")
            renamed = self.name(text) if "." in text else text
            self._forms[old] = (renamed if renamed != text else shaped(alias, text)).encode()
        return self._forms[old]

    @cached_property
    def _search(self) -> BytesAhoCorasick | None:
        if not self._literals:
            return None
        return BytesAhoCorasick(list(self._literals), MatchKind.LeftmostLongest)

    def _literal(self, text: str, alias: str, *, anywhere: bool) -> None:
        key = text.encode("utf-8", "surrogateescape").lower()
        if text != alias and key not in self._literals:
            self._literals[key] = alias, anywhere
            self.__dict__.pop("_search", None)
            self._rewritten.clear()
            self._forms.clear()

    def _know_label(self, label: str) -> None:
        if "names" in self.kinds and not generic(label) and len(label) > 1:
            self._literal(label, self._label(label), anywhere=True)

    def _label(self, label: str) -> str:
        """The pseudonym of one label. The same label has the same wherever it stands."""
        if generic(label):
            return label
        stem, dash, role = label.rpartition("-")
        if stem and role.lower() in _ROLES_OF_UC:
            return f"{self._label(stem)}{dash}{role}"
        key = folded(label)
        if key in self._tables["domains"] and key not in self._tables["hosts"]:
            return shaped(self._tables["domains"][key], label)
        return shaped(self._numbered("hosts", key, "host-{}"), label)

    def _domain(self, domain: str) -> str:
        suffix = ".example" if "." in domain else ""
        return self._numbered("domains", domain, "domain-{}" + suffix)

    def _renamed(self, name: Name) -> str:
        domain = shaped(self._domain(folded(name.domain)), name.domain)
        return ".".join((*map(self._label, name.labels), domain)) + name.dot

    def _numbered(self, table: Table, key: str, form: str) -> str:
        found = self._tables[table]
        if key not in found:
            number = len(found) + 1
            if number > _MOST:
                return form.format(number)
            while (alias := form.format(number)) in self._taken[table]:
                number += 1
            found[key] = alias
            self._taken[table].add(alias)
        return found[key]
