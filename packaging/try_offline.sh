#!/bin/sh
# Shows that the bundle installs without a network: a fresh user, a clean directory, a network namespace with nothing in it.
# Needs root (or unshare -r) and the checkout with .venv. A county and a township are founded beside it; the village comes only from the stick.
#   packaging/try_offline.sh [BUNDLE]
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
bundle=${1:-$here/dist/yizhan-usb}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
user=nobody
run="$here/.venv/bin/python $here/run_node.py"
as_user() {
  if [ "$(id -u)" = 0 ]; then
    unshare -n -- setpriv --reuid="$user" --clear-groups env -i HOME="$place/home" PATH=/usr/local/bin:/usr/bin:/bin PYTHONUTF8=1 "$@"
  else
    unshare -rn -- env -i HOME="$place/home" PATH=/usr/local/bin:/usr/bin:/bin PYTHONUTF8=1 "$@"
  fi
}

echo "== a county and a township (on the technician's machine)"
$run init "$place/county" --tier county --name 示例县 --division 530923000000 >/dev/null
$run init "$place/township" --tier township --name 示例镇 --division 530923102000 --under "$place/county" >/dev/null
cp -r "$bundle" "$place/usb"
$run sign-bundle "$place/county" "$place/usb"
$run invite "$place/township" --tier village --name 示例高岭村 --division 530923102201 --out "$place/usb/invitations"
echo '{"village": "高岭"}' >"$place/usb/answers.json"
echo 'Gaoling-2026-shili' >"$place/usb/password"
echo '735194' >"$place/usb/pin"
mkdir "$place/home"
chmod 755 "$place"
[ "$(id -u)" = 0 ] && chown -R "$user" "$place/home" "$place/usb"

echo "== at the village, without a network"
begun=$(date +%s%N)
code=0
as_user sh "$place/usb/install.sh" --answers "$place/usb/answers.json" || code=$?
[ "$code" = 4 ] || { echo "the first run should wait for the answer, exit code 4, not $code" >&2; exit 1; }

echo "== at the township"
request=$(ls "$place"/usb/requests/*.request)
station=$(basename "$request" .request)
$run requests answer "$place/township" "$request" "$place/usb/answers/$station.answer" --yes
[ "$(id -u)" = 0 ] && chown -R "$user" "$place/usb"

echo "== at the village again"
as_user sh "$place/usb/install.sh" --answers "$place/usb/answers.json"
joined=$(date +%s%N)
root="$place/home/yizhan"
python="$root/versions/$(cat "$root/current")/bin/python"
as_user "$root/versions/$(cat "$root/current")/bin/run-node" people add "$root/station" agent1 --display-name 示例代办员 --role agent \
  --password-file "$place/usb/password" >/dev/null
as_user "$python" -P -m run_node keys new "$root/station" agent1 --out "$place/usb/agent.request" --pin-file "$place/usb/pin" >/dev/null

echo "== at the township: the agent's key"
$run keys certify "$place/township" "$place/usb/agent.request" "$place/usb/agent.answer" --yes
[ "$(id -u)" = 0 ] && chown -R "$user" "$place/usb"

echo "== at the village: a case is filed, by the installed program"
as_user "$python" -P -m run_node keys install "$root/station" "$place/usb/agent.answer"
cp "$here/packaging/file_a_case.py" "$place/file_a_case.py"
as_user "$python" -P "$place/file_a_case.py" "$root/station" agent1 "$(cat "$place/usb/pin")"
echo "installed in $(((joined - begun) / 1000000)) ms; program $(du -sm --apparent-size "$root/versions" | cut -f1) MB, bundle $(du -sm --apparent-size "$bundle" | cut -f1) MB"
