# A small server with everything that Everwire can use: numbers, resume, heartbeats, requests.
# `pip install websockets` (15 or newer), then `python3 python-server.py`.

import asyncio
import json
import os
import secrets
import signal
from collections import deque
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import broadcast, serve
from websockets.exceptions import ConnectionClosed

PORT = int(os.environ.get("PORT", "8080"))
HOST = os.environ.get("HOST", "localhost")
KEPT = 256  # number of events that a session keeps for a resume
IDLE_S = 5 * 60  # a session without a socket is forgotten after this
TOO_SLOW = 4 * 1024 * 1024  # bytes waiting for a client, above which its socket is cut

# Token -> user. Check your own sign-in sessions instead.
USERS = {"secret": "ada", "secret-too": "bo"}

sessions = {}


class Session:
    def __init__(self, user):
        self.id = secrets.token_urlsafe(16)
        self.user = user
        self.next = 0
        self.events = deque(maxlen=KEPT)
        self.socket = None
        self.idle = None

    def emit(self, event, data):
        """Sends an event, and keeps it: a client without a link gets it when it reconnects."""
        frame = json.dumps({"event": event, "data": data, "seq": self.next})
        self.events.append(frame)
        self.next += 1
        deliver(self.socket, frame)


def deliver(socket, frame):
    if socket is None:
        return
    broadcast([socket], frame)  # unlike send(), it never waits, so the order is kept
    # The client resumes, and requests the rest.
    if socket.transport.get_write_buffer_size() > TOO_SLOW:
        socket.transport.abort()


def resumable(query, user):
    """The session in the address, if it belongs to this user and still has all requested events."""
    session = sessions.get(query.get("connection_id"))
    wanted = query.get("sequence_number", "")
    if session is None or session.user != user or not wanted.isdecimal():
        return None
    oldest = session.next - len(session.events)
    return session if max(1, oldest) <= int(wanted) <= session.next else None


def say(data, session):
    for each in list(sessions.values()):
        each.emit("posted", {"from": session.user, "text": str(data["text"])})


# The requests. The returned value is the reply; a raised exception is its error.
HANDLERS = {
    "ping": lambda data, session: "pong",
    "add": lambda data, session: data["a"] + data["b"],
    "say": say,
}


def answer(socket, session, raw):
    frame = json.loads(raw)
    if not isinstance(frame, dict):
        raise ValueError("not an object")
    try:
        if frame.get("event") not in HANDLERS:
            raise ValueError(f"unknown request: {frame.get('event')}")
        data = HANDLERS[frame["event"]](frame.get("data") or {}, session)
        reply = {"status": "OK", "data": data}
    except Exception as error:
        reply = {"status": "FAIL", "error": {"id": "failed", "message": str(error)}}
    deliver(socket, json.dumps({"seq_reply": frame.get("seq"), **reply}))


async def connected(socket):
    query = {name: values[0] for name, values in parse_qs(urlsplit(socket.request.path).query).items()}
    user = USERS.get(query.get("token"))
    if user is None:
        await socket.close(4401, "unauthorized")
        return

    session = resumable(query, user)
    if session is not None:
        if session.socket is not None:
            session.socket.transport.abort()  # it may look alive, but its client is here
        session.socket = socket
        missing = session.next - int(query["sequence_number"])
        for frame in list(session.events)[len(session.events) - missing :]:
            deliver(socket, frame)
    else:
        session = Session(user)
        session.socket = socket
        sessions[session.id] = session
        session.emit("hello", {"connection_id": session.id})
    if session.idle is not None:
        session.idle.cancel()

    try:
        async for raw in socket:
            answer(socket, session, raw)
    except ConnectionClosed:
        pass
    except ValueError:
        await socket.close(1007, "not a JSON object")
    finally:
        if session.socket is socket:
            session.socket = None
            session.idle = asyncio.get_running_loop().call_later(IDLE_S, sessions.pop, session.id, None)


async def tick():
    while True:
        await asyncio.sleep(1)
        for session in list(sessions.values()):
            session.emit("tick", {"now": datetime.now(timezone.utc).isoformat()})


async def main():
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with serve(connected, HOST, PORT, max_size=64 * 1024) as server:
        clock = asyncio.create_task(tick())
        await stopping.wait()
        clock.cancel()
        await asyncio.gather(*(socket.close(1012, "restarting") for socket in server.connections))


asyncio.run(main())
