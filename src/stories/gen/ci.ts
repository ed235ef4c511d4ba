import { ownBroker, type RunnableKind, runnableKinds } from '../../brokers/index.js'
import { isTool } from '../../host/tools/catalogue.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { shellWord } from '../../kernel/shell-word.js'
import { findScenario } from '../../scenarios/find.js'
import type { GenResult } from '../../scenarios/generated.js'
import { diffGenerated, writeGenerated } from './write-generated.js'

/** What a generated CI job checks. */
export interface CiOptions {
  /** The user's own pair; without it the documented scenarios are checked. */
  readonly haproxyConfig?: string
  readonly brokerConfig?: string
  readonly scenarios: readonly string[]
  readonly broker: RunnableKind
  /** HAProxy's version, as `tools install haproxy@VERSION` takes it. */
  readonly haproxy: string
}

/** Kinds that a job can have: our own, and those that `tools install` gets. */
export const ciBrokers = runnableKinds.filter((kind) => kind === ownBroker || isTool(kind))

export type CiSystem = 'github' | 'gitlab'

/** Where each system looks for its file. */
export const ciPath: Record<CiSystem, string> = {
  github: '.github/workflows/mqtt-proxy.yml',
  gitlab: '.gitlab-ci.yml',
}

interface CiRequest {
  readonly 'haproxy-config'?: string | undefined
  readonly 'broker-config'?: string | undefined
  readonly scenario?: readonly string[] | undefined
  readonly broker: CiOptions['broker']
  readonly haproxy: string
  /** `-`: standard output. */
  readonly output: string
  readonly force: boolean
  readonly diff: boolean
  readonly 'dry-run': boolean
}

/**
 * `gen ci`: to standard output, or into a file as the other `gen` commands do.
 * @throws Fault MP-SCENARIO-UNKNOWN, MP-GEN-OPTION, MP-GEN-EXISTS (exit 2), MP-WRITE (exit 3)
 */
export async function genCi(system: CiSystem, request: CiRequest): Promise<GenResult> {
  if (!/^\d+\.\d+$/.test(request.haproxy)) {
    const hints = ['write a release as 2.6 or 3.2; mqtt-proxy tools list shows them']
    throw new Fault('MP-GEN-OPTION', `--haproxy ${request.haproxy} is no release`, { exit: EXIT.usage, hints })
  }
  const { 'haproxy-config': haproxyConfig, 'broker-config': brokerConfig } = request
  const text = await renderCi(system, {
    scenarios: (request.scenario ?? []).map((name) => findScenario(name).id),
    broker: request.broker,
    haproxy: request.haproxy,
    ...(haproxyConfig !== undefined && { haproxyConfig }),
    ...(brokerConfig !== undefined && { brokerConfig }),
  })
  const path = request.output.endsWith('/') ? `${request.output}${ciPath[system]}` : request.output
  const result = { schema: 1, ok: true, scenario: '', files: [], written: [], verdicts: [] } as const
  if (path === '-') return { ...result, files: [{ name: ciPath[system], text }] }
  const wanted = [{ path, text }]
  if (request.diff) {
    const diff = await diffGenerated(wanted)
    return { ...result, ok: diff === '', diff }
  }
  return { ...result, written: await writeGenerated(wanted, { force: request.force, dryRun: request['dry-run'] }) }
}

const nodeVersion = '22'

/** The YAML of a job that lints the pair (when there is one) and checks it on the real programs. Same input, same bytes. */
export async function renderCi(system: CiSystem, options: CiOptions): Promise<string> {
  const { stringify } = await import('yaml')
  const document = system === 'github' ? githubWorkflow(options) : gitlabPipeline(options)
  const head = `# Made by: mqtt-proxy gen ci --${system}${flagsOf(options)}\n`
  return head + stringify(document, { lineWidth: 0 })
}

function githubWorkflow(options: CiOptions): unknown {
  return {
    name: 'mqtt-proxy',
    on: { push: {}, pull_request: {} },
    permissions: { contents: 'read' },
    jobs: {
      'mqtt-proxy': {
        'runs-on': 'ubuntu-latest',
        container: { image: `node:${nodeVersion}-bookworm` },
        'timeout-minutes': 10,
        steps: [
          { uses: 'actions/checkout@v4' },
          ...commands(options).map((run) => ({ run })),
          {
            if: 'failure()',
            uses: 'actions/upload-artifact@v4',
            with: {
              name: 'mqtt-proxy',
              path: `check.xml\ncheck.html\n.mqtt-proxy/last`,
              'if-no-files-found': 'ignore',
            },
          },
        ],
      },
    },
  }
}

function gitlabPipeline(options: CiOptions): unknown {
  return {
    'mqtt-proxy': {
      image: `node:${nodeVersion}-bookworm`,
      script: commands(options),
      timeout: '10 minutes',
      artifacts: { when: 'always', paths: ['check.html', '.mqtt-proxy/last'], reports: { junit: 'check.xml' } },
    },
  }
}

/** The node image runs Debian, so the programs come rootless from its own packages. */
function commands(options: CiOptions): string[] {
  const tools = [`haproxy@${options.haproxy}`, ...(options.broker === ownBroker ? [] : [options.broker])]
  const reports = '--reporter tty --reporter junit=check.xml --reporter html=check.html'
  const check = [
    'npx mqtt-proxy check',
    ...subject(options),
    `--broker ${options.broker} --haproxy ${options.haproxy}`,
    reports,
  ]
  return [
    'npm install --no-save mqtt-proxy',
    `npx mqtt-proxy tools install ${tools.join(' ')}`,
    ...lint(options),
    check.join(' '),
  ]
}

function lint({ haproxyConfig, brokerConfig }: CiOptions): string[] {
  return haproxyConfig && brokerConfig
    ? [`npx mqtt-proxy lint ${shellWord(haproxyConfig)} ${shellWord(brokerConfig)}`]
    : []
}

function subject({ haproxyConfig, brokerConfig, scenarios }: CiOptions): string[] {
  if (haproxyConfig && brokerConfig) {
    return [`--haproxy-config ${shellWord(haproxyConfig)} --broker-config ${shellWord(brokerConfig)}`]
  }
  return [...scenarios]
}

function flagsOf(options: CiOptions): string {
  const words = [
    options.haproxyConfig && `--haproxy-config ${shellWord(options.haproxyConfig)}`,
    options.brokerConfig && `--broker-config ${shellWord(options.brokerConfig)}`,
    ...options.scenarios.map((scenario) => `--scenario ${scenario}`),
    `--broker ${options.broker}`,
    `--haproxy ${options.haproxy}`,
  ]
  return ` ${words.filter(Boolean).join(' ')}`
}
