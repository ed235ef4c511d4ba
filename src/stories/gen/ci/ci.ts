import { type BrokerKind, brokerKinds, brokerOf, isRunnable, ownBroker } from '../../../brokers/index.js'
import { packageVersion } from '../../../host/package-version.js'
import { isTool } from '../../../host/tools/catalogue.js'
import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { printable } from '../../../kernel/printable.js'
import { findScenario } from '../../../scenarios/find.js'
import type { GenResult } from '../../../scenarios/generated.js'
import { diffGenerated, writeGenerated } from '../write-generated.js'
import { type CiOptions, type CiPlan, flagsOf } from './commands.js'
import { githubWorkflow } from './github.js'
import { gitlabPipeline } from './gitlab.js'

/** Kinds that a job can have: our own, those that `tools install` gets, and those that run as a container beside the job. */
export const ciBrokers = brokerKinds.filter((kind) => isInstalled(kind) || brokerOf(kind).service !== undefined)

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
  readonly broker: BrokerKind
  readonly haproxy: string
  readonly shards?: number | undefined
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
    throw refused(
      `--haproxy ${request.haproxy} is not a release`,
      'write a release as 2.6 or 3.2; mqtt-proxy tools list shows them',
    )
  }
  const { 'haproxy-config': haproxyConfig, 'broker-config': brokerConfig, shards } = request
  const options: CiOptions = {
    scenarios: (request.scenario ?? []).map((name) => findScenario(name).id),
    broker: request.broker,
    haproxy: request.haproxy,
    ...(haproxyConfig !== undefined && { haproxyConfig }),
    ...(brokerConfig !== undefined && { brokerConfig }),
    ...(shards !== undefined && shards > 1 && { shards }),
  }
  if (!isInstalled(request.broker)) refuseBesideContainer(options)
  const text = await renderCi(system, options)
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

/** The YAML of jobs that lint the pair (when there is one) and check it on the real programs. Same input, same bytes. */
export async function renderCi(system: CiSystem, options: CiOptions): Promise<string> {
  const { stringify } = await import('yaml')
  const plan = {
    options,
    version: packageVersion(),
    service: brokerOf(options.broker).service,
    installed: isInstalled(options.broker),
  }
  const document = system === 'github' ? githubWorkflow(plan) : gitlabPipeline(plan)
  const head = [printable(`# Made by: mqtt-proxy gen ci --${system}${flagsOf(options)}`), ...licenseLines(system, plan)]
  const yaml = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' })
  return `${head.join('\n')}\n${yaml}`
}

/** Where each system keeps the variables that a user sets. */
const variablesIn: Record<CiSystem, string> = {
  github: 'Settings > Secrets and variables > Actions > Variables',
  gitlab: 'Settings > CI/CD > Variables',
}

function licenseLines(system: CiSystem, { options, service, installed }: CiPlan): readonly string[] {
  const license = installed ? undefined : service?.license
  if (license === undefined) return []
  return [
    `# The image of ${brokerOf(options.broker).name} starts only when its license is accepted. Read the license; if you accept it,`,
    `# set the variable ${license.variable} to ${license.accepted} (${variablesIn[system]}).`,
  ]
}

/** Whether `check` can run it in a job: it is this program itself, or `tools install` gets it. */
function isInstalled(kind: BrokerKind): boolean {
  return kind === ownBroker || (isRunnable(kind) && isTool(kind))
}

function refuseBesideContainer({ broker, scenarios, shards }: CiOptions): void {
  const what = scenarios.length > 0 ? '--scenario' : shards !== undefined ? '--shards' : undefined
  if (what === undefined) return
  throw refused(
    `${what} is for brokers that check runs; ${brokerOf(broker).name} runs as a container beside the job`,
    `leave ${what} out: the job puts HAProxy in front of the container, and compares both sides`,
  )
}

function refused(message: string, hint: string): Fault {
  return new Fault('MP-GEN-OPTION', message, { exit: EXIT.usage, hints: [hint] })
}
