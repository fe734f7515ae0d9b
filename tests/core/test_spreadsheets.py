"""Texts that a spreadsheet would reckon."""

import pytest

from apps.core.spreadsheets import guarded


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "run-1", "a=b", " plain", "'=1", "1e-5"])
def test_other_texts_stay(text):
    assert guarded(text) == text
