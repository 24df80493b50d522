"""LSF010: an interface has no document type, and so no entities of its own.

Label Studio's server refuses them, as entities can read files and fill memory.

Bad:

    <!DOCTYPE View [<!ENTITY pets "Cats and dogs">]>
    <View>
      <Header value="&pets;"/>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>
    </View>

Good:

    <View>
      <Header value="Cats and dogs"/>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>
    </View>
"""

from __future__ import annotations

from lsform.core.diagnostics import Severity

CODE = "LSF010"
SEVERITY = Severity.ERROR
