from tasks.curation.decontamination import Index, Item, index_of
from tests.curation.decontamination.items import BRIDGE, JUGS, PROSE, found, index, items_found, rows


def test_items_that_say_the_same_are_one() -> None:
    of = index_of([Item("one", "a", JUGS), Item("two", "b", JUGS.upper() + "\n"), Item("two", "c", BRIDGE)])
    assert of.items == (("one", "a"), ("two", "c"))
    (matched,) = found(of, rows(JUGS))
    assert [(m.benchmark, m.item) for m in matched] == [("one", "a")]


def test_items_that_only_signs_tell_apart_are_found_by_these() -> None:
    asked = "Complete the rest of the sequence, making sure that the parentheses are closed properly: "
    rows_of_brackets = [" ".join("<>{}[]()"[(n * k * k + k) % 8] for k in range(1, 20)) for n in range(1, 31)]
    of = index({str(n): asked + brackets for n, brackets in enumerate(rows_of_brackets)} | {"jugs": JUGS})
    assert of.signs and not index().signs
    other = asked + " ".join("<>{}[]()"[(k * k * k + 3) % 8] for k in range(1, 20))
    assert items_found(other, f"{PROSE}\n\n{asked} {rows_of_brackets[7]}\n\n{PROSE}", JUGS, of=of) == {
        1: "7",
        2: "jugs",
    }


def test_the_digest_changes_with_the_items_alone() -> None:
    assert index().digest == index().digest
    assert index().digest != index({"jugs": JUGS}).digest != index({"jug": JUGS}).digest


def test_a_long_item_takes_no_more_room_than_others() -> None:
    long = " ".join(f"{PROSE} {number * 7919}" for number in range(300))
    of = index({"long": long})
    assert len(of.of_item) == 1024
    assert items_found(long, PROSE, long[: len(long) // 2], of=of) == {0: "long", 2: "long"}


def test_an_index_is_kept_as_bytes() -> None:
    of = index()
    kept = Index.from_bytes(of.to_bytes())
    assert (kept.digest, kept.items, kept.signs) == (of.digest, of.items, of.signs)
    assert found(kept, rows(PROSE, JUGS, BRIDGE)) == found(of, rows(PROSE, JUGS, BRIDGE))
    assert [match.item for match in found(kept, rows(PROSE, JUGS, BRIDGE))[0]] == ["jugs", "bridge"]
