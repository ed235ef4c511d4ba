import {
  type CiPlan,
  checkCommands,
  environmentOf,
  mergeCommands,
  nodeImage,
  serviceName,
  setupCommands,
} from './commands.js'

/** A workflow for GitHub: the report is kept after success and failure, and the programs are kept from run to run. */
export function githubWorkflow(plan: CiPlan): unknown {
  const { shards } = plan.options
  return {
    name: 'mqtt-proxy',
    on: { push: {}, pull_request: {} },
    permissions: { contents: 'read' },
    jobs:
      shards === undefined ? { 'mqtt-proxy': whole(plan) } : { check: part(plan, shards), 'mqtt-proxy': merged(plan) },
  }
}

const job = { 'runs-on': 'ubuntu-latest', container: { image: nodeImage }, 'timeout-minutes': 10 }

function whole(plan: CiPlan): unknown {
  const { service, installed } = plan
  const services =
    service === undefined || installed
      ? {}
      : {
          services: {
            [serviceName]: {
              image: service.image,
              env: environmentOf(service, ofRepository),
              options: healthOf(service.health),
            },
          },
        }
  return {
    ...job,
    ...services,
    steps: [
      ...begin(plan),
      ...runs(checkCommands(plan)),
      upload('mqtt-proxy', 'check.xml\ncheck.html\n.mqtt-proxy/last'),
    ],
  }
}

/** A variable from the settings of the repository or organisation; empty where it is not set. */
function ofRepository(variable: string): string {
  return `\${{ vars.${variable} }}`
}

/** GitHub starts the job when the container says that it is healthy. */
function healthOf(command: string): string {
  return `--health-cmd "${command}" --health-interval 5s --health-timeout 10s --health-retries 24`
}

function part(plan: CiPlan, shards: number): unknown {
  const shard = '${{ matrix.shard }}'
  const json = `report-${shard}.json`
  return {
    ...job,
    strategy: { 'fail-fast': false, matrix: { shard: Array.from({ length: shards }, (_, index) => index + 1) } },
    steps: [
      ...begin(plan),
      ...runs(checkCommands(plan, { of: `${shard}/${shards}`, json })),
      upload(`part-${shard}`, `${json}\n.mqtt-proxy/last`),
    ],
  }
}

function merged(plan: CiPlan): unknown {
  return {
    ...job,
    needs: 'check',
    // A shard that failed has a report as well.
    if: '${{ !cancelled() }}',
    steps: [
      { uses: 'actions/download-artifact@v4', with: { pattern: 'part-*', path: 'parts', 'merge-multiple': true } },
      ...runs(mergeCommands(plan, 'parts/report-*.json')),
      upload('mqtt-proxy', 'check.xml\ncheck.html'),
    ],
  }
}

function begin(plan: CiPlan): readonly unknown[] {
  const { broker, haproxy } = plan.options
  return [
    { uses: 'actions/checkout@v4' },
    {
      uses: 'actions/cache@v4',
      with: { path: '~/.cache/mqtt-proxy', key: `mqtt-proxy-${plan.version}-haproxy-${haproxy}-${broker}` },
    },
    ...runs(setupCommands(plan)),
  ]
}

function runs(commands: readonly string[]): readonly unknown[] {
  return commands.map((run) => ({ run }))
}

function upload(name: string, path: string): unknown {
  return {
    if: '${{ !cancelled() }}',
    uses: 'actions/upload-artifact@v4',
    // The evidence lies in a folder that begins with a dot.
    with: { name, path, 'if-no-files-found': 'ignore', 'include-hidden-files': true },
  }
}
