"""A real SMTP server for the tests: it keeps what it accepts as files and misbehaves on demand.

The first line on standard output is the port. Every accepted message becomes DIR/NNNN.eml, with its
envelope in DIR/NNNN.json. DIR/behaviour holds one word and is read anew at every step, so a test
changes it while the server runs:

    accept            takes every message
    refuse            says 421 to everyone who connects
    hang              lets everyone connect and never says a word; DIR/hanging appears when somebody did
    450-then-accept   turns one recipient away for now, then behaves as `accept`
    550               turns every recipient away for good
    slow              takes every message, and says so two seconds later
    cut               takes every message, and hangs up instead of saying so
"""

import argparse
import asyncio
import json
import os
import signal
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

BEHAVIOURS = ("accept", "refuse", "hang", "450-then-accept", "550", "slow", "cut")


class Mailbox:
    """The folder of accepted messages, and the behaviour that a test asked for."""

    def __init__(self, folder: Path, behaviour: str):
        self.folder = folder
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)
        if not self._behaviour_file.exists():
            self.behave(behaviour)

    @property
    def _behaviour_file(self) -> Path:
        return self.folder / "behaviour"

    def behaviour(self) -> str:
        word = self._behaviour_file.read_text().strip()
        if word not in BEHAVIOURS:
            raise ValueError(f"unknown behaviour {word!r}, known are {BEHAVIOURS}")
        return word

    def behave(self, word: str) -> None:
        self._write("behaviour", word.encode())

    def note_hanging(self) -> None:
        """The file DIR/hanging tells a test that somebody waits."""
        self._write("hanging", b"")

    def keep(self, content: bytes, envelope: dict) -> None:
        self.count += 1
        name = f"{self.count:04}"
        # The message appears last: whoever sees it finds its envelope, too.
        self._write(f"{name}.json", json.dumps(envelope, indent=2).encode())
        self._write(f"{name}.eml", content)

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self.folder / f".{name}.new"
        unfinished.write_bytes(content)
        os.replace(unfinished, self.folder / name)


class Handler:
    """aiosmtpd's hooks: what to answer to RCPT and DATA."""

    def __init__(self, mailbox: Mailbox):
        self.mailbox = mailbox

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        match self.mailbox.behaviour():
            case "550":
                return "550 5.1.1 No such mailbox here"
            case "450-then-accept":
                self.mailbox.behave("accept")
                return "450 4.2.1 Mailbox busy, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        login = session.auth_data.login.decode() if session.authenticated else None
        self.mailbox.keep(
            envelope.content,
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "helo": session.host_name,
                "encrypted": server.transport.get_extra_info("ssl_object") is not None,
                "login": login,
            },
        )
        match self.mailbox.behaviour():
            case "slow":
                await asyncio.sleep(2)
            case "cut":
                server.transport.abort()
        return "250 OK"


class Server(SMTP):
    """An SMTP session that may be turned away, or left waiting, before the greeting."""

    def __init__(self, mailbox: Mailbox, **options):
        super().__init__(Handler(mailbox), **options)
        self.mailbox = mailbox

    async def _handle_client(self):
        match self.mailbox.behaviour():
            case "refuse":
                await self.push("421 4.3.2 Closed for today")
                self.transport.close()
            case "hang":
                self.mailbox.note_hanging()
                await asyncio.Event().wait()
            case _:
                await super()._handle_client()


def only(expected: str):
    """Lets in who knows `user:password`."""

    def judge(_server, _session, _envelope, _mechanism, given):
        known = isinstance(given, LoginPassword) and b":".join((given.login, given.password)) == expected.encode()
        # aiosmtpd reads `handled=False` as "refuse with 535 yourself".
        return AuthResult(success=known, handled=known, auth_data=given)

    return judge


async def serve(given: argparse.Namespace) -> None:
    mailbox = Mailbox(given.dir, given.behaviour)
    options = {"enable_SMTPUTF8": True, "hostname": "mail.test", "data_size_limit": None}
    context = None
    if given.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.cert, given.key)
    if given.tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if given.login:
        # With smtps the whole connection is encrypted, which aiosmtpd does not know.
        options |= {
            "auth_required": True,
            "auth_require_tls": given.tls == "starttls",
            "authenticator": only(given.login),
        }

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: Server(mailbox, loop=loop, **options),
        host="127.0.0.1",
        port=given.port,
        ssl=context if given.tls == "smtps" else None,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="where accepted messages go")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--behaviour", choices=BEHAVIOURS, default="accept")
    parser.add_argument("--tls", choices=("starttls", "smtps"))
    parser.add_argument("--cert", help="certificate chain, PEM")
    parser.add_argument("--key", help="private key, PEM")
    parser.add_argument("--login", metavar="USER:PASSWORD", help="demand this login")
    given = parser.parse_args()
    if given.tls and not (given.cert and given.key):
        parser.error("--tls needs --cert and --key")
    asyncio.run(serve(given))


if __name__ == "__main__":
    main()
