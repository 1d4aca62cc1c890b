#!/bin/sh
# Tries the Debian package in a clean Debian root, from the first install to the last purge, with real https and real
# tablets (hailong-swarm). As root; needs debootstrap, curl, openssl. Nothing outside WORK is touched.
#
# With OLD_DEB, all but the end is done by that one, and the upgrade is from it.
#
#   packaging/try.sh DEB SWARM [OLD_DEB [WORK]]
set -eu
deb=$(realpath "$1") swarm=$(realpath "$2") old=$(realpath "${3:-$1}") work=${4:-$(mktemp -d)}
root=$work/root data=/var/lib/hailong port=8799 url=https://localhost:8799
server=
say() { echo "✓ $*"; }
fail() { echo "✗ $*" >&2; exit 1; }
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT

inside() { chroot "$root" "$@"; }
as_district() { inside runuser -u hailong -- "$@"; }
install_deb() { cp "$1" "$root/tmp/new.deb"; inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -q /tmp/new.deb; }
start() {
    # As the unit does it; a chroot has no systemd of its own.
    command=$(sed -n 's/^ExecStart=//p' "$root/lib/systemd/system/hailong-district.service" \
        "$root/usr/lib/systemd/system/hailong-district.service" 2>/dev/null | head -n 1)
    # No function here: the id has to be that of the process to be stopped.
    # shellcheck disable=SC2086
    chroot "$root" setpriv --reuid hailong --regid hailong --init-groups $command >>"$work/server.log" 2>&1 &
    server=$!
    for _ in $(seq 200); do
        curl -sf --cacert "$work/ca.crt" "$url/readyz" >/dev/null 2>&1 && return
        kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; fail "the district ended"; }
        sleep 0.1
    done
    fail "the district is not ready"
}
stop() { kill -TERM "$server"; wait "$server" || fail "SIGTERM did not end it cleanly"; server=; }
cast() {
    SSL_CERT_FILE=$work/ca.crt "$swarm" --district "$url" --codes "$work/codes" --tablets 2 --ballots "$1" --seed "$2" \
        --keep "$work/tablets" >>"$work/swarm.log"
}
ballots() { as_district hailong-district export --data $data --format csv 2>/dev/null | tail -n +2 | wc -l; }
expect() { n=$(ballots); [ "$n" = "$1" ] || fail "$n ballots in the export, not $1"; as_district hailong-district verify --data $data >"$work/verify.log" || { cat "$work/verify.log" >&2; fail "verify"; }; }

mkdir -p "$work"
[ -d "$root" ] || debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log"
say "a clean Debian root"

install_deb "$old" >"$work/install.log" 2>&1 || { tail "$work/install.log" >&2; fail "install"; }
as_district hailong-district init --data $data --demo=empty --json >"$work/admin.json"
say "installed, and a district made"

( cd "$work"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 2 -subj "/CN=Try" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.csr -subj "/CN=localhost" 2>/dev/null
  printf 'subjectAltName=DNS:localhost\n' >ext
  openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out tls.crt 2>/dev/null )
cp "$work/tls.crt" "$work/tls.key" "$root/etc/hailong/"
inside chown hailong /etc/hailong/tls.key && chmod 400 "$root/etc/hailong/tls.key"
cat >"$root/etc/hailong/district.toml" <<EOF
data = "$data"
listen = "127.0.0.1:$port"
tls_cert = "/etc/hailong/tls.crt"
tls_key = "/etc/hailong/tls.key"
EOF
start
say "serves https from the unit's command line"

for counter in $(as_district hailong-district show counters --data $data --json | sed -n 's/.*"id":"\([^"]*\)".*/\1/p' | head -n 2); do
    as_district hailong-district code --data $data --counter "$counter" --url $url --json
done >"$work/codes"
cast 20 1
expect 40
say "40 ballots from two tablets, each with its receipt"

as_district hailong-district backup --data $data --out /var/backups/hailong/one.sqlite >/dev/null
cast 5 2
expect 50
stop
mv "$root$data" "$work/old-data"
inside install -d -m 0700 -o hailong -g hailong $data
as_district hailong-district restore --data $data /var/backups/hailong/one.sqlite >/dev/null
expect 40
start
cast 1 3
expect 52
say "backup and restore: the tablets sent again the 10 ballots that came after the backup"

stop
dpkg-deb -R "$deb" "$work/newer" && sed -i 's/^Version: .*/&+next/' "$work/newer/DEBIAN/control"
dpkg-deb -b "$work/newer" "$work/newer.deb" >/dev/null
install_deb "$work/newer.deb" >>"$work/install.log" 2>&1 || { tail "$work/install.log" >&2; fail "upgrade"; }
grep -q "^listen = \"127.0.0.1:$port\"" "$root/etc/hailong/district.toml" || fail "the upgrade changed the configuration"
[ -s "$root/usr/share/doc/hailong-district/huong-dan/quan-tri.html" ] || fail "no guides in the package"
start
cast 1 4
expect 54
stop
say "upgraded: configuration and ballots as before"

inside apt-get remove -y -q hailong-district >>"$work/install.log" 2>&1
inside apt-get purge -y -q hailong-district >>"$work/install.log" 2>&1
[ -s "$root$data/district.sqlite" ] || fail "the package took the ballots with it"
[ ! -e "$root/usr/bin/hailong-district" ] || fail "the program is still there"
say "removed and purged: the ballots are still there"
