#!/usr/bin/env bash
# A real Apache Kafka broker (KRaft, loopback only) for tests: jars from Maven Central, JDK 17 or newer.
#   broker.sh start    fetch the jars if missing, format the storage if new, start, wait until it serves (idempotent)
#   broker.sh stop     ask our own process to end, and wait
#   broker.sh kill9    kill our own process
#   broker.sh pause    let our own process stand still, with its connections open, until it is resumed
#   broker.sh resume   let it go on
#   broker.sh status   "up" with its pid, or "down" and exit code 1
#   broker.sh clean    stop, and remove the data
# Environment: KAFKA_PORT=19092 (the controller takes the next one), KAFKA_DATA=.cache/kafka/data-$KAFKA_PORT, KAFKA_HEAP=512m
#              KAFKA_JAVA_OPTIONS, by default those with which it is up soonest; for measuring, leave them to Java: " "
#              KAFKA_USERS="name=password …" makes it a secured one: TLS (the authority in $KAFKA_DATA/tls/ca.pem), SCRAM-SHA-512 for
#              these users and for the super user admin=admin-secret, and no right for anybody without an ACL
#              KAFKA_JOIN=PORT makes it a second broker of the cluster whose first one, not a secured one, serves at that port
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=4.3.1
home=$root/.cache/kafka
lib=$home/jars-$version
port=${KAFKA_PORT:-19092}
data=${KAFKA_DATA:-$home/data-$port}
heap=${KAFKA_HEAP:-512m}
# A broker of a test lives for seconds: the second compiler and parallel collection cost it half of its start.
read -ra java_options <<<"${KAFKA_JAVA_OPTIONS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1}"
pid_file=$data/broker.pid
log=$data/broker.log
config=$data/server.properties
users=${KAFKA_USERS:-}
join=${KAFKA_JOIN:-}
protocol=PLAINTEXT
[[ -n $users ]] && protocol=SASL_SSL

alive() {
  [[ -s $pid_file ]] && grep -qa kafka.Kafka "/proc/$(cat "$pid_file")/cmdline" 2>/dev/null
}

install_jars() {
  [[ -e $lib/.complete ]] && return 0
  mkdir -p "$home"
  (
    # One download at a time: two test runs may start together.
    flock 9
    [[ -e $lib/.complete ]] && exit 0
    mvn -q -B -f "$root/tools/kafka/pom.xml" -Dkafka.version="$version" \
      org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$lib"
    touch "$lib/.complete"
  ) 9>"$home/.lock"
}

configure() {
  mkdir -p "$data"
  local node=1 roles=broker,controller controller=127.0.0.1:$((port + 1))
  local listeners=$protocol://127.0.0.1:$port,CONTROLLER://$controller
  if [[ -n $join ]]; then
    node=2 roles=broker controller=127.0.0.1:$((join + 1)) listeners=$protocol://127.0.0.1:$port
  fi
  cat >"$config" <<PROPERTIES
process.roles=$roles
node.id=$node
controller.quorum.voters=1@$controller
controller.listener.names=CONTROLLER
listeners=$listeners
advertised.listeners=$protocol://127.0.0.1:$port
listener.security.protocol.map=$protocol:$protocol,CONTROLLER:$protocol
inter.broker.listener.name=$protocol
log.dirs=$data/logs
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.backoff.ms=200
PROPERTIES
  if [[ -n $users ]]; then
    make_certificates
    secure >>"$config"
  fi
  cat >"$data/log4j2.properties" <<'PROPERTIES'
status=error
appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=WARN
rootLogger.appenderRef.c.ref=c
# Says when it serves; the others say several lines of each partition at each start.
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=INFO
PROPERTIES
}

secure() {
  cat <<PROPERTIES
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="broker" password="broker-secret";
# The controller knows no SCRAM users before it has read them from its own log.
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="broker-secret" user_broker="broker-secret";
ssl.keystore.type=PEM
ssl.keystore.location=$data/tls/keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location=$data/tls/ca.pem
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:broker;User:admin
PROPERTIES
}

# An authority of this broker's own and a certificate for it, each good for a day.
make_certificates() {
  local tls=$data/tls
  [[ -e $tls/keystore.pem ]] && return 0
  mkdir -p "$tls"
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj "/CN=authority of a test" -keyout "$tls/ca.key" -out "$tls/ca.pem" 2>>"$log"
  openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$tls/broker.key" -out "$tls/broker.csr" 2>>"$log"
  openssl x509 -req -in "$tls/broker.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 1 \
    -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1") -out "$tls/broker.pem" 2>>"$log"
  cat "$tls/broker.key" "$tls/broker.pem" "$tls/ca.pem" >"$tls/keystore.pem"
  chmod 600 "$tls"/*.key "$tls/keystore.pem"
}

format_storage() {
  [[ -e $data/logs/meta.properties ]] && return 0
  local id user scram=()
  # A cluster id is 16 random bytes in URL-safe base64, a minus first of all sometimes; made here, it saves starting a JVM for it.
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  [[ -n $join ]] && id=$(sed -n 's/^cluster.id=//p' "$home/data-$join/logs/meta.properties")
  if [[ -n $users ]]; then
    for user in broker=broker-secret admin=admin-secret $users; do
      scram+=(--add-scram "SCRAM-SHA-512=[name=${user%%=*},password=${user#*=}]")
    done
  fi
  java -Xmx128m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$data/log4j2.properties" -cp "$lib/*" \
    kafka.tools.StorageTool format "--cluster-id=$id" -c "$config" ${scram[@]+"${scram[@]}"} >>"$log" 2>&1
}

start() {
  if alive; then
    echo "up pid $(cat "$pid_file") at 127.0.0.1:$port"
    return 0
  fi
  install_jars
  configure
  format_storage
  local mark pid
  mark=$(stat -c %s "$log" 2>/dev/null || echo 0)
  setsid java -Xms128m -Xmx"$heap" ${java_options[@]+"${java_options[@]}"} -Djava.awt.headless=true \
    -Dlog4j2.configurationFile="$data/log4j2.properties" -cp "$lib/*" kafka.Kafka "$config" >>"$log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$pid_file"
  for _ in $(seq 1 600); do
    # It counts: a grep that ends at the first match would break the pipe, and with it the answer.
    if [[ $(tail -c +$((mark + 1)) "$log" 2>/dev/null | grep -ca 'Kafka Server started') -gt 0 ]]; then
      echo "up pid $pid at 127.0.0.1:$port"
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "the broker did not come up; $log ends with:" >&2
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
  kill -CONT "$pid" 2>/dev/null || true
  for _ in $(seq 1 300); do
    if ! kill -0 "$pid" 2>/dev/null; then
      rm -f "$pid_file"
      echo down
      return 0
    fi
    sleep 0.1
  done
  echo "pid $pid still runs after 30 s" >&2
  return 1
}

case ${1:-} in
  start) start ;;
  stop) stop -TERM ;;
  kill9) stop -KILL ;;
  pause) alive && kill -STOP "$(cat "$pid_file")" ;;
  resume) alive && kill -CONT "$(cat "$pid_file")" ;;
  status) if alive; then echo "up pid $(cat "$pid_file") at 127.0.0.1:$port"; else echo down; exit 1; fi ;;
  clean) stop -TERM && rm -rf "$data" ;;
  *) sed -n '2,14p' "$0"; exit 2 ;;
esac
