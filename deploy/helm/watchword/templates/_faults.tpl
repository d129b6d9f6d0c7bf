{{/* What a schema cannot see: values that do not go together, a list of texts. */}}
{{- define "watchword.faults" -}}
{{- $values := .Values }}
{{- with .Values }}
{{- if not .kafka.brokers }}
- "kafka.brokers: names no broker; some of them are needed, each host:port"
{{- end }}
{{- if not .schemaRegistry.url }}
- "schemaRegistry.url: is missing; where the Confluent API of the registry begins"
{{- end }}
{{- if and (not .kafka.tls.enabled) (or .kafka.tls.ca.existingSecret .kafka.tls.client.existingSecret) }}
- "kafka.tls.enabled: is false, and there are certificates in kafka.tls"
{{- end }}
{{- if and .auditor.enabled (not .clickhouse.url) }}
- "clickhouse.url: is missing; the auditor stores records there"
{{- end }}
{{- if and .clickhouse.reader.existingSecret (not .clickhouse.reader.username) }}
- "clickhouse.reader.username: is missing, and there is a password in clickhouse.reader.existingSecret"
{{- end }}
{{- if and .sessionGuard.enabled (not .sessionGuard.secrets.existingSecret) }}
- "sessionGuard.secrets.existingSecret: is missing; make the Secret from session-guard-secrets.json of `watchword secrets`"
{{- end }}
{{- if and .auditor.enabled (not .auditor.signingKey.existingSecret) }}
- "auditor.signingKey.existingSecret: is missing; make the Secret from audit-signing-key.json of `watchword secrets`"
{{- end }}
{{- if and .auditor.enabled (not .auditor.persistence.enabled) (not .auditor.checkpoints.existingClaim) (not .auditor.config.checkpointUrl) }}
- "auditor.persistence.enabled: is false, and the signed checkpoints would be lost; keep them by auditor.checkpoints.existingClaim or auditor.config.checkpointUrl"
{{- end }}
{{- with .notifier.endpoints }}
{{- $keys := or .webhooksKey .mailKey .siemKey }}
{{- if and $keys (not .existingSecret) }}
- "notifier.endpoints.existingSecret: is missing, and there are keys of it"
{{- end }}
{{- if and .existingSecret (not $keys) }}
- "notifier.endpoints: names no key of its Secret: webhooksKey, mailKey or siemKey"
{{- end }}
{{- if and $keys $values.notifier.enabled $values.networkPolicy.enabled (not $values.notifier.networkPolicy.extraEgress) }}
- "notifier.networkPolicy.extraEgress: is empty, so no endpoint could be reached"
{{- end }}
{{- end }}
{{- if and .jobs.topics.enabled (ne .kafka.sasl.mechanism "none") (not (default .kafka.sasl.existingSecret .jobs.topics.kafka.saslSecret)) }}
- "jobs.topics.kafka.saslSecret: is missing, and so is kafka.sasl.existingSecret, while kafka.sasl.mechanism is {{ .kafka.sasl.mechanism }}"
{{- end }}
{{- if gt (int .jobs.topics.minInsyncReplicas) (int .jobs.topics.replicationFactor) }}
- "jobs.topics.minInsyncReplicas: is greater than jobs.topics.replicationFactor: nothing could be written"
{{- end }}
{{- include "watchword.edgeFaults" . }}
{{- include "watchword.operatorFaults" . }}
{{- end }}
{{- range $key, $facts := include "watchword.components" . | fromYaml }}
{{- include "watchword.componentFaults" (dict "root" $ "key" $key "name" $facts.name "values" (index $.Values $key)) }}
{{- end }}
{{- include "watchword.upgradeFaults" . }}
{{- end }}

{{/* What comes in from outside. */}}
{{- define "watchword.edgeFaults" -}}
{{- if and .ingress.enabled (not .ingress.hosts) }}
- "ingress.hosts: names no host"
{{- end }}
{{- if and .gateway.enabled (not .gateway.parentRefs) }}
- "gateway.parentRefs: names no gateway"
{{- end }}
{{- if and .networkPolicy.enabled (or .ingress.enabled .gateway.enabled) (not .networkPolicy.clients) }}
- "networkPolicy.clients: is empty, so the ingress controller or gateway could reach no service"
{{- end }}
{{- if and .networkPolicy.enabled .monitoring.serviceMonitor.enabled (not .networkPolicy.monitoring) }}
- "networkPolicy.monitoring: is empty, so Prometheus could reach no service"
{{- end }}
{{- end }}

{{- define "watchword.operatorFaults" -}}
{{- if and (or .strimzi.topics.enabled .strimzi.users.enabled) (not .strimzi.cluster) }}
- "strimzi.cluster: is missing; the name of the Kafka that topics and users belong to"
{{- end }}
{{- if and .strimzi.topics.enabled .jobs.topics.enabled }}
- "jobs.topics.enabled: is true, and strimzi.topics.enabled too; let one of them make the topics"
{{- end }}
{{- if and .altinity.enabled (gt (int .altinity.replicas) 1) (not .altinity.keeper) }}
- "altinity.keeper: names no host, and replicas need one"
{{- end }}
{{- if and .altinity.enabled (not .clickhouse.existingSecret) }}
- "clickhouse.existingSecret: is missing; the ClickHouseInstallation takes the password of clickhouse.username from it"
{{- end }}
{{- if and .altinity.enabled .networkPolicy.enabled (not .altinity.networkPolicy.operator) }}
- "altinity.networkPolicy.operator: is empty, so Altinity's operator could not reach the servers that it makes"
{{- end }}
{{- if and .altinity.enabled (eq .clickhouse.username "default") }}
- "clickhouse.username: is default; name a user that altinity is to make"
{{- end }}
{{- end }}

{{- define "watchword.componentFaults" -}}
{{- if .values.enabled }}
{{- $stopSeconds := 25 }}
{{- $key := .key }}
{{- $sasl := .root.Values.kafka.sasl }}
{{- $replicas := int (include "watchword.replicasMin" .) }}
{{- with .values }}
{{- if le (int .terminationGracePeriodSeconds) (add $stopSeconds .preStopSleepSeconds | int) }}
- "{{ $key }}.terminationGracePeriodSeconds: is {{ .terminationGracePeriodSeconds }}; it must be more than {{ $key }}.preStopSleepSeconds and the {{ $stopSeconds }} s that a stop may take"
{{- end }}
{{- if and (ne $sasl.mechanism "none") (not (default $sasl.existingSecret .kafka.saslSecret)) }}
- "{{ $key }}.kafka.saslSecret: is missing, and so is kafka.sasl.existingSecret, while kafka.sasl.mechanism is {{ $sasl.mechanism }}"
{{- end }}
{{- if and .pdb.enabled (not (kindIs "invalid" .pdb.minAvailable)) (not (kindIs "string" .pdb.minAvailable)) (gt $replicas 1) (ge (int .pdb.minAvailable) $replicas) }}
- "{{ $key }}.pdb.minAvailable: is {{ .pdb.minAvailable }} of {{ $replicas }} replicas, so none could ever be evicted"
{{- end }}
{{- with .autoscaling }}
{{- if and (eq .kind "keda") (ne $sasl.mechanism "none") (default $sasl.username $.values.kafka.saslUsername) }}
- "{{ $key }}.autoscaling.kind: is keda, which takes the name of a SASL user from a Secret alone; leave kafka.sasl.username and {{ $key }}.kafka.saslUsername empty"
{{- end }}
{{- if and (ne .kind "none") (gt (int .minReplicas) (int .maxReplicas)) }}
- "{{ $key }}.autoscaling.minReplicas: is greater than maxReplicas"
{{- end }}
{{- if eq .kind "hpa" }}
{{- if and (kindIs "invalid" .hpa.cpu) (kindIs "invalid" .hpa.memory) }}
- "{{ $key }}.autoscaling.hpa: aims at neither cpu nor memory"
{{- end }}
{{- range $resource := list "cpu" "memory" }}
{{- if and (index $.values.autoscaling.hpa $resource) (not (dig "requests" $resource "" $.values.resources)) }}
- "{{ $key }}.resources.requests.{{ $resource }}: is missing, and {{ $key }}.autoscaling.hpa.{{ $resource }} is a share of it"
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Two builds must not write at the same time (docs/how-to/run-the-services.md, Upgrade). Only a cluster knows what runs. */}}
{{- define "watchword.upgradeFaults" -}}
{{- if and .Release.IsUpgrade (not .Values.suspended) (not .Values.upgrade.allowRunning) }}
{{- $image := include "watchword.image" . }}
{{- range $key, $facts := include "watchword.components" . | fromYaml }}
{{- $name := printf "%s-%s" (include "watchword.fullname" $) $facts.name }}
{{- with lookup "apps/v1" $facts.kind $.Release.Namespace $name }}
{{- $running := (first .spec.template.spec.containers).image }}
{{- if and (ne $running $image) (gt (int .spec.replicas) 0) }}
- "global.image: is {{ $image }}, and {{ $name }} runs {{ $running }}; upgrade with suspended=true first, wait until its pods have ended, then upgrade to the new image"
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
