"""The alerts: promtool's own checks where it is, and in any case every name in a rule against the code that exports it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from prometheus_client import REGISTRY, generate_latest

from bus import metrics
from bus.application import OPEN
from bus.service import Service
from contracts.all import OWNERS
from deploy.local.ports import DOORS

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
RUNBOOK = FOLDER.parents[1] / "docs" / "how-to" / "operations.md"
HEADINGS = re.findall(r"^### (\w+)$", RUNBOOK.read_text(), re.MULTILINE)
TARGET_LABELS = {"job", "instance", "service"}
"""What Prometheus adds to every series: prometheus.yml names the job, targets.yml the service."""
SERVICES: dict[str, Service] = {name: import_module(f"services.{name}.service").service for name in OWNERS}

Rule = dict[str, Any]
RULES: list[Rule] = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
TEST_FILES = sorted(path.name for path in FOLDER.glob("*_test.yml"))
TESTS = [test for name in TEST_FILES for test in yaml.safe_load((FOLDER / name).read_text())["tests"]]
PROMTOOL = shutil.which("promtool")


def promtool(*arguments: str, text: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    if PROMTOOL is None:
        pytest.skip(f"promtool is not here: `promtool {' '.join(arguments)}` was not run (Debian's package prometheus)")
    return subprocess.run([PROMTOOL, *arguments], cwd=FOLDER, input=text, capture_output=True, timeout=250, check=False)


@pytest.fixture(scope="module", autouse=True)
def exported() -> dict[str, list[dict[str, str]]]:
    """Every series that the five services show, from their start or once they have counted: name → its label sets."""
    for service in SERVICES.values():
        metrics.create_at_zero(service.name, service.says)
        metrics.READY.labels(service.name)
        for topic in service.topics:
            metrics.LAG.labels(service.name, topic)
    import_module("services.visits.metrics").create_at_zero(["greeting"])
    registry = import_module("services.registry.metrics")
    registry.STALE.labels("", "")
    registry.PLANS.labels("")
    for gauge in (registry.VACANT, registry.VACANT_OLDEST):
        gauge.labels("liaison")
    import_module("services.medical.metrics").ASIDE.labels("unreadable")
    found: dict[str, list[dict[str, str]]] = {"up": [{}]}
    for family in REGISTRY.collect():
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def selectors(expr: str) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Every metric in an expression, with its matchers: label, operator, value."""
    for name, inside in re.findall(r"\b(bifang_\w+|process_\w+|up)\b(?:\{([^}]*)\})?", expr):
        yield name, re.findall(r'(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"', inside)


def mistakes(rule: Rule, exported: dict[str, list[dict[str, str]]]) -> list[str]:
    """Metrics, labels and label values that a rule relies on and that no service exports."""
    found: list[str] = []
    by = {label.strip() for group in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in group.split(",")}
    for name, matchers in selectors(rule["expr"]):
        if name not in exported:
            found.append(f"no such metric: {name}")
            continue
        labels = {label for series in exported[name] for label in series} | TARGET_LABELS
        found += [f"{name} has no label {label}" for label in {m[0] for m in matchers} | by if label not in labels]
        for label, operator, value in matchers:
            known = {series.get(label, "") for series in exported[name]} | ({"bifang"} if label == "job" else set())
            wanted = set(value.split("|")) if "~" in operator else {value}
            found += [f"{name} has no {label}={one}" for one in sorted(wanted - known) if label in labels]
    said = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
    grouped = by or ({"service", "instance", "job"} if "sum(" not in rule["expr"] else set())
    return found + [f"the text needs {label}, which the expression drops" for label in sorted(said - grouped)]


def test_promtool_takes_the_configuration_and_the_rules() -> None:
    config, rules = promtool("check", "config", "prometheus.yml"), promtool("check", "rules", "alerts.yml")

    assert (config.returncode, rules.returncode) == (0, 0), config.stderr + rules.stderr


def test_every_alert_fires_when_it_should_and_else_is_quiet() -> None:
    done = promtool("test", "rules", *TEST_FILES)

    assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_the_metrics_are_named_as_prometheus_wants_them() -> None:
    done = promtool("check", "metrics", text=generate_latest())

    ours = [line for line in done.stderr.decode().splitlines() if line.startswith("bifang_")]
    assert ours == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_names_only_what_the_code_exports(rule: Rule, exported: dict[str, list[dict[str, str]]]) -> None:
    assert mistakes(rule, exported) == []


@pytest.mark.parametrize(
    ("expr", "mistake"),
    [
        ("bifang_outbox_oldest_second > 60", "no such metric: bifang_outbox_oldest_second"),
        ("max by (lane) (bifang_outbox_depth) > 1", "bifang_outbox_depth has no label lane"),
        ('bifang_sms_total{lane="bulk",result="unknown"} > 0', "bifang_sms_total has no label result"),
        ('bifang_sms_total{outcome="unkown"} > 0', "bifang_sms_total has no outcome=unkown"),
        ('bifang_duties_total{what=~"missed|dun"} > 0', "bifang_duties_total has no what=dun"),
        ('bifang_sms_accepted_seconds_bucket{le="30"} > 0', "bifang_sms_accepted_seconds_bucket has no le=30"),
        ('up{job="bifan"} == 0', "up has no job=bifan"),
        ("sum(bifang_ready) == 0", "the text needs service, which the expression drops"),
    ],
)
def test_a_misspelt_rule_is_seen(expr: str, mistake: str, exported: dict[str, list[dict[str, str]]]) -> None:
    rule = {"expr": expr, "annotations": {"summary": "{{ $labels.service }}" if "ready" in expr else ""}}

    assert mistakes(rule, exported) == [mistake]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_who_is_woken_and_what_is_to_be_done(rule: Rule) -> None:
    """Chinese for who reads it at night, and a runbook that has a place of its own for it."""
    runbook = rule["annotations"]["runbook"]

    assert rule["labels"]["severity"] in ("page", "ticket")
    assert re.search(r"[\u4e00-\u9fff]", rule["annotations"]["summary"])
    assert runbook == f"docs/how-to/operations.md#{rule['alert'].lower()}"
    assert rule["alert"] in HEADINGS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_tested_quiet_and_firing(rule: Rule) -> None:
    of_it = [test for test in TESTS if test["name"].startswith(f"{rule['alert']}:")]
    expected = [
        bool(e["exp_samples"]) for test in of_it for e in test["promql_expr_test"] if rule["alert"] in e["expr"]
    ]

    assert set(expected) == {True, False}


def test_the_runbook_has_no_place_for_an_alert_that_is_gone() -> None:
    assert sorted(HEADINGS) == sorted(rule["alert"] for rule in RULES)


def test_the_runbook_speaks_of_metrics_and_doors_that_exist(exported: dict[str, list[dict[str, str]]]) -> None:
    text = RUNBOOK.read_text()
    named = set(re.findall(r"`(bifang_\w+)`", text))
    families = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in exported} | exported.keys()
    doors = {route.path for service in SERVICES.values() for router in service.routes for route in router.routes}  # type: ignore[attr-defined]

    assert named - families == set()
    assert set(re.findall(r"`GET (/[a-z-]+)", text)) - doors == set()


def test_what_the_runbook_asks_by_hand_is_a_door_that_takes_it() -> None:
    """Of each address its port, its path and every parameter."""
    asked = re.findall(r"127\.0\.0\.1:(\d+)(/[^\s'\"?`]+)(?:\?([^\s'\"`]+))?", RUNBOOK.read_text())
    by_hand = [(port, path, parameters) for port, path, parameters in asked if path not in OPEN]
    routes = {
        str(DOORS[name]): [route for router in service.routes for route in router.routes if isinstance(route, APIRoute)]
        for name, service in SERVICES.items()
    }

    assert {port for port, _, _ in by_hand} >= {"8101", "8104", "8105"}
    for port, path, parameters in by_hand:
        (route,) = [
            route for route in routes[port] if route.path_regex.fullmatch(path) and "GET" in (route.methods or ())
        ]
        taken = {parameter.alias for parameter in get_flat_params(route.dependant)}
        assert {one.partition("=")[0] for one in parameters.split("&") if one} <= taken, path


@pytest.mark.parametrize(
    ("file", "host"), [("targets.yml", lambda service: "127.0.0.1"), ("targets.compose.yml", lambda service: service)]
)
def test_every_service_is_watched_at_its_own_door(file: str, host: Any) -> None:
    targets = yaml.safe_load((FOLDER / file).read_text())

    assert {t["labels"]["service"]: t["targets"] for t in targets} == {s: [f"{host(s)}:{DOORS[s]}"] for s in OWNERS}
