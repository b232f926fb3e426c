"""A small IMAP4rev1 server on 127.0.0.1 for tests: real sockets, real replies, one folder, messages in memory.

It speaks what a reader of mail needs (RFC 3501): CAPABILITY, LOGIN, ID, SELECT, UID SEARCH, UID FETCH, UID STORE,
NOOP, LOGOUT; anything else is answered BAD.
"""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass
class Kept:
    """One message in the folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)
    arrived_at: datetime = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


class Server:
    """with Server() as server: server.port, server.put(raw), server.messages."""

    def __init__(self) -> None:
        self.messages: list[Kept] = []
        self.uid_validity, self.next_uid = 7, 1
        self.user, self.password = "desk", 'geheim "x"'
        self.folder = "INBOX"
        self.said: list[str] = []
        self.drop_before = ""  # a command before which the connection is cut, as by a crash
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                _Session(outer, self.rfile, self.wfile).run()

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address = True, True

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self._listener.server_address[1]

    def __enter__(self) -> "Server":
        threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def put(self, raw: bytes, *flags: str, arrived_at: datetime | None = None) -> Kept:
        """Deliver a message."""
        kept = Kept(self.next_uid, raw, set(flags), arrived_at or datetime(2026, 3, 4, 2, 0, tzinfo=UTC))
        self.messages.append(kept)
        self.next_uid += 1
        return kept

    def unread(self) -> list[int]:
        return [one.uid for one in self.messages if "\\Seen" not in one.flags]


class _Session:
    def __init__(self, server: Server, rfile, wfile) -> None:
        self.server, self.rfile, self.wfile = server, rfile, wfile
        self.state = "new"

    def run(self) -> None:
        self.send("* OK [CAPABILITY IMAP4rev1 ID] ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
            # The password stays out of the record.
            self.server.said.append("LOGIN" if rest.upper().startswith("LOGIN") else rest)
            if self.server.drop_before and rest.upper().startswith(self.server.drop_before):
                return
            if not self.answer(tag, rest):
                return

    def send(self, text: str | bytes) -> None:
        self.wfile.write((text if isinstance(text, bytes) else text.encode()) + b"\r\n")

    def answer(self, tag: str, rest: str) -> bool:
        word = rest.partition(" ")[0].upper()
        handler = getattr(self, f"do_{word.lower()}", None)
        if handler is None:
            self.send(f"{tag} BAD unknown command")
            return True
        return handler(tag, rest[len(word) :].strip()) is not False

    def do_capability(self, tag: str, _rest: str) -> None:
        self.send("* CAPABILITY IMAP4rev1 ID")
        self.send(f"{tag} OK done")

    def do_noop(self, tag: str, _rest: str) -> None:
        self.send(f"{tag} OK done")

    def do_id(self, tag: str, _rest: str) -> None:
        self.send('* ID ("name" "test")')
        self.send(f"{tag} OK done")

    def do_login(self, tag: str, rest: str) -> None:
        words = [
            re.sub(r"\\(.)", r"\1", quoted) or plain
            for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', rest)
        ]
        if words == [self.server.user, self.server.password]:
            self.state = "in"
            self.send(f"{tag} OK LOGIN done")
        else:
            self.send(f"{tag} NO [AUTHENTICATIONFAILED] wrong user or password")

    def do_select(self, tag: str, rest: str) -> None:
        if self.state == "new" or rest.strip('"') != self.server.folder:
            self.send(f"{tag} NO no such mailbox")
            return
        self.state = "selected"
        self.send(f"* {len(self.server.messages)} EXISTS")
        self.send(r"* FLAGS (\Seen \Answered \Flagged \Deleted \Draft)")
        self.send(f"* OK [UIDVALIDITY {self.server.uid_validity}] stable")
        self.send(f"* OK [UIDNEXT {self.server.next_uid}] next")
        self.send(f"{tag} OK [READ-WRITE] SELECT done")

    def do_uid(self, tag: str, rest: str) -> None:
        word, _, rest = rest.partition(" ")
        if self.state != "selected" or word.upper() not in ("SEARCH", "FETCH", "STORE"):
            self.send(f"{tag} BAD not now")
            return
        getattr(self, f"uid_{word.lower()}")(rest)
        self.send(f"{tag} OK UID {word} done")

    def uid_search(self, rest: str) -> None:
        found = self.server.messages
        if rest.upper() == "UNSEEN":
            found = [one for one in found if "\\Seen" not in one.flags]
        elif match := re.fullmatch(r"UID (\d+):\*", rest, re.I):
            # As the standard has it: "*" is the last one, and a range may be written backwards.
            last = max((one.uid for one in found), default=0)
            low, high = sorted((int(match[1]), last))
            found = [one for one in found if low <= one.uid <= high]
        self.send("* SEARCH " + " ".join(str(one.uid) for one in found))

    def uid_fetch(self, rest: str) -> None:
        number, _, what = rest.partition(" ")
        for position, one in enumerate(self.server.messages, 1):
            if one.uid != int(number):
                continue
            if "BODY.PEEK" in what:
                content = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else one.raw
                name = "BODY[HEADER]" if "HEADER" in what else "BODY[]"
                self.wfile.write(f"* {position} FETCH (UID {one.uid} {name} {{{len(content)}}}\r\n".encode())
                self.wfile.write(content)
                self.send(")")
            else:
                date = one.arrived_at.strftime("%d-%b-%Y %H:%M:%S +0000")
                self.send(
                    f'* {position} FETCH (UID {one.uid} RFC822.SIZE {len(one.raw)} INTERNALDATE "{date}")'
                )

    def uid_store(self, rest: str) -> None:
        number, _, what = rest.partition(" ")
        for one in self.server.messages:
            if one.uid == int(number):
                one.flags |= set(re.findall(r"\\\w+", what))

    def do_logout(self, tag: str, _rest: str) -> bool:
        self.send("* BYE bye")
        self.send(f"{tag} OK LOGOUT done")
        return False
