"""Rows as spreadsheets, databases and scripts write them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from tests.documents.written import documents, pieces, rejects, write

ONE = 'The toll house counts carts; "five pence" a cart, said the keeper, and noted each one in his book.'
TWO = "In March the bridge was open to larger carts, and the ferry ran on Sundays only, when the road was closed."
UMLAUTS = "Die Brücke über den Fluß wurde im März für größere Fuhrwerke geöffnet. „Fünf Pfund“ – oder sechs €."
HAN = "这座桥在春天通车，从那以后渡船只在星期天开。收费站的人每天都数过桥的马车，并把数目写在本子上。"


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def passages(path: Path) -> Sequence[str]:
    return [piece.passage for piece in pieces(documents(path.parent))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"sep=;\r\nid;text\r\n1;{quoted(ONE)}\r\n", [ONE]),
        (f'"sep=|"\nid|text\n1|{quoted(ONE)}\n', [ONE]),
        (f"ID,Text\n1,{quoted(ONE)}\n", [ONE]),
        (f"TEXT\tID\n{quoted(TWO)}\t1\n", [TWO]),
        (f"\ufeffid;text;note\r\n1;{quoted(ONE + chr(10) + TWO)};a\r\n", [f"{ONE}\n{TWO}"]),
        (f"id,text,x,y\n1,{quoted(ONE)}\n2,{quoted(TWO)},b\n", [ONE, TWO]),
        (f"id,text,x\n1,{quoted(ONE)},b,\n2,{quoted(TWO)},c,,\n", [ONE, TWO]),
        ('id,text\n1,"He said \\"no\\" to the council, and left."\n', ['He said "no" to the council, and left.']),
        ('id,text\n1,"the folder C:\\data\\"\n2,' + quoted(TWO), ["the folder C:\\data\\", TWO]),
    ],
)  # fmt: skip
def test_separated_values_of_every_habit(content: str, expected: list[str], tmp_path: Path) -> None:
    assert passages(write(tmp_path / "set" / "a.csv", content)) == expected
    assert not rejects(documents(tmp_path / "set"))


def test_cells_beyond_the_header_are_not_guessed_at(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"id,text,x\n1,one two three, four five,b\n2,{TWO},c\n")
    found = documents(tmp_path)
    assert rejects(found)[0].detail == "has 4 fields, the header 3"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (UMLAUTS, "cp1252", "windows-1252"),
        (HAN, "gbk", "gb18030"),
        (UMLAUTS, "utf-16-le", "utf-16-le"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_rows_in_old_encodings_are_read_and_say_so(
    text: str, encoding: str, name: str, suffix: str, tmp_path: Path
) -> None:
    rows = [text, text + " " + text]
    lines = ["id,text", *(f"{n},{quoted(row)}" for n, row in enumerate(rows))]
    if suffix == "jsonl":
        lines = [json.dumps({"text": row}, ensure_ascii=False) for row in rows]
    write(tmp_path / f"a.{suffix}", "\r\n".join(lines).encode(encoding))
    found = pieces(documents(tmp_path, min_words=1))
    assert [piece.passage for piece in found] == rows
    note = {"step": "documents", "note": f"not UTF-8: read as {name}, which its bytes show", "reason": "encoding"}
    assert [piece.lineage for piece in found] == [[note], [note]]


def test_one_row_in_another_encoding_far_down_is_a_reject_that_names_it(tmp_path: Path) -> None:
    ascii_rows = b"".join(b'{"text": "%d and so on"}\n' % n for n in range(5000))
    last = '{"text": "' + UMLAUTS + '"}'
    write(tmp_path / "a.jsonl", ascii_rows + last.encode("cp1252"))
    (bad,) = rejects(documents(tmp_path))
    assert bad.reason == "wrong_encoding" and bad.record.source.uri.endswith("#row=5001")
    assert "iconv -f WINDOWS-1252" in bad.detail


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_objects_is_rows(name: str, indent: int | None, tmp_path: Path) -> None:
    rows = [{"text": ONE, "n": 1.5}, {"text": TWO + "]},{[", "more": [{"text": "x"}, None]}, {"TEXT": HAN}]
    write(tmp_path / name, json.dumps(rows, indent=indent, ensure_ascii=False))
    found = pieces(documents(tmp_path, min_words=1))
    assert [piece.passage for piece in found] == [ONE, TWO + "]},{[", HAN]
    assert [piece.source.uri[-6:] for piece in found] == ["#row=1", "#row=2", "#row=3"]
    assert {piece.source.kind for piece in found} == {"text"}


def test_an_array_is_read_item_by_item(tmp_path: Path) -> None:
    rows = ",\n".join(json.dumps({"text": f"{n} {TWO} " * 40}) for n in range(300))
    write(tmp_path / "a.json", f"[{rows}")
    found = documents(tmp_path, max_document_mb=0.2)
    assert len(pieces(found)) >= 300
    assert [(r.reason, r.detail) for r in rejects(found)] == [("bad_row", "the rest is not read: it is not JSON")]
    write(tmp_path / "a.json", '[{"text": "' + "word " * 100_000 + '"}, {"text": "one two three"}]')
    (huge,) = rejects(documents(tmp_path, max_document_mb=0.01))
    assert huge.reason == "too_large"


def test_json_over_many_lines_is_one_reject_with_its_remedy(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", json.dumps({"text": ONE}, indent=2) + "\n" + json.dumps({"text": TWO}, indent=2))
    (bad,) = rejects(documents(tmp_path))
    assert bad.reason == "bad_row" and "jq -c ." in bad.detail


@pytest.mark.parametrize("kind", ["stream", "file"])
def test_a_data_set_saved_to_disk_is_its_rows(kind: str, tmp_path: Path) -> None:
    table = pa.table({"text": [ONE, TWO, None], "title": ["Toll", None, "x"], "n": [1, 2, 3]})
    folder = tmp_path / "set" / "train"
    for name in ("dataset_info.json", "state.json"):
        write(folder / name, "{}")
    opened = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
    with opened(str(folder / "data-00000-of-00001.arrow"), table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    found = documents(tmp_path / "set")
    assert [(p.passage, p.source.title) for p in pieces(found)] == [(ONE, "Toll"), (TWO, "")]
    assert [r.reason for r in rejects(found)] == ["empty", "unsuited_format", "unsuited_format"]
    assert "whose rows are read" in rejects(found)[1].detail
