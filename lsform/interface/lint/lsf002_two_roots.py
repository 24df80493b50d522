"""LSF002: an interface has one root, and nothing stands after it but comments.

XML allows no more than one, so Label Studio's server refuses the text: "junk after document element".

Bad:

    <Image name="image" value="$image"/>
    <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>
    </View>
"""

from __future__ import annotations

from lsform.core.diagnostics import Severity

CODE = "LSF002"
SEVERITY = Severity.ERROR
