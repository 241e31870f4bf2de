"""JSON Schemas of the folder's files, for editors that check and complete YAML."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from orchestrator.province.catalogue import FILES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SOURCE_TEXT = r"^(ref:[a-z0-9][a-z0-9-]*([:,] [\s\S]+)?|(assumption|derived): [\s\S]+)$"
_YEAR = "^2[01][0-9][0-9]$"


class _Generator(GenerateJsonSchema):
    """Years as keys and the forms of a source text, which pydantic leaves out."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Keys that are years have four digits."""
        generated = super().dict_schema(schema)
        keys = schema.get("keys_schema", {})
        if keys.get("type") == "int" and (keys.get("ge") or 0) >= 2000:
            generated["propertyNames"] = {"pattern": _YEAR}
        return generated

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        """The only text that a function checks is that of a source."""
        generated = super().function_after_schema(schema)
        if generated.get("type") == "string":
            return {**generated, "pattern": SOURCE_TEXT}
        return generated


def file_schema(file: str) -> dict[str, Any]:
    """The JSON Schema of a file of the folder; a register is a list of rows. Raises KeyError for another file."""
    kind = FILES[file]
    schema = kind.model.model_json_schema(by_alias=True, schema_generator=_Generator)
    head = {"$schema": DIALECT, "title": file}
    if not kind.is_register:
        return head | {key: value for key, value in schema.items() if key != "title"}
    definitions = schema.pop("$defs", {})
    return {**head, "type": "array", "items": schema, **({"$defs": definitions} if definitions else {})}


def schema_name(file: str) -> str:
    """Name of the file that holds the schema of a file."""
    return f"{file.partition('.')[0]}.schema.json"
