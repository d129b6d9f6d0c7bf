{{/* A job that prepares the cluster: (dict "root" $ "name" "topics" "weight" 0 "files" list "env" text "command" list). */}}
{{- define "watchword.job" -}}
{{- $root := .root }}
{{- $jobs := .root.Values.jobs }}
{{- $labels := dict "root" .root "component" "prepare" }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "watchword.fullname" .root }}-{{ .name }}
  labels: {{- include "watchword.labels" $labels | nindent 4 }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
    # A failed one stays to be looked at.
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: {{ $jobs.backoffLimit }}
  activeDeadlineSeconds: {{ $jobs.activeDeadlineSeconds }}
  ttlSecondsAfterFinished: {{ $jobs.ttlSecondsAfterFinished }}
  template:
    metadata:
      labels: {{- include "watchword.labels" $labels | nindent 8 }}
      {{- with $jobs.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      # Before an install there is no service account of the release yet; no token is mounted either way.
      {{- include "watchword.podBasics" $root | nindent 6 }}
      restartPolicy: Never
      containers:
        - name: {{ .name }}
          {{- include "watchword.containerBasics" $root | nindent 10 }}
          command: {{ .command | toJson }}
          env:
            {{- .env | nindent 12 }}
            {{- range .files }}
            - { name: {{ .variable }}, value: /etc/watchword/secrets/{{ .path }} }
            {{- end }}
          {{- with $jobs.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            {{- include "watchword.fileMounts" (dict "root" $root "files" .files) | nindent 12 }}
      volumes:
        {{- include "watchword.fileVolumes" (dict "root" $root "files" .files) | nindent 8 }}
      {{- with $jobs.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $jobs.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
