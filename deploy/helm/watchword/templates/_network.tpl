{{/* Egress rules: name servers. */}}
{{- define "watchword.dnsEgress" -}}
{{- with .Values.networkPolicy.dns }}
- ports:
    {{- range .ports }}
    - { protocol: UDP, port: {{ . }} }
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
  {{- with .to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* An egress rule: (dict "peers" networkPolicy.kafka "ports" (list "9092")). */}}
{{- define "watchword.egress" -}}
- ports:
    {{- range default .ports .peers.ports | uniq }}
    - { protocol: TCP, port: {{ int . }} }
    {{- end }}
  {{- with .peers.to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "watchword.kafkaEgress" -}}
{{- $ports := list }}
{{- range .Values.kafka.brokers }}
{{- $ports = append $ports (regexFind "[0-9]+$" .) }}
{{- end }}
{{- include "watchword.egress" (dict "peers" .Values.networkPolicy.kafka "ports" $ports) }}
{{- end }}

{{- define "watchword.registryEgress" -}}
{{- include "watchword.egress" (dict "peers" .Values.networkPolicy.schemaRegistry "ports" (list (include "watchword.portOfUrl" .Values.schemaRegistry.url))) }}
{{- end }}

{{- define "watchword.clickhouseEgress" -}}
{{- include "watchword.egress" (dict "peers" .Values.networkPolicy.clickhouse "ports" (list (include "watchword.portOfUrl" .Values.clickhouse.url))) }}
{{- end }}

{{- define "watchword.tracingEgress" -}}
{{- include "watchword.egress" (dict "peers" .Values.networkPolicy.tracing "ports" (list (include "watchword.portOfUrl" .Values.tracing.otlpUrl))) }}
{{- end }}

{{/* The pods that Altinity's operator makes of the ClickHouseInstallation. */}}
{{- define "watchword.altinityServers" -}}
matchLabels:
  clickhouse.altinity.com/app: chop
  clickhouse.altinity.com/chi: {{ include "watchword.altinityName" . }}
{{- end }}
