"""A limit on how long a learner's code may run."""

import contextlib
import signal
import threading

_running = False


class TooLong(BaseException):
    """Time is up. No `except Exception` in a learner's loop may catch it."""


@contextlib.contextmanager
def limited(seconds):
    """Raise TooLong in what runs inside after so many seconds; the innermost call in an outer one does nothing.

    Where a running function can't be stopped (Windows, another thread) a sentence says how to interrupt it.
    """
    global _running
    if _running or seconds is None:
        yield
        return
    _running = True
    alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if alarm:
        before = signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, seconds, 1)  # Again every second, should a bare `except:` catch it.
    else:
        words = [f"This has been running for {seconds} s: Kernel → Interrupt Kernel stops it."]
        timer = threading.Timer(seconds, print, words)
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        _running = False
        if alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        else:
            timer.cancel()


def _stop(*_):
    raise TooLong
