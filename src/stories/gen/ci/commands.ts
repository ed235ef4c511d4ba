import type { Service } from '../../../brokers/broker.js'
import { type BrokerKind, ownBroker } from '../../../brokers/index.js'
import { shellWord } from '../../../kernel/shell-word.js'

/** What a generated CI job checks. */
export interface CiOptions {
  /** The user's own pair; without it the documented scenarios are checked. */
  readonly haproxyConfig?: string
  readonly brokerConfig?: string
  readonly scenarios: readonly string[]
  readonly broker: BrokerKind
  /** HAProxy's version, as `tools install haproxy@VERSION` takes it. */
  readonly haproxy: string
  /** Jobs side by side, each with a part of the checks; their reports are merged by a last one. */
  readonly shards?: number
}

/** What both systems write down, each in its own words. */
export interface CiPlan {
  readonly options: CiOptions
  /** Of mqtt-proxy, which the job installs. */
  readonly version: string
  /** The broker as a container beside the job; `undefined`: `check` runs it. */
  readonly service: Service | undefined
  readonly installed: boolean
}

/** The name under which a job reaches its broker. */
export const serviceName = 'broker'

export const nodeImage = 'node:22-bookworm'

const reports = '--reporter tty --reporter junit=check.xml --reporter html=check.html'

/** What the container is set by; a license is accepted by a variable that the user sets in the CI system. */
export function environmentOf(
  { env, license }: Service,
  reference: (variable: string) => string,
): Readonly<Record<string, string>> {
  return license === undefined ? env : { ...env, [license.env]: reference(license.variable) }
}

/** Everything before the programs are there. */
export function setupCommands({ options, version, installed }: CiPlan): readonly string[] {
  const tools = [`haproxy@${options.haproxy}`, ...(installed && options.broker !== ownBroker ? [options.broker] : [])]
  return [`npm install --no-save mqtt-proxy@${version}`, `npx mqtt-proxy tools install ${tools.join(' ')}`]
}

/** @param shard `I/N`, as the system writes it, and the file for its part of the result */
export function checkCommands(plan: CiPlan, shard?: { readonly of: string; readonly json: string }): readonly string[] {
  const { options, service, installed } = plan
  if (!installed && service !== undefined) return [...lint(options), ...beside(options, service)]
  const check = [
    'npx mqtt-proxy check',
    ...subject(options),
    `--broker ${options.broker} --haproxy ${options.haproxy}`,
    ...(shard === undefined ? [reports] : [`--shard ${shard.of} --reporter tty --reporter json=${shard.json}`]),
  ]
  return [...lint(options), check.join(' ')]
}

/** @param files where the parts lie, as a pattern of the shell */
export function mergeCommands({ version }: CiPlan, files: string): readonly string[] {
  return [`npm install --no-save mqtt-proxy@${version}`, `npx mqtt-proxy merge-reports ${files} ${reports}`]
}

/** HAProxy in front of the container, and both sides of it compared. */
function beside({ haproxy }: CiOptions, { port }: Service): readonly string[] {
  const broker = `${serviceName}:${port}`
  return [
    `npx mqtt-proxy probe ${broker} --expect proxy-required --fail-on none`,
    `npx mqtt-proxy gen haproxy proxy --server ${broker} --listen 127.0.0.1:1883 --haproxy ${haproxy} -o haproxy.cfg --force`,
    `"$(npx mqtt-proxy tools path haproxy@${haproxy})" -D -f haproxy.cfg`,
    `npx mqtt-proxy probe 127.0.0.1:1883 --behind ${broker} --fail-on none ${reports}`,
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

/** The command line that makes the same file again. */
export function flagsOf(options: CiOptions): string {
  const words = [
    options.haproxyConfig && `--haproxy-config ${shellWord(options.haproxyConfig)}`,
    options.brokerConfig && `--broker-config ${shellWord(options.brokerConfig)}`,
    ...options.scenarios.map((scenario) => `--scenario ${scenario}`),
    `--broker ${options.broker}`,
    `--haproxy ${options.haproxy}`,
    options.shards !== undefined && `--shards ${options.shards}`,
  ]
  return ` ${words.filter(Boolean).join(' ')}`
}
