"""The README files of the remediation kit, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .escape import visible
from .kit import COMMANDS, CaToChoose, Kit, KitFile, KitStep
from .languages import Language, language
from .texts import with_texts
from .words import words

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def overview(kit: Kit) -> str:
    """The README of the whole kit: what the plan cures, its steps in order, what is to be had."""
    kit = with_texts(kit, visible)
    tongue = language(kit.language)
    return _page(_overview(kit, tongue))


def for_node(kit: Kit, host: str) -> str:
    """The README of one node."""
    kit = with_texts(kit, visible)
    tongue = language(kit.language)
    return _page(_for_node(kit, visible(host), tongue))


def _page(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _overview(kit: Kit, tongue: Language) -> Iterator[str]:
    _ = tongue.gettext
    yield "# " + _("What to do")
    yield ""
    if kit.pseudonymous:
        yield _(
            "Names are pseudonyms. The files of certificates are left out: they tell the names."
        )
        yield ""
    yield words(tongue)["proof"][kit.proof]
    yield from _list(kit.remains, _("What remains or newly appears"))
    if kit.missing:
        yield ""
        yield "## " + _("To be had first")
        yield ""
        yield _("No input holds these CAs. Get them from whoever runs them, and compare:")
        yield ""
        for ca in kit.missing:
            told = [_("issued %(subject)s") % {"subject": ca.issued}] if ca.issued else []
            told += [_("renewed, with the same key")] if ca.renewed else []
            told += [_("key identifier %(key)s") % {"key": ca.key_id}] if ca.key_id else []
            told += ca.aia
            yield f"- {_plain(ca.subject)} ({_plain('; '.join(told))})"
    if kit.to_choose:
        yield from _to_choose(kit.to_choose, tongue)
    if kit.unseen:
        yield ""
        yield "## " + _("Not among the inputs")
        yield ""
        yield _(
            "No bundle is of %(nodes)s. Certificates and trusted CA lists are not replicated "
            "among peers: see which of these steps are needed there too."
        ) % {"nodes": _plain(tongue.list(kit.unseen))}
    yield ""
    yield "## " + _("Steps, in this order")
    yield ""
    yield from _steps(kit.steps, tongue, "")
    yield from _anchors(kit.files, tongue)


def _to_choose(choice: CaToChoose, tongue: Language) -> Iterator[str]:
    _ = tongue.gettext
    yield ""
    yield "## " + _("A CA to be chosen")
    yield ""
    yield _("No input tells which CA is to issue these certificates: %(names)s. It has to:") % {
        "names": _plain(tongue.list(choice.certificates))
    }
    yield ""
    yield "- " + _("sign with SHA-256 or better, and take RSA keys of 2048 bits or more;")
    yield "- " + _("take every name of the request;")
    if choice.client_auth:
        yield "- " + _(
            "issue clientAuth beside serverAuth and go on doing so; public CAs give that up, so it "
            "will be the company's own;"
        )
    if choice.lists:
        yield "- " + _(
            "hand out its root and all intermediates: they go into the lists of %(nodes)s before "
            "any certificate of it is uploaded."
        ) % {"nodes": _plain(tongue.list(choice.lists))}


def _for_node(kit: Kit, host: str, tongue: Language) -> Iterator[str]:
    _ = tongue.gettext
    folder = next(node.folder for node in kit.nodes if node.host == host)
    own = [step for step in kit.steps if step.node == host]
    yield "# " + _plain(host)
    yield ""
    yield _("The numbers count over all nodes: finish the lower ones everywhere before you go on.")
    yield ""
    yield from _steps(own, tongue, folder + "/")
    if any(file.path == f"{folder}/{COMMANDS}" for file in kit.files):
        yield _(
            "%(file)s has the commands for the CLI of the server. After each import, paste the PEM "
            "file that stands above it."
        ) % {"file": f"`{COMMANDS}`"}
    yield from _anchors([file for file in kit.files if file.path.startswith(folder + "/")], tongue)


def _steps(steps: Sequence[KitStep], tongue: Language, folder: str) -> Iterator[str]:
    """Each step below its number; a numbered list would be counted anew by what shows it."""
    _ = tongue.gettext
    for step in steps:
        yield "### " + _("Step %(number)d") % {"number": step.number}
        yield ""
        yield _plain(step.text)
        yield ""
        for path in step.files:
            yield "- " + _("File: %(path)s") % {"path": f"`{path.removeprefix(folder)}`"}
        if step.restart:
            yield "- " + _plain(step.restart)
        yield "- " + _("Check: %(check)s") % {"check": _plain(step.check)}
        yield ""


def _anchors(files: Sequence[KitFile], tongue: Language) -> Iterator[str]:
    _ = tongue.gettext
    anchors = {file.certificate: file for file in files if file.confirm}
    if anchors:
        yield ""
        yield "## " + _("Confirm before you trust")
        yield ""
        yield _(
            "Whoever holds the key of one of these can vouch for any name. Have its owner confirm "
            "the SHA-256 fingerprint by another way than the one it came on:"
        )
        yield ""
        for file in anchors.values():
            yield f"- {_plain(file.subject or '')}: `{_pairs(file.certificate or '')}`"
            if file.leaf:
                yield "  " + _(
                    "This is the certificate of a node, not of a CA. Better have a CA issue one, "
                    "and trust that CA."
                )


def _list(items: Sequence[str], heading: str) -> Iterator[str]:
    if items:
        yield ""
        yield f"{heading}:"
        yield ""
        yield from (f"- {_plain(item)}" for item in items)


def _pairs(fingerprint: str) -> str:
    """As dialogues show it: pairs of digits with colons."""
    return ":".join(re.findall("..", fingerprint.upper()))


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
