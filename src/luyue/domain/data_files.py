"""One object of the firm's own data out of a YAML text: a checklist, a question set."""

from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from luyue.domain.refusals import BadInput

Model = TypeVar("Model", bound=BaseModel)


def load(text: str, model: type[Model], *, largest: int, otherwise: str) -> Model:
    """The object. largest: characters. otherwise: the problem's word where YAML holds something else.

    Raises:
        BadInput: too long, not YAML, or a field that cannot be used; `where` names the place, `why` says what is wrong.
    """
    if len(text) > largest:
        raise BadInput(field="source", problem="too_long", limit=largest)
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{mark.line + 1}" if mark else ""
        raise BadInput(
            field="source", problem="not_yaml", where=where, why=str(error).splitlines()[0]
        ) from error
    if not isinstance(data, dict):
        raise BadInput(field="source", problem="not_yaml", where="1", why="")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in first["loc"])
        raise BadInput(field="source", problem=otherwise, where=where, why=first["msg"]) from error
