import { type LoadJob, shardCommand } from './job.js'

/** An Indexed Job: each pod is a shard, and prints its report. */
export function kubernetesJob(job: LoadJob): { readonly document: unknown; readonly notes: readonly string[] } {
  const labels = { 'app.kubernetes.io/name': name }
  const command = shardCommand(job, '$((JOB_COMPLETION_INDEX + 1))', '--json')
  const document = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels },
    spec: {
      completionMode: 'Indexed',
      completions: job.shards,
      parallelism: job.shards,
      // A shard that failed a threshold has its report: running it again would only be another load.
      backoffLimit: 0,
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'bench',
              image: job.image,
              command: ['sh', '-c', command],
              env: [{ name: 'HOME', value: '/tmp' }],
              resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { memory: '1Gi' } },
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 1000,
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  }
  const notes = [
    'kubectl apply -f this file, then:',
    `kubectl wait --for=condition=complete --timeout=30m job/${name}`,
    `for pod in $(kubectl get pods -l job-name=${name} -o name); do`,
    '  kubectl logs "$pod" > "shard-$(basename "$pod").json"',
    'done',
    'mqtt-proxy merge-reports shard-*.json --reporter html=load.html',
  ]
  return { document, notes }
}

const name = 'mqtt-proxy-load'
