"""GraphQL documents: read and checked once, kept, and bounded in depth and size before anything runs."""

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    specified_rules,
    validate,
)
from graphql.language import VisitorAction
from graphql.validation import NoFragmentCyclesRule, NoSchemaIntrospectionCustomRule

from apps.core.errors import InvalidInput

MAX_LENGTH = 100_000  # characters of a document; its variables may be far larger
MAX_TOKENS = 10_000
MAX_DEPTH = 20
MAX_FIELDS = 2_000  # after fragments are put in their places
MAX_FRAGMENTS = 100  # definitions; each pair of them is compared too
MAX_ALIKE = 50  # fields at one place of the answer; each pair of them is compared
MAX_ERRORS = 5
KEPT = 500
KEPT_LENGTH = 1_000_000  # characters of all kept documents; a tree takes some 150 times as many bytes


@dataclass(frozen=True)
class Checked:
    """A document and what is wrong with it. The tree is never changed, so that threads may share it."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]
    length: int  # of the text


class Documents:
    """Keeps the documents used last, by the SHA-256 of their text and the right to introspect."""

    def __init__(self, schema: GraphQLSchema, *, kept: int = KEPT) -> None:
        self.schema = schema
        self._kept_count = kept
        self._kept_length = 0
        self._kept: OrderedDict[tuple[bytes, bool], Checked] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str, *, introspects: bool) -> Checked:
        """Return the document with its errors. Raises InvalidInput if it cannot be read at all."""
        if len(text) > MAX_LENGTH:
            raise InvalidInput(f"A query has at most {MAX_LENGTH:,} characters; put large values into variables.")
        key = (hashlib.sha256(text.encode(errors="replace")).digest(), introspects)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        checked = self._check(text, introspects=introspects)
        with self._lock:
            self._keep(key, checked)
        return checked

    def _keep(self, key: tuple[bytes, bool], checked: Checked) -> None:
        if key in self._kept:  # another thread was quicker
            return
        self._kept[key] = checked
        self._kept_length += checked.length
        while len(self._kept) > self._kept_count or self._kept_length > KEPT_LENGTH:
            _, oldest = self._kept.popitem(last=False)
            self._kept_length -= oldest.length

    def _check(self, text: str, *, introspects: bool) -> Checked:
        try:
            document = parse(text, max_tokens=MAX_TOKENS, no_location=False)
        except GraphQLError as error:
            raise InvalidInput(f"The query cannot be read. {error.message}", code="bad_query") from None
        except RecursionError:
            raise InvalidInput("The query is nested too deeply.", code="bad_query") from None
        unknown = self._unknown_mutation(document)
        if unknown:
            return Checked(document, (unknown,), len(text))
        return Checked(document, tuple(self._errors(document, introspects=introspects)), len(text))

    def _errors(self, document: DocumentNode, *, introspects: bool) -> list[GraphQLError]:
        """Apply the rules, the cheap ones first: what they refuse would keep the others busy for seconds."""
        dear = [*specified_rules, *([] if introspects else [NoSchemaIntrospectionCustomRule])]
        for rules in (_BOUNDS, [RepetitionRule], dear):
            errors = validate(self.schema, document, rules, max_errors=MAX_ERRORS, hide_suggestions=not introspects)
            if errors:
                return errors
        return []

    def _unknown_mutation(self, document: DocumentNode) -> GraphQLError | None:
        """Say in one sentence that a whole operation does not exist, instead of listing its unknown parts."""
        known = self.schema.mutation_type.fields if self.schema.mutation_type else {}
        for definition in document.definitions:
            if not isinstance(definition, OperationDefinitionNode) or definition.operation != OperationType.MUTATION:
                continue
            for node in definition.selection_set.selections:
                if isinstance(node, FieldNode) and node.name.value not in known and node.name.value != "__typename":
                    return GraphQLError(f"This version of Carnet cannot do “{node.name.value}”.")
        return None


class BoundedRule(ASTValidationRule):
    """Refuses documents deeper than MAX_DEPTH or with more than MAX_FIELDS fields, fragments put in their places.

    Fragments that nobody uses count alike: other rules walk through them.
    """

    def enter_document(self, node: DocumentNode, *_: object) -> VisitorAction:
        fragments = {item.name.value: item for item in node.definitions if isinstance(item, FragmentDefinitionNode)}
        if len(fragments) > MAX_FRAGMENTS:
            self.report_error(GraphQLError(f"The query has {len(fragments)} fragments; {MAX_FRAGMENTS} is the most."))
        measure = _Measure(fragments)
        for definition in node.definitions:
            if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):  # also those nobody uses
                depth, fields = measure.of(definition.selection_set)
                if depth > MAX_DEPTH:
                    self.report_error(GraphQLError(f"The query is nested {depth} deep; {MAX_DEPTH} is the most."))
                if fields > MAX_FIELDS:
                    self.report_error(GraphQLError(f"The query asks for {fields} fields; {MAX_FIELDS} is the most."))
        return None


class RepetitionRule(ASTValidationRule):
    """Refuses more than MAX_ALIKE fields at one place of the answer. Wants a document within bounds, without circles.

    Each pair of such fields is compared with each other: a few kilobytes of them would take seconds.
    """

    def enter_document(self, node: DocumentNode, *_: object) -> VisitorAction:
        fragments = {item.name.value: item for item in node.definitions if isinstance(item, FragmentDefinitionNode)}
        for definition in node.definitions:
            if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
                alike = _most_alike(definition.selection_set, fragments)
                if alike > MAX_ALIKE:
                    sentence = f"The query asks {alike} times for one place of the answer; {MAX_ALIKE} is the most."
                    self.report_error(GraphQLError(sentence))
        return None


def _most_alike(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> int:
    """Return how many fields share a place of the answer at most, fragments put in their places."""
    most, stack = 0, [[selections]]
    while stack:
        places: dict[str, list[FieldNode]] = defaultdict(list)
        for node in _fields(stack.pop(), fragments):
            places[(node.alias or node.name).value].append(node)
        most = max([most, *map(len, places.values())])
        below = [[node.selection_set for node in nodes if node.selection_set] for nodes in places.values()]
        stack.extend(some for some in below if some)
    return most


def _fields(sets: list[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    waiting = list(sets)
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
                waiting.append(fragments[node.name.value].selection_set)


_BOUNDS: list[type[ASTValidationRule]] = [BoundedRule, NoFragmentCyclesRule]


class _Measure:
    """Depth and number of fields of selections; each fragment is measured once. Circles are another rule's finding."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self._known: dict[str, tuple[int, int]] = {}

    def of(self, selections: SelectionSetNode | None) -> tuple[int, int]:
        depth, fields = 0, 0
        for node in selections.selections if selections else ():
            inner_depth, inner_fields = self._of_node(node)
            depth, fields = max(depth, inner_depth), fields + inner_fields
        return depth, fields

    def _of_node(self, node: object) -> tuple[int, int]:
        if isinstance(node, FieldNode):
            depth, fields = self.of(node.selection_set)
            return depth + 1, fields + 1
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set)
        if isinstance(node, FragmentSpreadNode):
            return self._of_fragment(node.name.value)
        return 0, 0

    def _of_fragment(self, name: str) -> tuple[int, int]:
        if name not in self._known:
            self._known[name] = (0, 0)  # while it is measured: a circle ends here
            fragment = self.fragments.get(name)
            self._known[name] = self.of(fragment.selection_set) if fragment else (0, 0)
        return self._known[name]
