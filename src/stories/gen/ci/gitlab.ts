import {
  type CiPlan,
  checkCommands,
  environmentOf,
  mergeCommands,
  nodeImage,
  serviceName,
  setupCommands,
} from './commands.js'

/** A pipeline for GitLab: the report is kept after success and failure, and the programs are kept from run to run. */
export function gitlabPipeline(plan: CiPlan): unknown {
  const { shards } = plan.options
  if (shards === undefined) return { 'mqtt-proxy': whole(plan) }
  return { stages: ['test', 'report'], check: part(plan, shards), 'mqtt-proxy': merged(plan) }
}

const job = { image: nodeImage, timeout: '10 minutes' }
/** Inside the project: GitLab caches nothing else. */
const cacheFolder = '.mqtt-proxy-cache'

function whole(plan: CiPlan): unknown {
  const { service, installed } = plan
  const services =
    service === undefined || installed
      ? {}
      : {
          services: [
            {
              name: service.image,
              alias: serviceName,
              variables: environmentOf(service, (variable) => `$${variable}`),
            },
          ],
        }
  return {
    ...job,
    ...services,
    ...cached(plan),
    script: [...setup(plan), ...checkCommands(plan)],
    artifacts: { when: 'always', paths: ['check.html', '.mqtt-proxy/last'], reports: { junit: 'check.xml' } },
  }
}

function part(plan: CiPlan, shards: number): unknown {
  const json = 'report-$CI_NODE_INDEX.json'
  return {
    ...job,
    stage: 'test',
    parallel: shards,
    ...cached(plan),
    script: [...setup(plan), ...checkCommands(plan, { of: '$CI_NODE_INDEX/$CI_NODE_TOTAL', json })],
    artifacts: { when: 'always', paths: ['report-*.json', '.mqtt-proxy/last'] },
  }
}

function merged(plan: CiPlan): unknown {
  return {
    ...job,
    stage: 'report',
    // A shard that failed has a report as well.
    when: 'always',
    script: mergeCommands(plan, 'report-*.json'),
    artifacts: { when: 'always', paths: ['check.html'], reports: { junit: 'check.xml' } },
  }
}

function cached(plan: CiPlan): Readonly<Record<string, unknown>> {
  const { broker, haproxy } = plan.options
  return {
    variables: { MQTT_PROXY_CACHE: `$CI_PROJECT_DIR/${cacheFolder}` },
    cache: { key: `mqtt-proxy-${plan.version}-haproxy-${haproxy}-${broker}`, paths: [cacheFolder] },
  }
}

/** GitLab's runner lets everybody write to its files, and programs that others may write to are not run. */
function setup(plan: CiPlan): readonly string[] {
  return [`mkdir -p ${cacheFolder} && chmod -R go-w ${cacheFolder}`, 'umask 022', ...setupCommands(plan)]
}
