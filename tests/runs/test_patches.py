"""Patches taken apart into numbered lines."""

from hypothesis import given
from hypothesis import strategies as st

from apps.runs.patches import MAX_LINES, PatchLine, parse_patch

PATCH = """diff --git a/old.py b/new name.py
similarity index 90%
--- a/old.py
+++ b/new name.py
@@ -10,3 +10,4 @@ class A:
 same
-- gone
+++ came
+twice
\\ No newline at end of file
diff --git a/logo.png b/logo.png
Binary files a/logo.png and b/logo.png differ
diff --git a/gone.py b/gone.py
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-last
"""


def test_lines_keep_their_old_and_new_numbers():
    first, second, third = parse_patch(PATCH).files
    assert first.path == "new name.py"
    assert first.lines == [
        PatchLine("fold", None, None, "class A:"),
        PatchLine("equal", 10, 10, "same"),
        PatchLine("removed", 11, None, "- gone"),
        PatchLine("added", None, 11, "++ came"),
        PatchLine("added", None, 12, "twice"),
    ]
    assert (first.added, first.removed) == (2, 1)
    assert second.is_binary
    assert (third.path, third.removed) == ("gone.py", 1)


def test_a_patch_without_git_heads_is_read_too():
    assert parse_patch("--- a.txt\n+++ b.txt\n@@ -1 +1 @@\n-a\n+b\n").files[0].path == "b.txt"


def test_long_patches_are_cut():
    patch = parse_patch("diff --git a/a b/a\n@@ -1 +1 @@\n" + "+x\n" * (MAX_LINES + 5))
    assert patch.is_cut
    assert patch.added == MAX_LINES - 2


@given(st.text(alphabet="+- @abdif/\n\\0123456789,", max_size=400))
def test_no_text_breaks_the_reader(text: str):
    patch = parse_patch(text)
    assert patch.added == sum(line.kind == "added" for file in patch.files for line in file.lines)
