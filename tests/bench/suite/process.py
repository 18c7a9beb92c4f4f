"""Programs under measurement: started on a core of their own, watched through /proc, ended by pid."""
import ctypes
import os
import signal
import struct
import subprocess
import time

SERVER_CORE = 0
LOAD_CORE = min(1, (os.cpu_count() or 1) - 1)
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
SCHED_SETATTR = 314  # x86_64
SLICE_NANOSECONDS = 100_000


class MeasurementError(Exception):
    """The benchmark could not be measured; what it measured would mean nothing."""


def _isolate(core):
    """In the child: a session with a priority of its own, so that a machine's other work costs less.

    With autogrouping, niceness counts only inside a session; the short slice has the scheduler wake
    the process at once when its request comes. Where the kernel allows neither, it is measured as is.
    """

    def prepare():
        os.setsid()
        if core is not None:
            os.sched_setaffinity(0, {core})
        try:
            with open("/proc/self/autogroup", "w", encoding="ascii") as group:
                group.write("-10")
        except OSError:
            pass
        attributes = struct.pack("=IIQiIQQQ", 48, 0, 0, 0, 0, SLICE_NANOSECONDS, 0, 0)
        ctypes.CDLL(None).syscall(SCHED_SETATTR, 0, attributes, 0)

    return prepare


def run_pinned(argv, core, timeout):
    """Runs a program to its end and returns what it printed."""
    done = subprocess.run(
        argv, preexec_fn=_isolate(core), capture_output=True, text=True, timeout=timeout, check=False
    )
    if done.returncode != 0:
        raise MeasurementError(f"{argv[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Program:
    """One program with all its children. `core` None leaves it where the kernel puts it."""

    def __init__(self, argv, core, log, netns=None, environment=None, cwd=None):
        self.name = os.path.basename(argv[0])
        self.log = log
        prefix = [] if netns is None else ["nsenter", f"--net=/run/netns/{netns}"]
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                prefix + argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=None if environment is None else {**os.environ, **environment},
                cwd=cwd,
                preexec_fn=_isolate(core),
            )

    @property
    def pid(self):
        return self.process.pid

    def check_alive(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                tail = "".join(log.readlines()[-15:])
            raise MeasurementError(f"{self.name} ended with {self.process.returncode}:\n{tail}")

    def tree(self):
        """The process and all below it."""
        found = [self.pid]
        for pid in found:
            found.extend(children_of(pid))
        return found

    def cpu_seconds(self):
        return sum(cpu_seconds(pid) for pid in self.tree())

    def resident_bytes(self):
        return sum(resident_bytes(pid) for pid in self.tree())

    def stop(self, grace=20):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def children_of(pid):
    children = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as listed:
                children.extend(int(child) for child in listed.read().split())
    except OSError:
        pass  # It ended while we looked.
    return children


def cpu_seconds(pid):
    """User and system time of all threads, those that ended included; 0 when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(pid):
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * PAGE
    except OSError:
        return 0


def until(condition, seconds, what, interval=0.01, alive=None):
    """Polls; `alive` is a Program whose end is the end of waiting."""
    deadline = time.monotonic() + seconds
    while not condition():
        if alive is not None:
            alive.check_alive()
        if time.monotonic() > deadline:
            raise MeasurementError(f"{what} within {seconds} s")
        time.sleep(interval)
