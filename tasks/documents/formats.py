"""What a file's name says about it: how it is read, and of which kind it is."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

Reader = Literal["text", "rows", "extract", "api", "packed", "sniff", "refuse"]


@dataclass(frozen=True, slots=True)
class Format:
    """How to read a file. `detail` is the MIME type of an `extract`, the suffix of rows and texts, the way of a `packed` one, the
    ground of a `refuse`."""

    reader: Reader
    kind: str = "text"
    detail: str = ""


_SUFFIXES = {
    "code": """py pyi pyx pxd js mjs cjs jsx ts mts cts tsx java kt kts scala sc groovy gradle c h cc cpp cxx c++ hpp hh
        hxx ipp inl cu cuh m mm cs fs fsi fsx vb go rs swift rb rake php pl pm t lua r jl dart ex exs erl
        hrl hs lhs ml mli clj cljs cljc edn lisp lsp cl el scm ss rkt sh bash zsh fish ksh awk ps1 psm1 bat
        cmd sql v sv svh vhd vhdl asm s f f77 f90 f95 f03 for pas pp adb ads nim zig d sol proto thrift
        graphql gql tf hcl cmake mk make css scss sass less vue svelte elm cob cbl glsl hlsl wgsl tcl nix
        bzl star""",
    "text": "txt text md markdown mdown mkd mdx rst adoc asciidoc textile wiki mediawiki creole srt vtt",
    "rows": "jsonl ndjson parquet csv tsv arrow feather",
    "api": "json yaml yml",
}
_CODE_NAMES = """makefile gnumakefile dockerfile containerfile cmakelists.txt jenkinsfile rakefile gemfile justfile
    vagrantfile sconstruct sconscript build workspace"""
_OPENXML = "application/vnd.openxmlformats-officedocument."
_EXTRACT = {
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "application/xhtml+xml",
    "pdf": "application/pdf",
    "docx": f"{_OPENXML}wordprocessingml.document",
    "docm": "application/vnd.ms-word.document.macroEnabled.12",
    "pptx": f"{_OPENXML}presentationml.presentation",
    "xlsx": f"{_OPENXML}spreadsheetml.sheet",
    "doc": "application/msword",
    "ppt": "application/vnd.ms-powerpoint",
    "xls": "application/vnd.ms-excel",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "epub": "application/epub+zip",
    "ipynb": "application/x-ipynb+json",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "tex": "application/x-latex",
    "latex": "application/x-latex",
    "org": "text/x-org",
    "typ": "application/x-typst",
    "fb2": "application/x-fictionbook+xml",
    "dbk": "application/docbook+xml",
    "jats": "application/x-jats+xml",
}
_REFUSED = {
    "an archive; unpack it first": """lz4 7z rar jar war whl egg apk deb rpm iso dmg
        cab""",
    "an image; only text is read": "png jpg jpeg gif bmp tif tiff webp ico svg heic avif psd eps",
    "sound or film; only text is read": "mp3 wav flac ogg oga opus m4a aac mp4 m4v mkv avi mov webm wmv mpg mpeg",
    "a compiled or binary file": """exe dll so dylib o a lib pyc pyo pyd class bin dat db sqlite sqlite3 pkl pickle npy
        npz h5 hdf5 pt pth onnx safetensors gguf wasm ttf otf woff woff2 eot mo rds rdata""",
    "a lock file": "lock sum",
    "generated": "map",
    "configuration or data, not a document": """xml toml ini cfg conf properties env plist xsd xsl xslt geojson topojson
        har avro orc dta sav po pot csproj vcxproj sln dtd typed""",
}
_BESIDE_ROWS = "dataset_info.json dataset_infos.json dataset_dict.json state.json"
_PACKED = {
    "zip": "zip",
    "tar": "tar",
    "gzip": "gz tgz",
    "bzip2": "bz2 tbz2 tbz",
    "xz": "xz txz",
    "zstd": "zst tzst zstd",
    "warc": "warc wet",
    "mbox": "mbox",
}
_BY_NAME = {
    **{name: Format("text", "code") for name in _CODE_NAMES.split()},
    **{name: Format("refuse", detail="describes a data set, whose rows are read") for name in _BESIDE_ROWS.split()},
}
_BY_SUFFIX = {
    **{suffix: Format("refuse", detail=ground) for ground, many in _REFUSED.items() for suffix in many.split()},
    **{suffix: Format("text", "code") for suffix in _SUFFIXES["code"].split()},
    **{suffix: Format("text", detail=suffix) for suffix in _SUFFIXES["text"].split()},
    **{suffix: Format("rows", detail=suffix) for suffix in _SUFFIXES["rows"].split()},
    **{suffix: Format("api", "api", suffix) for suffix in _SUFFIXES["api"].split()},
    **{suffix: Format("packed", detail=how) for how, many in _PACKED.items() for suffix in many.split()},
    **{suffix: Format("extract", detail=mime) for suffix, mime in _EXTRACT.items()},
}
_LOCKS = re.compile(r"(package-lock|packages\.lock|npm-shrinkwrap|pnpm-lock|bun\.lock|yarn\.lock).*", re.IGNORECASE)
_MINIFIED = re.compile(r".+[.-]min\.[a-z]+", re.IGNORECASE)
archive = _BY_SUFFIX["7z"]
binary = _BY_SUFFIX["bin"]


def extracted(suffix: str) -> Format:
    """The format of documents that are extracted, by its usual suffix."""
    return _BY_SUFFIX[suffix]


def by_mime(mime: str) -> Format:
    """The format of what has this MIME type; reader `sniff` for one that says nothing."""
    mime = mime.partition(";")[0].strip().lower()
    if mime == "application/octet-stream":
        return Format("sniff")
    known = next((suffix for suffix, own in _EXTRACT.items() if own == mime), mimetypes.guess_extension(mime) or "")
    return _BY_SUFFIX.get(known.lstrip("."), Format("sniff"))


def by_name(name: str) -> Format:
    """The format of a file called `name`; reader `sniff` if only its first bytes can tell."""
    base = PurePosixPath(name).name.lower()
    suffix = base.rpartition(".")[2] if "." in base else ""
    if base in _BY_NAME:
        return _BY_NAME[base]
    if _LOCKS.fullmatch(base):
        return Format("refuse", detail="a lock file")
    if _MINIFIED.fullmatch(base):
        return Format("refuse", detail="minified")
    return _BY_SUFFIX.get(suffix, Format("sniff"))
