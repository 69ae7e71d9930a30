from benchmarks.decontamination.measuring import measured


def test_planted_rows_are_found_and_those_that_look_alike_are_not() -> None:
    figures = {measure.what: measure for measure in measured([], seed=2, rows=400)}
    found = [measure for measure in figures.values() if measure.least]
    flagged = [measure for measure in figures.values() if measure.what.endswith("flagged")]
    assert (len(found), len(flagged)) == (11, 12)
    assert [measure for measure in found if measure.verdict == "MISSED"] == []
    assert [
        measure for measure in flagged if measure.figure > 0.03
    ] == []  # of few rows from a mould, some look like an item
    assert sum(measure.figure for measure in flagged) < 0.06
