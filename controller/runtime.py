"""The threads around the core: one for each line, one for the scan, one for the records. The only place that has them.

Owns real time: the pace of the scan, what happens when it is late, and the order of a shutdown. Decides nothing about
the tool; a command from outside is done by the scan's thread between two scans.
"""

from __future__ import annotations

import gc
import logging
import shutil
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from controller.build import Built
from controller.clock import monotonic_s, utc_now, wait_s
from controller.records.flight import code_hash
from controller.records.log import log_event, log_scan
from controller.records.recorder import Recorder, Texts
from controller.records.store import Store, StoreError
from controller.scan.unit_state import ACTIVE
from drivers.bus import Bus

T = TypeVar("T")
HOLD_AFTER_MISSED = 3  #: missed deadlines in a row after which a run is held  # RELIABILITY D3
ABORT_AFTER_MISSED = 10  #: … after which the tool goes to its safe state  # RELIABILITY D3
RECORDS = "records"  #: name of the thread that writes them
IDLE_S = 0.05  #: a line looks at its lease at least so often
DRAIN_S = 0.25  #: how often the records are written
KEPT_S = 1.0  #: what a dead controller may take along [s]: the last second is the one that somebody wants to see
SHUT_DOWN_S = 3.0  #: longest time that a shutdown gives a run to reach the safe state  # RELIABILITY H7: 5 s in all
LEAST_FREE_BYTES = 200_000_000  #: below this no run starts: its record must fit  # assumed: twenty long runs
JOIN_S = 2.0  #: longest time that the end of a thread is waited for
ANSWER_S = 2.0  #: longest time that a command waits for the scan


class NotRunningError(Exception):
    """The scan does not answer: it is overloaded, hung or shut down."""


class Lines:
    """A thread for each line, which serves it and nothing else."""

    def __init__(self, buses: Sequence[Bus]) -> None:
        self._stop = threading.Event()
        self._leased = {bus.name: threading.Event() for bus in buses}
        self._threads = [_thread(f"line {bus.name}", self._serve, bus) for bus in buses]

    def start(self) -> None:
        """Begin to serve all of them."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """A new lease has been granted."""
        for wake in self._leased.values():
            wake.set()

    def stop(self) -> None:
        """End after the exchange under way; ports are closed."""
        self._stop.set()
        self.wake()
        _join(self._threads)

    def _serve(self, bus: Bus) -> None:
        """Serve one line: what is due, then sleep until something is due or a new lease is granted."""
        wake = self._leased[bus.name]
        while not self._stop.is_set():
            try:
                bus.service(monotonic_s() + IDLE_S)  # the line's clock is this one: it must have somewhere to go
            except Exception:  # the supervisor: a driver's mistake must not take its line down
                logging.getLogger("maskglow").critical("line %s: a driver has failed", bus.name, exc_info=True)
                wait_s(1.0)
            now = monotonic_s()
            wake.wait(min(max(bus.next_due(now) - now, 0.0), IDLE_S))
            wake.clear()
        bus.port.close()


class Runtime:
    """One tool, alive. ``on_scan`` is called after every scan, ``on_records`` where the records are written."""

    def __init__(
        self,
        built: Built,
        store: Path,
        on_scan: Callable[[], None] = lambda: None,
        on_records: Callable[[], None] = lambda: None,
    ) -> None:
        self.built = built
        self.scan = built.scan
        self.store_path = store
        self.on_scan = on_scan
        self.on_records = on_records
        self.missed = 0
        self.overruns = 0
        self.store_error = ""
        texts = Texts(built.machine, built.document.text, "", {})
        self._period_s = 1.0 / built.machine.machine.scan_hz
        self.recorder = Recorder(self.scan, texts, utc_now, block_rows=max(1, round(KEPT_S / self._period_s)))
        self._commands: deque[Callable[[], None]] = deque()
        self.failed = False  #: the scan has raised: a mistake in the core
        self._asked = threading.Event()
        self._stop = threading.Event()
        self.lines = Lines(built.buses)
        self._threads: list[threading.Thread] = []
        self._stepped_s = monotonic_s()
        self._free_bytes = 0

    # --- life -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Mark what the last controller left open, then begin to scan. StoreError when the store cannot be used."""
        store = Store(self.store_path)
        for run in store.abandoned():
            store.mark_aborted(run, utc_now().isoformat(), "the controller ended in the middle of the run")
        for run, mask in store.unrecovered():
            self.scan.remember_lost_run(run, mask)
            log_event("run_lost", run=run, mask=mask)
        store.close()
        self._look_at_disk()
        code_hash()  # read now, so that no scan has to
        self.lines.start()
        self._start("scan", self._scan_loop)
        self._start(RECORDS, self._records)
        gc.collect()
        gc.freeze()  # PERFORMANCE: a heap of long-lived objects costs 100 ms when it is collected

    def ask_to_stop(self) -> None:
        """Let `wait` return; may be called from a signal handler."""
        self._asked.set()

    def wait(self, hung_s: float) -> None:
        """Return when asked to stop or when the scan has failed; log when the scan stands still for ``hung_s`` [s]."""
        told = False
        while not self._asked.wait(DRAIN_S) and not self.failed:
            hangs = self.silent_s() > hung_s
            if hangs and not told:
                log_event(
                    "hung", logging.CRITICAL, text=f"the scan has not ended for {hung_s:g} s; all leases have run out"
                )
            told = hangs

    def stop(self) -> None:
        """Controlled end: a run is aborted and gets a few seconds to close, outputs go safe, records are kept."""
        until = monotonic_s() + SHUT_DOWN_S
        try:
            self.call(lambda: self.scan.command("abort", "the controller was shut down"))
            while self.scan.unit.state in ACTIVE and monotonic_s() < until:
                wait_s(self._period_s)
        except NotRunningError:
            pass  # a scan that hangs cannot close a run: the lines go safe by themselves
        self._stop.set()
        self._join("scan")
        wait_s(2 * IDLE_S)
        self.lines.stop()
        self._join(RECORDS)

    def call(self, work: Callable[[], T]) -> T:
        """Have ``work`` done by the scan's thread before its next scan; NotRunningError when it does not come to it."""
        future: Future[T] = Future()

        def job() -> None:
            if future.set_running_or_notify_cancel():
                future.set_result(work())  # one that raises leaves a core that nobody knows: all goes safe

        self._commands.append(job)
        for last in (False, True):
            try:
                return future.result(ANSWER_S)
            except TimeoutError:
                if last or future.cancel():
                    break  # else the scan has just begun with it: what it then says is the truth
        raise NotRunningError(f"the scan has not answered for {ANSWER_S:g} s")

    def silent_s(self) -> float:
        """How long ago the last scan ended [s]."""
        return monotonic_s() - self._stepped_s

    def checks(self) -> list[dict[str, Any]]:
        """What the process itself adds to the start checklist."""
        free = self._free_bytes
        why_not = self.why_no_record()
        value = f"{free / 1e9:.1f} GB free"
        return [{"name": "Records can be written", "ok": not why_not, "value": value, "reason": "; ".join(why_not)}]

    def why_no_record(self) -> list[str]:
        """Why a run could not be recorded, so that none is started; empty when it can."""
        reasons = [self.store_error] if self.store_error else []
        if any(thread.name == RECORDS and not thread.is_alive() for thread in self._threads):
            reasons.append("the records are no longer written: start the controller again")
        if self._free_bytes < LEAST_FREE_BYTES:
            reasons.append(f"only {self._free_bytes / 1e6:.0f} MB are free for records: free some space")
        return reasons

    def usual_times(self, sha256: str) -> list[float]:
        """How long [s] each step of this recipe took in its last good run; empty when there was none."""
        store = Store(self.store_path)
        try:
            return store.usual_times(sha256)
        finally:
            store.close()

    # --- the loops ------------------------------------------------------------------------------------------

    def _scan_loop(self) -> None:
        """Scan at a fixed rate, by absolute deadlines; a scan that raises ends the scanning, and all leases run out."""
        due = monotonic_s()
        try:
            while not self._stop.is_set():
                due += self._period_s
                wait_s(due - monotonic_s())
                late = monotonic_s() - due
                missed = int(late / self._period_s)
                due += missed * self._period_s
                self._overrun(missed)
                while self._commands:
                    self._commands.popleft()()
                self.scan.step(monotonic_s())
                self.lines.wake()
                self.recorder.observe()
                log_scan(self.scan)
                self.on_scan()
                self._stepped_s = monotonic_s()
        except Exception:  # the supervisor: whatever it was, no lease is granted from now on
            self.failed = True
            logging.getLogger("maskglow").critical("the scan has failed; all outputs go safe", exc_info=True)

    def _overrun(self, missed: int) -> None:
        """Late is worse than never: after three missed deadlines in a row a run is held, after ten it is aborted."""
        if not missed:
            self.missed = 0
            return
        self.missed += missed
        self.overruns += missed
        if self.scan.unit.state in ACTIVE:
            if self.missed >= ABORT_AFTER_MISSED:
                self.scan.command("abort", f"the scan missed {self.missed} deadlines in a row")
            elif self.missed >= HOLD_AFTER_MISSED:
                self.scan.command("hold", f"the scan missed {self.missed} deadlines in a row")

    def _records(self) -> None:
        """Bring what the scans left to the store. A disk that is full costs telemetry, never the run."""
        store: Store | None = None
        ending = False
        while not ending:
            ending = not any(thread.is_alive() for thread in self._threads if thread.name == "scan")
            self.on_records()
            try:
                store = store or Store(self.store_path)
                self._write(store, ending)
                error = ""
            except (StoreError, OSError) as why:  # tried again: the disk may come back, and nothing is lost till then
                error = str(why)
            if error and error != self.store_error:
                log_event("store", level=logging.ERROR, text=error)
            self.store_error = error
            if not ending:
                self._stop.wait(DRAIN_S)
        if store is not None:
            store.close()

    def _write(self, store: Store, ending: bool) -> None:
        """All that waits; at the end also what nobody ended. A lost run is forgotten when the scan has forgotten it."""
        self._look_at_disk()
        self.recorder.drain(store)
        if not self.scan.lost_run and store.unrecovered():
            store.recovered()
            log_event("run_recovered", text="the tool has been made safe after the run that was cut off")
        if ending:
            for run in store.abandoned():
                store.mark_aborted(run, utc_now().isoformat(), "the controller was shut down")

    def _look_at_disk(self) -> None:
        self._free_bytes = shutil.disk_usage(self.store_path.parent).free

    def _start(self, name: str, work: Callable[[], None]) -> None:
        self._threads.append(_thread(name, work))
        self._threads[-1].start()

    def _join(self, name: str) -> None:
        _join([thread for thread in self._threads if thread.name == name])


def _thread(name: str, work: Callable[..., None], *arguments: object) -> threading.Thread:
    return threading.Thread(target=work, args=arguments, name=name, daemon=True)


def _join(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        if thread.ident is not None:  # else it was never started
            thread.join(JOIN_S)
