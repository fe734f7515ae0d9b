"""One module speaks JSON, so that a NaN meets one rule."""

import ast

from tests.architecture.sources import imported_modules, report, sources

JSON_LIBRARIES = frozenset({"json", "orjson", "simplejson", "ujson", "rapidjson", "msgspec"})


def test_only_core_json_imports_a_json_library():
    findings = [
        f"{source.at(node)} imports {module}"
        for source in sources("apps", "config")
        if source.name != "apps/core/json.py"
        for node in ast.walk(source.tree)
        for module in imported_modules(node)
        if module.split(".")[0] in JSON_LIBRARIES
    ]
    assert not findings, report(findings, "Use apps.core.json:")
