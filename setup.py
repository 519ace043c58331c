"""The package: name, version, requirements and the `run-node` command."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent


def pinned(file_name: str) -> list[str]:
    """The requirement lines of a pins file."""
    lines = (HERE / file_name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


setup(
    name="yizhan",
    version="0.1.0",
    description="驿站: carries sealed e-form cases between village, township and county, whatever the line does",
    python_requires=">=3.11",
    packages=find_packages(include=["forms", "forms.*", "signing", "signing.*", "sync", "sync.*", "node", "node.*"]),
    py_modules=["run_node"],
    package_data={
        "forms": ["items/*/*.json", "items/*.json", "expressions/*.js", "authoring/*.js", "authoring/lint/*.json"],
        "node": ["data/*", "data/fonts/*"],
        "node.web": ["templates/**/*.html", "static/**/*", "sheets/*"],
        "sync": ["*.bin"],
    },
    install_requires=pinned("requirements.txt"),
    extras_require={
        "postgres": ["psycopg[binary]==3.3.9"],
        "scan": pinned("requirements-scan.txt"),
        "authoring": pinned("requirements-authoring.txt"),
        "tokens": pinned("requirements-tokens.txt"),
        "test": pinned("requirements-test.txt"),
    },
    entry_points={"console_scripts": ["run-node = node.cli:main"]},
)
