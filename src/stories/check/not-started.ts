import { usualBroker } from '../../brokers/index.js'
import { everyMismatch } from '../../check/likely.js'
import { clashes, type Relocated } from '../../check/sandbox/relocate.js'
import type { StartFailed } from '../../host/sandbox/sandbox.js'
import type { Fault } from '../../kernel/errors.js'
import { machineFaultSaid } from '../../kernel/machine-fault.js'
import type { CaseResult, Likely } from '../../kernel/result.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import type { GroupOptions } from './group-options.js'
import { headOf } from './rows.js'
import type { Subject } from './sources.js'

/** Why programs could not be started, with the user's file in place of its copy. */
export function plainWords({ message, at, hints, code }: Fault, moved: Relocated): string {
  const text = message.replaceAll(`${moved.relocation.options.folder}/`, '').replaceAll('.conf.run', '.conf')
  const files = [...moved.haproxy, ...moved.brokers].flatMap((one) => one.files)
  const span = files.find((one) => at?.file.endsWith(`/${one.name}`))?.originOf(at?.line ?? 0)
  const place = span === undefined ? '' : ` (${span.file}:${span.line})`
  const kind = moved.brokers[0]?.files[0]?.name.replace(/\.conf$/, '') ?? usualBroker
  const more = code === 'MP-BROKER-LACKS' ? `: run the broker itself, --broker ${kind}` : ''
  return `${text.replace(/\.$/, '')}${place}${more}${code === 'MP-PORT-TAKEN' && hints[0] !== undefined ? `; ${hints[0]}` : ''}`
}

/**
 * One program did not take its file: that row fails, the others could not be tried.
 * @throws Fault MP-MACHINE (exit 3) where it complains of the machine instead
 */
export function notStarted(
  error: StartFailed,
  subject: Subject,
  moved: Relocated,
  rows: readonly OutcomeRow[],
  options: GroupOptions,
): CaseResult[] {
  const { fault, who } = error
  const machine = machineFaultSaid([fault.message, ...fault.hints])
  if (machine !== undefined) throw machine
  const name = who === 'haproxy' ? 'HAProxy' : 'the broker'
  const clashed = clashLines(subject, moved)
  // A clash is told with both of its lines.
  const suspected = [...clashed, ...everyMismatch(subject, clashed.length > 0 ? ['port-clash'] : [])]
  const named = placeOf(fault, moved)
  const others = suspected.filter((one) => !named.some(({ file, line }) => file === one.file && line === one.line))
  const likely = [...named, ...others]
  const start = rows.find((row) => row.attempt.kind === 'configs') ?? subject.scenario.outcomes[0]
  const plain = (text: string) =>
    text.replaceAll(`${moved.relocation.options.folder}/`, '').replaceAll('.conf.run', '.conf')
  const said = [...new Set(fault.hints.map((hint) => plain(hint.replace(/^it said: /, ''))))]
  return rows.map((row) => {
    const head = headOf(subject, row)
    const result: CaseResult =
      row.id === start?.id || rows.length === 1
        ? {
            ...head,
            status: 'failed',
            expected: 'HAProxy and the broker start with their files',
            actual: plain(fault.message),
            ...(likely.length > 0 && { likely }),
            logs: who === 'haproxy' ? { haproxy: said } : { broker: said },
            again: options.again(row),
          }
        : { ...head, status: 'skipped', reason: `${name} did not start, see ${subject.id}/${start?.id}` }
    return options.onCase(result, row)
  })
}

/** The line of the user's file behind a line of the sandbox's. */
function placeOf(fault: Fault, moved: Relocated): Likely[] {
  const { at } = fault
  if (at?.line === undefined) return []
  const files = [...moved.haproxy, ...moved.brokers].flatMap((one) => one.files)
  if (files.some((one) => one.from === at.file)) return [{ file: at.file, line: at.line, message: fault.message }]
  const file = files.find((one) => at.file === one.name || at.file.endsWith(`/${one.name}`))
  const span = file?.originOf(at.line)
  return span === undefined ? [] : [{ file: span.file, line: span.line, message: fault.message }]
}

function clashLines({ pair, way }: Subject, moved: Relocated): Likely[] {
  const twice = new Set(clashes(moved))
  if (twice.size === 0 || way === undefined) return []
  const { relocation } = moved
  const hits = [
    ...pair.haproxy.flatMap((one) =>
      one.view.proxies.flatMap((proxy) =>
        proxy.binds.flatMap((bind) =>
          bind.endpoints.map((endpoint) => ({ place: relocation.place(endpoint, 'haproxy'), span: bind.address.span })),
        ),
      ),
    ),
    ...pair.brokers.flatMap((one) =>
      one.meaning.listeners.map(({ endpoint, span }) => ({ place: relocation.place(endpoint, 'broker'), span })),
    ),
  ]
  return hits
    .filter(({ place }) => place !== undefined && twice.has(formatSocketAddress(place)))
    .map(({ span }) => ({
      file: span.file,
      line: span.line,
      message: 'HAProxy and the broker both take this port of one machine',
    }))
}
