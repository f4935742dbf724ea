# Run by flit with `-c`: imports a file and writes what it says of itself as JSON to another file.
import importlib.util
import json
import sys

answer_path, module_path, root, kind = sys.argv[1:]


def described(module, name):
    value = module.__dict__.get(name)
    if value is None:
        return "missing"
    if not isinstance(value, str):
        return "other"
    # A lone surrogate cannot be written down.
    return {"text": value.encode("utf-8", "replace").decode("utf-8")}


def answer():
    # A name that nothing else has, so that an installed copy is never taken for it.
    name = "_flit_imported_module"
    search = [module_path[: -len("__init__.py")]] if kind == "package" else None
    spec = importlib.util.spec_from_file_location(
        name, module_path, submodule_search_locations=search
    )
    module = importlib.util.module_from_spec(spec)
    # Relative imports look here for their package.
    sys.modules[name] = module
    # With `-c` the first entry is the current directory, which is the source tree.
    sys.path[0] = root
    sys.argv[1:] = []
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        import traceback

        last = traceback.format_exception_only(type(error), error)[-1]
        return {
            "error": last.strip(),
            "is_import_error": isinstance(error, ImportError),
        }
    return {
        "version": described(module, "__version__"),
        "docstring": described(module, "__doc__"),
    }


result = json.dumps(answer())
with open(answer_path, "w") as file:
    file.write(result)
