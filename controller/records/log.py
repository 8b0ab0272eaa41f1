"""The diagnostic log: one JSON object a line, rotating; what a support engineer needs to see what happened.

Owns form and rotation. Times are UTC; `t_s` is the controller's own clock. Whoever logs never waits for the disk.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from controller.records.store import StoreError
from controller.scan.scan import Scan

MAX_BYTES = 2_000_000  #: of one file  # assumed: a month of ordinary events
FILES = 5
_LOG = logging.getLogger("maskglow")
_listeners: list[QueueListener] = []


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = getattr(record, "fields", {})
        line = {
            "utc": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **fields,
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _Unformatted(QueueHandler):
    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Hand the record on as it is: the same process writes it."""
        return record


def open_log(path: str | Path) -> None:
    """Write the log to ``path`` from now on; StoreError when that cannot be."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=FILES, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot write the log {path}: {error.strerror}; choose another folder with --store") from None
    handler.setFormatter(_JsonLines())
    queue: SimpleQueue[Any] = SimpleQueue()
    _LOG.addHandler(_Unformatted(queue))
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False
    listener = QueueListener(queue, handler)
    listener.start()
    _listeners.append(listener)


def close_log() -> None:
    """Write what waits and close the file."""
    for handler in list(_LOG.handlers):
        _LOG.removeHandler(handler)
    while _listeners:
        listener = _listeners.pop()
        listener.stop()
        for file in listener.handlers:
            file.close()


def log_event(event: str, level: int = logging.INFO, **fields: Any) -> None:
    """One event with its fields."""
    _LOG.log(level, event, extra={"fields": fields})


def log_scan(scan: Scan) -> None:
    """What the last scan brought: trips, lines, alarms, the unit. Nothing on an ordinary scan."""
    for line in scan.log:
        level = logging.INFO if line.kind == "ready" else logging.WARNING
        log_event(line.kind, level, t_s=round(line.time_s, 3), about=line.subject, text=line.text)
    for event in scan.events:
        log_event(event.kind, t_s=round(event.time_s, 3), text=event.text, **event.data)
    for alarm in scan.alarm_events:
        log_event(
            f"alarm {alarm.event}",
            logging.WARNING if alarm.event == "raised" else logging.INFO,
            t_s=round(alarm.time_s, 3),
            about=alarm.id,
            text=alarm.text,
        )
