"""Bring the front-end files that pages load into the repository (a maintainer's tool; needs npm).

    python scripts/vendor.py            download the pinned packages, write the files, the list and the icon sprite
    python scripts/vendor.py --check    compare what is here with the pinned packages; changes nothing
    python scripts/vendor.py --sprite   only rebuild the icon sprite, after a change to scripts/icons.txt

Running and testing Anxin needs none of this: the files are committed, so no page loads anything from another host.
To take a newer version change PACKAGES, run it, look at every page, commit all it wrote.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/anxin/static/vendor"
SPRITE = ROOT / "src/anxin/templates/sprite.svg"
ICON_NAMES = ROOT / "scripts/icons.txt"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str
    used_for: str
    files: dict[str, str] = field(default_factory=dict)  # path in the package -> file name here


# Tabler stays at 1.4: newer ones use CSS that the browsers inside older phone apps do not know.
PACKAGES = [
    Package(
        "@picocss/pico",
        "2.1.1",
        "MIT",
        "look of the portal",
        {"css/pico.min.css": "pico.min.css", "LICENSE.md": "pico.LICENSE.txt"},
    ),
    Package("@tabler/core", "1.4.0", "MIT", "look of the desk", {"dist/css/tabler.min.css": "tabler.min.css"}),
    Package(
        "echarts",
        "6.1.0",
        "Apache-2.0",
        "charts of reports and boards",
        {"dist/echarts.min.js": "echarts.min.js", "LICENSE": "echarts.LICENSE.txt", "NOTICE": "echarts.NOTICE.txt"},
    ),
    Package(
        "@dagrejs/dagre",
        "3.1.3",
        "MIT",
        "places of the steps on the process map",
        {"dist/dagre.min.js": "dagre.min.js", "LICENSE": "dagre.LICENSE.txt"},
    ),
    Package(
        "@tabler/icons",
        "3.51.0",
        "MIT",
        "icons, as symbols in `templates/sprite.svg`",
        {"LICENSE": "tabler-icons.LICENSE.txt"},
    ),
]
ICONS = PACKAGES[-1]

# One package is published without its licence text; it is kept here from its repository.
HAND_KEPT = {"tabler.LICENSE.txt"}

# A browser's developer tools would ask for the map, and hashing of file names fails over a file that is not there.
SOURCE_MAP = re.compile(rb"\s*/\*# sourceMappingURL=\S+ \*/\s*|\s*//# sourceMappingURL=\S+\s*$")

# The ends of the promise line, drawn for it (see the promise component); not Tabler's.
PROMISE_MARKS = """\
<g id="pl-running" class="pl-mark"><circle class="pl-hollow" r="5.5"/></g>
<g id="pl-near" class="pl-mark"><path class="pl-solid" d="M0-8 8 0 0 8-8 0z"/></g>
<g id="pl-broken" class="pl-mark"><circle class="pl-solid" r="7.5"/><path class="pl-cut" d="M-2.6-2.6 2.6 2.6M2.6-2.6-2.6 2.6"/></g>
<g id="pl-paused" class="pl-mark"><path class="pl-solid" d="M-5-7h3.5v14h-3.5zM1.5-7h3.5v14h-3.5z"/></g>
<g id="pl-kept" class="pl-mark"><circle class="pl-solid" r="7.5"/><path class="pl-cut" d="M-3.2.2-.8 2.6 3.4-2"/></g>
"""


def unpack(package: Package) -> dict[str, bytes]:
    """Every file of the package as npm serves it, by its path inside; npm checks the registry's own digest."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", f"{package.name}@{package.version}", "--pack-destination", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"npm could not fetch {package.name} {package.version}:\n{done.stderr}")
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None:
                files[member.name.split("/", 1)[1]] = content.read()
    return files


def icon_names() -> list[str]:
    lines = (line.split("#", 1)[0].strip() for line in ICON_NAMES.read_text("utf-8").splitlines())
    return sorted({line for line in lines if line})


def sprite(icons: dict[str, bytes]) -> str:
    """The inline sprite: one symbol `i-NAME` for each name in icons.txt, then the promise line's five marks."""
    symbols = []
    for name in icon_names():
        source = icons.get(f"icons/outline/{name}.svg")
        if source is None:
            sys.exit(f"{ICON_NAMES.name}: Tabler Icons {ICONS.version} has no outline icon {name!r}")
        body = re.search(r"<svg[^>]*>(.*)</svg>", source.decode(), re.DOTALL)
        assert body, name
        shapes = [" ".join(shape.split()).replace(" />", "/>") for shape in re.findall(r"<[^>]+>", body[1])]
        drawn = "".join(shape for shape in shapes if 'd="M0 0h24v24H0z"' not in shape)  # Tabler's empty bounding box
        symbols.append(f'<symbol id="i-{name}" viewBox="0 0 24 24">{drawn}</symbol>\n')
    return (
        '<svg class="sprite" aria-hidden="true" xmlns="http://www.w3.org/2000/svg" width="0" height="0"><defs>\n'
        + "".join(symbols)
        + PROMISE_MARKS
        + "</defs></svg>\n"
    )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def listing(vendored: list[tuple[str, Package, bytes]]) -> str:
    lines = [
        "# Vendored files",
        "",
        "Written by `python scripts/vendor.py`, not by hand. Pages load these and nothing from another host.",
        "Each is the package's own file; only a trailing `sourceMappingURL` comment is taken off, as the map is not shipped.",
        "",
        "| file | package | version | licence | used for | SHA-256 |",
        "|---|---|---|---|---|---|",
    ]
    for name, package, content in vendored:
        if not name.endswith(".LICENSE.txt"):
            lines.append(
                f"| `{name}` | {package.name} | {package.version} | {package.licence} | {package.used_for} | `{digest(content)}` |"
            )
    lines.append(
        f"| `../../templates/sprite.svg` | {ICONS.name} | {ICONS.version} | {ICONS.licence} | {ICONS.used_for} | (built) |"
    )
    lines += ["", "Licence texts lie beside the files as `*.LICENSE.txt`."]
    return "\n".join(lines) + "\n"


def wanted(packages: list[Package]) -> dict[Path, bytes]:
    """Every file this script is answerable for, with the content it should have."""
    result: dict[Path, bytes] = {}
    vendored: list[tuple[str, Package, bytes]] = []
    for package in packages:
        content = unpack(package)
        for inside, name in package.files.items():
            clean = SOURCE_MAP.sub(b"\n", content[inside])
            vendored.append((name, package, clean))
            result[VENDOR / name] = clean
        if package is ICONS:
            result[SPRITE] = sprite(content).encode()
    if packages == PACKAGES:
        result[VENDOR / "VENDORED.md"] = listing(vendored).encode()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="say what differs and change nothing")
    parser.add_argument("--sprite", action="store_true", help="only the icon sprite")
    options = parser.parse_args()

    files = wanted([ICONS] if options.sprite else PACKAGES)
    if not options.sprite:
        missing = sorted(name for name in HAND_KEPT if not (VENDOR / name).is_file())
        if missing:
            sys.exit(f"licence texts missing beside the vendored files: {', '.join(missing)}")
    changed = [path for path, content in files.items() if not path.is_file() or path.read_bytes() != content]
    if options.check:
        if changed:
            sys.exit("differs from the pinned packages: " + ", ".join(str(p.relative_to(ROOT)) for p in changed))
        print(f"{len(files)} vendored files are as pinned")
        return
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path])
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
