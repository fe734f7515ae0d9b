"""Encoded slashes stay inside their segment."""

import pytest
from django.test import RequestFactory

from apps.core.paths import keep_encoded_slashes, request_segments, segments


@pytest.mark.parametrize(
    ("raw", "parts", "path"),
    [
        (b"/a/b", ["a", "b"], "/a/b"),
        (b"/a%2Fb/c?d=%2F", ["a/b", "c"], "/a%2Fb/c"),
        (b"/a%2fb/%C3%A9", ["a/b", "é"], "/a%2Fb/é"),
        (b"/a%20b/c%2Fd", ["a b", "c/d"], "/a b/c%2Fd"),
    ],
)
def test_segments_and_path(raw, parts, path):
    from_server = {"raw_path": raw, "path": path.replace("%2F", "/")}
    assert segments(from_server) == parts
    assert keep_encoded_slashes(from_server) == path


def test_without_a_raw_path_the_path_itself_is_split():
    assert request_segments(RequestFactory().get("/a/b")) == ["a", "b"]
