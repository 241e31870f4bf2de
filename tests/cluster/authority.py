"""A certificate authority of the test cluster, by the openssl command: for one run, on one machine."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONFIG = "[req]\ndistinguished_name = empty\nprompt = no\n[empty]\n"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files in PEM."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates; keys and certificates stand in ``folder``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._config = folder / "openssl.cnf"  # the machine's own adds extensions that an end must not have
        self._config.write_text(_CONFIG, encoding="utf-8")
        self.pair = self._request(
            "authority",
            "/CN=camau-dc-test-authority",
            ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"],
        )

    def server(self, name: str, hosts: tuple[str, ...]) -> Pair:
        """The pair of a server that is asked for by these names, ``IP:...`` or ``DNS:...``."""
        extensions = ["extendedKeyUsage=serverAuth", f"subjectAltName={','.join(hosts)}"]
        return self._request(name, f"/CN={name}", extensions, self.pair)

    def user(self, name: str, groups: tuple[str, ...]) -> Pair:
        """The pair of a user of the API: the common name is the user, each organisation a group."""
        subject = "".join(f"/O={group}" for group in groups) + f"/CN={name}"
        return self._request(f"user-{name}", subject, ["extendedKeyUsage=clientAuth"], self.pair)

    def signing_key(self) -> Pair:
        """A pair that is no one's: its key signs the tokens of service accounts."""
        return self._request("service-accounts", "/CN=service-accounts", [], self.pair)

    def _request(self, name: str, subject: str, extensions: list[str], issuer: Pair | None = None) -> Pair:
        made = Pair(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        command = ["openssl", "req", "-x509", "-config", str(self._config), *_KEY, "-subj", subject]
        command += ["-keyout", str(made.key), "-out", str(made.certificate)]
        if issuer:
            command += ["-CA", str(issuer.certificate), "-CAkey", str(issuer.key)]
        for extension in extensions:
            command += ["-addext", extension]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"openssl made no certificate for {subject}: {done.stderr}")
        return made
