{{/* The services, by their key in the values. */}}
{{- define "watchword.components" -}}
ingest: { name: ingest, port: 8081, kind: Deployment }
scorer: { name: scorer, port: 8082, kind: StatefulSet }
sessionGuard: { name: session-guard, port: 8083, kind: StatefulSet }
notifier: { name: notifier, port: 8084, kind: Deployment }
auditor: { name: auditor, port: 8085, kind: StatefulSet }
{{- end }}

{{- define "watchword.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Leaves room for the name of a component behind it, in the 63 characters of a label. */}}
{{- define "watchword.fullname" -}}
{{- $name := include "watchword.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What a template says of one service: (dict "root" $ "key" "sessionGuard") -> root, key, name, port, kind, values, fullname. */}}
{{- define "watchword.component" -}}
{{- $facts := index (include "watchword.components" .root | fromYaml) .key }}
{{- $facts | merge (dict "fullname" (printf "%s-%s" (include "watchword.fullname" .root) $facts.name)) | toJson }}
{{- end }}

{{/* (dict "root" $ "component" "scorer") */}}
{{- define "watchword.selectorLabels" -}}
app.kubernetes.io/name: {{ include "watchword.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "watchword.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "watchword.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: watchword
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.global.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The name of the ClickHouseInstallation. */}}
{{- define "watchword.altinityName" -}}
{{- default (include "watchword.fullname" .) .Values.altinity.name }}
{{- end }}

{{- define "watchword.image" -}}
{{- with .Values.global.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "watchword.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "watchword.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Fewest replicas that there are: 0 while suspended. */}}
{{- define "watchword.replicasMin" -}}
{{- if .root.Values.suspended }}0
{{- else if ne (dig "autoscaling" "kind" "none" .values) "none" }}{{ .values.autoscaling.minReplicas }}
{{- else }}{{ .values.replicas }}
{{- end }}
{{- end }}

{{/* Whether somebody else says how many replicas there are. */}}
{{- define "watchword.isScaled" -}}
{{- if and (not .root.Values.suspended) (ne (dig "autoscaling" "kind" "none" .values) "none") }}true{{ end }}
{{- end }}

{{/* The port of an address such as http://registry:8081/apis. */}}
{{- define "watchword.portOfUrl" -}}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- if $port }}{{ $port }}{{ else if eq $url.scheme "https" }}443{{ else }}80{{ end }}
{{- end }}
