"""The wire to a Label Studio: an HTTP client of ours, which the SDK uses as well. Touches the network."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

from lsform.core.collector import load
from lsform.core.events import Tell, untold
from lsform.core.values import Secret
from lsform.server.translation import body_of, refused, told, translated

if TYPE_CHECKING:
    import httpx

READ_TIMEOUT = 60.0  # seconds


class Wire:
    """One server and one token. What may be sent again and when is known to `server.patience` alone."""

    def __init__(self, url: str, api_key: Secret, *, tell: Tell = untold, timeout: float = READ_TIMEOUT) -> None:
        self._timeout = timeout
        self._url = url.rstrip("/")
        self._secrets = [api_key.value]  # and what it is exchanged for: the server may quote them
        self._tell = tell
        self._http: httpx.Client | None = None
        self._opening = RLock()  # readers must not open two connections

    def open(self) -> None:
        """Load what talking takes; else the first request does. Sends nothing."""
        self._connection()

    def close(self) -> None:
        """Give the connections back; the next request opens new ones."""
        if self._http is not None:
            self._http.close()
        self._http = None

    def _read(self, path: str, *names: str, **query: Any) -> Any:
        """A GET; the answer is an object with these names, or a list. The SDK takes a tenth of a second to load, and
        its models longer than the answers: what is only read is read without it.
        """
        answer = self._ask("GET", path, params=query or None)
        with translated(self._url, write=False):
            return told(answer.json(), *names)

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """A request that changes nothing, by whatever method."""
        with translated(self._url, write=False, secrets=self._secrets):
            answer = self._connection().request(method, path, **request)
        if not answer.is_success:
            raise refused(answer.status_code, body_of(answer), write=False, secrets=self._secrets)
        return answer

    def _connection(self) -> httpx.Client:
        """It signs the requests, and does the repeating: the SDK repeats creates, too."""
        with self._opening:
            if self._http is None:
                patience, tokens = load("lsform.server.patience"), load("lsform.server.tokens")
                auth = tokens.TokenAuth(self._url, self._secrets[0], learnt=self._secrets.append)
                self._http = patience.PatientClient(self._url, auth=auth, timeout=self._timeout, tell=self._tell)
            return self._http
