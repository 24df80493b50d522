"""LSF003: the root of an interface is a `View`.

Label Studio's server takes any other tag, but the labeling page stays empty: the editor fails before it shows a thing.

Bad:

    <Root>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>
    </Root>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>
    </View>
"""

from __future__ import annotations

from lsform.core.diagnostics import Severity

CODE = "LSF003"
SEVERITY = Severity.ERROR
