"""`make sizes`: how long our functions and files are, beside what STYLE aims at. A mirror, not a gate."""

import ast
from collections.abc import Sequence
from statistics import median

from tests.architecture.sources import Source, functions, sources

CODE = ("apps", "config", "deploy", "benchmarks")


def main() -> None:
    code, tests = sources(*CODE), sources("tests")
    bodies = [
        (length(function), source.at(function), function) for source in code for function in functions(source.tree)
    ]
    lengths = [size for size, _, _ in bodies]
    edges = [
        length(function) for source in code if source.room in {"views", "tasks"} for function in functions(source.tree)
    ]
    files = [source.line_count for source in code if source.line_count > 1]
    arguments = [count_arguments(function) for _, _, function in bodies]
    code_lines, test_lines = total(code), total(tests)
    rows = [
        ("median function", f"{middle(lengths)} lines", "8"),
        ("functions under 35 lines", share(lengths, 34), "95 %"),
        ("views and tasks under 15 lines", share(edges, 14), "nearly all"),
        ("functions of at most 6 arguments", share(arguments, 6), "100 %"),
        ("median file", f"{middle(files)} lines", "100"),
        ("files over 400 lines", str(sum(size > 400 for size in files)), "few"),
        ("lines of tests per line of code", f"{test_lines / max(code_lines, 1):.2f}", "1.0–1.3"),
    ]
    print(f"{code_lines} lines of code, {test_lines} of tests\n")
    print(f"{'':36}{'ours':>12}   aim")
    for name, ours, aim in rows:
        print(f"{name:36}{ours:>12}   {aim}")
    print("\nLongest functions")
    for size, place, function in sorted(bodies, key=lambda body: -body[0])[:8]:
        print(f"{size:6}  {place} {function.name}")
    print("\nLongest files")
    for source in sorted(code, key=lambda source: -source.line_count)[:8]:
        print(f"{source.line_count:6}  {source.name}")


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def count_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def total(files: Sequence[Source]) -> int:
    return sum(source.line_count for source in files)


def middle(numbers: Sequence[int]) -> float:
    return median(numbers) if numbers else 0


def share(numbers: Sequence[int], limit: int) -> str:
    return f"{100 * sum(number <= limit for number in numbers) / max(len(numbers), 1):.1f} %"


if __name__ == "__main__":
    main()
