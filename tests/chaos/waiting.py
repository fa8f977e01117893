"""Waiting for conditions, with a limit."""
import threading
import time

STEP = 0.1
halt = threading.Event()  # ends all waiting, in every thread


class TimedOut(Exception):
    pass


class Halted(Exception):
    pass


def until(seconds, condition, what, meanwhile=lambda: None):
    """The value of the condition, once it is true."""
    ends_at = time.monotonic() + seconds
    while True:
        if halt.is_set():
            raise Halted
        meanwhile()
        value = condition()
        if value:
            return value
        if time.monotonic() > ends_at:
            raise TimedOut(f'timed out after {seconds:g} s: {what}')
        time.sleep(STEP)
