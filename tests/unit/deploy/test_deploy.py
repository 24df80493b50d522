"""Deployments against the Label Studio that is installed: its own lists and versions are the ones that we write."""

from __future__ import annotations

import re
from importlib.metadata import version
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from pathlib import Path

from lsform.deploy.compose import IMAGE, Wanted, environment
from lsform.deploy.needs import Needs
from lsform.deploy.place import place
from lsform.deploy.secrets import example, fresh, missing
from lsform.deploy.subnets import BANNED, banned_but


def label_studio(path: str) -> str:
    spec = find_spec("label_studio")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / path).read_text("utf-8")


def test_the_image_is_that_of_the_version_that_is_tested() -> None:
    assert f"heartexlabs/label-studio:{version('label-studio')}" == IMAGE


def test_the_banned_networks_are_those_of_label_studio() -> None:
    listed = re.search(r"default_banned_subnets = \[(.*?)\]", label_studio("core/utils/io.py"), re.DOTALL)
    assert listed is not None
    assert [ip_network(text) for text in re.findall(r"'([^']+)'", listed[1])] == list(BANNED)


def test_every_setting_is_read_by_label_studio() -> None:
    needed, wanted = Needs("/files", private=(ip_network("10.1.2.3"),)), Wanted(place("https://labels.example.com"))
    sources = ("core/settings/base.py", "core/settings/label_studio.py", "server.py", "core/utils/secret_key.py")
    quoted = set(re.findall(r"'([A-Z_]+)'", "".join(map(label_studio, sources))))
    read = quoted | {f"LABEL_STUDIO_{name}" for name in quoted}
    assert set() == environment(needed, wanted).keys() - read


def test_a_hole_is_no_larger_than_what_is_allowed() -> None:
    left = banned_but(
        [ip_network("10.1.2.0/24"), ip_network("10.1.2.3"), ip_network("fd00::/8"), ip_network("8.0.0.0/8")]
    )
    free = [text for text in ("10.1.1.255", "10.1.2.0", "10.1.2.255", "10.1.3.0", "fd00::1", "fc00::1", "127.0.0.1")
            if not any(ip_address(text) in one for one in left)]  # fmt: skip
    assert ["10.1.2.0", "10.1.2.255", "fd00::1"] == free


def test_a_network_that_covers_a_banned_one_frees_all_of_it() -> None:
    assert ip_network("192.168.0.0/16") not in banned_but([ip_network("192.0.0.0/8")])


def test_an_example_has_no_value_and_what_is_made_up_has_all() -> None:
    names = ["POSTGRE_PASSWORD", "SECRET_KEY", "LABEL_STUDIO_PASSWORD", "LABEL_STUDIO_API_KEY", "MINIO_ROOT_PASSWORD"]
    assert names == list(missing(example(minio=True), minio=True))
    assert [] == list(missing(fresh(minio=True), minio=True))
    assert names[-1:] == list(missing(fresh(minio=False), minio=True))
