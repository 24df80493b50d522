"""LSF001: an interface is well-formed XML.

Label Studio's server refuses other text, and says only line and column. Mostly it is a raw `&` or `<` in a value.
More than 256 tags inside each other are refused as well.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="team" toName="text"><Choice value="R&D"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="team" toName="text"><Choice value="R&amp;D"/></Choices>
    </View>
"""

from __future__ import annotations

from lsform.core.diagnostics import Severity

CODE = "LSF001"
SEVERITY = Severity.ERROR
