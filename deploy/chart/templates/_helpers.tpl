{{- define "absage.version" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "absage.labels" -}}
app.kubernetes.io/name: absage
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "absage.metadata" -}}
{{ include "absage.labels" . }}
app.kubernetes.io/version: {{ include "absage.version" . | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* A name may hold no dots and is short: of the worker's version. */}}
{{- define "absage.worker" -}}
{{ printf "%s-worker-%s" .Release.Name (include "absage.version" . | lower | replace "." "-" | replace "_" "-") | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "absage.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "absage.container" -}}
image: {{ printf "%s:%s" .Values.image.repository (include "absage.version" .) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{- /* What every part is told. A file of a Secret is named, its content is nowhere in here. */}}
{{- define "absage.environment" -}}
- { name: ABSAGE_DATA, value: /var/lib/absage/data }
- { name: ABSAGE_HOUSES, value: /etc/absage/files/houses.json }
- { name: ABSAGE_DATABASE_URL_FILE, value: /etc/absage/shared/database-url }
- { name: ABSAGE_PAYLOAD_KEYS_FILE, value: /etc/absage/shared/payload-keys.json }
- { name: ABSAGE_SEAL_KEY_FILE, value: /etc/absage/shared/seal.keys }
- { name: ABSAGE_SIGNING_KEY_FILE, value: /etc/absage/shared/signing.pem }
{{- range $name, $file := .Values.sharedFiles }}
- { name: {{ $name }}, value: {{ printf "/etc/absage/shared/%s" $file | quote }} }
{{- end }}
{{- end }}

{{- /* For an installation for real, unless the settings say otherwise. */}}
{{- define "absage.settings" -}}
{{- merge (dict) .Values.settings (dict "ABSAGE_MODE" "production" "ABSAGE_HOST" "0.0.0.0") | toYaml }}
{{- end }}

{{- define "absage.mounts" -}}
- { name: data, mountPath: /var/lib/absage }
- { name: tmp, mountPath: /tmp }
- { name: files, mountPath: /etc/absage/files, readOnly: true }
- { name: shared, mountPath: /etc/absage/shared, readOnly: true }
{{- end }}

{{- define "absage.volumes" -}}
- { name: data, emptyDir: {} }
- { name: tmp, emptyDir: {} }
- { name: files, configMap: { name: {{ .Values.filesConfigMap }} } }
- { name: shared, secret: { secretName: {{ .Values.secrets.shared }}, defaultMode: 0400 } }
{{- end }}
