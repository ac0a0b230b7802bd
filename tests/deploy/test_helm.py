"""The chart: linted and rendered by helm, held to the schemas of Kubernetes; no cluster ran it."""

import os
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from app.settings import PREFIX, Settings
from namewright import __version__
from tests.conftest import ROOT
from tests.deploy import helm

pytestmark = pytest.mark.slow

CHART = ROOT / "deploy" / "helm" / "namewright"
VERSIONS = ["1.35", "1.36", "1.37"]
KINDS = {
    "ConfigMap",
    "Deployment",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
}
EVERYTHING = """
image: {repository: registry.example/namewright, digest: "sha256:%s"}
pullSecrets: [{name: registry}]
settings: {NAMEWRIGHT_MAX_BODY: 1048576, NAMEWRIGHT_DRAIN_DELAY: 2.5, NAMEWRIGHT_METRICS: false}
models: {persistentVolumeClaim: {claimName: models}}
keysSecret: keys
autoscaling: {enabled: false}
replicas: 3
ingress: {enabled: true, className: public, tlsSecret: tls, annotations: {a: b}}
networkPolicy: {from: [{namespaceSelector: {}}], egress: [{ports: [{protocol: TCP, port: 4317}]}]}
serviceMonitor: {enabled: true, labels: {release: prometheus}}
podLabels: {team: names}
podAnnotations: {a: b}
nodeSelector: {disk: ssd}
tolerations: [{key: spot, operator: Exists}]
""" % ("0" * 64)


def run(*arguments: str | Path, values: str = "") -> subprocess.CompletedProcess[str]:
    extra = ["--values", "-"] if values else []
    command = [helm.find(), *arguments, *extra]
    return subprocess.run(command, input=values, capture_output=True, text=True, check=False)


def render(values: str = "", version: str = VERSIONS[-1]) -> dict[str, dict[str, Any]]:
    """What would be made, by kind."""
    at = ["--namespace", "names", "--kube-version", version]
    rendered = run("template", "namewright", CHART, *at, values=values)
    assert rendered.returncode == 0, rendered.stderr
    found = [document for document in yaml.safe_load_all(rendered.stdout) if document]
    kinds = {document["kind"]: document for document in found}
    assert len(kinds) == len(found)
    return kinds


@pytest.mark.parametrize("values", ["", EVERYTHING], ids=["defaults", "everything"])
def test_helm_finds_no_fault(values: str) -> None:
    linted = run("lint", "--strict", CHART, values=values)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("values", ["", EVERYTHING], ids=["defaults", "everything"])
def test_what_it_makes_is_what_kubernetes_takes(values: str, version: str) -> None:
    rendered = render(values, version)
    for kind, document in rendered.items():
        if kind != "ServiceMonitor":  # the Prometheus operator's own
            kubernetes_validate.validate(document, version, strict=True)
    expected = KINDS - {"HorizontalPodAutoscaler"} | {"Ingress", "ServiceMonitor"}
    assert set(rendered) == (expected if values else KINDS)


def test_the_schemas_would_find_a_fault() -> None:
    deployment = render()["Deployment"]
    deployment["spec"]["template"]["spec"]["containers"][0]["livenessProb"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[-1], strict=True)


def test_its_settings_are_those_that_the_service_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As text, numbers whole: 1048576 is not 1.048576e+06."""
    data = render(EVERYTHING)["ConfigMap"]["data"]
    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    for name, value in data.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.max_body, settings.drain_delay, settings.metrics) == (1_048_576, 2.5, False)
    assert settings.log_format == "json"


@pytest.mark.parametrize(
    "values",
    [
        "settings: {NAMEWRIGHT_PORT: 9000}",
        "settings: {max_body: 1}",
        "autoscaling: {minReplica: 3}",
        "image: {repository: ''}",
    ],
)
def test_values_that_mean_nothing_are_refused(values: str) -> None:
    assert run("template", "namewright", CHART, values=values).returncode != 0


def test_pods_are_as_the_restricted_standard_asks() -> None:
    """Of Kubernetes' pod security standards."""
    spec = render(EVERYTHING)["Deployment"]["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    assert {kind for volume in spec["volumes"] for kind in volume} <= {
        "name",
        "persistentVolumeClaim",
        "secret",
    }
    for container in spec["containers"]:
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["readOnlyRootFilesystem"] is True
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert all("hostPort" not in port for port in container["ports"])


def test_it_has_time_to_end_before_it_is_killed() -> None:
    spec = render()["Deployment"]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    asleep = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    shutdown = Settings.model_fields["shutdown_timeout"].default
    assert asleep + shutdown + 2 < spec["terminationGracePeriodSeconds"]


def test_other_settings_make_other_replicas() -> None:
    def annotations(values: str = "") -> dict[str, str]:
        template = render(values)["Deployment"]["spec"]["template"]
        return dict(template["metadata"]["annotations"])

    assert annotations() == annotations()
    assert annotations() != annotations("settings: {NAMEWRIGHT_QUEUE: 8}")


def test_the_chart_has_the_version_of_the_service() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["appVersion"] == __version__
