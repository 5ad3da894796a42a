#!/bin/sh
# Rebuilds the sample model from its facts: a virtual environment, the training, the files beside this folder.
# Usage: samples/almanac/train/rebuild.sh   (PYTHON chooses the interpreter, 3.11 was used)
set -eu
cd "$(dirname "$0")"
"${PYTHON:-python3}" -m venv build/venv
build/venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
build/venv/bin/python facts.py
build/venv/bin/python train.py
build/venv/bin/python export.py
build/venv/bin/python records.py
