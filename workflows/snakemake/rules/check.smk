# What is asked for, checked before any job: one line for each thing that is wrong.

import copy
import difflib
import os
import re

import jsonschema
import yaml

FILES = ["reference", "clinvar", "gnomad", "samples"]

with open(workflow.source_path("../config.schema.yaml")) as text:
    SCHEMA = yaml.safe_load(text)


def closest(word, known):
    """Which of the known words may have been meant."""
    near = difflib.get_close_matches(str(word), known, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"


def explain(error):
    """What a violation of the schema comes to, as lines for the person who wrote the configuration."""
    at = ".".join(str(key) for key in error.absolute_path) or "config"
    found = f"found {error.instance!r}"
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = [key for key in error.instance if key not in known]
        where = "" if at == "config" else f"{at}: "
        return [f"{where}unknown key {key}{closest(key, known)}" for key in unknown]
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        where = "" if at == "config" else f"{at}."
        return [f"{where}{key}: missing" for key in missing]
    if at == "samples" and isinstance(error.instance, dict) and error.instance:
        # Which person, not the whole map again.
        valid = jsonschema.Draft202012Validator(SCHEMA["$defs"]["person"]).is_valid
        wrong = {
            name: entry for name, entry in error.instance.items() if not valid(entry)
        }
        expected = "a file, or {file: FILE, name: SAMPLE}"
        return [
            f"samples: {name}: expected {expected}, found {entry!r}"
            for name, entry in wrong.items()
        ]
    if at == "samples":
        return [
            f"samples: expected NAME: FILE for each person, or a table's path, {found}"
        ]
    if error.validator == "oneOf":
        return [f"{at}: expected contig or a number of bases from 100000 on, {found}"]
    if error.validator == "enum":
        choices = ", ".join(
            str(choice) for choice in error.validator_value if choice is not None
        )
        return [f"{at}: expected one of {choices}, {found}"]
    if error.validator == "type":
        kinds = (
            error.validator_value
            if isinstance(error.validator_value, list)
            else [error.validator_value]
        )
        names = {
            "object": "a map",
            "string": "text",
            "boolean": "true or false",
            "integer": "a whole number",
        }
        return [
            f"{at}: expected {' or '.join(names.get(kind, kind) for kind in kinds)}, {found}"
        ]
    return [f"{at}: {error.message}"]


def twice(path):
    """Samples that a configuration file names more than once; the last would silently win."""
    with open(path, encoding="utf-8-sig") as text:
        root = yaml.compose(text, yaml.SafeLoader)
    top = root.value if isinstance(root, yaml.MappingNode) else []
    maps = [
        (key.value, value.value)
        for key, value in top
        if isinstance(value, yaml.MappingNode)
    ]
    for section, pairs in [("", top), *maps]:
        first = {}
        for key, _ in pairs:
            if not isinstance(key, yaml.ScalarNode):
                continue
            line = key.start_mark.line + 1
            if key.value in first:
                where = f"{section}: " if section else ""
                yield f"{path}:{line}: {where}{key.value} again, first on line {first[key.value]}"
            first.setdefault(key.value, line)


def table(path, errors):
    """Samples of a TSV with a header: NAME to {file, name}. Line ends may be those of Windows."""
    samples, lines = {}, {}
    try:
        with open(path, encoding="utf-8-sig", newline=None) as text:
            rows = [line.rstrip("\n") for line in text]
    except (OSError, UnicodeDecodeError) as error:
        errors.append(
            f"samples: {path}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}"
        )
        return samples
    header = rows[0].split("\t") if rows else []
    for other, name in [(";", "semicolons"), (",", "commas")]:
        if len(header) == 1 and other in header[0]:
            errors.append(
                f"{path}:1: the columns are separated by {name}; save the table with tabs"
            )
            return samples
    for column in ["sample", "file"]:
        if column not in header:
            errors.append(
                f"{path}:1: expected the columns sample and file, found {' '.join(header) or 'nothing'}"
            )
            return samples
    unknown = [column for column in header if column not in ("sample", "file", "name")]
    if unknown:
        errors.append(
            f"{path}:1: unknown column {unknown[0]}{closest(unknown[0], ['sample', 'file', 'name'])}"
        )
        return samples
    for number, row in enumerate(rows[1:], 2):
        if not row.strip():
            continue
        cells = row.split("\t")
        if len(cells) != len(header):
            errors.append(
                f"{path}:{number}: expected {len(header)} columns separated by tabs, found {len(cells)}"
            )
            continue
        entry = {column: cell.strip() for column, cell in zip(header, cells)}
        sample = entry.pop("sample")
        if not sample or not entry["file"]:
            errors.append(
                f"{path}:{number}: the {'file' if sample else 'sample'} is missing"
            )
        elif sample in samples:
            errors.append(
                f"{path}:{number}: sample {sample} again, first on line {lines[sample]}"
            )
        else:
            samples[sample], lines[sample] = {
                key: cell for key, cell in entry.items() if cell
            }, number
    if not samples and not errors:
        errors.append(f"{path}: no sample")
    return samples


def as_meant(own):
    """The configuration, with true and false as --config hands them on, as text, and a text such as 4.1, a number to it."""
    meant = dict(own)
    for key, value in own.items():
        kind = SCHEMA["properties"].get(key, {}).get("type", "")
        if kind == "boolean" and value in ("true", "false"):
            meant[key] = value == "true"
        elif "string" in kind and type(value) in (int, float):
            meant[key] = str(value)
    return meant


def checked(own, configfiles):
    """The configuration with the schema's defaults, its samples as NAME to {file, name}."""
    own = as_meant(own)
    errors = [line for path in configfiles for line in twice(path)]
    for error in sorted(
        jsonschema.Draft202012Validator(SCHEMA).iter_errors(own),
        key=lambda e: e.json_path,
    ):
        errors += explain(error)
    if errors:
        return own, errors
    whole = {
        key: copy.deepcopy(rule["default"])
        for key, rule in SCHEMA["properties"].items()
        if "default" in rule
    }
    whole.update(own)
    samples = whole["samples"]
    if isinstance(samples, str):
        samples = table(samples, errors)
    whole["samples"] = {
        name: {"file": entry} if isinstance(entry, str) else entry
        for name, entry in samples.items()
    }
    for name in whole["samples"]:
        if not isinstance(name, str):
            errors.append(
                f"samples: {name!r} is a number to YAML, which drops leading zeros; write it in quotes"
            )
        elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._+=@-]*", name):
            errors.append(
                f"samples: {name!r}: a name is of letters, digits, blanks and . _ + = @ -, a letter or digit first"
            )
    if whole["dataset"] and not whole["gnomad"]:
        errors.append("dataset: it says what to take of gnomad, which is missing")
    if whole["store"] and not whole["gnomad"]:
        errors.append("store: it is built of gnomad, which is missing")
    across = re.search(
        r"(^|\s)(-[dDS]|-w|--rm-dup|--remove-dup\S*|--sort|--safe|-m\s*'?\+\S*|--multi\S+\s*=?\s*'?\+\S*)",
        whole["extra"].get("normalize", ""),
    )
    if whole["scatter"] and across:
        errors.append(
            f"extra.normalize: {across.group().strip()} looks across records, which scatter has in several tasks"
        )
    # Jobs on other machines read the same files; that they are there is known by then.
    if workflow.is_main_process:
        for key in ["reference", "clinvar"]:
            if not os.path.isfile(whole[key]):
                errors.append(f"{key}: no such file: {whole[key]}")
        if whole["gnomad"] and not os.path.exists(whole["gnomad"]):
            errors.append(f"gnomad: no such file or folder: {whole['gnomad']}")
        for name, entry in whole["samples"].items():
            if not os.path.isfile(entry["file"]):
                errors.append(f"samples: {name}: no such file: {entry['file']}")
    return whole, errors
