import type { HaproxyLine } from '../../config/haproxy/document.js'
import type { HaproxyView, ProxyView } from '../../config/haproxy/view.js'
import type { Span } from '../../config/span.js'
import { replaceAt } from '../edits.js'
import { testsOf } from '../inspection/condition.js'
import {
  type ContentRule,
  contentRules,
  cutForLooking,
  goesOnWith,
  inspectDelay,
  isThere,
  ruleLooks,
  variablesFromBytes,
} from '../inspection/content-rules.js'
import { looksAtBytes, type Sample } from '../inspection/expression.js'
import { type Look, looksBehind, looksInFront, looksOfRules, waitsForBytes } from '../inspection/looks.js'
import { waitingRemedy } from '../inspection/remedy.js'
import type { FoundMismatch, Judge } from '../mismatch.js'

export const bytesNotAwaited: Judge = {
  evidence:
    'HAProxy 3.2.26, clients that send 40 ms after connecting: "reject unless mqtt_is_valid" without inspect-delay cut every one (PR); use_backend by username with inspect-delay alone sent none to the right backend; with a content rule that waits all came right.',
  *find(ground) {
    const ours = ground.carriers
    for (const haproxy of ground.haproxies) {
      const concerned = haproxy.proxies.filter(
        (one) => ours.has(one) && one.mode.value === 'tcp' && !one.conditional && !one.disabled,
      )
      const told = new Set<ProxyView>()
      const leading = leadingTo(haproxy)
      for (const proxy of concerned) {
        if (proxy.binds.length === 0) continue
        const found = ready(proxy) ? inPieces(proxy, haproxy) : inFront(proxy)
        if (found === undefined) continue
        told.add(proxy)
        yield found
      }
      for (const backend of concerned) {
        const found = backend.kind === 'backend' ? behind(backend, leading(backend), told) : undefined
        if (found !== undefined) yield found
      }
    }
  },
}

/** The first bytes are awaited, and a rule looks at more than those. */
function inPieces(proxy: ProxyView, { proxies }: HaproxyView): FoundMismatch | undefined {
  const rules = contentRules(proxy)
  const least = waitsForBytes(proxy) ? goesOnWith(rules) : undefined
  if (least === undefined) return undefined
  const names = new Set([proxy.defaultBackend, ...proxy.useBackends].map((one) => one?.value))
  const backends = proxies.filter((one) => one.kind === 'backend' && names.has(one.name) && !waitsForBytes(one))
  const fromBytes = variablesFromBytes(rules)
  const looks = [
    ...looksInFront(proxy, fromBytes),
    ...(proxy.kind === 'listen' ? looksBehind(proxy, fromBytes) : []),
    ...backends.flatMap((one) => [...looksOfRules(contentRules(one), fromBytes), ...looksBehind(one, fromBytes)]),
  ]
  const set = rules.filter(({ action }) => action === 'set-var').flatMap((one) => one.value)
  const early = (one: Look) =>
    one.samples.length === 0
      ? set.some((sample) => tooEarly(sample, least))
      : one.samples.some((sample) => tooEarly(sample, least))
  // What asks for the bytes itself waits for them.
  const own = new Set(rules.filter(({ condition }) => condition !== undefined).map((one) => one.line))
  const [look, ...others] = looks.filter((one) => early(one) && !(one.effect === 'filters' && own.has(one.line)))
  if (look === undefined) return undefined
  const need = Math.max(
    0,
    ...looks.flatMap((one) => one.samples.map((sample) => (sample.kind === 'payload' ? sample.need : 0))),
  )
  const whole = [...looks.flatMap((one) => one.samples), ...set].some((one) => one.kind === 'mqtt')
  const better = whole ? '{ req.payload(0,0),mqtt_is_valid }' : `{ req.len ge ${need} }`
  const waiting = rules.find(({ action, condition }) => action === 'accept' && isLength(condition))
  const text = `tcp-request content accept if ${better}`
  return {
    at: look.line.span,
    suffers: 'every client of this bind',
    severity: 'warning',
    message: `"${startOf(look)}" looks at more bytes than are awaited: ${proxy.kind} "${proxy.name}" goes on with ${least === 1 ? 'the first byte' : `${least} bytes`}, and a CONNECT that comes in pieces is judged too early: ${consequence[look.effect]}`,
    related: others.slice(0, 3).map((one) => ({ span: one.line.span, message: 'this looks at them as well' })),
    remedy: {
      text: waiting === undefined ? text : `${text}, in place of "${startOf(waiting)}"`,
      ...(waiting !== undefined &&
        proxy.lines.includes(waiting.line) && { edits: [replaceAt(wordsOf(waiting.line), text)] }),
    },
  }
}

function tooEarly(sample: Sample, bytes: number): boolean {
  return (sample.kind === 'mqtt' || sample.kind === 'payload') && !isThere(sample, bytes)
}

/** `if { req.len gt 0 }` and nothing else. */
function isLength(condition: ContentRule['condition']): boolean {
  const tests = testsOf(condition)
  return condition?.suites.length === 1 && tests.length === 1 && tests[0]?.sample.kind === 'length'
}

function startOf({ line }: Pick<Look, 'line'>): string {
  const words = line.words.map((one) => one.text)
  const from = words[0] === 'tcp-request' ? 2 : 0
  return words.slice(from, from + 3).join(' ')
}

function wordsOf({ words, span }: HaproxyLine): Span {
  const first = words[0]?.span ?? span
  const last = words.at(-1)?.span ?? span
  return { ...first, endLine: last.endLine, endColumn: last.endColumn }
}

/** Bytes are there when the rules have been passed, or before HAProxy hears of the connection. */
function ready(proxy: ProxyView): boolean {
  const deferred = proxy.binds.every(
    ({ acceptProxy, keywords }) => acceptProxy === undefined && keywords.some((one) => one.name === 'defer-accept'),
  )
  return deferred || waitsForBytes(proxy)
}

function leadingTo({ proxies }: HaproxyView): (backend: ProxyView) => readonly ProxyView[] {
  const found = new Map<string, Set<ProxyView>>()
  for (const proxy of proxies) {
    if (proxy.binds.length === 0 || proxy.disabled) continue
    for (const name of [proxy.defaultBackend, ...proxy.useBackends]) {
      if (name === undefined) continue
      const known = found.get(name.value)
      if (known === undefined) found.set(name.value, new Set([proxy]))
      else known.add(proxy)
    }
  }
  return ({ name }) => [...(found.get(name) ?? [])]
}

function inFront(proxy: ProxyView): FoundMismatch | undefined {
  const rules = contentRules(proxy)
  const fromBytes = variablesFromBytes(rules)
  const looks = [...looksInFront(proxy, fromBytes), ...(proxy.kind === 'listen' ? looksBehind(proxy, fromBytes) : [])]
  return looks.length === 0 && cutForLooking(rules, true) === undefined ? undefined : say(proxy, rules, looks, [])
}

function behind(
  backend: ProxyView,
  frontends: readonly ProxyView[],
  told: ReadonlySet<ProxyView>,
): FoundMismatch | undefined {
  if (waitsForBytes(backend)) return undefined
  // A fix in the frontend fixes this too.
  const open = frontends.filter((one) => one.mode.value === 'tcp' && !one.conditional && !told.has(one) && !ready(one))
  if (open.length === 0) return undefined
  const rules = contentRules(backend)
  const before = frontends.flatMap((one) => contentRules(one))
  const fromBytes = variablesFromBytes([...before, ...rules])
  const looks = [...looksOfRules(rules, fromBytes), ...looksBehind(backend, fromBytes)]
  return looks.length === 0 && cutForLooking(rules, true) === undefined ? undefined : say(backend, rules, looks, open)
}

const order: readonly Look['effect'][] = ['routes', 'filters', 'sticks', 'takes a value']

const consequence: Readonly<Record<Look['effect'], string>> = {
  routes: 'it never matches and clients go elsewhere',
  filters: 'it judges clients without having seen them',
  sticks: 'no client is recognised',
  'takes a value': 'the value is empty',
}

function say(
  proxy: ProxyView,
  rules: readonly ContentRule[],
  looks: readonly Look[],
  frontends: readonly ProxyView[],
): FoundMismatch {
  const delay = inspectDelay(proxy)
  const delayed = delay !== undefined && delay.value > 0
  const cutting = cutForLooking(rules, !delayed)
  const [first] = [...looks].sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect))
  const line = cutting?.line ?? first?.line ?? proxy.section.header
  const effect = first?.effect ?? 'filters'
  const what = `"${line.words
    .slice(0, 3)
    .map((one) => one.text)
    .join(' ')}"`.replace(/^"tcp-request content /, '"')
  const missing = !delayed
    ? 'there is no tcp-request inspect-delay in'
    : 'no tcp-request content rule asks for the bytes, and inspect-delay alone does not wait, in'
  const then = cutting === undefined ? consequence[effect] : 'every client is cut off'
  const others = looks.filter((one) => one.line !== line)
  return {
    at: line.span,
    suffers: frontends.length === 0 || cutting !== undefined ? 'every client' : 'every client of this bind',
    ...(cutting === undefined && effect !== 'routes' && { severity: 'warning' as const }),
    message: `${what} looks at the client's bytes before they are there: ${then}; ${missing} ${proxy.kind} "${proxy.name}"`,
    related: [
      ...others.slice(0, 3).map((one) => ({ span: one.line.span, message: 'this looks at them as well' })),
      ...frontends.slice(0, 2).map((one) => ({
        span: one.section.header.span,
        message: 'clients come from here, and nothing waits for their bytes',
      })),
    ],
    remedy: waitingRemedy(proxy, looks, samplesOf(looks, rules)),
  }
}

/** All that has to be there: also what goes into variables, and what only an accepting rule asks for. */
function samplesOf(looks: readonly Look[], rules: readonly ContentRule[]): readonly Sample[] {
  return [...looks.flatMap((one) => one.samples), ...rules.flatMap((one) => ruleLooks(one).filter(looksAtBytes))]
}
