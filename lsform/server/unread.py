"""The SDK's transport with answers that the SDK leaves unread: its models take longer to make than many an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk.core.client_wrapper import SyncClientWrapper


class Unread:
    """An answer, `whole`, that says nothing to the SDK where it is a good one; of errors the SDK makes its own."""

    def __init__(self, whole: httpx.Response) -> None:
        self.whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)

    def json(self) -> Any:
        return None if self.whole.is_success else self.whole.json()


class UnreadingWrapper:
    """What a client of one endpoint needs of the SDK's wrapper."""

    def __init__(self, wrapper: SyncClientWrapper) -> None:
        self.httpx_client = self
        self._transport = wrapper.httpx_client

    def request(self, *path: str, **options: Any) -> Unread:
        return Unread(self._transport.request(*path, **options))
