import { wantedRows } from '../../check/plan.js'
import { portKeys, relocate } from '../../check/sandbox/relocate.js'
import { inShard, select, shardKey } from '../../check/select.js'
import { printable } from '../../kernel/printable.js'
import type { LeftOutLine } from '../../kernel/result.js'
import { behaviours, findBehaviours, isBehaviour } from './behaviours/index.js'
import { candidatesOf, isOwn } from './jobs.js'
import { leftOutOf } from './left-out.js'
import type { CheckRequest } from './request.js'
import { optionsFor } from './start.js'

export interface Shown<Document> {
  readonly text: string
  readonly json: Document
}

/** What `--list --json` prints. */
export interface CheckList {
  readonly schema: 1
  readonly ok: true
  readonly checks: readonly { readonly id: string; readonly title: string; readonly level: string }[]
}

/** What `--print-config --json` prints. */
export interface PrintedConfig {
  readonly schema: 1
  readonly ok: true
  readonly files: readonly {
    readonly scenario: string
    readonly name: string
    /** The file that it was made from. */
    readonly from: string
    readonly text: string
    readonly leftOut: readonly LeftOutLine[]
  }[]
}

type ShowRequest = Pick<
  CheckRequest,
  | 'dir'
  | 'haproxyConfigs'
  | 'brokerConfigs'
  | 'haproxies'
  | 'brokers'
  | 'transport'
  | 'ip'
  | 'mqtt'
  | 'shard'
  | 'reading'
>

/** `--list`: what would be checked. */
export async function listChecks(names: readonly string[], request: ShowRequest): Promise<Shown<CheckList>> {
  const own = isOwn(request)
  const scenarios = names.filter((name) => !isBehaviour(name))
  const wished = names.length === 0 && !own ? behaviours : names.filter(isBehaviour).flatMap(findBehaviours)
  const shown = wished.map((one) => ({ id: `behaviour/${one.id}`, title: one.title, level: 'must' }))
  const rows = names.length > 0 && scenarios.length === 0 ? [] : await all(scenarios, request)
  const planned = rows.flatMap(({ scenario, subject, rows }) =>
    wantedRows(scenario.outcomes, request.mqtt)
      .filter((row) => rows?.has(row.id) ?? true)
      .map((row) => ({ id: `${subject?.id ?? scenario.id}/${row.id}`, title: row.title, level: row.level })),
  )
  const checks = [...planned, ...shown].filter(({ id }) => runsHere(id, request))
  const width = Math.max(0, ...checks.map((one) => one.id.length))
  const text = checks.map((one) => `${one.id.padEnd(width)}  ${one.title}`).join('\n')
  return { text, json: { schema: 1, ok: true, checks } }
}

/** `--print-config`: the files as they run in the sandbox, with example ports from 40000. */
export async function printConfig(names: readonly string[], request: ShowRequest): Promise<Shown<PrintedConfig>> {
  const files = (await all(names, request)).flatMap(({ scenario, subject, reason }) => {
    if (subject === undefined)
      return [{ scenario: scenario.id, name: '', from: '', text: `cannot run: ${reason}\n`, leftOut: [] }]
    const keys = portKeys(subject.pair, subject.ip)
    const options = { ...optionsFor(subject), folder: 'SANDBOX', portOf: (key: string) => 40_000 + keys.indexOf(key) }
    const denied = scenario.topology === 'acl' ? '127.0.0.66' : undefined
    const moved = relocate(subject.pair, { ...options, denied })
    const assumed = subject.assumed.map((one) => `# assumed: ${one}\n`).join('')
    return [...moved.haproxy, ...moved.brokers].flatMap((one) =>
      one.files.map(({ name, from, text }) => {
        const without = leftOutOf(moved).filter((each) => each.file === from)
        const told = without.map((each) => `# line ${each.line}: ${each.message}\n`).join('')
        return { scenario: subject.id, name, from, text: assumed + told + text, leftOut: without }
      }),
    )
  })
  const text = files
    .map((one) => `### ${one.scenario}: ${one.name} (from ${printable(one.from)})\n${one.text}`)
    .join('\n')
  return { text, json: { schema: 1, ok: true, files } }
}

async function all(names: readonly string[], request: ShowRequest) {
  const [broker] = request.brokers
  if (broker === undefined) throw new Error('no broker')
  return await candidatesOf(request, names, isOwn(request) ? [] : select(names), broker)
}

/** Whether this shard runs the check, with any of the programs. */
function runsHere(id: string, { haproxies, brokers, shard }: ShowRequest): boolean {
  const unit = isBehaviour(id) ? id : id.slice(0, id.indexOf('/'))
  return haproxies.some((haproxy) => brokers.some((broker) => inShard(shardKey(unit, haproxy, broker), shard)))
}
