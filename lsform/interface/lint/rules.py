"""The table of rules, in the order of their codes. A new rule is a module and a line here."""

from __future__ import annotations

from lsform.interface.lint import lsf001_not_well_formed, lsf101_duplicate_name
from lsform.interface.lint.rule import Documented, Rule

# what `lsform.interface.tags` and `.model` find while they read: these modules only document it
READING: tuple[Documented, ...] = (lsf001_not_well_formed,)

RULES: tuple[Rule, ...] = (lsf101_duplicate_name,)
