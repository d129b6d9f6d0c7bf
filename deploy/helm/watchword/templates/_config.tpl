{{/* The configuration of a service, all of it that is no secret: (dict "root" $ "component" facts "values" values). */}}
{{- define "watchword.config" -}}
{{- $values := .values }}
{{- with .root.Values }}
server:
  host: {{ .global.listenHost | quote }}
  port: {{ $.component.port }}
data:
  directory: /data
state:
  standby: {{ .global.standby }}
log:
  level: {{ .global.logLevel }}
{{- if .tracing.otlpUrl }}
tracing:
  otlpUrl: {{ .tracing.otlpUrl | quote }}
  sampleRatio: {{ .tracing.sampleRatio }}
{{- end }}
kafka:
  brokers: {{ .kafka.brokers | toJson }}
  tls:
    enabled: {{ .kafka.tls.enabled }}
  sasl:
    mechanism: {{ .kafka.sasl.mechanism }}
schemaRegistry:
  url: {{ .schemaRegistry.url | quote }}
{{- if eq $.component.name "ingest" }}
{{- with $values.config }}
ingest: {{ toYaml . | nindent 2 }}
{{- end }}
bootstrap:
  tenant: {{ $values.bootstrap.tenant | quote }}
  app: {{ $values.bootstrap.app | quote }}
  origins: {{ $values.bootstrap.origins | toJson }}
  {{- with $values.bootstrap.userNames }}
  userNames: {{ . }}
  {{- end }}
{{- else if eq $.component.name "session-guard" }}
{{- with $values.config }}
guard: {{ toYaml . | nindent 2 }}
{{- end }}
{{- else if eq $.component.name "notifier" }}
{{- with $values.config }}
notifier: {{ toYaml . | nindent 2 }}
{{- end }}
{{- else if eq $.component.name "auditor" }}
clickhouse:
  url: {{ .clickhouse.url | quote }}
  username: {{ .clickhouse.username | quote }}
  database: {{ .clickhouse.database | quote }}
  {{- with .clickhouse.cluster }}
  cluster: {{ . | quote }}
  {{- end }}
  {{- with .clickhouse.reader.username }}
  readerUsername: {{ . | quote }}
  {{- end }}
{{- $audit := deepCopy $values.config }}
{{- if $values.checkpoints.existingClaim }}
{{- $_ := set $audit "checkpointsPath" "/checkpoints/audit-checkpoints" }}
{{- end }}
{{- with $audit }}
audit: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Files with secrets of a service, as a list of {variable, secret, key, path}. */}}
{{- define "watchword.secretFiles" -}}
{{ include "watchword.kafkaFiles" (dict "root" .root "own" .values.kafka) }}
{{ include "watchword.registryFiles" .root }}
{{- $root := .root.Values }}
{{- $values := .values }}
{{- if eq .component.name "ingest" }}
{{- with $values.bootstrap.existingSecret }}
- { variable: WATCHWORD_BOOTSTRAP_KEY_FILE, secret: {{ . | quote }}, key: {{ $values.bootstrap.key | quote }}, path: bootstrap-key }
{{- end }}
{{- else if eq .component.name "session-guard" }}
- { variable: WATCHWORD_GUARD_SECRETS_FILE, secret: {{ $values.secrets.existingSecret | quote }}, key: {{ $values.secrets.key | quote }}, path: session-guard-secrets.json }
{{- with $root.notifier.reportKey.existingSecret }}
- { variable: WATCHWORD_GUARD_REPORT_KEY_FILE, secret: {{ . | quote }}, key: {{ $root.notifier.reportKey.key | quote }}, path: report-key }
{{- end }}
{{- else if eq .component.name "notifier" }}
{{- with $values.reportKey.existingSecret }}
- { variable: WATCHWORD_NOTIFIER_REPORT_KEY_FILE, secret: {{ . | quote }}, key: {{ $values.reportKey.key | quote }}, path: report-key }
{{- end }}
{{- with $values.endpoints }}
{{- $secret := .existingSecret | quote }}
{{- range $kind := list "webhooks" "mail" "siem" }}
{{- with index $values.endpoints (printf "%sKey" $kind) }}
- { variable: WATCHWORD_NOTIFIER_{{ upper $kind }}_FILE, secret: {{ $secret }}, key: {{ . | quote }}, path: {{ $kind }}.json }
{{- end }}
{{- end }}
{{- end }}
{{- else if eq .component.name "auditor" }}
- { variable: WATCHWORD_AUDIT_SIGNING_KEY_FILE, secret: {{ $values.signingKey.existingSecret | quote }}, key: {{ $values.signingKey.key | quote }}, path: audit-signing-key.json }
{{ include "watchword.clickhouseFiles" .root }}
{{- with $root.clickhouse.reader.existingSecret }}
- { variable: WATCHWORD_CLICKHOUSE_READER_PASSWORD_FILE, secret: {{ . | quote }}, key: {{ $root.clickhouse.reader.passwordKey | quote }}, path: clickhouse-reader-password }
{{- end }}
{{- end }}
{{- end }}

{{/* How the cluster knows who asks: `own` has saslSecret, saslUsername and clientSecret of a service or a job. */}}
{{- define "watchword.kafkaFiles" -}}
{{- $own := .own }}
{{- with .root.Values.kafka }}
{{- if .tls.enabled }}
{{- with .tls.ca.existingSecret }}
- { variable: WATCHWORD_KAFKA_TLS_CA_FILE, secret: {{ . | quote }}, key: {{ $.root.Values.kafka.tls.ca.key | quote }}, path: kafka-ca.crt }
{{- end }}
{{- $client := .tls.client }}
{{- with default $client.existingSecret $own.clientSecret }}
- { variable: WATCHWORD_KAFKA_TLS_CERT_FILE, secret: {{ . | quote }}, key: {{ $client.certKey | quote }}, path: kafka-client.crt }
- { variable: WATCHWORD_KAFKA_TLS_KEY_FILE, secret: {{ . | quote }}, key: {{ $client.keyKey | quote }}, path: kafka-client.key }
{{- end }}
{{- end }}
{{- if ne .sasl.mechanism "none" }}
{{- $secret := default .sasl.existingSecret $own.saslSecret }}
- { variable: WATCHWORD_KAFKA_SASL_PASSWORD_FILE, secret: {{ $secret | quote }}, key: {{ .sasl.passwordKey | quote }}, path: kafka-password }
{{- if not (default .sasl.username $own.saslUsername) }}
- { variable: WATCHWORD_KAFKA_SASL_USERNAME_FILE, secret: {{ $secret | quote }}, key: {{ .sasl.usernameKey | quote }}, path: kafka-username }
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "watchword.registryFiles" -}}
{{- with .Values.schemaRegistry }}
{{- if .existingSecret }}
- { variable: WATCHWORD_SCHEMA_REGISTRY_USERNAME_FILE, secret: {{ .existingSecret | quote }}, key: {{ .usernameKey | quote }}, path: registry-username }
- { variable: WATCHWORD_SCHEMA_REGISTRY_PASSWORD_FILE, secret: {{ .existingSecret | quote }}, key: {{ .passwordKey | quote }}, path: registry-password }
{{- end }}
{{- end }}
{{- end }}

{{- define "watchword.clickhouseFiles" -}}
{{- with .Values.clickhouse }}
{{- if .existingSecret }}
- { variable: WATCHWORD_CLICKHOUSE_PASSWORD_FILE, secret: {{ .existingSecret | quote }}, key: {{ .passwordKey | quote }}, path: clickhouse-password }
{{- end }}
{{- end }}
{{- end }}

{{/* Variables that are no secrets: the user name of a service or job, and the authorities to trust. */}}
{{- define "watchword.plainEnv" -}}
{{- with .root.Values }}
{{- if ne .kafka.sasl.mechanism "none" }}
{{- with default .kafka.sasl.username (default (dict) $.own).saslUsername }}
- { name: WATCHWORD_KAFKA_SASL_USERNAME, value: {{ . | quote }} }
{{- end }}
{{- end }}
{{- end }}
{{ include "watchword.trustEnv" .root }}
{{- end }}

{{- define "watchword.trustEnv" -}}
{{- if .Values.trust.configMap }}
- { name: NODE_EXTRA_CA_CERTS, value: /etc/watchword/trust/ca.crt }
{{- end }}
{{- end }}

{{/* Volumes that every container of ours has: secrets as files, authorities, a place for what is temporary. */}}
{{- define "watchword.fileVolumes" -}}
{{- with .files }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range . }}
      - secret:
          name: {{ .secret | quote }}
          items:
            - { key: {{ .key | quote }}, path: {{ .path }} }
      {{- end }}
{{- end }}
{{- with .root.Values.trust }}
{{- if .configMap }}
- name: trust
  configMap:
    name: {{ .configMap | quote }}
    items:
      - { key: {{ .key | quote }}, path: ca.crt }
{{- end }}
{{- end }}
- name: tmp
  emptyDir: { sizeLimit: 256Mi }
{{- end }}

{{- define "watchword.fileMounts" -}}
{{- if .files }}
- { name: secrets, mountPath: /etc/watchword/secrets, readOnly: true }
{{- end }}
{{- if .root.Values.trust.configMap }}
- { name: trust, mountPath: /etc/watchword/trust, readOnly: true }
{{- end }}
- { name: tmp, mountPath: /tmp }
{{- end }}
