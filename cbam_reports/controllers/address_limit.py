import threading
import time
from collections import OrderedDict, deque

MOST_ADDRESSES = 10_000


class AddressLimit:
    """So many requests per address and span of time, in the memory of this worker process.

    In memory, so that whoever guesses tokens writes nothing to the database. With n workers an address gets at most n
    times the limit. Addresses that asked longest ago are forgotten first.
    """

    def __init__(self, most, seconds, clock=time.monotonic):
        self.most, self.seconds, self._clock = most, seconds, clock
        self._times, self._lock = OrderedDict(), threading.Lock()

    def allows(self, address):
        """Note a request of an address; whether it is within the limit. Refused ones do not count."""
        now = self._clock()
        with self._lock:
            times = self._times.setdefault(address, deque())
            self._times.move_to_end(address)
            while len(self._times) > MOST_ADDRESSES:
                self._times.popitem(last=False)
            while times and times[0] <= now - self.seconds:
                times.popleft()
            is_fine = len(times) < self.most
            if is_fine:
                times.append(now)
            return is_fine

    def forget(self):
        """Begin anew."""
        with self._lock:
            self._times.clear()
