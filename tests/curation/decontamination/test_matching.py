import numpy as np
import pytest

from tasks.curation.decontamination import Hits, Row, frequencies, hits_of, matches
from tests.curation.decontamination.items import (
    BRIDGE,
    CHINESE,
    ITEMS,
    JUGS,
    PALINDROME,
    PROSE,
    SHORT,
    found,
    index,
    items_found,
    rows,
)


def test_an_item_is_found_as_it_stands_and_nothing_in_other_text() -> None:
    (matched,) = found(index(), rows(PROSE, *ITEMS.values()))
    assert [(m.row, m.benchmark, m.item) for m in matched] == [(n, "made-up", id) for n, id in enumerate(ITEMS, 1)]
    assert {m.share for m in matched} == {1.0}


@pytest.mark.parametrize(
    "text",
    [
        JUGS.upper(),
        JUGS.replace(" ", "\n"),
        "> **" + JUGS.replace("14", "*14*").replace(". ", ".**\n>\n> "),
        JUGS.replace(" old mill.", " \u201cold\u00a0mill\u201d \u2014"),
        f"{PROSE}\n\n{JUGS}\n\n{PROSE}",
        f"{PROSE} Here is the exercise: {JUGS} {PROSE} {PROSE}",
        JUGS.replace("14", "27").replace("ferryman", "beekeeper"),
        " ".join(JUGS.split()[:18]),
    ],
    ids=["case", "wrapped", "markdown", "typography", "inside", "in a sentence", "renamed", "cut"],
)  # fmt: skip
def test_an_item_is_found_in_another_guise(text: str) -> None:
    assert items_found(PROSE, text) == {1: "jugs"}


@pytest.mark.parametrize(
    "options",
    [
        "(A) Nobody trusted the masons\n(B) Ice broke the railing\n(C) Its northern pier had sunk\n(D) The toll keeper fled",
        "1. The toll keeper fled\n2. Ice broke the railing\n3. Its northern pier had sunk\n4. Nobody trusted the masons",
        "D) Ice broke the railing\nC) Nobody trusted the masons\nB) The toll keeper fled\nA) Its northern pier had sunk",
    ],
)
def test_options_are_found_in_any_order_under_any_labels(options: str) -> None:
    (matched,) = found(index(), rows(BRIDGE.partition("\n")[0] + "\n" + options))
    assert [(m.item, m.share) for m in matched] == [("bridge", 1.0)]


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    assert items_found(f"请做下面的题。{CHINESE.replace('七十二', '九十六')}写出过程。") == {0: "chinese"}
    assert items_found("小明和他的姐姐在图书馆里看了一下午的书，然后一起走路回家吃饭。") == {}


def test_a_short_item_is_found_where_a_message_says_just_that() -> None:
    (matched,) = found(index(), rows("name three rivers of lapland", f"Do not {SHORT.lower()} Name rivers of Norway."))
    assert [(m.row, m.item, m.how) for m in matched] == [(0, "short", "whole")]


def test_a_frame_that_many_documents_share_is_no_item() -> None:
    frame = (
        "You are given a short description of a situation. Read it with care, think step by step, and give your final answer "
        "on the last line after the words Final answer. "
    )
    of = index(
        {"framed": frame + "The lamp of the third corridor flickers twice whenever the porter lifts the red lever."}
    )
    told = [
        f"{frame}{name} has lost a parcel on the way to {town}."
        for name, town in zip("ABCDEFGHIJ", "KLMNOPQRST", strict=True)
    ]
    assert items_found(*told, of=of) == {}
    assert items_found(
        *told, frame + "The lamp of the third corridor flickers twice whenever the porter lifts it.", of=of
    ) == {10: "framed"}


def test_rows_of_one_document_do_not_make_an_item_common() -> None:
    of, cut = index(), " ".join(JUGS.split()[:24])
    same = [Row("one document", (f"{cut} {number}", PROSE)) for number in range(20)]
    assert [m.item for m in found(of, same)[0]] == ["jugs"] * 20
    assert found(of, rows(*[cut] * 20)) == [[]]  # of many documents, a run of words that goes round


def test_copies_in_many_documents_are_found_all_the_same() -> None:
    (matched,) = found(index(), rows(*[JUGS + f" No {n}." for n in range(20)]))
    assert [(m.item, m.how) for m in matched] == [("jugs", "all")] * 20


def test_a_quotation_and_boilerplate_are_no_items() -> None:
    quote = "It was the best of times, it was the worst of times, it was the age of wisdom"
    of = index(
        {
            "quoting": f"Read the opening line: {quote}. How does the anaphora in it prepare the reader for the two cities and "
            "their opposite fates, and which later chapter takes the device up again when the shadow falls over Saint Antoine?",
            "coding": PALINDROME,
        }
    )
    quoting = [
        f'{PROSE} {end} "{quote}", as the novel has it.'
        for end in ("One", "Two", "Three", "Four", "Five", "Six", "Seven")
    ]
    coding = [
        f"from typing import List\n\n\ndef {name}(words: List[str]) -> str:\n    return words[0]" for name in "abcdefg"
    ]
    assert items_found(*quoting, *coding, of=of) == {}


def test_puzzles_from_one_mould_match_only_themselves() -> None:
    steps = [f"Take {n} steps {way}." for n in range(1, 8) for way in ("left", "right", "forward", "backward")]
    frame = "If you follow these instructions, do you return to the starting point? Always face forward."
    puzzles = {
        str(n): " ".join([frame, *(steps[(n * k * 5 + k) % len(steps)] for k in range(1, 5))]) for n in range(1, 25)
    }
    others = [
        " ".join([frame, *(steps[(n * k * 3 + 2 * k + n) % len(steps)] for k in range(1, 5))]) for n in range(1, 25)
    ]
    others = [text for text in others if text not in puzzles.values()]
    assert len(others) > 20
    assert items_found(*others, of=index(puzzles)) == {}
    assert items_found(puzzles["7"], of=index(puzzles)) == {0: "7"}


def test_shards_are_judged_by_what_all_of_them_hold() -> None:
    of = index()
    cut = " ".join(JUGS.split()[:24])
    alone = hits_of(of, rows(cut))
    assert [m.item for m in matches(of, frequencies(of, [alone]), alone)] == ["jugs"]
    others = [hits_of(of, [Row(f"other {n}", (cut,))]) for n in range(20)]
    seen = frequencies(of, [alone]) | frequencies(of, others)
    assert (seen == frequencies(of, [*others, alone])).all()
    assert matches(of, seen, alone) == []


def test_hits_are_kept_as_bytes() -> None:
    hits = hits_of(index(), rows(PROSE, JUGS, SHORT))
    kept = Hits.from_bytes(hits.to_bytes())
    assert all(np.array_equal(getattr(hits, name), getattr(kept, name)) for name in vars(hits))
    assert set(hits.row.tolist()) == {1, 2}


def test_nothing_is_found_by_nothing_and_in_nothing() -> None:
    assert items_found(JUGS, of=index({})) == {}
    assert found(index(), [], rows("", "\0", " \n"), [Row("d", ())]) == [[], [], []]
    assert items_found("?", of=index({"empty": "", "marks": "?!"})) == {}


def test_many_texts_are_hashed_as_each_by_itself() -> None:
    texts = [*ITEMS.values(), PROSE * 500, *[PROSE.replace("year", str(n)) for n in range(2000)], JUGS]
    assert items_found(*texts) == {
        0: "jugs",
        1: "bridge",
        2: "palindrome",
        3: "chinese",
        4: "short",
        len(texts) - 1: "jugs",
    }
