"""Rules as data: expressions over facts, decided the same way wherever they are asked.

A rule ``applies`` to some facts, needs some of them ``known``, and then ``holds`` or does not. The expressions are in
the subset of CEL that this room (through ``cel-expr-python``) and Kubernetes decide alike: comparison, logic,
membership, and the sizes and quantifiers of lists. An unknown field, a wrong type or a call outside the subset is
refused when a rule is loaded. The clock is the fact ``variables.today``; nothing here looks at one.
"""

from policies.rules.expressions import Expression, ExpressionError, compiled, evaluated, read_by, to_message
from policies.rules.rule import POINTS, Citation, Example, Outcome, Point, Rule, RulesFile, Severity, Subject
from policies.rules.verdicts import Decided, RuleError, RuleSet, Verdict, errors_of, facts_of, lacking_in

__all__ = [
    "POINTS",
    "Citation",
    "Decided",
    "Example",
    "Expression",
    "ExpressionError",
    "Outcome",
    "Point",
    "Rule",
    "RuleError",
    "RuleSet",
    "RulesFile",
    "Severity",
    "Subject",
    "Verdict",
    "compiled",
    "errors_of",
    "evaluated",
    "facts_of",
    "lacking_in",
    "read_by",
    "to_message",
]
