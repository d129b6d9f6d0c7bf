{{/* What holds for every pod of the release, jobs and tests included; Pod Security "restricted". */}}
{{- define "watchword.podBasics" -}}
automountServiceAccountToken: false
# The addresses of other services in the environment would be taken for configuration.
enableServiceLinks: false
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- with .Values.podSecurityContext }}
  {{- range $name := list "runAsUser" "runAsGroup" "fsGroup" }}
  {{- $id := index $.Values.podSecurityContext $name }}
  {{- if not (kindIs "invalid" $id) }}
  {{ $name }}: {{ int64 $id }}
  {{- end }}
  {{- end }}
  {{- end }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "watchword.containerBasics" -}}
image: {{ include "watchword.image" . | quote }}
imagePullPolicy: {{ .Values.global.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  privileged: false
  capabilities: { drop: [ALL] }
{{- end }}

{{/* A look at a service: (dict "path" "/livez" "probe" values). */}}
{{- define "watchword.probe" -}}
httpGet: { path: {{ .path }}, port: http }
periodSeconds: {{ .probe.periodSeconds }}
timeoutSeconds: {{ .probe.timeoutSeconds }}
failureThreshold: {{ .probe.failureThreshold }}
{{- end }}

{{/* The pods of a service: (dict "root" $ "component" facts "values" values). */}}
{{- define "watchword.podTemplate" -}}
{{- $root := .root }}
{{- $values := .values }}
{{- $component := .component }}
{{- $files := include "watchword.secretFiles" . | fromYamlArray }}
{{- $labels := dict "root" $root "component" $component.name }}
metadata:
  labels:
    {{- include "watchword.labels" $labels | nindent 4 }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: {{ $component.name }}
    checksum/config: {{ include "watchword.config" . | sha256sum }}
    {{- with merge (dict) $values.podAnnotations $root.Values.global.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "watchword.serviceAccountName" $root }}
  {{- include "watchword.podBasics" $root | nindent 2 }}
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  {{- with $values.initContainers }}
  initContainers: {{ toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ $component.name }}
      {{- include "watchword.containerBasics" $root | nindent 6 }}
      command: [node, services/{{ $component.name }}/src/main.ts, --config, /etc/watchword/config/config.yaml]
      {{- $plain := include "watchword.plainEnv" (dict "root" $root "own" $values.kafka) }}
      {{- $named := eq $component.kind "StatefulSet" }}
      {{- if or $named $files (trim $plain) $values.extraEnv }}
      env:
        {{- if $named }}
        # It comes back with its volume, and to the partitions whose states are there.
        - name: WATCHWORD_KAFKA_MEMBER_NAME
          valueFrom: { fieldRef: { fieldPath: metadata.name } }
        {{- end }}
        {{- range $files }}
        - { name: {{ .variable }}, value: /etc/watchword/secrets/{{ .path }} }
        {{- end }}
        {{- with trim $plain }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with $values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      {{- with $values.extraEnvFrom }}
      envFrom: {{ toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - { name: http, containerPort: {{ $component.port }}, protocol: TCP }
      startupProbe:
        {{- include "watchword.probe" (dict "path" "/livez" "probe" $values.startupProbe) | nindent 8 }}
      livenessProbe:
        {{- include "watchword.probe" (dict "path" "/livez" "probe" $values.livenessProbe) | nindent 8 }}
      readinessProbe:
        {{- include "watchword.probe" (dict "path" "/readyz" "probe" $values.readinessProbe) | nindent 8 }}
      {{- if gt (int $values.preStopSleepSeconds) 0 }}
      lifecycle:
        # Until no proxy sends anything any more.
        preStop: { sleep: { seconds: {{ $values.preStopSleepSeconds }} } }
      {{- end }}
      {{- with $values.resources }}
      resources: {{ toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - { name: config, mountPath: /etc/watchword/config, readOnly: true }
        - { name: data, mountPath: /data }
        {{- include "watchword.fileMounts" (dict "root" $root "files" $files) | nindent 8 }}
        {{- if dig "checkpoints" "existingClaim" "" $values }}
        - { name: checkpoints, mountPath: /checkpoints }
        {{- end }}
        {{- with $values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    {{- with $values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    - name: config
      configMap: { name: {{ $component.fullname }} }
    {{- if not (dig "persistence" "enabled" false $values) }}
    - name: data
      emptyDir: { sizeLimit: {{ $values.dataSizeLimit | quote }} }
    {{- end }}
    {{- include "watchword.fileVolumes" (dict "root" $root "files" $files) | nindent 4 }}
    {{- with dig "checkpoints" "existingClaim" "" $values }}
    - name: checkpoints
      persistentVolumeClaim: { claimName: {{ . | quote }} }
    {{- end }}
    {{- with $values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- include "watchword.placement" (dict "root" $root "values" $values "labels" $labels) | nindent 2 }}
{{- end }}

{{/* Where pods run. */}}
{{- define "watchword.placement" -}}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- if .values.topologySpreadConstraints }}
topologySpreadConstraints: {{ toYaml .values.topologySpreadConstraints | nindent 2 }}
{{- else if .root.Values.global.topologySpread }}
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "watchword.selectorLabels" $.labels | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}
