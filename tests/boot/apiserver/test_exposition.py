from boot.apiserver.exposition import Histogram, counter, gauge, histogram, render_metrics


def test_families_are_lines_of_text() -> None:
    families = [
        counter("requests_total", "Requests.", {(("verb", "GET"), ("code", "200")): 3}),
        gauge("seconds", "Seconds.", {(): 1.5}),
    ]
    assert render_metrics(families) == (
        "# HELP requests_total Requests.\n"
        "# TYPE requests_total counter\n"
        'requests_total{verb="GET",code="200"} 3\n'
        "# HELP seconds Seconds.\n"
        "# TYPE seconds gauge\n"
        "seconds 1.5\n"
    )


def test_a_histogram_counts_all_below_each_bound() -> None:
    observed = Histogram((0.1, 1))
    for value in (0.05, 0.1, 0.5, 7):
        observed.observe(value)
    lines = render_metrics([histogram("took", "Seconds.", {(("verb", "GET"),): observed})]).splitlines()[2:]
    assert lines == [
        'took_bucket{verb="GET",le="0.1"} 2',
        'took_bucket{verb="GET",le="1"} 3',
        'took_bucket{verb="GET",le="+Inf"} 4',
        'took_sum{verb="GET"} 7.65',
        'took_count{verb="GET"} 4',
    ]


def test_values_of_labels_cannot_end_a_line() -> None:
    text = render_metrics([gauge("a", "A.", {(("b", 'x"\n\\'),): 1})])
    assert text.splitlines()[-1] == 'a{b="x\\"\\n\\\\"} 1'
