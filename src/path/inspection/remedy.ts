import type { HaproxyLine } from '../../config/haproxy/document.js'
import { line } from '../../config/haproxy/document.js'
import type { ProxyView } from '../../config/haproxy/view.js'
import type { TextEdit } from '../../kernel/result.js'
import { insertBelow, replaceAt } from '../edits.js'
import type { Remedy } from '../mismatch.js'
import { type ContentRule, contentRules, inspectDelay, outcomeOf } from './content-rules.js'
import type { Sample } from './expression.js'
import type { Look } from './looks.js'

/** Long enough for a slow network, short enough for somebody who never says anything. */
const delayText = 'tcp-request inspect-delay 5s'

/** What makes this proxy wait for what its lines look at; edits only where the rules then do wait. */
export function waitingRemedy(proxy: ProxyView, looks: readonly Look[], seen: readonly Sample[]): Remedy {
  const rules = contentRules(proxy)
  const delay = inspectDelay(proxy)
  const delayed = delay !== undefined && delay.value > 0
  const enough = outcomeOf(rules, false).waits
  const added = enough ? [] : waitingRules(seen)
  const text = [...(delayed ? [] : [delayText]), ...added].join(', then ')
  if (!enough && !outcomeOf([...rules, ...added.flatMap(rulesOf)], false).waits) {
    return { text: `${text}, above the rule that decides without waiting` }
  }
  const edits = editsFor(proxy, { rules, looks, delayed, added })
  return { text, ...(edits !== undefined && { edits }) }
}

/** What to wait for so that these can be answered: one `accept` for each kind of bytes. */
function waitingRules(seen: readonly Sample[]): readonly string[] {
  const kinds = new Set(seen.map((one) => one.kind))
  const needs = seen.flatMap((one) => (one.kind === 'payload' || one.kind === 'length' ? [one.need] : []))
  const conditions = [
    ...(kinds.has('hello') ? ['{ req.ssl_hello_type 1 }'] : []),
    ...(kinds.has('http') ? ['HTTP'] : []),
    ...(kinds.has('rdp') ? ['RDP_COOKIE'] : []),
    ...(kinds.has('mqtt') ? ['{ req.payload(0,0),mqtt_is_valid }'] : []),
    ...(needs.length > 0 ? [`{ req.len ge ${Math.max(...needs)} }`] : []),
  ]
  return conditions.map((one) => `tcp-request content accept if ${one}`)
}

function rulesOf(text: string): readonly ContentRule[] {
  return contentRules({ effective: [line(...text.split(' '))] })
}

interface Place {
  readonly rules: readonly ContentRule[]
  readonly looks: readonly Look[]
  readonly delayed: boolean
  readonly added: readonly string[]
}

/** The delay goes above the first content rule, what waits below the last; without any, above the first line that looks. */
function editsFor(proxy: ProxyView, { rules, looks, delayed, added }: Place): readonly TextEdit[] | undefined {
  const own = rules.map((one) => one.line).filter((one) => proxy.lines.includes(one))
  const [first] = own
  const last = own.at(-1)
  const anchor = first ?? looks.map((one) => one.line).find((one) => proxy.lines.includes(one))
  if (anchor === undefined) return undefined
  const written = inspectDelay(proxy)
  const ownDelay = written !== undefined && proxy.lines.some((one) => one.span.line === written.span.line)
  const delay = delayed ? [] : ownDelay ? [replaceAt(written.span, '5s')] : undefined
  const above = [...(delay === undefined ? [delayText] : []), ...(last === undefined ? added : [])]
  const below = last === undefined ? [] : added
  return [
    ...(delay ?? []),
    ...(above.length > 0 ? [insertAbove(anchor, above)] : []),
    ...(last !== undefined && below.length > 0 ? [insertBelow(last.span, indented(last, below))] : []),
  ]
}

function insertAbove(at: HaproxyLine, texts: readonly string[]): TextEdit {
  const { file, line: number } = at.span
  return { file, line: number, column: 1, endLine: number, endColumn: 1, newText: `${indented(at, texts)}\n` }
}

function indented({ indent }: HaproxyLine, texts: readonly string[]): string {
  return texts.map((one) => `${indent}${one}`).join('\n')
}
