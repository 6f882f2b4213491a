"""The forms of surveys, a file for each version."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from services.registry.forms.form import Answer, Form, FormItem

__all__ = ["Answer", "Form", "FormItem", "forms"]


@cache
def forms() -> Mapping[str, Form]:
    """Each by its name and version; read once. A file that is no form stops whoever asks, and names itself."""
    found = [_read(path) for path in sorted(Path(__file__).parent.glob("*.yaml"))]
    return {form.name: form for form in found}


def _read(path: Path) -> Form:
    form = Form.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    if path.stem != form.name:
        raise ValueError(f"{path.name} holds {form.name}")
    return form
