"""What the codes of findings say, but for rules, guards and checks, whose own modules do. Pure."""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    # manifests
    "LSFM01": "not YAML, or YAML that manifests do not use",
    "LSFM02": "a key twice in one mapping",
    "LSFM03": "an unknown key",
    "LSFM04": "a wrong type or value, a missing key",
    "LSFM05": "a reference that stands for nothing",
    "LSFM06": "a file that cannot be read, or is outside the stack",
    "LSFM07": "an interface, label set, storage or template that does not exist",
    "LSFM08": "one name or address twice",
    "LSFM09": "a mistake in a template",
    "LSFM10": "a secret in plain text",
    "LSFM11": "class ids of labels that are not one a class",
    "LSFM12": "a label below one that is not there, or below itself",
    "LSFM13": "`presign_ttl` out of the range in which links work",
    "LSFM14": "a `regex_filter` that is no regular expression, or matches nothing",
    "LSFM15": "media that would be read as JSON, or JSON that would be shown as media",
    "LSFM16": "a storage that takes what another one takes or writes",
    "LSFM17": "tasks, which are no part of a plan: `lsform tasks import` imports them",
    "LSFM18": "a column or value in a view at which the server's list of tasks would fail",
    "LSFM19": "something that only Label Studio Enterprise has",
    "LSFM20": "weights of controls or labels that the interface does not have",
    "LSFM21": "an ML backend of a host for which Label Studio adds no webhook",
    # plans
    "LSFP01": "something of ours is no longer declared and stays",
    "LSFP02": "a project of the same title exists that lsform did not make",
    "LSFP03": "two objects bear one marker",
    "LSFP04": "a Label Studio whose interfaces this lsform does not know",
    "LSFP05": "something that the server added with an object stays when that goes or moves",
    "LSFP06": "secrets whose drift nobody can see, since the server never returns them",
    "LSFP07": "resources of which the state does not remember what was last applied",
    "LSFP08": "a write that was cut short, and what became of it",
    "LSFP09": "an object that bears the marker of another stack",
    "LSFP10": "something to be created looks like something that is no longer declared: its hint is the `Moved` to add",
    "LSFP11": "the server's own counters are wrong, and what annotations use was counted by reading them: "
    "`lsform doctor` says which",
    # adoption
    "LSFA01": "it belongs to another stack",
    "LSFA02": "a value that no manifest may have (`maximum_annotations: 0`, a broken `regex_filter`), left to the "
    "server; or an object without what every manifest must say, left out",
    "LSFA03": "several interfaces have the same labels",
    "LSFA04": "with `ADDRESS=ID`: the object differs from its manifest, and the next plan will change it, whatever "
    "`on_drift` says; not what `lifecycle.ignore` names",
    "LSFA05": "refused: a new stack with the name of one that owns something on this server",
    "LSFA06": "refused: an `ADDRESS=ID` that cannot be bound",
    # data
    "LSFD01": "a record that is no task, or a row that is no prediction",
    "LSFD02": "data that the interface shows and a task lacks, or of another kind",
    "LSFD03": "a result that does not fit the interface",
    "LSFD04": "a value outside its range, or a field that a region lacks",
    "LSFD05": "a score outside 0..1, or a prediction of no model version",
    "LSFD06": "a task without its key, or a prediction for a task that is not there",
    "LSFD07": "two records of one key",
    "LSFD08": "a task that is too heavy, or holds a file",
    "LSFD09": "a task that shows nothing",
    # selection
    "LSFS01": "the project samples by uncertainty, but no unlabeled task has a prediction of exactly its "
    "`model_version`: Label Studio says nothing and hands tasks out by chance. So it is when a batch is through",
    "LSFS02": "some tasks have no score",
}
