"""The house stands as it was drawn: imports point down, rooms look alike, and what rooms register fits together."""

from __future__ import annotations

import ast
import functools
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "src" / "anxin"

# A room is a folder with records or rules of its own; these two hold rooms.
_FLOORS = ("registers", "journeys", "faces", "connectors", "engines")
_STANDARD = {
    "models", "lifecycle", "activities", "actions", "queries", "reactions", "permissions", "apps", "migrations", "locale",
    "tests", "README.md", "__init__", "urls", "nav",
}  # fmt: skip
_LONGEST = 550  # "about 500": what is longer gets split by noun


def _rooms() -> list[Path]:
    folders = [path for path in HOUSE.iterdir() if path.is_dir() and path.name not in {*_FLOORS, "static", "templates"}]
    folders += [path for floor in _FLOORS for path in (HOUSE / floor).iterdir() if path.is_dir()]
    return sorted(path for path in folders if path.name not in {"__pycache__", "tests"} and any(path.glob("*.py")))


def _name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def _sources(*, tests: bool = False) -> Iterator[Path]:
    for path in sorted(HOUSE.rglob("*.py")):
        parts = set(path.relative_to(HOUSE).parts)
        if "migrations" not in parts and (tests or "tests" not in parts):
            yield path


@functools.cache
def _text(path: Path) -> str:
    return path.read_text()


@functools.cache
def _words(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _text(path)))


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path))


# -- walls ----------------------------------------------------------------------------------------------------------


def test_imports_point_down_the_house() -> None:
    """The contracts of pyproject.toml: layers, pure engines, journeys and faces apart, no room imports a connector."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize("room", _rooms(), ids=_name)
def test_a_room_says_what_lives_in_it(room: Path) -> None:
    """A README of a page, which names every file beyond those that all rooms have."""
    readme = room / "README.md"
    assert readme.exists(), f"{_name(room)} has no README.md"
    text = readme.read_text()
    extras = {path.name.removesuffix(".py") for path in room.iterdir() if path.name != "__pycache__"} - _STANDARD
    unnamed = sorted(name for name in extras if not re.search(rf"\b{re.escape(name)}\b", text))
    assert not unnamed, f"{_name(readme)} does not name {', '.join(unnamed)}"


def test_no_module_is_a_drawer() -> None:
    """Code is put where its noun lives, not into utilities."""
    drawers = [_name(path) for path in HOUSE.rglob("*") if path.stem in {"utils", "util", "helpers", "common", "misc"}]
    assert not [path for path in drawers if "static" not in path]


def test_files_stay_readable() -> None:
    long = {_name(path): lines for path in _sources() if (lines := _text(path).count("\n")) > _LONGEST}
    assert not long, f"split by noun: {long}"


def test_nothing_is_left_for_later() -> None:
    """No marks of unfinished work in code, pages or documents."""
    marks = re.compile(
        r"\b(TODO|FIXME|XXX|HACK|WIP|lorem ipsum|coming soon|敬请期待|开发中|待开发|占位)\b", re.IGNORECASE
    )
    found = []
    for path in _sources(tests=True):
        for token in tokenize.generate_tokens(io.StringIO(_text(path)).readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING) and marks.search(token.string):
                found.append(f"{_name(path)}:{token.start[0]}")
    texts = [*HOUSE.rglob("*.html"), *HOUSE.rglob("*.md"), *HOUSE.rglob("*.po"), *(ROOT / "docs").rglob("*.md")]
    texts += [*(HOUSE / "static" / "js").rglob("*.js"), *(HOUSE / "static" / "css").rglob("*.css"), *ROOT.glob("*.md")]
    for path in texts:
        found += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(_text(path).splitlines(), 1)
            if marks.search(line)
        ]
    assert not found


def test_no_function_is_a_shell() -> None:
    """A body of `pass`, `...` or `NotImplementedError` is only for protocols, classes to derive from and empty cases."""
    found = []
    for path in _sources():
        tree = _tree(path)
        meant = {id(item) for cls in ast.walk(tree) if isinstance(cls, ast.ClassDef) for item in cls.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and id(node) not in meant and _is_shell(node):
                found.append(f"{_name(path)}:{node.lineno} {node.name}")
    # Where there is no file lock, the same name does nothing.
    assert [item for item in found if not item.endswith(" flock")] == []


def _is_shell(node: ast.FunctionDef) -> bool:
    body = [item for item in node.body if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))]
    if not body:
        return True
    return len(body) == 1 and (
        isinstance(body[0], ast.Pass) or (isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.dump(body[0]))
    )


# -- what rooms register --------------------------------------------------------------------------------------------


def _constants(kind: str) -> dict[str, set[str]]:
    """Names in code → where they stand: every string that looks like `room.something` in calls of that kind."""
    found: dict[str, set[str]] = {}
    for path in _sources():
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call) and _called(node) == kind and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.setdefault(first.value, set()).add(_name(path))
    return found


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_every_activity_that_is_recorded_is_registered() -> None:
    """Names given as text to `record` and `say`; those given by constants fail when they are imported."""
    from anxin.journal.activities import all_activities

    known = {item.name for item in all_activities()}
    told = _constants("record").keys() | _constants("say").keys() | _constants("activity").keys()
    unknown = sorted(name for name in told if re.fullmatch(r"[a-z_]+\.[a-z_]+", name) and name not in known)
    assert not unknown


def test_every_activity_is_recorded_somewhere() -> None:
    """What nobody ever records is a word without a meaning."""
    from anxin.journal.activities import all_activities

    sources = [(_text(path), _words(path)) for path in _sources() if path.name != "activities.py"]
    constants = _activity_constants()
    unused = [
        item.name
        for item in all_activities()
        if not item.name.startswith("imported.")
        and not any(
            constants.get(item.name) in words or f'"{item.name}"' in text or f"'{item.name}'" in text
            for text, words in sources
        )
    ]
    assert not unused


def _activity_constants() -> dict[str, str]:
    found = {}
    for path in _sources():
        if path.name != "activities.py":
            continue
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = node.value
                if isinstance(value, ast.Call) and _called(value) == "register":
                    value = value.args[0]
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and "." in value.value:
                    found[value.value] = node.targets[0].id
    return found


def test_every_activity_has_a_title_in_chinese_and_in_english() -> None:
    from django.utils import translation

    from anxin.journal.activities import all_activities

    # A step of an imported log bears the log's own words.
    for item in (item for item in all_activities() if not item.name.startswith("imported.")):
        with translation.override("zh-hans"):
            chinese = str(item.title)
        with translation.override("en"):
            english = str(item.title)
        assert re.search("[\u4e00-\u9fff]", chinese), item.name
        assert english, item.name
        assert not re.search("[\u4e00-\u9fff]", english), item.name


def test_reactions_do_not_feed_themselves() -> None:
    from anxin.journal import reacting

    assert reacting.cycles() == []


def test_reactions_emit_no_more_than_they_declare() -> None:
    """What a reaction's own source names is declared. (Actions that it calls are held to it when they run.)"""
    import inspect

    from anxin.journal import reacting
    from anxin.journal.activities import all_activities

    constants = {name: word for word, name in _activity_constants().items()}
    known = {item.name for item in all_activities()}
    for item in reacting.all_reactions():
        assert item.to <= known, item.name
        assert item.emits <= known, item.name
        tree = ast.parse(inspect.getsource(inspect.unwrap(item.handler)))
        recorded = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == "record" and node.args:
                first = node.args[0]
                word = first.attr if isinstance(first, ast.Attribute) else getattr(first, "id", "")
                recorded.add(constants.get(word, word))
        assert recorded <= item.emits, item.name


def test_every_permission_is_held_and_asked_for() -> None:
    """Somebody holds it, and some action, read or page asks for it by its constant."""
    from anxin.access.permissions import all_permissions

    constants = _permission_constants()
    sources = {path: _words(path) for path in _sources()}
    unused, nobodys = [], []
    for item in all_permissions():
        if not item.roles:
            nobodys.append(item.name)
        home, word = constants[item.name]
        if not any(word in words for path, words in sources.items() if path != home):
            unused.append(item.name)
    assert not nobodys
    assert not unused, f"asked for by nothing: {unused}"


def _permission_constants() -> dict[str, tuple[Path, str]]:
    found = {}
    for path in _sources():
        if path.name != "permissions.py":
            continue
        for node in _tree(path).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _called(node.value) == "register":
                name, target = node.value.args[0], node.targets[0]
                assert isinstance(name, ast.Constant)
                assert isinstance(target, ast.Name)
                found[str(name.value)] = (path, target.id)
    return found


def test_every_permission_has_words_in_both_languages() -> None:
    from django.utils import translation

    from anxin.access.permissions import all_permissions

    for item in all_permissions():
        with translation.override("zh-hans"):
            assert re.search("[\u4e00-\u9fff]", str(item.title)), item.name
        with translation.override("en"):
            assert not re.search("[\u4e00-\u9fff]", str(item.title)), item.name


def test_an_auditor_only_reads() -> None:
    from anxin.access.permissions import Role, all_permissions

    assert not [item.name for item in all_permissions() if item.writes and Role.AUDITOR in item.roles]


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
