"""What is counted, in Prometheus' text format; no number is about one person.

Requests are told apart by the template of their route, never by their path.
"""

from bisect import bisect_left
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from clausepress.ledger import Ledger

_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_RECORDS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counters of one application; of the ledger too, which tells of each batch."""

    def __init__(self, ledger: Ledger) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = _Requests()
        registry.register(self._requests)
        self.refused = Counter(
            "clausepress_refused",
            "Requests refused by a limit: rate, requests (at once), deadline",
            ("limit",),
            registry=registry,
        )
        self._batch = Histogram(
            "clausepress_batch_records",
            "Records written in one transaction",
            buckets=_RECORDS,
            registry=registry,
        )
        self._commit = Histogram(
            "clausepress_commit_seconds",
            "Seconds that a transaction held the head of the log",
            buckets=_SECONDS,
            registry=registry,
        )
        self._suppressed = Counter(
            "clausepress_suppressions",
            "Suppressions this process wrote, those of addresses suppressed before too",
            registry=registry,
        )
        self._faults = Counter(
            "clausepress_store_faults", "Batches that the store did not take", registry=registry
        )
        self._gauge("clausepress_queue_records", "Records that wait for the writer", ledger.waiting)
        self._gauge(
            "clausepress_log_records", "Records in the log, as this process knows it", ledger.size
        )

    def _gauge(self, name: str, text: str, value: Callable[[], int]) -> None:
        Gauge(name, text, registry=self._registry).set_function(value)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; called by the event loop only."""
        self._requests.count(route, method, status, seconds)

    def committed(self, records: int, suppressions: int, seconds: float) -> None:
        """See clausepress.ledger.observing.Observer."""
        self._batch.observe(records)
        self._suppressed.inc(suppressions)
        self._commit.observe(seconds)

    def failed(self) -> None:
        """See clausepress.ledger.observing.Observer."""
        self._faults.inc()

    async def show(self, _request: Request) -> Response:
        """All of them."""
        text = generate_latest(self._registry)
        return Response(text, 200, {"Cache-Control": "no-store"}, CONTENT_TYPE_PLAIN_1_0_0)


class _Requests(Collector):
    """Counts without locks, for one thread: those of the library cost as much as the rest."""

    def __init__(self) -> None:
        self._answers: Tally[tuple[str, str, int]] = Tally()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_SECONDS) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        self._answers[route, method, status] += 1
        self._buckets[route][bisect_left(_SECONDS, seconds)] += 1
        self._seconds[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        answers = CounterMetricFamily(
            "clausepress_requests", "Requests answered", labels=("route", "method", "status")
        )
        for (route, method, status), count in self._answers.items():
            answers.add_metric((route, method, str(status)), count)
        yield answers
        seconds = HistogramMetricFamily(
            "clausepress_request_seconds", "Seconds from headers to answer", labels=("route",)
        )
        bounds = [*map(str, map(float, _SECONDS)), "+Inf"]
        for route, counts in self._buckets.items():
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            seconds.add_metric((route,), buckets, self._seconds[route])
        yield seconds
