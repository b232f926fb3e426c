#!/bin/sh
# Installs Luyue into the folder of this file, without the internet. 不联网安装到本文件所在的文件夹。
set -eu
cd "$(dirname "$0")"
MADE_FOR="@VERSION@ @PLATFORM@"
HERE=$("${PYTHON:-python3}" -c '
import sys, sysconfig
print(f"{sys.version_info[0]}.{sys.version_info[1]}", sysconfig.get_platform())')
if test "$HERE" != "$MADE_FOR"; then
  echo "这里是 Python $HERE，安装包适用于 $MADE_FOR；装有别的 Python 时：PYTHON=python@VERSION@ ./install.sh" >&2
  echo "This is Python $HERE, the bundle is for $MADE_FOR; with another Python: PYTHON=python@VERSION@ ./install.sh" >&2
  exit 1
fi
test -x .venv/bin/python || "${PYTHON:-python3}" -m venv .venv
install="./.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps"
$install --find-links wheels --require-hashes -r requirements.txt
$install --force-reinstall wheels/luyue-*.whl
echo "完成，接着看 / done, go on with: .venv/bin/luyue doctor; .venv/bin/luyue run"
